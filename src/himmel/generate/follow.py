"""A part of a picture that is followed through a film, by its colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from himmel.core.values import Frames

Place = tuple[float, float]  # column and row, in pixels
_SHADES = 8  # of each primary colour
_AROUND = 2.0  # radii; what lies so far around is not of the thing
_SOUGHT = 1.2  # radii round the last place in which the thing is looked for
_ROUNDS, _CLOSE = 10, 0.1  # steps of the search, and pixels below which it has ended


def discs(film: Frames, point: Place, radius: float) -> NDArray[np.bool_]:
    """True (T, H, W) within `radius` pixels of what lies at a point of the first frame."""
    size = film.shape[1:3]
    return np.stack([near(place, radius, size) for place in followed(film, point, radius)])


def near(place: Place, radius: float, size: tuple[int, ...]) -> NDArray[np.bool_]:
    """True (H, W) within `radius` pixels of a place."""
    found: NDArray[np.bool_] = _away(size, place) <= radius**2
    return found


def followed(film: Frames, point: Place, radius: float) -> list[Place]:
    """Where what lies within `radius` of a point of the first frame is in every frame (T, H, W, 3).

    Mean shift (Comaniciu, Ramesh and Meer, 2003, with their background weighting): colours that the disc
    has more of than what is around it count, and from frame to frame the disc moves to their middle.
    A thing that turns or grows is followed, too; one in the colours of its surroundings is not.
    """
    shades = film // (256 // _SHADES) @ np.array([_SHADES**2, _SHADES, 1])  # (T, H, W)
    weights = _told_apart(shades[0], point, radius)
    start = _middle(weights[shades[0]], point, radius)
    places = [start]
    for frame in shades[1:]:
        places.append(_middle(weights[frame], places[-1], radius))
    return [(x + point[0] - start[0], y + point[1] - start[1]) for x, y in places]


def _told_apart(shades: NDArray[np.int64], point: Place, radius: float) -> NDArray[np.float64]:
    """How much each shade is of the disc and not of what is around it, 0 to 1."""
    away = _away(shades.shape, point) / radius**2
    inside, around = away <= 1, (away > 1) & (away <= _AROUND**2)
    own, other = (
        np.bincount(shades[where], np.exp(-away[where] * inside[where]), _SHADES**3)
        for where in (inside, around)
    )
    own, other = own / max(own.sum(), 1e-9), other / max(other.sum(), 1e-9)
    found: NDArray[np.float64] = (own - other).clip(0) / (own + other).clip(1e-9)
    return found


def _middle(weights: NDArray[np.float64], place: Place, radius: float) -> Place:
    """Where the weights (H, W) near a place have their middle; the place itself where there are none."""
    rows, columns = np.mgrid[: weights.shape[0], : weights.shape[1]]
    for _ in range(_ROUNDS):
        near = weights * (1 - _away(weights.shape, place) / (_SOUGHT * radius) ** 2).clip(0)
        if (total := near.sum()) < 1e-6:
            return place
        before, place = (
            place,
            (float((near * columns).sum() / total), float((near * rows).sum() / total)),
        )
        if abs(place[0] - before[0]) + abs(place[1] - before[1]) < _CLOSE:
            return place
    return place


def _away(shape: tuple[int, ...], place: Place) -> NDArray[np.float64]:
    """Squared distances (H, W) from a place."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    found: NDArray[np.float64] = (columns - place[0]) ** 2.0 + (rows - place[1]) ** 2
    return found
