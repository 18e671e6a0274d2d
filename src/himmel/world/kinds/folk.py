"""People told apart by what they wear and carry, on the figure that walks. `phase` is the step."""

from __future__ import annotations

import math
from typing import NamedTuple

from himmel.world.kinds.beasts import cone, ink, pair
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import GOLD, INK, SKIN, STEEL, WHITE, WOOD, lightness, marking, shade
from himmel.world.kinds.people import Outfit, walker
from himmel.world.render import Colour, Shape, hex_colour, rotation_y, rotation_z

_SNOW, _GREY, _BLOND = hex_colour("f2f0ea"), hex_colour("b8b8bc"), hex_colour("e8b850")
_RED, _NAVY, _LEATHER = hex_colour("c81c1c"), hex_colour("1c2440"), hex_colour("5a3418")
_SPRAY, _BROWN = hex_colour("bfe6ff"), hex_colour("3a2414")


class _Dressed(NamedTuple):
    """The frame of someone's body, and where the left and the right hand are in it."""

    body: Figure
    left: tuple[float, float, float]
    right: tuple[float, float, float]


def _dress(figure: Figure, outfit: Outfit, phase: float) -> _Dressed:
    """Someone who walks with the phase and stands at ease at 0."""
    stride, step = (0.55, phase) if phase else (0.12, math.pi / 2)
    walker(figure, outfit, step, stride)
    body = figure.part((0, 0, 0.03 * abs(math.cos(step))))
    swing = -0.9 * stride * math.sin(step)
    return _Dressed(body, _hand(swing, 1), _hand(-swing, -1))


def _hand(swing: float, side: int) -> tuple[float, float, float]:
    """Where walker puts a hand whose arm swings by radians."""
    x = 0.3 * math.sin(swing) + 0.28 * math.sin(swing + 0.4)
    z = 1.31 - 0.3 * math.cos(swing) - 0.28 * math.cos(swing + 0.4)
    return (x, 0.48 * side, z)


def _legs_of(paint: Colour) -> Colour:
    return shade(paint, 0.5) if lightness(paint) > 0.02 else paint


def _beard(body: Figure, colour: Colour, length: float) -> None:
    """A full beard of `length` metres below the chin."""
    body.ball((0.14, 0, 1.57), (0.13, 0.17, 0.12), colour)
    cone(body, (0.2, 0, 1.56 - 0.45 * length), 0.16, 0.55 * length, colour, math.pi)
    pair(body, (0.235, 0.06, 1.645), (0.04, 0.08, 0.035), colour)


def _skirt(body: Figure, radius: float, top: float, colour: Colour) -> None:
    """A robe that widens down to the ankles."""
    body.spire((0, 0, 0.1), radius, top, colour)


def _crown(body: Figure, radius: float) -> None:
    body.post((0, 0, 1.86), radius, 0.12, GOLD)
    for step in range(7):
        turn = 2 * math.pi * step / 7
        at = (radius * math.cos(turn), radius * math.sin(turn), 2.05)
        body.add(Shape.CONE, at, (0.08, 0.08, 0.13), GOLD)
        body.ball((at[0], at[1], 2.18), 0.045, _RED if step % 2 else hex_colour("2060e0"))


