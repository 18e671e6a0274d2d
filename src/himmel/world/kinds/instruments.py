"""Musical instruments: guitar, violin, grand piano, drum, trumpet, harp, accordion, xylophone."""

from __future__ import annotations

import math

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.forms import bow, darker
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import GOLD, INK, STEEL, WHITE, WOOD, marking
from himmel.world.render import Colour, Shape, hex_colour, rotation_x

_EBONY, _IVORY = hex_colour("2a1a12"), hex_colour("f4f0e4")
_BARS = tuple(hex_colour(c) for c in ("d82828", "f08020", "f0d020", "30a040", "2860d0", "8030c0"))


def _plate(figure: Figure, centre: tuple[float, float, float], half: tuple[float, float, float],
           colour: Colour) -> None:  # fmt: skip
    """An oval board in the x-z plane: half width, half depth along y, half height."""
    figure.add(Shape.CYLINDER, centre, (half[0], half[2], half[1]), colour, rotation_x(math.pi / 2))


def guitar(figure: Figure, paint: Colour, phase: float) -> None:
    """A guitar on its end: two bouts, a round sound hole, a long neck, six pegs."""
    lean = figure.part((0, 0, 0.05))
    _plate(lean, (0, 0, 0.62), (0.74, 0.24, 0.62), paint)
    _plate(lean, (0, 0, 1.38), (0.54, 0.24, 0.46), paint)
    lean.box((0, 0, 1.0), (0.44, 0.24, 0.35), paint)
    lean.box((0, 0, 2.1), (0.11, 0.12, 0.62), _EBONY)
    lean.box((0, 0, 2.82), (0.19, 0.12, 0.2), paint)
    for side in (-1, 1):
        y = side * 0.25
        _plate(lean, (0, y, 1.15), (0.3, 0.015, 0.3), marking(paint))
        _plate(lean, (0, y, 1.15), (0.24, 0.025, 0.24), INK)
        lean.box((0, y, 0.5), (0.3, 0.04, 0.06), marking(paint))
        lean.box((0, y, 1.55), (0.1, 0.03, 0.2), _EBONY)
        for x in (-0.05, 0.05):
            lean.limb((x, side * 0.28, 0.5), (x, side * 0.16, 2.65), 0.02, WHITE)
        for z in (2.7, 2.82, 2.94):
            lean.ball((side * 0.25, 0, z), 0.07, STEEL)


def violin(figure: Figure, paint: Colour, phase: float) -> None:
    """A violin with a waist, two f holes and a scroll, its bow lying across it."""
    _plate(figure, (0, 0, 0.55), (0.66, 0.2, 0.5), paint)
    _plate(figure, (0, 0, 1.35), (0.54, 0.2, 0.42), paint)
    figure.box((0, 0, 0.98), (0.36, 0.2, 0.3), paint)
    figure.box((0, 0, 1.95), (0.1, 0.14, 0.55), _EBONY)
    figure.drum((0.08, 0, 2.55), 0.17, 0.12, paint, axis="y")
    for z in (2.3, 2.45):
        figure.limb((0, -0.28, z), (0, 0.28, z), 0.05, _EBONY)
    for side in (-1, 1):
        y = side * 0.21
        figure.box((0, y, 1.35), (0.1, 0.05, 0.35), _EBONY)
        figure.box((0, y, 0.82), (0.22, 0.06, 0.05), _IVORY)
        figure.box((0, y, 0.35), (0.12, 0.05, 0.25), _EBONY)
        for x in (-0.3, 0.3):
            figure.limb((x, y, 0.8), (x * 0.85, y, 1.15), 0.04, INK)
    stroke = 0.25 * math.sin(phase)
    for side in (-1, 1):
        low, high = (-1.15 + stroke, side * 0.34, 0.72), (1.25 + stroke, side * 0.34, 1.3)
        figure.limb(low, high, 0.05, WOOD)
        figure.limb((low[0], low[1], low[2] - 0.14), (high[0], high[1], high[2] - 0.1), 0.03, WHITE)


