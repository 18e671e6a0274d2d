"""A car on a road that winds through mountains, followed from behind or flown over."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from himmel.core.rng import numpy_rng
from himmel.world.graph import Graph
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import PAINTS, WHITE
from himmel.world.kinds.things import pine
from himmel.world.kinds.vehicles import car
from himmel.world.render import (
    Camera,
    Ground,
    Pattern,
    Primitives,
    Scene,
    Sky,
    Terrain,
    hex_colour,
    look_at,
    make_terrain,
    rotation_y,
    rotation_z,
    sky,
)
from himmel.world.scenes.landscape import Map, enlarge, grid, noise
from himmel.world.stage import SUBJECT, softened
from himmel.world.take import Actor, Moment, Take

_HALF = 60.0  # metres
_CELLS, _TEXELS = 144, 600
_WHEEL = 2.6  # radians a metre
_EXPOSURE = {"day": 0.95, "evening": 1.4}
_GROUND = Ground(WHITE, WHITE, Pattern.PLAIN, 1.0, 0.0, 0.0, 1.3)


@dataclass(frozen=True)
class _Road:
    """The middle of the road: y as a function of x, two waves laid over each other."""

    width: float
    swing: float
    bend: float
    shift: float

    def y(self, x: float | Map) -> Map:
        wave = self.swing * np.sin(self.bend * np.asarray(x) + self.shift)
        return wave + 2.0 * np.sin(0.23 * np.asarray(x))

    def slope(self, x: float | Map) -> Map:
        wave = self.swing * self.bend * np.cos(self.bend * np.asarray(x) + self.shift)
        return wave + 0.46 * np.cos(0.23 * np.asarray(x))

    def distance(self, x: Map, y: Map) -> Map:
        """Metres from the middle of the road, to first order."""
        return np.abs(y - self.y(x)) / np.sqrt(1 + self.slope(x) ** 2)


def direct(graph: Graph, seconds: float) -> Take:
    """Stage the mountain road for a clip of `seconds`."""
    rng = numpy_rng(graph.seed, "world", graph.scene)
    azimuth = rng.uniform(1.9, 2.7)
    light = softened(sky(graph.time, azimuth=azimuth, fog=0.005, clouds=0.4, far=160.0), graph.time)
    road = _Road(2.1, rng.uniform(4.5, 7.5), rng.uniform(0.09, 0.12), rng.uniform(0, 6.3))
    terrain = _terrain(road, light, rng)
    trees = _trees(road, terrain, rng)
    speed, start = rng.uniform(7.0, 10.0), rng.uniform(-30.0, -14.0)
    way = 1 if graph.camera == "follow" or rng.random() < 0.5 else -1
    height, side = rng.uniform(2.3, 3.1), rng.uniform(-1.0, 1.0)

    def at(time: float) -> Moment:
        travelled = speed * time
        x = way * (start + travelled * 0.86)  # 0.86: the road is longer than its x
        primitives = trees.copy()
        primitives.object_id = SUBJECT
        place = _drive(primitives, road, terrain, x, way, graph.colour, travelled)
        if graph.camera == "follow":
            camera = _follow(road, terrain, place, height)
        else:
            camera = _flyover(place, way, side, time)
        scene = Scene(
            primitives, light, _GROUND, terrain=terrain, exposure=_EXPOSURE[graph.time], time=time
        )
        return Moment(scene, camera, (place,))

    return Take((Actor(SUBJECT, graph.kind, graph.colour),), at)


def _drive(
    primitives: Primitives, road: _Road, terrain: Terrain, x: float, way: int, colour: str,
    travelled: float,
) -> tuple[float, float, float]:  # fmt: skip
    """Put the car on its lane, turned and tilted with the road; returns where it is."""
    heading = math.atan2(float(road.slope(x)), 1.0)
    lane = -0.55 * way
    y = float(road.y(x)) + lane * math.cos(heading)
    x -= lane * math.sin(heading)
    ahead, behind = (terrain.height_at(x + d, float(road.y(x + d))) for d in (1.0, -1.0))
    climb = math.atan2(float(ahead - behind), 2.0)
    place = (x, y, float(terrain.height_at(x, y)))
    turn = rotation_z(heading) @ rotation_y(-climb)
    if way < 0:
        turn = turn @ rotation_z(math.pi)
    car(Figure(primitives, np.array(place), turn), PAINTS[colour], _WHEEL * travelled)
    return place


def _follow(
    road: _Road, terrain: Terrain, place: tuple[float, float, float], height: float
) -> Camera:
    x = place[0] - 7.0
    y = 0.7 * float(road.y(x)) + 0.3 * place[1]
    z = max(place[2] + height, float(terrain.height_at(x, y)) + 1.2)
    target = np.array([place[0] + 2.0, place[1], place[2] + 1.35])
    return look_at(np.array([x, y, z]), target, 50.0)


def _flyover(place: tuple[float, float, float], way: int, side: float, time: float) -> Camera:
    x, y, z = place
    eye = np.array([x - 8.5 + 1.2 * way * time * 0.5, y + 3.0 * side, z + 8.5 - 0.5 * time])
    return look_at(eye, np.array([x + 2.5, y, z + 0.3]), 46.0)


def _terrain(road: _Road, light: Sky, rng: np.random.Generator) -> Terrain:
    """Mountains on both sides of a level strip; albedo painted with grass, rock, snow and road."""
    x, y = grid(_CELLS, _HALF)
    away = road.distance(x, y)
    hills = noise(_CELLS, 5, rng)
    flank = np.clip((away - 2.8) / 22, 0, 1) ** 1.2
    level = 3 + 1.8 * np.sin(0.05 * x + 1)
    lean = np.where(y > road.y(x), 1.1, 0.8)
    heights = level + flank * (23 + 9 * hills) * lean + np.clip(away - 2.8, 0, 3) * 0.12 * hills
    paint = enlarge(_vegetation(heights, hills), _TEXELS)
    _pave(paint, road)
    return make_terrain(heights, _HALF, paint, light)


def _vegetation(heights: Map, hills: Map) -> Map:
    rise_y, rise_x = np.gradient(heights, 2 * _HALF / (_CELLS - 1))
    steep = np.hypot(rise_x, rise_y)
    paint = np.empty((*heights.shape, 3))
    paint[:] = hex_colour("5c7f35")
    paint[hills > 0.4] = hex_colour("6d8a3c")
    paint[steep > 0.75] = hex_colour("857868")
    paint[steep > 1.15] = hex_colour("6b6157")
    paint[heights > 20 + 3 * hills] = hex_colour("eef2f6")
    return paint


def _pave(paint: Map, road: _Road) -> None:
    x, y = grid(len(paint), _HALF)
    away = road.distance(x, y)
    edge = road.width
    paint[away < edge + 0.4] = hex_colour("9a8f80")
    paint[away < edge] = hex_colour("4a4a4e")
    paint[(away < 0.14) & (np.mod(x, 3.0) < 1.6)] = hex_colour("f4f0e0")
    paint[(away > edge - 0.36) & (away < edge - 0.16)] = hex_colour("e8e8e8")


def _trees(road: _Road, terrain: Terrain, rng: np.random.Generator) -> Primitives:
    primitives = Primitives()
    for _ in range(60):
        x, y = rng.uniform(-45, 45), rng.uniform(-32, 32)
        away = abs(y - float(road.y(x)))
        if 5 < away < 26:
            spot = (x, y, float(terrain.height_at(x, y)) - 0.1)
            pine(Figure.at(primitives, spot), rng.uniform(2.4, 4.6), hex_colour("1f5a2c"))
    return primitives