def cook(figure: Figure, paint: Colour, phase: float) -> None:
    """A cook: tall puffed hat, apron, neckerchief, a pan in the hand."""
    figure = figure.part((-0.2, 0, 0))
    body, left, _ = _dress(figure, Outfit(paint, hex_colour("3a3a44")), phase)
    body.post((0, 0, 1.86), 0.22, 0.26, _SNOW)
    for turn in range(5):
        at = (0.13 * math.cos(1.26 * turn), 0.13 * math.sin(1.26 * turn), 2.2)
        body.ball(at, (0.19, 0.19, 0.16), WHITE)
    body.ball((0.12, 0, 0.95), (0.17, 0.27, 0.5), marking(paint))
    body.ball((0.05, 0, 1.46), (0.18, 0.18, 0.07), _RED)
    pair(body, (0.24, 0.06, 1.645), (0.03, 0.09, 0.03), _BROWN)
    x, y, z = left
    body.limb((x, y, z), (x + 0.4, y + 0.05, z + 0.16), 0.04, INK)
    body.add(
        Shape.CYLINDER, (x + 0.62, y + 0.06, z + 0.22), (0.26, 0.26, 0.06), hex_colour("34343a")
    )
    body.ball((x + 0.62, y + 0.06, z + 0.28), (0.2, 0.2, 0.03), _SNOW)
    body.ball((x + 0.62, y + 0.06, z + 0.3), (0.09, 0.09, 0.05), GOLD)


def firefighter(figure: Figure, paint: Colour, phase: float) -> None:
    """A firefighter: helmet with comb and brim, bright bands, a hose that sprays water."""
    figure = figure.part((-0.3, 0, 0))
    body, left, _ = _dress(figure, Outfit(paint, _legs_of(paint)), phase)
    helmet = hex_colour("f0c808") if paint[0] < 0.6 or paint[1] < 0.3 else _RED
    band = hex_colour("e8f0a0")
    body.ball((-0.02, 0, 1.8), (0.27, 0.26, 0.24), helmet)
    body.ball((-0.06, 0, 1.78), (0.4, 0.33, 0.05), helmet)
    body.ball((-0.02, 0, 1.88), (0.26, 0.05, 0.22), shade(helmet, 0.6))
    body.ball((0.24, 0, 1.88), (0.05, 0.1, 0.1), STEEL)
    for z, ring in ((0.98, 0.345), (1.22, 0.35)):
        body.ball((0.01, 0, z), (0.235, ring, 0.05), band)
    for side in (-1, 1):
        body.ball((0, side * 0.16, 0.38), (0.16, 0.16, 0.04), band)
    body.limb((-0.28, 0, 0.95), (-0.28, 0, 1.35), 0.14, hex_colour("e0a010"))
    x, y, z = left
    hose = [(-0.5, 0.5, 0.05), (-0.1, 0.75, 0.25), (x, y + 0.05, z), (x + 0.3, y + 0.05, z + 0.12)]
    body.chain(hose, (0.07, 0.07, 0.07), hex_colour("8a2020"))
    body.limb(hose[-1], (x + 0.5, y + 0.05, z + 0.2), 0.05, STEEL)
    for step in range(4):
        at = (x + 0.62 + 0.17 * step, y + 0.05, z + 0.28 + 0.07 * step - 0.016 * step * step)
        body.ball(at, 0.06 + 0.03 * step, _SPRAY)


def police(figure: Figure, paint: Colour, phase: float) -> None:
    """A police officer: peaked cap with a badge, tie, belt, a signalling disc in the hand."""
    body, left, _ = _dress(figure, Outfit(paint, _legs_of(paint)), phase)
    cap = shade(paint, 0.75)
    body.post((0, 0, 1.85), 0.235, 0.1, ink(paint))
    body.ball((0.01, 0, 2.0), (0.36, 0.34, 0.11), cap)
    body.ball((0.22, 0, 1.86), (0.18, 0.2, 0.03), INK)
    body.ball((0.27, 0, 1.98), (0.05, 0.08, 0.09), GOLD)
    body.ball((0.2, 0, 1.32), (0.05, 0.12, 0.16), WHITE)
    body.ball((0.235, 0, 1.26), (0.03, 0.04, 0.18), INK)
    body.ball((0.19, 0.17, 1.28), (0.05, 0.07, 0.08), GOLD)
    body.post((0, 0, 0.92), 0.285, 0.08, INK)
    body.box((0.28, 0, 0.96), (0.02, 0.06, 0.05), GOLD)
    for side in (-1, 1):
        body.box((0, side * 0.36, 1.46), (0.08, 0.09, 0.02), GOLD)
    x, y, z = left
    body.limb((x, y, z), (x + 0.1, y + 0.04, z + 0.42), 0.035, WHITE)
    disc = body.part((x + 0.13, y + 0.05, z + 0.6), rotation_z(-0.3))
    disc.drum((0, 0, 0), 0.22, 0.03, WHITE)
    disc.drum((0.01, 0, 0), 0.15, 0.03, _RED)


