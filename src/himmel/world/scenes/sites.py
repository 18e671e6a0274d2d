"""What stands at the back of each setting of the wide world."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from himmel.world.kinds.figure import Figure, Look
from himmel.world.kinds.paints import INK, STEEL, WHITE, WOOD, mix, shade
from himmel.world.kinds.things import pine
from himmel.world.render import Pattern, Shape, Sky, hex_colour, rotation_y, rotation_z
from himmel.world.scenes import scenery as s
from himmel.world.scenes.heavens import Season, stars


@dataclass(frozen=True)
class Site:
    """What a builder needs: where to draw, the clip's chances, the lamps' light, what grows, the sky."""

    figure: Figure
    rng: np.random.Generator
    lamps: float
    season: Season
    light: Sky

    def at(self, x: float, y: float, z: float = 0.0, turn: float = 0.0) -> Figure:
        """A frame of its own at a place, its x turned from world x by `turn` radians."""
        return self.figure.part((x, y, z), rotation_z(turn))

    def either(self) -> int:
        """-1 or 1, as the seed decides."""
        return 1 if self.rng.random() < 0.5 else -1


def forest(site: Site) -> None:
    """Tall trunks under a roof of leaves, and more trees as far as one sees."""
    rng, leaves = site.rng, site.season.leaves
    far = shade(leaves[0], 0.4)
    site.figure.box((0, 30, 6), (60, 0.5, 8), far, **s.mottled(leaves[0], 0.45, 0.35))
    for index in range(16):
        x = -15 + 2.0 * index + rng.uniform(-0.6, 0.6)
        leaf = leaves[int(rng.integers(len(leaves)))]
        s.leafy(site.at(x, rng.uniform(13, 20)), rng.uniform(6, 9), shade(leaf, 0.8))
    for index in range(8):
        x = -7.5 + 2.1 * index + rng.uniform(-0.5, 0.5)
        y = rng.uniform(5.0, 10.0) if abs(x) > 1.8 else rng.uniform(8.0, 11.0)
        s.trunk(site.at(x, y), rng.uniform(0.2, 0.32), 9.0)
    for index in range(9):
        leaf = leaves[int(rng.integers(len(leaves)))]
        x, z = -9 + 2.3 * index, 4.9 + rng.uniform(-0.4, 0.5)
        site.figure.ball(
            (x, rng.uniform(6, 9), z), (1.9, 1.2, 1.0), leaf, **s.mottled(leaf, 0.9, 0.55)
        )


def beach(site: Site) -> None:
    """Sand that ends at the sea, a palm and a parasol."""
    sand = hex_colour("e6cf98")
    site.figure.box((0, -12, 0), (90, 20.5, 0.02), sand, **s.mottled(sand, 0.4, 0.86))
    site.figure.box((0, 8.5, 0), (90, 0.22, 0.03), WHITE)
    site.figure.box((0, 10.2, 0), (90, 0.14, 0.02), mix(WHITE, hex_colour("3a9ac0"), 0.4))
    side = site.either()
    s.palm(site.at(side * site.rng.uniform(3.2, 4.2), site.rng.uniform(3.6, 5.0)), 4.0, -0.8 * side)
    stand = site.at(-side * site.rng.uniform(2.9, 3.9), site.rng.uniform(3.5, 5.0))
    stand.limb((0, 0, 0), (0.12, 0, 1.9), 0.05, WHITE)
    stand.add(
        Shape.CONE, (0.12, 0, 1.95), (1.05, 1.05, 0.34), hex_colour("e8742a"), None,
        second_colour=WHITE, pattern=Pattern.MERIDIANS, pattern_scale=4,
    )  # fmt: skip


def alps(site: Site) -> None:
    """Snowy peaks over green hills with firs."""
    rng = site.rng
    for index in range(7):
        x, rock = -42 + 14 * index + rng.uniform(-3, 3), hex_colour("5c6470")
        s.peak(site.at(x, rng.uniform(52, 66)), rng.uniform(13, 18), rng.uniform(14, 21), rock)
    for index in range(5):
        s.hill(site.at(-32 + 16 * index, 32), 14, rng.uniform(2.5, 4.0), hex_colour("47663c"))
    for _ in range(9):
        spot = site.at(rng.uniform(3.4, 9) * site.either(), rng.uniform(8, 16))
        pine(spot, rng.uniform(1.8, 2.6), hex_colour("23482e"))
    for _ in range(5):
        stone = hex_colour("7c7e80")
        at = (rng.uniform(2.6, 6) * site.either(), rng.uniform(3.5, 8), 0.05)
        site.figure.ball(at, (0.55, 0.45, 0.4), stone, **s.mottled(stone, 2.0))


def city(site: Site) -> None:
    """Two rows of high buildings behind a pavement with lamps."""
    rng = site.rng
    walls = ("8a7a6c", "5c6a7c", "74808a", "6c5a54", "98948c", "4e5a68")
    for line, (y, low, high) in enumerate(((15.0, 3.0, 6.5), (25.0, 6.5, 13.0))):
        x = -26.0
        while x < 26:
            half = rng.uniform(1.7, 2.9) * (1 + 0.4 * line)
            tower = site.at(x + half, y + rng.uniform(0, 3))
            wall = hex_colour(walls[int(rng.integers(len(walls)))])
            s.tower_block(
                tower, (half - 0.1, 2.0, rng.uniform(low, high)), wall, 0.8 * site.lamps,
                float(rng.integers(999)),
            )  # fmt: skip
            x += 2 * half + rng.uniform(0.0, 0.5)
    site.figure.box((0, 9.5, 0.04), (60, 3.2, 0.09), hex_colour("96928c"))
    for index in range(-4, 5):
        site.figure.box((2.4 * index, 3.2, 0.0), (0.7, 0.09, 0.012), WHITE)
    for side in (-1, 1):
        x = side * rng.uniform(3.3, 4.5)
        site.figure.limb((x, 6.6, 0), (x, 6.6, 3.6), 0.07, INK)
        site.figure.ball((x, 6.6, 3.7), 0.26, hex_colour("ffe0a0"), emission=0.4 + 2 * site.lamps)


def wheat(site: Site) -> None:
    """Standing wheat, hills far behind."""
    gold = hex_colour("d8a428")
    veins: Look = {
        "second_colour": hex_colour("8a6416"),
        "pattern": Pattern.GRAIN,
        "pattern_scale": 4.0,
    }
    site.figure.box((0, 26, 0.35), (80, 21.0, 0.4), gold, **veins)
    s.stalks(site.at(0, 4.8), site.rng, 9.0, 70, gold)
    s.stalks(site.at(0, 3.6), site.rng, 8.0, 22, gold)
    s.hill(site.at(-20, 60), 26, 5, hex_colour("5c7a3c"))
    s.hill(site.at(24, 64), 30, 6, hex_colour("4e6c3a"))
    s.leafy(site.at(9 * site.either(), 26), 5.0, site.season.leaves[0])


def farm(site: Site) -> None:
    """A barn with its silo, a fence and hay."""
    side = site.either()
    s.barn(site.at(side * site.rng.uniform(0.8, 2.2) - 1.0, 11.0))
    s.fence(site.at(0, 6.2), 24, hex_colour("7a5a38"))
    for x, y in ((-side * 4.6, 7.6), (-side * 5.9, 8.4)):
        hay = hex_colour("d4aa3c")
        site.figure.drum((x, y, 0.75), 0.75, 0.6, hay, pattern=Pattern.MERIDIANS, pattern_scale=6,
                         second_colour=shade(hay, 0.7), axis="y")  # fmt: skip
    s.trees(site.figure, site.rng, site.season.leaves, 7, 26, 20, 5.0)


def room(site: Site) -> None:
    """Papered walls with a window and a picture, a sofa, a lamp and a carpet."""
    wall = hex_colour("d8c49c")
    paper: Look = {
        "second_colour": shade(wall, 0.86),
        "pattern": Pattern.STRIPES,
        "pattern_scale": 1.4,
    }
    upright = rotation_y(math.pi / 2)
    site.figure.add(Shape.BOX, (0, 5.3, 4.5), (4.5, 0.1, 30), wall, upright, **paper)
    for x in (-8, 8):
        site.figure.box((x, -2, 4.5), (0.1, 7.5, 4.5), shade(wall, 0.9))
    site.figure.box((0, 5.16, 0.14), (30, 0.05, 0.14), WHITE)
    side = site.either()
    view = (
        site.light.horizon if site.lamps >= 0.7 else mix(site.light.horizon, (0.3, 0.6, 1.0), 0.4)
    )
    s.window(site.at(side * 2.1, 5.15, 2.75), (0.85, 0.95), shade(view, 1.4), 0.8)
    s.sofa(site.at(-side * 2.6, 4.3), hex_colour("4e6a64"))
    site.figure.box((-side * 2.6, 5.15, 2.9), (0.62, 0.04, 0.45), hex_colour("5a3c1e"))
    site.figure.box((-side * 2.6, 5.1, 2.9), (0.52, 0.04, 0.36), hex_colour("86a8b8"))
    foot = site.at(side * 3.7, 4.4)
    foot.limb((0, 0, 0), (0, 0, 1.7), 0.05, INK)
    foot.spire((0, 0, 1.6), 0.42, 0.75, hex_colour("f0d8a0"), emission=0.1 + 1.4 * site.lamps)
    site.figure.post((0, 0.4, 0), 2.6, 0.012, hex_colour("8a6a6e"))
    site.figure.post((0, 0.4, 0), 2.3, 0.016, hex_colour("b49a94"))


def garden(site: Site) -> None:
    """Flower beds before a white fence, a hedge and trees."""
    hedge = hex_colour("2c5a26")
    if site.season.grass:
        hedge = mix(hedge, site.season.leaves[0], 0.35)
    site.figure.box((0, 9.5, 0.9), (40, 0.8, 0.95), hedge, **s.mottled(hedge, 1.5, 0.6))
    s.fence(site.at(0, 7.2), 14, WHITE, pickets=0.5)
    codes = ("e03048", "f0b020", "e878c0", "f4f0f0", "8a50d0", "f07828")
    s.flower_bed(site.at(0, 5.6), site.rng, 7.0, 30, codes)
    s.flower_bed(site.at(site.either() * 5.2, 3.6), site.rng, 2.0, 9, codes)
    s.trees(site.figure, site.rng, site.season.leaves, 5, 12, 12, 4.4)


def moon(site: Site) -> None:
    """Craters under a black sky with the earth in it."""
    rng, dust = site.rng, hex_colour("8c8c90")
    for index in range(9):
        at = (rng.uniform(1.8, 8) * _aside(index), rng.uniform(2.2, 12.0))
        s.crater(site.at(*at), rng.uniform(0.6, 1.5), dust)
    for index in range(5):
        s.hill(site.at(-36 + 18 * index, 46), 15, rng.uniform(1.5, 3.5), hex_colour("6c6c70"))
    stars(site.figure, rng, 110)
    earth = (site.either() * rng.uniform(9, 13), 48, rng.uniform(11.5, 13.5))
    site.figure.ball(
        earth, 3.4, hex_colour("2a62d0"), second_colour=hex_colour("e8f4f0"), pattern=Pattern.MOTTLED,
        pattern_scale=0.35, emission=0.95,
    )  # fmt: skip


def volcano(site: Site) -> None:
    """A cone with a glowing mouth, smoke and streams of lava."""
    rng, rock, lava = site.rng, hex_colour("2e2a2a"), hex_colour("ff4206")
    top = site.at(site.either() * rng.uniform(4, 8), 40)
    top.spire((0, 0, 0), 17, 18, rock, **s.mottled(rock, 0.4, 0.5))
    top.ball((0, 0, 11.0), (6.8, 6.8, 0.9), hex_colour("ff5a10"), emission=1.3)
    for turn in (-2.1, -1.55, -0.95):
        x, y = math.cos(turn), math.sin(turn)
        points = [
            (r * x + 0.7 * (k % 2), r * y, 18 * (1 - r / 17) + 0.3)
            for k, r in enumerate((6, 9, 12, 16))
        ]
        for start, end in pairwise(points):
            top.limb(start, end, 0.55, lava, emission=1.1)
    for index, size in enumerate((3.0, 4.0, 5.2)):
        ash = hex_colour("4a4240")
        top.ball((1.5 * index, 0, 13 + 3.0 * index), 0.8 * size, ash, **s.mottled(ash, 0.4, 0.6))
    for side in (-1, 1):
        x, y = side * rng.uniform(2.4, 3.2), 2.0
        for _ in range(5):
            on = (x + side * rng.uniform(-0.2, 1.5), y + rng.uniform(1.2, 2.2))
            site.figure.limb((x, y, -0.12), (*on, -0.12), 0.3, lava, emission=1.1)
            x, y = on


def stage(site: Site) -> None:
    """A red curtain, and lights on the boards."""
    s.curtain(site.at(0, 4.6), 11.2, 6.6)
    for x in (-3, 0, 3):
        lamp = site.at(x, 3.0, 0.0)
        lamp.ball((0, 0, 0.02), (0.9, 0.6, 0.02), hex_colour("f4d89a"))
    for x in (-9, 9):
        site.figure.box((x, -2, 4.5), (0.1, 7, 4.5), hex_colour("1c1418"))


def underwater(site: Site) -> None:
    """Corals, seaweed and rocks."""
    rng = site.rng
    tones = ("e0608a", "e8883a", "a050b8", "e8c04a")
    for index in range(8):
        spot = site.at(rng.uniform(1.9, 6.0) * _aside(index), rng.uniform(2.0, 7.0))
        s.coral(spot, rng.uniform(0.6, 1.1), hex_colour(tones[index % 4]))
    for index in range(12):
        spot = site.at(rng.uniform(1.9, 7.5) * _aside(index), rng.uniform(2.5, 9.0))
        s.weed(spot, rng.uniform(1.6, 3.4), hex_colour("2a8a4a"), rng.uniform(0, 6.3))
    for index in range(6):
        rock = hex_colour("5a6468")
        at = (rng.uniform(2, 9) * _aside(index), rng.uniform(6, 12), 0.1)
        site.figure.ball(
            at, (rng.uniform(0.9, 2.2), 0.9, rng.uniform(0.7, 1.8)), rock, **s.mottled(rock, 1.0)
        )


def courtyard(site: Site) -> None:
    """A wall with towers and a gate, a keep and a well."""
    s.castle_wall(site.at(0, 9.5), 24)
    keep = site.at(site.either() * 1.6, 17)
    stone = hex_colour("8a857c")
    keep.box((0, 0, 4.2), (2.6, 2.0, 4.2), stone, second_colour=hex_colour("56524c"),
             pattern=Pattern.BRICKS, pattern_scale=1.2)  # fmt: skip
    keep.spire((0, 0, 8.4), 3.6, 2.6, hex_colour("3e4a66"))
    well = site.at(site.either() * 4.0, 5.4)
    well.post(
        (0, 0, 0), 0.7, 0.7, stone, second_colour=INK, pattern=Pattern.BRICKS, pattern_scale=3.0
    )
    for x in (-0.6, 0.6):
        well.limb((x, 0, 0.6), (x, 0, 1.7), 0.06, WOOD)
    well.spire((0, 0, 1.6), 1.0, 0.6, hex_colour("6a3a2a"))


def rink(site: Site) -> None:
    """Boards with their stripes, spectators and lines on the ice."""
    figure = site.figure
    figure.box((0, 7.0, 0.55), (40, 0.12, 0.55), hex_colour("f0f4f8"))
    figure.box((0, 6.9, 0.14), (40, 0.06, 0.14), hex_colour("e8c020"))
    figure.box((0, 6.95, 1.08), (40, 0.16, 0.06), hex_colour("c02838"))
    for index in range(-4, 5):
        figure.box(
            (3.2 * index, 6.88, 0.66),
            (1.1, 0.05, 0.26),
            hex_colour(("2a58b0", "208a5a")[index % 2]),
        )
    for row in range(4):
        seats = hex_colour("46506a")
        figure.box(
            (0, 9.5 + 1.5 * row, 0.6 + 0.45 * row), (40, 0.8, 0.8 + 0.4 * row), seats,
            second_colour=hex_colour("b88a70"), pattern=Pattern.DOTS, pattern_scale=1.6,
        )  # fmt: skip
    figure.box((0, 3.4, 0), (40, 0.12, 0.008), hex_colour("2a50c8"))
    figure.box((0, -1.8, 0), (40, 0.09, 0.008), hex_colour("c82838"))


def stadium(site: Site) -> None:
    """A goal, lines, spectators and floodlights."""
    figure = site.figure
    s.goal(site.at(site.rng.uniform(-1.2, 1.2), 6.2))
    figure.box((0, 6.2, 0), (40, 0.09, 0.012), WHITE)
    figure.box((0, 3.6, 0), (4.2, 0.08, 0.012), WHITE)
    for side in (-1, 1):
        figure.box((side * 4.2, 4.9, 0), (0.1, 1.3, 0.012), WHITE)
    figure.box((0, 10.0, 0.45), (40, 0.1, 0.45), hex_colour("2a3e78"))
    for row in range(5):
        crowd = hex_colour(("8a929c", "7a828c")[row % 2])
        figure.box((0, 12 + 1.8 * row, 0.5 + 0.55 * row), (44, 0.95, 0.5 + 0.55 * row), crowd,
                   second_colour=hex_colour(("c05040", "d0b040", "4068b0")[row % 3]),
                   pattern=Pattern.DOTS, pattern_scale=1.3)  # fmt: skip
    for side in (-1, 1):
        mast = site.at(side * 9.5, 21)
        mast.limb((0, 0, 0), (0, 0, 11), 0.16, STEEL)
        mast.box((0, 0, 11), (1.3, 0.2, 0.7), hex_colour("fff8e0"), emission=0.5 + 2 * site.lamps)


def canyon(site: Site) -> None:
    """Layered red rock on both sides."""
    rng = site.rng
    layers: Look = {
        "second_colour": hex_colour("7e321c"),
        "pattern": Pattern.STRIPES,
        "pattern_scale": 1.0,
    }
    for index, y in enumerate((34, 31, 25, 24, 18, 17, 12, 11)):
        side = _aside(index)
        x = side * (3.5 + 0.42 * (y - 8) + rng.uniform(-0.6, 1.2) + 2.6)
        half = (rng.uniform(3.2, 4.6), 3.0, rng.uniform(3.5, 6.0))
        wall = site.at(x, y, half[2], rng.uniform(-0.25, 0.25))
        wall.box((0, 0, 0), half, hex_colour("c0562e"), **layers)
    for side in (-1, 1):
        wall = site.at(side * 9.5, 4.0, 4.0)
        wall.box((0, 0, 0), (3.2, 7.0, 4.0), hex_colour("b44e2a"), **layers)
    mesa = site.at(rng.uniform(-4, 4), 60)
    mesa.post((0, 0, 0), 7, 9, hex_colour("b8583a"), **layers)
    for _ in range(6):
        at = (rng.uniform(2.4, 5) * site.either(), rng.uniform(2.5, 8), 0.1)
        site.figure.ball(at, (0.45, 0.4, 0.35), hex_colour("9a4828"))


def playground(site: Site) -> None:
    """A slide, a swing, coloured kerbs and a hedge."""
    side = site.either()
    s.slide(site.at(side * 3.4 - 0.8, 5.4))
    s.swing(site.at(-side * 3.4, 5.8))
    hedge = site.season.leaves[0]
    site.figure.box((0, 11, 0.7), (40, 0.6, 0.7), hedge, **s.mottled(hedge, 1.5, 0.6))
    s.trees(site.figure, site.rng, site.season.leaves, 6, 16, 13, 4.5)
    for index, code in enumerate(("e04838", "f0c020", "3a78d8", "3aa850", "e04838", "f0c020")):
        site.figure.box((-6.25 + 2.5 * index, 9.0, 0.25), (1.22, 0.1, 0.25), hex_colour(code))


def harbour(site: Site) -> None:
    """A wooden pier, boats and a lighthouse."""
    figure, rng = site.figure, site.rng
    wood = hex_colour("8a6a48")
    boards: Look = {
        "second_colour": shade(wood, 0.45),
        "pattern": Pattern.GRAIN,
        "pattern_scale": 1.6,
    }
    figure.box((0, -12, 0), (90, 15.6, 0.02), wood, **boards)
    figure.box((0, 3.5, 0.03), (90, 0.14, 0.07), shade(wood, 0.5))
    for index in range(-5, 6):
        figure.post((2.2 * index + 0.6, 3.5, 0), 0.16, 0.7, hex_colour("4a3624"))
    side = site.either()
    s.boat(site.at(side * rng.uniform(2.8, 3.8), rng.uniform(8, 10)), hex_colour("2a5a98"), WHITE)
    s.boat(site.at(-side * rng.uniform(0.6, 1.8), 17), hex_colour("a83428"), hex_colour("f0e6d0"))
    s.boat(site.at(-side * 12, 24, 0, 0.5), hex_colour("3a7a58"), WHITE)
    s.lighthouse(site.at(-side * rng.uniform(4.6, 5.6), 15), 0.6 + 2.4 * site.lamps)


def station(site: Site) -> None:
    """A train at the platform, a sign and a brick wall."""
    figure = site.figure
    figure.box((0, 2.6, 0), (60, 0.12, 0.012), hex_colour("e8c020"))
    figure.box((0, 3.2, 0.0), (60, 0.25, 0.05), hex_colour("d8d4cc"))
    figure.box((0, 6.0, 0), (60, 2.5, 0.014), hex_colour("4c443c"), pattern=Pattern.MOTTLED,
               second_colour=hex_colour("302a26"), pattern_scale=1.5)  # fmt: skip
    s.carriage(site.at(site.rng.uniform(-3, 3), 7.2), hex_colour("2e5e48"), 0.9 * site.lamps)
    for y in (3.9, 4.7):
        figure.limb((-40, y, 0.08), (40, y, 0.08), 0.05, STEEL)
    sign = site.at(site.either() * 3.4, 3.3)
    for x in (-0.7, 0.7):
        sign.limb((x, 0, 0), (x, 0, 2.6), 0.06, INK)
    sign.box((0, 0, 2.6), (1.0, 0.06, 0.32), hex_colour("1c3c8c"))
    sign.box((0, -0.07, 2.6), (0.75, 0.03, 0.09), WHITE)
    figure.box((0, 13, 2.2), (40, 1, 2.2), hex_colour("8c5a44"), second_colour=hex_colour("5a3a2e"),
               pattern=Pattern.BRICKS, pattern_scale=1.2)  # fmt: skip


def _aside(index: int) -> float:
    """Left and right in turn."""
    return 1.0 if index % 2 == 0 else -1.0
