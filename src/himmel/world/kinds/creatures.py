"""Animals: dog, elephant, bird, and the horse of the directed scenes. `phase` is the gait."""

from __future__ import annotations

import math
from dataclasses import dataclass

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import GOLD, INK, WHITE, lightness, shade
from himmel.world.render import Colour, Shape, hex_colour, rotation_x, rotation_y, rotation_z

_COLLAR, _TUSK, _NAIL = hex_colour("c8ccd4"), hex_colour("f6f0e0"), hex_colour("d8d0c4")
_STEP = (0.0, math.pi, math.pi + 0.4, 0.4)  # left front, right front, left hind, right hind


@dataclass(frozen=True)
class Build:
    """Proportions of a four-legged animal in metres, before scaling."""

    leg: float
    body: float  # half the distance between front and hind legs
    girth: float  # radius of the trunk
    bone: float  # radius of a leg
    head: tuple[float, float, float]  # centre, counted from the chest
    skull: float
    snout: float
    stride: float = 0.6


DOG = Build(0.46, 0.52, 0.29, 0.125, (0.36, 0.0, 0.46), 0.28, 0.3)
HORSE = Build(0.8, 0.55, 0.26, 0.09, (0.62, 0.0, 0.72), 0.17, 0.32)


def _legs(figure: Figure, build: Build, phase: float, coat: Colour, hoof: Colour) -> None:
    for index, shift in enumerate(_STEP):
        x = build.body if index < 2 else -build.body
        y = build.girth * 0.62 * (1 if index % 2 == 0 else -1)
        swing = build.stride * math.sin(phase + shift)
        lift = max(0.0, math.cos(phase + shift)) * build.leg * 0.22 * min(1.0, abs(phase) * 9)
        hip = (x, y, build.leg + build.girth * 0.5)
        knee = (x + 0.45 * build.leg * math.sin(swing) + 0.04, y, build.leg * 0.52 + lift)
        foot = (x + build.leg * math.sin(swing) - 0.02, y, build.bone * 0.8 + lift)
        figure.chain([hip, knee, foot], (build.bone * 1.25, build.bone), coat)
        figure.limb(foot, (foot[0] + build.bone * 0.9, y, foot[2]), build.bone * 0.95, hoof)


def _eyes(head: Figure, x: float, y: float, z: float, size: float, coat: Colour) -> None:
    iris = WHITE if lightness(coat) < 0.05 else INK
    for side in (-1, 1):
        head.ball((x, side * y, z), size, iris)


def _trunk(figure: Figure, build: Build, coat: Colour) -> tuple[float, float, float]:
    """Body, neck and skull; returns the centre of the head."""
    height = build.leg + build.girth
    chest = (build.body * 0.85, 0.0, height + 0.03)
    figure.limb((-build.body * 0.9, 0, height), chest, build.girth, coat)
    figure.ball(chest, (build.girth * 1.15, build.girth * 1.08, build.girth * 1.2), coat)
    head = (chest[0] + build.head[0], 0.0, chest[2] + build.head[2])
    figure.limb(chest, head, build.girth * 0.68, coat)
    figure.ball(head, (build.skull * 1.1, build.skull, build.skull), coat)
    return head


def dog(figure: Figure, paint: Colour, phase: float) -> None:
    """A sturdy dog with a long snout, hanging ears, a collar and a wagging tail."""
    build = DOG
    _legs(figure, build, phase, paint, paint)
    x, _, z = _trunk(figure, build, paint)
    head = figure.part((x, 0, z))
    dark = _dark_point(paint)
    head.limb((0.1, 0, -0.08), (0.1 + build.snout, 0, -0.1), 0.155, paint)
    head.ball((0.28 + build.snout, 0, -0.03), (0.09, 0.1, 0.08), dark)
    _eyes(head, 0.19, 0.14, 0.12, 0.055, paint)
    ear = shade(paint, 0.4) if lightness(paint) > 0.03 else dark
    for side in (-1, 1):
        lap = rotation_x(0.25 * side)
        head.ball((-0.06, side * 0.28, -0.1), (0.15, 0.07, 0.3), ear, rotation=lap)
    collar = figure.part((x - 0.18, 0, z - 0.25), rotation_y(0.65))
    collar.post((0, 0, -0.05), 0.235, 0.1, _COLLAR)
    wag = 0.3 * math.sin(2 * phase)
    tail = [(-0.6, 0, 0.85), (-0.88, wag * 0.4, 1.05), (-1.0, wag, 1.38)]
    figure.chain(tail, (0.11, 0.09), paint)


