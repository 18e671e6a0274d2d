"""Films out of films: the known frames in their places, then window after window drawn into them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from himmel.conditions.canvas import Canvas, blank
from himmel.conditions.pixels import kept_cells
from himmel.conditions.spans import spans
from himmel.core.geometry import LatentShape
from himmel.core.rng import derive
from himmel.core.values import Frames
from himmel.diffusion.guidance import becoming
from himmel.diffusion.samplers import OnStep, VelocityField, ignore_step, sampler_named
from himmel.diffusion.schedules import clock_of
from himmel.generate.colours import recoloured
from himmel.generate.decode import decode, to_frames
from himmel.generate.denoise import checked, noise, system_field
from himmel.generate.follow import discs
from himmel.generate.residence import visiting
from himmel.generate.rework import ReworkPlan
from himmel.generate.system import System
from himmel.generate.verbs.region import Mask, drawn_pixels
from himmel.generate.verbs.source import read_source
from himmel.generate.verbs.timeline import BOTH, ONE, OTHER, Cut, Timeline, Window, weight
from himmel.models.video_codec import VideoCodec
from himmel.nn.flow import between

_AT_ONCE = 16  # pictures whose motion is looked for together
_SPARED = (24.0, 60.0)  # levels of 255: up to the first a change is little, from the second on much
_LEAST = 0.05  # levels of 255 that a step counts at least; a path that stands still has a pace too


@dataclass(eq=False)
class Film:
    """A film that is being made. `known` (T, H, W, 3) is what windows look at, `shown` what leaves.

    own (T,) says which places show a clip's own frames, drawn (T, H, W) which pixels windows write;
    spared is the film as it was, where what a drawing changes by little is to stay. Where one clip
    becomes another, `other` (T, H, W, 3) is what windows look at of that one, and `share` (T,) how far
    it has come.
    """

    timeline: Timeline
    known: Frames
    shown: Frames
    own: NDArray[np.bool_]
    drawn: NDArray[np.bool_]
    keep_source: bool
    time: int
    spared: Frames | None = None
    other: Frames | None = None
    share: NDArray[np.float64] | None = None

    def looked_at(self, window: Window) -> Frames:
        """The frames (n, H, W, 3) that lie under a window; beyond the film its ends stand still."""
        places = self._places(window)
        if window.side == ONE or self.other is None or self.share is None:
            return self.known[places]
        if window.side == OTHER:
            return self.other[places]
        return _mixed(self.known[places], self.other[places], self.share[places])

    def canvas(self, window: Window, codec: VideoCodec, shape: LatentShape) -> Canvas:
        """What a window knows before it is drawn; `shape` is that of a whole one."""
        shape = dataclasses.replace(shape, frames=len(window.strengths))
        places = self._places(window)
        shown = np.split(self.drawn[places], range(1, len(places), self.time))
        drawn = np.stack([frames.any(0) for frames in shown])  # a latent frame is drawn whole
        kept = kept_cells(torch.from_numpy(~drawn), codec.compression.space)[0]
        clip = _values(self.looked_at(window))
        return spans(codec, clip, window.strengths, kept)(blank(shape))

    def put(self, window: Window, frames: Frames) -> None:
        """Write what a window drew, and how its codec shows what it was given."""
        for index, (place, raw) in enumerate(
            zip(self._places(window), self._unbound(window), strict=True)
        ):
            inside = window.first <= raw < window.stop
            held = window.strengths[math.ceil(index / self.time)] == 1
            if window.side == OTHER:
                if inside and self.other is not None:
                    self.other[place] = frames[index]
            elif inside and (window.side == BOTH or not held):
                self._write(place, frames[index])
            elif held and self.own[place] and not self.keep_source:
                self.shown[place] = frames[index]

    def finished(self) -> Frames:
        """The film (T, H, W, 3) when all windows are drawn. A model goes from latent frame to latent
        frame in jumps where it has far to go; what is to be paced evenly loses them here."""
        film, first = self.shown.copy(), 0
        if self.spared is not None:
            film = sparing(self.spared, film)
        for cut in self.timeline.cuts:
            stop = first + cut.frames
            if cut.even:
                behind = stop % len(film)
                path = np.concatenate([film[first - 1 : stop], film[behind : behind + 1]])
                film[first:stop] = evened(path)
            if cut.still:
                still = film[first : first + 1].repeat(cut.frames, 0)
                film[first:stop] = only_within(self.drawn[first:stop], film[first:stop], still)
            first = stop
        return film

    def _write(self, place: int, frame: NDArray[np.uint8]) -> None:
        """A drawn frame: pixels and frames that are the clip's own stay so where that was asked."""
        if self.keep_source and self.own[place]:
            return
        self.known[place] = np.where(self.drawn[place][..., None], frame, self.known[place])
        self.shown[place] = self.known[place] if self.keep_source else frame

    def _unbound(self, window: Window) -> range:
        count = 1 + (len(window.strengths) - 1) * self.time
        return range(window.start, window.start + count)

    def _places(self, window: Window) -> list[int]:
        length = len(self.known)
        if self.timeline.loops:
            return [place % length for place in self._unbound(window)]
        return [min(max(place, 0), length - 1) for place in self._unbound(window)]


