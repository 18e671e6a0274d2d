"""Things to eat, drawn as large as a person: fruit, vegetables, sweets and dishes."""

from __future__ import annotations

import math

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import WHITE, lightness, marking, mix, shade
from himmel.world.render import Colour, Pattern, Shape, hex_colour, rotation_x

_STALK, _LEAF, _PALE = hex_colour("5a3a1c"), hex_colour("3f9a3a"), hex_colour("f6ead0")
_CRUST, _CREAM, _SEED = hex_colour("c98a45"), hex_colour("fff2dc"), hex_colour("2a1a10")


def _dark(paint: Colour) -> Colour:
    """A shadow of the paint that shows even on black."""
    return shade(paint, 0.55) if lightness(paint) > 0.02 else hex_colour("4a4a50")


def _ring(count: int, radius: float, turn: float = 0.0) -> list[tuple[float, float]]:
    angles = (turn + 2 * math.pi * i / count for i in range(count))
    return [(radius * math.cos(a), radius * math.sin(a)) for a in angles]


def _leaf(figure: Figure, at: tuple[float, float, float], size: float, tilt: float) -> None:
    figure.ball(at, (0.45 * size, size, 0.09), _LEAF, rotation=rotation_x(tilt))


def apple(figure: Figure, paint: Colour, phase: float) -> None:
    """An apple with a hollow on top, a stalk and one leaf, 2.1 m tall."""
    figure.ball((0, 0, 0.88), (0.98, 0.98, 0.84), paint)
    for x, y in _ring(5, 0.4):
        figure.ball((x, y, 1.25), (0.52, 0.52, 0.45), paint)
    figure.ball((0, 0, 1.66), (0.2, 0.2, 0.06), _dark(paint))
    figure.limb((0, 0, 1.5), (0.06, 0.1, 2.08), 0.07, _STALK)
    _leaf(figure, (0.05, 0.48, 1.98), 0.4, 0.35)


def pear(figure: Figure, paint: Colour, phase: float) -> None:
    """A pear: a wide belly, a narrow neck, a stalk, 2.5 m tall."""
    for z, radius in ((0.85, 0.92), (1.2, 0.76), (1.5, 0.62), (1.75, 0.52), (1.95, 0.44)):
        figure.ball((0, 0, z), (radius, radius, min(radius, 0.85)), paint)
    figure.limb((0, 0, 2.3), (0.0, 0.12, 2.62), 0.07, _STALK)
    _leaf(figure, (0.0, 0.42, 2.46), 0.34, 0.3)


def banana(figure: Figure, paint: Colour, phase: float) -> None:
    """A bent banana that lies on its back, both ends up, 3 m long."""
    bend = [(0.0, 1.42 * math.sin(a), 1.72 - 1.42 * math.cos(a)) for a in _BEND]
    radii = [0.16, 0.26, 0.32, 0.34, 0.34, 0.32, 0.26, 0.17]
    figure.chain(bend, radii, paint)
    figure.ball(bend[0], 0.17, _SEED)
    figure.limb(bend[-1], (0, bend[-1][1] + 0.02, bend[-1][2] + 0.26), 0.1, _STALK)
    for i in range(2, 7):
        _, y, z = bend[i]
        figure.ball((0.27, y, z + 0.05), (0.07, 0.2, 0.06), _dark(paint))


_BEND = [1.25 * (i / 4 - 1) for i in range(9)]


def cherry(figure: Figure, paint: Colour, phase: float) -> None:
    """Two cherries whose stalks meet under a leaf, 2.5 m tall."""
    top = (0.0, 0.12, 2.35)
    for y, z in ((-0.62, 0.6), (0.66, 0.55)):
        figure.ball((0, y, z), 0.58, paint)
        figure.ball((0.42, y - 0.16, z + 0.28), (0.1, 0.1, 0.14), mix(paint, WHITE, 0.6))
        knee = (0.0, 0.75 * y, 1.5)
        figure.chain([(0, y, z + 0.52), knee, top], (0.055, 0.055), _LEAF)
    _leaf(figure, (0.0, 0.55, 2.32), 0.5, 0.1)


