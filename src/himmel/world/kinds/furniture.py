"""Furniture: table, bed, sofa, bookshelf, stool, table lamp, clocks, fridge, washing machine, bath."""

from __future__ import annotations

import math

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.forms import bow, darker, ring, turned
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import (
    GLASS,
    GOLD,
    INK,
    PALE_GLASS,
    STEEL,
    WHITE,
    WOOD,
    marking,
    mix,
    trim,
)
from himmel.world.render import Colour, Shape, hex_colour, rotation_x, rotation_y

_SPINES = tuple(hex_colour(c) for c in ("b03a2e", "2e6da4", "d8b04a", "3f8f5a", "7a5a9a", "d8d0c0"))


def table(figure: Figure, paint: Colour, phase: float) -> None:
    """A table with a plain top, a rail below it and four square legs."""
    figure.box((0, 0, 1.42), (1.5, 0.85, 0.09), paint)
    figure.box((0, 0, 1.24), (1.3, 0.68, 0.1), darker(paint, 0.75))
    for x in (-1.28, 1.28):
        for y in (-0.66, 0.66):
            figure.box((x, y, 0.67), (0.12, 0.12, 0.67), paint)


def bed(figure: Figure, paint: Colour, phase: float) -> None:
    """A bed: head and foot board in its colour, white pillows, a blanket in a paler tone."""
    figure.box((-1.65, 0, 0.85), (0.1, 0.95, 0.85), paint)
    figure.box((1.65, 0, 0.5), (0.1, 0.95, 0.5), paint)
    figure.box((0, 0, 0.42), (1.6, 0.86, 0.14), paint)
    figure.box((0, 0, 0.66), (1.55, 0.86, 0.14), WHITE)
    figure.box((0.4, 0, 0.75), (1.18, 0.93, 0.17), mix(paint, marking(paint), 0.3))
    figure.limb((-0.72, -0.85, 0.86), (-0.72, 0.85, 0.86), 0.12, paint)
    for y in (-0.4, 0.4):
        figure.ball((-1.2, y, 0.9), (0.32, 0.36, 0.18), marking(paint))


def sofa(figure: Figure, paint: Colour, phase: float) -> None:
    """A sofa for two: a padded back, round arms, two cushions on short feet."""
    figure.box((0, 0, 0.5), (0.72, 1.25, 0.32), paint)
    figure.box((-0.55, 0, 1.05), (0.22, 1.25, 0.55), paint)
    figure.limb((-0.55, -1.25, 1.55), (-0.55, 1.25, 1.55), 0.24, paint)
    for side in (-1, 1):
        figure.box((0, side * 1.4, 0.62), (0.75, 0.22, 0.44), paint)
        figure.limb((-0.6, side * 1.4, 1.08), (0.7, side * 1.4, 1.08), 0.25, paint)
        figure.box((0.12, side * 0.58, 0.86), (0.62, 0.55, 0.1), darker(paint, 0.75))
        figure.ball((-0.15, side * 0.85, 1.25), (0.15, 0.32, 0.32), marking(paint))
        for x in (-0.6, 0.6):
            figure.post((x, side * 1.4, 0), 0.09, 0.2, INK)


def bookshelf(figure: Figure, paint: Colour, phase: float) -> None:
    """An open bookcase, four boards high, full of books that show on all sides."""
    for y in (-0.92, 0.92):
        for x in (-0.3, 0.3):
            figure.box((x, y, 1.3), (0.09, 0.09, 1.3), paint)
    for level in range(4):
        z = 0.12 + 0.8 * level
        figure.box((0, 0, z), (0.38, 0.95, 0.09), paint)
        for index in range(10 if level < 3 else 0):
            tall = 0.24 + 0.05 * ((index * 5 + level * 3) % 4)
            y = -0.81 + 0.18 * index
            tone = _SPINES[(index * 2 + level) % 6]
            figure.box((0, y, z + 0.09 + tall), (0.3, 0.075, tall), tone)


def stool(figure: Figure, paint: Colour, phase: float) -> None:
    """A round stool on three splayed legs with a ring between them."""
    figure.post((0, 0, 1.5), 0.78, 0.2, paint)
    figure.post((0, 0, 1.68), 0.66, 0.06, marking(paint))
    for index in range(3):
        angle = index * 2 * math.pi / 3 + 0.5
        c, s = math.cos(angle), math.sin(angle)
        figure.limb((0.4 * c, 0.4 * s, 1.5), (0.82 * c, 0.82 * s, 0.12), 0.12, paint)
    ring(figure, (0, 0, 0.62), 0.66, 0.07, paint, plane="xy")


