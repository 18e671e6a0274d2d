"""Corners in pictures, and where a patch of one picture lies in another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from himmel.core.values import Frames
from himmel.evaluate.sharpness import luma

Array = NDArray[np.float64]

_DULL = 4.0  # levels of 255: a patch whose deviation is less shows nothing
_SURE = 0.75  # correlation from which a place counts as found
_CLEAR = 0.02  # by which the best place must be better than any that is not next to it


def corners(picture: Frames, most: int) -> Array:
    """Up to `most` places (N, 2), x and y in pixels, where a picture (H, W, 3) changes in every direction
    (the smaller eigenvalue of Shi and Tomasi), apart from each other."""
    grey = luma(picture).astype(float)
    apart = max(3, min(grey.shape) // 24)
    dx, dy = ndimage.sobel(grey, 1), ndimage.sobel(grey, 0)
    xx, xy, yy = (ndimage.gaussian_filter(a * b, 1.5) for a, b in ((dx, dx), (dx, dy), (dy, dy)))
    least = (xx + yy) / 2 - np.sqrt(((xx - yy) / 2) ** 2 + xy**2)
    peaks = (least == ndimage.maximum_filter(least, 2 * apart + 1)) & (least > 1e-3 * least.max())
    rows, columns = np.nonzero(peaks)
    order = np.argsort(-least[rows, columns])[:most]
    return np.stack([columns[order] + 0.5, rows[order] + 0.5], axis=1)


def find_patch(
    patch: Array, picture: Array, place: Array, reach: int
) -> tuple[Array, float] | None:
    """Where a patch (K, K), K odd, lies in a picture (H, W) at most `reach` pixels off a place (x, y):
    the place to a part of a pixel, and its normalised correlation. None where patch or window show
    nothing, the place is too near to the border, or another place is as good."""
    half = len(patch) // 2
    column, row = (int(np.floor(value)) for value in place)
    top, left = row - half - reach, column - half - reach
    size = 2 * (half + reach) + 1
    if min(top, left) < 0 or top + size > picture.shape[0] or left + size > picture.shape[1]:
        return None
    window = picture[top : top + size, left : left + size]
    score = correlation(patch, window)
    if score is None:
        return None
    best = np.unravel_index(int(score.argmax()), score.shape)
    y, x = int(best[0]), int(best[1])
    if score[y, x] < _SURE or not 0 < y < len(score) - 1 or not 0 < x < len(score) - 1:
        return None
    others = score.copy()
    others[max(y - 2, 0) : y + 3, max(x - 2, 0) : x + 3] = -1
    if others.max() > score[y, x] - _CLEAR:
        return None
    dx, dy = _vertex(score[y, x - 1 : x + 2]), _vertex(score[y - 1 : y + 2, x])
    found = np.array([column - reach + x + dx + 0.5, row - reach + y + dy + 0.5])
    return found, float(score[y, x])


def correlation(patch: Array, window: Array) -> Array | None:
    """Normalised correlation (N, N) of a patch (K, K) with every part of a window (M, M), N = M - K + 1;
    None where the patch is all alike."""
    deviation = float(patch.std())
    if deviation < _DULL:
        return None
    parts = np.lib.stride_tricks.sliding_window_view(window, patch.shape)
    norm = (patch - patch.mean()) / deviation
    spread = np.maximum(parts.std(axis=(2, 3)), 1.0)
    mean_free = np.einsum("ijkl,kl->ij", parts, norm) / patch.size
    result: Array = mean_free / spread
    return result


def patch_at(picture: Array, place: Array, half: int) -> Array | None:
    """The (2 half + 1) square of a picture (H, W) round a place (x, y); None where it sticks out."""
    column, row = (int(np.floor(value)) for value in place)
    if (
        min(row, column) < half
        or row + half >= picture.shape[0]
        or column + half >= picture.shape[1]
    ):
        return None
    return picture[row - half : row + half + 1, column - half : column + half + 1]


def follow(first: Frames, second: Frames, most: int = 40) -> Array:
    """Corners of one picture (H, W, 3) found in the next: (N, 4) as x, y, x, y in pixels."""
    side = min(first.shape[:2])
    half, reach = max(3, side // 24), max(4, side // 8)
    before, after = luma(first).astype(float), luma(second).astype(float)
    pairs = []
    for place in corners(first, most):
        patch = patch_at(before, place, half)
        found = None if patch is None else find_patch(patch, after, place, reach)
        if found is not None:
            pairs.append((*place, *found[0]))
    return np.array(pairs, float).reshape(-1, 4)


def _vertex(three: Array) -> float:
    """Where between -0.5 and 0.5 the parabola through three values has its top."""
    bend = three[0] - 2 * three[1] + three[2]
    return float(np.clip((three[0] - three[2]) / (2 * bend), -0.5, 0.5)) if bend < 0 else 0.0
