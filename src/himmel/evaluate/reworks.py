"""The verbs over films, each beside the same done without a model. Renders are the films handed in."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from himmel.conditions.canvas import Canvas
from himmel.core.geometry import PixelShape
from himmel.core.rng import derive, numpy_rng
from himmel.core.values import Frames
from himmel.evaluate import naive
from himmel.evaluate.adherence import OnDone, Question
from himmel.evaluate.codec import psnr, reconstruct
from himmel.evaluate.intervals import Metric, bootstrap, share
from himmel.evaluate.reading import facts_right
from himmel.evaluate.sampling import sample_clips, sample_latents
from himmel.evaluate.seams import largest_step, loop_seam
from himmel.generate.decode import to_frames
from himmel.generate.redraw import Film, compose
from himmel.generate.system import System
from himmel.generate.verbs import Blend, Edit, Interpolate, Loop, Worked
from himmel.generate.verbs.timeline import Reach, Window
from himmel.models.judge import Judge
from himmel.world.captions import caption
from himmel.world.clip import make_clip
from himmel.world.graph import Graph, allowed, is_held_out
from himmel.world.vocabulary import COLOURS, KINDS, names

BATCH = 16
APPEARANCE = ("kind", "colour", "setting", "time")
STRENGTHS = {"": None, ".light": 0.5, ".strong": 0.15}
LOOKED_AT = 9  # frames of a joined film's ends that are asked what they show
MOST_DB = 60.0  # PSNR of what is the same bit for bit
Mask = NDArray[np.bool_]  # (H, W)
Metrics = dict[str, Metric]


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

    def made(
        self,
        verb: Worked,
        prompts: Sequence[str],
        clips: Sequence[Sequence[Frames]],
        drawn: Sequence[Mask] | None = None,
        slowed: int = 1,
    ) -> list[Frames]:
        """A verb's films from sets of clips, all alike in length; `drawn` are pixels to draw, of each."""
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
                self._draw(films[part], window, prompts[part], self.asked[part])
                self.on_done(verb.name, min(start + BATCH, len(films)), len(films))
        return [film.shown for film in films]

    @torch.inference_mode()
    def _draw(
        self, films: list[Film], window: Window, prompts: Sequence[str], asked: Sequence[Question]
    ) -> None:
        system, defaults = self.system, self.system.config.defaults
        pixels = PixelShape(defaults.frames, defaults.height, defaults.width)
        shape = system.codec.compression.latent(pixels)
        canvas = together([film.canvas(window, system.codec, shape) for film in films])
        seeds = [derive(q.seed, "window", window.start) % 2**31 for q in asked]
        latents = sample_latents(system, prompts, seeds, defaults.steps, defaults.guidance, canvas)
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


def reworks(bench: Bench) -> Metrics:
    """Figures of loop, blend, edit, inpaint and interpolate by key, `VERB.figure`, and as
    `VERB.figure.WAY` those of a way without a model."""
    found: Metrics = {}
    for figures in (loops, blends, edits, inpaints, interpolations):
        found |= figures(bench)
    return found


def loops(bench: Bench) -> Metrics:
    """seam: the largest step where the bridge begins or where the film begins anew, over other steps;
    all_facts: of the film's last frames, bridge included."""
    films = bench.made(Loop(clip=""), bench.prompts, [[clip] for clip in bench.renders])
    length, whole = bench.renders.shape[1], len(films[0])
    ways = {
        "": films,
        ".cut": list(bench.renders),
        ".cross_fade": [_bridged(clip, whole - length) for clip in bench.renders],
        ".ping_pong": [
            np.concatenate([clip, naive.backwards(clip, len(clip) - 2)]) for clip in bench.renders
        ],
    }
    inner = [loop_seam(np.concatenate([clip, clip[-2:0:-1]]), (3,)) for clip in bench.renders]
    best = bench.right(list(bench.renders), bench.graphs)
    metrics: Metrics = {}
    for way, made in ways.items():
        seams = [loop_seam(film, (length - 1, len(film) - 1)) for film in made]
        metrics[f"loop.seam{way}"] = bootstrap(
            seams, unit="step / other steps", ceiling=float(np.mean(inner))
        )
        right = bench.right([film[-length:] for film in made], bench.graphs)
        metrics[f"loop.all_facts{way}"] = share(right, float(best.mean()))
    return metrics