def horse(figure: Figure, paint: Colour, phase: float) -> None:
    """A saddle horse with mane and hanging tail, about 2 m tall."""
    build, dark = HORSE, shade(paint, 0.35)
    _legs(figure, build, phase, paint, dark)
    x, _, z = _trunk(figure, build, paint)
    figure.limb((x, 0, z - 0.02), (x + build.snout, 0, z - 0.22), 0.11, paint)
    figure.limb((x - 0.55, 0, z - 0.42), (x - 0.08, 0, z + 0.12), 0.1, dark)
    for side in (-1, 1):
        figure.spire((x - 0.04, side * 0.1, z + 0.1), 0.06, 0.22, paint)
    figure.limb((-0.7, 0, 1.1), (-0.85, 0.1 * math.sin(phase), 0.55), 0.09, dark)


def elephant(figure: Figure, paint: Colour, phase: float) -> None:
    """An elephant: fan ears, tusks and one smooth trunk that swings with its step."""
    dark = shade(paint, 0.55)
    figure.ball((-0.1, 0, 1.25), (0.98, 0.68, 0.72), paint)
    for index, shift in enumerate(_STEP):
        x, y = (0.48 if index < 2 else -0.68), (0.4 if index % 2 == 0 else -0.4)
        foot = (x + 0.22 * math.sin(phase + shift), y, 0.2)
        figure.limb((x, y, 0.95), foot, 0.24, paint)
        figure.ball((foot[0] + 0.14, y, 0.1), (0.12, 0.18, 0.08), _NAIL)
    head = figure.part((1.0, 0, 1.62))
    head.ball((0, 0, 0), (0.5, 0.46, 0.5), paint)
    flap = 0.12 * math.sin(phase)
    for side in (-1, 1):
        turn = rotation_z(-side * (0.95 + flap))
        head.ball((-0.28, side * 0.62, 0.02), (0.46, 0.09, 0.58), dark, rotation=turn)
        head.limb((0.38, side * 0.2, -0.28), (0.72, side * 0.24, -0.42), 0.07, _TUSK)
    sway = 0.1 * math.sin(phase)
    bends = [(0.38, 0, -0.05), (0.62, 0, -0.28), (0.74, sway * 0.3, -0.58), (0.76, sway * 0.6, -0.9),
             (0.84, sway, -1.18), (1.02, sway, -1.32)]  # fmt: skip
    head.chain(bends, (0.2, 0.17, 0.15, 0.13, 0.11), paint)
    _eyes(head, 0.36, 0.3, 0.14, 0.075, paint)
    figure.limb((-1.05, 0, 1.3), (-1.2, 0.08 * math.sin(2 * phase), 0.75), 0.05, dark)


def bird(figure: Figure, paint: Colour, phase: float) -> None:
    """A plump bird in flight, just above the ground, wings raised and beating."""
    body = figure.part((0, 0, 0.95), rotation_y(-0.12))
    wing_tone, dark = shade(paint, 0.6), _dark_point(paint)
    body.ball((0, 0, 0), (0.84, 0.6, 0.6), paint)
    body.ball((0.66, 0, 0.42), 0.44, paint)
    body.add(Shape.CONE, (1.2, 0, 0.38), (0.16, 0.16, 0.24), GOLD, rotation_y(math.pi / 2))
    for side in (-1, 1):
        body.ball((0.88, side * 0.31, 0.54), 0.12, WHITE)
        body.ball((0.94, side * 0.39, 0.55), 0.065, INK)
        lift = side * (0.55 + 0.6 * math.sin(phase))
        wing = body.part((0.05, side * 0.35, 0.2), rotation_x(lift))
        wing.ball((0, side * 0.6, 0), (0.52, 0.72, 0.1), wing_tone)
        wing.ball((-0.16, side * 1.0, 0), (0.34, 0.36, 0.09), dark)
        body.limb((-0.1, side * 0.16, -0.54), (-0.4, side * 0.18, -0.72), 0.05, GOLD)
        feather = rotation_z(-side * 0.28)
        body.ball((-1.0, side * 0.13, 0.05), (0.48, 0.15, 0.06), wing_tone, rotation=feather)


def _dark_point(coat: Colour) -> Colour:
    """Noses, ear and wing tips: nearly black, on a black coat dark grey."""
    return INK if lightness(coat) > 0.02 else hex_colour("55555c")