def knight(figure: Figure, paint: Colour, phase: float) -> None:
    """A knight in armour: closed helmet with a plume, a shield with a cross, a sword."""
    steel = Outfit(paint, paint, skin=shade(STEEL, 0.8), hair=STEEL)
    body, left, right = _dress(figure, steel, phase)
    body.ball((0.01, 0, 1.73), (0.27, 0.26, 0.29), STEEL, reflection=0.2)
    body.box((0.25, 0, 1.76), (0.04, 0.17, 0.028), INK)
    body.box((0.27, 0, 1.66), (0.025, 0.03, 0.12), shade(STEEL, 0.6))
    plume = [(0, 0, 2.0), (-0.08, 0, 2.2), (-0.26, 0, 2.22), (-0.38, 0, 2.05)]
    body.chain(plume, (0.08, 0.1, 0.07), _RED if paint[0] < 0.6 else hex_colour("2050d0"))
    pair(body, (0, 0.36, 1.42), (0.17, 0.16, 0.14), STEEL)
    body.ball((0, 0, 0.86), (0.25, 0.33, 0.13), STEEL)
    x, y, z = left
    shield = body.part((x + 0.16, y + 0.16, z + 0.12), rotation_z(0.35))
    shield.ball((0, 0, 0), (0.06, 0.3, 0.42), paint)
    shield.box((0.05, 0, 0), (0.02, 0.06, 0.36), marking(paint))
    shield.box((0.05, 0, 0.08), (0.02, 0.25, 0.06), marking(paint))
    x, y, z = right
    body.limb((x, y, z - 0.12), (x + 0.06, y, z + 0.12), 0.045, _LEATHER)
    body.box((x + 0.06, y, z + 0.12), (0.04, 0.16, 0.035), GOLD)
    blade = body.part((x + 0.16, y, z + 0.55), rotation_y(0.22))
    blade.box((0, 0, 0), (0.02, 0.06, 0.42), STEEL, reflection=0.2)


def king(figure: Figure, paint: Colour, phase: float) -> None:
    """A king: gold crown, white beard, a wide cloak trimmed with fur, a sceptre."""
    body, left, _ = _dress(figure, Outfit(paint, paint, hair=_GREY), phase)
    _crown(body, 0.25)
    _beard(body, _SNOW, 0.35)
    _skirt(body, 0.66, 1.5, paint)
    body.post((0, 0, 0.08), 0.7, 0.12, _SNOW)
    body.ball((0, 0, 1.43), (0.3, 0.4, 0.12), _SNOW)
    body.limb((0.3, 0, 1.2), (0.6, 0, 0.25), 0.07, _SNOW)
    x, y, z = left
    body.limb((x + 0.05, y, z - 0.3), (x + 0.2, y, z + 0.7), 0.04, GOLD)
    body.ball((x + 0.21, y, z + 0.76), 0.11, GOLD)
    body.ball((x + 0.21, y, z + 0.9), 0.06, _RED)


