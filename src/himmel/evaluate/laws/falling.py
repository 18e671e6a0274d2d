"""Gravity: things that drop, bounce and fly."""

from __future__ import annotations

import math
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from himmel.evaluate.laws.fitting import (
    FEWEST,
    GRAVITIES,
    Array,
    Found,
    explained,
    first_of,
    fit,
    span,
    within,
)

_HELD = 0.03  # share of its way that a thing may seem to move before it does
_ARCS = 40  # contacts followed at most


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
    top, low = span(heights)

    def law(numbers: Array, at: Array) -> Array:
        height, begin, gravity, ground = numbers
        return falling(np.array([height, begin, 0.0, gravity, ground]), at)

    starts = [(top, begin, g, low) for begin, g in product((0.0, 0.25, 0.5), GRAVITIES)]
    found = fit(law, times, heights, starts)
    if found is None:
        return None
    height, begin, gravity, ground = found.numbers
    lands = landing(np.array([height, begin, 0.0, gravity, ground]))
    return Found({"gravity": gravity}, within((lands,), times), found.r2)


def throw(times: Array, places: Array) -> Found | None:
    """Gravity, speed and landing of a thing that flies and then slides: places (T, 2), x and height.

    Both axes share the moment of the throw and that of the landing, so they are fitted together.
    """
    known = np.isfinite(places).all(1)
    if known.sum() < FEWEST:
        return None
    x, z = places[:, 0], np.where(known, places[:, 1], np.nan)
    top, low = span(z)
    start, last = first_of(x), x[known][-1]
    way = (last - start) / (times[known][-1] - times[0] + 1e-9)
    held = np.abs(x - start) < _HELD * abs(last - start)  # what it stands on may hide some of it
    up = math.sqrt(2 * max(top - first_of(z), 0.05))
    starts = [
        (first_of(z), 0.25, up * math.sqrt(g), g, low, start, f * way, 3.0)
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
        within((lands,), times),
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
    top, low = span(heights)
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
