"""Things to wear: crown, top hat, rubber boot, sneaker, glasses, ring, wrist watch."""

from __future__ import annotations

import math

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.forms import bow, darker, fin, ring, turned
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import GOLD, INK, STEEL, WHITE, lightness, marking, mix
from himmel.world.render import Colour, Shape, hex_colour, rotation_x, rotation_y, rotation_z

_GEMS = tuple(hex_colour(c) for c in ("d02030", "2a60e0", "30b050", "8a30c0"))


def crown(figure: Figure, paint: Colour, phase: float) -> None:
    """A king's crown: a band with gems, eight points with balls."""
    turned(figure, [(0.95, 0.0), (1.08, 0.75)], paint)
    figure.post((0, 0, 0.0), 1.02, 0.14, marking(paint))
    figure.post((0, 0, 0.6), 0.98, 0.17, darker(paint, 0.4))
    for index in range(8):
        angle = index * math.pi / 4
        point = figure.part((1.0 * math.cos(angle), 1.0 * math.sin(angle), 0.65), rotation_z(angle))
        fin(point, (0, 0, 0), (0.12, 0.42), 0.95, paint, rotation_y(0.12))
        point.ball((0.12, 0, 1.0), 0.15, marking(paint))
        point.ball((0.05, 0, -0.28), (0.07, 0.16, 0.16), _GEMS[index % 4])


def top_hat(figure: Figure, paint: Colour, phase: float) -> None:
    """A top hat: a wide brim turned up at its sides, a tall crown with a band."""
    figure.add(Shape.CYLINDER, (0, 0, 0.14), (1.3, 1.15, 0.08), paint)
    for side in (-1, 1):
        figure.limb((-0.6, side * 1.05, 0.22), (0.6, side * 1.05, 0.22), 0.15, paint)
    turned(figure, [(0.82, 0.2), (0.74, 0.9), (0.86, 1.7)], paint)
    figure.post((0, 0, 0.22), 0.83, 0.36, marking(paint))
    figure.post((0, 0, 1.68), 0.84, 0.06, darker(paint, 0.8))


def rubber_boot(figure: Figure, paint: Colour, phase: float) -> None:
    """A rubber boot: a tall shaft, a round toe to the front, a dark sole with a heel."""
    figure.add(Shape.CYLINDER, (0.3, 0, 0.12), (1.05, 0.5, 0.09), INK)
    figure.box((-0.4, 0, 0.12), (0.36, 0.42, 0.12), INK)
    figure.ball((0.65, 0, 0.48), (0.66, 0.48, 0.38), paint)
    figure.limb((-0.25, 0, 0.62), (0.45, 0, 0.55), 0.46, paint)
    turned(figure, [(0.5, 0.6), (0.52, 1.2), (0.6, 2.1)], paint, at=(-0.25, 0, 0))
    figure.post((-0.25, 0, 2.0), 0.64, 0.16, marking(paint))
    figure.post((-0.25, 0, 2.13), 0.5, 0.05, INK)


def sneaker(figure: Figure, paint: Colour, phase: float) -> None:
    """A sports shoe: a white sole, laces over the tongue, a stripe on either side."""
    sole = marking(paint)
    figure.add(Shape.CYLINDER, (0, 0, 0.16), (1.5, 0.56, 0.16), sole)
    figure.ball((0.8, 0, 0.5), (0.72, 0.52, 0.4), paint)
    figure.limb((-0.9, 0, 0.75), (0.5, 0, 0.55), 0.48, paint)
    figure.limb((-0.85, 0, 0.8), (-0.8, 0, 1.25), 0.46, paint)
    figure.post((-0.8, 0, 1.45), 0.47, 0.28, paint)
    figure.post((-0.8, 0, 1.71), 0.36, 0.04, INK)
    tongue = figure.part((-0.05, 0, 1.12), rotation_y(0.62))
    tongue.box((0, 0, 0), (0.55, 0.26, 0.09), sole)
    for x in (-0.35, -0.1, 0.15, 0.4):
        tongue.limb((x, -0.34, 0.05), (x + 0.08, 0.34, 0.08), 0.055, INK)
    for side in (-1, 1):
        for x in (-0.55, -0.25, 0.05):
            figure.limb((x, side * 0.49, 0.45), (x + 0.25, side * 0.44, 0.95), 0.06, sole)


