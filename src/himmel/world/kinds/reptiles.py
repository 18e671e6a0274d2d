"""Reptiles, frogs, and the dinosaurs and dragons of tales. `phase` is the gait or the sway."""

from __future__ import annotations

import math
from itertools import pairwise

from himmel.world.kinds.beasts import (
    HORN,
    Beast,
    banded,
    cone,
    dark,
    eyes,
    horns,
    ink,
    pace,
    pair,
    pale,
    stripe,
    wagging,
)
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import INK, WHITE, shade
from himmel.world.render import Colour, Shape, hex_colour, rotation_x, rotation_y, rotation_z

_CROC = Beast(0.28, 0.62, 0.36, 0.14, (0, 0), 0, 0, (0, 0, 0), 0.5, 1.25)
_OLIVE, _TONGUE, _FIRE = hex_colour("8fa858"), hex_colour("e03048"), hex_colour("ffa020")
_THROAT = hex_colour("8a1c28")


def turtle(figure: Figure, paint: Colour, phase: float) -> None:
    """A turtle: a high domed shell with plates, a wrinkled neck, four flat legs."""
    figure = figure.part((-0.2, 0, 0))
    for number in range(4):
        front, side = (1 if number < 2 else -1), 1 - 2 * (number % 2)
        swing = 0.16 * math.sin(phase + math.pi * (number in (1, 2)))
        foot = (front * 0.72 + swing, side * 0.72, 0.14)
        figure.limb((front * 0.5, side * 0.45, 0.36), foot, 0.18, _OLIVE)
    figure.ball((0, 0, 0.5), (0.99, 0.85, 0.22), pale(paint))
    figure.ball((0, 0, 0.66), (0.94, 0.8, 0.62), paint)
    figure.ball((0, 0, 1.14), (0.34, 0.3, 0.17), dark(paint))
    for step in range(7):
        turn = 2 * math.pi * step / 7
        at = (0.74 * math.cos(turn), 0.62 * math.sin(turn), 0.95)
        lean = rotation_z(turn) @ rotation_y(0.85)
        figure.ball(at, (0.22, 0.2, 0.07), dark(paint), rotation=lean)
    figure.limb((0.65, 0, 0.6), (1.05, 0, 1.0), 0.19, _OLIVE)
    head = figure.part((1.12, 0, 1.12))
    head.ball((0, 0, 0), (0.32, 0.26, 0.25), _OLIVE)
    head.ball((0.2, 0, -0.1), (0.14, 0.16, 0.03), shade(_OLIVE, 0.4))
    eyes(head, (0.16, 0.16, 0.1), 0.08)
    cone(figure, (-1.05, 0, 0.36), 0.12, 0.2, _OLIVE, -1.7)


def frog(figure: Figure, paint: Colour, phase: float) -> None:
    """A sitting frog: eyes on top of a broad head, a wide mouth, folded hind legs."""
    body = figure.part((-0.1, 0, 0.12 * abs(math.sin(phase))))
    body.ball((-0.1, 0, 0.62), (0.72, 0.62, 0.52), paint, rotation=rotation_y(-0.4))
    body.ball((0.25, 0, 0.5), (0.42, 0.48, 0.42), pale(paint))
    body.ball((0.42, 0, 1.02), (0.5, 0.62, 0.36), paint)
    body.ball((0.5, 0, 0.9), (0.46, 0.56, 0.2), pale(paint))
    body.ball((0.56, 0, 0.97), (0.43, 0.54, 0.035), INK)
    for side in (-1, 1):
        body.ball((0.42, side * 0.34, 1.36), 0.24, paint)
        figure.chain(
            [(-0.5, side * 0.5, 0.55), (0.2, side * 0.86, 0.6), (-0.35, side * 0.86, 0.2)],
            (0.26, 0.18),
            paint,
        )
        figure.ball((0.0, side * 0.95, 0.08), (0.4, 0.18, 0.08), shade(paint, 0.6))
        figure.limb((0.35, side * 0.5, 0.55), (0.6, side * 0.52, 0.1), 0.13, paint)
        figure.ball((0.72, side * 0.55, 0.07), (0.22, 0.17, 0.07), shade(paint, 0.6))
        for x, y, z in ((-0.3, 0.3, 1.05), (-0.55, 0.12, 0.95)):
            body.ball((x, side * y, z), (0.12, 0.12, 0.07), dark(paint))
    eyes(body, (0.55, 0.34, 1.4), 0.18, hex_colour("f6e860"))


