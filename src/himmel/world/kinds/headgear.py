"""What people wear on head and shoulders when they are seen close by, in radii of the head."""

from __future__ import annotations

import math
from collections.abc import Callable

from himmel.world.kinds.beasts import cone, ink, pair
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import GOLD, INK, STEEL, WHITE, lightness, marking, shade
from himmel.world.render import Colour, Shape, hex_colour

_SNOW, _LEATHER, _RED = hex_colour("f2f0ea"), hex_colour("5a3418"), hex_colour("c81c1c")
Wear = Callable[[Figure, Colour], None]


def _cap(head: Figure, paint: Colour) -> None:
    head.ball((-0.14, 0, 0.66), (0.98, 1.0, 0.7), paint)
    head.ball((0.66, 0, 0.9), (0.52, 0.64, 0.07), marking(paint))
    head.ball((-0.14, 0, 1.36), 0.12, marking(paint))


def _toque(head: Figure, paint: Colour) -> None:
    head.post((0, 0, 0.72), 0.92, 0.6, _SNOW)
    for step in range(7):
        turn = 0.9 * step
        head.ball((0.6 * math.cos(turn), 0.6 * math.sin(turn), 1.5), 0.5, WHITE)


def _helmet(head: Figure, paint: Colour) -> None:
    tone = hex_colour("f0c808") if paint[0] < 0.6 or paint[1] < 0.3 else _RED
    head.ball((-0.1, 0, 0.6), (1.08, 1.04, 0.82), tone)
    head.ball((-0.25, 0, 0.78), (1.35, 1.24, 0.12), tone)
    head.ball((-0.05, 0, 0.9), (1.05, 0.18, 0.72), shade(tone, 0.6))
    head.ball((0.92, 0, 0.98), (0.12, 0.3, 0.26), STEEL)


def _peaked(head: Figure, paint: Colour) -> None:
    head.post((-0.08, 0, 0.78), 0.97, 0.3, ink(paint))
    head.ball((-0.1, 0, 1.24), (1.14, 1.3, 0.36), shade(paint, 0.75))
    head.ball((0.76, 0, 0.84), (0.4, 0.7, 0.07), INK)
    head.ball((1.02, 0, 1.1), (0.2, 0.26, 0.28), GOLD)


def _crown(head: Figure, paint: Colour) -> None:
    head.post((-0.05, 0, 0.78), 0.94, 0.34, GOLD)
    for step in range(9):
        turn = 2 * math.pi * step / 9
        x, y = 0.9 * math.cos(turn) - 0.05, 0.9 * math.sin(turn)
        head.add(Shape.CONE, (x, y, 1.32), (0.26, 0.26, 0.3), GOLD)
        head.ball((x, y, 1.6), 0.12, _RED if step % 2 else hex_colour("2060e0"))
        head.ball((1.06 * x, 1.06 * y, 0.94), 0.1, hex_colour("30b060"))


def _tricorn(head: Figure, paint: Colour) -> None:
    head.ball((-0.1, 0, 0.7), (1.0, 0.98, 0.6), INK)
    head.ball((0.55, 0, 1.14), (0.24, 1.5, 0.5), INK)
    head.ball((0.77, 0, 1.2), (0.14, 0.26, 0.26), WHITE)
    head.box((0.79, 0, 0.94), (0.1, 0.13, 0.12), WHITE)
    pair(head, (0.89, 0.1, 1.22), (0.06, 0.07, 0.08), INK)


def _brim(head: Figure, paint: Colour) -> None:
    head.ball((-0.1, 0, 0.9), (1.2, 1.6, 0.12), _LEATHER)
    head.ball((-0.1, 0, 1.2), (0.95, 0.86, 0.66), _LEATHER)
    head.post((-0.1, 0, 0.9), 0.95, 0.2, INK)
    pair(head, (-0.1, 1.45, 1.05), (0.9, 0.2, 0.28), _LEATHER)


def _pointed(head: Figure, paint: Colour) -> None:
    head.ball((-0.1, 0, 0.9), (1.2, 1.45, 0.12), paint)
    cone(head, (-0.2, 0, 2.1), 1.0, 1.25, paint, -0.1)
    star = GOLD if lightness(paint) < 0.4 else hex_colour("1c2440")
    for x, y, z in ((0.68, 0.2, 1.25), (0.56, -0.35, 1.42), (0.44, 0.1, 1.75)):
        head.ball((x, y, z), 0.13, star)


