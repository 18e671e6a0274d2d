"""Small animals that sit up, climb or crawl, and insects. `phase` is the gait or the beat of wings."""

from __future__ import annotations

import math
from dataclasses import dataclass

from himmel.world.kinds.beasts import (
    PINK,
    banded,
    cone,
    dark,
    eyes,
    ink,
    pair,
    pale,
    pricked,
    stripe,
    wagging,
    whiskers,
)
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import INK, WHITE, marking, shade
from himmel.world.render import Colour, Shape, hex_colour, rotation_x, rotation_y, rotation_z

_TAN, _SLUG, _NUT = hex_colour("e0b48a"), hex_colour("c8a070"), hex_colour("8a5a2a")
_VEIL = hex_colour("dcecf8")


@dataclass(frozen=True)
class Sitter:
    """An animal that sits up: half sizes of body, skull and feet."""

    body: tuple[float, float, float]
    skull: tuple[float, float, float]
    foot: tuple[float, float, float]
    arm: float = 0.12  # radius; 0 where the arms are drawn elsewhere


_RABBIT = Sitter((0.46, 0.48, 0.55), (0.38, 0.4, 0.36), (0.36, 0.17, 0.12))
_MOUSE = Sitter((0.48, 0.52, 0.58), (0.38, 0.4, 0.36), (0.28, 0.14, 0.1), 0.1)
_SQUIRREL = Sitter((0.4, 0.42, 0.56), (0.34, 0.35, 0.32), (0.34, 0.16, 0.12))
_MONKEY = Sitter((0.4, 0.42, 0.52), (0.4, 0.42, 0.42), (0.26, 0.15, 0.1), arm=0.0)


def _sit(figure: Figure, build: Sitter, coat: Colour, belly: Colour, phase: float) -> Figure:
    """Body, belly, paws and feet, hopping with the phase; returns the head's frame."""
    body = figure.part((0, 0, 0.16 * abs(math.sin(0.5 * phase))))
    x, y, z = build.body
    body.ball((0, 0, z + 0.05), build.body, coat)
    body.ball((0.3 * x, 0, 0.95 * z), (0.78 * x, 0.74 * y, 0.8 * z), belly)
    kick = 0.12 * math.sin(phase)
    for side in (-1, 1):
        body.ball((0.05, side * 0.85 * y, 0.55 * z), (0.7 * x, 0.36 * y, 0.5 * z), coat)
        body.ball((0.75 * x + kick, side * 0.75 * y, build.foot[2]), build.foot, coat)
        if build.arm:
            paw = (1.15 * x, side * 0.42 * y, 1.25 * z + kick)
            body.limb((0.4 * x, side * 0.8 * y, 1.5 * z), paw, build.arm, coat)
            body.ball(paw, 1.1 * build.arm, belly)
    head = body.part((0.14, 0, 2 * z + 0.75 * build.skull[2]))
    head.ball((0, 0, 0), build.skull, coat)
    return head


def rabbit(figure: Figure, paint: Colour, phase: float) -> None:
    """A rabbit that sits up: long ears, two big teeth, a white scut."""
    head = _sit(figure, _RABBIT, paint, pale(paint), phase)
    for side in (-1, 1):
        ear = head.part(
            (-0.06, side * 0.18, 0.3), rotation_x(-side * (0.16 + 0.05 * math.sin(phase)))
        )
        ear.ball((0, 0, 0.42), (0.09, 0.15, 0.5), paint)
        ear.ball((0.05, 0, 0.42), (0.06, 0.09, 0.4), PINK)
    pair(head, (0.32, 0.1, -0.12), (0.11, 0.12, 0.1), pale(paint))
    head.ball((0.42, 0, -0.03), (0.05, 0.06, 0.04), PINK)
    pair(head, (0.38, 0.045, -0.25), (0.03, 0.04, 0.08), WHITE)
    eyes(head, (0.28, 0.18, 0.1), 0.09)
    whiskers(head, (0.34, 0.12, -0.12), 0.3, ink(paint))
    figure.ball((-0.52, 0, 0.35), 0.2, marking(paint))


