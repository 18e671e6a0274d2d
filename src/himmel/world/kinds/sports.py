"""Sports things and prizes: basketball hoop, racket, skittle, dumbbell, target, goal, trophy, gift."""

from __future__ import annotations

import math

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.forms import bow, darker, ring, turned
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import GOLD, INK, STEEL, WHITE, WOOD, lightness, marking
from himmel.world.render import Colour, Shape, hex_colour, rotation_x, rotation_y, rotation_z


def basketball_hoop(figure: Figure, paint: Colour, phase: float) -> None:
    """A basketball hoop: a board with a square on a post, a rim with a net to the front, a ball."""
    figure.box((-0.75, 0, 0.12), (0.5, 0.6, 0.12), paint)
    figure.limb((-0.75, 0, 0.2), (-0.6, 0, 2.0), 0.14, paint)
    figure.box((-0.45, 0, 2.15), (0.09, 0.95, 0.62), paint)
    figure.box((-0.4, 0, 2.2), (0.06, 0.8, 0.48), WHITE if lightness(paint) < 0.6 else STEEL)
    for y in (-0.3, 0.3):
        figure.box((-0.36, y, 2.1), (0.04, 0.05, 0.28), paint)
    for z in (1.85, 2.36):
        figure.box((-0.36, 0, z), (0.04, 0.35, 0.05), paint)
    ring(figure, (0.15, 0, 1.78), 0.45, 0.07, hex_colour("e85a18"), plane="xy")
    for index in range(8):
        angle = index * math.pi / 4
        c, s = math.cos(angle), math.sin(angle)
        low = (0.15 + 0.25 * math.cos(angle + 0.8), 0.25 * math.sin(angle + 0.8), 1.2)
        figure.limb((0.15 + 0.45 * c, 0.45 * s, 1.75), low, 0.03, WHITE)
    figure.ball((0.75, 0.55, 0.36), 0.36, hex_colour("e07820"))
    for axis in ("x", "y"):
        figure.drum((0.75, 0.55, 0.36), 0.364, 0.03, INK, axis=axis)


def tennis_racket(figure: Figure, paint: Colour, phase: float) -> None:
    """A tennis racket, upright on its grip: an oval frame with strings; a ball beside it."""
    points = [(0.72 * math.cos(a), 0, 1.85 + 0.88 * math.sin(a)) for a in _ROUND]
    figure.chain(points, [0.14] * (len(points) - 1), paint)
    for index in range(-3, 4):
        x = 0.18 * index
        high = 0.85 * math.sqrt(1 - (x / 0.72) ** 2)
        figure.limb((x, 0, 1.85 - high), (x, 0, 1.85 + high), 0.025, WHITE)
        z = 0.22 * index
        wide = 0.7 * math.sqrt(1 - (z / 0.88) ** 2)
        figure.limb((-wide, 0, 1.85 + z), (wide, 0, 1.85 + z), 0.025, WHITE)
    for side in (-1, 1):
        figure.limb((side * 0.45, 0, 1.15), (0, 0, 0.75), 0.12, paint)
    figure.limb((0, 0, 0.8), (0, 0, 0.55), 0.15, paint)
    figure.limb((0, 0, 0.55), (0, 0, 0.19), 0.19, INK if lightness(paint) > 0.02 else STEEL)
    figure.ball((0.75, 0, 0.3), 0.3, hex_colour("c8e020"))


_ROUND = [2 * math.pi * step / 16 for step in range(17)]


def skittle(figure: Figure, paint: Colour, phase: float) -> None:
    """A bowling pin: a belly, a thin neck with two bands, a round head."""
    turned(figure, [(0.38, 0.0), (0.6, 0.5), (0.68, 0.85), (0.6, 1.2), (0.3, 1.8)], paint)
    turned(figure, [(0.3, 1.8), (0.28, 1.95)], marking(paint))
    turned(figure, [(0.28, 1.95), (0.29, 2.05)], paint)
    turned(figure, [(0.29, 2.05), (0.34, 2.2)], marking(paint))
    figure.ball((0, 0, 2.35), (0.4, 0.4, 0.4), paint)


def dumbbell(figure: Figure, paint: Colour, phase: float) -> None:
    """A dumbbell on the ground: two discs on either end of a steel bar."""
    figure.drum((0, 0, 0.85), 0.16, 1.45, STEEL, axis="y")
    for side in (-1, 1):
        figure.drum((0, side * 0.75, 0.85), 0.85, 0.17, paint, axis="y")
        figure.drum((0, side * 1.1, 0.85), 0.66, 0.16, paint, axis="y")
        figure.drum((0, side * 0.93, 0.85), 0.5, 0.35, marking(paint), axis="y")
        figure.drum((0, side * 1.35, 0.85), 0.28, 0.1, INK, axis="y")


def target(figure: Figure, paint: Colour, phase: float) -> None:
    """A round target of rings on three legs, an arrow in its middle."""
    board = figure.part((0, 0, 1.55), rotation_y(-0.15))
    tones = (paint, marking(paint), paint, marking(paint), paint)
    for index, tone in enumerate(tones):
        board.drum((0.015 * index, 0, 0), 1.05 - 0.21 * index, 0.12, tone)
        board.drum((-0.015 * index, 0, 0), 1.05 - 0.21 * index, 0.12, tone)
    board.limb((0.1, 0.05, 0.04), (0.95, 0.25, 0.3), 0.045, WOOD)
    for turn in (0.0, math.pi / 2):
        board.add(
            Shape.BOX,
            (0.9, 0.24, 0.28),
            (0.16, 0.14, 0.02),
            INK,
            rotation_y(-0.3) @ rotation_x(turn),
        )
    for y in (-0.75, 0.75):
        figure.limb((-0.1, y * 0.6, 1.8), (0.25, y, 0.1), 0.09, WOOD)
    figure.limb((-0.2, 0, 2.0), (-0.85, 0, 0.1), 0.09, WOOD)


