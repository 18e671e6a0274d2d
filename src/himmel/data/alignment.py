"""Is one clip a piece of another? Both are laid over each other, and the worst place is looked at.

Clips of one place differ in their subject alone, so a likeness of whole pictures says little. Here the
small pictures of both are aligned in time, size and place (to a quarter of a pixel, where it matters),
brightness is fitted, and what remains is read block by block and picture by picture: of a copy nothing
remains anywhere at any time, of another clip its subject or how it moves does.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

SIDE = 40  # of a small picture
SURE, HOPELESS = 7.0, 60.0  # what remains of a copy, and of no copy, on whole pixels
Small = NDArray[np.float32]  # (T, SIDE, SIDE, 3)
Place = tuple[float, float, float]  # size of a piece, rows down, columns to the right
_FINER = (0.5, 0.25)  # of a pixel
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
    best: Place = max(places, key=lambda place: _fit(*_on_pixels(piece, under, *place)))
    remains = _worst_block(*_between(piece, under, best))
    if not SURE < remains < HOPELESS:
        return remains
    for step in _FINER:
        tries = _beside(best, step)
        best = max(tries, key=lambda place: _fit(*_between(_some(piece), _some(under), place)))
    return min(remains, _worst_block(*_between(piece, under, best)))


def _around(size: int, top: int, left: int) -> Iterator[tuple[int, int, int]]:
    """Sizes and places one pixel around a coarse one, as far as they lie inside."""
    for n in range(max(size - 1, 1), min(size + 1, SIDE) + 1):
        for row in range(max(top - 1, 0), min(top + 1, SIDE - n) + 1):
            for column in range(max(left - 1, 0), min(left + 1, SIDE - n) + 1):
                yield n, row, column


def _beside(place: Place, step: float) -> Iterator[Place]:
    """A place and those a step larger, smaller, down and to the right, as far as they lie inside."""
    for moved in product((-step, 0.0, step), repeat=3):
        size, top, left = (old + by for old, by in zip(place, moved, strict=True))
        if min(top, left) >= 0 and max(top, left) + size <= SIDE:
            yield size, top, left


def _on_pixels(piece: Small, under: Small, size: int, top: int, left: int) -> tuple[Small, Small]:
    """A piece and what lies under it, some pictures of both, at a place of whole pixels."""
    seen = _some(under)[:, top : top + size, left : left + size]
    return _resized(_some(piece), size), seen


def _between(piece: Small, under: Small, place: Place) -> tuple[Small, Small]:
    """The same of all pictures at any place, both of about as many pixels as it is wide."""
    size, top, left = place
    side = round(size)
    rows, columns = _means(SIDE, side, top, size), _means(SIDE, side, left, size)
    narrow = np.einsum("thwc,wx->thxc", under, columns, optimize=True)
    seen: Small = np.einsum("thxc,hy->tyxc", narrow, rows, optimize=True)
    return _resized(piece, side), seen


def _some(pictures: Small) -> Small:
    """The first, a middle and the last picture."""
    chosen: Small = pictures[np.unique(np.linspace(0, len(pictures) - 1, 3).round().astype(int))]
    return chosen


def _fit(piece: Small, under: Small) -> float:
    """The correlation of a piece with what lies under it."""
    x, y = piece - piece.mean((0, 1, 2)), under - under.mean((0, 1, 2))
    length = np.sqrt(float((x * x).sum()) * float((y * y).sum()))
    return float((x * y).sum() / max(length, _SMALLEST))


def _best_place(piece: Small, whole: Small) -> tuple[float, tuple[int, int, int]]:
    """The highest correlation, and where it is: frames later, rows down, columns to the right."""
    size, spare = piece.shape[1], whole.shape[1] - piece.shape[1] + 1
    places = (
        (
            _fit(*_on_pixels(piece, whole[later : later + len(piece)], size, top, left)),
            (later, top, left),
        )
        for later in range(len(whole) - len(piece) + 1)
        for top in range(spare)
        for left in range(spare)
    )
    return max(places)


def _worst_block(piece: Small, under: Small) -> float:
    """The block of any picture in which most remains: clips of one place move at different times."""
    x, y = piece - piece.mean((0, 1, 2)), under - under.mean((0, 1, 2))
    gain = float((x * y).sum() / max(float((x * x).sum()), _SMALLEST))
    left = np.abs(gain * x - y).mean(3)  # (T, side, side)
    cuts = np.linspace(0, left.shape[1], _BLOCKS + 1).astype(int)
    sums = np.add.reduceat(np.add.reduceat(left, cuts[:-1], 1), cuts[:-1], 2)
    areas = np.diff(cuts)[:, None] * np.diff(cuts)
    return float((sums / areas).max())


def _resized(frames: Small, side: int) -> Small:
    height, width = frames.shape[1:3]
    if (height, width) == (side, side):
        return frames
    narrow = np.einsum("thwc,wx->thxc", frames, _means(width, side, 0, width), optimize=True)
    result: Small = np.einsum(
        "thxc,hy->tyxc", narrow, _means(height, side, 0, height), optimize=True
    )
    return result


@lru_cache(maxsize=4096)
def _means(many: int, few: int, start: float, extent: float) -> NDArray[np.float32]:
    """Weights (many, few): how much of each old pixel lies under a new one, where the new ones lie on
    `extent` old ones from `start` on."""
    width = extent / few
    low = start + np.arange(few) * width
    pixel = np.arange(many)[:, None]
    covered = np.minimum(pixel + 1, low + width) - np.maximum(pixel, low)
    weights: NDArray[np.float32] = (covered.clip(0) / width).astype(np.float32)
    return weights
