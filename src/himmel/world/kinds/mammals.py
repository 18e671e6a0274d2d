"""Four-legged animals of farm, plain and forest, on one build. `phase` is the gait."""

from __future__ import annotations

import math
from itertools import pairwise

from himmel.world.kinds.beasts import (
    HORN,
    PINK,
    Beast,
    banded,
    checked,
    cone,
    dark,
    eyes,
    horns,
    ink,
    pair,
    pale,
    pricked,
    stand,
    stripe,
    wagging,
    whiskers,
)
from himmel.world.kinds.figure import Figure, Look
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import GOLD, INK, WHITE, lightness, marking, shade
from himmel.world.render import Colour, hex_colour, rotation_x, rotation_y

_CAT = Beast(0.42, 0.42, 0.25, 0.09, (0.24, 0.42), 0.19, 0.33, (0.24, 0.13, 0.1))
_FOX = Beast(0.5, 0.4, 0.25, 0.085, (0.24, 0.42), 0.18, 0.29, (0.46, 0.11, 0.12))
_EQUINE = Beast(0.85, 0.54, 0.33, 0.1, (0.42, 0.75), 0.2, 0.22, (0.5, 0.14, 0.26))
_COW = Beast(0.6, 0.56, 0.42, 0.12, (0.5, 0.28), 0.26, 0.28, (0.42, 0.2, 0.2), 0.4)
_PIG = Beast(0.32, 0.42, 0.46, 0.12, (0.42, 0.12), 0.36, 0.36, (0.48, 0.18, 0.06), 0.4)
_SHEEP = Beast(0.45, 0.42, 0.4, 0.09, (0.5, 0.34), 0.2, 0.24, (0.3, 0.17, 0.14), 0.4)
_GOAT = Beast(0.6, 0.46, 0.28, 0.08, (0.36, 0.5), 0.16, 0.2, (0.38, 0.12, 0.14))
_LION = Beast(0.5, 0.5, 0.31, 0.125, (0.4, 0.4), 0.24, 0.33, (0.36, 0.18, 0.12))
_BEAR = Beast(0.4, 0.48, 0.46, 0.18, (0.5, 0.36), 0.34, 0.4, (0.48, 0.19, 0.12), 0.4)
_GIRAFFE = Beast(1.0, 0.44, 0.38, 0.125, (0.55, 1.5), 0.21, 0.24, (0.48, 0.16, 0.14), 0.35)
_CAMEL = Beast(0.85, 0.6, 0.36, 0.11, (0.62, 0.55), 0.16, 0.22, (0.42, 0.15, 0.1), 0.4)
_DEER = Beast(0.75, 0.5, 0.27, 0.075, (0.36, 0.62), 0.14, 0.2, (0.38, 0.11, 0.12))
_RHINO = Beast(0.42, 0.5, 0.52, 0.18, (0.6, 0.0), 0.38, 0.36, (0.52, 0.25, 0.16), 0.35)
_PATCHES = (  # along the back, round the trunk, half a length
    (-0.45, 1.1, 0.3), (0.2, 0.3, 0.34), (0.72, 1.3, 0.22), (-0.5, -0.9, 0.28), (0.15, -1.5, 0.26),
    (0.85, -0.7, 0.24), (0.95, 2.4, 0.18),
)  # fmt: skip
_HOOF, _BROWN = hex_colour("3a3028"), hex_colour("5a3418")


