"""What every verb is measured with, and how the figures of its task are counted."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from himmel.conditions.canvas import Canvas
from himmel.core.geometry import PixelShape
from himmel.core.values import Frames
from himmel.evaluate.adherence import OnDone, Question
from himmel.evaluate.codec import psnr, reconstruct
from himmel.evaluate.intervals import Metric, share
from himmel.evaluate.naive import frozen
from himmel.evaluate.reading import facts_right
from himmel.evaluate.sampling import sample_latents
from himmel.generate.decode import to_frames
from himmel.generate.redraw import Film, compose, seed_of
from himmel.generate.system import System
from himmel.generate.verbs import Worked
from himmel.generate.verbs.timeline import Reach, Window
from himmel.models.judge import Judge
from himmel.world.graph import Graph

BATCH = 16
APPEARANCE = ("kind", "colour", "setting", "time")
JUMP = 3.0  # other steps; the codec's own from one latent frame to the next is about 2
BORDER = 2.0  # times the step across the same edge in the films handed in
LOST_DB = 3.0  # what was kept may have twice the squared error of the codec's own
MOST_DB = 60.0  # PSNR of what is the same bit for bit
Mask = NDArray[np.bool_]  # (H, W)
Metrics = dict[str, Metric]
Checks = dict[str, NDArray[np.bool_]]  # what a verb is for, by name, of every film (N,)


@dataclass(frozen=True, eq=False)
class Bench:
    """What every verb is measured with: questions, their renders (N, T, H, W, 3), model and judge."""

    system: System
    judge: Judge
    asked: Sequence[Question]
    renders: NDArray[np.uint8]
    on_done: OnDone

    @property
    def graphs(self) -> list[Graph]:
        """What the renders show."""
        return [question.graph for question in self.asked]

    @property
    def prompts(self) -> list[str]:
        """What was asked for."""
        return [question.prompt for question in self.asked]

    @property
    def fps(self) -> float:
        """Frames per second of the renders."""
        return self.system.config.defaults.fps

    @cached_property
    def whole(self) -> NDArray[np.uint8]:
        """The renders as the codec shows them: films that no drawing with it could better."""
        return np.stack([reconstruct(self.system.codec, clip) for clip in self.renders])

    def made(
        self,
        verb: Worked,
        prompts: Sequence[str],
        clips: Sequence[Sequence[Frames]],
        drawn: Sequence[Mask] | None = None,
        slowed: int = 1,
        becoming: Sequence[str] | None = None,
    ) -> list[Frames]:
        """A verb's films from sets of clips, all alike in length; `drawn` are pixels to draw, of each,
        `becoming` prompts of what the first clips become."""
        system, codec = self.system, self.system.codec
        reach = Reach(
            system.config.defaults.frames, codec.compression.time, self.fps * slowed, slowed
        )
        timeline = verb.lay_out([len(clip) for clip in clips[0]], reach)
        everywhere = [np.ones(self.renders.shape[2:4], bool)] * len(clips)
        with torch.inference_mode():
            films = [
                compose(timeline, given, mask, codec)
                for given, mask in zip(clips, drawn or everywhere, strict=True)
            ]
        for window in timeline.windows:
            for start in range(0, len(films), BATCH):
                part = slice(start, start + BATCH)
                words = prompts[part], (becoming or prompts)[part]
                self._draw(films[part], window, words, self.asked[part])
                self.on_done(verb.name, min(start + BATCH, len(films)), len(films))
        return [film.finished() for film in films]

    @torch.inference_mode()
    def _draw(
        self,
        films: list[Film],
        window: Window,
        words: tuple[Sequence[str], Sequence[str]],
        asked: Sequence[Question],
    ) -> None:
        system, defaults = self.system, self.system.config.defaults
        pixels = PixelShape(defaults.frames, defaults.height, defaults.width)
        shape = system.codec.compression.latent(pixels)
        canvas = together([film.canvas(window, system.codec, shape) for film in films])
        seeds = [seed_of(q.seed, window.start, window) % 2**31 for q in asked]
        prompts, others = words
        latents = sample_latents(
            system,
            prompts,
            seeds,
            defaults.steps,
            defaults.guidance,
            canvas,
            (others, window.words),
        )
        for film, clip in zip(films, system.codec.decode(latents), strict=True):
            film.put(window, to_frames(clip[None]))

    def right(
        self,
        films: Sequence[Frames] | NDArray[np.uint8],
        graphs: Sequence[Graph],
        groups: Sequence[str] = ("all_facts",),
    ) -> NDArray[np.bool_]:
        """Which films (T, H, W, 3) show all of these facts of their graphs; motion is not asked of
        films that are too short for the judge to read it."""
        found = facts_right(self.judge, np.stack(list(films)), list(graphs))
        rows: NDArray[np.bool_] = np.logical_and.reduce(
            [found[group] for group in groups if group in found]
        )
        return rows


def together(canvases: Sequence[Canvas]) -> Canvas:
    """Canvases of one clip each as one batch."""
    strength = [c.strength.expand(-1, -1, *c.x0.shape[2:]) for c in canvases]
    return dataclasses.replace(
        canvases[0], x0=torch.cat([c.x0 for c in canvases]), strength=torch.cat(strength)
    )


def tallied(name: str, ways: Mapping[str, Checks], best: Checks) -> Metrics:
    """`NAME.done.WAY`, the share of films that pass every check, and the share that passes each; the
    model's own way is "". The ceiling is what passes of `best`, films that nobody could better."""
    metrics: Metrics = {}
    for way, checks in ways.items():
        for key, one in {"done": _all(checks), **checks}.items():
            ceiling = _all(best) if key == "done" else best[key]
            metrics[f"{name}.{key}{ended(way)}"] = share(one, float(ceiling.mean()))
    return metrics


def ended(way: str) -> str:
    """How keys of a way's figures end; the model's own way has no name."""
    return f".{way}" if way else ""


def _all(checks: Checks) -> NDArray[np.bool_]:
    rows: NDArray[np.bool_] = np.logical_and.reduce(list(checks.values()))
    return rows


def fidelity(film: Frames, clip: Frames) -> float:
    """PSNR in dB, at most MOST_DB."""
    return min(psnr(film, clip), MOST_DB)


def stretched(films: Sequence[Frames], count: int) -> list[Frames]:
    """Films of `count` frames, the last one standing still as long as it takes."""
    return [np.concatenate([film, frozen(film, count - len(film))]) for film in films]
