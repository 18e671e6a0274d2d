"""What things do to each other: a collision, a belt that carries, water that lifts."""

from __future__ import annotations

import math

from himmel.world.experiments import dynamics
from himmel.world.experiments.bench import (
    BALL,
    HELD_S,
    Bench,
    Path,
    Placed,
    Thing,
    bench,
    contrasting,
    event,
    is_light,
    value_of,
)
from himmel.world.experiments.dynamics import EARTH, Leg, Legs
from himmel.world.graph import Graph
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import INK, SLATE, STEEL, WHITE
from himmel.world.render import Primitives, hex_colour
from himmel.world.take import Take

_BELT_FRICTION, _GROUND_FRICTION = 0.5, 0.4
_SEAS = (hex_colour("74b9dd"), hex_colour("1c4a72"))  # behind dark things, behind light ones


# ---- collision ---------------------------------------------------------------------------------


def collision(graph: Graph, seconds: float) -> Take:
    """A ball rolls into another that lies still; the larger one is the heavier."""
    stage, speed = bench(graph, seconds), value_of(graph, "speed")
    ratio = value_of(graph, "mass_ratio")
    way = 1 if stage.rng.random() < 0.5 else -1
    first = stage.thing("ball", graph.colour, 2.4 * BALL * ratio ** (1 / 6))
    second = stage.thing("ball", contrasting(graph.colour), 2.4 * BALL * ratio ** (-1 / 6))
    room = 0.48 * stage.view - first.half_height - _gap(first, second)
    struck = min(0.42 * stage.seconds, room / speed)
    after = dynamics.collide(way * speed, 0.0, ratio, value_of(graph, "restitution"))
    touching = -way * _gap(first, second)
    lines = (
        Legs(
            (
                Leg(0.0, touching - way * speed * struck, way * speed),
                Leg(struck, touching, after[0]),
            )
        ),
        Legs((Leg(0.0, 0.0), Leg(struck, 0.0, after[1]))),
    )
    parts = [(first, _rolling(first, lines[0])), (second, _rolling(second, lines[1]))]
    return stage.take(parts, [event(struck, "collision", number) for number in (1, 2)])


def _gap(first: Thing, second: Thing) -> float:
    """How far apart along the ground the centres of two touching balls are."""
    return 2 * math.sqrt(first.half_height * second.half_height)


def _rolling(thing: Thing, line: Legs) -> Path:
    radius = thing.half_height
    return lambda time: Placed(line.at(time), radius, roll=line.at(time) / radius)


# ---- conveyor ----------------------------------------------------------------------------------


def conveyor(graph: Graph, seconds: float) -> Take:
    """A thing is laid on a running belt, comes up to its speed and falls off at its end."""
    stage, speed = bench(graph, seconds), value_of(graph, "speed")
    thing = stage.thing(graph.kind, graph.colour, 2.6 * BALL, heading=-math.pi / 2 + 0.5)
    way = 1 if stage.rng.random() < 0.5 else -1
    view, height, end = stage.view, 0.25 * stage.view, 0.08 * way * stage.view
    start = end - way * min(0.42 * view, 0.3 * stage.seconds * speed)
    carried = dynamics.gain_speed(HELD_S, start, way * speed, _BELT_FRICTION * EARTH)
    off, leaving = _arrival(carried, end)
    landing = off + dynamics.fall_seconds(height, EARTH)
    flight = Leg(off, end, leaving)
    skid = dynamics.slide(landing, flight.at(landing), leaving, _GROUND_FRICTION * EARTH)
    along = Legs((Leg(0.0, start), *(leg for leg in carried if leg.begin < off), flight, *skid))
    fall = Legs((Leg(0.0, height), Leg(off, height, 0.0, -EARTH), Leg(landing, 0.0)))

    def path(time: float) -> Placed:
        return Placed(along.at(time), fall.at(time) + thing.half_height)

    def dress(primitives: Primitives, time: float) -> None:
        _build_belt(primitives, stage, (-0.45 * way * view, end), height, way * speed * time)

    return stage.take([(thing, path)], (event(landing, "ground_contact"),), dress)


def _arrival(legs: tuple[Leg, ...], end: float) -> tuple[float, float]:
    """When a thing that gains speed arrives at `end`, and how fast it is then."""
    first, last = legs
    if abs(end - first.place) < abs(last.place - first.place):
        time = first.begin + math.sqrt(2 * (end - first.place) / first.acceleration)
        return time, first.speed_at(time)
    return last.begin + (end - last.place) / last.speed, last.speed


def _build_belt(
    primitives: Primitives, stage: Bench, ends: tuple[float, float], height: float, moved: float
) -> None:
    """A belt between two rollers; the light marks on it have `moved` that many metres."""
    left, right = sorted(ends)
    thick, deep = 0.025 * stage.view, 0.09 * stage.view
    middle, half = (left + right) / 2, (right - left) / 2
    figure = Figure.at(primitives, (middle, 0.0, height - thick))
    figure.box((0, 0, 0), (half, deep, thick), SLATE)
    for side in (-1, 1):
        figure.drum((side * half, 0, 0), thick, deep, SLATE, axis="y")
        figure.box(
            (side * 0.8 * half, 0, -height / 2),
            (0.012 * stage.view, deep, height / 2 - thick),
            STEEL,
        )
    step = 0.5
    for index in range(int(2 * half / step)):
        x = (index * step + moved) % (2 * half) - half
        figure.box((x, -0.002 * stage.view, 0), (0.07, deep, 1.06 * thick), WHITE)


# ---- buoyancy ----------------------------------------------------------------------------------


def buoyancy(graph: Graph, seconds: float) -> Take:
    """A ball is let go over a tank of water: lighter than water it floats, heavier it sinks."""
    stage = bench(graph, seconds)
    thing = stage.thing("ball", graph.colour)
    surface, radius = 0.44 * stage.view, thing.half_height
    x, above = stage.rng.uniform(-0.1, 0.1) * stage.view, stage.rng.uniform(0.1, 0.16) * stage.view
    track = dynamics.buoyancy(
        radius,
        1000 * value_of(graph, "density"),
        radius + above,
        radius - surface,
        HELD_S,
        stage.seconds,
    )

    def path(time: float) -> Placed:
        return Placed(x, surface + float(track.at(time)[0]))

    def dress(primitives: Primitives, time: float) -> None:
        _build_tank(primitives, stage, surface)

    sunk = track.first_below(radius - surface + 1e-9)
    events = () if sunk is None else (event(sunk, "ground_contact"),)
    return stage.take([(thing, path)], events, dress)


def _build_tank(primitives: Primitives, stage: Bench, surface: float) -> None:
    """A tank cut open: water is the board behind, so that nothing hides what swims before it."""
    view = stage.view
    sea = _SEAS[is_light(stage.graph.colour)]
    figure = Figure.at(primitives, (0.0, 0.0, 0.0))
    back, half = 0.1 * view, 0.3 * view
    figure.box((0, back, surface / 2), (half, 0.005 * view, surface / 2), sea)
    figure.box((0, back, surface), (half, 0.012 * view, 0.008 * view), WHITE)
    figure.box((0, back / 2, 0.0), (half, back / 2, 0.01), sea)
    for side in (-1, 1):
        figure.box(
            (side * half, back / 2, 0.54 * surface), (0.012 * view, back / 2, 0.54 * surface), INK
        )