def cat(figure: Figure, paint: Colour, phase: float) -> None:
    """A cat with a round head, pricked ears, whiskers and a tail held high."""
    figure = figure.part((-0.08, 0, 0))
    head = stand(figure, _CAT, paint, phase, pale(paint))
    pricked(head, (0, 0.2, 0.2), 0.16, 0.36, paint, PINK)
    pair(head, (0.27, 0.08, -0.11), (0.1, 0.11, 0.09), pale(paint))
    head.ball((0.37, 0, -0.04), (0.05, 0.06, 0.04), PINK)
    eyes(head, (0.25, 0.14, 0.08), 0.085, hex_colour("d8e860"))
    whiskers(head, (0.3, 0.1, -0.1), 0.34, marking(paint))
    for z in (0.14, 0.24):
        head.ball((0.2 if z < 0.2 else 0.12, 0, z + 0.04), (0.1, 0.03, 0.06), dark(paint))
    wag = wagging(phase)
    tail = [(-0.55, 0, 0.68), (-0.8, 0.1, 0.85), (-0.85, 0.3 + wag, 1.2), (-0.72, 0.42 + wag, 1.45)]
    figure.chain(tail, (0.08, 0.075, 0.075), paint)
    figure.ball((-0.7, 0.43 + wag, 1.48), 0.085, dark(paint))


def fox(figure: Figure, paint: Colour, phase: float) -> None:
    """A fox: pointed face with white cheeks, dark socks, a bushy tail with a white tip."""
    figure = figure.part((-0.04, 0, 0))
    head = stand(figure, _FOX, paint, phase, ink(paint))
    figure.ball((0.45, 0, 0.68), (0.24, 0.2, 0.26), pale(paint))
    pair(head, (0.12, 0.16, -0.12), (0.16, 0.14, 0.14), pale(paint))
    head.limb((0.26, 0, -0.14), (0.48, 0, -0.16), 0.09, pale(paint))
    pricked(head, (-0.04, 0.17, 0.18), 0.14, 0.42, paint, ink(paint))
    head.ball((0.58, 0, -0.08), 0.065, INK)
    eyes(head, (0.22, 0.14, 0.08), 0.065)
    wag = wagging(phase)
    figure.limb((-0.5, 0, 0.8), (-0.68, 0.5 * wag, 0.86), 0.11, paint)
    tail = figure.part((-0.8, 0.12 + wag, 1.1), rotation_y(1.0))
    tail.ball((0, 0, 0), (0.4, 0.2, 0.22), paint)
    tail.ball((-0.32, 0, 0), (0.19, 0.14, 0.15), pale(paint))


def _equine(figure: Figure, coat: Colour, mane: Colour, phase: float, look: Look) -> Figure:
    """A horse's body with mane, tail, ears and eyes; returns the head's frame."""
    head = stand(figure, _EQUINE, coat, phase, _HOOF, look)
    for step in range(5):
        share = step / 4
        root = (0.5 + 0.32 * share, 0, 1.42 + 0.66 * share)
        figure.ball(root, (0.17, 0.13, 0.22), mane)
    head.ball((0.1, 0, 0.2), (0.16, 0.12, 0.11), mane)
    pricked(head, (-0.06, 0.11, 0.16), 0.07, 0.24, coat, dark(coat))
    eyes(head, (0.14, 0.17, 0.06), 0.06)
    wag = wagging(phase, 0.12)
    tail = [(-0.8, 0, 1.25), (-0.96, 0.4 * wag, 1.0), (-0.96, wag, 0.5)]
    figure.chain(tail, (0.1, 0.12), mane)
    return head


def horse(figure: Figure, paint: Colour, phase: float) -> None:
    """A saddled horse with a dark mane, a blaze and a long muzzle."""
    figure = figure.part((-0.3, 0, 0))
    head = _equine(figure, paint, dark(paint), phase, {})
    head.limb((0.22, 0, 0.02), (0.48, 0, -0.12), 0.075, marking(paint))
    head.ball((0.54, 0, -0.28), (0.12, 0.12, 0.11), dark(paint))
    figure.ball((-0.02, 0, 1.36), (0.3, 0.3, 0.16), _BROWN)
    for side in (-1, 1):
        figure.box((-0.02, side * 0.32, 1.12), (0.16, 0.03, 0.22), _BROWN)