def queen(figure: Figure, paint: Colour, phase: float) -> None:
    """A queen: gold crown, long fair hair, a wide gown with a pale front and a high collar."""
    body, *_ = _dress(figure, Outfit(paint, paint, hair=_BLOND), phase)
    body.ball((-0.14, 0, 1.5), (0.16, 0.27, 0.42), _BLOND)
    _crown(body, 0.22)
    _skirt(body, 0.86, 1.35, paint)
    body.ball((0, 0, 0.5), (0.66, 0.68, 0.36), paint)
    body.add(Shape.CONE, (0.24, 0, 0.58), (0.62, 0.34, 0.5), marking(paint))
    body.post((0, 0, 0.08), 0.88, 0.06, GOLD)
    body.ball((0.06, 0, 1.42), (0.16, 0.18, 0.05), GOLD)
    pair(body, (0.22, 0.05, 1.62), (0.02, 0.05, 0.025), _RED)
    pair(body, (0, 0.34, 1.38), (0.15, 0.15, 0.15), marking(paint))


def pirate(figure: Figure, paint: Colour, phase: float) -> None:
    """A pirate: black hat with a skull, eye patch, black beard, striped shirt, hook and sabre."""
    outfit = Outfit(paint, hex_colour("40342c"), hair=INK, long_coat=True)
    body, left, right = _dress(figure, outfit, phase)
    for z in (0.9, 1.04, 1.18, 1.32):
        body.ball((0.17, 0, z), (0.17, 0.15, 0.045), _RED if paint[0] < 0.5 else _NAVY)
        body.ball((0.16, 0, z + 0.07), (0.16, 0.15, 0.045), WHITE)
    _beard(body, INK, 0.22)
    body.ball((-0.02, 0, 1.92), (0.26, 0.26, 0.14), INK)
    body.ball((0.16, 0, 1.98), (0.06, 0.46, 0.19), INK)
    body.ball((-0.2, 0, 1.96), (0.06, 0.4, 0.16), INK)
    body.ball((0.23, 0, 2.0), (0.03, 0.09, 0.09), WHITE)
    body.box((0.24, 0, 1.9), (0.02, 0.045, 0.04), WHITE)
    body.ball((0.215, -0.085, 1.735), (0.045, 0.07, 0.065), INK)
    body.limb((0.15, -0.18, 1.8), (0.2, 0.16, 1.83), 0.018, INK)
    x, y, z = right
    hook = [(x, y, z), (x + 0.05, y, z - 0.2), (x + 0.17, y, z - 0.26), (x + 0.22, y, z - 0.14)]
    body.chain(hook, (0.07, 0.035, 0.035), STEEL)
    x, y, z = left
    blade = [(x, y, z), (x + 0.25, y + 0.05, z + 0.3), (x + 0.36, y + 0.08, z + 0.7)]
    body.chain(blade, (0.045, 0.05), STEEL)
    body.ball((x + 0.06, y, z + 0.05), (0.1, 0.1, 0.1), GOLD)


def cowboy(figure: Figure, paint: Colour, phase: float) -> None:
    """A cowboy: a broad hat with a dent, neckerchief, waistcoat with a star, a lasso."""
    body, left, right = _dress(figure, Outfit(paint, hex_colour("7a6648")), phase)
    body.ball((0, 0, 1.9), (0.48, 0.42, 0.05), _LEATHER)
    pair(body, (0, 0.38, 1.96), (0.32, 0.05, 0.09), _LEATHER)
    body.ball((0, 0, 2.02), (0.26, 0.22, 0.2), _LEATHER)
    body.post((0, 0, 1.91), 0.235, 0.06, INK)
    body.ball((0.08, 0, 1.45), (0.2, 0.2, 0.08), _RED if paint[0] < 0.5 else WHITE)
    pair(body, (0.09, 0.2, 1.14), (0.18, 0.16, 0.32), shade(paint, 0.55))
    body.ball((0.24, 0.2, 1.28), (0.04, 0.07, 0.07), GOLD)
    body.post((0, 0, 0.84), 0.3, 0.09, INK)
    body.box((0.29, 0, 0.88), (0.03, 0.07, 0.06), GOLD)
    rope = [(left[0], left[1], left[2])]
    for step in range(11):
        turn = 2 * math.pi * step / 10
        rope.append((left[0] + 0.15, 0.72 + 0.3 * math.sin(turn), 1.75 - 0.34 * math.cos(turn)))
    body.chain(rope, [0.035] * 11, _BLOND)
    body.limb(
        (right[0] - 0.1, right[1] + 0.1, 0.75), (right[0] + 0.1, right[1] + 0.1, 0.62), 0.06, INK
    )