def lamp(figure: Figure, paint: Colour, phase: float) -> None:
    """A table lamp: a shade in its colour over a warm bulb, on a bellied foot."""
    turned(figure, [(0.5, 0.0), (0.46, 0.12)], STEEL)
    figure.ball((0, 0, 0.55), (0.34, 0.34, 0.42), paint)
    figure.post((0, 0, 0.9), 0.07, 0.5, STEEL)
    figure.ball((0, 0, 1.36), 0.24, hex_colour("ffe8b0"), emission=1.2)
    turned(figure, [(1.0, 1.3), (0.55, 2.25)], paint)
    figure.post((0, 0, 1.28), 1.02, 0.06, marking(paint))
    figure.post((0, 0, 2.22), 0.57, 0.06, marking(paint))
    figure.ball((0, 0, 2.34), 0.09, STEEL)


def _dial(figure: Figure, centre: tuple[float, float, float], radius: float, hour: float) -> None:
    """A dial towards +x with twelve marks and two hands at an hour, seen from its front."""
    x, y, z = centre
    figure.drum(centre, radius, 0.03, WHITE)
    for mark in range(12):
        angle = mark * math.pi / 6
        spot = (x + 0.03, y + 0.82 * radius * math.sin(angle), z + 0.82 * radius * math.cos(angle))
        figure.ball(spot, (0.02, 0.06 * radius / 0.5, 0.06 * radius / 0.5), INK)
    for turn, long, thick in ((hour / 12, 0.5, 0.055), (hour % 1, 0.75, 0.04)):
        angle = turn * 2 * math.pi
        tip = (x + 0.05, y + long * radius * math.sin(angle), z + long * radius * math.cos(angle))
        figure.limb((x + 0.05, y, z), tip, thick * radius / 0.5, INK)


def alarm_clock(figure: Figure, paint: Colour, phase: float) -> None:
    """A round alarm clock on two feet with two bells, a hammer and a ring on top."""
    figure.drum((0, 0, 1.15), 0.95, 0.36, paint)
    _dial(figure, (0.36, 0, 1.15), 0.78, 10.17)
    for side in (-1, 1):
        figure.limb((0, side * 0.5, 0.4), (0, side * 0.75, 0.1), 0.1, STEEL)
        cap = figure.part((0, side * 0.62, 2.0), rotation_x(-side * 0.5))
        cap.ball((0, 0, 0), (0.36, 0.42, 0.28), paint)
        cap.post((0, 0, -0.22), 0.07, 0.2, STEEL)
    figure.limb((0, 0, 2.05), (0, 0.12 * math.sin(3 * phase), 2.35), 0.05, STEEL)
    figure.ball((0, 0.12 * math.sin(3 * phase), 2.35), 0.11, STEEL)


def grandfather_clock(figure: Figure, paint: Colour, phase: float) -> None:
    """A tall case clock: a dial under a gable and a brass pendulum behind glass that swings."""
    figure.box((0, 0, 0.3), (0.42, 0.58, 0.3), paint)
    figure.box((0, 0, 1.25), (0.32, 0.44, 0.75), paint)
    figure.box((0, 0, 2.2), (0.42, 0.6, 0.5), paint)
    for side in (-1, 1):
        crown = figure.part((0, side * 0.3, 2.78), rotation_x(-side * 0.6))
        crown.box((0, 0, 0), (0.46, 0.4, 0.08), paint)
    figure.ball((0, 0, 3.0), 0.13, GOLD)
    figure.box((0.31, 0, 1.25), (0.03, 0.3, 0.6), INK)
    swing = figure.part((0.36, 0, 1.8), rotation_x(0.3 * math.sin(phase)))
    swing.limb((0, 0, 0), (0, 0, -0.8), 0.04, GOLD)
    swing.drum((0, 0, -0.85), 0.19, 0.04, GOLD)
    figure.box((0.43, 0, 2.2), (0.02, 0.5, 0.42), marking(paint))
    _dial(figure, (0.45, 0, 2.2), 0.4, 10.17)