def strawberry(figure: Figure, paint: Colour, phase: float) -> None:
    """A strawberry that stands on its tip: pale seeds, a star of leaves on top, 2.3 m tall."""
    figure.add(Shape.CONE, (0, 0, 0.75), (0.92, 0.92, 0.75), paint, rotation_x(math.pi))
    figure.ball((0, 0, 1.42), (0.95, 0.95, 0.5), paint)
    seeds = hex_colour("f8e08a") if lightness(paint) < 0.5 else hex_colour("8a6a20")
    for row, (z, radius) in enumerate(((0.55, 0.36), (0.92, 0.58), (1.3, 0.86), (1.62, 0.84))):
        for x, y in _ring(5 + row * 2, radius, 0.4 * row):
            figure.ball((x, y, z), (0.07, 0.07, 0.09), seeds)
    for x, y in _ring(6, 0.5):
        figure.limb((0, 0, 1.92), (1.4 * x, 1.4 * y, 1.8), 0.14, _LEAF)
    figure.limb((0, 0, 1.9), (0, 0.1, 2.25), 0.09, _LEAF)


def pineapple(figure: Figure, paint: Colour, phase: float) -> None:
    """A pineapple: a chequered barrel under a tuft of stiff leaves, 3 m tall."""
    look = {"second_colour": _dark(paint), "pattern": Pattern.CHECKER, "pattern_scale": 3.2}
    figure.ball((0, 0, 0.98), (0.74, 0.74, 0.98), paint, **look)
    for layer, (z, spread, reach) in enumerate(
        ((1.8, 0.7, 0.5), (1.85, 0.4, 0.85), (1.9, 0.15, 1.1))
    ):
        for x, y in _ring(6, spread, 0.5 * layer):
            figure.limb((0.2 * x, 0.2 * y, z), (x, y, z + reach), 0.1, _LEAF)


def watermelon(figure: Figure, paint: Colour, phase: float) -> None:
    """A round slice of melon: flesh in the paint, a white and a green rind, 3 m tall."""
    rind = hex_colour("2f7d32")
    figure.drum((0, 0, 1.5), 1.5, 0.2, rind)
    figure.drum((0, 0, 1.5), 1.36, 0.22, _PALE)
    figure.drum((0, 0, 1.5), 1.22, 0.24, paint)
    for y, z in ((-0.6, 1.05), (0, 0.75), (0.6, 1.05), (-0.3, 1.3), (0.32, 1.3)):
        for x in (-0.24, 0.24):
            figure.ball((x, y, z), (0.04, 0.08, 0.12), _SEED if lightness(paint) > 0.03 else WHITE)


def grapes(figure: Figure, paint: Colour, phase: float) -> None:
    """A bunch of grapes that hangs from its stalk, narrow below, 2.6 m tall."""
    rows = ((0.3, 0.0, 1), (0.68, 0.3, 3), (1.08, 0.5, 5), (1.5, 0.66, 6), (1.9, 0.5, 5))
    for row, (z, radius, count) in enumerate(rows):
        for x, y in _ring(count, radius, 0.6 * row):
            figure.ball(
                (x, y, z), 0.3, paint if (row + round(9 * x)) % 2 else mix(paint, WHITE, 0.12)
            )
    figure.ball((0, 0, 1.4), (0.4, 0.4, 0.6), _dark(paint))
    figure.limb((0, 0, 2.0), (0, 0.1, 2.55), 0.08, _STALK)
    figure.ball((0.1, 0.5, 2.28), (0.1, 0.5, 0.34), _LEAF)


def carrot(figure: Figure, paint: Colour, phase: float) -> None:
    """A carrot, tip in the ground, rings round it and a plume of leaves, 3 m tall."""
    figure.add(Shape.CONE, (0, 0, 1.0), (0.52, 0.52, 1.0), paint, rotation_x(math.pi))
    figure.ball((0, 0, 1.98), (0.52, 0.52, 0.2), paint)
    for z in (0.8, 1.2, 1.6):
        figure.post((0, 0, z), 0.27 * z + 0.015, 0.05, _dark(paint))
    for x, y in _ring(6, 0.42):
        figure.limb((0, 0, 2.1), (x, y, 2.95), 0.09, _LEAF)
    figure.limb((0, 0, 2.1), (0, 0, 3.1), 0.11, _LEAF)


