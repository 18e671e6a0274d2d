"""Tools: hammer, saw, axe, pliers, scissors, key, padlock, shovel, rake, ladder, anchor, telescope."""

from __future__ import annotations

import math

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.forms import arc, bow, darker, fin, plank, ring, turned
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import (
    GOLD,
    INK,
    STEEL,
    WHITE,
    WOOD,
    lightness,
    marking,
)
from himmel.world.render import (
    Colour,
    hex_colour,
    rotation_x,
    rotation_y,
)

_PALE = hex_colour("d4d8de")


def hammer(figure: Figure, paint: Colour, phase: float) -> None:
    """A hammer standing on its handle: a steel head with a face before and a claw behind."""
    figure.limb((0, 0, 0.28), (0, 0, 1.9), 0.2, paint)
    figure.post((0, 0, 0.0), 0.28, 0.8, paint)
    figure.post((0, 0, 0.8), 0.29, 0.1, marking(paint))
    figure.box((0, 0, 2.05), (0.36, 0.28, 0.26), STEEL)
    figure.drum((0.55, 0, 2.05), 0.24, 0.25, STEEL)
    figure.drum((0.9, 0, 2.05), 0.34, 0.16, _PALE)
    for side in (-1, 1):
        claw = [(-0.3, side * 0.12, 2.12), (-0.75, side * 0.16, 2.08), (-1.1, side * 0.22, 1.8)]
        figure.chain(claw, (0.17, 0.12), STEEL)


def saw(figure: Figure, paint: Colour, phase: float) -> None:
    """A hand saw on its back: a toothed blade to the front, a closed handle in its colour."""
    blade = figure.part((0, 0, 0.16))
    for index in range(8):
        x = -0.55 + 0.3 * index
        high = 0.5 - 0.035 * index
        blade.box((x, 0, high), (0.155, 0.06, high - 0.02), _PALE)
        for tooth in (-0.07, 0.08):
            fin(blade, (x + tooth, 0, 0.05), (0.075, 0.06), 0.2, _PALE, rotation_x(math.pi))
    grip = [(-0.7, 0, 0.3), (-1.2, 0, 0.35), (-1.5, 0, 0.85), (-1.25, 0, 1.35), (-0.7, 0, 1.25)]
    blade.chain([*grip, grip[0]], [0.22] * 5, paint)
    for z in (0.5, 1.05):
        blade.drum((-0.72, 0, z), 0.11, 0.25, GOLD, axis="y")
    plank(blade, (-0.7, 0, 0.98), (1.65, 0, 0.5), 0.1, 0.12, paint)


_EDGES = {1: (-0.75, 0.75), -1: (math.pi - 0.75, math.pi + 0.75)}  # angles of the blades of an axe


def axe(figure: Figure, paint: Colour, phase: float) -> None:
    """A double axe standing upright: two half-moon blades with bright edges on a long handle."""
    figure.limb((0, 0, 0.16), (0, 0, 2.55), 0.15, WOOD)
    figure.post((0, 0, 0.0), 0.2, 0.35, paint)
    figure.box((0, 0, 2.0), (0.3, 0.24, 0.34), paint)
    for side in (-1, 1):
        fin(
            figure, (side * 0.85, 0, 2.0), (0.72, 0.24), 1.5, paint, rotation_y(-side * math.pi / 2)
        )
        bow(figure, (side * 0.05, 0, 2.0), 1.05, 0.1, WHITE, *_EDGES[side])


def pliers(figure: Figure, paint: Colour, phase: float) -> None:
    """A pair of pliers, jaws up, its two bent handles in the colour."""
    for side in (-1, 1):
        handle = [(side * 0.12, 0, 1.45), (side * 0.5, 0, 1.0), (side * 0.42, 0, 0.22)]
        figure.chain(handle, (0.2, 0.22), paint)
        jaw = [(-side * 0.12, 0, 1.5), (side * 0.3, 0, 1.85), (side * 0.14, 0, 2.5)]
        figure.chain(jaw, (0.17, 0.13), STEEL)
    figure.drum((0, 0, 1.5), 0.32, 0.2, STEEL, axis="y")
    figure.drum((0, 0, 1.5), 0.14, 0.24, INK, axis="y")


