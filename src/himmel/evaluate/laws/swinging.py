"""Pendulums and springs."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
from scipy.special import ellipj

from himmel.evaluate.laws.fitting import (
    FEWEST,
    GRAVITIES,
    Array,
    Found,
    first_of,
    fit,
    span,
)


def swinging(widest: float, rate: float, times: Array) -> Array:
    """The angle of a pendulum let go at rest at time 0: exact, by Jacobi's functions.

    sin(angle / 2) = k cd(rate t), k = sin(widest / 2).
    """
    k = math.sin(widest / 2)
    _, cn, dn, _ = ellipj(rate * times, k * k)
    result: Array = 2 * np.arcsin(np.clip(k * cn / dn, -1, 1))
    return result


def pendulum(times: Array, places: Array, length: float) -> Found | None:
    """Gravity and period of small swings of a pendulum of `length` metres, and the length that was shown:
    places (T, 2). The period is what shows gravity; a short arc says little about its radius."""
    known = np.isfinite(places).all(1)
    if known.sum() < FEWEST:
        return None
    both = np.concatenate([times[known], times[known]])
    seen = np.concatenate([places[known, 0], places[known, 1]])

    def law(numbers: Array, at: Array) -> Array:
        x, z, long, widest, rate, begin = numbers
        past = np.maximum(at[: len(at) // 2] - begin, 0)
        angle = swinging(float(np.clip(widest, -3, 3)), rate, past)
        return np.concatenate([x + long * np.sin(angle), z - long * np.cos(angle)])

    first = places[known][0]
    starts = []
    for g, widest in product(GRAVITIES, (-0.9, 0.9)):
        pivot = first + np.array([-length * math.sin(widest), length * math.cos(widest)])
        starts.append((*pivot, length, widest, math.sqrt(g / length), 0.25))
    found = fit(law, both, seen, starts)
    if found is None:
        return None
    long, rate = abs(float(found.numbers[2])), max(abs(float(found.numbers[4])), 1e-6)
    values = {"gravity": length * rate**2, "period": 2 * math.pi / rate, "length": long}
    return Found(values, (), found.r2)


def spring(times: Array, heights: Array) -> Found | None:
    """Period of a weight (T,) on a spring that is let go at rest."""

    def law(numbers: Array, at: Array) -> Array:
        middle, swing, rate, begin = numbers
        return np.asarray(middle + swing * np.cos(rate * np.maximum(at - begin, 0)))

    top, low = span(heights)
    middle, half = (top + low) / 2, max((top - low) / 2, 0.05)
    rates = 2 * math.pi / np.array([0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 4.5])
    sign = 1 if first_of(heights) > middle else -1
    starts = [(middle, sign * half, rate, begin) for rate, begin in product(rates, (0.0, 0.25))]
    found = fit(law, times, heights, starts)
    if found is None:
        return None
    return Found({"period": 2 * math.pi / max(abs(float(found.numbers[2])), 1e-6)}, (), found.r2)