def astronaut(figure: Figure, paint: Colour, phase: float) -> None:
    """An astronaut: round helmet with a mirror visor, thick suit, backpack, a panel on the chest."""
    body, left, right = _dress(figure, Outfit(paint, paint, skin=shade(paint, 0.8)), phase)
    body.ball((0, 0, 1.2), (0.33, 0.42, 0.42), paint)
    body.ball((0, 0, 0.82), (0.3, 0.37, 0.24), paint)
    body.box((-0.36, 0, 1.2), (0.16, 0.32, 0.42), shade(marking(paint), 0.8))
    body.ball((0, 0, 1.82), (0.39, 0.38, 0.38), _SNOW)
    body.ball((0.12, 0, 1.82), (0.31, 0.31, 0.29), hex_colour("201c30"), reflection=0.35)
    body.ball((0.4, 0.1, 1.92), (0.03, 0.07, 0.05), WHITE, emission=0.6)
    body.post((0, 0, 1.45), 0.3, 0.08, STEEL)
    body.box((0.33, 0, 1.24), (0.05, 0.2, 0.13), STEEL)
    for y, tone in ((-0.1, _RED), (0.0, hex_colour("30c050")), (0.1, hex_colour("3080f0"))):
        body.ball((0.39, y, 1.27), 0.04, tone, emission=0.5)
    for side, hand in ((1, left), (-1, right)):
        body.ball(hand, 0.15, STEEL)
        body.ball((0.05, side * 0.16, 0.45), (0.18, 0.18, 0.06), STEEL)
        body.limb((0.3, side * 0.14, 1.12), (-0.3, side * 0.34, 1.4), 0.04, STEEL)


def clown(figure: Figure, paint: Colour, phase: float) -> None:
    """A clown: white face, red nose, two tufts of orange hair, a ruff, dots, huge shoes."""
    outfit = Outfit(paint, paint, skin=_SNOW, hair=_SNOW)
    body, *_ = _dress(figure, outfit, phase)
    tuft = hex_colour("f06a10") if paint[0] < 0.6 or paint[2] > 0.3 else hex_colour("28b050")
    for side in (-1, 1):
        for z, size in ((1.68, 0.15), (1.83, 0.17), (1.96, 0.12)):
            body.ball((-0.04, side * 0.27, z), size, tuft)
        swing = (0.4 if phase else 0.1) * side * math.sin(phase or math.pi / 2)
        body.ball((0.22 + 0.8 * swing, side * 0.17, 0.09), (0.32, 0.15, 0.09), _RED)
        body.ball((0.21, side * 0.09, 1.77), (0.03, 0.055, 0.09), hex_colour("3070e0"))
        body.ball((0.235, side * 0.085, 1.74), (0.025, 0.03, 0.045), INK)
    body.ball((0.28, 0, 1.68), 0.09, _RED)
    body.ball((0.2, 0, 1.58), (0.04, 0.12, 0.05), _RED)
    cone(body, (0, 0, 2.14), 0.17, 0.24, paint, 0.0)
    body.ball((0, 0, 2.4), 0.09, marking(paint))
    for step in range(10):
        turn = 0.628 * step
        body.ball(
            (0.24 * math.cos(turn), 0.28 * math.sin(turn), 1.45), (0.12, 0.12, 0.06), marking(paint)
        )
    body.ball((0, 0, 0.98), (0.34, 0.42, 0.36), paint)
    for y, z in ((0.0, 1.2), (0.16, 0.98), (-0.16, 0.98), (0.0, 0.8)):
        body.ball((0.3 - 0.5 * abs(y), y, z), (0.06, 0.075, 0.075), marking(paint))


