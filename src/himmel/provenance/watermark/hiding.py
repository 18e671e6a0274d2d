"""How much a place hides: what SSIM (Wang et al., 2004) says of noise there, and of a whole frame.

Noise of variance v in a place of variance s costs about v / (2 s + C2) of its similarity. The same share
is spent everywhere: little in a clear sky, more in leaves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from himmel.provenance.watermark.pattern import Plane

C1, C2 = np.float32((0.01 * 255) ** 2), np.float32((0.03 * 255) ** 2)
_WEIGHTS = np.asarray([0.299, 0.587, 0.114], np.float32)  # BT.601
_REACH = 3  # pixels; a place is a square of 7 x 7
_SEEN = 2  # SSIM looks through squares of 5 x 5, which are as wide as its usual bell
_SHARE = 0.028  # of similarity, at first
_LARGEST = 9.0  # deviation in levels, whatever goes on in a place
_HALVINGS = 12


def luma(frame: NDArray[np.uint8]) -> Plane:
    """Brightness (H, W), from -128 to 127: float32 keeps variances that way."""
    weighed: Plane = frame.astype(np.float32) @ _WEIGHTS
    return weighed - np.float32(128)


def box(plane: Plane, reach: int) -> Plane:
    """Mean over a square of 2 reach + 1 pixels; the border repeats itself."""
    padded = np.pad(plane, reach, mode="edge")
    height, width = plane.shape
    size = 2 * reach + 1
    rows = padded[:height].copy()
    for n in range(1, size):
        rows += padded[n : n + height]
    total = rows[:, :width].copy()
    for n in range(1, size):
        total += rows[:, n : n + width]
    total *= np.float32(1 / size**2)
    return total


def variance(plane: Plane, reach: int) -> Plane:
    """Variance in the same squares, never below 0."""
    mean = box(plane, reach)
    found: Plane = np.maximum(box(plane * plane, reach) - mean * mean, 0)
    return found


def deviation(plane: Plane) -> Plane:
    """What a place hides, in levels; beside an edge as little as on its calmer side."""
    spread = np.pad(variance(plane, _REACH), _REACH, mode="edge")
    height, width = plane.shape
    corners = ((0, 1), (2, 1), (1, 0), (1, 2), (1, 1))
    calmest = np.minimum.reduce(
        [spread[_REACH * r :, _REACH * c :][:height, :width] for r, c in corners]
    )
    hidden: Plane = np.sqrt(np.float32(_SHARE) * (2 * calmest + C2))
    return np.minimum(hidden, np.float32(_LARGEST))


def capped(amount: Plane, budget: float) -> Plane:
    """`amount`, its peaks cut so far that its mean square is within `budget`."""
    squares = amount * amount
    if float(squares.mean()) <= budget:
        return amount
    low, high = 0.0, float(squares.max())
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        within = float(np.minimum(squares, np.float32(middle)).mean()) <= budget
        low, high = (middle, high) if within else (low, middle)
    kept: Plane = np.sqrt(np.minimum(squares, np.float32(low)))
    return kept


def similarity(before: Plane, after: Plane) -> float:
    """Mean SSIM of two planes as `luma` gives them, clipped to what a screen shows."""
    after = np.clip(after, -128, 127)
    mean, other = box(before, _SEEN), box(after, _SEEN)
    spread = box(before * before, _SEEN) + box(after * after, _SEEN) - mean * mean - other * other
    both = box(before * after, _SEEN) - mean * other
    mean += 128
    other += 128
    light = (2 * mean * other + C1) / (mean * mean + other * other + C1)
    return float(np.mean(light * (2 * both + C2) / (spread + C2)))
