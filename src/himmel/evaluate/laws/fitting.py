"""What all fits share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

Array = NDArray[np.float64]
Law = Callable[[Array, Array], Array]  # numbers (P,), times (T,) -> places (T,)

GRAVITIES = (2.0, 6.0, 14.0)  # where fits begin, in m/s^2
FEWEST = 5  # frames without which nothing is fitted
_SOFT_M = 0.03  # errors in metres beyond which a frame counts less


@dataclass(frozen=True)
class Found:
    """Numbers by name, times of events in seconds, and the share of the track's variance that the law
    explains."""

    values: dict[str, float]
    events: tuple[float, ...] = ()
    r2: float = 0.0
    series: dict[str, Array] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Fitted:
    """Numbers of a law and how well it fits."""

    numbers: Array
    r2: float
    cost: float


def fit(law: Law, times: Array, places: Array, starts: Sequence[Sequence[float]]) -> Fitted | None:
    """The best numbers of a law, begun at each of the starts; None where too few places (T,) are seen."""
    known = np.isfinite(places)
    if known.sum() < FEWEST:
        return None
    seen = places[known]

    def residuals(numbers: Array) -> Array:
        wrong = law(numbers, times)[known] - seen
        return np.nan_to_num(wrong, nan=1e3, posinf=1e3, neginf=-1e3)

    fits = [
        least_squares(residuals, start, loss="soft_l1", f_scale=_SOFT_M, max_nfev=200)
        for start in starts
    ]
    best = min(fits, key=lambda one: one.cost)
    return Fitted(best.x, explained(seen, law(best.x, times)[known]), float(best.cost))


def explained(places: Array, fitted: Array) -> float:
    """R^2: the share of the variance of places (T,) that a fit explains; 0 where nothing moves."""
    total = float(np.square(places - places.mean()).sum())
    return 1 - float(np.square(places - fitted).sum()) / total if total > 1e-9 else 0.0


def invariance(values: Array) -> float:
    """1 / (1 + std / mean): 1 for what stays the same (the invariance score of NewtonGen, 2025)."""
    known = values[np.isfinite(values)]
    middle = abs(float(known.mean())) if len(known) else 0.0
    return 1 / (1 + float(known.std()) / middle) if middle > 1e-9 else 0.0


def span(values: Array) -> tuple[float, float]:
    """The largest and the least of values (N,) that are known; zeros where none is."""
    known = values[np.isfinite(values)]
    return (float(known.max()), float(known.min())) if len(known) else (0.0, 0.0)


def first_of(values: Array) -> float:
    """The first of values (N,) that is known, or 0."""
    known = values[np.isfinite(values)]
    return float(known[0]) if len(known) else 0.0


def within(events: Sequence[float], times: Array) -> tuple[float, ...]:
    """Events inside of a clip with frames at times (T,)."""
    return tuple(float(event) for event in events if times[0] <= event <= times[-1])