def snake(figure: Figure, paint: Colour, phase: float) -> None:
    """A coiled snake, head raised: dark bands, a forked tongue."""
    figure = figure.part((-0.1, 0, 0))
    bands = banded(stripe(paint), figure, 3.2)
    coil = []
    for step in range(26):
        turn = 0.5 * step + 0.12 * math.sin(phase)
        ring = 0.92 - 0.014 * step
        coil.append((ring * math.cos(turn) * 0.9 - 0.1, ring * math.sin(turn), 0.17 + 0.024 * step))
    sway = 0.12 * math.sin(phase)
    rise = [coil[-1], (0.2, 0.1, 1.05), (0.1, 0, 1.45), (0.2, sway, 1.85), (0.42, sway, 1.98)]
    for number, (start, end) in enumerate(pairwise(coil)):
        tone = stripe(paint) if number % 4 == 3 else paint
        figure.limb(start, end, min(0.19, 0.07 + 0.02 * number), tone)
    for start, end in pairwise(rise):
        figure.limb(start, end, 0.18, paint, **bands)
    head = figure.part((0.6, sway, 1.98))
    head.ball((0, 0, 0), (0.36, 0.27, 0.19), paint)
    eyes(head, (0.14, 0.18, 0.13), 0.085, hex_colour("f8e040"))
    head.limb((0.3, 0, -0.06), (0.56, 0, -0.1), 0.03, _TONGUE)
    for side in (-1, 1):
        head.limb((0.56, 0, -0.1), (0.72, side * 0.1, -0.06), 0.028, _TONGUE)


def crocodile(figure: Figure, paint: Colour, phase: float) -> None:
    """A crocodile: open jaws full of teeth, a ridge of scales, a long low tail."""
    croc = figure.part((-0.25, 0, 0.02))
    pace(croc, _CROC, paint, dark(paint), phase, {})
    croc.limb((-0.62, 0, 0.58), (0.62, 0, 0.58), 0.38, paint)
    croc.ball((0, 0, 0.44), (0.95, 0.34, 0.3), pale(paint))
    sway = wagging(0.5 * phase, 0.25)
    tail = [(-0.7, 0, 0.55), (-1.1, 0.25 + 0.4 * sway, 0.42), (-1.25, 0.85 + sway, 0.28)]
    croc.chain(tail, (0.28, 0.17), paint)
    for step in range(6):
        cone(
            croc,
            (0.6 - 0.28 * step, 0, 1.0 - 0.04 * max(0, step - 3)),
            0.14,
            0.17,
            dark(paint),
            0.0,
        )
    cone(croc, (-1.02, 0.2 + 0.4 * sway, 0.78), 0.12, 0.15, dark(paint), 0.0)
    head = croc.part((1.0, 0, 0.78))
    head.ball((0, 0, 0), (0.38, 0.36, 0.3), paint)
    for pitch, z, tone, tip in ((-0.32, 0.06, paint, math.pi), (0.12, -0.16, pale(paint), 0.0)):
        jaw = head.part((0.15, 0, z), rotation_y(pitch))
        jaw.ball((0.42, 0, 0), (0.58, 0.28, 0.11), tone)
        for step in range(4):
            for side in (-1, 1):
                at = (0.28 + 0.18 * step, side * (0.22 - 0.02 * step), -0.12 if tip else 0.12)
                jaw.add(Shape.CONE, at, (0.05, 0.05, 0.09), WHITE, rotation_x(tip))
        if tip:
            pair(jaw, (0.9, 0.1, 0.1), (0.08, 0.07, 0.06), dark(paint))
        else:
            jaw.ball((0.36, 0, 0.05), (0.44, 0.2, 0.08), _TONGUE)
    pair(head, (0.02, 0.2, 0.28), (0.15, 0.14, 0.15), paint)
    eyes(head, (0.12, 0.2, 0.31), 0.1, hex_colour("f8e850"))


