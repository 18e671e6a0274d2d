"""Intervals beside every figure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

Z95 = 1.959964


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A figure with its 95 % interval and, where there is one, its ceiling."""

    value: float
    low: float
    high: float
    ceiling: float | None = None
    unit: str = "share"

    def to_dict(self) -> dict[str, float | str | None]:
        """As it stands in the JSON of `himmel evaluate` and `himmel bench`."""
        return {
            "value": round(self.value, 6),
            "low": round(self.low, 6),
            "high": round(self.high, 6),
            "ceiling": None if self.ceiling is None else round(self.ceiling, 6),
            "unit": self.unit,
        }


def wilson(right: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson, 1927). n = 0 gives (0, 1)."""
    if n == 0:
        return 0.0, 1.0
    share = right / n
    centre = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + Z95**2 / (4 * n * n)) / (1 + Z95**2 / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def share(right: ArrayLike, ceiling: float | None = None) -> Metric:
    """A share of trues with its Wilson interval."""
    values = np.asarray(right, bool)
    low, high = wilson(int(values.sum()), len(values))
    return Metric(value=float(values.mean()), low=low, high=high, ceiling=ceiling)


def bootstrap(
    values: ArrayLike,
    seed: int = 0,
    draws: int = 1000,
    unit: str = "",
    ceiling: float | None = None,
) -> Metric:
    """A mean with its 95 % percentile bootstrap interval."""
    sample = np.asarray(values, float)
    rng = np.random.default_rng(seed)
    means = sample[rng.integers(len(sample), size=(draws, len(sample)))].mean(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Metric(
        value=float(sample.mean()), low=float(low), high=float(high), ceiling=ceiling, unit=unit
    )


def ratio(after: ArrayLike, before: ArrayLike, seed: int = 0, unit: str = "ratio") -> Metric:
    """The sum of what is after over the sum before, row by row the same things, with a 95 % percentile
    bootstrap interval over the rows; 0 for 0 / 0."""
    both = np.stack([np.asarray(after, float), np.asarray(before, float)])
    rows = np.random.default_rng(seed).integers(both.shape[1], size=(1000, both.shape[1]))
    over, under = both[:, rows].sum(2)
    low, high = np.percentile(over / np.maximum(under, 1e-9), [2.5, 97.5])
    value = float(both[0].sum() / max(both[1].sum(), 1e-9))
    return Metric(value=value, low=float(low), high=float(high), unit=unit)