def scissors(figure: Figure, paint: Colour, phase: float) -> None:
    """Open scissors, blades up, on two ring handles; they snip with their phase."""
    open_ = 0.26 + 0.1 * math.sin(2 * phase)
    for side in (-1, 1):
        half = figure.part((0, side * 0.07, 1.25), rotation_y(side * open_))
        half.box((0, 0, 0.6), (0.15, 0.06, 0.65), _PALE)
        fin(half, (0, 0, 1.2), (0.15, 0.06), 0.3, _PALE)
        half.limb((0, 0, 0), (-side * 0.05, 0, -0.5), 0.13, paint)
        ring(half, (-side * 0.2, 0, -0.8), 0.36, 0.16, paint)
    figure.drum((0, 0, 1.25), 0.12, 0.18, INK, axis="y")


def key(figure: Figure, paint: Colour, phase: float) -> None:
    """A key, standing on its tip: a round bow above, two bits to the front."""
    ring(figure, (0, 0, 2.0), 0.5, 0.19, paint)
    figure.post((0, 0, 0.0), 0.17, 1.5, paint)
    figure.ball((0, 0, 1.42), (0.26, 0.26, 0.14), paint)
    figure.box((0.42, 0, 0.24), (0.32, 0.12, 0.14), paint)
    figure.box((0.36, 0, 0.62), (0.26, 0.12, 0.12), paint)
    figure.box((0.62, 0, 0.36), (0.1, 0.12, 0.16), paint)


def padlock(figure: Figure, paint: Colour, phase: float) -> None:
    """A padlock: a stout body with a keyhole under a steel shackle."""
    figure.box((0, 0, 0.7), (0.85, 0.35, 0.62), paint)
    for x in (-0.85, 0.85):
        figure.limb((x, 0, 0.2), (x, 0, 1.18), 0.2, paint)
    figure.box((0, 0, 1.3), (0.95, 0.38, 0.07), marking(paint))
    hole = INK if lightness(paint) > 0.02 else STEEL
    for side in (-1, 1):
        figure.drum((0, side * 0.35, 0.8), 0.2, 0.04, hole, axis="y")
        figure.box((0, side * 0.35, 0.55), (0.09, 0.04, 0.25), hole)
    for x in (-0.5, 0.5):
        figure.limb((x, 0, 1.2), (x, 0, 1.7), 0.16, STEEL)
    bow(figure, (0, 0, 1.7), 0.5, 0.16, STEEL, 0.0, math.pi)


def shovel(figure: Figure, paint: Colour, phase: float) -> None:
    """A shovel on its point, leaning back: a broad blade to the front, a stick, a grip like a D."""
    tool = figure.part((0.45, 0, 0.02), rotation_y(-0.35))
    tool.box((0, 0, 0.85), (0.12, 0.68, 0.42), paint)
    fin(tool, (0, 0, 0.45), (0.12, 0.68), 0.45, paint, rotation_x(math.pi))
    for side in (-1, 1):
        tool.limb((0.08, side * 0.62, 0.5), (0.08, side * 0.62, 1.25), 0.12, paint)
        tool.limb((0, 0, 2.2), (0, side * 0.36, 2.5), 0.11, paint)
    tool.limb((0, -0.6, 1.27), (0, 0.6, 1.27), 0.14, paint)
    tool.limb((0.05, 0, 0.6), (0, 0, 1.6), 0.17, darker(paint, 0.7))
    tool.limb((0, 0, 1.5), (0, 0, 2.25), 0.13, WOOD)
    tool.limb((0, -0.4, 2.55), (0, 0.4, 2.55), 0.14, paint)


