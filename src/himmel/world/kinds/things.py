"""Plants and small things: tree, mushroom, ball, mug, chair, and the pine and cactus of scenes."""

from __future__ import annotations

import math

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import WHITE, WOOD, lightness, marking, mix, shade
from himmel.world.render import Colour, Pattern, hex_colour, rotation_y

_CROWN = (  # centre x, y, z and radius of the tufts of a tree: lopsided, so that turning shows
    (0.0, 0.0, 2.3, 0.85), (0.75, 0.1, 1.95, 0.58), (-0.62, 0.3, 2.0, 0.66),
    (0.1, -0.62, 1.95, 0.6), (-0.1, 0.62, 2.1, 0.55), (0.25, 0.1, 2.8, 0.5),
)  # fmt: skip
_DOTS = ((0.2, 0.55), (1.2, 0.95), (2.0, 0.4), (3.3, 0.75), (4.1, 0.3), (5.0, 0.85))


def tree(figure: Figure, paint: Colour, phase: float) -> None:
    """A broad tree whose crown wears the colour, 3.2 m tall, with a bough to one side."""
    figure.limb((0, 0, 0.1), (0, 0, 1.9), 0.2, WOOD)
    figure.limb((0, 0, 0.9), (0.85, 0.25, 1.45), 0.09, WOOD)
    figure.ball((0.9, 0.28, 1.55), 0.32, paint)
    shadow = shade(paint, 0.62) if lightness(paint) > 0.02 else hex_colour("34343a")
    for x, y, z, radius in _CROWN:
        figure.ball(
            (x, y, z), radius, paint,
            second_colour=shadow, pattern=Pattern.MOTTLED, pattern_scale=1.6,
        )  # fmt: skip
    fruit = marking(paint)
    for x, y, z in ((0.55, -0.6, 2.5), (-0.8, -0.25, 2.25), (0.75, 0.55, 2.35), (-0.3, 0.9, 2.5)):
        figure.ball((x, y, z), 0.13, fruit)


def mushroom(figure: Figure, paint: Colour, phase: float) -> None:
    """A fat toadstool with a dotted cap, 2.3 m tall."""
    stalk = hex_colour("f4e8d0") if lightness(paint) < 0.6 else hex_colour("c0a888")
    figure.ball((0, 0, 0.42), (0.62, 0.62, 0.5), stalk)
    figure.post((0, 0, 0.2), 0.46, 1.1, stalk)
    figure.post((0, 0, 1.08), 0.75, 0.1, shade(stalk, 0.8))
    figure.ball((0, 0, 1.4), (1.1, 1.1, 0.82), paint)
    dots = marking(paint)
    for angle, height in _DOTS:
        ring = 1.1 * math.cos(height)
        at = (ring * math.cos(angle), ring * math.sin(angle), 1.4 + 0.8 * math.sin(height))
        figure.ball(at, 0.2 if height < 0.9 else 0.16, dots)


def ball(figure: Figure, paint: Colour, phase: float) -> None:
    """A ball of radius 1 m with two crossing bands; `phase` rolls it forward by radians."""
    body = figure.part((0, 0, 1.0), rotation_y(phase))
    band = marking(paint)
    body.ball((0, 0, 0), 1.0, paint)
    for axis in ("x", "y"):
        body.drum((0, 0, 0), 1.003, 0.13, band, axis=axis)


def mug(figure: Figure, paint: Colour, phase: float) -> None:
    """A mug of coffee with a handle at its front and a dot on either side, 1.9 m tall."""
    figure.post((0, 0, 0), 0.8, 1.8, paint)
    figure.post((0, 0, 1.8), 0.8, 0.06, mix(paint, WHITE, 0.35))
    figure.post((0, 0, 1.83), 0.68, 0.045, hex_colour("4a2410"))
    figure.post((0, 0, 0.3), 0.806, 0.12, marking(paint))
    for side in (-1, 1):
        figure.ball((0, side * 0.78, 1.05), (0.32, 0.06, 0.32), marking(paint))
    arc = [(0.74 + 0.52 * math.cos(a), 0.0, 0.98 + 0.5 * math.sin(a)) for a in _HANDLE]
    figure.chain(arc, [0.12] * (len(arc) - 1), paint)


_HANDLE = [math.pi * (step / 8 - 0.5) for step in range(9)]


def chair(figure: Figure, paint: Colour, phase: float) -> None:
    """A sturdy chair with a slatted back, 2.4 m tall."""
    figure.box((0, 0, 1.05), (0.72, 0.72, 0.11), paint)
    figure.box((0.0, 0, 1.19), (0.6, 0.6, 0.04), marking(paint))
    for x in (-0.6, 0.6):
        for y in (-0.6, 0.6):
            figure.box((x, y, 0.5), (0.11, 0.11, 0.5), paint)
    for y in (-0.6, 0.6):
        figure.box((-0.62, y, 1.8), (0.1, 0.11, 0.7), paint)
    for z in (1.6, 2.02, 2.4):
        figure.box((-0.62, 0, z), (0.07, 0.6, 0.14), paint)


def pine(figure: Figure, height: float, needles: Colour, snow: int = 0) -> None:
    """A fir of three tiers; the top `snow` (0..3) tiers are white."""
    figure.post((0, 0, -0.05 * height), 0.05 * height, 0.35 * height, WOOD)
    for tier in range(3):
        tone = WHITE if tier >= 3 - snow else needles
        radius, foot = height * (0.24 - 0.055 * tier), height * (0.13 + 0.22 * tier)
        figure.spire((0, 0, foot), radius, 0.42 * height, tone)


def cactus(figure: Figure, height: float) -> None:
    """A two-armed desert cactus."""
    green, arm = hex_colour("3f8a3a"), 0.28 * height
    figure.limb((0, 0, 0), (0, 0, height), 0.12 * height, green)
    for side, low in ((1, 0.42), (-1, 0.58)):
        elbow = (0, side * arm, low * height)
        figure.limb((0, 0, low * height), elbow, 0.085 * height, green)
        figure.limb(elbow, (0, side * arm, (low + 0.25) * height), 0.085 * height, green)