def mouse(figure: Figure, paint: Colour, phase: float) -> None:
    """A mouse that sits up: huge round ears, a pointed nose, a long thin pink tail."""
    head = _sit(figure, _MOUSE, paint, pale(paint), phase)
    pair(head, (-0.08, 0.46, 0.36), (0.08, 0.36, 0.36), paint)
    pair(head, (-0.03, 0.46, 0.36), (0.07, 0.25, 0.25), PINK)
    cone(head, (0.46, 0, -0.08), 0.24, 0.26, paint, 1.65)
    head.ball((0.72, 0, -0.1), 0.08, PINK)
    eyes(head, (0.3, 0.17, 0.12), 0.09)
    whiskers(head, (0.52, 0.08, -0.1), 0.32, ink(paint))
    wag = wagging(phase)
    tail = [(-0.4, 0, 0.2), (-0.75, 0.3, 0.12), (-0.7, 0.8 + wag, 0.15), (-0.4, 1.05 + wag, 0.35)]
    figure.chain(tail, (0.06, 0.05, 0.045), PINK)


def squirrel(figure: Figure, paint: Colour, phase: float) -> None:
    """A squirrel with a nut in its paws and a huge curled bushy tail."""
    figure = figure.part((0.2, 0, 0))
    head = _sit(figure, _SQUIRREL, paint, pale(paint), phase)
    sway = wagging(0.5 * phase, 0.1)
    bush = (
        (-0.55, 0.35, 0.3),
        (-0.75, 0.85, 0.38),
        (-0.72, 1.4, 0.42),
        (-0.82, 1.9, 0.36),
        (-1.05, 2.1, 0.24),
    )
    for number, (x, z, size) in enumerate(bush):
        figure.ball(
            (x, 0.25 + 0.25 * number * sway, z),
            (0.7 * size, 0.9 * size, 1.05 * size),
            paint if number % 2 else shade(paint, 0.72),
        )
    pricked(head, (-0.04, 0.2, 0.24), 0.11, 0.34, paint, dark(paint))
    pair(head, (0.28, 0.12, -0.1), (0.13, 0.14, 0.12), pale(paint))
    head.ball((0.4, 0, -0.02), 0.05, INK)
    pair(head, (0.36, 0.03, -0.22), (0.03, 0.03, 0.06), WHITE)
    eyes(head, (0.25, 0.17, 0.1), 0.085)
    figure.ball((0.55, 0, 0.78), (0.14, 0.14, 0.18), _NUT)
    figure.ball((0.55, 0, 0.92), (0.16, 0.16, 0.08), shade(_NUT, 0.5))


def monkey(figure: Figure, paint: Colour, phase: float) -> None:
    """A monkey: a bare pale face, ears to the sides, long arms, a curled tail."""
    figure = figure.part((0.15, 0, 0))
    head = _sit(figure, _MONKEY, paint, _TAN, phase)
    pair(head, (-0.02, 0.44, 0.02), (0.1, 0.2, 0.2), paint)
    pair(head, (0.05, 0.45, 0.02), (0.07, 0.13, 0.13), _TAN)
    pair(head, (0.24, 0.14, 0.08), (0.2, 0.17, 0.2), _TAN)
    head.ball((0.3, 0, -0.16), (0.22, 0.28, 0.2), _TAN)
    pair(head, (0.5, 0.04, -0.08), (0.03, 0.025, 0.025), INK)
    head.ball((0.48, 0, -0.22), (0.06, 0.16, 0.03), hex_colour("7a2a20"))
    eyes(head, (0.38, 0.13, 0.1), 0.08)
    head.ball((-0.04, 0, 0.4), (0.14, 0.12, 0.12), paint)
    for side in (-1, 1):
        swing = 0.2 * math.sin(phase + side)
        arm = [(0.05, side * 0.4, 0.95), (0.2, side * 0.85, 0.7), (0.45 + swing, side * 0.9, 0.14)]
        figure.chain(arm, (0.12, 0.11), paint)
        figure.ball(arm[-1], (0.15, 0.12, 0.13), _TAN)
    curl = [
        (-0.35, 0, 0.25),
        (-0.8, 0.2, 0.3),
        (-1.0, 0.4, 0.8),
        (-0.9, 0.5, 1.3),
        (-0.65, 0.5, 1.5),
        (-0.5, 0.5, 1.3),
        (-0.66, 0.5, 1.2),
    ]
    figure.chain(curl, (0.08, 0.08, 0.075, 0.07, 0.07, 0.07), paint)