def unicorn(figure: Figure, paint: Colour, phase: float) -> None:
    """A horse with a long golden horn and a mane of many colours."""
    figure = figure.part((-0.3, 0, 0))
    head = _equine(figure, paint, hex_colour("e860b0"), phase, {})
    spiral = hex_colour("c07808")
    for step in range(3):
        size = 0.085 - 0.026 * step
        at = (0.22 + 0.09 * step, 0, 0.32 + 0.2 * step)
        cone(head, at, size, 0.2, GOLD if step % 2 == 0 else spiral, 0.42)
    for number, tone in enumerate(("f0d040", "50b8f0", "9a60e0")):
        share = number / 2
        figure.ball(
            (0.48 + 0.3 * share, 0, 1.6 + 0.55 * share), (0.13, 0.11, 0.1), hex_colour(tone)
        )
    head.ball((0.5, 0, -0.3), (0.1, 0.1, 0.08), PINK)


def zebra(figure: Figure, paint: Colour, phase: float) -> None:
    """A zebra: stripes from the neck to the hooves, a short stiff mane."""
    figure = figure.part((-0.3, 0, 0))
    bands = banded(stripe(paint), figure, 7.0)
    head = _equine(figure, paint, stripe(paint), phase, bands)
    head.limb((0.1, 0, -0.03), (0.5, 0, -0.26), 0.145, paint, **banded(stripe(paint), figure, 11.0))
    head.ball((0.54, 0, -0.28), (0.13, 0.13, 0.12), stripe(paint))


def cow(figure: Figure, paint: Colour, phase: float) -> None:
    """A cow: great patches, horns, ears to the side, a pink muzzle, an udder and a bell."""
    figure = figure.part((-0.29, 0, 0))
    head = stand(figure, _COW, paint, phase, _HOOF)
    for x, turn, half in _PATCHES:
        at = (x, 0.24 * math.sin(turn), 0.98 + 0.24 * math.cos(turn))
        figure.ball(at, (half, 0.22, 0.22), stripe(paint))
    head.ball((-0.02, 0.14, 0.06), (0.2, 0.17, 0.2), stripe(paint))
    head.ball((0.44, 0, -0.2), (0.17, 0.22, 0.17), PINK)
    pair(head, (0.6, 0.09, -0.17), (0.03, 0.04, 0.04), hex_colour("a04858"))
    head.ball((0.18, 0, 0.12), (0.14, 0.13, 0.17), marking(paint))
    horns(head, [(0, 0.16, 0.2), (0.02, 0.36, 0.26), (0.05, 0.42, 0.48)], (0.075, 0.055), HORN)
    for side in (-1, 1):
        flap = rotation_x(0.3 * side)
        head.ball((-0.02, side * 0.42, 0.06), (0.07, 0.2, 0.11), stripe(paint), rotation=flap)
    eyes(head, (0.2, 0.2, 0.08), 0.07)
    figure.ball((-0.4, 0, 0.58), (0.2, 0.18, 0.16), PINK)
    figure.ball((0.86, 0, 0.68), (0.12, 0.12, 0.14), GOLD)
    tail = [(-0.92, 0, 1.15), (-1.05, 0.2 * wagging(phase), 0.8), (-1.04, wagging(phase), 0.45)]
    figure.chain(tail, (0.045, 0.045), paint)
    figure.ball((-1.04, wagging(phase), 0.42), (0.07, 0.07, 0.14), ink(paint))


