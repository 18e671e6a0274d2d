"""Two people walk side by side through a snowy city; snow falls, windows are lit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from himmel.core.rng import numpy_rng
from himmel.world.graph import Graph
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import PAINTS, shade
from himmel.world.kinds.people import Outfit, walker
from himmel.world.kinds.things import pine
from himmel.world.render import (
    Ground,
    Lamp,
    Particles,
    Pattern,
    Primitives,
    Scene,
    Sky,
    hex_colour,
    look_at,
    sky,
)
from himmel.world.stage import SUBJECT
from himmel.world.take import Actor, Moment, Take

_COMPANION = 2
_PACE = 1.2  # metres a second
_GAIT = 6.6  # radians a second
_LENGTH = 40.0  # metres of street in front of the camera
_SNOW = Ground(hex_colour("dfe6f0"), hex_colour("c8d0dc"), Pattern.PLAIN, 1.0, 0.0, 0.0, 1.5)
_WALLS = ("7a4a40", "4a4e5c", "6a6258", "80604a", "5a4a5c")
_AWNINGS = ("e03030", "30a0e0", "e0a020", "30c060")
_COATS = ("2a5aa8", "7a2a3a", "3a6a4a", "c8a060", "5a5a68")
_SCARVES = ("e8e4dc", "d04040", "e0b040", "40a0c0")


@dataclass(frozen=True)
class _Light:
    """How a time of day looks in the city."""

    exposure: float
    fog: float
    fog_colour: tuple[float, float, float] | None
    windows: float  # emission
    lamps: float  # power
    flake: tuple[float, float, float]


_LIGHTS = {
    "day": _Light(0.95, 0.02, (0.7, 0.74, 0.8), 0.25, 0.0, (1.0, 1.0, 1.05)),
    "evening": _Light(0.85, 0.016, (0.36, 0.22, 0.3), 0.9, 2.2, (0.9, 0.85, 0.95)),
    "night": _Light(0.55, 0.013, (0.025, 0.03, 0.06), 1.1, 3.2, (0.8, 0.85, 0.95)),
}


class _Snowfall:
    """Flakes in a box of `side` metres that wraps round the viewer, so that it never empties."""

    def __init__(self, count: int, side: float, rng: np.random.Generator) -> None:
        self.places = rng.uniform(0, side, (count, 3))
        self.swing = rng.uniform(0, 2 * math.pi, count)
        self.velocity = np.array([rng.uniform(-0.5, 0.5), -0.2, -1.1])
        self.side = side

    def at(self, time: float, eye: NDArray[np.float64]) -> NDArray[np.float64]:
        """Places (N, 3) of the flakes, none so close to the eye that it would be a disc."""
        places = self.places + self.velocity * time
        places[:, 0] += 0.25 * np.sin(1.7 * time + self.swing)
        corner = eye + np.array([0.0, 5.0, 1.0]) - self.side / 2
        places = corner + np.mod(places - corner, self.side)
        distant = np.linalg.norm(places - eye, axis=1) > 1.8
        return np.asarray(places[distant])


def direct(graph: Graph, seconds: float) -> Take:
    """Stage the walk for a clip of `seconds`."""
    rng = numpy_rng(graph.seed, "world", graph.scene)
    light = _LIGHTS[graph.time]
    street, lamps = _street(light, rng)
    heaven, snowfall = _heaven(graph.time, light, rng), _Snowfall(420, 14.0, rng)
    first, second = _outfits(graph.colour, rng)
    left, lag = (-1 if rng.random() < 0.5 else 1), rng.uniform(0.4, 2.6)
    back, height, drift = rng.uniform(3.2, 3.9), rng.uniform(1.5, 2.1), rng.uniform(-0.5, 0.5)

    def at(time: float) -> Moment:
        y = _PACE * time
        places = ((0.4 * left, y, 0.0), (-0.4 * left, y + 0.06, 0.0))
        primitives = street.copy()
        people = ((SUBJECT, first, 1.0, 0.0), (_COMPANION, second, 1.05, lag))
        for place, (number, outfit, scale, shift) in zip(places, people, strict=True):
            primitives.object_id = number
            figure = Figure.at(primitives, place, math.pi / 2, scale)
            walker(figure, outfit, _GAIT * time + shift, 0.5)
        eye = np.array([drift * (1 - 0.4 * time), y - back, height + 0.15 * time])
        camera = look_at(eye, np.array([0.0, y + 1.5, 1.2]), 48.0)
        flakes = Particles(snowfall.at(time, eye), snowfall.velocity, 0.026, light.flake, 0.9, 0.0)
        scene = Scene(
            primitives, heaven, _SNOW, lamps=lamps, particles=flakes, exposure=light.exposure,
            time=time,
        )  # fmt: skip
        return Moment(scene, camera, places)

    actors = (
        Actor(SUBJECT, graph.kind, graph.colour),
        Actor(_COMPANION, graph.kind, "other"),
    )
    return Take(actors, at)


def _heaven(time: str, light: _Light, rng: np.random.Generator) -> Sky:
    name = "overcast" if time == "day" else time
    return sky(
        name, azimuth=rng.uniform(0.6, 2.4), fog=light.fog, fog_colour=light.fog_colour, clouds=0.0,
        glow=0.0028 if light.lamps else 0.0,
    )  # fmt: skip


def _outfits(colour: str, rng: np.random.Generator) -> tuple[Outfit, Outfit]:
    dark, scarf = hex_colour("2c2e38"), str(rng.choice(_SCARVES))
    coat = PAINTS[colour]
    first = Outfit(
        coat, dark, hair=hex_colour("3a2010"), scarf=hex_colour(scarf), hat=None, long_coat=True
    )
    other = hex_colour(str(rng.choice(_COATS)))
    hat = shade(other, 0.6) if rng.random() < 0.6 else None
    return first, Outfit(other, dark, hat=hat, long_coat=bool(rng.random() < 0.4))


def _street(light: _Light, rng: np.random.Generator) -> tuple[Primitives, tuple[Lamp, ...]]:
    """Two rows of snow-capped houses with shops, street lamps and little firs."""
    primitives = Primitives()
    for side in (-1, 1):
        y = -8.0
        while y < _LENGTH:
            width = float(rng.uniform(3.4, 6.0))
            _town_block(primitives, side, y, width, light, rng)
            y += width
    lamps = tuple(
        _lamp(Figure.at(primitives, (side * 3.2, y + 1.5 * (side > 0), 0.0), turn), light)
        for side, turn in ((-1, 0.0), (1, math.pi))
        for y in range(-2, 30, 8)
    )
    for side in (-1, 1):
        for y in range(1, 26, 9):
            pine(Figure.at(primitives, (side * 3.3, y, 0.0)), 2.2, hex_colour("2a4a38"), snow=2)
    return primitives, lamps if light.lamps else ()


def _town_block(
    primitives: Primitives, side: int, y: float, width: float, light: _Light,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    figure = Figure.at(primitives, (side * 6.6, y + width / 2, 0.0))
    height = float(rng.uniform(5, 12))
    wall = hex_colour(str(rng.choice(_WALLS)))
    setback = float(rng.uniform(0, 0.8)) * side
    figure.box(
        (setback, 0, height / 2), (2.4, width / 2 - 0.08, height / 2), wall,
        second_colour=hex_colour("ffc860"), pattern=Pattern.WINDOWS, pattern_scale=0.62,
        emission=light.windows, seed=float(rng.integers(999)),
    )  # fmt: skip
    figure.box((setback, 0, height + 0.15), (2.6, width / 2, 0.18), hex_colour("e4ebf2"))
    awning = hex_colour(str(rng.choice(_AWNINGS)))
    glow = 1.2 * light.windows
    figure.box((-side * 2.35, 0, 2.2), (0.14, width * 0.38, 0.26), awning, emission=glow)


def _lamp(figure: Figure, light: _Light) -> Lamp:
    iron, tone = hex_colour("30343a"), (1.0, 0.62, 0.25)
    figure.limb((0, 0, 0), (0, 0, 3.7), 0.06, iron)
    figure.limb((0, 0, 3.7), (0.9, 0, 3.6), 0.045, iron)
    figure.ball((0.9, 0, 3.58), (0.18, 0.18, 0.12), tone, emission=4.0 if light.lamps else 0.0)
    x, y, z = figure.point((0.9, 0, 3.43))
    red, green, blue = (light.lamps * channel for channel in tone)
    return Lamp((float(x), float(y), float(z)), (red, green, blue), 9.0, shadow=False)