def piano(figure: Figure, paint: Colour, phase: float) -> None:
    """A grand piano: a curved case on three legs, a raised lid, black and white keys to the front."""
    figure.box((0.1, 0, 1.1), (0.65, 1.05, 0.22), paint)
    figure.add(Shape.CYLINDER, (-0.6, 0.3, 1.1), (1.0, 0.75, 0.22), paint)
    figure.box((-0.75, 0.62, 1.1), (0.7, 0.42, 0.22), paint)
    figure.box((0.86, 0, 1.02), (0.22, 1.05, 0.1), paint)
    figure.box((0.9, 0, 1.15), (0.18, 0.95, 0.04), _IVORY)
    for index in range(10):
        if index % 7 not in (2, 6):
            figure.box((0.84, -0.82 + 0.18 * index, 1.22), (0.12, 0.045, 0.04), INK)
    for x, y in ((0.6, -0.8), (0.6, 0.8), (-1.1, 0.4)):
        figure.limb((x, y, 0.9), (x, y, 0.12), 0.12, paint)
        figure.ball((x, y, 0.1), 0.1, GOLD)
    lid = figure.part((-0.35, 1.0, 1.34), rotation_x(-0.7))
    lid.box((0, -0.95, 0), (0.95, 0.95, 0.05), paint)
    figure.limb((-0.2, -0.6, 1.3), (-0.2, -0.5, 2.3), 0.04, GOLD)
    figure.box((0.5, 0, 1.6), (0.05, 0.5, 0.26), marking(paint))


def drum(figure: Figure, paint: Colour, phase: float) -> None:
    """A side drum with white skins, zigzag cords and two crossed sticks."""
    figure.post((0, 0, 0.15), 1.0, 1.2, paint)
    for z in (0.05, 1.25):
        figure.post((0, 0, z), 1.06, 0.2, marking(paint))
    figure.post((0, 0, 1.42), 0.98, 0.05, _IVORY)
    spots = [(1.04 * math.cos(i * math.pi / 6), 1.04 * math.sin(i * math.pi / 6), 0.25 + 1.0 * (i % 2))
             for i in range(13)]  # fmt: skip
    figure.chain(spots, [0.05] * 12, GOLD)
    beat = 0.1 * abs(math.sin(2 * phase))
    for side in (-1, 1):
        figure.limb((0.55, side * 0.5, 1.56 + beat), (-0.75, -side * 0.55, 2.1), 0.07, WOOD)
        figure.ball((0.55, side * 0.5, 1.58 + beat), 0.12, WOOD)


def trumpet(figure: Figure, paint: Colour, phase: float) -> None:
    """A trumpet held level: a flared bell to the front, three valves, a long loop."""
    horn = figure.part((0, 0, 0.6))
    horn.limb((-1.7, 0, 0.28), (1.0, 0, 0.28), 0.11, paint)
    for index in range(8):
        horn.drum((0.78 + 0.1 * index, 0, 0.28), 0.13 + 0.011 * index * index, 0.055, paint)
    horn.drum((1.55, 0, 0.28), 0.72, 0.05, paint)
    horn.drum((1.58, 0, 0.28), 0.5, 0.04, darker(paint, 0.35))
    horn.limb((-0.75, 0, -0.38), (0.75, 0, -0.38), 0.11, paint)
    bow(horn, (0.75, 0, -0.05), 0.33, 0.11, paint, -math.pi / 2, math.pi / 2)
    bow(horn, (-0.75, 0, -0.05), 0.33, 0.11, paint, math.pi / 2, math.pi * 1.5)
    for x in (-0.35, 0.0, 0.35):
        push = 0.08 * math.sin(2 * phase + 9 * x)
        horn.post((x, 0, -0.55), 0.15, 1.0, paint)
        horn.limb((x, 0, 0.45), (x, 0, 0.68 + push), 0.06, STEEL)
        horn.post((x, 0, 0.68 + push), 0.14, 0.07, _IVORY)
    horn.drum((-1.78, 0, 0.28), 0.2, 0.07, STEEL)


