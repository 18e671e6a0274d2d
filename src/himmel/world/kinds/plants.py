"""Plants of the wide world. The colour is that of blossoms, crowns or pots, as people would say it."""

from __future__ import annotations

import math

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import GOLD, WOOD, lightness, marking, mix, shade
from himmel.world.render import Colour, hex_colour, rotation_x, rotation_y, rotation_z

_STEM, _LEAF, _SEEDS = hex_colour("3c8a38"), hex_colour("4aa544"), hex_colour("4a2c14")


def _around(count: int, turn: float = 0.0) -> list[float]:
    return [turn + 2 * math.pi * i / count for i in range(count)]


def _stem(figure: Figure, height: float) -> None:
    """An upright stem with two leaves."""
    figure.limb((0, 0, 0), (0, 0, height), 0.09, _STEM)
    for side in (-1, 1):
        leaf = rotation_x(0.7 * side)
        figure.ball((0.05, side * 0.5, 0.3 * height + 0.16 * side), (0.16, 0.55, 0.1), _LEAF,
                    rotation=leaf)  # fmt: skip


def _petals(figure: Figure, height: float, count: int, reach: float, paint: Colour) -> None:
    """Petals round a disc that faces the front, its centre at `height`."""
    for angle in _around(count, 0.3):
        y, z = reach * math.cos(angle), reach * math.sin(angle)
        figure.ball((0.04, y, height + z), (0.1, 0.62 * reach, 0.3 * reach), paint,
                    rotation=rotation_x(angle))  # fmt: skip


def flower(figure: Figure, paint: Colour, phase: float) -> None:
    """A daisy-like flower with seven broad petals, 2.9 m tall."""
    _stem(figure, 2.1)
    _petals(figure, 2.1, 7, 0.62, paint)
    middle = GOLD if paint[2] > 0.2 or paint[0] < 0.5 else hex_colour("7a4a1c")
    figure.ball((0.14, 0, 2.1), (0.12, 0.32, 0.32), middle)


def sunflower(figure: Figure, paint: Colour, phase: float) -> None:
    """A sunflower: a broad dark disc with many narrow petals on a thick stem, 3.1 m tall."""
    figure.limb((0, 0, 0), (0, 0, 2.1), 0.12, _STEM)
    for side, z in ((-1, 0.7), (1, 1.1)):
        figure.ball((0.1, side * 0.5, z), (0.3, 0.5, 0.08), _LEAF, rotation=rotation_x(0.4 * side))
    _petals(figure, 2.15, 16, 0.82, paint)
    figure.ball((0.12, 0, 2.15), (0.14, 0.56, 0.56), _SEEDS)
    for angle in _around(8):
        figure.ball((0.24, 0.32 * math.cos(angle), 2.15 + 0.32 * math.sin(angle)), 0.06, GOLD)


def tulip(figure: Figure, paint: Colour, phase: float) -> None:
    """A tulip with a closed cup of pointed petals and two long leaves, 2.8 m tall."""
    figure.limb((0, 0, 0), (0, 0, 1.8), 0.1, _STEM)
    for side in (-1, 1):
        figure.chain(
            [(0, side * 0.05, 0.1), (0.1, side * 0.4, 0.8), (0.15, side * 0.62, 1.5)],
            (0.14, 0.11), _LEAF,
        )  # fmt: skip
    figure.ball((0, 0, 2.0), (0.55, 0.55, 0.45), paint)
    for angle in _around(6):
        x, y = 0.4 * math.cos(angle), 0.4 * math.sin(angle)
        tone = paint if round(angle) % 2 else mix(paint, (1, 1, 1), 0.12)
        figure.ball((x, y, 2.3), (0.24, 0.24, 0.5), tone)


def palm(figure: Figure, paint: Colour, phase: float) -> None:
    """A palm with a bent, ringed trunk and drooping fronds in the paint, 3.5 m tall."""
    bend = [(0.0, 0.5 * (i / 6) ** 2, 0.43 * i) for i in range(7)]
    figure.chain(bend, [0.2, 0.19, 0.18, 0.16, 0.15, 0.14], WOOD)
    for x, y, z in bend[1:]:
        figure.ball((x, y, z), (0.2, 0.2, 0.06), shade(WOOD, 1.6))
    for i, angle in enumerate(_around(8)):
        c, s, lift = math.cos(angle), math.sin(angle), 0.42 if i % 2 else 0.2
        arc = [
            (1.3 * r * c, 0.5 + 1.3 * r * s, 2.6 + 1.3 * lift * math.sin(2.2 * r) - 0.75 * r * r)
            for r in (0.0, 0.3, 0.6, 0.9, 1.1)
        ]
        figure.chain(arc, [0.15, 0.17, 0.15, 0.1], paint if i % 2 else shade(paint, 0.75))
    for y in (0.32, 0.66):
        figure.ball((0.2, y, 2.45), 0.17, hex_colour("5a3414"))


def cactus_in_bloom(figure: Figure, paint: Colour, phase: float) -> None:
    """A tall cactus with two bent arms, ribs and small flowers, 2.9 m tall."""
    flowers = marking(paint)
    figure.limb((0, 0, 0.3), (0, 0, 2.5), 0.42, paint)
    for side, low in ((1, 1.05), (-1, 1.45)):
        elbow = (0, side * 0.95, low)
        figure.limb((0, 0, low), elbow, 0.26, paint)
        figure.limb(elbow, (0, side * 0.95, low + 0.7), 0.26, paint)
        figure.ball((0.05, side * 0.95, low + 0.98), 0.15, flowers)
    dark = shade(paint, 0.55) if lightness(paint) > 0.02 else hex_colour("4a4a50")
    for y in (-0.24, 0.0, 0.24):
        figure.limb((0.33 if y else 0.4, y, 0.3), (0.33 if y else 0.4, y, 2.4), 0.035, dark)
    figure.ball((0, 0, 2.95), 0.2, flowers)