def wizard(figure: Figure, paint: Colour, phase: float) -> None:
    """A wizard: a tall pointed hat with stars, a white beard, a long robe, a glowing staff."""
    body, left, _ = _dress(figure, Outfit(paint, paint, hair=_GREY), phase)
    _skirt(body, 0.6, 1.55, paint)
    _beard(body, _SNOW, 0.6)
    body.ball((0, 0, 1.87), (0.46, 0.44, 0.05), paint)
    cone(body, (-0.05, 0, 2.28), 0.28, 0.44, paint, -0.12)
    for x, y, z in (
        (0.2, 0.06, 2.0),
        (0.15, -0.08, 2.2),
        (0.06, 0.06, 2.4),
        (0.42, 0.14, 0.6),
        (0.4, -0.2, 0.5),
        (0.33, 0.2, 0.95),
    ):
        body.ball((x, y, z), (0.06, 0.06, 0.06), GOLD if lightness(paint) < 0.4 else _NAVY)
    x, y, z = left
    body.limb((x + 0.12, y + 0.05, 0.05), (x + 0.12, y + 0.05, 1.75), 0.05, WOOD)
    body.ball((x + 0.12, y + 0.05, 1.86), 0.14, hex_colour("70e0ff"), emission=0.8)


def grandfather(figure: Figure, paint: Colour, phase: float) -> None:
    """An old man bent over a stick: bald with a white rim of hair, glasses, beard, cardigan."""
    bent = figure.part((-0.12, 0, 0.03), rotation_y(0.14))
    body, left, _ = _dress(bent, Outfit(paint, hex_colour("5a5048"), hair=SKIN), 0.6 * phase)
    body.ball((-0.06, 0, 1.2), (0.28, 0.36, 0.36), paint)
    pair(body, (-0.08, 0.18, 1.7), (0.13, 0.09, 0.12), _SNOW)
    body.ball((-0.18, 0, 1.68), (0.1, 0.2, 0.13), _SNOW)
    _beard(body, _SNOW, 0.2)
    for side in (-1, 1):
        body.drum((0.225, side * 0.085, 1.73), 0.075, 0.012, INK)
        body.drum((0.235, side * 0.085, 1.73), 0.055, 0.012, hex_colour("c8e0f0"))
        body.ball((0.19, side * 0.085, 1.83), (0.05, 0.07, 0.025), _SNOW)
    for z in (1.0, 1.15, 1.3):
        body.ball((0.22, 0, z), (0.03, 0.035, 0.035), marking(paint))
    x, y, z = left
    ground = (x + 0.5, y + 0.05, 0.12)
    body.chain(
        [ground, (x + 0.22, y + 0.02, z + 0.08), (x + 0.06, y, z + 0.12)], (0.045, 0.05), WOOD
    )


def santa(figure: Figure, paint: Colour, phase: float) -> None:
    """Father Christmas: bobble cap, full white beard, coat with white fur, belt, a sack."""
    figure = figure.part((0.1, 0, 0))
    body, left, _ = _dress(figure, Outfit(paint, paint, hair=_SNOW), phase)
    body.ball((0.04, 0, 1.02), (0.44, 0.46, 0.48), paint)
    body.post((0, 0, 0.5), 0.44, 0.14, _SNOW)
    body.post((0, 0, 0.9), 0.475, 0.12, INK)
    body.box((0.47, 0, 0.96), (0.03, 0.1, 0.08), GOLD)
    body.limb((0.42, 0, 1.1), (0.3, 0, 1.4), 0.06, _SNOW)
    _beard(body, _SNOW, 0.45)
    body.ball((0.12, 0, 1.5), (0.2, 0.26, 0.2), _SNOW)
    body.ball((0, 0, 1.88), (0.27, 0.27, 0.08), _SNOW)
    body.chain([(0, 0, 1.95), (-0.06, 0.05, 2.12), (-0.24, 0.16, 2.12)], (0.2, 0.12), paint)
    body.ball((-0.36, 0.24, 2.06), 0.12, _SNOW)
    body.ball((-0.48, -0.15, 1.2), (0.36, 0.4, 0.46), _LEATHER)
    body.limb((-0.3, -0.1, 1.6), (0.05, -0.3, 1.42), 0.07, _LEATHER)
    body.ball(left, 0.14, INK)