def pig(figure: Figure, paint: Colour, phase: float) -> None:
    """A fat pig: a disc for a snout with two nostrils, lop ears, a curl for a tail."""
    figure = figure.part((-0.21, 0, 0))
    head = stand(figure, _PIG, paint, phase, ink(paint))
    nose = shade(paint, 0.62) if paint[1] > 0.02 else hex_colour("707078")
    head.drum((0.62, 0, -0.06), 0.22, 0.08, nose)
    pair(head, (0.7, 0.085, -0.05), (0.025, 0.04, 0.07), INK if paint[1] > 0.02 else WHITE)
    for side in (-1, 1):
        ear = head.part((0.1, side * 0.24, 0.32), rotation_x(-0.5 * side))
        cone(ear, (0.1, 0, 0.06), 0.15, 0.19, nose, 1.1)
    eyes(head, (0.29, 0.17, 0.14), 0.065)
    curl = [
        (-0.86 - 0.03 * t, 0.1 * math.sin(1.6 * t), 0.85 + 0.1 * math.cos(1.6 * t))
        for t in range(6)
    ]
    figure.chain(curl, [0.045] * 5, nose)


def sheep(figure: Figure, paint: Colour, phase: float) -> None:
    """A sheep: a cloud of wool on dark thin legs, a dark face with ears to the side."""
    figure = figure.part((-0.19, 0, 0))
    skin = hex_colour("3a322e") if paint[1] > 0.02 else hex_colour("c8b8a8")
    head = stand(figure, _SHEEP, skin, phase)
    for level, (height, ring, size) in enumerate(
        ((0.66, 0.42, 0.3), (0.95, 0.46, 0.31), (1.16, 0.24, 0.3))
    ):
        for step in range(8):
            turn = 2 * math.pi * (step + 0.5 * level) / 8
            at = (1.5 * ring * math.cos(turn) - 0.05, ring * math.sin(turn), height)
            figure.ball(at, size, paint)
    for x, z in ((-0.12, 0.26), (0.08, 0.24), (-0.05, 0.1)):
        head.ball((x, 0, z), (0.16, 0.2, 0.13), paint)
    pair(head, (-0.02, 0.3, 0.04), (0.06, 0.19, 0.08), skin, -0.3)
    eyes(head, (0.19, 0.12, 0.04), 0.06)
    figure.ball((-0.85, 0, 0.95), (0.16, 0.12, 0.14), paint)


def goat(figure: Figure, paint: Colour, phase: float) -> None:
    """A goat: long horns swept back, a beard, hanging ears."""
    figure = figure.part((-0.21, 0, 0))
    head = stand(figure, _GOAT, paint, phase, _HOOF)
    sweep = [(0, 0.08, 0.16), (-0.02, 0.14, 0.45), (-0.2, 0.22, 0.66), (-0.42, 0.3, 0.68)]
    horns(head, sweep, (0.075, 0.06, 0.045), hex_colour("6a5a48"))
    pair(head, (-0.04, 0.26, -0.04), (0.07, 0.06, 0.2), dark(paint), 0.5)
    cone(head, (0.32, 0, -0.4), 0.11, 0.22, pale(paint), math.pi)
    head.ball((0.48, 0, -0.12), (0.06, 0.1, 0.07), ink(paint))
    eyes(head, (0.12, 0.15, 0.05), 0.06, hex_colour("f0d860"))
    figure.limb((-0.7, 0, 1.0), (-0.86, 0, 1.22), 0.08, pale(paint))
    figure.ball((0.0, 0, 0.62), (0.5, 0.2, 0.14), pale(paint))


def lion(figure: Figure, paint: Colour, phase: float) -> None:
    """A lion: a great dark mane round the face, a tuft on the tail."""
    figure = figure.part((-0.1, 0, 0))
    mane = dark(paint)
    head = stand(figure, _LION, paint, phase)
    for step in range(11):
        turn = 2 * math.pi * step / 11
        at = (-0.1, 0.42 * math.sin(turn), 0.4 * math.cos(turn) - 0.03)
        head.ball(at, (0.24, 0.22, 0.22), mane)
    head.ball((-0.3, 0, -0.2), (0.3, 0.4, 0.45), mane)
    pair(head, (0.06, 0.34, 0.36), (0.07, 0.12, 0.12), paint)
    head.ball((0.08, 0, 0), (0.3, 0.31, 0.31), paint)
    pair(head, (0.36, 0.1, -0.14), (0.16, 0.12, 0.1), pale(paint))
    head.ball((0.52, 0, -0.06), (0.06, 0.09, 0.06), INK)
    eyes(head, (0.31, 0.15, 0.1), 0.07)
    wag = wagging(phase)
    tail = [(-0.75, 0, 0.9), (-0.95, 0.25 + wag, 0.85), (-1.0, 0.4 + wag, 1.25)]
    figure.chain(tail, (0.065, 0.06), paint)
    figure.ball((-1.0, 0.42 + wag, 1.34), (0.13, 0.13, 0.17), mane)