def fir(figure: Figure, paint: Colour, phase: float) -> None:
    """A fir of four tiers in the paint, 3.4 m tall."""
    figure.post((0, 0, 0), 0.2, 0.6, WOOD)
    for tier in range(4):
        tone = paint if tier % 2 else shade(paint, 0.8)
        figure.spire((0, 0, 0.45 + 0.62 * tier), 1.12 - 0.24 * tier, 1.05, tone)


def christmas_tree(figure: Figure, paint: Colour, phase: float) -> None:
    """A fir with baubles in the paint, a garland and a star on top, 3.4 m tall."""
    green, star = hex_colour("1f6a34"), hex_colour("ffd84a")
    figure.post((0, 0, 0), 0.2, 0.5, WOOD)
    for tier in range(3):
        figure.spire((0, 0, 0.4 + 0.75 * tier), 1.2 - 0.3 * tier, 1.3, green)
    for row, (z, radius, count) in enumerate(
        ((0.62, 1.05, 8), (1.15, 0.72, 7), (1.75, 0.6, 6), (2.3, 0.36, 4))
    ):
        for angle in _around(count, 0.5 * row):
            figure.ball((radius * math.cos(angle), radius * math.sin(angle), z), 0.19, paint)
    for turn in (0.0, math.pi / 3, -math.pi / 3):
        figure.box((0, 0, 3.3), (0.06, 0.34, 0.1), star, rotation=rotation_x(turn), emission=0.5)


def potted_plant(figure: Figure, paint: Colour, phase: float) -> None:
    """A leafy plant in a pot that wears the paint, 2.6 m tall."""
    figure.post((0, 0, 0), 0.58, 0.9, paint)
    figure.post((0, 0, 0.85), 0.72, 0.26, paint)
    figure.post((0, 0, 1.08), 0.6, 0.05, _SEEDS)
    for i, angle in enumerate(_around(9)):
        c, s, tall = math.cos(angle), math.sin(angle), 2.35 if i % 2 else 1.95
        reach = 0.55 if i % 2 else 0.9
        figure.limb((0, 0, 1.1), (0.8 * reach * c, 0.8 * reach * s, tall - 0.2), 0.05, _STEM)
        turned = rotation_z(angle) @ rotation_y(0.9)
        figure.ball((reach * c, reach * s, tall), (0.2, 0.24, 0.42), _LEAF, rotation=turned)


def clover(figure: Figure, paint: Colour, phase: float) -> None:
    """A four-leaf clover that faces the front, 2.9 m tall."""
    figure.chain([(0, 0.35, 0), (0, 0.12, 0.9), (0, 0, 1.75)], (0.1, 0.1), _STEM)
    pale = mix(paint, (1, 1, 1), 0.35)
    for angle in _around(4, math.pi / 4):
        lobe = figure.part((0, 0, 1.95), rotation_x(angle))
        for side in (-1, 1):
            lobe.ball((0, 0.72, side * 0.2), (0.1, 0.36, 0.34), paint)
        lobe.ball((0, 0.38, 0), (0.11, 0.36, 0.2), paint)
        lobe.limb((0.1, 0.1, 0), (0.1, 0.8, 0), 0.04, pale)


def bamboo(figure: Figure, paint: Colour, phase: float) -> None:
    """Three jointed canes with narrow leaves, 3.3 m tall."""
    for y, tall in ((-0.6, 2.6), (0.0, 3.2), (0.6, 2.9)):
        figure.post((0.2 * y, y, 0), 0.17, tall, paint)
        for step in range(1, 6):
            figure.post((0.2 * y, y, 0.55 * step - 0.04), 0.22, 0.08, shade(paint, 0.6))
        for side, z in ((-1, 0.75 * tall), (1, 0.85 * tall), (-1, 0.95 * tall)):
            figure.limb((0.1, y, z), (0.35, y + side * 0.5, z + 0.25), 0.08, _LEAF)


MODELS: dict[str, Model] = {
    "flower": Model(flower, 1.0, 0.5, 2.0, 3.0, own="f4f4f4"),
    "sunflower": Model(sunflower, 0.95, 0.7, 2.65, 3.4, own="f6c21a"),
    "tulip": Model(tulip, 1.08, 1.2, 1.5, 2.8, own="d82440"),
    "palm": Model(palm, 0.84, 2.9, 3.3, 3.5, own="3f9a3c"),
    "cactus": Model(cactus_in_bloom, 0.98, 0.9, 2.45, 3.1, own="3f8a3a"),
    "fir": Model(fir, 0.92, 2.2, 2.2, 3.35, own="2a6a3c"),
    "christmas-tree": Model(christmas_tree, 0.9, 2.6, 2.6, 3.6, own="d8202c"),
    "potted-plant": Model(potted_plant, 1.0, 2.5, 2.5, 2.7, own="c0643a"),
    "clover": Model(clover, 0.98, 0.3, 2.1, 3.0, own="2f9a40"),
    "bamboo": Model(bamboo, 0.95, 0.9, 2.3, 3.2, own="8ab84a"),
}