def dinosaur(figure: Figure, paint: Colour, phase: float) -> None:
    """A tyrannosaur: a huge toothed head, tiny arms, strong hind legs, a thick tail."""
    figure = figure.part((-0.05, 0, 0))
    figure.limb((-0.2, 0, 1.25), (0.3, 0, 1.55), 0.46, paint)
    figure.ball((0.22, 0, 1.3), (0.42, 0.36, 0.42), pale(paint))
    sway = wagging(0.5 * phase, 0.2)
    tail = [
        (-0.3, 0, 1.15),
        (-0.85, 0.12 + 0.4 * sway, 0.8),
        (-1.25, 0.45 + sway, 0.6),
        (-1.35, 0.85 + sway, 0.7),
    ]
    figure.chain(tail, (0.36, 0.24, 0.12), paint)
    for side in (-1, 1):
        swing = 0.35 * math.sin(phase) * side
        raised = 0.2 * max(0.0, math.cos(phase) * side) if phase else 0.0
        foot = (-0.1 + swing, side * 0.4, 0.12 + raised)
        figure.ball((-0.15, side * 0.38, 1.0), (0.36, 0.24, 0.45), paint)
        figure.limb((-0.25 + 0.4 * swing, side * 0.4, 0.7 + 0.5 * raised), foot, 0.17, paint)
        figure.ball((foot[0] + 0.2, foot[1], 0.09 + raised), (0.32, 0.2, 0.1), paint)
        for y in (-0.11, 0.0, 0.11):
            figure.ball((foot[0] + 0.48, foot[1] + y, 0.07 + raised), (0.1, 0.05, 0.06), HORN)
        figure.chain(
            [(0.5, side * 0.36, 1.45), (0.74, side * 0.42, 1.3), (0.9, side * 0.36, 1.4)],
            (0.09, 0.07),
            paint,
        )
    for step in range(6):
        bar = (
            (0.2, 1.98),
            (-0.1, 1.78),
            (-0.38, 1.56),
            (-0.68, 1.28),
            (-0.92, 1.06),
            (-1.15, 0.84),
        )[step]
        cone(figure, (bar[0], 0.02 * step, bar[1]), 0.13, 0.15, dark(paint), -0.3)
    _toothed_head(figure.part((0.5, 0, 2.15)), paint)
    figure.limb((0.3, 0, 1.6), (0.42, 0, 2.05), 0.34, paint)


def _toothed_head(head: Figure, paint: Colour) -> None:
    head.ball((0, 0, 0.05), (0.44, 0.4, 0.4), paint)
    upper, lower = head.part((0.3, 0, 0.08)), head.part((0.22, 0, -0.2), rotation_y(0.3))
    upper.ball((0.26, 0, 0), (0.5, 0.34, 0.22), paint)
    lower.ball((0.3, 0, -0.02), (0.46, 0.29, 0.11), pale(paint))
    lower.ball((0.26, 0, 0.06), (0.36, 0.22, 0.08), _THROAT)
    for step in range(9):
        turn = -1.4 + 0.35 * step
        at = (0.26 + 0.42 * math.cos(turn), 0.29 * math.sin(turn), -0.18)
        upper.add(Shape.CONE, at, (0.055, 0.055, 0.1), WHITE, rotation_x(math.pi))
    pair(upper, (0.68, 0.12, 0.12), (0.04, 0.04, 0.04), ink(paint))
    pair(head, (0.16, 0.28, 0.36), (0.16, 0.1, 0.08), dark(paint))
    eyes(head, (0.26, 0.29, 0.24), 0.1, hex_colour("f8e040"))