def pumpkin(figure: Figure, paint: Colour, phase: float) -> None:
    """A ribbed pumpkin with a crooked stalk, 1.9 m tall."""
    figure.ball((0, 0, 0.78), (0.9, 0.9, 0.72), _dark(paint))
    for x, y in _ring(9, 0.62):
        figure.ball((x, y, 0.78), (0.52, 0.52, 0.76), paint)
    figure.chain(
        [(0, 0, 1.4), (0, 0.05, 1.68), (0.05, 0.25, 1.86)], (0.15, 0.12), hex_colour("4a7030")
    )


def corn(figure: Figure, paint: Colour, phase: float) -> None:
    """A cob of corn in its husk, 2.9 m tall."""
    look = {"second_colour": _dark(paint), "pattern": Pattern.CHECKER, "pattern_scale": 5.0}
    figure.ball((0, 0, 1.55), (0.52, 0.52, 1.35), paint, **look)
    for x, y in _ring(4, 0.42, 0.8):
        figure.limb((0.5 * x, 0.5 * y, 0.25), (1.6 * x, 1.6 * y, 1.35), 0.26, _LEAF)
    figure.limb((0, 0, 0.1), (0, 0, 0.5), 0.3, _LEAF)


def cake(figure: Figure, paint: Colour, phase: float) -> None:
    """A birthday cake of two tiers with icing and burning candles, 2.2 m tall."""
    figure.post((0, 0, 0), 1.3, 0.08, hex_colour("c8ccd4"))
    icing = marking(paint)
    for z, radius, height in ((0.08, 1.1, 0.62), (0.7, 0.76, 0.55)):
        figure.post((0, 0, z), radius, height, paint)
        figure.post((0, 0, z + height - 0.1), radius + 0.03, 0.12, icing)
        for x, y in _ring(12, radius + 0.01):
            figure.ball((x, y, z + height - 0.14), (0.1, 0.1, 0.14), icing)
    for x, y in _ring(5, 0.45):
        figure.post((x, y, 1.25), 0.07, 0.5, _CREAM)
        figure.ball((x, y, 1.9), (0.08, 0.08, 0.16), hex_colour("ffb030"), emission=1.2)


def ice_cream(figure: Figure, paint: Colour, phase: float) -> None:
    """Three scoops in a wafer cone, 3 m tall."""
    waffle = {
        "second_colour": hex_colour("a86a28"),
        "pattern": Pattern.CHECKER,
        "pattern_scale": 4.0,
    }
    figure.add(Shape.CONE, (0, 0, 0.8), (0.62, 0.62, 0.8), _CRUST, rotation_x(math.pi), **waffle)
    for y, z in ((-0.34, 1.8), (0.34, 1.8), (0, 2.35)):
        figure.ball((0, y, z), 0.5, paint)
    for y in (-0.5, 0.0, 0.5):
        figure.ball((0.1, y, 1.56), (0.42, 0.22, 0.16), paint)
    figure.ball((0.02, 0, 2.92), 0.15, marking(paint))


def pizza(figure: Figure, paint: Colour, phase: float) -> None:
    """A slice of pizza on its tip: crust above, toppings in the paint on melted cheese, 2.4 m tall."""
    for step in range(9):
        y = 0.22 * (step - 4)
        figure.limb((0, 0.05 * y, 0.12), (0, y, 2.0), 0.15, hex_colour("f3c04a"))
    figure.limb((-0.02, -1.05, 2.12), (-0.02, 1.05, 2.12), 0.24, _CRUST)
    for y, z in ((0, 0.85), (-0.32, 1.35), (0.36, 1.45), (-0.55, 1.78), (0.02, 1.78)):
        figure.drum((0.13, y, z), 0.23, 0.08, paint)
    figure.ball((0, 0, 0.1), 0.1, hex_colour("f3c04a"))
    for y, z in ((0.3, 1.05), (-0.2, 1.62), (0.62, 1.8)):
        figure.ball((0.18, y, z), (0.06, 0.1, 0.08), _LEAF)