def tiger(figure: Figure, paint: Colour, phase: float) -> None:
    """A tiger: dark rings round body, legs and tail, white cheeks, a striped brow."""
    figure = figure.part((-0.1, 0, 0))
    bars = stripe(paint)
    head = stand(figure, _LION, paint, phase, None, banded(bars, figure, 6.0))
    figure.ball((0.52, 0, 0.75), (0.25, 0.2, 0.3), pale(paint))
    pair(head, (0.08, 0.26, -0.12), (0.16, 0.13, 0.16), pale(paint))
    pair(head, (0.34, 0.09, -0.12), (0.15, 0.12, 0.1), pale(paint))
    pair(head, (-0.04, 0.24, 0.29), (0.07, 0.12, 0.13), bars)
    for z, y in ((0.16, 0.1), (0.25, 0.13), (0.32, 0.1)):
        head.ball((0.34 - 0.8 * (z - 0.1), 0, z), (0.07, y, 0.025), bars)
    for side in (-1, 1):
        for z in (-0.1, 0.04):
            head.ball((0.12, side * 0.31, z), (0.1, 0.05, 0.03), bars)
    head.ball((0.5, 0, -0.05), (0.06, 0.08, 0.05), PINK)
    eyes(head, (0.3, 0.14, 0.06), 0.07)
    wag = wagging(phase)
    ends = ((-0.75, 0, 0.9), (-0.95, 0.25 + wag, 0.85), (-1.0, 0.4 + wag, 1.35))
    for start, end in pairwise(ends):
        figure.limb(start, end, 0.08, paint, **banded(bars, figure, 7.0))


def bear(figure: Figure, paint: Colour, phase: float) -> None:
    """A heavy bear: thick legs with claws, small round ears, a pale muzzle."""
    figure = figure.part((-0.36, 0, 0))
    head = stand(figure, _BEAR, paint, phase)
    pair(head, (-0.04, 0.3, 0.32), (0.1, 0.16, 0.16), paint)
    pair(head, (0.05, 0.3, 0.32), (0.05, 0.09, 0.09), dark(paint))
    head.limb((0.3, 0, -0.1), (0.5, 0, -0.13), 0.2, pale(paint))
    head.ball((0.7, 0, -0.04), (0.08, 0.12, 0.08), INK)
    eyes(head, (0.34, 0.17, 0.13), 0.06)
    figure.ball((-0.35, 0, 0.92), (0.55, 0.48, 0.5), paint)
    figure.ball((-0.9, 0, 0.95), 0.12, paint)


