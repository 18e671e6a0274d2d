"""What swings: a pendulum, and a weight on a spring."""

from __future__ import annotations

import math
from itertools import pairwise

from himmel.world.experiments import dynamics
from himmel.world.experiments.bench import BALL, CEILING, HELD_S, Bench, Placed, bench, value_of
from himmel.world.graph import Graph
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import SLATE, STEEL, WOOD
from himmel.world.render import Primitives
from himmel.world.take import Take

_TURNS = 7  # of the coil
_BEAM = CEILING - 0.02  # height of the beam, as a share of the view


def pendulum(graph: Graph, seconds: float) -> Take:
    """A thing on a rod is let go and swings by the full equation of motion."""
    stage = bench(graph, seconds)
    length, gravity = value_of(graph, "length"), value_of(graph, "gravity")
    thing = stage.thing(graph.kind, graph.colour)
    widest = math.asin(min(0.95, 0.4 * stage.view / length))
    way = 1 if stage.rng.random() < 0.5 else -1
    angle = way * min(stage.rng.uniform(0.6, 1.1), widest)
    swing = dynamics.pendulum(length, gravity, angle, stage.seconds)
    pivot = _BEAM * stage.view

    def path(time: float) -> Placed:
        angle = float(swing.at(time - HELD_S)[0])
        x, z = length * math.sin(angle), pivot - length * math.cos(angle)
        return Placed(x, z, lean=-angle)

    def dress(primitives: Primitives, time: float) -> None:
        place = path(time)
        _build_beam(primitives, stage)
        primitives.limb((0.0, 0.0, pivot), (place.x, 0.0, place.z), 0.009 * stage.view, SLATE)

    return stage.take([(thing, path)], (), dress)


def spring(graph: Graph, seconds: float) -> Take:
    """A weight on a spring is let go above or below its middle; the heavier, the larger it is."""
    stage = bench(graph, seconds)
    stiffness, mass = value_of(graph, "stiffness"), value_of(graph, "mass")
    thing = stage.thing(graph.kind, graph.colour, 2 * BALL * math.cbrt(mass))
    way = 1 if stage.rng.random() < 0.5 else -1
    amplitude = way * stage.rng.uniform(0.11, 0.15) * stage.view
    middle, top = 0.34 * stage.view, _BEAM * stage.view

    def path(time: float) -> Placed:
        return Placed(0.0, middle + dynamics.spring(HELD_S, amplitude, stiffness, mass, time))

    def dress(primitives: Primitives, time: float) -> None:
        _build_beam(primitives, stage)
        wire = 0.006 * stage.view * (stiffness / 20) ** 0.25
        _build_coil(primitives, top, path(time).z + thing.half_height, stage.view, wire)

    return stage.take([(thing, path)], (), dress)


def _build_beam(primitives: Primitives, stage: Bench) -> None:
    """A gallows: a beam across the top on two legs far behind."""
    view = stage.view
    figure = Figure.at(primitives, (0.0, 0.0, (_BEAM + 0.012) * view))
    figure.box((0, 0, 0), (0.2 * view, 0.03 * view, 0.014 * view), WOOD)
    for side in (-1, 1):
        figure.box(
            (side * 0.19 * view, 0.2 * view, 0), (0.012 * view, 0.22 * view, 0.012 * view), WOOD
        )


def _build_coil(
    primitives: Primitives, top: float, bottom: float, view: float, wire: float
) -> None:
    """A zigzag from `top` down to `bottom`; its turns move apart as it is drawn out."""
    width, steps = 0.045 * view, 2 * _TURNS
    points = [(0.0, 0.0, top)]
    for step in range(steps):
        side = width if step % 2 else -width
        points.append((side, 0.0, top + (bottom - top) * (step + 1) / (steps + 1)))
    points.append((0.0, 0.0, bottom))
    for start, end in pairwise(points):
        primitives.limb(start, end, wire, STEEL)
