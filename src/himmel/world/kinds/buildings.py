"""Buildings: house and castle, and the plain town house that scenes put up in rows."""

from __future__ import annotations

import math

from himmel.world.kinds.figure import Figure, Look
from himmel.world.kinds.paints import GLASS, PALE_GLASS, glass, lightness, marking, shade, trim
from himmel.world.render import Colour, Pattern, Shape, hex_colour, rotation_x

_DOOR, _LIT, _POLE = hex_colour("3a2412"), hex_colour("ffd27a"), hex_colour("5a3a20")


def gabled_roof(
    figure: Figure, half: tuple[float, float], eaves: float, wall: Colour, tiles: Colour
) -> None:
    """A 45 degree roof with closed gables over a plan of half size (x, y), ridge along x.

    One box turned by 45 degrees fills the gables: half of its square section is the triangle,
    the other half disappears inside the walls (which must be at least half[1] high).
    """
    x, y = half
    side = y / math.sqrt(2)
    figure.add(Shape.BOX, (0, 0, eaves), (x, side, side), wall, rotation_x(math.pi / 4))
    slab = side + 0.12
    for sign in (-1, 1):
        centre = (0, sign * (y / 2 + 0.04), eaves + y / 2 + 0.04)
        figure.add(
            Shape.BOX, centre, (x + 0.16, slab, 0.06), tiles, rotation_x(-sign * math.pi / 4)
        )


def house(figure: Figure, paint: Colour, phase: float) -> None:
    """A little house with door, windows, chimney and a steep roof, 2.9 m tall."""
    roof, pane = trim(paint), glass(paint)
    frame = marking(paint)
    figure.box((0, 0, 0.85), (1.3, 1.05, 0.85), paint)
    gabled_roof(figure, (1.3, 1.05), 1.7, paint, roof)
    figure.box((0.55, 0.5, 2.6), (0.16, 0.16, 0.45), shade(hex_colour("a05040"), 0.8))
    figure.box((1.31, 0, 0.55), (0.05, 0.3, 0.55), _DOOR)
    for side in (-1, 1):
        figure.box((1.3, side * 0.68, 0.95), (0.04, 0.22, 0.26), frame)
        figure.box((1.33, side * 0.68, 0.95), (0.04, 0.16, 0.2), pane)
        for x in (-0.6, 0.6):
            figure.box((x, side * 1.05, 0.95), (0.34, 0.04, 0.32), frame)
            figure.box((x, side * 1.08, 0.95), (0.26, 0.04, 0.24), pane)
    figure.box((1.32, 0, 2.15), (0.04, 0.18, 0.2), pane)


def castle(figure: Figure, paint: Colour, phase: float) -> None:
    """A castle: four corner towers, a keep, battlements, a gate and a flag, 4 m tall."""
    roof = trim(paint)
    joint = shade(paint, 0.62) if lightness(paint) > 0.02 else hex_colour("3a3a40")
    bricks: Look = {"second_colour": joint, "pattern": Pattern.PLANKS, "pattern_scale": 2.2}
    figure.box((0, 0, 0.7), (1.0, 1.0, 0.7), paint, **bricks)
    for step in range(5):
        along = -0.8 + 0.4 * step
        for sign in (-1, 1):
            figure.box((sign * 0.96, along, 1.5), (0.06, 0.11, 0.12), paint)
            figure.box((along, sign * 0.96, 1.5), (0.11, 0.06, 0.12), paint)
    for x in (-1.0, 1.0):
        for y in (-1.0, 1.0):
            figure.post((x, y, 0), 0.4, 1.9, paint, **bricks)
            figure.spire((x, y, 1.9), 0.52, 0.85, roof)
    figure.post((-0.15, 0, 0), 0.55, 2.6, paint, **bricks)
    figure.spire((-0.15, 0, 2.6), 0.7, 1.0, roof)
    figure.limb((-0.15, 0, 3.5), (-0.15, 0, 4.0), 0.04, _POLE)
    figure.box((0.13, 0, 3.86), (0.26, 0.04, 0.14), marking(paint))
    figure.box((1.0, 0, 0.42), (0.05, 0.32, 0.42), _DOOR)
    figure.drum((1.0, 0, 0.84), 0.32, 0.05, _DOOR)
    for side in (-1, 1):
        figure.box((1.39, side * 1.0, 1.35), (0.03, 0.08, 0.2), GLASS)


def town_house(
    figure: Figure, size: tuple[float, float, float], wall: Colour, roof: Colour, lit: float = 0.0
) -> None:
    """A gabled house of half width, half depth and wall height `size`; `lit` is window glow."""
    x, y, height = size
    figure.box((0, 0, height / 2), (x, y, height / 2), wall)
    gabled_roof(figure, (x, y), height, wall, roof)
    figure.box((x, 0, height * 0.35), (0.05, 0.4, height * 0.35), _DOOR)
    pane = _LIT if lit else PALE_GLASS
    for side in (-1, 1):
        figure.box(
            (x, side * y * 0.6, height * 0.6), (0.05, y * 0.18, height * 0.15), pane, emission=lit
        )