def kangaroo(figure: Figure, paint: Colour, phase: float) -> None:
    """A kangaroo: great hind legs, a thick tail on the ground, a young one in the pouch."""
    figure = figure.part((0.3, 0, 0))
    body = figure.part((0, 0, 0.28 * abs(math.sin(0.5 * phase))))
    body.limb((-0.2, 0, 0.85), (0.15, 0, 1.55), 0.38, paint)
    body.ball((0.12, 0, 0.95), (0.4, 0.34, 0.45), pale(paint))
    body.chain([(-0.3, 0, 0.7), (-0.85, 0.1, 0.25), (-1.5, 0.25, 0.14)], (0.28, 0.15), paint)
    for side in (-1, 1):
        body.ball((-0.15, side * 0.42, 0.65), (0.4, 0.22, 0.46), paint)
        body.limb((-0.3, side * 0.44, 0.32), (-0.1, side * 0.44, 0.14), 0.14, paint)
        body.limb((-0.1, side * 0.44, 0.1), (0.6, side * 0.44, 0.1), 0.12, dark(paint))
        body.chain(
            [(0.22, side * 0.36, 1.62), (0.4, side * 0.55, 1.4), (0.68, side * 0.46, 1.52)],
            (0.1, 0.09),
            paint,
        )
    body.limb((0.15, 0, 1.65), (0.35, 0, 2.1), 0.2, paint)
    _roo_head(body.part((0.42, 0, 2.2)), paint)
    body.ball((0.4, 0, 0.86), (0.2, 0.27, 0.26), dark(paint))
    young = Figure(body.primitives, body.point((0.5, 0, 1.16)), body.rotation, 0.62 * body.scale)
    _roo_head(young, paint)


def _roo_head(head: Figure, paint: Colour) -> None:
    head.ball((0, 0, 0), (0.28, 0.24, 0.24), paint)
    head.limb((0.15, 0, -0.06), (0.42, 0, -0.13), 0.14, paint)
    head.ball((0.55, 0, -0.1), (0.06, 0.08, 0.06), INK)
    for side in (-1, 1):
        ear = head.part((-0.06, side * 0.14, 0.18), rotation_x(-side * 0.35))
        ear.ball((0, 0, 0.24), (0.07, 0.11, 0.28), paint)
        ear.ball((0.04, 0, 0.24), (0.05, 0.06, 0.2), PINK)
    eyes(head, (0.17, 0.15, 0.08), 0.07)


def hedgehog(figure: Figure, paint: Colour, phase: float) -> None:
    """A hedgehog: a dome of spines, a pale pointed face with a black nose."""
    figure = figure.part((-0.1, 0, 0))
    bob = 0.04 * math.sin(2 * phase)
    figure.ball((-0.1, 0, 0.6 + bob), (0.8, 0.66, 0.56), dark(paint))
    for ring, (tilt, number) in enumerate(((0.0, 1), (0.42, 7), (0.8, 11), (1.15, 14), (1.5, 16))):
        for step in range(number):
            turn = 2 * math.pi * (step + 0.5 * (ring % 2)) / number
            if math.cos(turn) > 0.75 and tilt > 1.0:
                continue
            spine = figure.part((-0.1, 0, 0.58 + bob), rotation_z(turn) @ rotation_y(tilt))
            spine.add(Shape.CONE, (0, 0, 0.78), (0.12, 0.12, 0.26), paint)
    figure.ball((0.6, 0, 0.48 + bob), (0.36, 0.4, 0.36), _TAN)
    cone(figure, (1.02, 0, 0.44 + bob), 0.22, 0.28, _TAN, 1.45)
    figure.ball((1.3, 0, 0.48 + bob), 0.1, INK)
    eyes(figure, (0.88, 0.17, 0.62 + bob), 0.085)
    pair(figure, (0.55, 0.36, 0.74 + bob), (0.08, 0.13, 0.13), _TAN)
    for number in range(4):
        x, side = (0.5 if number < 2 else -0.5), 1 - 2 * (number % 2)
        swing = 0.12 * math.sin(phase + 3.1 * (number in (1, 2)))
        figure.limb((x, side * 0.34, 0.25), (x + 0.06 + swing, side * 0.36, 0.1), 0.11, _TAN)


