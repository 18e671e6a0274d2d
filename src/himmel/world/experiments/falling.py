"""What gravity does to a thing alone: it drops, bounces, flies and goes down a ramp."""

from __future__ import annotations

import math
from dataclasses import replace

from himmel.world.experiments import dynamics
from himmel.world.experiments.bench import (
    BALL,
    CEILING,
    HELD_S,
    VIEW,
    Bench,
    Placed,
    Thing,
    bench,
    event,
    value_of,
)
from himmel.world.experiments.dynamics import Leg, Legs
from himmel.world.graph import Graph
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import STEEL, WOOD
from himmel.world.render import Primitives, rotation_y
from himmel.world.stage import CLIP_S
from himmel.world.take import Take

_FALL_SHARE = 0.85  # of the clip, where the view has room for such a height
_GROUND_FRICTION = 0.35  # after a throw
RAMP_ANGLE = math.radians(32.0)
_HEADING = -math.pi / 2 + 0.5  # things other than balls show front and side


def _subject(stage: Bench) -> Thing:
    graph = stage.graph
    if graph.kind == "ball":
        return stage.thing("ball", graph.colour)
    return stage.thing(graph.kind, graph.colour, 2.9 * BALL, _HEADING)


def _height(stage: Bench, thing: Thing, gravity: float) -> float:
    """From where a fall lasts most of the clip, at most from under the ceiling."""
    long = _FALL_SHARE * (stage.seconds - HELD_S)
    return min(gravity * long * long / 2, CEILING * stage.view - 2.2 * thing.half_height)


def drop(graph: Graph, seconds: float) -> Take:
    """A thing falls from rest and stays where it lands."""
    stage, gravity = bench(graph, seconds), value_of(graph, "gravity")
    thing, x = _subject(stage), stage.rng.uniform(-0.2, 0.2) * stage.view
    path, contact = dynamics.fall(HELD_S, _height(stage, thing, gravity), gravity)
    events = (event(contact, "ground_contact"),)
    return stage.take([(thing, lambda t: Placed(x, path.at(t) + thing.half_height))], events)


def bounce(graph: Graph, seconds: float) -> Take:
    """A ball falls from rest and rebounds, each time with the same share of its speed."""
    stage, gravity = bench(graph, seconds), value_of(graph, "gravity")
    thing, x = _subject(stage), stage.rng.uniform(-0.2, 0.2) * stage.view
    height = _height(stage, thing, 0.6 * gravity)  # the fall leaves time for what follows
    restitution = value_of(graph, "restitution")
    path, contacts = dynamics.bounces(HELD_S, height, gravity, restitution, stage.seconds)
    events = [event(time, "bounce") for time in contacts]
    return stage.take([(thing, lambda t: Placed(x, path.at(t) + thing.half_height))], events)


# ---- throw -------------------------------------------------------------------------------------


def throw(graph: Graph, seconds: float) -> Take:
    """A thing flies along a parabola, lands and slides until friction has stopped it."""
    gravity, speed = value_of(graph, "gravity"), value_of(graph, "speed")
    angle, view = _aimed(speed, gravity, max(seconds, CLIP_S))
    stage = bench(graph, seconds, view)
    thing, way = _subject(stage), 1 if stage.rng.random() < 0.5 else -1
    start = -way * (_ROOM / 2 - 0.02) * view
    height = 0.06 * view
    up, ahead = speed * math.sin(angle), way * speed * math.cos(angle)
    landing = HELD_S + dynamics.flight_seconds(height, up, gravity)
    rise = Legs((Leg(0.0, height), Leg(HELD_S, height, up, -gravity), Leg(landing, 0.0)))
    flight = Leg(HELD_S, start, ahead)
    skid = dynamics.slide(landing, flight.at(landing), ahead, _GROUND_FRICTION * gravity)
    along = Legs((Leg(0.0, start), flight, *skid))

    def path(time: float) -> Placed:
        return Placed(along.at(time), rise.at(time) + thing.half_height)

    def dress(primitives: Primitives, time: float) -> None:
        foot = Figure.at(primitives, (start, 0.0, 0.0))
        foot.box((0, 0, height / 2), (1.3 * thing.half_length, 0.04 * view, height / 2), STEEL)

    return stage.take([(thing, path)], (event(landing, "ground_contact"),), dress)