def burger(figure: Figure, paint: Colour, phase: float) -> None:
    """A hamburger: bun, lettuce, patty and a bun lid with sesame; the lid wears the paint, 1.8 m."""
    figure.post((0, 0, 0.0), 1.1, 0.34, paint)
    for x, y in _ring(12, 1.0):
        figure.ball((x, y, 0.5), (0.3, 0.3, 0.09), hex_colour("6cc04a"))
    figure.post((0, 0, 0.52), 1.14, 0.3, hex_colour("5a2e14"))
    figure.box((0, 0, 0.86), (0.95, 0.95, 0.04), hex_colour("ffc83a"))
    figure.post((0, 0, 0.9), 1.1, 0.12, hex_colour("c83c28"))
    figure.ball((0, 0, 1.02), (1.14, 1.14, 0.75), paint)
    for radius, z, count in ((0.32, 1.74, 4), (0.7, 1.62, 7)):
        for x, y in _ring(count, radius):
            figure.ball((x, y, z), (0.07, 0.07, 0.05), _CREAM if lightness(paint) < 0.6 else _SEED)


def doughnut(figure: Figure, paint: Colour, phase: float) -> None:
    """A doughnut that stands upright, iced in the paint, with sprinkles, 2.4 m tall."""
    circle = [(0.0, *point) for point in _ring(24, 0.78)]
    closed = [(x, y, z + 1.2) for x, y, z in (*circle, circle[0])]
    figure.chain(closed, [0.4] * 24, _CRUST)
    figure.chain([(x + 0.1, y, z) for x, y, z in closed], [0.36] * 24, paint)
    sprinkles = (hex_colour("ffe14a"), hex_colour("5ad0ff"), hex_colour("ff7ab0"), WHITE)
    for i, (y, z) in enumerate((*_ring(7, 0.66, 0.2), *_ring(8, 0.92))):
        figure.ball((0.42, y, z + 1.2), (0.06, 0.09, 0.05), sprinkles[i % 4])


def cheese(figure: Figure, paint: Colour, phase: float) -> None:
    """A wedge of cheese with holes, its cut side to the front, 1.4 m tall."""
    for step in range(7):
        half = 1.25 * (1 - step / 7.5)
        figure.box((0.9 - 0.32 * step, 0.2 * (1 - half), 0.62), (0.17, half, 0.62), paint)
    holes = _dark(paint)
    for y, z, radius in (
        (-0.75, 0.4, 0.2),
        (-0.15, 0.85, 0.26),
        (0.55, 0.35, 0.24),
        (0.85, 0.9, 0.15),
    ):
        figure.ball((1.07, y, z), (0.03, radius, radius), holes)
    for x, y, radius in ((0.35, -0.35, 0.2), (0.55, 0.5, 0.16), (-0.35, 0.1, 0.14)):
        figure.ball((x, y, 1.24), (radius, radius, 0.03), holes)


def lollipop(figure: Figure, paint: Colour, phase: float) -> None:
    """A round lollipop with a white swirl on a stick, 3 m tall."""
    figure.post((0, 0, 0), 0.08, 1.7, WHITE)
    figure.drum((0, 0, 2.15), 0.85, 0.16, paint)
    turns = [(0.12 + 0.036 * i, 0.42 * i) for i in range(19)]
    spiral = [(0.17, r * math.cos(a), 2.15 + r * math.sin(a)) for r, a in turns]
    figure.chain(spiral, [0.06] * 18, marking(paint))
    figure.chain([(-x, y, z) for x, y, z in spiral], [0.06] * 18, marking(paint))


def pretzel(figure: Figure, paint: Colour, phase: float) -> None:
    """A pretzel that stands upright: a crossed loop with salt, 2.2 m tall."""
    loop = [(0.0, 1.15 * math.sin(a), 1.05 - 0.85 * math.cos(a)) for a in _LOOP]
    figure.chain(loop, [0.19] * (len(loop) - 1), paint)
    for side in (-1, 1):
        end = loop[0] if side < 0 else loop[-1]
        figure.chain([end, (0.1, 0.25 * side, 1.25), (0.2, -0.5 * side, 0.42)], (0.17, 0.16), paint)
    for y, z in (
        (0.95, 0.7),
        (-0.95, 0.75),
        (0.3, 0.28),
        (-0.35, 0.28),
        (1.05, 1.2),
        (-1.02, 1.25),
    ):
        figure.ball((0.18, y, z), 0.06, marking(paint))


