"""What a thing does, by rules: how far it goes, how it grows, whether it leaps or turns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from himmel.evaluate.parser.tables import Floats
from himmel.evaluate.parser.track import Array, Track

UNREADABLE = "unreadable"

# Lengths are shares of the shorter side, per clip.
_TRAVEL = 0.18  # from one side to the other is twice that and more
_GROWTH = 0.4  # of the logarithm of the area; who comes to the camera gains 0.7 and more
_LEAP = 0.02  # standard deviation of the height
_RIGID = 0.8  # correlation of middle and foot: what leaps moves as one, what turns does not
_TURN = 0.15  # change of a description as a share of it


def motion_of(track: Track, side: int, described: Floats) -> str:
    """The name of a motion. `side` is the shorter side in pixels, `described` (M, D) the silhouette in
    frames of the clip in their order. Unreadable where it is seen in less than half of the frames."""
    seen = track.seen
    if seen.sum() < max(3, len(seen) / 2) or len(described) < 2:
        return UNREADABLE
    time = np.linspace(-0.5, 0.5, len(seen))[seen]
    travel = slope(time, track.centroids[seen, 0] / side)
    if abs(travel) > _TRAVEL:
        return "right" if travel > 0 else "left"
    if slope(time, np.log(track.areas[seen])) > _GROWTH:
        return "toward"
    middle, foot = track.centroids[seen, 1] / side, track.boxes[seen, 3] / side
    if _spread(time, middle) > _LEAP and _together(middle, foot) > _RIGID:
        return "jump"
    change = np.linalg.norm(described[1:] - described[0], axis=1).mean()
    return "spin" if change > _TURN * np.linalg.norm(described[0]) else "still"


def slope(time: Array, values: Array) -> float:
    """The slope of a line through values (N,), by the median of all pairs: strays do not matter."""
    first, second = np.triu_indices(len(time), 1)
    return float(np.median((values[second] - values[first]) / (time[second] - time[first])))


def _spread(time: Array, values: Array) -> float:
    """Standard deviation of values (N,) about their own line."""
    line = np.polynomial.Polynomial.fit(time, values, 1)
    return float(np.std(values - line(time)))


def _together(first: Array, second: Array) -> float:
    """The correlation of two series (N,); 0 where one of them stays the same."""
    if min(float(np.std(first)), float(np.std(second))) < 1e-6:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def contacts(track: Track, fps: float) -> tuple[float, ...]:
    """Times in seconds at which the lowest point of a thing turns from falling to rising."""
    low = track.boxes[:, 3]
    fits = (_contact(low, index) for index in _lows(low))
    return tuple(round(fit / fps, 4) for fit in fits)


def _lows(low: Array) -> NDArray[np.int64]:
    inner = (low[1:-1] >= low[:-2]) & (low[1:-1] > low[2:])
    return np.flatnonzero(inner) + 1


def _contact(low: Array, index: int) -> float:
    """Where the fall before and the rise after a lowest point meet, between its neighbours."""
    fall, rise = low[index] - low[index - 1], low[index] - low[index + 1]
    return float(index + 0.5 * (fall - rise) / max(rise, fall, 1e-9))