@torch.inference_mode()
def redraw(plan: ReworkPlan, system: System, on_step: OnStep = ignore_step) -> list[Frames]:
    """The finished film, uint8 (n, H, W, 3) by pieces, before review and marks.

    Noise depends on the plan's seed and the number of the window. Raises HimmelError when the numbers
    run away, DamagedFileError for a clip that was changed since it was planned.
    """
    film, times = begin(plan, system.codec), torch.tensor(plan.times, dtype=torch.float64)
    one, other, negative = map(system.read_text, (*plan.sides, plan.negative))
    system.text.release()
    sampler, windows = sampler_named(plan.sampler), plan.timeline.windows
    with visiting(system.transformers, system.device):
        for number, window in enumerate(windows):
            canvas = film.canvas(window, system.codec, plan.latent)
            field = becoming(
                _fields(plan, system, canvas, negative, times), one, other, window.words
            )
            watch = _Watch(on_step, number, len(windows))
            state = canvas.begin(noise(seed_of(plan.seed, number, window), canvas))
            latents = checked(sampler(field, state, times, watch).z)
            film.put(window, np.concatenate(list(decode(latents, system.codec))))
    return list(_pieces(film.finished(), plan))


def _fields(
    plan: ReworkPlan, system: System, canvas: Canvas, negative: Tensor, times: Tensor
) -> Callable[[Tensor], VelocityField]:
    """What the system says of a canvas, for any words."""

    clock = clock_of(system.config.defaults.schedule, times, plan.sampler)

    def field(words: Tensor) -> VelocityField:
        return system_field(system, canvas, (words, negative), plan.guidance, plan.guiding, clock)

    return field


def seed_of(seed: int, number: int, window: Window) -> int:
    """The seed of a window's noise; pictures of which one becomes the next begin with the same one."""
    return seed if number == 0 or window.side == BOTH else derive(seed, "window", number)


def begin(plan: ReworkPlan, codec: VideoCodec) -> Film:
    """The film of a plan before anything is drawn. Raises as read_source does."""
    pixels, region, source = plan.pixels, plan.region, plan.sources[0]
    canvas = region.canvas if region else None
    clips = [read_source(one, pixels, plan.rate, canvas) for one in plan.sources]
    if plan.style is not None:
        clips = [recoloured(clip, plan.style.read()) for clip in clips]
    drawn = np.ones((pixels.height, pixels.width), bool)
    if region is not None:
        drawn = drawn_pixels(region, source.width, source.height, pixels)
        if region.still:
            clips = [np.where(drawn[..., None], clip, clip[:1]) for clip in clips]
        if (disc := region.disc(source.width, source.height, pixels)) is not None:
            drawn = discs(clips[0], *disc)
    return compose(plan.timeline, clips, drawn, codec, plan.keep_source)


def compose(
    timeline: Timeline,
    clips: Sequence[Frames],
    drawn: Mask,
    codec: VideoCodec,
    keep_source: bool = False,
) -> Film:
    """Clips (T, H, W, 3) in their places, black where nothing is known; `drawn` (H, W) or, of a film as
    long as the clip, (T, H, W)."""
    height, width = drawn.shape[-2:]
    drawn = np.broadcast_to(drawn, (timeline.frames, height, width))
    known = np.concatenate([placed(cut, clips, height, width) for cut in timeline.cuts])
    own = np.concatenate([_own(cut) for cut in timeline.cuts])
    alone = (
        keep_source or not timeline.windows
    )  # nothing of the codec's that kept frames would meet
    shown = known.copy() if alone else _through(codec, known, own)
    spared = None
    if timeline.windows and any(cut.sparing for cut in timeline.cuts):
        spared = known.copy() if keep_source else _through(codec, known, np.ones_like(own))
    film = Film(timeline, known, shown, own, drawn, keep_source, codec.compression.time, spared)
    if any(cut.into is not None for cut in timeline.cuts):
        film.other = np.concatenate([_becoming(cut, clips, height, width) for cut in timeline.cuts])
        film.share = np.concatenate([_shares(cut) for cut in timeline.cuts])
    return film


def placed(cut: Cut, clips: Sequence[Frames], height: int, width: int) -> Frames:
    """What is known of a cut's frames (n, H, W, 3), mixtures of neighbours included."""
    if cut.source is None:
        return np.zeros((cut.frames, height, width, 3), np.uint8)
    clip, place = clips[cut.source], np.arange(cut.frames)
    left, share = cut.first + place // cut.slowed, place % cut.slowed / cut.slowed
    return halfway(clip[left], clip[np.minimum(left + 1, len(clip) - 1)], share)


def _becoming(cut: Cut, clips: Sequence[Frames], height: int, width: int) -> Frames:
    """The same of the clip that takes over."""
    if cut.into is None:
        return placed(cut, clips, height, width)
    if cut.into_first is None:
        return np.zeros((cut.frames, height, width, 3), np.uint8)
    return clips[cut.into][cut.into_first : cut.into_first + cut.frames]