def rake(figure: Figure, paint: Colour, phase: float) -> None:
    """A garden rake standing on its tines, its stick leaning back."""
    figure.limb((-0.9, 0, 2.6), (0.1, 0, 0.62), 0.11, WOOD)
    figure.limb((0.1, -0.95, 0.58), (0.1, 0.95, 0.58), 0.15, paint)
    for index in range(7):
        y = -0.9 + 0.3 * index
        figure.chain([(0.1, y, 0.58), (0.42, y, 0.5), (0.5, y, 0.1)], (0.1, 0.1), paint)
    figure.limb((0.1, 0, 0.62), (-0.25, 0, 1.3), 0.16, paint)


def ladder(figure: Figure, paint: Colour, phase: float) -> None:
    """A stepladder: six treads in front, two props behind."""
    for side in (-1, 1):
        y = side * 0.62
        figure.limb((0.7, y * 1.15, 0.1), (0.0, y * 0.75, 2.6), 0.12, paint)
        figure.limb((-0.8, y * 1.1, 0.1), (-0.05, y * 0.7, 2.55), 0.1, darker(paint, 0.8))
    for index in range(6):
        share = (index + 0.6) / 6.2
        wide = 0.72 - 0.24 * share
        figure.box((0.7 * (1 - share), 0, 0.1 + 2.5 * share), (0.16, wide, 0.07), paint)
    figure.box((-0.02, 0, 2.62), (0.3, 0.55, 0.08), marking(paint))
    figure.limb((-0.6, -0.6, 0.8), (-0.6, 0.6, 0.8), 0.07, darker(paint, 0.8))


def anchor(figure: Figure, paint: Colour, phase: float) -> None:
    """A ship's anchor: ring, cross bar, shaft, two curved arms with flukes."""
    ring(figure, (0, 0, 2.4), 0.25, 0.1, paint)
    figure.limb((0, 0, 0.35), (0, 0, 2.1), 0.18, paint)
    figure.limb((-0.65, 0, 1.78), (0.65, 0, 1.78), 0.15, paint)
    for side in (-1, 1):
        figure.ball((side * 0.68, 0, 1.78), 0.2, marking(paint))
    bow(figure, (0, 0, 1.15), 0.98, 0.19, paint, math.pi * 1.05, math.pi * 1.95)
    for side in (-1, 1):
        fin(figure, (side * 0.92, 0, 0.72), (0.34, 0.2), 0.72, paint, rotation_y(side * 0.25))


def bell(figure: Figure, paint: Colour, phase: float) -> None:
    """A bell that swings with its phase: a flared body, a clapper below, a loop above."""
    swing = figure.part((0, 0, 2.35), rotation_y(0.3 * math.sin(phase)))
    body = swing.part((0, 0, -2.35))
    body.ball((0, 0, 1.62), (0.62, 0.62, 0.5), paint)
    turned(body, [(1.15, 0.4), (0.85, 0.7), (0.66, 1.2), (0.6, 1.65)], paint)
    body.post((0, 0, 0.36), 1.18, 0.1, marking(paint))
    body.ball((0, 0, 0.26), 0.26, INK)
    ring(body, (0, 0, 2.25), 0.2, 0.1, paint)


def magnifier(figure: Figure, paint: Colour, phase: float) -> None:
    """A magnifying glass, upright on its long handle: a pale lens with a glint in a round rim."""
    ring(figure, (0, 0, 1.85), 0.74, 0.13, paint)
    figure.drum((0, 0, 1.85), 0.7, 0.05, hex_colour("a8dcf4"), axis="y", reflection=0.15)
    for side in (-1, 1):
        glint = arc((0, side * 0.05, 1.85), 0.48, math.pi * 0.6, math.pi * 0.95, 4)
        figure.chain(glint, [0.05] * 4, WHITE)
    figure.post((0, 0, 0.92), 0.12, 0.22, STEEL)
    figure.limb((0, 0, 0.8), (0, 0, 0.2), 0.2, paint)
    figure.post((0, 0, 0.78), 0.22, 0.12, marking(paint))


