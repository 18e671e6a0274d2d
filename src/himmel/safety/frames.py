"""Looking at frames: are they pictures at all, and do they show the canary?

The canary is a magenta triangle on green. It is harmless, and stands for what a detector of harmful
pictures would find, so that the way from a finding to a withheld clip can be tested with every build.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from himmel.core.values import Frames

MIN_AREA = 0.002  # of the frame, the magenta part
GREEN_SHARE = 0.75  # of what surrounds the triangle inside its box
TRIANGLE_FILL = (0.35, 0.65)  # of its bounding box; one half for an ideal triangle


@dataclass(frozen=True)
class FrameCheck:
    """A check of a chunk. `find` returns why the chunk is refused, None when it may pass."""

    name: str
    find: Callable[[Frames], str | None]
    category: str | None = None


def broken_structure(frames: Frames) -> str | None:
    """Why this is no chunk uint8 (T, H, W, 3), None when it is one."""
    if not isinstance(frames, np.ndarray):
        return f"a chunk of frames is an array, got {type(frames).__name__}"
    if np.issubdtype(frames.dtype, np.inexact) and not np.isfinite(frames).all():
        return "the frames hold values that are not finite"
    if frames.dtype != np.uint8 or frames.ndim != 4 or frames.shape[3] != 3 or not frames.size:
        return f"frames are uint8 (T, H, W, 3), got {frames.dtype} {frames.shape}"
    return None


def shows_canary(frames: Frames) -> str | None:
    """Says so when any frame shows a magenta triangle on green, None otherwise."""
    shown = any(_canary_in(frame) for frame in frames)
    return "the frames show the test picture that is never let out" if shown else None


def _canary_in(frame: NDArray[np.uint8]) -> bool:
    red, green, blue = frame[..., 0], frame[..., 1], frame[..., 2]  # (H, W) each
    magenta = (red > 170) & (blue > 170) & (green < 100)
    if magenta.sum() < max(MIN_AREA * magenta.size, 6):
        return False
    rows, columns = np.flatnonzero(magenta.any(1)), np.flatnonzero(magenta.any(0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    inside = magenta[box]
    grass = ((green > 150) & (red < 110) & (blue < 110))[box]
    low, high = TRIANGLE_FILL
    return bool(low < inside.mean() < high and grass[~inside].mean() > GREEN_SHARE)


STRUCTURE = FrameCheck("frame-structure", broken_structure)
CANARY = FrameCheck("canary", shows_canary, category="C14")
