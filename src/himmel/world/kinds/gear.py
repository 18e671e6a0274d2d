"""Small useful things: pencil, magnet, cogwheel, cartwheel, traffic cone, globe, torch, scales."""

from __future__ import annotations

import math

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.forms import arc, bow, darker, fin, ring, spoked, turned
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import GOLD, INK, STEEL, marking, shade
from himmel.world.render import (
    Colour,
    Pattern,
    Shape,
    hex_colour,
    rotation_x,
    rotation_y,
    rotation_z,
)

_CEDAR = hex_colour("e0b882")


def pencil(figure: Figure, paint: Colour, phase: float) -> None:
    """A pencil on its point: a sharpened cone, a shaft, a band and a rubber on top."""
    figure.add(Shape.CONE, (0, 0, 0.36), (0.36, 0.36, 0.36), _CEDAR, rotation_x(math.pi))
    figure.add(Shape.CONE, (0, 0, 0.14), (0.15, 0.15, 0.14), INK, rotation_x(math.pi))
    figure.post((0, 0, 0.72), 0.36, 1.45, paint,
                second_colour=shade(paint, 0.75), pattern=Pattern.MERIDIANS, pattern_scale=3)  # fmt: skip
    figure.post((0, 0, 2.15), 0.38, 0.2, STEEL)
    figure.post((0, 0, 2.33), 0.35, 0.22, hex_colour("e89aa0"))


def magnet(figure: Figure, paint: Colour, phase: float) -> None:
    """A horseshoe magnet, its two pale poles up."""
    for side in (-1, 1):
        figure.post((side * 0.68, 0, 1.0), 0.34, 0.85, paint)
        figure.post((side * 0.68, 0, 1.85), 0.34, 0.5, marking(paint))
    figure.chain(arc((0, 0, 1.02), 0.68, math.pi, 2 * math.pi, 14), [0.34] * 14, paint)


def gear(figure: Figure, paint: Colour, phase: float) -> None:
    """A cogwheel on its rim: eleven teeth round a disc with holes."""
    body = figure.part((0, 0, 1.2), rotation_y(phase))
    ring(body, (0, 0, 0), 0.78, 0.22, paint)
    body.drum((0, 0, 0), 0.34, 0.28, paint, axis="y")
    body.drum((0, 0, 0), 0.15, 0.3, INK, axis="y")
    for index in range(4):
        angle = index * math.pi / 2
        body.limb((0, 0, 0), (0.75 * math.cos(angle), 0, 0.75 * math.sin(angle)), 0.15, paint)
    for index in range(10):
        tooth = body.part((0, 0, 0), rotation_y(index * math.pi / 5))
        tooth.box((1.02, 0, 0), (0.18, 0.24, 0.18), paint)


def cartwheel(figure: Figure, paint: Colour, phase: float) -> None:
    """A wooden cartwheel: eight spokes in its colour, an iron tyre."""
    ring(figure, (0, 0, 1.15), 1.02, 0.15, paint)
    spoked(figure, (0, 0, 1.15), 1.1, 0.1, (INK, paint), phase, 8)
    figure.drum((0, 0, 1.15), 0.3, 0.3, paint, axis="y")
    figure.drum((0, 0, 1.15), 0.15, 0.36, STEEL, axis="y")


def traffic_cone(figure: Figure, paint: Colour, phase: float) -> None:
    """A traffic cone on a square foot, with two pale bands."""
    figure.box((0, 0, 0.1), (1.0, 1.0, 0.1), paint)
    turned(figure, [(0.8, 0.2), (0.62, 0.8)], paint)
    turned(figure, [(0.62, 0.8), (0.5, 1.2)], marking(paint))
    turned(figure, [(0.5, 1.2), (0.38, 1.6)], paint)
    turned(figure, [(0.38, 1.6), (0.28, 1.9)], marking(paint))
    turned(figure, [(0.28, 1.9), (0.16, 2.3)], paint)


def globe(figure: Figure, paint: Colour, phase: float) -> None:
    """A globe on a foot: seas in its colour, pale lands, a brass arc; it turns with its phase."""
    figure.post((0, 0, 0), 0.7, 0.16, paint)
    figure.post((0, 0, 0.1), 0.16, 0.4, paint)
    green = paint[1] > max(paint[0], paint[2])
    land = hex_colour("d8b878") if green else hex_colour("4a9a3a")
    axis = figure.part((0, 0, 1.5), rotation_y(0.4))
    world = axis.part((0, 0, 0), rotation_z(phase))
    world.ball((0, 0, 0), 0.92, paint)
    for east, north, depth in _LANDS:  # spheres that come out of the sea by a hand's breadth
        c, s = math.cos(north), math.sin(north)
        at = (depth * c * math.cos(east), depth * c * math.sin(east), depth * s)
        world.ball(at, 0.955 - depth, land)
    bow(axis, (0, 0, 0), 1.1, 0.08, GOLD, math.pi / 2, math.pi * 1.5)
    axis.limb((0, 0, -1.12), (0, 0, 1.12), 0.06, GOLD)


