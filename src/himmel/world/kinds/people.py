"""People: the figure that walks, what it may wear, and the snowman."""

from __future__ import annotations

import math
from dataclasses import dataclass

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import GOLD, INK, SKIN, WOOD, lightness, shade
from himmel.world.render import Colour, Shape, hex_colour, rotation_y

_HAIR, _SHOE = hex_colour("3a2414"), hex_colour("241c18")


@dataclass(frozen=True)
class Outfit:
    """What a person wears; `hat` and `coat_skirt` (the lower half of a long coat) may be left out."""

    top: Colour
    trousers: Colour
    skin: Colour = SKIN
    hair: Colour = _HAIR
    hat: Colour | None = None
    scarf: Colour | None = None
    long_coat: bool = False


def _leg(figure: Figure, outfit: Outfit, swing: float, bend: float, side: int) -> None:
    y, hip = 0.16 * side, (0.0, 0.15 * side, 0.86)
    knee = (0.4 * math.sin(swing), y, 0.86 - 0.4 * math.cos(swing))
    ankle = (
        knee[0] + 0.36 * math.sin(swing - bend),
        y,
        max(0.1, knee[2] - 0.36 * math.cos(swing - bend)),
    )
    figure.chain([hip, knee, ankle], (0.155, 0.13), outfit.trousers)
    figure.limb((ankle[0], y, ankle[2] - 0.02), (ankle[0] + 0.16, y, ankle[2] - 0.02), 0.085, _SHOE)


def _arm(figure: Figure, outfit: Outfit, swing: float, side: int) -> None:
    shoulder = (0.0, 0.31 * side, 1.36)
    elbow = (0.3 * math.sin(swing), 0.46 * side, 1.36 - 0.3 * math.cos(swing))
    hand = (
        elbow[0] + 0.28 * math.sin(swing + 0.4),
        0.48 * side,
        elbow[2] - 0.28 * math.cos(swing + 0.4),
    )
    figure.chain([shoulder, elbow, hand], (0.12, 0.105), outfit.top)
    figure.ball((hand[0], hand[1], hand[2] - 0.05), 0.105, outfit.skin)


def walker(figure: Figure, outfit: Outfit, phase: float, stride: float = 0.55) -> None:
    """A person 1.95 m tall in the middle of a walk; phase 2 pi is one pair of steps.

    `stride` is the swing of the legs in radians; 0 stands still.
    """
    bob = 0.03 * abs(math.cos(phase)) if stride else 0.0
    body = figure.part((0, 0, bob))
    for side in (-1, 1):
        swing = stride * math.sin(phase) * side
        lag = phase + (0 if side > 0 else math.pi) + 1.2
        _leg(body, outfit, swing, max(0.0, math.sin(lag)) * 1.2 * stride, side)
        _arm(body, outfit, -0.9 * swing, side)
    body.ball((0, 0, 1.14), (0.23, 0.35, 0.38), outfit.top)
    body.ball((0, 0, 0.88), (0.2, 0.29, 0.17), outfit.trousers)
    if outfit.long_coat:
        body.add(Shape.CONE, (0, 0, 0.95), (0.36, 0.42, 0.52), outfit.top)
    if outfit.scarf:
        body.ball((0.02, 0, 1.46), (0.2, 0.2, 0.09), outfit.scarf)
    _head(body, outfit)


def _head(body: Figure, outfit: Outfit) -> None:
    body.limb((0, 0, 1.42), (0.01, 0, 1.55), 0.1, outfit.skin)
    body.ball((0.02, 0, 1.71), (0.21, 0.2, 0.23), outfit.skin)
    body.ball((-0.04, 0, 1.77), (0.22, 0.22, 0.21), outfit.hair)
    body.ball((0.23, 0, 1.68), 0.04, shade(outfit.skin, 0.75))
    for side in (-1, 1):
        body.ball((0.2, side * 0.085, 1.73), 0.035, INK)
    if outfit.hat:
        body.post((0, 0, 1.87), 0.4, 0.03, outfit.hat)
        body.post((0, 0, 1.87), 0.22, 0.2, outfit.hat)


def person(figure: Figure, paint: Colour, phase: float) -> None:
    """A person dressed from neck to ankle in one colour; phase 0 stands at ease."""
    legs = shade(paint, 0.6) if lightness(paint) > 0.02 else paint
    stride = 0.55 if phase else 0.12
    walker(figure, Outfit(top=paint, trousers=legs), phase or math.pi / 2, stride)


def snowman(figure: Figure, paint: Colour, phase: float) -> None:
    """Three balls of coloured snow with hat, carrot, buttons and stick arms, 2.5 m tall."""
    coal = INK if lightness(paint) > 0.02 else hex_colour("d8d8dc")
    hat = hex_colour("26262c") if lightness(paint) > 0.02 else hex_colour("84848c")
    for z, radius in ((0.56, 0.66), (1.36, 0.5), (1.98, 0.36)):
        figure.ball((0, 0, z), radius, paint)
    figure.add(Shape.CONE, (0.52, 0, 1.98), (0.1, 0.1, 0.26), GOLD, rotation_y(math.pi / 2))
    for side in (-1, 1):
        figure.ball((0.31, side * 0.13, 2.1), 0.06, coal)
        hand = (0.14, side * 1.0, 1.8)
        figure.limb((0, side * 0.4, 1.45), hand, 0.055, WOOD)
        figure.limb((0.1, side * 0.82, 1.69), (0.12, side * 1.06, 1.6), 0.04, WOOD)
    for x, z in ((0.49, 1.28), (0.47, 1.52), (0.63, 0.75)):
        figure.ball((x, 0, z), 0.065, coal)
    figure.post((0, 0, 2.24), 0.42, 0.06, hat)
    figure.post((0, 0, 2.26), 0.27, 0.36, hat)
