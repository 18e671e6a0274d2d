"""People and people-like figures with a build of their own: child, dancer, angel, robot, ghost."""

from __future__ import annotations

import math
from itertools import pairwise

from himmel.world.kinds.beasts import ink, pair, stripe
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import GOLD, INK, SKIN, STEEL, WHITE, lightness, marking, shade
from himmel.world.render import Colour, Shape, hex_colour, rotation_x, rotation_y, rotation_z

_BROWN, _BLOND, _RED = hex_colour("4a2a14"), hex_colour("e8b850"), hex_colour("d02828")
_LIPS, _SOLE = hex_colour("b84848"), hex_colour("2a2420")


def _face(head: Figure, radius: float, hair: Colour) -> None:
    """A round head with hair, eyes, nose and a smile, its front along x."""
    head.ball((0, 0, 0), (radius, 0.95 * radius, radius), SKIN)
    head.ball((-0.3 * radius, 0, 0.3 * radius), (0.88 * radius, radius, 0.84 * radius), hair)
    head.ball((radius, 0, -0.12 * radius), 0.13 * radius, shade(SKIN, 0.75))
    for side in (-1, 1):
        head.ball((0.88 * radius, side * 0.36 * radius, 0.1 * radius), 0.15 * radius, INK)
        head.ball(
            (0.8 * radius, side * 0.5 * radius, -0.2 * radius), 0.14 * radius, hex_colour("e88a7a")
        )
    head.ball(
        (0.86 * radius, 0, -0.42 * radius), (0.1 * radius, 0.26 * radius, 0.07 * radius), _LIPS
    )


def child(figure: Figure, paint: Colour, phase: float) -> None:
    """A child: a big head under a cap, a short body, a satchel, a lollipop."""
    legs = shade(paint, 0.5) if lightness(paint) > 0.02 else paint
    stride = 0.5 if phase else 0.12
    for side in (-1, 1):
        swing = stride * math.sin(phase or math.pi / 2) * side
        foot = (0.5 * math.sin(swing), side * 0.17, 0.12)
        figure.limb((0, side * 0.16, 0.55), foot, 0.14, legs)
        figure.limb(foot, (foot[0] + 0.14, foot[1], 0.1), 0.1, _RED)
        hand = (0.35 * math.sin(-swing) + 0.12, side * 0.52, 0.62)
        figure.limb((0, side * 0.3, 0.98), hand, 0.11, paint)
        figure.ball(hand, 0.11, SKIN)
    figure.ball((0, 0, 0.8), (0.28, 0.34, 0.36), paint)
    figure.ball((0.02, 0, 0.8), (0.285, 0.345, 0.06), marking(paint))
    figure.box((-0.34, 0, 0.85), (0.13, 0.26, 0.26), _BROWN)
    head = figure.part((0.02, 0, 1.5))
    _face(head, 0.42, _BROWN)
    head.ball((-0.06, 0, 0.26), (0.4, 0.41, 0.26), paint)
    head.ball((0.3, 0, 0.27), (0.22, 0.27, 0.035), marking(paint))
    head.ball((-0.06, 0, 0.52), 0.06, marking(paint))
    stick = (0.35, 0.55, 0.95)
    figure.limb((0.2, 0.53, 0.6), stick, 0.025, WHITE)
    figure.drum((0.36, 0.55, 1.1), 0.19, 0.05, _RED)
    figure.drum((0.37, 0.55, 1.1), 0.11, 0.05, WHITE)