def _bobble(head: Figure, paint: Colour) -> None:
    head.ball((-0.1, 0, 0.85), (0.98, 0.95, 0.6), paint)
    head.chain([(-0.1, 0, 1.1), (-0.2, 0.4, 1.6), (-0.3, 1.1, 1.35)], (0.7, 0.4), paint)
    head.ball((-0.3, 1.3, 1.1), 0.34, WHITE)
    for step in range(13):
        turn = 2 * math.pi * step / 13
        head.ball((0.9 * math.cos(turn) - 0.08, 0.9 * math.sin(turn), 0.72), 0.26, _SNOW)


def _tufts(head: Figure, paint: Colour) -> None:
    tuft = hex_colour("f06a10") if paint[0] < 0.6 or paint[2] > 0.3 else hex_colour("28b050")
    for z, size in ((-0.1, 0.4), (0.4, 0.48), (0.85, 0.36)):
        pair(head, (-0.2, 1.05, z), (size, size, size), tuft)
    head.ball((1.08, 0, -0.1), 0.24, _RED)
    cone(head, (-0.05, 0, 1.5), 0.5, 0.6, paint, 0.0)
    head.ball((-0.05, 0, 2.1), 0.18, marking(paint))


def _mask(head: Figure, paint: Colour) -> None:
    """A cowl that leaves the face free, and the collar of a cape."""
    head.ball((-0.22, 0, 0.26), (1.0, 1.06, 1.12), paint)
    head.ball((0.2, 0, 0.92), (0.66, 0.72, 0.36), paint)
    head.ball((0.82, 0, 0.92), (0.1, 0.2, 0.16), GOLD)


# kind: what is worn, how long a beard is (0 none), whether the hair is covered
HEADGEAR: dict[str, tuple[Wear | None, float, bool]] = {
    "person": (None, 0.0, False),
    "child": (_cap, 0.0, True),
    "grandfather": (None, 0.35, False),
    "cook": (_toque, 0.0, True),
    "firefighter": (_helmet, 0.0, True),
    "police": (_peaked, 0.0, True),
    "king": (_crown, 0.5, True),
    "queen": (_crown, 0.0, True),
    "pirate": (_tricorn, 0.25, True),
    "cowboy": (_brim, 0.0, True),
    "wizard": (_pointed, 0.9, True),
    "santa": (_bobble, 0.7, True),
    "clown": (_tufts, 0.0, False),
    "superhero": (_mask, 0.0, True),
}


def shoulders(body: Figure, kind: str, paint: Colour, skin: Colour) -> None:
    """Neck, shoulders and chest of a coat, in metres, with what tells a kind by its chest."""
    body.limb((-0.03, 0, 1.28), (0, 0, 1.6), 0.1, skin)
    body.limb((-0.02, -0.3, 1.24), (-0.02, 0.3, 1.24), 0.135, paint)
    body.ball((0, 0, 1.05), (0.24, 0.38, 0.36), paint)
    for side in (-1, 1):
        body.chain([(-0.02, side * 0.36, 1.22), (0, side * 0.46, 0.9)], (0.125,), paint)
    trimmed = _COLLARS.get(kind, marking(paint))
    if kind in ("king", "queen", "santa", "clown"):
        for step in range(12):
            turn = 2 * math.pi * step / 12
            body.ball((0.15 * math.cos(turn) - 0.01, 0.17 * math.sin(turn), 1.37), 0.08, trimmed)
    else:
        body.ball((-0.01, 0, 1.37), (0.175, 0.2, 0.06), trimmed)
    if kind == "police":
        body.ball((0.2, 0, 1.26), (0.05, 0.04, 0.14), INK)
        body.ball((0.17, 0.18, 1.24), (0.05, 0.07, 0.08), GOLD)
    elif kind in ("firefighter", "superhero"):
        tone = hex_colour("e8f0a0") if kind == "firefighter" else GOLD
        body.ball((0.02, 0, 1.12), (0.245, 0.4, 0.05), tone)
    else:
        for z in (1.1, 1.22):
            body.ball((0.2, 0, z), 0.03, marking(paint))


_COLLARS = {
    "king": _SNOW,
    "santa": _SNOW,
    "queen": GOLD,
    "cook": _RED,
    "cowboy": _RED,
    "pirate": _RED,
}
