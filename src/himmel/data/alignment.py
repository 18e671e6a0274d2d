"""Is one clip a piece of another? Both are laid over each other, and the worst place is looked at.

Clips of one place differ in their subject alone, so a likeness of whole pictures says little. Here the
small pictures of both are aligned in time, size and place, brightness is fitted, and what remains is
read block by block: of a copy nothing remains anywhere, of another clip its subject does.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

SIDE = 40  # of a small picture
Small = NDArray[np.float32]  # (T, SIDE, SIDE, 3)
_COARSE = (20, 19, 18, 17)  # sizes of a piece that was cropped out, in half pixels of the whole
_LEAST = 0.7  # correlation
_BLOCKS = 4  # to a side
_SMALLEST = 1e-6


def small(frames: NDArray[np.uint8]) -> Small:
    """Frames (T, H, W, 3) as pictures of SIDE x SIDE by the mean of what lies under each pixel."""
    return _resized(frames.astype(np.float32), SIDE)


def turned(pictures: Small, view: int) -> Small:
    """One of the eight views, in the order of himmel.media.pdq.dihedral."""
    if view >= 4:
        pictures = pictures.swapaxes(1, 2)
    if view % 2:
        pictures = pictures[:, :, ::-1] if view < 4 else pictures[:, ::-1]
    if view % 4 >= 2:
        pictures = pictures[:, ::-1] if view < 4 else pictures[:, :, ::-1]
    return pictures


def remainder(piece: Small, whole: Small) -> float:
    """What remains in the worst block, 0 to 255, when `piece` is laid on the best place of `whole`.

    The piece has as many frames as the whole or fewer; more are cut off. The place is sought on pictures
    of half the size first; where nothing fits there at all, 255 remain.
    """
    piece = piece[: len(whole)]
    coarse = [(*_best_place(_resized(piece, n), _resized(whole, SIDE // 2)), n) for n in _COARSE]
    fit, (later, top, left), size = max(coarse)
    if fit < _LEAST:
        return 255.0
    under = whole[later : later + len(piece)]
    places = _around(2 * size, 2 * top, 2 * left)
    best = max(places, key=lambda place: _fit(piece, under, *place))
    return _worst_block(_resized(piece, best[0]), _window(under, *best))


def _around(size: int, top: int, left: int) -> Iterator[tuple[int, int, int]]:
    """Sizes and places one pixel around a coarse one, as far as they lie inside."""
    for n in range(max(size - 1, 1), min(size + 1, SIDE) + 1):
        for row in range(max(top - 1, 0), min(top + 1, SIDE - n) + 1):
            for column in range(max(left - 1, 0), min(left + 1, SIDE - n) + 1):
                yield n, row, column


def _window(pictures: Small, size: int, top: int, left: int) -> Small:
    return pictures[:, top : top + size, left : left + size]


def _some(pictures: Small) -> Small:
    """The first, a middle and the last picture."""
    chosen: Small = pictures[np.unique(np.linspace(0, len(pictures) - 1, 3).round().astype(int))]
    return chosen


def _fit(piece: Small, under: Small, size: int, top: int, left: int) -> float:
    """The correlation of a piece with what lies under it."""
    x, y = _resized(_some(piece), size), _window(_some(under), size, top, left)
    x, y = x - x.mean((0, 1, 2)), y - y.mean((0, 1, 2))
    length = np.sqrt(float((x * x).sum()) * float((y * y).sum()))
    return float((x * y).sum() / max(length, _SMALLEST))


def _best_place(piece: Small, whole: Small) -> tuple[float, tuple[int, int, int]]:
    """The highest correlation, and where it is: frames later, rows down, columns to the right."""
    size, spare = piece.shape[1], whole.shape[1] - piece.shape[1] + 1
    places = (
        (_fit(piece, whole[later : later + len(piece)], size, top, left), (later, top, left))
        for later in range(len(whole) - len(piece) + 1)
        for top in range(spare)
        for left in range(spare)
    )
    return max(places)


def _worst_block(piece: Small, under: Small) -> float:
    x, y = piece - piece.mean((0, 1, 2)), under - under.mean((0, 1, 2))
    gain = float((x * y).sum() / max(float((x * x).sum()), _SMALLEST))
    left = np.abs(gain * x - y).mean((0, 3))
    cuts = np.linspace(0, len(left), _BLOCKS + 1).astype(int)
    sums = np.add.reduceat(np.add.reduceat(left, cuts[:-1], 0), cuts[:-1], 1)
    areas = np.diff(cuts)[:, None] * np.diff(cuts)
    return float((sums / areas).max())


def _resized(frames: Small, side: int) -> Small:
    height, width = frames.shape[1:3]
    if (height, width) == (side, side):
        return frames
    narrow = np.einsum("thwc,wx->thxc", frames, _means(width, side), optimize=True)
    result: Small = np.einsum("thxc,hy->tyxc", narrow, _means(height, side), optimize=True)
    return result


@cache
def _means(many: int, few: int) -> NDArray[np.float32]:
    """Weights (many, few): how much of each old pixel lies under a new one."""
    edges = np.arange(few + 1) * many / few
    low, high = edges[:-1], edges[1:]
    pixel = np.arange(many)[:, None]
    covered = np.minimum(pixel + 1, high) - np.maximum(pixel, low)
    weights: NDArray[np.float32] = (covered.clip(0) * few / many).astype(np.float32)
    return weights
