"""Looking at frames: are they pictures at all, and do they show a canary?

The canary is a magenta triangle on green. It is harmless, and stands for what a detector of harmful
pictures would find, so that the way from a finding to a withheld clip can be tested with every build. Two
more symbols are forbidden only one after the other, and stand for harm that arises over time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from himmel.core.values import Frames

Find = Callable[[Frames], str | None]
Mask = NDArray[np.bool_]

MIN_AREA = 0.002  # of the frame, the figure
GROUND_SHARE = 0.75  # of what surrounds the figure inside its box
GRID = 128  # a frame is looked at with about so many points a side
ORDER_FRAMES = 120  # two seconds at up to 60 frames per second
_WINDOWS = (0.2, 0.25, 0.3, 0.36, 0.44, 0.53, 0.64, 0.77, 0.92)  # sides, of the frame's short one
_HIGH, _LOW = 150, 110  # of a channel that is there, and of one that is not


def ready() -> None:
    """For checks that need nothing."""


@dataclass(frozen=True)
class FrameCheck:
    """A check of a chunk. `find` returns why the chunk is refused, None when it may pass.

    `every`: look at each so-manieth frame of a clip and at its first (1 = all). `limit`: seconds a look
    may take, None for no watch. `begin` makes a `find` with a memory of its own for each clip. `ready`
    raises when the check could not run, before anything is drawn.
    """

    name: str
    find: Find
    category: str | None = None
    every: int = 1
    limit: float | None = None
    begin: Callable[[], Find] | None = None
    ready: Callable[[], None] = ready

    def start(self) -> Find:
        """What looks at the chunks of one clip."""
        find = self.begin() if self.begin else self.find
        return find if self.every == 1 else Sampled(find, self.every)


@dataclass
class Sampled:
    """Shows a find only each so-manieth frame, counted through the whole clip."""

    find: Find
    every: int
    seen: int = 0

    def __call__(self, frames: Frames) -> str | None:
        """The finding on those frames of the chunk whose turn it is."""
        first = -self.seen % self.every
        self.seen += len(frames)
        chosen = frames[first :: self.every]
        return self.find(chosen) if len(chosen) else None


def broken_structure(frames: Frames) -> str | None:
    """Why this is no chunk uint8 (T, H, W, 3), None when it is one."""
    if not isinstance(frames, np.ndarray):
        return f"a chunk of frames is an array, got {type(frames).__name__}"
    if np.issubdtype(frames.dtype, np.inexact) and not np.isfinite(frames).all():
        return "the frames hold values that are not finite"
    if frames.dtype != np.uint8 or frames.ndim != 4 or frames.shape[3] != 3 or not frames.size:
        return f"frames are uint8 (T, H, W, 3), got {frames.dtype} {frames.shape}"
    return None


@dataclass(frozen=True)
class Symbol:
    """A figure of one strong colour on a ground of another; colours say which of R, G, B are there.

    `fill`: the figure's share of its own box, which tells triangle (1/2) from disc (pi/4).
    """

    figure: tuple[bool, bool, bool]
    ground: tuple[bool, bool, bool]
    fill: tuple[float, float]

    def shown(self, frame: NDArray[np.uint8]) -> bool:
        """True when a frame uint8 (H, W, 3) shows it anywhere."""
        step = max(1, min(frame.shape[:2]) // GRID)
        frame = frame[::step, ::step]
        figure = _coloured(frame, self.figure)
        smallest = max(MIN_AREA * figure.size, 6)
        if figure.sum() < smallest:
            return False
        ground = _coloured(frame, self.ground)
        if not ground.any():
            return False
        boxes = chain(_boxes(figure), _framed(figure, ground))
        return any(self._fits(figure[box], ground[box], smallest) for box in boxes)

    def _fits(self, figure: Mask, ground: Mask, smallest: float) -> bool:
        low, high = self.fill
        around = ground[~figure]
        return bool(
            figure.sum() >= smallest
            and low < figure.mean() < high
            and around.size
            and around.mean() > GROUND_SHARE
        )


TRIANGLE = Symbol((True, False, True), (False, True, False), (0.35, 0.65))
FIRST = Symbol((True, False, True), (False, True, True), (0.68, 0.9))  # magenta disc on cyan
SECOND = Symbol((True, True, False), (True, False, True), (0.68, 0.9))  # yellow disc on magenta


def _coloured(frame: NDArray[np.uint8], there: tuple[bool, bool, bool]) -> Mask:
    channels = [frame[..., i] > _HIGH if on else frame[..., i] < _LOW for i, on in enumerate(there)]
    shown: Mask = np.logical_and.reduce(channels)
    return shown


def _boxes(mask: Mask, depth: int = 4) -> Iterator[tuple[slice, slice]]:
    """Boxes around what is set, cut apart at empty rows and columns, and once more inside of them."""
    for rows in _runs(np.asarray(mask.any(1))):
        for columns in _runs(np.asarray(mask[rows].any(0))):
            inner = mask[rows, columns]
            if inner.any(1).all() or not depth:
                yield rows, columns
            else:
                for r, c in _boxes(inner, depth - 1):
                    yield (
                        slice(rows.start + r.start, rows.start + r.stop),
                        slice(columns.start + c.start, columns.start + c.stop),
                    )


def _framed(figure: Mask, ground: Mask) -> Iterator[tuple[slice, slice]]:
    """Boxes around the figure in windows that hold little but figure and ground, for busy frames."""
    counts = [np.pad(mask.cumsum(0).cumsum(1), ((1, 0), (1, 0))) for mask in (figure, ground)]
    for share in _WINDOWS:
        side = int(share * min(figure.shape))
        step = max(1, side // 8)
        inside, around = (
            (n[side:, side:] - n[:-side, side:] - n[side:, :-side] + n[:-side, :-side])[
                ::step, ::step
            ]
            for n in counts
        )
        held = (inside + around) * ((inside > 0.1 * side**2) & (around > 0.3 * side**2))
        top, left = map(int, np.unravel_index(int(held.argmax()), held.shape))
        if held[top, left] > 0.85 * side**2:
            rows, columns = (
                slice(top * step, top * step + side),
                slice(left * step, left * step + side),
            )
            inner = figure[rows, columns]
            lines = np.asarray(inner.any(1)), np.asarray(inner.any(0))
            yield _around(lines[0], rows.start), _around(lines[1], columns.start)


def _around(line: Mask, start: int) -> slice:
    found = np.flatnonzero(line)
    return slice(int(start + found[0]), int(start + found[-1] + 1))


def _runs(line: Mask) -> list[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], line.view(np.int8), [0]])))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def shows_canary(frames: Frames) -> str | None:
    """Says so when any frame shows a magenta triangle on green, None otherwise."""
    shown = any(TRIANGLE.shown(frame) for frame in frames)
    return "the frames show the test picture that is never let out" if shown else None


@dataclass
class Order:
    """Finds the second symbol within ORDER_FRAMES after the first; either alone may pass."""

    since: int | None = field(default=None)

    def __call__(self, frames: Frames) -> str | None:
        """The finding on the next frames of a clip."""
        for frame in frames:
            self.since = None if self.since is None else self.since + 1
            if self.since is not None and self.since <= ORDER_FRAMES and SECOND.shown(frame):
                return "two test pictures follow each other that are never let out in this order"
            if FIRST.shown(frame):
                self.since = 0
        return None


def shows_order(frames: Frames) -> str | None:
    """What Order finds in a whole clip."""
    return Order()(frames)


STRUCTURE = FrameCheck("frame-structure", broken_structure)
CANARY = FrameCheck("canary", shows_canary, category="C14")
ORDER_CANARY = FrameCheck("canary-order", shows_order, category="C15", begin=Order)
BUILT_IN = (STRUCTURE, CANARY, ORDER_CANARY)
