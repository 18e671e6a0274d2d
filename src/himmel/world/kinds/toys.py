"""Toys: teddy bear, doll, rocking horse, kite, spinning top, dice, chessmen, rubber duck."""

from __future__ import annotations

import math

from himmel.world.kinds.figure import Figure, Look
from himmel.world.kinds.forms import bow, darker, eyes, fin, turned
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import (
    INK,
    SKIN,
    STEEL,
    WHITE,
    WOOD,
    lightness,
    marking,
    mix,
    shade,
)
from himmel.world.render import (
    Colour,
    Pattern,
    Shape,
    hex_colour,
    rotation_x,
    rotation_y,
    rotation_z,
)

_HAIR, _BEAK = hex_colour("6a3a1a"), hex_colour("f08a18")


def _seeing(paint: Colour) -> Colour:
    return WHITE if lightness(paint) < 0.05 else INK


def teddy_bear(figure: Figure, paint: Colour, phase: float) -> None:
    """A teddy bear that sits: round ears, a pale snout, paws and a bow tie."""
    pale = mix(paint, WHITE, 0.55) if lightness(paint) < 0.6 else hex_colour("c8b8a0")
    figure.ball((0, 0, 0.75), (0.62, 0.68, 0.72), paint)
    figure.ball((0.3, 0, 0.72), (0.38, 0.45, 0.5), pale)
    figure.ball((0.1, 0, 1.75), (0.58, 0.64, 0.56), paint)
    for side in (-1, 1):
        figure.ball((0.05, side * 0.5, 2.2), 0.24, paint)
        figure.ball((0.2, side * 0.5, 2.2), (0.14, 0.15, 0.15), pale)
        figure.limb((0.2, side * 0.45, 0.3), (0.95, side * 0.6, 0.3), 0.29, paint)
        figure.ball((1.2, side * 0.62, 0.33), (0.1, 0.22, 0.24), pale)
        wave = 0.25 * math.sin(phase) * side
        figure.limb((0.05, side * 0.55, 1.15), (0.55, side * 0.85, 0.85 + wave), 0.22, paint)
    figure.ball((0.6, 0, 1.62), (0.26, 0.28, 0.22), pale)
    figure.ball((0.84, 0, 1.7), (0.08, 0.12, 0.09), INK)
    eyes(figure, 0.6, 0.24, 1.92, 0.085, _seeing(paint))
    for side in (-1, 1):
        figure.ball((0.52, side * 0.17, 1.25), (0.1, 0.18, 0.12), hex_colour("c83030"))


def doll(figure: Figure, paint: Colour, phase: float) -> None:
    """A rag doll: a wide dress, two plaits, a smiling face."""
    turned(figure, [(0.95, 0.45), (0.32, 1.5)], paint)
    figure.post((0, 0, 0.42), 0.97, 0.12, marking(paint))
    figure.ball((0, 0, 2.0), 0.55, SKIN)
    figure.ball((-0.08, 0, 2.1), (0.56, 0.6, 0.54), _HAIR)
    figure.ball((0.12, 0, 1.95), (0.47, 0.48, 0.48), SKIN)
    for side in (-1, 1):
        figure.limb((0, side * 0.3, 0.45), (0, side * 0.3, 0.2), 0.15, WHITE)
        figure.ball((0.08, side * 0.3, 0.12), (0.24, 0.16, 0.12), INK)
        figure.limb(
            (0, side * 0.3, 1.4),
            (0.15, side * 0.85, 1.0 + 0.15 * side * math.sin(phase)),
            0.15,
            paint,
        )
        figure.ball((0.18, side * 0.9, 0.92), 0.15, SKIN)
        figure.chain([(-0.05, side * 0.55, 2.05), (-0.02, side * 0.78, 1.6)], (0.17,), _HAIR)
        figure.ball((-0.02, side * 0.8, 1.5), 0.17, paint)
        figure.ball((0.52, side * 0.26, 1.85), (0.05, 0.1, 0.08), hex_colour("e87878"))
    eyes(figure, 0.55, 0.18, 2.05, 0.075, INK)
    bow(
        figure,
        (0.57, 0, 1.88),
        0.17,
        0.04,
        hex_colour("b02020"),
        math.pi * 1.15,
        math.pi * 1.85,
        "yz",
    )


