"""Any size and length: drawn on the trained grid that is nearest, then enlarged, cut out and cut off."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from himmel.core.errors import HimmelError
from himmel.core.geometry import PixelShape
from himmel.core.values import Frames
from himmel.generate.config import SystemConfig
from himmel.media.picture import BICUBIC, fitted
from himmel.models.upscaler import MOST_DOUBLINGS, Upscaler, doublings

# Pixels along a side, where weights were trained for given sizes. Smaller films would carry no hidden
# mark that is found again, and none is published without one.
SMALLEST, LARGEST = 80, 2048


def drawn_size(width: int, height: int, config: SystemConfig) -> tuple[int, int]:
    """The width and height to draw at for a clip of width x height.

    Of the trained sizes the one of the nearest aspect, and of several such the smallest that covers what
    was asked, or the largest; where any size will do, the next one that codec and transformer can cut.
    """
    if not config.trained_sizes:
        wide, high = config.steps_of_size
        return math.ceil(width / wide) * wide, math.ceil(height / high) * high
    if (width, height) in config.trained_sizes:
        return width, height

    def distance(size: tuple[int, int]) -> tuple[float, bool, int]:
        covers = size[0] >= width and size[1] >= height
        area = size[0] * size[1]
        return _bend(size, (width, height)), not covers, area if covers else -area

    return min(config.trained_sizes, key=distance)


def check_sides(width: int, height: int, config: SystemConfig) -> None:
    """Raise HimmelError for sides outside SMALLEST to LARGEST where only trained sizes can be drawn."""
    if not config.trained_sizes or (width, height) in config.trained_sizes:
        return
    for name, side in (("width", width), ("height", height)):
        if not SMALLEST <= side <= LARGEST:
            raise HimmelError(f"{name} {side} cannot be made; use {SMALLEST} to {LARGEST}")


def _bend(size: tuple[int, int], asked: tuple[int, int]) -> float:
    """How far two aspects differ, rounded so that equal ones are equal."""
    return round(abs(math.log(size[0] * asked[1] / (size[1] * asked[0]))), 6)


def drawn_frames(asked: int, config: SystemConfig, fps: float) -> int:
    """The number of frames to draw at once for a film of so many: the shortest length that covers them.

    Raises HimmelError where none does; generate.timeline plans the films that take several windows.
    """
    if not config.trained_frames:
        time = config.codec.compression.time
        return math.ceil((asked - 1) / time) * time + 1
    fitting = [n for n in config.trained_frames if n >= asked and (n > 1 or asked == 1)]
    if not fitting:
        raise _too_long(asked, config, fps)
    return min(fitting)


def _too_long(asked: int, config: SystemConfig, fps: float) -> HimmelError:
    longest = max(config.trained_frames)
    return HimmelError(
        f"{asked / fps:g} seconds are {asked} frames, more than these weights draw at once; "
        f"use at most {longest / fps:g} seconds ({longest} frames at {fps:g} per second)"
    )


def notes_on_size(drawn: PixelShape, shown: PixelShape, config: SystemConfig) -> tuple[str, ...]:
    """What is done between drawing and showing, in words."""
    notes = []
    if (drawn.width, drawn.height) != (shown.width, shown.height):
        notes.append(_note_on_enlarging(drawn, shown, config))
    if drawn.frames != shown.frames:
        notes.append(f"{drawn.frames} frames are drawn and the first {shown.frames} kept")
    return tuple(notes)


def _note_on_enlarging(drawn: PixelShape, shown: PixelShape, config: SystemConfig) -> str:
    scale = _scale(drawn, shown)
    done = "enlarged" if scale > 1 else "made smaller" if scale < 1 else ""
    if scale > 1:
        how = "bicubically: these weights have no upscaler"
        if config.upscaler:
            most = 2**MOST_DOUBLINGS
            how = "by the upscaler" + (
                f" to {most} times, then bicubically" if scale > most else ""
            )
        done = f"{done} {scale:.3g} times {how}"
    if _bend((drawn.width, drawn.height), (shown.width, shown.height)):
        done = " and ".join(part for part in (done, "its middle cut out") if part)
    return f"drawn at {drawn.width}x{drawn.height}, {done}, to fit {shown.width}x{shown.height}"


def _scale(drawn: PixelShape, shown: PixelShape) -> float:
    """How much larger things are shown than drawn; what sticks out is cut off."""
    return max(shown.width / drawn.width, shown.height / drawn.height)


def shown_as(
    chunks: Iterator[Frames], drawn: PixelShape, shown: PixelShape, upscaler: Upscaler | None
) -> Iterator[Frames]:
    """Chunks of drawn frames, uint8 (T, H, W, 3), in the size and up to the length that is shown."""
    if drawn == shown:
        yield from chunks
        return
    scale, left = _scale(drawn, shown), shown.frames
    enlarge = None
    if upscaler is not None and scale > 1:
        enlarge = upscaler.session(doublings(scale))
    rows = _middle(drawn.height, shown.height / scale)
    columns = _middle(drawn.width, shown.width / scale)
    for chunk in chunks:
        kept = chunk[:left, rows, columns]
        left -= len(kept)
        yield _resized(kept if enlarge is None else enlarge(kept), shown)
        if left == 0:
            return


def _middle(side: int, kept: float) -> slice:
    """The smallest stretch in the middle of a side that holds `kept` pixels."""
    cut = max(math.floor((side - kept) / 2 + 1e-9), 0)
    return slice(cut, side - cut)


def _resized(frames: Frames, shown: PixelShape) -> Frames:
    return np.stack([fitted(f, shown.width, shown.height, BICUBIC) for f in frames])