def dragon(figure: Figure, paint: Colour, phase: float) -> None:
    """A dragon: spread bat's wings, horns, a plated belly, spikes on its back, a breath of fire."""
    figure = figure.part((-0.15, 0, 0))
    figure.ball((-0.1, 0, 0.85), (0.62, 0.52, 0.62), paint)
    figure.ball((0.14, 0, 0.8), (0.46, 0.4, 0.54), pale(paint))
    neck = [(0.2, 0, 1.2), (0.35, 0, 1.6), (0.3, 0, 1.95), (0.5, 0, 2.2)]
    figure.chain(neck, (0.28, 0.22, 0.2), paint)
    sway = wagging(0.5 * phase, 0.15)
    tail = [
        (-0.5, 0, 0.6),
        (-0.9, 0.3 + sway, 0.32),
        (-1.15, 0.75 + sway, 0.3),
        (-1.1, 1.05 + sway, 0.6),
    ]
    figure.chain(tail, (0.26, 0.17, 0.1), paint)
    cone(figure, (-1.08, 1.06 + sway, 0.8), 0.17, 0.2, dark(paint), 0.0)
    for side in (-1, 1):
        figure.ball((0.0, side * 0.42, 0.42), (0.36, 0.2, 0.36), paint)
        figure.ball((0.3, side * 0.46, 0.1), (0.32, 0.2, 0.1), paint)
        figure.limb((0.3, side * 0.4, 1.1), (0.62, side * 0.36, 0.86), 0.1, paint)
        _bat_wing(
            figure.part((-0.25, side * 0.3, 1.35), rotation_x(0.3 * side * math.sin(phase))),
            side,
            paint,
        )
    for x, z in ((0.08, 1.98), (0.02, 1.66), (-0.25, 1.42), (-0.62, 1.1), (-0.95, 0.62)):
        cone(figure, (x - 0.06, 0, z), 0.1, 0.14, dark(paint), -0.6)
    head = figure.part((0.58, 0, 2.28))
    head.ball((0, 0, 0), (0.34, 0.28, 0.26), paint)
    head.limb((0.2, 0, -0.05), (0.52, 0, -0.1), 0.18, paint)
    pair(head, (0.64, 0.1, 0.04), (0.06, 0.05, 0.05), INK)
    horns(head, [(-0.12, 0.14, 0.18), (-0.3, 0.22, 0.42), (-0.36, 0.22, 0.6)], (0.075, 0.05), HORN)
    eyes(head, (0.2, 0.19, 0.13), 0.09, hex_colour("f8e040"))
    for step, size in enumerate((0.09, 0.13, 0.17)):
        head.ball(
            (0.72 + 0.15 * step, 0, -0.16 - 0.07 * step), size, _FIRE, emission=1.6 - 0.3 * step
        )


def _bat_wing(wing: Figure, side: int, paint: Colour) -> None:
    """Three fingers from one joint with skin between them, spread across the body."""
    skin = shade(paint, 0.55)
    joint = (0, side * 0.62, 0.72)
    wing.limb((0, 0, 0), joint, 0.08, paint)
    for y, z in ((1.42, 0.8), (1.25, 0.16), (0.7, -0.2)):
        wing.limb(joint, (0, side * y, z), 0.05, paint)
    for y, z, half, lean in (
        (1.02, 0.58, (0.03, 0.44, 0.26), 0.25),
        (0.88, 0.3, (0.03, 0.46, 0.36), 0.6),
        (0.48, 0.26, (0.03, 0.38, 0.42), 0.2),
    ):
        wing.ball((-0.03, side * y, z), half, skin, rotation=rotation_x(-side * lean))


MODELS: dict[str, Model] = {
    "turtle": Model(turtle, 1.22, 2.7, 1.8, 1.37, pace=5.0, own="3f7a34"),
    "frog": Model(frog, 1.3, 1.8, 2.3, 1.6, pace=5.0, own="4fae2c"),
    "snake": Model(snake, 1.25, 2.4, 2.0, 2.37, pace=4.0, own="6aa82a"),
    "crocodile": Model(crocodile, 0.98, 3.6, 1.7, 1.3, pace=5.0, own="4f7f3a"),
    "dinosaur": Model(dinosaur, 1.12, 3.0, 1.6, 2.86, pace=4.0, own="6a9a48"),
    "dragon": Model(dragon, 1.02, 3.1, 3.5, 2.93, beat=5.0, own="2f9a60"),
}
