"""A short fluffy monster that kneels beside a melting candle in a dark room."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from himmel.core.rng import numpy_rng
from himmel.world.graph import Graph
from himmel.world.kinds.figure import Figure, Look
from himmel.world.kinds.paints import PAINTS, WHITE, lightness
from himmel.world.render import (
    Colour,
    Ground,
    Lamp,
    Pattern,
    Primitives,
    Scene,
    Shape,
    Sky,
    hex_colour,
    look_at,
    rotation_x,
    rotation_z,
    sky,
)
from himmel.world.stage import SUBJECT
from himmel.world.take import Actor, Moment, Take

_WALLS = (("7a4a3a", "5d382c"), ("56607a", "40485e"), ("5e6a48", "485238"), ("6a5068", "523e50"))
_FLOOR = Ground(hex_colour("6a4a34"), hex_colour("543a28"), Pattern.PLANKS, 1.4, 0.0, 0.0, 1.4)
_FUR: Look = {"pattern": Pattern.FUR, "pattern_scale": 22.0, "length_ratio": 22.0}
_HORN, _PUPIL = hex_colour("f0e0b0"), hex_colour("281408")
_CANDLE = 2


@dataclass(frozen=True)
class _Mood:
    """What the seed decides: which side the candle stands on, tempo, when the eyes close."""

    side: int
    tempo: float
    blink: float
    sway: float
    zoom: float


def direct(graph: Graph, seconds: float) -> Take:
    """Stage the monster and its candle for a clip of `seconds`."""
    rng = numpy_rng(graph.seed, "world", graph.scene)
    mood = _Mood(
        side=1 if rng.random() < 0.5 else -1,
        tempo=rng.uniform(0.8, 1.25),
        blink=rng.uniform(0.4, 1.6),
        sway=rng.uniform(0.6, 1.3),
        zoom=rng.uniform(-0.06, 0.22),
    )
    room, light = _room(_WALLS[int(rng.integers(len(_WALLS)))]), _darkness(graph.time)
    eye = np.array([rng.uniform(-0.35, 0.35), -4.3, rng.uniform(1.2, 1.6)])

    def at(time: float) -> Moment:
        primitives = room.copy()
        primitives.object_id = SUBJECT
        place = (-0.42 * mood.side, 0.2, 0.0)
        _monster(Figure.at(primitives, place, -math.pi / 2), PAINTS[graph.colour], mood, time)
        primitives.object_id = _CANDLE
        stand = (0.98 * mood.side, -0.3, 0.0)
        flame = _candle(Figure.at(primitives, stand), time)
        nearer = eye + np.array([0.0, mood.zoom * time, 0.0])
        camera = look_at(nearer, np.array([0.02, 0.2, 1.08]), 44.0)
        scene = Scene(primitives, light, _FLOOR, lamps=(flame,), exposure=1.7, time=time)
        return Moment(scene, camera, (place, stand))

    actors = (Actor(SUBJECT, graph.kind, graph.colour), Actor(_CANDLE, "candle", "white"))
    return Take(actors, at)


def _darkness(time: str) -> Sky:
    """No sun and hardly any sky: the candle is the light."""
    faint = (0.022, 0.021, 0.026)
    night = sky(time, fog=0.0, clouds=0.0, glow=0.004)
    return replace(night, sun=(0.0, 0.0, 0.0), zenith=faint, horizon=faint, moon_direction=None)


def _room(wall: tuple[str, str]) -> Primitives:
    primitives = Primitives()
    primitives.add(
        Shape.BOX, (0, 3.0, 2), (6, 0.1, 3), hex_colour(wall[0]),
        second_colour=hex_colour(wall[1]), pattern=Pattern.PLANKS, pattern_scale=2.0,
    )  # fmt: skip
    return primitives


def _monster(figure: Figure, coat: Colour, mood: _Mood, time: float) -> None:
    """Body, kneeling legs, arms and head; the front (x) looks at the camera."""
    beat = mood.tempo * time
    breath = 0.02 * math.sin(3 * beat)
    figure.add(Shape.FUR, (0, 0, 0.76), (0.62, 0.74, 0.78 + breath), coat, **_FUR)
    for side in (-1, 1):
        figure.add(Shape.FUR, (0.4, side * 0.4, 0.2), (0.46, 0.27, 0.22), coat, **_FUR)
        lift = 0.06 * math.sin(2 * beat + side)
        lean = rotation_x(side * 0.45)
        figure.add(
            Shape.FUR, (0.12, side * 0.68, 0.78 + lift), (0.23, 0.2, 0.44), coat, lean, **_FUR
        )
    nod, sway = 0.03 * math.sin(3 * beat), 0.06 * mood.sway * math.sin(2.2 * beat)
    glance = mood.side * (0.25 + 0.3 * math.sin(1.1 * beat))
    head = figure.part((0.1, sway, 1.68 + nod), rotation_z(glance))
    head.add(Shape.FUR, (0, 0, 0), (0.58, 0.64, 0.56), coat, **_FUR)
    for side in (-1, 1):
        head.add(
            Shape.CONE, (0, side * 0.36, 0.58), (0.11, 0.11, 0.2), _HORN, rotation_x(-side * 0.35)
        )
    _face(head, coat, mood, time)


def _face(head: Figure, coat: Colour, mood: _Mood, time: float) -> None:
    beat = mood.tempo * time
    open_ = 0.12 if mood.blink <= time < mood.blink + 0.2 else 1.0
    for side in (-1, 1):
        y = side * 0.23
        head.ball((0.5, y, 0.13), (0.13, 0.2, 0.21 * open_), WHITE)
        head.ball((0.595, y, 0.11), (0.06, 0.1, 0.11 * open_), _PUPIL)
        head.ball((0.65, y + 0.03, 0.15), (0.02, 0.03, 0.03 * open_), WHITE, emission=0.8)
    mouth = 0.06 + 0.05 * abs(math.sin(3 * beat))
    lips = hex_colour("401018") if lightness(coat) > 0.02 else hex_colour("a04050")
    head.ball((0.5, 0, -0.26), (0.1, 0.2, mouth), lips)
    head.ball((0.58, 0, -0.07), (0.07, 0.08, 0.06), hex_colour("d0506a"))


def _candle(figure: Figure, time: float) -> Lamp:
    """A candle that runs down its side on a brass dish; returns the light of its flame."""
    flicker = 0.9 + 0.12 * math.sin(11 * time) + 0.08 * math.sin(23 * time + 1)
    wax, fire = hex_colour("f4ead0"), hex_colour("ffb030")
    figure.post((0, 0, 0), 0.32, 0.06, hex_colour("b08030"))
    figure.post((0, 0, 0), 0.16, 0.62, wax)
    figure.ball((0, 0, 0.62), (0.15, 0.15, 0.04), hex_colour("fff0c0"), emission=0.5)
    for angle, drop in ((-1.2, 0.22), (-2.2, 0.36), (0.4, 0.3)):
        x, y = 0.16 * math.cos(angle), 0.16 * math.sin(angle)
        figure.limb((x, y, 0.6), (x, y, 0.6 - drop - 0.03 * time), 0.04, wax)
    lean = 0.02 * math.sin(9 * time)
    figure.limb((0, 0, 0.62), (0, 0, 0.7), 0.012, _PUPIL)
    figure.ball((lean, 0, 0.79), (0.065, 0.065, 0.14 * flicker), fire, emission=5.0)
    figure.spire((lean, 0, 0.83), 0.045, 0.24 * flicker, fire, emission=4.0)
    power = 1.9 * flicker
    where = figure.point((lean, -0.2, 0.98))
    return Lamp(
        tuple(float(v) for v in where), (power, power * 0.56, power * 0.22), 8.0, shadow=True
    )