def panda(figure: Figure, paint: Colour, phase: float) -> None:
    """A sitting bear whose limbs, ears and eye patches are black and whose body has the colour."""
    figure = figure.part((-0.18, 0, 0))
    black = stripe(paint)
    bob = 0.05 * math.sin(phase)
    figure.ball((0, 0, 0.62), (0.55, 0.62, 0.62), paint)
    figure.ball((0.02, 0, 1.02), (0.42, 0.56, 0.2), black)
    for side in (-1, 1):
        step = 0.15 * math.sin(phase) * side
        figure.limb((0.2, side * 0.42, 0.3), (0.68 + step, side * 0.5, 0.2), 0.2, black)
        figure.ball((0.84 + step, side * 0.5, 0.26), (0.08, 0.17, 0.2), hex_colour("6a5a58"))
        figure.chain(
            [(0, side * 0.5, 0.98), (0.36, side * 0.62, 0.72), (0.6, side * 0.4, 0.7 + step)],
            (0.18, 0.16),
            black,
        )
    head = figure.part((0.1, 0, 1.5 + bob))
    head.ball((0, 0, 0), (0.46, 0.54, 0.46), paint)
    pair(head, (-0.05, 0.42, 0.38), (0.12, 0.18, 0.18), black)
    pair(head, (0.36, 0.2, 0.04), (0.1, 0.13, 0.16), black, 0.4)
    eyes(head, (0.44, 0.18, 0.06), 0.06)
    head.ball((0.42, 0, -0.14), (0.12, 0.17, 0.12), pale(paint))
    head.ball((0.53, 0, -0.08), (0.05, 0.08, 0.05), INK)


def giraffe(figure: Figure, paint: Colour, phase: float) -> None:
    """A giraffe: an endless neck, patches all over, two knobbed horns."""
    figure = figure.part((-0.34, 0, 0))
    patch = dark(paint) if lightness(paint) > 0.25 else pale(paint)
    head = stand(figure, _GIRAFFE, paint, phase, _HOOF, checked(patch, figure, 5.0))
    horns(head, [(-0.04, 0.09, 0.14), (-0.05, 0.11, 0.36)], (0.035,), paint)
    pair(head, (-0.05, 0.11, 0.38), (0.06, 0.06, 0.06), _BROWN)
    pair(head, (-0.06, 0.27, 0.08), (0.05, 0.16, 0.07), paint, -0.3)
    eyes(head, (0.1, 0.15, 0.06), 0.06)
    head.ball((0.46, 0, -0.12), (0.1, 0.13, 0.11), pale(paint))
    figure.limb((-0.7, 0, 1.3), (-0.78, wagging(phase), 0.8), 0.04, paint)
    figure.ball((-0.78, wagging(phase), 0.75), (0.06, 0.06, 0.12), _BROWN)


def camel(figure: Figure, paint: Colour, phase: float) -> None:
    """A camel with two humps, a bent neck and heavy lids."""
    figure = figure.part((-0.38, 0, 0))
    head = stand(figure, _CAMEL, paint, phase, dark(paint))
    for x in (-0.42, 0.34):
        figure.ball((x, 0, 1.5), (0.27, 0.24, 0.4), paint)
        figure.ball((x, 0, 1.82), (0.13, 0.14, 0.12), dark(paint))
    figure.chain([(0.75, 0, 1.1), (1.05, 0, 1.1), (1.15, 0, 1.4)], (0.18, 0.16), paint)
    head.ball((0.0, 0, 0.2), (0.14, 0.16, 0.1), dark(paint))
    pair(head, (-0.12, 0.18, 0.16), (0.05, 0.08, 0.09), paint)
    eyes(head, (0.14, 0.16, 0.06), 0.065)
    pair(head, (0.15, 0.17, 0.12), (0.09, 0.08, 0.05), dark(paint))
    pair(head, (0.56, 0.05, -0.06), (0.02, 0.03, 0.03), INK)
    figure.limb((-0.92, 0, 1.2), (-1.0, wagging(phase, 0.1), 0.7), 0.05, dark(paint))


