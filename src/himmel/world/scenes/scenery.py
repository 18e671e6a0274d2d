"""What stands at the back of a place: trees, walls, peaks, boats. A figure's x runs to the right."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from himmel.world.kinds.figure import Figure, Look
from himmel.world.kinds.paints import INK, STEEL, WHITE, WOOD, mix, shade
from himmel.world.render import (
    Colour,
    Pattern,
    Shape,
    hex_colour,
    rotation_x,
    rotation_y,
    rotation_z,
)

_GREEN = hex_colour("2f6a2a")
_LIT = hex_colour("ffd27a")
SNOW = hex_colour("e8eef6")


def mottled(colour: Colour, grain: float, depth: float = 0.7) -> Look:
    """Keywords that lay darker clouds of the same hue over a body, `grain` of them per metre."""
    return {
        "second_colour": shade(colour, depth),
        "pattern": Pattern.MOTTLED,
        "pattern_scale": grain,
    }


def leafy(figure: Figure, height: float, leaf: Colour) -> None:
    """A broad-leaved tree."""
    figure.limb((0, 0, 0), (0, 0, 0.55 * height), 0.055 * height, WOOD)
    look = mottled(leaf, 3.0 / height, 0.62)
    for x, y, z, r in ((0, 0, 0.72, 0.27), (0.2, 0.05, 0.58, 0.2), (-0.2, -0.05, 0.6, 0.21)):
        size = (r * height, r * height, 0.9 * r * height)
        figure.ball((x * height, y * height, z * height), size, leaf, **look)


def trees(
    figure: Figure, rng: np.random.Generator, leaves: Sequence[Colour], spots: int,
    reach: float, near: float, height: float = 3.5,
) -> None:  # fmt: skip
    """`spots` trees in a row `near` metres behind the origin, from -reach to reach."""
    for index in range(spots):
        x = -reach + 2 * reach * (index + rng.uniform(0.15, 0.85)) / spots
        there = figure.part((x, near + rng.uniform(0, 4), 0), rotation_z(rng.uniform(0, 6.3)))
        leafy(there, height * rng.uniform(0.85, 1.2), leaves[int(rng.integers(len(leaves)))])


def trunk(figure: Figure, radius: float, height: float) -> None:
    """The bare lower half of a tall tree."""
    bark = hex_colour("4a3826")
    look: Look = {
        "second_colour": hex_colour("2c2016"),
        "pattern": Pattern.GRAIN,
        "pattern_scale": 5.0,
    }
    figure.post((0, 0, 0), radius, height, bark, **look)
    figure.spire((0, 0, 0), 1.7 * radius, 0.8, bark)


def palm(figure: Figure, height: float, lean: float = 0.8) -> None:
    """A leaning palm with six fronds."""
    stem, green = hex_colour("8a6a44"), hex_colour("2f8a3a")
    figure.chain([(0, 0, 0), (0.35 * lean, 0, 0.5 * height), (lean, 0, height)], (0.17, 0.13), stem)
    for k in range(7):
        turn = 2 * math.pi * k / 7
        x, y = math.cos(turn), math.sin(turn)
        mid = (lean + 0.75 * x, 0.75 * y, height + 0.3)
        end = (lean + 1.5 * x, 1.5 * y, height - 0.45)
        figure.chain([(lean, 0, height), mid, end], (0.17, 0.11), green)


def hill(figure: Figure, length: float, height: float, colour: Colour) -> None:
    """A rounded hill along x."""
    figure.ball((0, 0, 0), (length, 0.5 * length, height), colour, **mottled(colour, 0.5, 0.8))


def peak(figure: Figure, radius: float, height: float, rock: Colour, snow: float = 0.42) -> None:
    """A mountain; the upper share `snow` is white."""
    figure.spire((0, 0, 0), radius, height, rock, **mottled(rock, 0.35, 0.6))
    if snow:
        foot = (1 - snow) * height
        figure.spire((0, -0.06 * radius, foot), 1.04 * snow * radius, snow * height * 1.02, SNOW)


def tower_block(
    figure: Figure, half: Sequence[float], wall: Colour, lit: float, seed: float
) -> None:
    """A high building with panes that are lit with strength `lit`, dark blue where that is 0."""
    pane = _LIT if lit else hex_colour("22384e")
    figure.box(
        (0, 0, half[2]), half, wall, second_colour=pane, pattern=Pattern.WINDOWS,
        pattern_scale=0.5, emission=lit, seed=seed,
    )  # fmt: skip
    figure.box((0, 0, 2 * half[2]), (half[0] * 0.96, half[1], 0.2), shade(wall, 0.6))


def fence(figure: Figure, reach: float, colour: Colour, pickets: float = 0.0) -> None:
    """A fence along x: two rails and posts, or pickets every `pickets` metres."""
    step = pickets or 2.0
    for z in (0.35, 0.75):
        figure.box((0, 0, z), (reach, 0.035, 0.06), colour)
    for index in range(math.ceil(2 * reach / step) + 1):
        x = -reach + index * step
        figure.box((x, -0.05, 0.5), (0.28 * pickets or 0.08, 0.04, 0.5), colour)


def barn(figure: Figure) -> None:
    """A red barn with white cross-boards and a grey silo beside it."""
    red, roof = hex_colour("8e2420"), hex_colour("54504e")
    boards: Look = {
        "second_colour": shade(red, 0.6),
        "pattern": Pattern.GRAIN,
        "pattern_scale": 1.2,
    }
    figure.box((0, 0, 1.6), (2.6, 2.0, 1.6), red, **boards)
    for side in (-1, 1):
        slope = rotation_y(side * 0.6)
        figure.add(Shape.BOX, (side * 1.35, 0, 3.85), (1.75, 2.2, 0.12), roof, slope)
    figure.add(Shape.BOX, (0, 0, 3.2), (1.9, 1.95, 1.2), red, rotation_y(math.pi / 4), **boards)
    figure.box((0, -2.0, 1.1), (0.95, 0.05, 1.1), hex_colour("5e1614"))
    for side in (-1, 1):
        figure.limb((side * 0.9, -2.08, 0.1), (-side * 0.9, -2.08, 2.1), 0.09, WHITE)
        figure.box((side * 0.98, -2.06, 1.1), (0.09, 0.06, 1.2), WHITE)
    figure.box((0, -2.06, 2.25), (1.05, 0.06, 0.09), WHITE)
    figure.post((4.3, 0.5, 0), 1.15, 4.6, STEEL, pattern=Pattern.PLANKS, pattern_scale=1.4,
                second_colour=shade(STEEL, 0.6))  # fmt: skip
    figure.ball((4.3, 0.5, 4.6), (1.15, 1.15, 0.8), shade(STEEL, 0.8))


def curtain(figure: Figure, reach: float, height: float) -> None:
    """Heavy red folds along x with a valance and a golden fringe."""
    tones = (hex_colour("8c1420"), hex_colour("640c16"))
    for index in range(round(reach / 0.35) + 1):
        x = -reach + 0.7 * index
        figure.post((x, 0.22 * (index % 2), 0), 0.42, height, tones[index % 2])
    figure.box((0, -0.45, height * 0.84), (reach, 0.2, 0.16 * height), tones[0],
               second_colour=tones[1], pattern=Pattern.GRAIN, pattern_scale=1.5)  # fmt: skip
    figure.box((0, -0.5, height * 0.69), (reach, 0.2, 0.09), hex_colour("d8a030"))


def castle_wall(figure: Figure, reach: float) -> None:
    """A stone wall with battlements, a gate and two round towers."""
    stone, joint = hex_colour("9a948a"), hex_colour("5e5a54")
    look: Look = {"second_colour": joint, "pattern": Pattern.BRICKS, "pattern_scale": 1.6}
    figure.box((0, 0, 1.6), (reach, 0.6, 1.6), stone, **look)
    for index in range(round(reach / 0.6)):
        figure.box((-reach + 1.2 * index, -0.3, 3.5), (0.36, 0.25, 0.35), stone)
    for side in (-1, 1):
        figure.post((side * 5.6, -0.4, 0), 1.35, 4.6, stone, **look)
        figure.spire((side * 5.6, -0.4, 4.6), 1.7, 2.4, hex_colour("3e4a66"))
        figure.box((side * 5.6, -1.74, 3.2), (0.16, 0.06, 0.45), INK)
    figure.box((0, -0.62, 0.8), (0.95, 0.06, 0.8), hex_colour("3a2412"))
    figure.drum((0, -0.62, 1.6), 0.95, 0.06, hex_colour("3a2412"), axis="y")


def boat(figure: Figure, hull: Colour, sail: Colour) -> None:
    """A sailing boat, 4 m high."""
    figure.ball((0, 0, 0.25), (1.5, 0.6, 0.5), hull)
    figure.box((0, 0, 0.62), (1.2, 0.4, 0.06), hex_colour("b08a5a"))
    figure.limb((0, 0, 0.5), (0, 0, 4.0), 0.06, WOOD)
    figure.add(Shape.CONE, (0.55, 0, 2.2), (0.75, 0.05, 1.45), sail)


def lighthouse(figure: Figure, lit: float) -> None:
    """A striped tower on a rock, 9 m high; its lamp burns with strength `lit`."""
    figure.ball((0, 0, 0), (3.0, 2.0, 1.0), hex_colour("5a564e"))
    for step in range(5):
        tone = hex_colour("c8202a") if step % 2 else WHITE
        figure.post((0, 0, 0.8 + 1.3 * step), 1.05 - 0.09 * step, 1.3, tone)
    figure.post((0, 0, 7.3), 0.5, 0.8, _LIT, emission=lit)
    figure.spire((0, 0, 8.1), 0.8, 0.7, hex_colour("c8202a"))


def carriage(figure: Figure, paint: Colour, lit: float) -> None:
    """The side of a long railway carriage, along x."""
    figure.box((0, 0, 1.75), (14, 1.2, 1.2), paint)
    pane = _LIT if lit else hex_colour("24323e")
    for index in range(-9, 10):
        figure.box((1.5 * index, -1.2, 2.1), (0.5, 0.04, 0.38), pane, emission=lit)
    figure.box((0, -1.2, 1.35), (14, 0.05, 0.09), hex_colour("e8e0c8"))
    figure.box((0, 0, 3.0), (14, 1.1, 0.14), hex_colour("5a5e66"))
    figure.box((0, 0, 0.45), (13.5, 1.0, 0.25), INK)


def weed(figure: Figure, height: float, colour: Colour, bend: float) -> None:
    """Seaweed that sways as it rises."""
    points = [(0.22 * math.sin(bend + 1.6 * k), 0.0, height * k / 4) for k in range(5)]
    figure.chain(points, (0.11, 0.1, 0.08, 0.06), colour)


def coral(figure: Figure, height: float, colour: Colour) -> None:
    """A branching coral."""
    figure.limb((0, 0, 0), (0, 0, 0.5 * height), 0.14 * height, colour)
    for turn in (0.4, 1.9, 2.6, 4.0, 5.4):
        x, y = 0.42 * height * math.cos(turn), 0.2 * height * math.sin(turn)
        figure.limb((0, 0, 0.35 * height), (x, y, height * (0.8 + 0.1 * x)), 0.1 * height, colour)


def crater(figure: Figure, radius: float, ground: Colour) -> None:
    """A flat bowl with a raised rim."""
    figure.ball((0, 0, 0), (radius, radius, 0.16), mix(ground, WHITE, 0.16))
    figure.ball((0, -0.04 * radius, 0.08), (0.8 * radius, 0.74 * radius, 0.1), shade(ground, 0.4))


def swing(figure: Figure) -> None:
    """Two A-frames, a bar and two seats."""
    blue = hex_colour("2a6ac0")
    for x in (-1.3, 1.3):
        for y in (-0.6, 0.6):
            figure.limb((x, y, 0), (x, 0, 2.4), 0.09, blue)
    figure.limb((-1.3, 0, 2.4), (1.3, 0, 2.4), 0.09, hex_colour("e0b020"))
    for x in (-0.55, 0.55):
        for side in (-0.2, 0.2):
            figure.limb((x + side, 0, 2.4), (x + side, 0, 0.7), 0.03, INK)
        figure.box((x, 0, 0.68), (0.28, 0.16, 0.05), hex_colour("c83a2a"))


def slide(figure: Figure) -> None:
    """A tower with a roof, a ladder and a yellow chute to the right."""
    post, red = hex_colour("3a8a4a"), hex_colour("d0402a")
    for x in (-0.5, 0.5):
        for y in (-0.5, 0.5):
            figure.limb((x, y, 0), (x, y, 2.5), 0.07, post)
    figure.box((0, 0, 1.45), (0.6, 0.6, 0.07), WOOD)
    figure.add(Shape.CONE, (0, 0, 2.9), (0.95, 0.95, 0.5), red)
    figure.chain([(0.55, -0.1, 1.5), (1.9, -0.1, 0.35), (2.5, -0.1, 0.25)], (0.3, 0.3),
                 hex_colour("f0c020"))  # fmt: skip
    for rung in range(4):
        figure.limb((-0.6, -0.4, 0.3 + 0.35 * rung), (-0.6, 0.4, 0.3 + 0.35 * rung), 0.05, STEEL)


def goal(figure: Figure) -> None:
    """A football goal, 3.6 m wide and 1.6 m high, with its net."""
    for x in (-1.8, 1.8):
        figure.limb((x, 0, 0), (x, 0, 1.6), 0.08, WHITE)
        figure.limb((x, 0, 1.6), (x, 1.0, 0.0), 0.03, hex_colour("c8ccd0"))
    figure.limb((-1.8, 0, 1.6), (1.8, 0, 1.6), 0.08, WHITE)
    net = hex_colour("a8b4a8")
    for index in range(-4, 5):
        figure.limb((0.4 * index, 0.15, 1.55), (0.4 * index, 1.0, 0), 0.02, net)
    for share in (0.25, 0.5, 0.75):
        z, y = 1.55 * (1 - share), 0.15 + 0.85 * share
        figure.limb((-1.75, y, z), (1.75, y, z), 0.02, net)


def window(figure: Figure, half: tuple[float, float], view: Colour, glow: float) -> None:
    """A window in a wall that faces the viewer: the `view` outside, frame, bars and curtains."""
    width, height = half
    figure.box((0, 0, 0), (width, 0.03, height), view, emission=glow)
    for x in (-width, 0, width):
        figure.box((x, -0.05, 0), (0.07, 0.05, height + 0.07), WHITE)
    for z in (-height, 0.1 * height, height):
        figure.box((0, -0.05, z), (width + 0.07, 0.05, 0.07), WHITE)
    cloth = hex_colour("6a8ab0")
    for side in (-1, 1):
        figure.box((side * (width + 0.15), -0.12, 0), (0.3, 0.06, height + 0.25), cloth,
                   second_colour=shade(cloth, 0.7), pattern=Pattern.GRAIN, pattern_scale=6.0)  # fmt: skip


def sofa(figure: Figure, cloth: Colour) -> None:
    """A sofa, 2.6 m wide, facing the viewer."""
    figure.box((0, 0, 0.4), (1.3, 0.5, 0.2), cloth)
    figure.box((0, 0.42, 0.75), (1.3, 0.14, 0.5), shade(cloth, 0.85))
    for side in (-1, 1):
        figure.box((side * 1.35, 0, 0.5), (0.16, 0.55, 0.38), shade(cloth, 0.75))
        figure.box((side * 0.6, -0.02, 0.66), (0.55, 0.46, 0.1), mix(cloth, WHITE, 0.15))


def flower_bed(
    figure: Figure, rng: np.random.Generator, reach: float, count: int, codes: Sequence[str]
) -> None:
    """Flowers of many colours on their stalks along x."""
    figure.box((0, 0, 0), (reach, 0.55, 0.06), hex_colour("4a3220"))
    for index in range(count):
        x = -reach + 2 * reach * (index + 0.5) / count
        y, z = rng.uniform(-0.4, 0.4), rng.uniform(0.4, 0.75)
        figure.limb((x, y, 0), (x, y, z), 0.035, _GREEN)
        figure.ball((x, y, z), 0.17, hex_colour(codes[index % len(codes)]))
        figure.ball((x, y - 0.12, z), 0.075, hex_colour("f8d040"))


def stalks(
    figure: Figure, rng: np.random.Generator, reach: float, count: int, tone: Colour
) -> None:
    """The ragged edge of standing wheat along x."""
    for index in range(count):
        x = -reach + 2 * reach * (index + rng.uniform(0, 1)) / count
        height = rng.uniform(0.75, 1.1)
        there = figure.part((x, rng.uniform(-0.5, 0.6), 0), rotation_x(rng.uniform(-0.15, 0.15)))
        there.add(Shape.SPHERE, (0, 0, 0.5 * height), (0.085, 0.085, 0.55 * height),
                  shade(tone, rng.uniform(0.8, 1.15)))  # fmt: skip
