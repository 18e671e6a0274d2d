"""What animals share: a four-legged build, eyes, ears, horns, tails, and tones that go with a coat."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from himmel.world.kinds.figure import Figure, Look, Point
from himmel.world.kinds.paints import INK, WHITE, lightness, mix, shade
from himmel.world.render import Colour, Pattern, Shape, hex_colour, rotation_x, rotation_y

HORN, PINK, BEAK = hex_colour("e8dcc0"), hex_colour("f09aa8"), hex_colour("f09a1a")
_GAIT = (0.0, math.pi, math.pi + 0.4, 0.4)  # left front, right front, left hind, right hind
_ASH = hex_colour("5c5c64")


@dataclass(frozen=True)
class Beast:
    """Proportions of a four-legged animal in metres, before scaling.

    `leg` is the height of the belly, `body` half the distance of the legs, `girth` the trunk's radius,
    `bone` a leg's; `head` lies ahead of and above the chest; `snout` is (length, radius, drop).
    """

    leg: float
    body: float
    girth: float
    bone: float
    head: tuple[float, float]
    neck: float
    skull: float
    snout: tuple[float, float, float]
    stride: float = 0.5
    aside: float = 0.62  # how far the legs stand apart, as a share of the girth

    @property
    def back(self) -> float:
        """Height of the trunk's axis."""
        return self.leg + 0.9 * self.girth

    @property
    def skull_at(self) -> tuple[float, float, float]:
        """Centre of the skull in the figure's frame."""
        return (self.body + self.head[0], 0.0, self.back + self.head[1])


# ---- tones -------------------------------------------------------------------------------------


def ink(coat: Colour) -> Colour:
    """Noses, socks and stripes: nearly black, on a black coat grey."""
    return INK if lightness(coat) > 0.02 else _ASH


def stripe(coat: Colour) -> Colour:
    """Bold stripes: nearly black, on a black coat white."""
    return INK if lightness(coat) > 0.02 else WHITE


def dark(coat: Colour) -> Colour:
    """A deeper tone of the coat for manes and ears; lighter where the coat is black."""
    return shade(coat, 0.38) if lightness(coat) > 0.02 else _ASH


def pale(coat: Colour) -> Colour:
    """Bellies and muzzles: the coat with much white, a warm grey on a white coat."""
    return mix(coat, WHITE, 0.65) if lightness(coat) < 0.6 else hex_colour("c8b8a8")


def banded(second: Colour, figure: Figure, rate: float) -> Look:
    """Rings of a second colour round a limb, `rate` rings and gaps per own metre."""
    return {
        "second_colour": second,
        "pattern": Pattern.STRIPES,
        "pattern_scale": rate / figure.scale,
    }


def checked(second: Colour, figure: Figure, rate: float) -> Look:
    """Square patches of a second colour on a limb, `rate` per own metre."""
    return banded(second, figure, rate) | {"pattern": Pattern.CHECKER}


# ---- the four-legged build ---------------------------------------------------------------------


def stand(
    figure: Figure, build: Beast, coat: Colour, phase: float, feet: Colour | None = None,
    look: Look | None = None,
) -> Figure:  # fmt: skip
    """Legs, trunk, neck and head of an animal; returns the head's frame, centred on the skull.

    `look` lays a pattern over trunk and neck.
    """
    worn = look or {}
    pace(figure, build, coat, coat if feet is None else feet, phase, worn)
    chest, skull = (build.body, 0.0, build.back + 0.03), build.skull_at
    figure.limb((-build.body, 0, build.back), chest, build.girth, coat, **worn)
    root = (build.body, 0.0, build.back + 0.25 * build.girth)
    figure.limb(root, skull, build.neck, coat, **worn)
    head = figure.part(skull)
    head.ball((0, 0, 0), (1.08 * build.skull, build.skull, build.skull), coat)
    length, radius, drop = build.snout
    head.limb((0.3 * build.skull, 0, -0.3 * drop), (length, 0, -drop), radius, coat)
    return head


def pace(
    figure: Figure, build: Beast, coat: Colour, feet: Colour, phase: float, look: Look
) -> None:
    """Four legs in step: `phase` 2 pi is one stride, 0 stands at ease."""
    stride = build.stride if phase else 0.12
    for number, lag in enumerate(_GAIT):
        side, root = 1 - 2 * (number % 2), build.body * (1 if number < 2 else -1)
        y, swing = side * build.aside * build.girth, stride * math.sin(phase + lag)
        raised = 0.2 * build.leg * max(0.0, math.cos(phase + lag)) if phase else 0.0
        knee = (root + 0.5 * build.leg * math.sin(swing) + 0.03, y, 0.5 * build.leg + raised)
        foot = (root + build.leg * math.sin(swing), y, 0.9 * build.bone + raised)
        figure.limb((root, y, build.back), knee, 1.3 * build.bone, coat, **look)
        figure.limb(knee, foot, build.bone, coat, **look)
        figure.limb(foot, (foot[0] + build.bone, y, foot[2]), 0.9 * build.bone, feet)


# ---- parts -------------------------------------------------------------------------------------


def eyes(head: Figure, at: Point, size: float, white: Colour = WHITE) -> None:
    """A pair of eyes that look forward, mirrored from `at`."""
    x, y, z = at
    for side in (-1, 1):
        head.ball((x, side * y, z), size, white)
        head.ball((x + 0.55 * size, side * (y + 0.15 * size), z), 0.66 * size, INK)


def pair(head: Figure, at: Point, half: Point, colour: Colour, tilt: float = 0.0) -> None:
    """Two ellipsoids mirrored from `at`, leaning outwards by `tilt` radians: ears, cheeks, patches."""
    x, y, z = at
    for side in (-1, 1):
        head.ball((x, side * y, z), half, colour, rotation=rotation_x(-side * tilt))


def pricked(
    head: Figure, at: Point, radius: float, height: float, coat: Colour, lining: Colour
) -> None:
    """Pointed ears: flat cones with a lining in front, mirrored from `at`."""
    x, y, z = at
    for side in (-1, 1):
        ear = head.part((x, side * y, z), rotation_x(-side * 0.25))
        ear.add(Shape.CONE, (0, 0, 0.4 * height), (0.45 * radius, radius, 0.6 * height), coat)
        half = (0.3 * radius, 0.6 * radius, 0.42 * height)
        ear.add(Shape.CONE, (0.24 * radius, 0, 0.36 * height), half, lining)


def horns(head: Figure, points: Sequence[Point], radii: Sequence[float], colour: Colour) -> None:
    """A pair of bent horns: the points of the left one, mirrored to the right."""
    for side in (-1, 1):
        head.chain([(x, side * y, z) for x, y, z in points], radii, colour)


def cone(
    figure: Figure,
    at: Point,
    radius: float,
    half: float,
    colour: Colour,
    pitch: float = math.pi / 2,
) -> None:
    """A cone about `at` whose tip leans forward by `pitch` radians: 0 points up, pi / 2 ahead."""
    figure.add(Shape.CONE, at, (radius, radius, half), colour, rotation_y(pitch))


def whiskers(head: Figure, at: Point, length: float, colour: Colour) -> None:
    """Three hairs to either side."""
    x, y, z = at
    for side in (-1, 1):
        for rise in (-0.3, 0.0, 0.3):
            tip = (x - 0.1, side * (y + length), z + rise * length)
            head.limb((x, side * y, z + 0.1 * rise), tip, 0.016, colour)


def wagging(phase: float, reach: float = 0.2) -> float:
    """How far aside the tip of a tail is."""
    return reach * math.sin(2 * phase)
