"""Forms that things are put together from: arcs, rings, turned bodies, planks, fins, wheels, hulls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from himmel.world.kinds.figure import Array, Figure, Point
from himmel.world.kinds.paints import STEEL, lightness, shade
from himmel.world.render import (
    Colour,
    Pattern,
    Shape,
    hex_colour,
    rotation_x,
    rotation_y,
    rotation_z,
)

TYRE, TREAD = hex_colour("161616"), hex_colour("343434")
_SLICE = 0.07  # metres: thinner slices of a turned body do not show at 128 pixels


def darker(paint: Colour, factor: float = 0.6) -> Colour:
    """A shadowed tone of a paint; black cannot be darker, so it turns grey."""
    return shade(paint, factor) if lightness(paint) > 0.02 else hex_colour("3c3c42")


def arc(
    centre: Point, radius: float, start: float, end: float, steps: int = 10, plane: str = "xz"
) -> list[Point]:
    """`steps` + 1 points on a circle about `centre` in a plane, from angle to angle in radians."""
    first, second = ("xyz".index(axis) for axis in plane)
    points: list[Point] = []
    for step in range(steps + 1):
        angle = start + (end - start) * step / steps
        point = [float(value) for value in centre]
        point[first] += radius * math.cos(angle)
        point[second] += radius * math.sin(angle)
        points.append(point)
    return points


def bow(
    figure: Figure, centre: Point, radius: float, thick: float, colour: Colour,
    start: float, end: float, plane: str = "xz",
) -> None:  # fmt: skip
    """A bent rod along a part of a circle."""
    steps = max(3, round(abs(end - start) * 2.2))
    figure.chain(arc(centre, radius, start, end, steps, plane), [thick] * steps, colour)


def ring(
    figure: Figure, centre: Point, radius: float, thick: float, colour: Colour, plane: str = "xz"
) -> None:
    """A closed ring of a round rod."""
    bow(figure, centre, radius, thick, colour, 0.0, 2 * math.pi, plane)


def turned(
    figure: Figure, profile: Sequence[tuple[float, float]], colour: Colour, at: Point = (0, 0, 0),
    **look: Any,
) -> None:  # fmt: skip
    """A body turned on a lathe: thin discs between the (radius, height) corners of its profile."""
    for (low, foot), (high, top) in pairwise(profile):
        slices = 1 if low == high else max(1, math.ceil((top - foot) / _SLICE))
        for index in range(slices):
            share = (index + 0.5) / slices
            step = (top - foot) / slices
            spot = (at[0], at[1], at[2] + foot + index * step)
            figure.post(spot, low + (high - low) * share, step, colour, **look)


def plank(
    figure: Figure, start: Point, end: Point, half: float, deep: float, colour: Colour, **look: Any
) -> None:
    """A board between two points with the same y: `half` its width in the x-z plane, `deep` along y."""
    along, up = end[0] - start[0], end[2] - start[2]
    centre = [(a + b) / 2 for a, b in zip(start, end, strict=True)]
    size = (math.hypot(along, up) / 2, deep, half)
    figure.add(Shape.BOX, centre, size, colour, rotation_y(-math.atan2(up, along)), **look)


def fin(
    figure: Figure, foot: Point, half: tuple[float, float], height: float, colour: Colour,
    turn: Array | None = None,
) -> None:  # fmt: skip
    """A triangle with some thickness: its base, `half` long and deep, at `foot`, its tip along z.

    A flat cone is the only triangle there is; `turn` tips it about its base.
    """
    part = figure.part(foot, turn)
    part.add(Shape.CONE, (0, 0, height / 2), (half[0], half[1], height / 2), colour)


def wheel(
    figure: Figure, centre: Point, radius: float, half: float, roll: float, hub: Colour = STEEL
) -> None:
    """A tyre across y with a hub on either side, rolled by radians."""
    turn = rotation_x(math.pi / 2) @ rotation_z(-roll)
    figure.add(
        Shape.CYLINDER, centre, (radius, radius, half), TYRE, turn,
        second_colour=TREAD, pattern=Pattern.MERIDIANS, pattern_scale=4,
    )  # fmt: skip
    figure.add(
        Shape.CYLINDER, centre, (radius * 0.6, radius * 0.6, half + 0.03), hub, turn,
        second_colour=shade(hub, 0.35), pattern=Pattern.MERIDIANS, pattern_scale=3,
    )  # fmt: skip


def spoked(
    figure: Figure, centre: Point, radius: float, thick: float, colours: tuple[Colour, Colour],
    roll: float, spokes: int = 6,
) -> None:  # fmt: skip
    """An open wheel in the x-z plane: colours of its rim and of its spokes."""
    ring(figure, centre, radius, thick, colours[0])
    tips = arc(centre, radius, -roll, 2 * math.pi - roll, spokes)
    for tip in tips[:-1]:
        figure.limb(centre, tip, thick * 0.6, colours[1])


def track(figure: Figure, half: float, side: float, radius: float, roll: float) -> None:
    """A crawler track of half length `half` at y = `side`, its wheels showing on both flanks."""
    figure.box((0, side, radius), (half, 0.24, radius), TYRE)
    for end in (-half, half):
        figure.drum((end, side, radius), radius, 0.24, TREAD, axis="y")
    for index in range(4):
        spot = (half * (2 * index / 3 - 1), side, radius)
        turn = rotation_x(math.pi / 2) @ rotation_z(-roll)
        figure.add(
            Shape.CYLINDER, spot, (radius * 0.62, radius * 0.62, 0.27), STEEL, turn,
            second_colour=shade(STEEL, 0.4), pattern=Pattern.MERIDIANS, pattern_scale=2,
        )  # fmt: skip


def hull(figure: Figure, length: float, beam: float, height: float, colour: Colour) -> None:
    """The body of a boat: half `length` and half `beam` at its rim, pointed at both ends."""
    layers = 10
    for index in range(layers):
        share = (index + 1) / layers
        size = (length * (0.72 + 0.28 * share), beam * (0.5 + 0.5 * share), height / layers / 2)
        figure.add(Shape.CYLINDER, (0, 0, height * (share - 0.5 / layers)), size, colour)


def eyes(figure: Figure, x: float, y: float, z: float, size: float, colour: Colour) -> None:
    """Two eyes, one on either side of the middle."""
    for side in (-1, 1):
        figure.ball((x, side * y, z), size, colour)