def snail(figure: Figure, paint: Colour, phase: float) -> None:
    """A snail: a round shell with a spiral, a long soft foot, eyes on two horns."""
    stretch = 0.06 * math.sin(phase)
    figure.limb((-0.95, 0, 0.13), (0.7 + stretch, 0, 0.16), 0.15, _SLUG)
    figure.ball((-0.1, 0, 0.22), (0.7, 0.32, 0.2), _SLUG)
    figure.chain(
        [(0.55, 0, 0.2), (0.95 + stretch, 0, 0.45), (1.05 + stretch, 0, 0.72)], (0.2, 0.2), _SLUG
    )
    figure.ball((-0.15, 0, 0.92), (0.72, 0.42, 0.72), paint)
    line = dark(paint)
    for side in (-1, 1):
        spiral = []
        for step in range(19):
            turn, ring = 0.62 * step, 0.6 - 0.031 * step
            bulge = 0.42 * math.sqrt(max(0.0, 1 - (ring / 0.72) ** 2))
            spiral.append(
                (-0.15 + ring * math.cos(turn), side * bulge, 0.92 + ring * math.sin(turn))
            )
        figure.chain(spiral, [0.05] * 18, line)
        tip = (1.2 + stretch, side * 0.2, 1.22)
        figure.limb((1.05 + stretch, side * 0.1, 0.8), tip, 0.045, _SLUG)
        figure.ball(tip, 0.1, WHITE)
        figure.ball((tip[0] + 0.06, tip[1], tip[2]), 0.065, INK)
        figure.limb(
            (1.15 + stretch, side * 0.08, 0.6), (1.35 + stretch, side * 0.14, 0.55), 0.035, _SLUG
        )
    figure.ball((1.24 + stretch, 0, 0.66), (0.03, 0.1, 0.03), hex_colour("7a3a2a"))


def bee(figure: Figure, paint: Colour, phase: float) -> None:
    """A plump bee in the air: dark rings, two pairs of glassy wings, feelers and a sting."""
    body = figure.part((0, 0, 1.0), rotation_y(-0.15))
    rings = banded(stripe(paint), figure, 3.6)
    body.limb((-0.45, 0, 0), (0.25, 0, 0), 0.5, paint, **rings)
    cone(body, (-1.05, 0, -0.05), 0.12, 0.2, INK, -math.pi / 2)
    head = body.part((0.78, 0, 0.08))
    head.ball((0, 0, 0), (0.34, 0.4, 0.38), ink(paint))
    eyes(head, (0.22, 0.2, 0.08), 0.15)
    head.ball((0.32, 0, -0.16), (0.05, 0.13, 0.035), WHITE)
    for side in (-1, 1):
        head.limb((0.1, side * 0.12, 0.3), (0.3, side * 0.26, 0.66), 0.035, INK)
        head.ball((0.3, side * 0.26, 0.68), 0.075, INK)
        lift = side * (0.75 + 0.4 * math.sin(phase))
        for x, reach, turn in ((0.1, 0.62, 0.25), (-0.25, 0.46, -0.3)):
            wing = body.part((x, side * 0.2, 0.42), rotation_z(side * turn) @ rotation_x(lift))
            wing.ball((0, side * reach, 0), (0.28, reach, 0.04), _VEIL)
        for x in (-0.2, 0.1, 0.4):
            body.limb((x, side * 0.25, -0.42), (x + 0.05, side * 0.4, -0.66), 0.05, INK)


def butterfly(figure: Figure, paint: Colour, phase: float) -> None:
    """A butterfly seen from its back: four broad wings with dark edges and pale spots."""
    body = figure.part((0.15, 0, 1.25))
    fold = 0.4 + 0.3 * math.sin(phase)
    edge, spot = stripe(paint), marking(paint)
    for side in (-1, 1):
        wing = body.part((0, side * 0.06, 0), rotation_z(side * fold))
        for y, z, half, lean in (
            (0.72, 0.42, (0.03, 0.62, 0.5), 0.5),
            (0.56, -0.42, (0.03, 0.46, 0.42), -0.5),
        ):
            turn = rotation_x(side * lean)
            wing.ball((0, side * y, z), half, edge, rotation=turn)
            inner = (0.045, 0.8 * half[1], 0.78 * half[2])
            wing.ball((0, side * (y - 0.05), z), inner, paint, rotation=turn)
            wing.ball((0, side * (y + 0.12), 1.15 * z), (0.06, 0.16, 0.14), spot, rotation=turn)
        body.limb((0, side * 0.05, 0.48), (0.06, side * 0.3, 0.92), 0.03, INK)
        body.ball((0.06, side * 0.3, 0.94), 0.06, INK)
    body.limb((0, 0, -0.6), (0, 0, 0.3), 0.11, ink(paint))
    body.ball((0.02, 0, 0.46), 0.17, ink(paint))
    eyes(body, (0.12, 0.09, 0.5), 0.06)