def ballerina(figure: Figure, paint: Colour, phase: float) -> None:
    """A ballet dancer on the point of one foot: wide tutu, arms overhead, hair in a bun."""
    sway = 0.08 * math.sin(phase)
    tights = hex_colour("f0c8b8")
    figure.chain([(0, 0, 0.1), (0, 0.02, 0.55), (0, 0.06, 1.0)], (0.085, 0.11), tights)
    figure.limb((0.02, 0, 0.05), (0, 0, 0.2), 0.08, paint)
    lift = 0.5 + 0.3 * math.sin(phase)
    knee = (-0.1, -0.6, 0.75 + 0.3 * lift)
    figure.chain([(0, -0.1, 1.0), knee, (0, -0.16, 0.55)], (0.12, 0.09), tights)
    figure.limb((0, -0.16, 0.55), (0.06, -0.06, 0.45), 0.075, paint)
    body = figure.part((0, 0, 0), rotation_x(sway))
    for z, radius, tone in (
        (1.0, 0.72, shade(paint, 0.8)),
        (1.06, 0.66, paint),
        (1.12, 0.54, marking(paint)),
    ):
        body.ball((0, 0, z), (radius, radius, 0.06), tone)
    body.ball((0, 0, 1.32), (0.18, 0.23, 0.3), paint)
    body.ball((0, 0, 1.55), (0.15, 0.26, 0.1), SKIN)
    for side in (-1, 1):
        arm = [(0, side * 0.24, 1.56), (0.08, side * 0.56, 1.88), (0.12, side * 0.22, 2.32)]
        body.chain(arm, (0.075, 0.065), SKIN)
        body.ball((0.12, side * 0.16, 2.34), 0.075, SKIN)
    body.limb((0, 0, 1.58), (0.02, 0, 1.7), 0.08, SKIN)
    head = body.part((0.03, 0, 1.88))
    _face(head, 0.22, _BROWN)
    head.ball((-0.12, 0, 0.24), 0.12, _BROWN)
    head.ball((-0.1, 0, 0.17), (0.12, 0.12, 0.04), paint)


def angel(figure: Figure, paint: Colour, phase: float) -> None:
    """An angel: a long gown, broad feathered wings, a golden ring above fair hair."""
    figure.spire((0, 0, 0.05), 0.62, 1.75, paint)
    figure.ball((0, 0, 1.25), (0.25, 0.34, 0.36), paint)
    for side in (-1, 1):
        fold = [(0, side * 0.32, 1.42), (0.2, side * 0.44, 1.12), (0.42, side * 0.06, 1.24)]
        figure.chain(fold, (0.12, 0.12), paint)
        figure.ball((0.44, side * 0.05, 1.27), 0.1, SKIN)
        beat = side * 0.2 * math.sin(phase)
        wing = figure.part((-0.22, side * 0.12, 1.3), rotation_x(beat) @ rotation_z(side * 0.3))
        for step in range(5):
            turn = rotation_x(side * (0.95 - 0.42 * step))
            feather = wing.part((0, side * 0.1, 0.1), turn)
            reach = 0.62 - 0.05 * step
            feather.ball(
                (-0.02 * step, side * reach, 0),
                (0.06, reach, 0.16),
                WHITE if step % 2 else hex_colour("dfe4ee"),
            )
    head = figure.part((0.04, 0, 1.82))
    _face(head, 0.26, _BLOND)
    head.ball((-0.16, 0, -0.14), (0.16, 0.28, 0.28), _BLOND)
    ring = [(0.27 * math.cos(t * 0.6283), 0.27 * math.sin(t * 0.6283), 0.42) for t in range(11)]
    for start, end in pairwise(ring):
        head.limb(start, end, 0.045, GOLD, emission=0.5)


def skeleton(figure: Figure, paint: Colour, phase: float) -> None:
    """A skeleton: skull with dark sockets, ribs, spine, hips, thin bones with knobs."""
    stride = 0.45 if phase else 0.12
    socket = stripe(paint)
    figure.limb((-0.04, 0, 0.9), (-0.04, 0, 1.55), 0.05, paint)
    for z, ring in ((1.46, 0.26), (1.34, 0.3), (1.22, 0.3), (1.1, 0.25)):
        arc = [
            (
                0.75 * ring * math.cos(t * 0.524),
                ring * math.sin(t * 0.524),
                z - 0.05 * math.cos(t * 0.524),
            )
            for t in range(-6, 7)
        ]
        figure.chain(arc, [0.038] * 12, paint)
    figure.limb((0.2, 0, 1.1), (0.22, 0, 1.46), 0.035, paint)
    figure.ball((-0.02, 0, 0.9), (0.12, 0.25, 0.13), paint)
    figure.limb((-0.02, -0.34, 1.54), (-0.02, 0.34, 1.54), 0.045, paint)
    for side in (-1, 1):
        swing = stride * math.sin(phase or math.pi / 2) * side
        _bone(
            figure,
            (0, side * 0.17, 0.86),
            (0.42 * math.sin(swing) + 0.04, side * 0.18, 0.47),
            paint,
        )
        foot = (0.8 * math.sin(swing), side * 0.18, 0.09)
        _bone(figure, (0.42 * math.sin(swing) + 0.04, side * 0.18, 0.47), foot, paint)
        figure.limb(foot, (foot[0] + 0.24, foot[1], 0.06), 0.06, paint)
        elbow, hand = (
            (0.3 * math.sin(-swing) - 0.05, side * 0.5, 1.22),
            (0.16 - 0.5 * math.sin(swing), side * 0.58, 0.92),
        )
        _bone(figure, (0, side * 0.36, 1.52), elbow, paint)
        _bone(figure, elbow, hand, paint)
        for spread in (-0.08, 0.0, 0.08):
            figure.limb(hand, (hand[0] + 0.1, hand[1] + spread, hand[2] - 0.14), 0.025, paint)
    skull = figure.part((0.04, 0, 1.88), rotation_y(0.05 * math.sin(phase)))
    skull.ball((0, 0, 0.04), (0.27, 0.25, 0.26), paint)
    skull.box((0.12, 0, -0.2), (0.12, 0.13, 0.09), paint)
    pair(skull, (0.2, 0.11, 0.02), (0.08, 0.085, 0.09), socket)
    skull.ball((0.26, 0, -0.09), (0.03, 0.035, 0.05), socket)
    for y in (-0.08, -0.027, 0.027, 0.08):
        skull.box((0.235, y, -0.21), (0.015, 0.01, 0.07), socket)