def _shares(cut: Cut) -> NDArray[np.float64]:
    """How far the clip that takes over has come at each place of a cut (n,)."""
    ways = (np.arange(cut.frames) + 1) / (cut.frames + 1)
    return np.array([weight(cut.curve, way) for way in ways.tolist()])


def halfway(one: Frames, other: Frames, share: NDArray[np.float64]) -> Frames:
    """Pictures (n, H, W, 3) at shares of the way from one to another, along the motion between them."""
    made, drawn = one.copy(), np.flatnonzero(share)
    for start in range(0, len(drawn), _AT_ONCE):
        part = drawn[start : start + _AT_ONCE]
        shares = torch.from_numpy(share[part]).float()
        found = between(_levels(one[part]), _levels(other[part]), shares)
        made[part] = found.permute(0, 2, 3, 1).round().clamp(0, 255).byte().numpy()
    return made


def _own(cut: Cut) -> NDArray[np.bool_]:
    whole = cut.source is not None and cut.kept
    own: NDArray[np.bool_] = (np.arange(cut.frames) % cut.slowed == 0) & whole
    return own


def _mixed(one: Frames, other: Frames, share: NDArray[np.float64]) -> Frames:
    weights = share[:, None, None, None]
    mixed: Frames = np.rint(one * (1 - weights) + other * weights).astype(np.uint8)
    return mixed


def _through(codec: VideoCodec, known: Frames, own: NDArray[np.bool_]) -> Frames:
    """Frames as the codec shows them, where they are a clip's own: run by run, padded to its step."""
    shown, time = known.copy(), codec.compression.time
    edges = np.flatnonzero(np.diff(np.concatenate([[False], own, [False]]).astype(np.int8)))
    for first, stop in zip(edges[::2], edges[1::2], strict=True):
        run = known[first:stop]
        lacking = -(len(run) - 1) % time
        padded = np.concatenate([run, run[-1:].repeat(lacking, 0)])
        decoded = to_frames(codec.decode(codec.encode(_values(padded)[None])))
        shown[first:stop] = decoded[: len(run)]
    return shown


def _pieces(shown: Frames, plan: ReworkPlan) -> Iterator[Frames]:
    size = max(1, round(plan.fps))
    for start in range(0, len(shown), size):
        yield shown[start : start + size]


def evened(path: Frames) -> Frames:
    """Frames (n - 2, H, W, 3) from the first to the last of n, in steps that change equally much.

    Where a step of the path is larger than that, frames are put into it along its motion.
    """
    steps = np.abs(np.diff(path.astype(np.float32), axis=0)).mean((1, 2, 3)) + _LEAST
    reached = np.concatenate([[0.0], np.cumsum(steps)])
    wanted = np.linspace(0, reached[-1], len(path))[1:-1]
    left = np.clip(np.searchsorted(reached, wanted, side="right") - 1, 0, len(steps) - 1)
    return halfway(path[left], path[left + 1], (wanted - reached[left]) / steps[left])


def only_within(drawn: NDArray[np.bool_], film: Frames, around: Frames) -> Frames:
    """A film (T, H, W, 3) where it was drawn (T, H, W) and another around that, after a narrow border in
    which what moves may end."""
    side = 2 * (film.shape[1] // 16) + 1
    near = F.avg_pool2d(
        torch.tensor(drawn)[:, None].float(), side, 1, side // 2, count_include_pad=False
    )
    share = np.where(drawn, 1.0, (2 * near[:, 0].numpy()).clip(0, 1))[..., None]
    mixed: Frames = np.rint(around * (1 - share) + film * share).astype(np.uint8)
    return mixed


def sparing(film: Frames, drawn: Frames) -> Frames:
    """A film (T, H, W, 3) where a drawing of it changes it by little round about, the drawing where by
    much: words that ask for another subject say nothing of the ground, which a drawing changes too."""
    off = np.abs(film.astype(np.float32) - drawn).max(-1)
    side = 2 * (film.shape[1] // 28) + 1
    round_about = F.avg_pool3d(
        torch.from_numpy(off)[None, None],
        (3, side, side),
        1,
        (1, side // 2, side // 2),
        count_include_pad=False,
    )[0, 0].numpy()
    low, high = _SPARED
    share = ((round_about - low) / (high - low)).clip(0, 1)[..., None]
    mixed: Frames = np.rint(film * (1 - share) + drawn * share).astype(np.uint8)
    return mixed


def _levels(frames: Frames) -> Tensor:
    """Pictures (N, 3, H, W) in levels of 255."""
    return torch.from_numpy(frames).permute(0, 3, 1, 2).float()


def _values(frames: Frames) -> Tensor:
    """A clip (3, T, H, W) in [-1, 1]."""
    return torch.tensor(frames).permute(3, 0, 1, 2).float() / 127.5 - 1


@dataclass(frozen=True)
class _Watch:
    """Steps of one window as steps of all."""

    on_step: OnStep
    number: int
    windows: int

    def __call__(self, done: int, of: int) -> None:
        self.on_step(self.number * of + done, self.windows * of)