def goal(figure: Figure, paint: Colour, phase: float) -> None:
    """A football goal: a frame in its colour, a white net behind, a ball before it."""
    for y in (-1.35, 1.35):
        figure.limb((0.4, y, 0.1), (0.4, y, 1.7), 0.13, paint)
        figure.limb((0.4, y, 1.7), (-0.3, y, 1.6), 0.09, paint)
        figure.limb((-0.3, y, 1.6), (-0.8, y, 0.09), 0.09, paint)
        figure.limb((-0.8, y, 0.1), (0.4, y, 0.1), 0.09, paint)
    figure.limb((0.4, -1.35, 1.7), (0.4, 1.35, 1.7), 0.13, paint)
    figure.limb((-0.8, -1.35, 0.1), (-0.8, 1.35, 0.1), 0.09, paint)
    for index in range(1, 10):
        y = -1.35 + 0.27 * index
        figure.chain([(0.4, y, 1.7), (-0.3, y, 1.6), (-0.8, y, 0.1)], (0.025, 0.025), WHITE)
    for x, z in ((0.05, 1.64), (-0.3, 1.6), (-0.42, 1.22), (-0.55, 0.85), (-0.67, 0.48)):
        figure.limb((x, -1.35, z), (x, 1.35, z), 0.025, WHITE)
    figure.ball((0.95, 0.3, 0.3), 0.3, WHITE)
    for x, y, z in _PATCHES:
        figure.ball((0.95 + 0.25 * x, 0.3 + 0.25 * y, 0.3 + 0.25 * z), 0.1, INK)


_PATCHES = (  # directions in which a football is black
    (0.9, 0.0, 0.45), (0.3, 0.85, 0.45), (0.3, -0.85, 0.45), (-0.75, 0.5, 0.45), (-0.75, -0.5, 0.45),
    (0.0, 0.0, 1.0), (0.7, 0.55, -0.45), (0.7, -0.55, -0.45), (-0.3, 0.85, -0.45), (-0.3, -0.85, -0.45),
)  # fmt: skip


def trophy(figure: Figure, paint: Colour, phase: float) -> None:
    """A cup for a winner: a bowl with two ears on a stem and a dark foot with a plate."""
    figure.box((0, 0, 0.25), (0.55, 0.55, 0.25), hex_colour("2a1a12"))
    figure.box((0.56, 0, 0.25), (0.02, 0.35, 0.13), GOLD)
    turned(figure, [(0.5, 0.5), (0.16, 0.8)], paint)
    figure.post((0, 0, 0.75), 0.15, 0.35, paint)
    figure.ball((0, 0, 1.0), 0.22, paint)
    turned(figure, [(0.25, 1.1), (0.62, 1.45), (0.78, 2.2)], paint)
    figure.post((0, 0, 2.18), 0.82, 0.09, marking(paint))
    ears = figure.part((0, 0, 0), rotation_z(math.pi / 2))
    for side in (-1, 1):
        start = -side * math.pi / 2
        bow(ears, (side * 0.7, 0, 1.75), 0.38, 0.1, paint, start, start + math.pi)
    figure.ball((0.68, 0, 1.75), (0.12, 0.25, 0.25), marking(paint))


def gift(figure: Figure, paint: Colour, phase: float) -> None:
    """A present: a box with a lid, a ribbon on all sides and a bow on top."""
    ribbon = GOLD if lightness(paint) > 0.6 or lightness(paint) < 0.02 else WHITE
    figure.box((0, 0, 0.7), (0.85, 0.85, 0.7), paint)
    figure.box((0, 0, 1.5), (0.93, 0.93, 0.2), paint)
    figure.box((0, 0, 1.31), (0.94, 0.94, 0.02), darker(paint, 0.5))
    for turn in (0.0, math.pi / 2):
        band = figure.part((0, 0, 0), rotation_z(turn))
        band.box((0, 0, 0.7), (0.87, 0.17, 0.69), ribbon)
        band.box((0, 0, 1.5), (0.95, 0.17, 0.22), ribbon)
    for turn in (0.7, 2.3, 3.9, 5.5):
        loop = figure.part((0, 0, 1.72), rotation_z(turn))
        loop.ball((0.38, 0, 0.25), (0.4, 0.16, 0.22), ribbon, rotation=rotation_y(-0.5))
    figure.ball((0, 0, 1.85), 0.17, ribbon)


MODELS: dict[str, Model] = {
    "basketball-hoop": Model(basketball_hoop, 0.94, 2.36, 1.9, 2.77, own="3a5a9a"),
    "tennis-racket": Model(tennis_racket, 0.91, 1.91, 0.6, 2.87, own="c83030"),
    "bowling-pin": Model(skittle, 0.95, 1.34, 1.34, 2.75, own="f0eee8"),
    "dumbbell": Model(dumbbell, 1.07, 1.7, 2.9, 1.7, own="3a3e46"),
    "target": Model(target, 1.0, 1.99, 2.1, 2.61, own="c82a2a"),
    "football-goal": Model(goal, 1.11, 2.16, 2.96, 1.83, own="e8e8e8"),
    "trophy": Model(trophy, 1.15, 1.64, 2.34, 2.27, own="d8a838"),
    "present": Model(gift, 0.93, 1.9, 1.9, 2.24, own="c82a4a"),
}