def _bone(
    figure: Figure,
    start: tuple[float, float, float],
    end: tuple[float, float, float],
    paint: Colour,
) -> None:
    figure.limb(start, end, 0.055, paint)
    for knob in (start, end):
        figure.ball(knob, 0.085, paint)


def robot(figure: Figure, paint: Colour, phase: float) -> None:
    """A robot: box head with lamps for eyes and an aerial, a panel of buttons, tubes, claws."""
    stride, dark = (0.5 if phase else 0.0), shade(STEEL, 0.55)
    for side in (-1, 1):
        swing = stride * math.sin(phase) * side
        foot = (0.55 * math.sin(swing), side * 0.25, 0.1)
        figure.chain(
            [(0, side * 0.25, 0.75), (0.25 * math.sin(swing), side * 0.25, 0.42), foot],
            (0.1, 0.1),
            dark,
        )
        figure.box((foot[0] + 0.08, foot[1], 0.1), (0.26, 0.18, 0.1), paint)
        hand = (0.18 + 0.3 * math.sin(-swing), side * 0.78, 0.85)
        figure.chain([(0, side * 0.55, 1.45), (0.02, side * 0.76, 1.15), hand], (0.09, 0.09), dark)
        figure.ball((0, side * 0.56, 1.45), 0.15, paint)
        for y in (-0.1, 0.1):
            figure.box((hand[0] + 0.06, hand[1] + y, hand[2] - 0.14), (0.07, 0.035, 0.13), STEEL)
    figure.box((0, 0, 1.17), (0.32, 0.48, 0.45), paint)
    figure.box((0.32, 0, 1.2), (0.03, 0.34, 0.26), marking(paint))
    for y, tone in ((-0.2, "e03030"), (0.0, "30c050"), (0.2, "3080f0")):
        figure.ball((0.35, y, 1.32), 0.06, hex_colour(tone), emission=0.4)
    figure.box((0.35, 0, 1.1), (0.02, 0.26, 0.06), INK)
    figure.post((0, 0, 1.6), 0.14, 0.14, dark)
    head = figure.part((0.02, 0, 1.98), rotation_z(0.2 * math.sin(0.5 * phase)))
    head.box((0, 0, 0), (0.3, 0.38, 0.28), paint)
    for side in (-1, 1):
        head.drum((0.3, side * 0.17, 0.07), 0.1, 0.05, INK)
        head.drum((0.34, side * 0.17, 0.07), 0.075, 0.03, hex_colour("60e8ff"), emission=0.9)
        head.drum((0, side * 0.4, 0), 0.1, 0.06, STEEL, axis="y")
    head.box((0.3, 0, -0.14), (0.02, 0.22, 0.05), INK)
    for y in (-0.12, 0.0, 0.12):
        head.box((0.315, y, -0.14), (0.015, 0.02, 0.05), STEEL)
    head.limb((0, 0, 0.26), (0, 0, 0.5), 0.025, STEEL)
    head.ball((0, 0, 0.54), 0.08, _RED, emission=0.5)