_ROOM = 0.74  # share of the view in which a flight has to stay
_ANGLES = tuple(math.radians(degrees) for degrees in range(60, 14, -5))


def _aimed(speed: float, gravity: float, seconds: float) -> tuple[float, float]:
    """Angle and view: the steepest throw that the smallest view has room for."""
    view = VIEW
    while True:
        for angle in _ANGLES:
            if _fits(speed, angle, gravity, seconds, view):
                return angle, view
        view *= 2


def _fits(speed: float, angle: float, gravity: float, seconds: float, view: float) -> bool:
    """Whether a throw stays in the picture until it lands or the clip ends."""
    rise = speed * math.sin(angle)
    flying = min(seconds - HELD_S, dynamics.flight_seconds(0.06 * view, rise, gravity))
    top = min(flying, rise / gravity)
    apex = rise * top - gravity * top * top / 2
    return speed * math.cos(angle) * flying <= _ROOM * view and apex <= 0.55 * view


# ---- ramp --------------------------------------------------------------------------------------


def ramp(graph: Graph, seconds: float) -> Take:
    """A thing slides down a ramp and on over the ground, braked by the same friction."""
    stage, gravity = bench(graph, seconds), value_of(graph, "gravity")
    friction = value_of(graph, "friction")
    thing, way = (
        stage.thing(graph.kind, graph.colour, 2.4 * BALL),
        1 if stage.rng.random() < 0.5 else -1,
    )
    thing = replace(thing, heading=0.0 if way > 0 else math.pi)
    pull = dynamics.ramp_acceleration(RAMP_ANGLE, friction, gravity)
    slope = 0.47 * stage.view  # its length
    start = min(max(pull * (0.55 * stage.seconds) ** 2 / 2, 0.2 * slope), 0.9 * slope)
    legs: tuple[Leg, ...] = (Leg(0.0, -start), Leg(HELD_S, -start, 0.0, pull))
    if pull > 0:
        foot = HELD_S + math.sqrt(2 * start / pull)
        legs += dynamics.slide(foot, 0.0, math.sqrt(2 * start * pull), friction * gravity)
    travelled, foot_x = Legs(legs), -0.04 * way * stage.view

    def path(time: float) -> Placed:
        return _on_ramp(travelled.at(time), way, foot_x, thing)

    def dress(primitives: Primitives, time: float) -> None:
        _build_ramp(primitives, slope, way, foot_x)

    return stage.take([(thing, path)], (), dress)


def _on_ramp(travelled: float, way: int, foot_x: float, thing: Thing) -> Placed:
    """A thing whose foot has gone `travelled` metres past the foot of the ramp (< 0: still on it).

    Over its own length at the foot it turns from the slope's direction to the ground's.
    """
    share = min(max(0.5 - travelled / (2 * thing.half_length), 0.0), 1.0)
    lean, above = RAMP_ANGLE * share, thing.half_height
    along = math.cos(RAMP_ANGLE) * travelled if travelled < 0 else travelled
    up = math.sin(RAMP_ANGLE) * -min(travelled, 0.0)
    x = foot_x + way * (along + above * math.sin(lean))
    return Placed(x, up + above * math.cos(lean), lean=way * lean)


def _build_ramp(primitives: Primitives, slope: float, way: int, foot_x: float) -> None:
    """A plank of length `slope` on two legs, its upper side down to the ground at `foot_x`."""
    figure = Figure.at(primitives, (foot_x, 0.0, 0.0))
    plank, width = 0.02 * slope, 0.16 * slope
    turned = figure.part((0, 0, 0), rotation_y(way * RAMP_ANGLE))
    turned.box((-way * slope / 2, 0, -plank), (slope / 2, width, plank), WOOD)
    for share in (0.55, 0.97):
        top = share * slope * math.sin(RAMP_ANGLE) - 2 * plank
        x = -way * share * slope * math.cos(RAMP_ANGLE)
        figure.box((x, 0, top / 2), (0.022 * slope, width, top / 2), WOOD)