_LOOP = [2.45 * (i / 9 - 1) for i in range(19)]


def egg(figure: Figure, paint: Colour, phase: float) -> None:
    """A boiled egg in an egg cup; the egg wears the paint, 2.4 m tall."""
    cup = hex_colour("7a94b8") if lightness(paint) > 0.3 else hex_colour("dfe4ea")
    figure.post((0, 0, 0), 0.6, 0.12, cup)
    figure.post((0, 0, 0.1), 0.18, 0.5, cup)
    figure.add(Shape.CONE, (0, 0, 0.75), (0.75, 0.75, 0.42), cup, rotation_x(math.pi))
    figure.ball((0, 0, 1.1), (0.76, 0.76, 0.3), cup)
    figure.ball((0, 0, 1.45), (0.66, 0.66, 0.9), paint)


def bread(figure: Figure, paint: Colour, phase: float) -> None:
    """A loaf of bread with three cuts across its crust, 2.6 m long."""
    figure.ball((0, 0, 0.62), (0.72, 1.3, 0.66), paint)
    figure.box((0, 0, 0.22), (0.48, 0.85, 0.22), paint)
    for y in (-0.6, 0.0, 0.6):
        figure.ball((0.05, y, 1.1), (0.42, 0.12, 0.16), _CREAM if lightness(paint) < 0.5 else _CRUST,
                    rotation=rotation_x(0.2 * y))  # fmt: skip


MODELS: dict[str, Model] = {
    "apple": Model(apple, 1.18, 2.0, 2.0, 2.15, own="c8281e"),
    "pear": Model(pear, 1.12, 1.85, 1.85, 2.7, own="b4c83c"),
    "banana": Model(banana, 1.12, 0.7, 3.1, 1.7, own="f2cc2c"),
    "cherry": Model(cherry, 1.16, 1.2, 2.5, 2.45, own="b01428"),
    "strawberry": Model(strawberry, 1.18, 1.9, 1.9, 2.35, own="d8202c"),
    "pineapple": Model(pineapple, 1.01, 1.6, 1.6, 3.1, own="d89a30"),
    "watermelon": Model(watermelon, 0.85, 0.5, 3.0, 3.0, own="e8384a"),
    "grapes": Model(grapes, 1.16, 1.9, 1.9, 2.6, own="6a2a8a"),
    "carrot": Model(carrot, 1.04, 1.05, 1.05, 3.2, own="f07a1a"),
    "pumpkin": Model(pumpkin, 1.12, 2.25, 2.25, 1.95, own="ee7c14"),
    "corn": Model(corn, 1.10, 1.5, 1.5, 2.9, own="f4cc3a"),
    "cake": Model(cake, 1.08, 2.6, 2.6, 2.1, own="e8a0b8"),
    "ice-cream": Model(ice_cream, 1.06, 1.1, 1.75, 3.1, own="f2c8d4"),
    "pizza": Model(pizza, 1.18, 0.5, 2.6, 2.35, own="b8281c"),
    "burger": Model(burger, 1.00, 2.5, 2.5, 1.8, own="d08a3c"),
    "doughnut": Model(doughnut, 1.16, 0.9, 2.4, 2.4, own="e86aa0"),
    "cheese": Model(cheese, 1.08, 2.4, 2.5, 1.3, own="f4c840"),
    "lollipop": Model(lollipop, 1.01, 0.4, 1.7, 3.05, own="e83a6a"),
    "pretzel": Model(pretzel, 1.18, 0.5, 2.7, 2.1, own="9a5a24"),
    "egg": Model(egg, 1.16, 1.55, 1.55, 2.35, own="f0e2c8"),
    "bread": Model(bread, 1.18, 1.5, 2.6, 1.3, own="b8742c"),
}