def glasses(figure: Figure, paint: Colour, phase: float) -> None:
    """A pair of glasses: two round rims to the front, pale lenses, two bent arms."""
    for side in (-1, 1):
        y = side * 0.85
        ring(figure, (0.6, y, 0.85), 0.66, 0.17, paint, plane="yz")
        figure.drum((0.6, y, 0.85), 0.62, 0.04, hex_colour("bfe4f4"), reflection=0.15)
        arm = [(0.6, side * 1.55, 1.0), (-0.9, side * 1.5, 1.0), (-1.3, side * 1.45, 0.45)]
        figure.chain(arm, (0.12, 0.12), paint)
    bow(figure, (0.6, 0, 0.85), 0.24, 0.13, paint, 0.3, math.pi - 0.3, plane="yz")


def gem_ring(figure: Figure, paint: Colour, phase: float) -> None:
    """A finger ring, upright, with a cut stone in a setting of prongs."""
    ring(figure, (0, 0, 0.98), 0.8, 0.18, paint)
    turned(figure, [(0.18, 1.7), (0.42, 1.98)], paint)
    stone = hex_colour("a8ecfa") if lightness(paint) < 0.6 else hex_colour("3aa8e8")
    figure.add(
        Shape.CONE, (0, 0, 2.02), (0.55, 0.55, 0.24), stone, rotation_x(math.pi), reflection=0.2
    )
    figure.add(Shape.CONE, (0, 0, 2.42), (0.55, 0.55, 0.16), mix(stone, WHITE, 0.5), reflection=0.2)
    for index in range(4):
        angle = index * math.pi / 2 + math.pi / 4
        c, s = math.cos(angle), math.sin(angle)
        figure.limb((0.3 * c, 0.3 * s, 1.85), (0.52 * c, 0.52 * s, 2.28), 0.07, paint)


def wrist_watch(figure: Figure, paint: Colour, phase: float) -> None:
    """A wrist watch standing on its closed strap, its dial up and to the front."""
    strap = [(0.75 * math.cos(a), 0, 0.9 + 0.82 * math.sin(a)) for a in _LOOP]
    for y in (-0.22, 0.0, 0.22):
        figure.chain([(x, y, z) for x, _, z in strap], [0.11] * (len(strap) - 1), paint)
    dial = figure.part((0.55, 0, 1.5), rotation_y(0.75))
    dial.post((0, 0, 0), 0.75, 0.2, paint)
    dial.post((0, 0, 0.19), 0.62, 0.04, WHITE if lightness(paint) < 0.6 else INK)
    hands = INK if lightness(paint) < 0.6 else WHITE
    for index in range(12):
        angle = index * math.pi / 6
        dial.ball((0.52 * math.cos(angle), 0.52 * math.sin(angle), 0.23), 0.05, hands)
    dial.limb((0, 0, 0.25), (-0.4, -0.1, 0.25), 0.045, hands)
    dial.limb((0, 0, 0.25), (-0.12, 0.28, 0.25), 0.05, hands)
    dial.drum((0, 0.8, 0.1), 0.1, 0.08, STEEL, axis="y")
    figure.box((-0.78, 0, 0.9), (0.1, 0.4, 0.2), GOLD)


_LOOP = [2 * math.pi * step / 14 for step in range(15)]


MODELS: dict[str, Model] = {
    "crown": Model(crown, 1.08, 2.54, 2.54, 1.8, own="e0b030"),
    "top-hat": Model(top_hat, 1.09, 2.6, 2.4, 1.74, own="1e1c20"),
    "rubber-boot": Model(rubber_boot, 1.19, 2.24, 1.28, 2.18, own="e8b820"),
    "sneaker": Model(sneaker, 1.01, 3.02, 1.12, 1.75, own="2a70c8"),
    "glasses": Model(glasses, 0.98, 2.19, 3.36, 1.66, own="2a2428"),
    "ring": Model(gem_ring, 1.01, 1.96, 1.1, 2.58, own="d8a838"),
    "wristwatch": Model(wrist_watch, 1.21, 2.12, 1.63, 2.16, own="6a4a30"),
}
