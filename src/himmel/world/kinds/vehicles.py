"""Things that carry people: car, bus, train, plane, rocket, balloon. `phase` turns the wheels."""

from __future__ import annotations

import math
from collections.abc import Iterable

from himmel.world.kinds.figure import Figure, Look
from himmel.world.kinds.paints import (
    GOLD,
    INK,
    STEEL,
    WHITE,
    WOOD,
    glass,
    marking,
    mix,
    shade,
    trim,
)
from himmel.world.render import (
    Colour,
    Pattern,
    Shape,
    hex_colour,
    rotation_x,
    rotation_y,
    rotation_z,
)

_TYRE, _TREAD = hex_colour("161616"), hex_colour("343434")
_WHEEL_RED = hex_colour("c02818")


def wheels(
    figure: Figure, axles: Iterable[float], track: float, radius: float, roll: float,
    hub: Colour = STEEL,
) -> None:  # fmt: skip
    """A pair of wheels per axle position, `track` metres from the middle, rolled by radians."""
    turn = rotation_x(math.pi / 2) @ rotation_z(-roll)
    for x in axles:
        for side in (-1, 1):
            at = (x, side * track, radius)
            figure.add(
                Shape.CYLINDER, at, (radius, radius, 0.14), _TYRE, turn,
                second_colour=_TREAD, pattern=Pattern.MERIDIANS, pattern_scale=3,
            )  # fmt: skip
            cap = (x, side * (track + 0.1), radius)
            figure.add(
                Shape.CYLINDER, cap, (radius * 0.62, radius * 0.62, 0.06), hub, turn,
                second_colour=shade(hub, 0.35), pattern=Pattern.MERIDIANS, pattern_scale=2,
            )  # fmt: skip


def car(figure: Figure, paint: Colour, phase: float) -> None:
    """A short round-roofed car, 3.2 m long and 1.6 m high."""
    pane = glass(paint)
    figure.box((0, 0, 0.62), (1.5, 0.74, 0.26), paint, reflection=0.06)
    for x in (-1.5, 1.5):
        figure.limb((x, -0.5, 0.62), (x, 0.5, 0.62), 0.24, paint)
    figure.ball((-0.15, 0, 0.86), (1.0, 0.68, 0.72), pane, reflection=0.15)
    figure.ball((-0.15, 0, 1.24), (0.78, 0.6, 0.36), paint)
    for x, top in ((-1.05, -0.6), (-0.12, -0.12), (0.8, 0.35)):
        for side in (-1, 1):
            figure.limb((x, side * 0.62, 0.86), (top, side * 0.46, 1.36), 0.07, paint)
    wheels(figure, (-0.95, 0.95), 0.68, 0.38, phase)
    for side in (-1, 1):
        figure.ball(
            (1.68, side * 0.45, 0.68), (0.08, 0.14, 0.12), hex_colour("fff6d0"), emission=0.4
        )
        figure.box((-1.7, side * 0.45, 0.7), (0.06, 0.14, 0.07), hex_colour("c00000"), emission=0.3)


def bus(figure: Figure, paint: Colour, phase: float) -> None:
    """A city bus, 4.6 m long and 2.3 m high, with a row of windows and a door on its right."""
    pane = glass(paint)
    figure.box((0, 0, 1.27), (2.3, 0.8, 0.95), paint)
    figure.box((0.02, 0, 1.6), (2.2, 0.82, 0.34), pane)
    figure.box((2.28, 0, 1.55), (0.05, 0.7, 0.42), pane)
    figure.box((-2.28, 0, 1.65), (0.04, 0.6, 0.3), pane)
    for x in (-1.75, -0.88, 0.0, 0.88, 1.75):
        figure.box((x, 0, 1.6), (0.09, 0.83, 0.36), paint)
    figure.box((1.3, -0.8, 1.1), (0.3, 0.03, 0.75), pane)
    figure.box((0, 0, 0.78), (2.32, 0.82, 0.06), marking(paint))
    wheels(figure, (-1.4, 1.45), 0.7, 0.42, phase)
    for side in (-1, 1):
        figure.ball(
            (2.3, side * 0.55, 0.62), (0.06, 0.13, 0.13), hex_colour("fff6d0"), emission=0.4
        )


def train(figure: Figure, paint: Colour, phase: float) -> None:
    """A steam engine: round boiler, funnel, dome, cab, red wheels and a cow-catcher."""
    dark = hex_colour("202024") if trim(paint) == trim(WHITE) else hex_colour("5a5a62")
    figure.drum((0.55, 0, 1.32), 0.62, 1.15, paint)
    figure.drum((1.62, 0, 1.32), 0.66, 0.08, dark)
    figure.drum((1.7, 0, 1.32), 0.5, 0.06, paint)
    for x in (-0.2, 0.6):
        figure.drum((x, 0, 1.32), 0.645, 0.06, GOLD)
    figure.post((1.3, 0, 1.8), 0.17, 0.75, dark)
    figure.add(Shape.CONE, (1.3, 0, 2.66), (0.42, 0.42, 0.32), dark, rotation_x(math.pi))
    figure.ball((0.3, 0, 1.95), (0.3, 0.3, 0.28), GOLD)
    figure.box((-1.25, 0, 1.45), (0.68, 0.78, 0.75), paint)
    figure.box((-1.25, 0, 1.95), (0.4, 0.8, 0.24), glass(paint))
    for x in (-1.86, -1.25, -0.64):
        figure.box((x, 0, 1.95), (0.07, 0.79, 0.3), paint)
    figure.box((-1.25, 0, 2.33), (0.86, 0.92, 0.09), dark)
    figure.box((0, 0, 0.66), (1.8, 0.6, 0.12), dark)
    figure.ball((1.78, 0, 1.75), (0.12, 0.16, 0.16), hex_colour("fff0b0"), emission=1.0)
    for rung in range(3):
        half = 0.72 - 0.12 * rung
        figure.box((1.85 + 0.12 * rung, 0, 0.18 + 0.02 * rung), (0.16, half, 0.17), _WHEEL_RED)
    wheels(figure, (-1.3, -0.35, 0.6), 0.58, 0.46, phase, _WHEEL_RED)
    wheels(figure, (1.35,), 0.58, 0.3, phase, _WHEEL_RED)
    rod = (0.2 * math.cos(phase), 0.2 * math.sin(phase))
    for side in (-1, 1):
        start, end = (
            (-1.3 + rod[0], side * 0.78, 0.46 - rod[1]),
            (0.6 + rod[0], side * 0.78, 0.46 - rod[1]),
        )
        figure.limb(start, end, 0.05, STEEL)