def fridge(figure: Figure, paint: Colour, phase: float) -> None:
    """A fridge with a small freezer door above a tall door, both with bar handles."""
    figure.box((-0.05, 0, 1.35), (0.6, 0.7, 1.28), paint)
    for z, half in ((0.95, 0.8), (2.22, 0.4)):
        figure.box((0.6, 0, z), (0.08, 0.68, half), paint)
    figure.box((0.55, 0, 1.79), (0.1, 0.71, 0.025), INK)
    figure.limb((0.78, 0.48, 1.15), (0.78, 0.48, 1.6), 0.06, STEEL)
    figure.limb((0.78, 0.48, 1.98), (0.78, 0.48, 2.3), 0.06, STEEL)
    figure.box((0.69, -0.3, 2.35), (0.02, 0.18, 0.07), marking(paint))
    for x in (-0.45, 0.45):
        for y in (-0.55, 0.55):
            figure.post((x, y, 0), 0.08, 0.12, INK)


def washing_machine(figure: Figure, paint: Colour, phase: float) -> None:
    """A washing machine: a round glass door in a steel ring, a drawer and a dial above."""
    figure.box((0, 0, 0.98), (0.8, 0.85, 0.92), paint)
    figure.box((0, 0, 0.05), (0.74, 0.8, 0.05), INK)
    figure.drum((0.82, 0, 0.82), 0.58, 0.08, STEEL)
    figure.drum((0.88, 0, 0.82), 0.44, 0.06, GLASS)
    wash = figure.part((0.92, 0, 0.82), rotation_x(phase))
    wash.ball((0, 0.12, -0.12), (0.06, 0.26, 0.16), PALE_GLASS)
    figure.box((0.81, 0, 1.68), (0.02, 0.8, 0.17), marking(paint))
    figure.drum((0.86, -0.5, 1.68), 0.12, 0.06, INK)
    figure.box((0.84, 0.45, 1.68), (0.02, 0.25, 0.1), darker(marking(paint)))


def toilet(figure: Figure, paint: Colour, phase: float) -> None:
    """A toilet: a cistern behind, an oval bowl with an open seat, its lid up."""
    figure.box((-0.75, 0, 1.5), (0.28, 0.66, 0.42), paint)
    figure.box((-0.75, 0, 1.95), (0.33, 0.72, 0.07), paint)
    figure.limb((-0.5, 0.45, 1.72), (-0.4, 0.25, 1.72), 0.06, STEEL)
    turned(figure, [(0.42, 0.0), (0.32, 0.3), (0.55, 0.9)], paint)
    figure.add(Shape.CYLINDER, (0.2, 0, 0.95), (0.8, 0.62, 0.12), paint)
    figure.add(Shape.CYLINDER, (0.22, 0, 1.08), (0.82, 0.64, 0.05), trim(paint))
    figure.add(Shape.CYLINDER, (0.24, 0, 1.1), (0.55, 0.4, 0.05), hex_colour("9cc8dc"))
    lid = figure.part((-0.36, 0, 1.1), rotation_y(-0.06))
    lid.add(
        Shape.CYLINDER,
        (0, 0, 0.52),
        (0.52, 0.56, 0.06),
        darker(paint, 0.85),
        rotation_y(math.pi / 2),
    )


def bathtub(figure: Figure, paint: Colour, phase: float) -> None:
    """A bathtub on four feet, full of foam, with a tap at its end."""
    for index in range(16):
        share = index / 15
        size = (1.25 + 0.25 * share, 0.55 + 0.2 * share, 0.04)
        figure.add(Shape.CYLINDER, (0, 0, 0.32 + 0.06 * index), size, paint)
    figure.add(Shape.CYLINDER, (0, 0, 1.26), (1.6, 0.82, 0.07), marking(paint))
    foam = hex_colour("f4f8fc")
    for index in range(9):
        x, y = -1.1 + 0.27 * index, 0.3 * math.sin(2.3 * index)
        figure.ball((x, y, 1.34 + 0.06 * math.cos(1.7 * index)), 0.3, foam)
    for x in (-0.9, 0.9):
        for y in (-0.4, 0.4):
            figure.limb((x, y, 0.4), (x * 1.1, y * 1.2, 0.1), 0.1, GOLD)
    tap = [(-1.5, 0, 1.2), (-1.5, 0, 1.85), (-1.25, 0, 1.95), (-1.1, 0, 1.8)]
    figure.chain(tap, (0.09, 0.09, 0.08), STEEL)
    figure.limb((-1.5, -0.25, 1.5), (-1.5, 0.25, 1.5), 0.08, STEEL)