def _bridged(clip: Frames, count: int) -> Frames:
    return np.concatenate(
        [clip, naive.faded(clip[-1:].repeat(count, 0), clip[:1].repeat(count, 0))]
    )


def blends(bench: Bench) -> Metrics:
    """both_facts: the beginning shows the appearance of the first clip and the end that of the second;
    middle: the frame in the middle shows place and kind of one of them, not both or neither;
    largest_step: between two frames, over the difference of the clips' ends."""
    others = np.roll(bench.renders, 1, axis=0)
    pairs = list(zip(bench.renders, others, strict=True))
    films = bench.made(Blend(clip="", other=""), [""] * len(pairs), pairs)
    new = 2 * bench.renders.shape[1] - len(films[0])
    ways = {
        "": films,
        ".cut": [np.concatenate([one, other]) for one, other in pairs],
        ".cross_fade": [
            np.concatenate([one[:-new], naive.faded(one[-new:], other[:new]), other[new:]])
            for one, other in pairs
        ],
    }
    graphs = bench.graphs, [*bench.graphs[-1:], *bench.graphs[:-1]]
    looked = min(LOOKED_AT, bench.renders.shape[1])
    metrics: Metrics = {}
    for way, made in ways.items():
        ends = [film[:looked] for film in made], [film[-looked:] for film in made]
        both = [
            bench.right(stretched(end, len(one)), of, APPEARANCE)
            for end, of, one in zip(ends, graphs, pairs[0], strict=True)
        ]
        metrics[f"blend.both_facts{way}"] = share(both[0] & both[1], 1.0)
        middle = stretched([film[len(film) // 2 :][:1] for film in made], len(pairs[0][0]))
        shown = [bench.right(middle, of, ("kind", "setting")) for of in graphs]
        metrics[f"blend.middle{way}"] = share(shown[0] | shown[1], 1.0)
        metrics[f"blend.largest_step{way}"] = bootstrap(
            [largest_step(film) for film in made], unit="step / difference"
        )
    return metrics


def stretched(films: Sequence[Frames], count: int) -> list[Frames]:
    """Films of `count` frames, the last one standing still as long as it takes."""
    return [np.concatenate([film, naive.frozen(film, count - len(film))]) for film in films]


def edits(bench: Bench) -> Metrics:
    """changed: the colour is the new one; kept: all other facts are as they were; likeness: PSNR of the
    film to the one handed in, the ceiling being the codec's. `.light` keeps more, `.strong` less."""
    graphs = [repainted(graph) for graph in bench.graphs]
    prompts = [sentence(graph) for graph in graphs]
    ways = {
        way: bench.made(Edit(clip="", strength=held), prompts, [[clip] for clip in bench.renders])
        for way, held in STRENGTHS.items()
    }
    ways |= {".unchanged": list(bench.renders), ".anew": _anew(bench, prompts)}
    ceiling = float(np.mean([psnr(reconstruct(bench.system.codec, c), c) for c in bench.renders]))
    kept = ("kind", "setting", "time", "motion")
    best = float(bench.right(list(bench.renders), bench.graphs, kept).mean())
    metrics: Metrics = {}
    for way, made in ways.items():
        metrics[f"edit.changed{way}"] = share(bench.right(made, graphs, ("colour",)), 1.0)
        metrics[f"edit.kept{way}"] = share(bench.right(made, graphs, kept), best)
        likeness = [_psnr(a, b) for a, b in zip(made, bench.renders, strict=True)]
        metrics[f"edit.likeness{way}"] = bootstrap(likeness, unit="dB", ceiling=ceiling)
    return metrics


def inpaints(bench: Bench) -> Metrics:
    """inside: kind and colour are the new ones; outside: PSNR of what was to be kept; border: the step
    across the edge of the part that was drawn, over that in the films handed in."""
    graphs = [another(graph) for graph in bench.graphs]
    prompts = [sentence(graph) for graph in graphs]
    masks = [middle_of(clip) for clip in bench.renders]
    films = bench.made(Edit(clip="", strength=0.0), prompts, [[c] for c in bench.renders], masks)
    rows = list(zip(bench.renders, masks, strict=True))
    pasted = [
        np.where(mask[..., None], film, clip)
        for film, (clip, mask) in zip(_anew(bench, prompts), rows, strict=True)
    ]
    ways = {"": films, ".pasted": pasted, ".unchanged": list(bench.renders)}
    codec = [_outside(reconstruct(bench.system.codec, clip), clip, mask) for clip, mask in rows]
    metrics: Metrics = {}
    for way, made in ways.items():
        metrics[f"inpaint.inside{way}"] = share(bench.right(made, graphs, ("kind", "colour")), 1.0)
        outside = [
            _outside(film, clip, mask) for film, (clip, mask) in zip(made, rows, strict=True)
        ]
        metrics[f"inpaint.outside{way}"] = bootstrap(
            outside, unit="dB", ceiling=float(np.mean(codec))
        )
        edges = [
            border(film, mask) / max(border(clip, mask), 0.5)
            for film, (clip, mask) in zip(made, rows, strict=True)
        ]
        metrics[f"inpaint.border{way}"] = bootstrap(edges, unit="ratio to renders", ceiling=1.0)
    return metrics


def interpolations(bench: Bench) -> Metrics:
    """between: PSNR of the frames that were not given, against renders at twice the rate."""
    length, size = bench.renders.shape[1], bench.renders.shape[2]
    true = [make_clip(g, size, 2 * length - 1, 2 * bench.fps).frames for g in bench.graphs]
    given = [clip[::2] for clip in true]
    verb = Interpolate(clip="", fps=2 * bench.fps)
    films = bench.made(verb, bench.prompts, [[clip] for clip in given], slowed=2)
    ways = {
        "": [film[1::2] for film in films],
        ".repeat": [clip[:-1] for clip in given],
        ".cross_fade": [naive.between(clip) for clip in given],
    }
    codec = [psnr(reconstruct(bench.system.codec, c)[1::2], c[1::2]) for c in true]
    return {
        f"interpolate.between{way}": bootstrap(
            [_psnr(film, clip[1::2]) for film, clip in zip(made, true, strict=True)],
            unit="dB",
            ceiling=float(np.mean(codec)),
        )
        for way, made in ways.items()
    }


def repainted(graph: Graph) -> Graph:
    """The graph with a subject of another colour, of pairs that training has seen."""
    colours = [c for c in names(COLOURS) if c != graph.colour and not is_held_out(graph.kind, c)]
    rng = numpy_rng(graph.seed, "verbs", "colour")
    return graph.replace(colour=colours[int(rng.integers(len(colours)))])


def another(graph: Graph) -> Graph:
    """The graph with a subject of another kind and colour that moves as the first one did."""
    kinds = [k for k in names(KINDS) if k != graph.kind and allowed(k, graph.motion)]
    rng = numpy_rng(graph.seed, "verbs", "kind")
    return repainted(graph.replace(kind=kinds[int(rng.integers(len(kinds)))]))


def sentence(graph: Graph) -> str:
    """What asks for a graph, in English, with all its facts."""
    return caption(graph, numpy_rng(graph.seed, "verbs", "prompt"), style="medium")


def middle_of(clip: Frames) -> Mask:
    """The middle half of a picture in both directions, where subjects are: True inside."""
    height, width = clip.shape[1:3]
    mask = np.zeros((height, width), bool)
    mask[height // 4 : height - height // 4, width // 4 : width - width // 4] = True
    return mask


def border(clip: Frames, mask: Mask) -> float:
    """Mean step in levels of 255 from a pixel to its neighbour where a mask (H, W) begins or ends."""
    values, found = clip.astype(np.float64), []
    for axis in (0, 1):
        edge = np.diff(mask.astype(np.int8), axis=axis) != 0
        found.append(np.abs(np.diff(values, axis=axis + 1))[:, edge].ravel())
    return float(np.concatenate(found).mean())


def _outside(film: Frames, clip: Frames, mask: Mask) -> float:
    return _psnr(film[:, ~mask], clip[:, ~mask])


def _psnr(film: Frames, clip: Frames) -> float:
    return min(psnr(film, clip), MOST_DB)


def _anew(bench: Bench, prompts: Sequence[str]) -> list[Frames]:
    return list(sample_clips(bench.system, prompts, [q.seed for q in bench.asked]))