def deer(figure: Figure, paint: Colour, phase: float) -> None:
    """A stag: branched antlers, a white tail, a spotted back."""
    figure = figure.part((-0.26, 0, 0))
    head = stand(figure, _DEER, paint, phase, _HOOF)
    beam = [(-0.03, 0.08, 0.14), (-0.12, 0.3, 0.4), (-0.08, 0.5, 0.72), (0.0, 0.46, 0.98)]
    horns(head, beam, (0.05, 0.045, 0.035), HORN)
    horns(head, [(-0.12, 0.3, 0.4), (0.1, 0.3, 0.66)], (0.035,), HORN)
    horns(head, [(-0.08, 0.5, 0.7), (-0.02, 0.76, 0.88)], (0.035,), HORN)
    pair(head, (-0.06, 0.26, 0.06), (0.05, 0.17, 0.08), paint, -0.4)
    head.ball((0.48, 0, -0.11), (0.07, 0.08, 0.07), INK)
    eyes(head, (0.12, 0.15, 0.04), 0.055)
    figure.ball((0.58, 0, 0.98), (0.18, 0.16, 0.22), pale(paint))
    for x in (-0.4, -0.1, 0.2):
        pair(figure, (x, 0.19, 1.18), (0.06, 0.03, 0.05), marking(paint))
    figure.ball((-0.78, 0, 1.08), (0.1, 0.1, 0.16), WHITE)


def rhino(figure: Figure, paint: Colour, phase: float) -> None:
    """A rhinoceros: a long and a short horn on a low heavy head."""
    figure = figure.part((-0.47, 0, 0))
    head = stand(figure, _RHINO, paint, phase, HORN)
    cone(head, (0.68, 0, 0.24), 0.16, 0.42, HORN, 0.3)
    cone(head, (0.38, 0, 0.36), 0.11, 0.2, HORN, 0.1)
    for side in (-1, 1):
        head.ball((-0.16, side * 0.24, 0.36), (0.07, 0.1, 0.17), dark(paint))
    eyes(head, (0.24, 0.28, 0.12), 0.06)
    pair(head, (0.74, 0.13, -0.14), (0.04, 0.05, 0.05), INK)
    figure.ball((-0.05, 0, 0.95), (0.7, 0.56, 0.52), paint)
    figure.limb((-0.98, 0, 1.05), (-1.06, wagging(phase, 0.1), 0.6), 0.05, dark(paint))


MODELS: dict[str, Model] = {
    "cat": Model(cat, 1.5, 2.0, 1.0, 1.61, pace=6.0, own="e08a3c"),
    "fox": Model(fox, 1.42, 2.4, 0.6, 1.73, pace=6.0, own="e06a20"),
    "horse": Model(horse, 1.22, 2.7, 0.7, 2.3, pace=4.5, own="8a4a22"),
    "unicorn": Model(unicorn, 1.15, 2.7, 0.7, 2.8, pace=4.5, own="f4f0f4"),
    "zebra": Model(zebra, 1.22, 2.7, 0.7, 2.3, pace=4.5, own="f4f4f0"),
    "cow": Model(cow, 1.18, 2.8, 1.2, 1.79, pace=4.0, own="f4f2ec"),
    "pig": Model(pig, 1.28, 2.6, 0.9, 1.3, pace=5.0, own="f0a0a8"),
    "sheep": Model(sheep, 1.3, 2.4, 1.5, 1.54, pace=5.0, own="f0e8d8"),
    "goat": Model(goat, 1.4, 2.3, 0.7, 2.08, pace=5.0, own="b8a890"),
    "lion": Model(lion, 1.28, 2.6, 1.3, 1.98, pace=4.5, own="d8a048"),
    "tiger": Model(tiger, 1.36, 2.5, 0.9, 1.6, pace=4.5, own="e8862a"),
    "bear": Model(bear, 1.2, 2.8, 1.0, 1.65, pace=4.0, own="6a4426"),
    "panda": Model(panda, 1.2, 1.5, 1.6, 2.06, pace=4.0, own="f4f4f0"),
    "giraffe": Model(giraffe, 0.97, 2.5, 0.8, 3.28, pace=3.5, own="f0c060"),
    "camel": Model(camel, 1.16, 2.8, 0.7, 2.19, pace=4.0, own="c89a58"),
    "deer": Model(deer, 1.2, 2.3, 1.6, 2.63, pace=5.0, own="a8683a"),
    "rhino": Model(rhino, 1.15, 3.0, 1.1, 1.53, pace=3.5, own="8a8a90"),
}
