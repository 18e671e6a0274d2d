"""The test bench: a wall of 1 m cells between two metre posts, seen from far away and straight ahead.

All that matters happens in the plane y = 0, of which the camera shows a square of `view` metres without
distortion: a metre there is size / view pixels anywhere. The view follows from the graph's values, never
from its seed, so two clips of one experiment can be laid over each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

import numpy as np

from himmel.core.rng import numpy_rng
from himmel.world.experiments.dynamics import EARTH
from himmel.world.graph import Graph, family_of
from himmel.world.kinds import MODELS, paint_of
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import PAINTS, lightness
from himmel.world.render import (
    Camera,
    Pattern,
    Primitives,
    hex_colour,
    look_at,
    rotation_y,
    rotation_z,
)
from himmel.world.scenes.backdrop import Backdrop, backdrop
from himmel.world.stage import CLIP_S
from himmel.world.take import Actor, Event, Moment, Take
from himmel.world.vocabulary import entry

FLOOR = 0.14  # share of the view that lies below the ground line
CEILING = 0.78  # share of the view, above the ground line, up to which the wall reaches
BALL = 0.072  # radius of a ball as a share of the view: 9 pixels wide in 64
HELD_S = 0.25  # how long things are seen at rest before they are let go
VIEW = 8.0  # metres, where the motion fits into that

_USUAL = 6.2  # metres from camera to subject elsewhere
_SUN = 1.15  # elevation of the light, radians
_AWAY = 3.5  # distance of the camera as a share of the view: shadows of perspective stay small
_BEHIND = 0.4  # distance of the wall behind the plane, as a share of the view
_WALL_HALF, _POST = 0.43, 0.468
_PALE = (hex_colour("d6d2c6"), hex_colour("c3beb0"))
_DARK = (hex_colour("4a5460"), hex_colour("3c4550"))
_BANDS = (hex_colour("f0f0ec"), hex_colour("30343a"))


class Placed(NamedTuple):
    """Where the centre of a thing is, how it leans (radians, x towards down) and how far it rolled."""

    x: float
    z: float
    y: float = 0.0
    lean: float = 0.0
    roll: float = 0.0


Path = Callable[[float], Placed]
Dress = Callable[[Primitives, float], None]  # adds what is no actor, at a time


@dataclass(frozen=True)
class Thing:
    """A kind as an experiment uses it: scaled, its half length along x and half height in metres."""

    kind: str
    colour: str
    scale: float
    heading: float = 0.0

    @property
    def half_length(self) -> float:
        """Metres from its middle to its front."""
        return MODELS[self.kind].length * self.scale / 2

    @property
    def half_height(self) -> float:
        """Metres from its foot to its middle."""
        return MODELS[self.kind].height * self.scale / 2

    def put(self, primitives: Primitives, place: Placed) -> None:
        """Add it with its centre at `place`."""
        turn = rotation_y(place.lean)
        centre = np.array([place.x, place.y, place.z])
        foot = centre - turn @ np.array([0.0, 0.0, self.half_height])
        figure = Figure(primitives, foot, turn @ rotation_z(self.heading), self.scale)
        MODELS[self.kind].draw(figure, paint_of(self.kind, self.colour), place.roll)


class Part(Protocol):
    """What can be an actor on a bench."""

    @property
    def kind(self) -> str:
        """Its kind, as truth tells it."""

    @property
    def colour(self) -> str:
        """Its colour, as truth tells it."""

    def put(self, primitives: Primitives, place: Placed) -> None:
        """Add it with its centre at `place`."""


@dataclass(frozen=True, eq=False)
class Bench:
    """One experiment's place; `rng` is the stream of its seed, `seconds` what the clip lasts."""

    graph: Graph
    place: Backdrop
    view: float
    seconds: float
    rng: np.random.Generator
    camera: Camera
    bare: bool = False  # without wall and posts
    furniture: Primitives = field(init=False)

    def __post_init__(self) -> None:
        furniture = self.place.begin()
        if not self.bare:
            _build_wall(furniture, self.view, self.graph.colour)
            _build_posts(furniture, self.view)
        object.__setattr__(self, "furniture", furniture)

    def thing(self, kind: str, colour: str, size: float = 2 * BALL, heading: float = 0.0) -> Thing:
        """A kind of which height and length are at most `size` and 1.4 `size` shares of the view."""
        model = MODELS[kind]
        scale = size * self.view / max(model.height, model.length / 1.4)
        return Thing(kind, colour, scale, heading)

    def take(
        self,
        parts: Sequence[tuple[Part, Path]],
        events: Sequence[Event] = (),
        dress: Dress | None = None,
    ) -> Take:
        """The parts are the actors 1, 2, ...; `dress` adds the rest of a moment."""
        actors = tuple(Actor(i + 1, t.kind, t.colour) for i, (t, _) in enumerate(parts))

        def at(time: float) -> Moment:
            primitives = self.furniture.copy()
            if dress is not None:
                dress(primitives, time)
            places = [path(time) for _, path in parts]
            for index, ((thing, _), placed) in enumerate(zip(parts, places, strict=True)):
                primitives.object_id = index + 1
                thing.put(primitives, placed)
            scene = self.place.scene(primitives, time, self.camera)
            return Moment(scene, self.camera, tuple((p.x, p.y, p.z) for p in places))

        return Take(actors, at, tuple(sorted(events, key=lambda event: event.seconds)))