def telescope(figure: Figure, paint: Colour, phase: float) -> None:
    """A telescope on a tripod, pointing up to the front."""
    tube = figure.part((0, 0, 1.75), rotation_y(-0.45))
    tube.drum((0.3, 0, 0), 0.38, 0.75, paint)
    tube.drum((1.05, 0, 0), 0.46, 0.14, paint)
    tube.drum((0.8, 0, 0), 0.4, 0.05, marking(paint))
    tube.drum((1.2, 0, 0), 0.32, 0.03, hex_colour("7ab0e0"), reflection=0.2)
    tube.drum((-0.75, 0, 0), 0.28, 0.35, paint)
    tube.drum((-0.45, 0, 0), 0.36, 0.06, GOLD)
    tube.drum((-1.2, 0, 0), 0.16, 0.14, INK)
    for index in range(3):
        angle = index * 2 * math.pi / 3
        foot = (0.85 * math.cos(angle), 0.85 * math.sin(angle), 0.1)
        figure.limb((0, 0, 1.5), foot, 0.1, paint)
    figure.ball((0, 0, 1.5), 0.2, GOLD)


def microscope(figure: Figure, paint: Colour, phase: float) -> None:
    """A microscope: a foot, a bent arm, a stage with a slide, a slanting tube."""
    figure.box((0.1, 0, 0.12), (0.85, 0.65, 0.12), paint)
    arm = [(-0.45, 0, 0.25), (-0.75, 0, 0.9), (-0.7, 0, 1.5), (-0.2, 0, 1.85)]
    figure.chain(arm, (0.22, 0.22, 0.22), paint)
    figure.box((0.3, 0, 0.88), (0.55, 0.5, 0.07), INK if lightness(paint) > 0.02 else STEEL)
    figure.box((0.35, 0, 0.97), (0.16, 0.4, 0.02), hex_colour("bfe4f4"))
    figure.limb((-0.6, 0, 0.85), (0, 0, 0.85), 0.12, paint)
    tube = figure.part((0.1, 0, 1.8), rotation_y(-0.35))
    tube.post((0, 0, -0.35), 0.26, 0.95, paint)
    tube.post((0, 0, 0.55), 0.2, 0.3, marking(paint))
    tube.post((0, 0, 0.82), 0.25, 0.16, INK)
    tube.post((0, 0, -0.62), 0.15, 0.32, STEEL)
    for side in (-1, 1):
        figure.drum((-0.72, side * 0.27, 1.2), 0.2, 0.08, marking(paint), axis="y")
    figure.drum((0.35, 0, 0.42), 0.22, 0.06, hex_colour("dff0ff"), axis="y", emission=0.3)


MODELS: dict[str, Model] = {
    "hammer": Model(hammer, 1.09, 2.28, 0.68, 2.39, own="a8743c"),
    "saw": Model(saw, 0.89, 3.42, 0.5, 1.73, own="b06a2e"),
    "axe": Model(axe, 0.92, 2.33, 0.48, 2.82, own="b02a20"),
    "pliers": Model(pliers, 0.99, 1.44, 0.48, 2.63, own="c02828"),
    "scissors": Model(scissors, 0.96, 1.83, 0.46, 2.7, beat=4.0, own="c83a3a"),
    "key": Model(key, 0.97, 1.43, 0.52, 2.68, own="c8982a"),
    "padlock": Model(padlock, 1.11, 2.1, 0.78, 2.35, own="c8982a"),
    "shovel": Model(shovel, 1.02, 1.04, 1.48, 2.56, own="8a929c"),
    "rake": Model(rake, 0.96, 1.61, 2.2, 2.71, own="4a7a4a"),
    "ladder": Model(ladder, 0.96, 1.72, 1.67, 2.72, own="b0b6bc"),
    "anchor": Model(anchor, 0.95, 2.5, 0.4, 2.74, own="3a4450"),
    "bell": Model(bell, 1.02, 2.36, 2.36, 2.54, beat=5.0, own="c8982a"),
    "magnifying-glass": Model(magnifier, 0.96, 1.74, 0.44, 2.7, own="2a2a30"),
    "telescope": Model(telescope, 0.97, 2.55, 1.67, 2.68, own="3a4a7a"),
    "microscope": Model(microscope, 0.93, 1.92, 1.3, 2.81, own="d8dce0"),
}