def mermaid(figure: Figure, paint: Colour, phase: float) -> None:
    """A mermaid upright on her curled scaly tail, with long hair and a top of shells."""
    figure = figure.part((0.2, 0, 0))
    sway = 0.1 * math.sin(phase)
    figure.chain(
        [
            (0, 0, 1.1),
            (0.12, 0, 0.75),
            (0.05, 0, 0.4),
            (-0.3, 0.05, 0.22),
            (-0.62, 0.15 + sway, 0.3),
            (-0.8, 0.25 + sway, 0.6),
        ],
        (0.27, 0.28, 0.25, 0.19, 0.12),
        paint,
    )
    tip = figure.part((-0.84, 0.27 + sway, 0.75))
    for side in (-1, 1):
        tip.ball(
            (-0.02, side * 0.22, 0.16),
            (0.07, 0.34, 0.16),
            shade(paint, 0.65),
            rotation=rotation_x(side * 0.6),
        )
    for z in (0.62, 0.78, 0.94):
        for y in (-0.14, 0.0, 0.14):
            figure.ball((0.33 - 0.6 * abs(y), y, z), (0.05, 0.07, 0.05), marking(paint))
    figure.ball((0, 0, 1.32), (0.2, 0.27, 0.34), SKIN)
    pair(figure, (0.16, 0.12, 1.42), (0.09, 0.12, 0.1), shade(paint, 0.65))
    for side in (-1, 1):
        hand = (0.35, side * 0.62, 1.15 + sway * side)
        figure.chain(
            [(0, side * 0.26, 1.52), (0.05, side * 0.52, 1.28), hand], (0.085, 0.075), SKIN
        )
        figure.ball(hand, 0.085, SKIN)
    figure.limb((0, 0, 1.55), (0.02, 0, 1.7), 0.09, SKIN)
    head = figure.part((0.04, 0, 1.92))
    _face(head, 0.27, hex_colour("c83c14"))
    for side in (-1, 1):
        lock = [(-0.1, side * 0.2, 0.05), (-0.14, side * 0.3, -0.35), (0.02, side * 0.28, -0.62)]
        head.chain(lock, (0.13, 0.11), hex_colour("c83c14"))
    head.ball((-0.2, 0, -0.3), (0.14, 0.3, 0.45), hex_colour("c83c14"))


def ghost(figure: Figure, paint: Colour, phase: float) -> None:
    """A ghost: a floating sheet with raised arms, dark round eyes, an open mouth, a wavy hem."""
    bob = 0.06 * math.sin(phase)
    sheet = figure.part((0, 0, bob))
    sheet.ball((0, 0, 1.55), (0.56, 0.6, 0.6), paint)
    sheet.post((0, 0, 0.6), 0.58, 0.95, paint)
    for step in range(9):
        turn = 2 * math.pi * step / 9
        wave = 0.08 * math.sin(phase + 2 * step)
        at = (0.46 * math.cos(turn), 0.46 * math.sin(turn), 0.58 + wave)
        sheet.add(Shape.CONE, at, (0.24, 0.24, 0.24), paint, rotation_x(math.pi))
    hole = ink(paint) if lightness(paint) > 0.02 else WHITE
    pair(sheet, (0.5, 0.2, 1.68), (0.1, 0.11, 0.17), hole)
    sheet.ball((0.54, 0, 1.34), (0.08, 0.14, 0.17), hole)
    for side in (-1, 1):
        wave = 0.1 * math.sin(phase + side)
        sheet.chain(
            [(0.1, side * 0.5, 1.25), (0.3, side * 0.82, 1.4), (0.38, side * 0.9, 1.66 + wave)],
            (0.2, 0.16),
            paint,
        )


MODELS: dict[str, Model] = {
    "child": Model(child, 1.42, 1.0, 1.4, 2.08, pace=4.6, own="e8a020"),
    "ballerina": Model(ballerina, 1.33, 1.4, 1.4, 2.42, beat=4.0, own="f090b4"),
    "angel": Model(angel, 1.2, 1.2, 2.4, 2.42, beat=4.0, own="f4f4f4"),
    "skeleton": Model(skeleton, 1.5, 0.7, 1.4, 2.18, pace=4.2, own="efe8d4"),
    "robot": Model(robot, 1.25, 0.7, 1.8, 2.6, pace=4.2, own="8fa4b8"),
    "mermaid": Model(mermaid, 1.4, 1.4, 1.5, 2.23, beat=3.0, own="20a890"),
    "ghost": Model(ghost, 1.25, 1.4, 2.1, 2.15, beat=3.0, own="f2f4f6"),
}
