"""Along the ground: ramps, collisions, belts."""

from __future__ import annotations

import math

import numpy as np

from himmel.evaluate.laws.falling import drop
from himmel.evaluate.laws.fitting import (
    FEWEST,
    Array,
    Found,
    explained,
    first_of,
    fit,
    span,
)

_OVER = 1.1  # by how much a belt may be faster than what lies on it was seen
_STRAIGHT_M = 0.03  # metres by which a body may be off its line before something has struck it
_RESTS_M = 0.1  # metres that a thing may seem to sink though friction holds it


def ramp(times: Array, places: Array) -> Found | None:
    """Acceleration down a slope and the slope's angle: places (T, 2), x and height. What is held by
    friction has no acceleration, and does not show the angle."""
    known = np.isfinite(places).all(1)
    if known.sum() < FEWEST:
        return None
    top, low = span(places[known, 1])
    if top - low < _RESTS_M:
        return Found({"acceleration": 0.0, "angle": math.nan}, (), 1.0)
    upper = known & (places[:, 1] > low + 0.35 * (top - low))
    if upper.sum() < FEWEST:
        return None
    offset = places[upper] - np.median(places[upper][:2], axis=0)
    way = np.linalg.svd(offset - offset.mean(0))[2][0]
    way = way * (1 if way[1] < 0 else -1)
    gone = offset @ way

    def law(numbers: Array, at: Array) -> Array:
        return np.asarray(numbers[1] * np.maximum(at - numbers[0], 0) ** 2 / 2 + numbers[2])

    found = fit(law, times[upper], gone, [(0.25, a, 0.0) for a in (0.5, 2.0, 6.0)])
    if found is None:
        return None
    lean = math.atan2(-way[1], abs(way[0]))
    return Found({"acceleration": float(found.numbers[1]), "angle": lean}, (), found.r2)


def broken(times: Array, places: Array, at: float) -> tuple[Array, Array]:
    """Two lines that meet at a time, fitted to places (T,): place there, speed before and after; and
    the fitted places."""
    past = times - at
    table = np.stack([np.ones_like(past), np.minimum(past, 0), np.maximum(past, 0)], axis=1)
    solved = np.linalg.lstsq(table, places, rcond=None)[0]
    return solved, table @ solved


def meeting(times: Array, *bodies: Array) -> tuple[float, list[Array], float] | None:
    """The time at which the speeds of all bodies (T,) change, their lines, and R^2 of the worst."""
    known = [np.isfinite(body) for body in bodies]
    if min(int(k.sum()) for k in known) < FEWEST:
        return None
    seen = [(times[k], body[k]) for k, body in zip(known, bodies, strict=True)]

    def error(at: float) -> float:
        return sum(float(np.abs(broken(*one, at)[1] - one[1]).sum()) for one in seen)

    step = times[1] - times[0]
    grid = np.arange(times[0] + 1.2 * step, times[-1] - 1.2 * step, step / 10)
    at = float(min(grid, key=error))
    lines = [broken(*one, at) for one in seen]
    r2 = min(explained(one[1], line[1]) for one, line in zip(seen, lines, strict=True))
    return at, [line[0] for line in lines], r2


def collision(times: Array, first: Array, second: Array) -> Found | None:
    """Speed, restitution and ratio of masses from places (T,) of two bodies on a line; `kept` is the
    sum of their speeds before and after, by which momentum is compared."""
    if (found := meeting(times, first, second)) is None:
        return None
    at, (one, other), r2 = found
    before, after, rest, struck = one[1], one[2], other[1], other[2]
    closing, given = before - rest, before - after
    values = {"speed": abs(before)}
    if abs(closing) > 0.1:
        values["restitution"] = float((struck - after) / closing)
    if abs(given) > 0.02:
        values["mass_ratio"] = float((struck - rest) / given)
    speeds = np.array([before, rest, after, struck])
    return Found(values, (at,), r2, {"speeds": speeds})


def rolling(times: Array, places: Array) -> Found | None:
    """Speed of a body (T,) until it strikes something, and when that is: its places are followed along
    a line for as long as they lie on one."""
    known = np.flatnonzero(np.isfinite(places))
    if len(known) < FEWEST:
        return None
    straight = 2
    line = np.polynomial.Polynomial.fit(times[known[:2]], places[known[:2]], 1)
    while straight < len(known):
        following = known[straight]
        if abs(line(times[following]) - places[following]) > _STRAIGHT_M:
            break
        straight += 1
        line = np.polynomial.Polynomial.fit(times[known[:straight]], places[known[:straight]], 1)
    speed = abs(float(line.deriv()(0.0)))
    if straight == len(known):
        return Found({"speed": speed}, (), 1.0)
    struck = (times[known[straight - 1]] + times[known[straight]]) / 2
    return Found({"speed": speed}, (float(struck),), 1.0)


def carried(times: Array, places: Array) -> Found | None:
    """Speed of a belt and landing of what it carries: places (T, 2), x and height.

    The thing is at rest, gains speed, goes on with the belt and falls off at its end.
    """
    fall = drop(times, places[:, 1])
    top, low = span(places[:, 1])
    level = np.isfinite(places[:, 1]) & (places[:, 1] > top - max(0.2 * (top - low), 0.05))
    x = np.where(level, places[:, 0], np.nan)

    def law(numbers: Array, at: Array) -> Array:
        start, begin, speed, pull = numbers
        past, gain = np.maximum(at - begin, 0), abs(speed) / max(abs(pull), 1e-3)
        early = np.sign(speed) * abs(pull) * np.minimum(past, gain) ** 2 / 2
        return np.asarray(start + early + speed * np.maximum(past - gain, 0))

    steps = np.diff(x)
    if not np.isfinite(steps).any():
        return None
    fastest = float(steps[np.nanargmax(np.abs(steps))] / (times[1] - times[0]))
    starts = [(first_of(x), 0.25, fastest, pull) for pull in (2.0, 5.0, 10.0)]
    found = fit(law, times, x, starts)
    if found is None:
        return None
    speed = min(abs(float(found.numbers[2])), _OVER * abs(fastest))
    return Found({"speed": speed}, () if fall is None else fall.events, found.r2)