def television(figure: Figure, paint: Colour, phase: float) -> None:
    """An old television: a rounded screen, two knobs, a V of aerials, four legs."""
    figure.box((0, 0, 1.2), (0.5, 1.05, 0.75), paint)
    figure.box((-0.55, 0, 1.2), (0.2, 0.7, 0.5), trim(paint))
    figure.box((0.5, 0.2, 1.2), (0.03, 0.74, 0.6), INK)
    figure.ball((0.48, 0.2, 1.2), (0.12, 0.66, 0.52), hex_colour("8fb8c8"), emission=0.25)
    figure.box((0.52, -0.8, 1.2), (0.02, 0.2, 0.6), marking(paint))
    for z in (1.5, 1.15):
        figure.drum((0.55, -0.8, z), 0.11, 0.04, INK)
    for side in (-1, 1):
        figure.limb((0, 0, 1.95), (0, side * 0.6, 2.65), 0.045, STEEL)
        figure.ball((0, side * 0.6, 2.65), 0.08, STEEL)
        for x in (-0.35, 0.35):
            figure.limb((x, side * 0.8, 0.45), (x * 1.2, side * 0.95, 0.06), 0.07, WOOD)


def wardrobe(figure: Figure, paint: Colour, phase: float) -> None:
    """A wardrobe: two doors with panels and knobs between a cornice and ball feet."""
    figure.box((0, 0, 1.3), (0.5, 1.0, 1.1), paint)
    figure.box((0, 0, 2.45), (0.6, 1.12, 0.08), darker(paint))
    figure.box((0, 0, 0.2), (0.56, 1.06, 0.1), darker(paint))
    figure.box((0.5, 0, 1.35), (0.02, 0.03, 1.0), INK)
    for side in (-1, 1):
        for z, half in ((0.85, 0.4), (1.85, 0.42)):
            figure.box((0.5, side * 0.5, z), (0.025, 0.34, half), darker(paint, 0.72))
        figure.ball((0.56, side * 0.13, 1.35), 0.08, GOLD)
        for x in (-0.4, 0.4):
            figure.ball((x, side * 0.9, 0.1), 0.12, WOOD)


def bench(figure: Figure, paint: Colour, phase: float) -> None:
    """A park bench: slats in its colour on two iron frames."""
    for x in (0.0, 0.28, 0.56):
        figure.box((x, 0, 0.8), (0.12, 1.5, 0.06), paint)
    for index in range(3):
        figure.box((-0.25 - 0.07 * index, 0, 1.08 + 0.28 * index), (0.06, 1.5, 0.12), paint)
    for side in (-1, 1):
        y = side * 1.2
        figure.limb((0.6, y, 0.08), (0.6, y, 0.72), 0.08, INK)
        figure.limb((-0.3, y, 0.08), (-0.15, y, 0.75), 0.08, INK)
        figure.limb((-0.15, y, 0.72), (-0.42, y, 1.75), 0.07, INK)
        figure.limb((-0.2, y, 0.72), (0.65, y, 0.72), 0.07, INK)
        bow(figure, (0.2, y, 0.72), 0.45, 0.07, INK, 0.0, 2.6)


MODELS: dict[str, Model] = {
    "table": Model(table, 1.02, 3.0, 1.7, 1.51, own="a8743c"),
    "bed": Model(bed, 0.87, 3.5, 1.94, 1.7, own="5a82b4"),
    "sofa": Model(sofa, 0.88, 1.8, 3.3, 1.79, own="7a4a3a"),
    "bookshelf": Model(bookshelf, 0.89, 0.78, 2.02, 2.61, own="8a5a30"),
    "stool": Model(stool, 1.49, 1.66, 1.72, 1.74, own="b8864a"),
    "lamp": Model(lamp, 1.07, 2.04, 2.04, 2.43, own="d8a860"),
    "alarm-clock": Model(alarm_clock, 1.06, 0.86, 2.02, 2.46, beat=6.0, own="b83a30"),
    "grandfather-clock": Model(grandfather_clock, 0.83, 1.0, 1.35, 3.13, beat=4.0, own="6a3a1e"),
    "fridge": Model(fridge, 0.93, 1.49, 1.42, 2.63, own="dce0e2"),
    "washing-machine": Model(washing_machine, 0.95, 1.78, 1.7, 1.9, beat=5.0, own="eceef0"),
    "toilet": Model(toilet, 1.21, 2.12, 1.44, 2.14, own="eeeeea"),
    "bathtub": Model(bathtub, 0.95, 3.2, 1.64, 2.04, own="e8ecec"),
    "television": Model(television, 0.95, 1.35, 2.1, 2.73, own="8a5a34"),
    "wardrobe": Model(wardrobe, 0.87, 1.24, 2.24, 2.53, own="8a5a34"),
    "bench": Model(bench, 1.1, 1.21, 3.0, 1.82, own="8a5a34"),
}
