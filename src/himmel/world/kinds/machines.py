"""Machines for work and war: tractor, tank, excavator, crane, forklift, wheelbarrow."""

from __future__ import annotations

import math

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.forms import plank, track, wheel
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import INK, STEEL, WOOD, glass, marking, shade, trim
from himmel.world.render import Colour, Pattern, hex_colour, rotation_y

_LIGHT, _EARTH = hex_colour("fff6d0"), hex_colour("5a3a22")


def tractor(figure: Figure, paint: Colour, phase: float) -> None:
    """A farm tractor: huge wheels behind, small ones before, a cab and a chimney."""
    pane = glass(paint)
    figure.box((0.75, 0, 1.05), (0.85, 0.42, 0.42), paint)
    figure.limb((0.0, 0, 1.42), (1.5, 0, 1.35), 0.25, paint)
    figure.box((1.61, 0, 1.0), (0.03, 0.34, 0.32), STEEL,
               second_colour=INK, pattern=Pattern.PLANKS, pattern_scale=8)  # fmt: skip
    figure.box((-0.6, 0, 1.0), (0.65, 0.5, 0.4), paint)
    figure.box((-0.6, 0, 1.85), (0.52, 0.52, 0.5), pane)
    for x in (-1.1, -0.1):
        for side in (-1, 1):
            figure.box((x, side * 0.52, 1.85), (0.07, 0.06, 0.5), paint)
    figure.box((-0.6, 0, 2.4), (0.68, 0.66, 0.1), paint)
    figure.post((1.0, 0.2, 1.5), 0.09, 0.9, INK)
    for side in (-1, 1):
        wheel(figure, (-0.75, side * 0.78, 0.88), 0.88, 0.24, phase, paint)
        wheel(figure, (1.2, side * 0.6, 0.45), 0.45, 0.16, phase * 1.9, paint)
        figure.box((-0.75, side * 0.72, 1.78), (0.7, 0.22, 0.06), paint)
        figure.ball((1.62, side * 0.28, 1.35), (0.05, 0.1, 0.1), _LIGHT, emission=0.4)


def tank(figure: Figure, paint: Colour, phase: float) -> None:
    """An armoured tank: two tracks, a flat turret and a long gun."""
    for side in (-1, 1):
        track(figure, 1.35, side * 0.72, 0.36, phase)
    figure.box((0, 0, 0.72), (1.5, 0.62, 0.28), paint)
    figure.box((0, 0, 0.92), (1.65, 0.98, 0.1), paint)
    plank(figure, (1.4, 0, 1.0), (1.85, 0, 0.62), 0.1, 0.9, paint)
    figure.ball((-0.15, 0, 1.2), (0.9, 0.72, 0.42), paint)
    figure.box((-0.3, 0, 1.25), (0.7, 0.62, 0.2), paint)
    figure.limb((0.4, 0, 1.3), (2.2, 0, 1.42), 0.12, paint)
    figure.drum((2.25, 0, 1.42), 0.17, 0.16, trim(paint))
    figure.post((-0.4, 0.2, 1.5), 0.27, 0.16, shade(paint, 0.7))
    figure.limb((-0.85, -0.4, 1.4), (-1.0, -0.4, 2.2), 0.04, INK)
    for side in (-1, 1):
        figure.drum((-0.35, side * 0.64, 1.28), 0.17, 0.03, marking(paint), axis="y")


def excavator(figure: Figure, paint: Colour, phase: float) -> None:
    """A digger: tracks, a cab, a bent arm and a toothed bucket."""
    pane, dark = glass(paint), trim(paint)
    for side in (-1, 1):
        track(figure, 0.95, side * 0.55, 0.32, phase)
    figure.post((-0.2, 0, 0.55), 0.45, 0.2, dark)
    figure.box((-0.45, 0, 1.0), (0.9, 0.72, 0.28), paint)
    figure.box((-0.98, 0, 1.25), (0.4, 0.72, 0.35), paint)
    figure.box((-0.05, 0.32, 1.6), (0.42, 0.36, 0.38), pane)
    figure.box((-0.05, 0.32, 2.02), (0.5, 0.42, 0.08), paint)
    for x in (-0.44, 0.34):
        for y in (0.0, 0.66):
            figure.box((x, y, 1.6), (0.06, 0.06, 0.4), paint)
    plank(figure, (0.2, -0.2, 1.15), (1.15, -0.2, 2.6), 0.2, 0.16, paint)
    plank(figure, (1.0, -0.2, 2.55), (2.05, -0.2, 1.95), 0.18, 0.15, paint)
    plank(figure, (1.95, -0.2, 2.15), (2.2, -0.2, 0.85), 0.14, 0.13, paint)
    figure.limb((0.75, -0.2, 1.2), (1.25, -0.2, 2.2), 0.06, STEEL)
    scoop = figure.part((2.1, -0.2, 0.6), rotation_y(0.5))
    scoop.drum((0, 0, 0), 0.38, 0.4, dark, axis="y")
    scoop.box((-0.32, 0, -0.1), (0.12, 0.34, 0.3), INK)
    for y in (-0.28, 0.0, 0.28):
        scoop.box((-0.35, y, -0.4), (0.06, 0.07, 0.13), STEEL)


