"""From the plan of a long film to frames: segment by segment, window by window, one canvas each."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from himmel.conditions.canvas import Canvas, blank, known
from himmel.core.rng import derive
from himmel.core.values import Frames, Stop, never
from himmel.diffusion.samplers import OnStep, ignore_step, sampler_named
from himmel.diffusion.schedules import clock_of
from himmel.generate.denoise import checked, noise, system_field
from himmel.generate.journal import Journal
from himmel.generate.longer import LongPlan
from himmel.generate.pictures import Picture, read_film, with_pictures
from himmel.generate.residence import visiting
from himmel.generate.rolling import Shot, field_after
from himmel.generate.system import System
from himmel.generate.timeline import CONTINUE, Segment, starts_of, windows_of

RECALL = 0.5  # strength of a recalled picture: the same thing at the same place, in a new shot


class Stopped(Exception):
    """The film ends where it is."""


def roll_out(
    plan: LongPlan,
    system: System,
    on_step: OnStep = ignore_step,
    stop: Stop = never,
    journal: Journal | None = None,
) -> Iterator[Frames]:
    """Frames (n, H, W, 3) of a film of several windows, as they are made; nothing before them is held.

    The first window is drawn as a clip of that length is, later ones with noise of their own. Where
    `stop` says so the film ends; before its first frame this raises KeyboardInterrupt. What the
    journal holds of an earlier run is not drawn again.
    """
    roll = _Roll(plan, system, on_step, stop, journal or Journal())
    with visiting(system.transformers, system.device):
        shown = False
        try:
            for frames in _joined(roll):
                shown = True
                yield frames
        except Stopped:
            if not shown:
                raise KeyboardInterrupt from None


def _joined(roll: _Roll) -> Iterator[Frames]:
    """Segments one after the other, dissolving where they share frames."""
    fading: Frames | None = None
    overlaps = [*(segment.overlap for segment in roll.plan.segments[1:]), 0]
    for index, overlap in enumerate(overlaps):
        chunks = roll.segment(index)
        if fading is not None:
            chunks = dissolved(fading, chunks)
        fading = yield from withheld(chunks, overlap)


def withheld(chunks: Iterator[Frames], count: int) -> Generator[Frames, None, Frames | None]:
    """Chunks without their last `count` frames, which are returned; None for none."""
    if not count:
        yield from chunks
        return None
    kept: Frames | None = None
    try:
        for chunk in chunks:
            kept = chunk if kept is None else np.concatenate([kept, chunk])
            if len(kept) > count:
                yield kept[:-count]
                kept = kept[-count:]
    except Stopped:
        if kept is not None:
            yield kept
        raise
    return kept


def dissolved(before: Frames, chunks: Iterator[Frames]) -> Iterator[Frames]:
    """Chunks that come out of the frames `before`, a little more in each of them."""
    at, count = 0, len(before)
    for chunk in chunks:
        mixed = chunk.astype(np.float32)
        under = before[at : at + len(chunk)]
        share = np.arange(at + 1, at + 1 + len(under))[:, None, None, None] / (count + 1)
        mixed[: len(under)] += (1 - share) * (under - mixed[: len(under)])
        at += len(under)
        yield np.rint(mixed).astype(np.uint8)


@dataclass
class _Roll:
    """What runs through a whole film: words, windows drawn so far, first pictures to recall."""

    plan: LongPlan
    system: System
    on_step: OnStep
    stop: Stop
    journal: Journal
    shot: Shot = field(init=False)  # the one that is running
    stills: dict[int, Tensor] = field(default_factory=dict)
    window: int = 0

    def __post_init__(self) -> None:
        plan, time = self.plan, self.system.codec.compression.time
        told = dict.fromkeys((*(s.prompt for s in plan.segments), plan.negative))
        self._words = {words: self.system.read_text(words) for words in told}
        self.system.text.release()
        self._starts = starts_of(plan.segments)
        self._windows = windows_of(plan.segments, self.plan.rolling, time)
        self._recalled = {s.recall for s in plan.segments}
        self._times = torch.tensor(plan.times, dtype=torch.float64)

    def segment(self, index: int) -> Iterator[Frames]:
        """The frames of a segment, one latent frame at a time."""
        segment = self.plan.segments[index]
        if segment.transition != CONTINUE:
            self.shot = Shot(self.system.codec, self.plan.rolling)
        left, first = segment.latents(self.system.codec.compression.time), True
        for latents in self._latents(index, left):
            for latent in torch.split(latents, 1, dim=2):
                frames, end = self.shot.show(latent)
                if first and index in self._recalled:
                    self.stills[index] = end
                first = False
                yield frames

    def _latents(self, index: int, left: int) -> Iterator[Tensor]:
        """Latent frames (1, C, n, h, w): those of a film that was given, then window by window."""
        segment = self.plan.segments[index]
        if segment.clip:
            given = self._given(index, segment)[:, :, :left]
            left -= given.shape[2]
            yield given
        while left > 0:
            count = min(left, self.shot.room)
            latents = self.journal.replay(count)
            if latents is not None:
                yield latents
            else:
                latents = self._drawn(index, segment)[:, :, :count]
                yield latents  # back only after their frames have passed the review
                self.journal.append(latents)
            self.window += 1
            self._step(0, len(self._times) - 1)
            left -= count

    def _given(self, index: int, segment: Segment) -> Tensor:
        plan, codec = self.plan, self.system.codec
        clip = read_film(self._pictures(index)[0], segment.frames, plan.fps, plan.pixels)
        whole = (clip.shape[2] - 1) // codec.compression.time * codec.compression.time + 1
        with torch.inference_mode():
            return codec.encode(clip[:, :, :whole])

    def _drawn(self, index: int, segment: Segment) -> Tensor:
        """The new latent frames of the next window (1, C, n, h, w)."""
        plan, system, history = self.plan, self.system, self.shot.history()
        words = self._words[segment.prompt], self._words[plan.negative]
        seed = derive(plan.seed, "window", self.window) if self.window else plan.seed
        canvas = blank(replace(plan.latent, frames=self.shot.room))
        clock = clock_of(system.config.defaults.schedule, self._times, plan.sampler)
        if history is None:
            canvas = self._begun(canvas, index)
            velocity = system_field(system, canvas, words, plan.guidance, plan.guiding, clock)
        else:
            scale, net = plan.rolling.guidance, system.transformer
            velocity = field_after(net, history, plan.latent, words, scale, plan.guiding, clock)
        state = canvas.begin(noise(seed, canvas))
        with torch.inference_mode():
            drawn = sampler_named(plan.sampler)(velocity, state, self._times, self._step).z
        return checked(drawn[:, :, : canvas.frames])

    def _begun(self, canvas: Canvas, index: int) -> Canvas:
        """The first window of a shot, with the picture that it begins with."""
        recall = self.plan.segments[index].recall
        if recall is not None:
            with torch.inference_mode():
                return known(self.system.codec.encode(self.stills[recall]), 0, RECALL)(canvas)
        pictures = [picture.replace(frame=0) for picture in self._pictures(index)]
        return with_pictures(canvas, pictures, self.system.codec, self.plan.pixels)

    def _pictures(self, index: int) -> list[Picture]:
        return [p for p in self.plan.pictures if p.frame == self._starts[index]]

    def _step(self, done: int, steps: int) -> None:
        if self.stop():
            raise Stopped
        self.on_step(self.window * steps + done, self._windows * steps)