def ladybird(figure: Figure, paint: Colour, phase: float) -> None:
    """A ladybird: a dome with black dots and a seam, a black head with white spots."""
    dot = stripe(paint)
    figure.ball((-0.1, 0, 0.62), (0.95, 0.86, 0.62), paint)
    figure.ball((-0.12, 0, 0.63), (0.945, 0.045, 0.635), dot)
    for side in (-1, 1):
        for x, tilt in ((0.45, 0.55), (0.1, 1.0), (-0.15, 0.42), (-0.6, 0.85)):
            ring = math.sqrt(1 - (x / 0.95) ** 2)
            at = (x - 0.1, side * 0.86 * ring * math.sin(tilt), 0.62 + 0.62 * ring * math.cos(tilt))
            figure.ball(at, (0.18, 0.16, 0.12), dot)
        for row, x in enumerate((0.5, 0.0, -0.5)):
            swing = 0.12 * math.sin(phase + 2.1 * row + side)
            leg = [
                (x, side * 0.7, 0.5),
                (x + 0.1, side * 1.0, 0.5),
                (x + 0.15 + swing, side * 1.12, 0.06),
            ]
            figure.chain(leg, (0.06, 0.05), INK)
    head = figure.part((0.82, 0, 0.5))
    head.ball((0, 0, 0), (0.36, 0.5, 0.38), ink(paint))
    eyes(head, (0.26, 0.24, 0.12), 0.12)
    for side in (-1, 1):
        head.limb((0.15, side * 0.15, 0.3), (0.4, side * 0.35, 0.62), 0.035, INK)
        head.ball((0.4, side * 0.35, 0.64), 0.07, INK)


def spider(figure: Figure, paint: Colour, phase: float) -> None:
    """A spider: a round abdomen with a mark, eight long bent legs, many eyes, fangs."""
    figure.ball((-0.55, 0, 1.0), (0.72, 0.68, 0.64), paint)
    figure.ball((-0.4, 0, 1.55), (0.34, 0.15, 0.1), marking(paint))
    figure.ball((-0.34, 0, 1.54), (0.12, 0.34, 0.1), marking(paint))
    figure.ball((0.2, 0, 0.74), (0.42, 0.42, 0.36), paint)
    leg_tone = shade(paint, 0.6) if paint[1] > 0.02 else paint
    for side in (-1, 1):
        for row in range(4):
            turn = side * (0.5 + 0.55 * row)
            lift = 0.15 * max(0.0, math.sin(phase + 1.6 * row + side)) if phase else 0.0
            leg = figure.part((0.15, 0, 0.7), rotation_z(turn))
            leg.chain(
                [(0.25, 0, 0), (0.75, 0, 0.55 + lift), (1.15, 0, -0.02), (1.35, 0, lift - 0.64)],
                (0.08, 0.07, 0.055),
                leg_tone,
            )
        figure.limb((0.54, side * 0.12, 0.6), (0.62, side * 0.1, 0.4), 0.06, WHITE)
    eyes(figure, (0.54, 0.15, 0.88), 0.13)
    pair(figure, (0.36, 0.3, 0.98), (0.07, 0.07, 0.07), WHITE)


MODELS: dict[str, Model] = {
    "rabbit": Model(rabbit, 1.22, 1.4, 1.2, 2.58, pace=6.0, own="b89a7c"),
    "mouse": Model(mouse, 1.25, 1.8, 1.9, 2.15, pace=6.0, own="9a9aa2"),
    "squirrel": Model(squirrel, 1.2, 1.9, 1.1, 2.35, pace=6.0, own="b4531c"),
    "monkey": Model(monkey, 1.2, 1.8, 2.0, 1.88, pace=6.0, own="6e4223"),
    "kangaroo": Model(kangaroo, 1.12, 2.7, 1.3, 2.87, pace=5.0, own="b07848"),
    "hedgehog": Model(hedgehog, 1.3, 2.5, 2.1, 1.62, pace=6.0, own="7a5636"),
    "snail": Model(snail, 1.25, 2.5, 0.9, 1.64, pace=4.0, own="c8703a"),
    "bee": Model(bee, 1.3, 2.4, 2.2, 2.24, beat=9.0, own="f5c010"),
    "butterfly": Model(butterfly, 1.25, 0.7, 2.5, 2.25, beat=7.0, own="f08018"),
    "ladybird": Model(ladybird, 1.2, 2.4, 2.3, 1.3, pace=6.0, own="dc2418"),
    "spider": Model(spider, 1.15, 2.7, 2.8, 1.65, pace=6.0, own="3a3238"),
}