def crane(figure: Figure, paint: Colour, phase: float) -> None:
    """A tower crane: a lattice mast, a long jib, a counterweight, a hook that carries a beam."""
    figure.box((0, 0, 0.12), (0.6, 0.6, 0.12), hex_colour("8a8a88"))
    corners = ((-0.2, -0.2), (-0.2, 0.2), (0.2, -0.2), (0.2, 0.2))
    for x, y in corners:
        figure.limb((x, y, 0.2), (x, y, 3.0), 0.07, paint)
    for step in range(6):
        low, high, way = 0.3 + 0.45 * step, 0.75 + 0.45 * step, 0.2 * (-1) ** step
        for side in (-0.2, 0.2):
            figure.limb((-way, side, low), (way, side, high), 0.05, paint)
            figure.limb((side, way, low), (side, -way, high), 0.05, paint)
    figure.box((0.12, 0, 2.95), (0.42, 0.3, 0.3), paint)
    figure.box((0.42, 0, 3.0), (0.16, 0.25, 0.18), glass(paint))
    for y in (-0.14, 0.14):
        plank(figure, (-1.25, y, 3.3), (2.2, y, 3.3), 0.07, 0.05, paint)
    figure.limb((-0.2, 0, 3.62), (2.2, 0, 3.42), 0.06, paint)
    for step in range(8):
        x = 0.1 + 0.26 * step
        figure.limb((x, 0, 3.3), (x + 0.13, 0, 3.58 - 0.1 * x), 0.045, paint)
    figure.limb((-0.2, 0, 3.6), (-1.2, 0, 3.35), 0.05, paint)
    figure.box((-1.1, 0, 3.08), (0.28, 0.3, 0.28), hex_colour("8a8a88"))
    sway = 0.1 * math.sin(phase)
    figure.limb((1.75, 0, 3.25), (1.75 + sway, 0, 2.0), 0.04, INK)
    figure.limb((1.75 + sway, 0, 2.0), (1.4 + sway, 0, 1.72), 0.03, INK)
    figure.limb((1.75 + sway, 0, 2.0), (2.1 + sway, 0, 1.72), 0.03, INK)
    figure.box((1.75 + sway, 0, 1.6), (0.5, 0.2, 0.14), hex_colour("b0643a"))


def forklift(figure: Figure, paint: Colour, phase: float) -> None:
    """A forklift truck with an open cab that carries a crate on its fork."""
    figure.box((-0.35, 0, 0.72), (0.85, 0.58, 0.46), paint)
    figure.limb((-1.05, -0.4, 0.95), (-1.05, 0.4, 0.95), 0.28, paint)
    figure.box((-0.3, 0, 1.25), (0.24, 0.3, 0.08), INK)
    figure.box((-0.58, 0, 1.45), (0.07, 0.3, 0.28), INK)
    for x in (-0.9, 0.35):
        for side in (-1, 1):
            figure.limb((x, side * 0.5, 1.0), (x * 0.85, side * 0.48, 2.2), 0.07, paint)
    figure.box((-0.25, 0, 2.24), (0.65, 0.58, 0.07), paint)
    figure.limb((0.2, 0, 1.1), (0.0, 0, 1.45), 0.04, INK)
    for side in (-1, 1):
        figure.box((0.68, side * 0.34, 1.3), (0.1, 0.09, 1.2), paint)
        figure.box((1.2, side * 0.3, 0.5), (0.6, 0.1, 0.05), STEEL)
        wheel(figure, (0.35, side * 0.52, 0.36), 0.36, 0.16, phase, paint)
        wheel(figure, (-0.9, side * 0.52, 0.3), 0.3, 0.15, phase, paint)
    figure.box((0.68, 0, 2.45), (0.1, 0.4, 0.08), paint)
    load = hex_colour("b8864a")
    figure.box((1.3, 0, 0.85), (0.38, 0.38, 0.3), load,
               second_colour=shade(load, 0.55), pattern=Pattern.PLANKS, pattern_scale=4)  # fmt: skip


def wheelbarrow(figure: Figure, paint: Colour, phase: float) -> None:
    """A wheelbarrow heaped with earth: one wheel before, two legs and two handles behind."""
    wheel(figure, (1.05, 0, 0.42), 0.42, 0.14, phase)
    for index in range(5):
        grow = 0.1 * index
        figure.box(
            (0.1 + 0.03 * index, 0, 0.72 + 0.14 * index),
            (0.55 + grow, 0.36 + 0.8 * grow, 0.075),
            paint,
        )
    figure.ball((0.22, 0, 1.36), (0.8, 0.56, 0.36), _EARTH)
    for side in (-1, 1):
        figure.chain(
            [(1.05, side * 0.2, 0.42), (-0.3, side * 0.42, 0.66), (-1.5, side * 0.5, 1.08)],
            (0.08, 0.08), WOOD,
        )  # fmt: skip
        figure.limb((-1.25, side * 0.48, 1.0), (-1.6, side * 0.52, 1.12), 0.12, INK)
        figure.limb((-0.4, side * 0.42, 0.7), (-0.6, side * 0.42, 0.08), 0.08, STEEL)


MODELS: dict[str, Model] = {
    "tractor": Model(tractor, 0.81, 3.38, 2.1, 2.5, pace=1.1, own="2f7f38"),
    "tank": Model(tank, 0.74, 4.12, 1.98, 2.24, pace=2.7, own="5f6b3a"),
    "excavator": Model(excavator, 0.79, 3.86, 1.64, 2.71, pace=3.0, own="f0a818"),
    "crane": Model(crane, 0.71, 3.64, 1.2, 3.68, beat=2.0, own="e8b010"),
    "forklift": Model(forklift, 0.97, 3.13, 1.42, 2.53, pace=2.8, own="e87818"),
    "wheelbarrow": Model(wheelbarrow, 0.96, 3.19, 1.36, 1.72, pace=2.4, own="4a7a4a"),
}