def superhero(figure: Figure, paint: Colour, phase: float) -> None:
    """A superhero: a cape that flies behind, eye mask, emblem, belt, boots, one fist raised."""
    figure = figure.part((0.15, 0, 0))
    mark, sway = marking(paint), 0.1 * math.sin(phase)
    body, *_ = _dress(figure, Outfit(paint, paint), phase)
    cape = _RED if paint[0] < 0.4 else _NAVY
    sheet = body.part((-0.2, 0, 1.45), rotation_y(0.35 + sway))
    sheet.add(Shape.CONE, (0, 0, -0.5), (0.1, 0.75, 0.75), cape)
    sheet.ball((0, 0, -0.05), (0.12, 0.42, 0.14), cape)
    body.ball((0, 0, 1.2), (0.27, 0.4, 0.32), paint)
    body.ball((0.25, 0, 1.24), (0.04, 0.15, 0.15), GOLD)
    body.ball((0.28, 0, 1.24), (0.03, 0.08, 0.1), cape)
    body.box((0.18, 0, 1.74), (0.05, 0.2, 0.055), cape)
    pair(body, (0.22, 0.08, 1.74), (0.025, 0.035, 0.03), WHITE)
    body.post((0, 0, 0.88), 0.28, 0.09, GOLD)
    for side in (-1, 1):
        step = 0.3 * side * math.sin(phase) if phase else 0.05 * side
        body.limb((step, side * 0.17, 0.3), (step, side * 0.17, 0.12), 0.15, cape)
    body.chain([(0, -0.36, 1.42), (0.1, -0.52, 1.72), (0.12, -0.5, 2.15)], (0.13, 0.12), paint)
    body.ball((0.12, -0.5, 2.24), 0.14, mark)


MODELS: dict[str, Model] = {
    "cook": Model(cook, 1.33, 1.2, 1.4, 2.36, pace=4.2, own="dfe6ee"),
    "firefighter": Model(firefighter, 1.38, 1.9, 1.4, 2.1, pace=4.2, own="2a3048"),
    "police": Model(police, 1.44, 0.8, 1.3, 2.11, pace=4.2, own="22387a"),
    "knight": Model(knight, 1.36, 0.9, 1.6, 2.32, pace=4.2, own="9aa4b4"),
    "king": Model(king, 1.38, 1.4, 1.4, 2.22, pace=4.2, own="a81830"),
    "queen": Model(queen, 1.28, 1.8, 1.8, 2.22, pace=4.2, own="c86ab0"),
    "pirate": Model(pirate, 1.4, 0.8, 1.2, 2.17, pace=4.2, own="7a2a24"),
    "cowboy": Model(cowboy, 1.38, 1.0, 1.6, 2.22, pace=4.2, own="d8c090"),
    "astronaut": Model(astronaut, 1.38, 1.0, 1.3, 2.2, pace=4.2, own="e8e8ea"),
    "clown": Model(clown, 1.3, 1.0, 1.2, 2.49, pace=4.2, own="f0c818"),
    "wizard": Model(wizard, 1.22, 1.2, 1.3, 2.72, pace=4.2, own="4a3aa8"),
    "grandfather": Model(grandfather, 1.5, 0.8, 1.2, 2.0, pace=4.2, own="6a7a58"),
    "santa": Model(santa, 1.3, 1.3, 1.2, 2.32, pace=4.2, own="d01c1c"),
    "superhero": Model(superhero, 1.25, 1.0, 1.5, 2.38, pace=4.2, own="2450d8"),
}