_LANDS = (  # longitude, latitude, depth of the centre: the deeper, the wider the land
    (0.2, 0.75, 0.3), (0.5, 0.25, 0.4), (0.3, -0.35, 0.33), (1.5, 0.7, 0.22), (2.1, 0.3, 0.4),
    (2.9, 0.75, 0.28), (3.5, -0.4, 0.35), (4.6, 0.6, 0.26), (4.9, 0.0, 0.4), (4.8, -0.5, 0.36),
    (5.6, 1.0, 0.45), (0.0, -1.57, 0.4),
)  # fmt: skip


def flashlight(figure: Figure, paint: Colour, phase: float) -> None:
    """An electric torch lying level on two feet, its lamp to the front and lit."""
    figure.drum((-0.5, 0, 0.75), 0.36, 1.0, paint)
    for x in (-1.3, -1.1, -0.9):
        figure.drum((x, 0, 0.75), 0.385, 0.05, darker(paint))
    for index in range(6):
        figure.drum((0.55 + 0.09 * index, 0, 0.75), 0.38 + 0.06 * index, 0.06, paint)
    figure.drum((1.12, 0, 0.75), 0.73, 0.14, paint)
    figure.drum((1.22, 0, 0.75), 0.5, 0.06, hex_colour("fff0b0"), emission=0.9)
    figure.box((-0.2, 0, 1.12), (0.2, 0.12, 0.08), hex_colour("c02020"))


def shield(figure: Figure, paint: Colour, phase: float) -> None:
    """A knight's shield, upright: a broad top, a pointed foot, a pale cross."""
    for side in (-1, 1):
        figure.box((0, side * 0.05, 1.55), (0.92, 0.08, 0.72), paint)
        fin(figure, (0, side * 0.05, 0.85), (0.92, 0.08), 0.85, paint, rotation_x(math.pi))
        figure.box((0, side * 0.14, 1.3), (0.15, 0.02, 0.85), marking(paint))
        figure.box((0, side * 0.14, 1.55), (0.8, 0.02, 0.15), marking(paint))
        figure.ball((0, side * 0.14, 1.55), (0.3, 0.1, 0.3), STEEL)
    figure.limb((-0.92, 0, 2.27), (0.92, 0, 2.27), 0.12, STEEL)


def watering_can(figure: Figure, paint: Colour, phase: float) -> None:
    """A watering can: a round body, a long spout with a rose to the front, two handles."""
    figure.post((-0.3, 0, 0), 0.78, 1.25, paint)
    figure.post((-0.3, 0, 1.2), 0.8, 0.08, marking(paint))
    figure.limb((0.3, 0, 0.4), (1.4, 0, 1.55), 0.14, paint)
    rose = figure.part((1.5, 0, 1.65), rotation_y(0.8))
    rose.post((0, 0, -0.02), 0.38, 0.14, paint)
    rose.post((0, 0, 0.1), 0.3, 0.05, STEEL)
    bow(figure, (-0.3, 0, 1.2), 0.7, 0.1, paint, 0.0, math.pi)
    bow(figure, (-1.0, 0, 0.8), 0.5, 0.1, paint, math.pi * 0.5, math.pi * 1.5)


def balance(figure: Figure, paint: Colour, phase: float) -> None:
    """A pair of scales: two bowls hang from a beam that tips with its phase."""
    figure.post((0, 0, 0), 0.65, 0.16, paint)
    figure.post((0, 0, 0.1), 0.13, 2.1, paint)
    figure.ball((0, 0, 2.3), 0.2, GOLD)
    tip = 0.12 + 0.12 * math.sin(phase)
    for side in (-1, 1):
        end = (side * 1.1, 0, 2.1 - side * 1.1 * tip)
        figure.limb((0, 0, 2.1), end, 0.12, paint)
        for reach in (-0.45, 0.45):
            figure.limb(end, (end[0] + reach, 0, end[2] - 1.0), 0.035, INK)
        for index in range(4):
            figure.post((end[0], 0, end[2] - 1.25 + 0.07 * index), 0.36 + 0.06 * index, 0.08, paint)


MODELS: dict[str, Model] = {
    "pencil": Model(pencil, 1.02, 0.76, 0.76, 2.55, own="e8b820"),
    "magnet": Model(magnet, 1.11, 2.04, 0.68, 2.35, own="c82020"),
    "cogwheel": Model(gear, 1.08, 2.4, 0.6, 2.4, pace=0.83, own="8a929c"),
    "wheel": Model(cartwheel, 1.12, 2.4, 0.72, 2.32, pace=0.86, own="8a5a34"),
    "traffic-cone": Model(traffic_cone, 1.13, 2.0, 2.0, 2.3, own="f06018"),
    "globe": Model(globe, 0.97, 2.1, 1.87, 2.68, beat=1.5, own="2a70b8"),
    "flashlight": Model(flashlight, 1.1, 2.78, 1.46, 1.48, own="3a3e46"),
    "shield": Model(shield, 1.09, 2.08, 0.48, 2.39, own="3a5a9a"),
    "watering-can": Model(watering_can, 0.89, 3.44, 1.6, 2.01, own="3a8a5a"),
    "scales": Model(balance, 0.93, 3.28, 1.3, 2.5, beat=2.0, own="c8982a"),
}
