"""Laws of motion with unknown numbers, fitted to tracks: what gravity, which restitution was shown?

Every fit takes times (T,) in seconds and places in metres and looks at the clip alone. Robust least
squares: a frame that was read wrong does not turn the answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.special import ellipj

Array = NDArray[np.float64]
Law = Callable[[Array, Array], Array]  # numbers (P,), times (T,) -> places (T,)

GRAVITIES = (2.0, 6.0, 14.0)  # where fits begin, in m/s^2
FEWEST = 5  # frames without which nothing is fitted
_SOFT_M = 0.03  # errors in metres beyond which a frame counts less
_OVER = 1.1  # by how much a belt may be faster than what lies on it was seen
_HELD = 0.03  # share of its way that a thing may seem to move before it does
_STRAIGHT_M = 0.03  # metres by which a body may be off its line before something has struck it
_RESTS_M = 0.1  # metres that a thing may seem to sink though friction holds it
_ARCS = 40  # contacts followed at most


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


# ---- falling -----------------------------------------------------------------------------------


def falling(numbers: Array, times: Array) -> Array:
    """Rest at a height, a fall (or a throw upwards) from a begin on, rest on the ground.

    numbers: height, begin, speed upwards, gravity, ground.
    """
    height, begin, speed, gravity, ground = numbers
    past = np.maximum(times - begin, 0.0)
    free = height + speed * past - gravity * past**2 / 2
    flying = past < landing(numbers) - begin
    return np.asarray(np.where(flying, np.maximum(free, ground), ground))


def landing(numbers: Array) -> float:
    """When what `falling` describes lands, in seconds; infinity for what never does."""
    height, begin, speed, gravity, ground = numbers
    inner = speed * speed + 2 * gravity * (height - ground)
    if gravity <= 0 or inner < 0:
        return math.inf
    return float(begin + (speed + math.sqrt(inner)) / gravity)


def drop(times: Array, heights: Array) -> Found | None:
    """Gravity and the time of the landing from the heights (T,) of a thing that falls from rest."""
    top, low = _span(heights)

    def law(numbers: Array, at: Array) -> Array:
        height, begin, gravity, ground = numbers
        return falling(np.array([height, begin, 0.0, gravity, ground]), at)

    starts = [(top, begin, g, low) for begin, g in product((0.0, 0.25, 0.5), GRAVITIES)]
    found = fit(law, times, heights, starts)
    if found is None:
        return None
    height, begin, gravity, ground = found.numbers
    lands = landing(np.array([height, begin, 0.0, gravity, ground]))
    return Found({"gravity": gravity}, _within((lands,), times), found.r2)


def throw(times: Array, places: Array) -> Found | None:
    """Gravity, speed and landing of a thing that flies and then slides: places (T, 2), x and height.

    Both axes share the moment of the throw and that of the landing, so they are fitted together.
    """
    known = np.isfinite(places).all(1)
    if known.sum() < FEWEST:
        return None
    x, z = places[:, 0], np.where(known, places[:, 1], np.nan)
    top, low = _span(z)
    start, last = _first(x), x[known][-1]
    way = (last - start) / (times[known][-1] - times[0] + 1e-9)
    held = np.abs(x - start) < _HELD * abs(last - start)  # what it stands on may hide some of it
    up = math.sqrt(2 * max(top - _first(z), 0.05))
    starts = [
        (_first(z), 0.25, up * math.sqrt(g), g, low, start, f * way, 3.0)
        for g, f in product(GRAVITIES, (1.0, 1.6))
    ]
    both = np.concatenate([np.where(held, np.nan, z), x])
    found = fit(thrown, np.concatenate([times, times]), both, starts)
    if found is None:
        return None
    begin, rise, gravity, ahead = (float(found.numbers[k]) for k in (1, 2, 3, 6))
    lands = landing(found.numbers[:5])
    flying = known & (times > begin) & (times < lands)
    return Found(
        {"gravity": gravity, "speed": math.hypot(rise, ahead)},
        _within((lands,), times),
        found.r2,
        {"speed": np.diff(x[flying]) / np.diff(times[flying])} if flying.sum() > 2 else {},
    )


def thrown(numbers: Array, times: Array) -> Array:
    """Heights, then places ahead, at times that are given twice: `falling` with three more numbers, where
    it starts, how fast it flies ahead, and what brakes it on the ground."""
    at = times[: len(times) // 2]
    start, ahead, braking = numbers[5:]
    lands = landing(numbers[:5])
    flown = np.clip(at, numbers[1], lands) - numbers[1]
    slid = np.minimum(np.maximum(at - lands, 0.0), abs(ahead) / max(abs(braking), 1e-3))
    slide = ahead * slid - np.sign(ahead) * abs(braking) * slid**2 / 2
    return np.concatenate([falling(numbers[:5], at), start + ahead * flown + slide])


def bouncing(numbers: Array, times: Array) -> Array:
    """A fall from rest and its rebounds. numbers: height over the ground, begin, gravity, restitution,
    ground."""
    height, begin, gravity, restitution, ground = numbers
    result = np.full_like(times, height)
    contacts = contacts_of(numbers, float(times[-1]))
    falls = times > begin
    result[falls] = height - gravity * (times[falls] - begin) ** 2 / 2
    speed = math.sqrt(max(2 * gravity * height, 0.0))
    for number, contact in enumerate(contacts, 1):
        after, rise = times >= contact, speed * restitution**number
        past = times[after] - contact
        result[after] = rise * past - gravity * past**2 / 2
    return np.asarray(np.maximum(result, 0) + ground)


def contacts_of(numbers: Array, until: float) -> tuple[float, ...]:
    """When what `bouncing` describes touches the ground."""
    height, begin, gravity, restitution, _ = numbers
    if min(height, gravity) <= 0 or not 0 <= restitution <= 1.2:
        return ()
    time, arc = begin + math.sqrt(2 * height / gravity), 2 * math.sqrt(2 * height / gravity)
    contacts: list[float] = []
    while time <= until and len(contacts) < _ARCS and arc > 1e-3:
        contacts.append(time)
        arc *= restitution
        time += arc
    return tuple(contacts)


def bounce(times: Array, heights: Array) -> Found | None:
    """Gravity, restitution and contacts from the heights (T,) of a ball that falls from rest."""
    top, low = _span(heights)
    starts = [
        (top - low, 0.25, g, e, low) for g, e in product((*GRAVITIES, 20.0), (0.4, 0.6, 0.8, 0.95))
    ]
    found = fit(bouncing, times, heights, starts)
    if found is None:
        return None
    contacts = contacts_of(found.numbers, float(times[-1]))
    values = {"gravity": float(found.numbers[2])}
    if contacts and contacts[0] < times[-1] - 2 * (times[1] - times[0]):
        values["restitution"] = float(found.numbers[3])
    return Found(values, contacts, found.r2)


def arcs(times: Array, heights: Array) -> Found | None:
    """Gravity from parabolas between contacts, one gravity for all: for balls that bounce from the
    first frame on. Contacts are where the height (T,) is least between two rises."""
    low = np.flatnonzero((heights[1:-1] <= heights[:-2]) & (heights[1:-1] < heights[2:])) + 1
    edges = [-1, *low.tolist(), len(times)]
    rows, at = [], []
    for number, (first, last) in enumerate(pairwise(edges)):
        inner = np.arange(first + 1, last)
        inner = inner[np.isfinite(heights[inner])]
        if len(inner) >= 3:
            rows.append(inner)
            at += [number] * len(inner)
    if not rows:
        return None
    chosen = np.concatenate(rows)
    return _shared_arcs(times[chosen], heights[chosen], np.unique(at, return_inverse=True)[1])


def _shared_arcs(times: Array, heights: Array, arc: NDArray[np.intp]) -> Found:
    """Parabolas of one gravity through heights (N,) of numbered arcs (N,), by reweighted least squares.

    Contacts are where neighbours cross; with one gravity their difference is a line.
    """
    own = np.eye(arc.max() + 1)[arc]
    table = np.concatenate([own, own * times[:, None], -(times[:, None] ** 2) / 2], axis=1)
    weights = np.ones(len(times))
    for _ in range(8):
        solved = np.linalg.lstsq(table * weights[:, None], heights * weights, rcond=None)[0]
        errors = np.abs(table @ solved - heights)
        weights = 1 / np.sqrt(np.maximum(1, errors / max(1.5 * float(np.median(errors)), 1e-6)))
    number = own.shape[1]
    crossings = -np.diff(solved[:number]) / np.diff(solved[number:-1])
    events = tuple(float(time) for time in crossings)
    return Found({"gravity": float(solved[-1])}, events, explained(heights, table @ solved))


# ---- along the ground --------------------------------------------------------------------------


def ramp(times: Array, places: Array) -> Found | None:
    """Acceleration down a slope and the slope's angle: places (T, 2), x and height. What is held by
    friction has no acceleration, and does not show the angle."""
    known = np.isfinite(places).all(1)
    if known.sum() < FEWEST:
        return None
    top, low = _span(places[known, 1])
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
    top, low = _span(places[:, 1])
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
    starts = [(_first(x), 0.25, fastest, pull) for pull in (2.0, 5.0, 10.0)]
    found = fit(law, times, x, starts)
    if found is None:
        return None
    speed = min(abs(float(found.numbers[2])), _OVER * abs(fastest))
    return Found({"speed": speed}, () if fall is None else fall.events, found.r2)


def passing(times: Array, places: Array) -> Found | None:
    """Speed of a body (T,) that goes on at one speed."""
    found = fit(
        lambda numbers, at: numbers[0] + numbers[1] * at,
        times,
        places,
        [(_first(places), speed) for speed in (-2.0, 2.0)],
    )
    return None if found is None else Found({"speed": abs(float(found.numbers[1]))}, (), found.r2)


# ---- swinging ----------------------------------------------------------------------------------


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

    top, low = _span(heights)
    middle, half = (top + low) / 2, max((top - low) / 2, 0.05)
    rates = 2 * math.pi / np.array([0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 4.5])
    sign = 1 if _first(heights) > middle else -1
    starts = [(middle, sign * half, rate, begin) for rate, begin in product(rates, (0.0, 0.25))]
    found = fit(law, times, heights, starts)
    if found is None:
        return None
    return Found({"period": 2 * math.pi / max(abs(float(found.numbers[2])), 1e-6)}, (), found.r2)


# ---- small things ------------------------------------------------------------------------------


def invariance(values: Array) -> float:
    """1 / (1 + std / mean): 1 for what stays the same (the invariance score of NewtonGen, 2025)."""
    known = values[np.isfinite(values)]
    middle = abs(float(known.mean())) if len(known) else 0.0
    return 1 / (1 + float(known.std()) / middle) if middle > 1e-9 else 0.0


def _span(values: Array) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    return (float(known.max()), float(known.min())) if len(known) else (0.0, 0.0)


def _first(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known[0]) if len(known) else 0.0


def _within(events: Sequence[float], times: Array) -> tuple[float, ...]:
    return tuple(float(event) for event in events if times[0] <= event <= times[-1])
