"""A dusty gold-rush town, flown over: two rows of wooden houses, people and horses in the street."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from himmel.core.rng import numpy_rng
from himmel.world.graph import Graph
from himmel.world.kinds.buildings import town_house
from himmel.world.kinds.creatures import horse
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import WHITE, WOOD, shade
from himmel.world.kinds.people import Outfit, walker
from himmel.world.kinds.things import cactus
from himmel.world.render import (
    Colour,
    Ground,
    Pattern,
    Primitives,
    Scene,
    Sky,
    Terrain,
    hex_colour,
    look_at,
    make_terrain,
    sky,
)
from himmel.world.scenes.landscape import grid, noise
from himmel.world.stage import SUBJECT, softened
from himmel.world.take import Actor, Moment, Take

_HALF, _CELLS = 64.0, 160
_EXPOSURE = {"day": 0.95, "evening": 1.1}
_DUST = {"day": (0.8, 0.62, 0.42), "evening": (0.85, 0.5, 0.3)}
_GROUND = Ground(WHITE, WHITE, Pattern.PLAIN, 1.0, 0.0, 0.0, 2.0)
_WALLS = ("8a5a34", "a87848", "6a4428", "9a4a3c", "d8c8a8", "6a7f86", "b89050")
_ROOFS = ("5a4030", "6a3a2a", "7a6a58")
_SHIRTS = ("e8e4dc", "7a4a2a", "8a2a2a", "34507a", "c8a040")
_HAT = hex_colour("4a3420")


@dataclass(frozen=True)
class _Extra:
    """Someone in the street: where from, which way, how fast, on horseback or on foot."""

    x: float
    y: float
    heading: float
    speed: float
    mounted: bool
    shirt: str

    def place(self, time: float) -> tuple[float, float, float]:
        way = self.speed * time
        return (self.x + way * math.cos(self.heading), self.y + way * math.sin(self.heading), 0.0)


def direct(graph: Graph, seconds: float) -> Take:
    """Stage the flight over the town for a clip of `seconds`."""
    rng = numpy_rng(graph.seed, "world", graph.scene)
    light = sky(
        "evening" if graph.time == "evening" else "morning", azimuth=rng.uniform(-0.9, -0.2),
        fog=0.006, fog_colour=_DUST[graph.time], clouds=0.15, far=170.0,
    )  # fmt: skip
    light = softened(light, graph.time)
    terrain, town = _desert(light, rng), Primitives()
    town.object_id = SUBJECT
    _rows(town, rng)
    _tower(town, rng)
    _cacti(town, terrain, rng)
    extras = [_extra(index, rng) for index in range(7)]
    speed, drift, height = rng.uniform(4, 7), rng.uniform(-1.5, 1.5), rng.uniform(8, 11)

    def at(time: float) -> Moment:
        primitives = town.copy()
        for number, extra in enumerate(extras, start=SUBJECT + 1):
            primitives.object_id = number
            _walk_on(primitives, extra, time)
        y = -24 + speed * time
        eye = np.array([drift + 1.5 - time, y, height - 0.6 * time])
        camera = look_at(eye, np.array([0.0, y + 24.0, 0.5]), 50.0)
        scene = Scene(
            primitives, light, _GROUND, terrain=terrain, exposure=_EXPOSURE[graph.time], time=time
        )
        places = tuple(extra.place(time) for extra in extras)
        return Moment(scene, camera, ((0.0, 0.0, 0.0), *places))

    town_actor = Actor(SUBJECT, graph.kind, graph.colour)
    crowd = tuple(
        Actor(number, "rider" if extra.mounted else "person", "other")
        for number, extra in enumerate(extras, start=SUBJECT + 1)
    )
    return Take((town_actor, *crowd), at)


def _desert(light: Sky, rng: np.random.Generator) -> Terrain:
    """A level valley along y between low dunes and flat-topped mesas."""
    x, _ = grid(_CELLS, _HALF)
    ripple = noise(_CELLS, 6, rng)
    heights = np.clip((np.abs(x) - 16) / 20, 0, 1) * (2 + 1.5 * ripple)
    mesa = np.clip((noise(_CELLS, 4, rng, 2) - 0.6) * 6, 0, 1) * np.clip((np.abs(x) - 26) / 6, 0, 1)
    paint = np.empty((_CELLS, _CELLS, 3))
    paint[:] = hex_colour("c89a5c")
    paint[ripple > 0.5] = hex_colour("b98a50")
    paint[mesa > 0.05] = hex_colour("a8603a")
    paint[np.abs(x) < 3.6] = hex_colour("b08a5e")
    return make_terrain(heights + 13 * mesa, _HALF, paint, light)


def _rows(town: Primitives, rng: np.random.Generator) -> None:
    """Houses on both sides of the street, many with the high false front of a saloon."""
    for side in (-1, 1):
        y = -24.0
        while y < 36:
            half = float(rng.uniform(2.2, 3.2))
            wall, roof = hex_colour(str(rng.choice(_WALLS))), hex_colour(str(rng.choice(_ROOFS)))
            height = float(rng.uniform(2.8, 4.2))
            turn = 0.0 if side < 0 else math.pi
            figure = Figure.at(town, (side * 7.4, y + half, 0.0), turn)
            town_house(figure, (2.4, half * 0.92, height), wall, roof)
            if rng.random() < 0.65:
                _false_front(figure, half, height, wall)
            y += 2 * half + float(rng.uniform(0.5, 2.2))


def _false_front(figure: Figure, half: float, height: float, wall: Colour) -> None:
    """The tall board front of a saloon: sign, door, windows and a porch on posts."""
    board, dark, sign = shade(wall, 1.15), hex_colour("3a2618"), hex_colour("efe4c8")
    figure.box((2.45, 0, height * 0.8), (0.1, half * 0.96, height * 0.8), board)
    figure.box((2.56, 0, height * 1.35), (0.05, half * 0.75, 0.42), sign)
    figure.box((2.6, 0, height * 1.35), (0.05, half * 0.6, 0.14), dark)
    figure.box((2.56, 0, 1.0), (0.04, 0.55, 1.0), dark)
    for side in (-1, 1):
        figure.box((2.56, side * half * 0.55, height * 0.95), (0.04, 0.42, 0.5), dark)
        figure.limb((3.9, side * half * 0.9, 0), (3.9, side * half * 0.9, 2.2), 0.09, WOOD)
    figure.box((3.2, 0, 2.25), (0.8, half * 0.96, 0.07), WOOD)


def _tower(town: Primitives, rng: np.random.Generator) -> None:
    """A water tower on four legs behind the houses."""
    side = 1 if rng.random() < 0.5 else -1
    figure = Figure.at(town, (side * 12.5, float(rng.uniform(-2, 12)), 0.0))
    for x in (-1, 1):
        for y in (-1, 1):
            figure.limb((x * 1.1, y * 1.1, 0), (x * 0.9, y * 0.9, 4.5), 0.14, WOOD)
    figure.post((0, 0, 4.4), 1.6, 2.4, hex_colour("94683c"))
    figure.spire((0, 0, 6.8), 1.8, 1.2, hex_colour("5a4030"))


def _cacti(town: Primitives, terrain: Terrain, rng: np.random.Generator) -> None:
    number, town.object_id = town.object_id, 0
    for _ in range(12):
        side = 1 if rng.random() < 0.5 else -1
        x, y = side * float(rng.uniform(14, 34)), float(rng.uniform(-10, 45))
        foot = (x, y, float(terrain.height_at(x, y)))
        cactus(Figure.at(town, foot, float(rng.uniform(0, 6.3))), float(rng.uniform(1.8, 3.2)))
    town.object_id = number


def _extra(index: int, rng: np.random.Generator) -> _Extra:
    along = math.pi / 2 if rng.random() < 0.5 else -math.pi / 2
    mounted = index < 2
    return _Extra(
        x=float(rng.uniform(-2.8, 2.8)),
        y=float(rng.uniform(-12, 16)),
        heading=along + float(rng.uniform(-0.35, 0.35)),
        speed=float(rng.uniform(0.7, 1.2)) * (2 if mounted else 1),
        mounted=mounted,
        shirt=str(rng.choice(_SHIRTS)),
    )


def _walk_on(primitives: Primitives, extra: _Extra, time: float) -> None:
    figure = Figure.at(primitives, extra.place(time), extra.heading)
    outfit = Outfit(hex_colour(extra.shirt), hex_colour("33405a"), hat=_HAT)
    phase = 6.5 * time + extra.x
    if extra.mounted:
        horse(figure, hex_colour("6a4020"), phase)
        walker(figure.part((-0.05, 0, 0.75)), outfit, phase, 0.25)
    else:
        walker(figure, outfit, phase)