def plane(figure: Figure, paint: Colour, phase: float) -> None:
    """A stubby propeller plane that hovers just above the ground and rocks a little."""
    body = figure.part((0, 0, 1.05), rotation_x(0.16 * math.sin(phase * 0.25)))
    pane, mark = glass(paint), marking(paint)
    body.limb((-0.1, 0, 0), (0.85, 0, 0), 0.48, paint)
    body.chain([(-0.1, 0, 0), (-0.85, 0, 0.08), (-1.5, 0, 0.2)], (0.42, 0.29), paint)
    body.ball((0.3, 0, 0.42), (0.5, 0.3, 0.32), pane, reflection=0.15)
    for side in (-1, 1):
        rise = rotation_x(0.14 * side)
        body.add(Shape.BOX, (0.3, side * 0.95, -0.06), (0.5, 0.75, 0.08), paint, rise)
        body.add(Shape.BOX, (0.3, side * 1.58, 0.03), (0.51, 0.13, 0.09), mark, rise)
        body.box((-1.42, side * 0.5, 0.24), (0.28, 0.42, 0.06), paint)
        body.limb((0.45, side * 0.3, -0.3), (0.55, side * 0.42, -0.76), 0.06, STEEL)
        body.drum((0.55, side * 0.46, -0.82), 0.21, 0.09, INK, axis="y")
    body.add(Shape.BOX, (-1.48, 0, 0.62), (0.32, 0.07, 0.46), paint, rotation_y(-0.3))
    body.add(Shape.BOX, (-1.57, 0, 0.93), (0.32, 0.075, 0.14), mark, rotation_y(-0.3))
    nose = body.part((1.36, 0, 0), rotation_x(phase * 2.0 + 0.6))
    nose.ball((0, 0, 0), (0.2, 0.17, 0.17), STEEL)
    nose.box((0.06, 0, 0), (0.04, 0.1, 0.75), INK)


def rocket(figure: Figure, paint: Colour, phase: float) -> None:
    """A moon rocket on four fins, 3 m tall; a flame burns while it is off the ground."""
    mark = marking(paint)
    figure.ball((0, 0, 1.55), (0.74, 0.74, 1.25), paint)
    figure.post((0, 0, 0.4), 0.46, 0.3, STEEL)
    figure.spire((0, 0, 2.3), 0.5, 0.85, mark)
    figure.ball((0.6, 0, 1.85), (0.18, 0.33, 0.33), mark)
    figure.ball((0.7, 0, 1.85), (0.14, 0.23, 0.23), hex_colour("4aa8e8"), reflection=0.2)
    for index in range(4):
        fin = figure.part((0, 0, 0), rotation_z(index * math.pi / 2 + math.pi / 4))
        fin.add(Shape.BOX, (0.78, 0, 0.8), (0.26, 0.08, 0.5), paint, rotation_y(-0.45))
        fin.limb((1.0, 0, 0.5), (1.04, 0, 0.1), 0.1, mark)
    if figure.origin[2] > 0.05:
        flicker = 0.5 + 0.08 * math.sin(9.0 * phase + 1.0)
        figure.add(
            Shape.CONE, (0, 0, 0.42 - flicker), (0.3, 0.3, flicker), hex_colour("ff9020"),
            rotation_x(math.pi), emission=3.0,
        )  # fmt: skip


def balloon(figure: Figure, paint: Colour, phase: float) -> None:
    """A hot-air balloon with gores in two tones of its colour, 3.2 m tall, floating low."""
    pale = mix(paint, marking(paint), 0.3)
    gores: Look = {"second_colour": pale, "pattern": Pattern.MERIDIANS, "pattern_scale": 4}
    figure.ball((0, 0, 2.25), (1.08, 1.08, 1.05), paint, **gores)
    figure.add(Shape.CONE, (0, 0, 1.28), (1.0, 1.0, 0.92), paint, rotation_x(math.pi), **gores)
    figure.box((0, 0, 0.35), (0.3, 0.3, 0.22), WOOD)
    figure.box((0, 0, 0.57), (0.34, 0.34, 0.05), hex_colour("a8743c"))
    figure.box((0.3, 0, 0.36), (0.02, 0.16, 0.12), marking(WOOD))
    for x in (-0.26, 0.26):
        for y in (-0.26, 0.26):
            figure.limb((x, y, 0.55), (x * 1.7, y * 1.7, 1.3), 0.03, INK)