def harp(figure: Figure, paint: Colour, phase: float) -> None:
    """A harp: a straight pillar before, a slanting body behind, a curved neck, its strings between."""
    figure.box((0.1, 0, 0.12), (0.85, 0.4, 0.12), paint)
    figure.limb((0.8, 0, 0.2), (0.95, 0, 2.6), 0.15, paint)
    figure.limb((-0.6, 0, 0.25), (-0.85, 0, 1.9), 0.24, paint)
    neck = [(-0.85, 0, 1.9), (-0.5, 0, 2.3), (0.05, 0, 2.05), (0.5, 0, 2.15), (0.95, 0, 2.6)]
    figure.chain(neck, (0.17, 0.15, 0.15, 0.16), paint)
    figure.ball((0.98, 0, 2.68), 0.2, GOLD)
    for index in range(8):
        x = -0.6 + 0.18 * index
        shake = 0.03 * math.sin(3 * phase + index)
        top = 2.2 - 0.22 * math.sin(1.9 * (x + 0.5)) if x > -0.5 else 2.15
        figure.limb((x + shake, 0, 0.22), (x, 0, min(top, 2.25)), 0.025, _IVORY)


def accordion(figure: Figure, paint: Colour, phase: float) -> None:
    """An accordion: two cases, folds between them that open and close, keys on either side."""
    reach = 0.62 + 0.14 * math.sin(phase)
    for side in (-1, 1):
        figure.box((0, side * (reach + 0.3), 1.0), (0.48, 0.3, 0.95), paint)
        figure.box((0.48, side * (reach + 0.3), 1.0), (0.02, 0.18, 0.75), marking(paint))
        for index in range(7):
            z = 0.42 + 0.19 * index
            figure.box((0.52, side * (reach + 0.3), z), (0.03, 0.17, 0.05), INK)
        figure.limb(
            (-0.5, side * (reach + 0.3), 0.3), (-0.5, side * (reach + 0.3), 1.7), 0.1, _EBONY
        )
    for index in range(7):
        y = reach * (2 * (index + 0.5) / 7 - 1)
        figure.box((0, y, 1.0), (0.46, 0.05, 0.88), darker(paint, 0.75))
        figure.box((0, y + reach / 14, 1.0), (0.36, 0.06, 0.78), INK)


def xylophone(figure: Figure, paint: Colour, phase: float) -> None:
    """A toy xylophone: bars from long to short on a frame in its colour, two beaters."""
    for side in (-1, 1):
        start, end = (-1.5, side * 0.75, 0.62), (1.5, side * 0.4, 0.62)
        figure.limb(start, end, 0.2, paint)
        for x, y in ((-1.3, 0.72), (1.3, 0.44)):
            figure.limb((x, side * y, 0.6), (x, side * y, 0.18), 0.17, paint)
    for index in range(8):
        x = -1.4 + 0.4 * index
        figure.box((x, 0, 0.88), (0.16, 1.05 - 0.075 * index, 0.08), _BARS[index % 6])
    for side in (-1, 1):
        figure.limb((0.2, side * 0.3, 1.15), (1.3, side * 0.9, 1.75), 0.06, WOOD)
        figure.ball((0.2, side * 0.3, 1.15), 0.17, paint)


MODELS: dict[str, Model] = {
    "guitar": Model(guitar, 0.85, 1.48, 0.6, 3.07, own="c88a44"),
    "violin": Model(violin, 0.96, 2.5, 0.78, 2.72, beat=5.0, own="8a3a1a"),
    "piano": Model(piano, 1.0, 2.68, 2.1, 2.6, own="1c1a1c"),
    "drum": Model(drum, 1.06, 2.18, 2.18, 2.17, beat=6.0, own="c02828"),
    "trumpet": Model(trumpet, 0.88, 3.47, 1.44, 1.6, beat=5.0, own="d8a83a"),
    "harp": Model(harp, 0.9, 2.27, 0.8, 2.88, beat=6.0, own="c8a048"),
    "accordion": Model(accordion, 0.93, 1.15, 2.44, 1.95, beat=4.0, own="a81e28"),
    "xylophone": Model(xylophone, 0.9, 3.4, 2.1, 1.81, own="a8743c"),
}