def rocking_horse(figure: Figure, paint: Colour, phase: float) -> None:
    """A wooden horse on two curved runners, with saddle and mane; it rocks with its phase."""
    rock = figure.part((0, 0, 2.5), rotation_y(0.18 * math.sin(phase))).part((0, 0, -2.5))
    dark = marking(paint)
    for side in (-1, 1):
        bow(rock, (0, side * 0.42, 2.6), 2.48, 0.11, WOOD, math.pi * 1.33, math.pi * 1.67)
    for x in (-0.55, 0.5):
        for side in (-1, 1):
            rock.limb((x, side * 0.25, 1.2), (x * 1.45, side * 0.4, 0.3), 0.15, paint)
        rock.limb((x * 1.4, -0.45, 0.32), (x * 1.4, 0.45, 0.32), 0.09, WOOD)
    rock.limb((-0.55, 0, 1.32), (0.5, 0, 1.32), 0.36, paint)
    rock.chain([(0.5, 0, 1.45), (0.9, 0, 2.15), (1.35, 0, 1.95)], (0.26, 0.22), paint)
    for side in (-1, 1):
        rock.spire((0.85, side * 0.12, 2.25), 0.1, 0.3, paint)
    eyes(rock, 1.05, 0.2, 2.18, 0.07, _seeing(paint))
    rock.chain([(0.85, 0, 2.42), (0.55, 0, 2.1), (0.3, 0, 1.7)], (0.12, 0.14), dark)
    rock.chain([(-0.85, 0, 1.45), (-1.15, 0, 1.3), (-1.2, 0, 0.8)], (0.13, 0.12), dark)
    rock.ball((-0.05, 0, 1.62), (0.36, 0.38, 0.14), hex_colour("8a2a1a"))
    rock.limb((0.92, -0.38, 1.9), (0.92, 0.38, 1.9), 0.07, WOOD)


def kite(figure: Figure, paint: Colour, phase: float) -> None:
    """A diamond kite on a string, with a cross of sticks and a tail of bows that waves."""
    sail = figure.part((0.2, 0, 2.05), rotation_y(-0.15))
    for turn, high in ((0.0, 0.8), (math.pi, 1.3)):
        fin(sail, (0, 0, 0), (1.15, 0.1), high, paint, rotation_x(turn))
    for side in (-0.1, 0.1):
        sail.limb((0, side * 0.3, -1.28), (0, side, 0), 0.06, marking(paint))
        sail.limb((0, side, 0), (0, side * 0.3, 0.78), 0.06, marking(paint))
        sail.limb((-1.12, side, 0), (1.12, side, 0), 0.06, marking(paint))
    tail = [(0.38 + 0.08 * i, 0.12 * math.sin(phase + i), 0.85 - 0.13 * i) for i in range(6)]
    figure.chain(tail, [0.04] * 5, INK)
    for x, y, z in tail[1::2]:
        for side in (-1, 1):
            figure.ball((x + side * 0.15, y, z), (0.15, 0.08, 0.11), darker(paint))
    figure.chain([(0.2, 0, 2.0), (-0.6, 0, 1.0), (-1.2, 0, 0.1)], (0.03, 0.03), INK)


def spinning_top(figure: Figure, paint: Colour, phase: float) -> None:
    """A humming top on its tip: a fat body with bands, a knob on a stem; it turns with its phase."""
    top = figure.part((0, 0, 0), rotation_z(phase))
    sectors: Look = {"second_colour": mix(paint, marking(paint), 0.6), "pattern": Pattern.MERIDIANS,
                     "pattern_scale": 4}  # fmt: skip
    top.add(Shape.CONE, (0, 0, 0.6), (0.72, 0.72, 0.6), paint, rotation_x(math.pi))
    top.ball((0, 0, 1.2), (1.2, 1.2, 0.55), paint, **sectors)
    top.post((0, 0, 1.12), 1.21, 0.16, marking(paint))
    top.spire((0, 0, 1.5), 0.6, 0.6, paint)
    top.post((0, 0, 1.7), 0.13, 0.6, STEEL)
    top.ball((0, 0, 2.35), 0.26, paint)


_PIPS = {
    1: ((0, 0),), 2: ((-1, -1), (1, 1)), 3: ((-1, -1), (0, 0), (1, 1)),
    5: ((-1, -1), (-1, 1), (0, 0), (1, -1), (1, 1)),
    6: ((-1, -1), (-1, 0), (-1, 1), (1, -1), (1, 0), (1, 1)),
}  # fmt: skip