def bench(graph: Graph, seconds: float, view: float = VIEW, bare: bool = False) -> Bench:
    """The bench of a graph with a square of `view` metres in the picture."""
    rng = numpy_rng(graph.seed, "world", graph.scene)
    place = _lit_from_above(backdrop(graph, rng), view)
    return Bench(graph, place, view, max(seconds, CLIP_S), rng, side_camera(view), bare)


def _lit_from_above(place: Backdrop, view: float) -> Backdrop:
    """Steep light, so that shadows lie on the ground; air as thin as the camera is far away."""
    x, y, _ = place.sky.sun_direction
    flat = math.hypot(x, y)
    share = math.cos(_SUN) / flat if flat else 0.0
    high = (x * share, y * share, math.sin(_SUN) if flat else 1.0)
    fog = place.sky.fog * min(1.0, _USUAL / (_AWAY * view))
    return replace(place, sky=replace(place.sky, sun_direction=high, fog=fog))


def side_camera(view: float) -> Camera:
    """Straight at the plane y = 0, its lower edge FLOOR * view below the ground line."""
    middle = (0.5 - FLOOR) * view
    eye, aim = np.array([0.0, -_AWAY * view, middle]), np.array([0.0, 0.0, middle])
    return look_at(eye, aim, float(2 * np.degrees(np.arctan(0.5 / _AWAY))))


def fitting(needed: float) -> float:
    """The smallest view out of 8, 16, 32, ... m in which `needed` metres have room."""
    view = VIEW
    while view < needed:
        view *= 2
    return view


def value_of(graph: Graph, name: str) -> float:
    """A quantity of the graph; where nobody asked the earth's gravity, else one drawn from the seed."""
    if name in graph.values:
        return float(graph.values[name])
    if name == "gravity":
        return EARTH
    quantity = entry(family_of(graph.scene).quantities, name, "value")
    rng = numpy_rng(graph.seed, "world", "value", name)
    return round(float(rng.uniform(quantity.low, quantity.high)), 2)


def is_light(colour: str) -> bool:
    """Whether a colour shows on a dark ground only: white and yellow."""
    return lightness(PAINTS[colour]) > 0.35


def contrasting(colour: str) -> str:
    """White beside a dark colour, black beside a light one: what a second thing wears."""
    return "black" if is_light(colour) else "white"


def wall_tones(colour: str) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Two tones of one grey on which a colour shows: pale, and dark for white and yellow."""
    return _DARK if is_light(colour) else _PALE


def _build_wall(primitives: Primitives, view: float, colour: str) -> None:
    """Its cells are larger than a metre by as much as the distance makes them smaller.

    It stands well behind, so that shadows fall on the ground rather than on it.
    """
    first, second = wall_tones(colour)
    enlarged = 1 + _BEHIND / _AWAY
    half = (_WALL_HALF * view * enlarged, 0.01 * view, (CEILING + 0.03) * view)
    figure = Figure.at(primitives, (0.0, _BEHIND * view, 0.0))
    figure.box(
        (0.0, 0.0, 0.0), half, first,
        second_colour=second, pattern=Pattern.CHECKER, pattern_scale=1 / enlarged,
    )  # fmt: skip


def _build_posts(primitives: Primitives, view: float) -> None:
    """A metre a band, at both edges of the picture, in the plane of the motion."""
    for side in (-1, 1):
        for metre in range(int(CEILING * view)):
            figure = Figure.at(primitives, (side * _POST * view, 0.0, metre + 0.5))
            half = (0.017 * view, 0.017 * view, 0.5)
            figure.box((0.0, 0.0, 0.0), half, _BANDS[metre % 2])


def event(seconds: float, name: str, number: int = 1) -> Event:
    """Something that happens to actor `number`."""
    return Event(float(seconds), name, number)