def dice(figure: Figure, paint: Colour, phase: float) -> None:
    """A die with rounded edges, its pips on all upright faces and above."""
    half, spot = 0.95, marking(paint) if lightness(paint) < 0.6 else INK
    body = figure.part((0, 0, half))
    body.box((0, 0, 0), (half, 0.84, 0.84), paint)
    body.box((0, 0, 0), (0.84, half, 0.84), paint)
    body.box((0, 0, 0), (0.84, 0.84, half), paint)
    for u in (-0.84, 0.84):
        for v in (-0.84, 0.84):
            for axis in range(3):
                start, end = [u, v], [u, v]
                start.insert(axis, -0.84)
                end.insert(axis, 0.84)
                body.limb(start, end, 0.11, paint)
    turns = ((5, 0.0), (3, math.pi / 2), (2, math.pi), (6, -math.pi / 2))
    for number, turn in turns:
        face = body.part((0, 0, 0), rotation_z(turn))
        for u, v in _PIPS[number]:
            face.ball((half, 0.5 * u, 0.5 * v), (0.04, 0.18, 0.18), spot)
    body.ball((0, 0, half), (0.18, 0.18, 0.04), spot)


def pawn(figure: Figure, paint: Colour, phase: float) -> None:
    """A chess pawn: a broad foot, a waist, a collar and a ball."""
    figure.post((0, 0, 0), 0.88, 0.22, paint)
    figure.post((0, 0, 0.2), 0.78, 0.1, marking(paint))
    turned(figure, [(0.72, 0.3), (0.42, 0.75), (0.32, 1.45)], paint)
    figure.ball((0, 0, 1.52), (0.58, 0.58, 0.13), paint)
    figure.ball((0, 0, 2.0), 0.48, paint)


def chess_king(figure: Figure, paint: Colour, phase: float) -> None:
    """A chess king: a tall waisted body, a crown and a cross on top."""
    figure.post((0, 0, 0), 0.78, 0.2, paint)
    figure.post((0, 0, 0.18), 0.68, 0.1, marking(paint))
    turned(figure, [(0.62, 0.28), (0.36, 0.7), (0.3, 1.5)], paint)
    for z in (1.5, 1.66):
        figure.ball((0, 0, z), (0.54, 0.54, 0.09), paint)
    turned(figure, [(0.32, 1.7), (0.52, 2.15)], paint)
    figure.ball((0, 0, 2.15), (0.52, 0.52, 0.18), paint)
    for axis in ((0.12, 0.12, 0.3), (0.12, 0.3, 0.1), (0.3, 0.12, 0.1)):
        figure.box((0, 0, 2.6), axis, marking(paint))


def rubber_duck(figure: Figure, paint: Colour, phase: float) -> None:
    """A bath duck: a round body with a cocked tail, a large head, a flat orange beak."""
    figure.ball((0, 0, 0.72), (1.15, 0.85, 0.72), paint)
    fin(figure, (-0.75, 0, 0.75), (0.45, 0.4), 0.9, paint, rotation_y(-0.75))
    figure.ball((0.6, 0, 1.65), 0.62, paint)
    for side in (-1, 1):
        flap = rotation_z(side * 0.15)
        figure.ball(
            (-0.15, side * 0.75, 0.85), (0.6, 0.2, 0.38), darker(paint, 0.85), rotation=flap
        )
        figure.ball((1.0, side * 0.34, 1.85), 0.15, WHITE)
        figure.ball((1.1, side * 0.36, 1.86), 0.09, INK)
    figure.ball((1.25, 0, 1.6), (0.36, 0.32, 0.09), _BEAK)
    figure.ball((1.2, 0, 1.5), (0.28, 0.26, 0.08), shade(_BEAK, 0.8))
    figure.spire((0.5, 0, 2.2), 0.1, 0.22, paint)


MODELS: dict[str, Model] = {
    "teddy-bear": Model(teddy_bear, 1.07, 1.92, 2.14, 2.44, beat=4.0, own="a8703a"),
    "doll": Model(doll, 0.98, 1.94, 2.1, 2.64, beat=4.0, own="d0488a"),
    "rocking-horse": Model(rocking_horse, 1.02, 2.94, 1.1, 2.55, beat=4.0, own="b8864a"),
    "kite": Model(kite, 0.9, 2.6, 0.38, 2.88, beat=5.0, own="d83a2a"),
    "spinning-top": Model(spinning_top, 1.0, 2.42, 2.42, 2.61, beat=8.0, own="c02a50"),
    "dice": Model(dice, 0.9, 1.98, 1.98, 1.94, own="f0f0ec"),
    "pawn": Model(pawn, 1.05, 1.76, 1.76, 2.48, own="d8c8a0"),
    "chess-king": Model(chess_king, 0.9, 1.56, 1.56, 2.9, own="3a2a20"),
    "rubber-duck": Model(rubber_duck, 1.03, 2.97, 1.93, 2.42, own="f5c400"),
}
