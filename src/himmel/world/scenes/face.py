"""A face close by: head and shoulders of someone whose feelings show."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from himmel.core.rng import numpy_rng
from himmel.world.graph import Graph, pick
from himmel.world.kinds import paint_of
from himmel.world.kinds.faces import MOODS, NEUTRAL, Looks, Mood, beard, face, flushed, hair
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.headgear import HEADGEAR, shoulders
from himmel.world.kinds.paints import WHITE
from himmel.world.render import Camera, Colour, hex_colour, look_at, rotation_y, rotation_z
from himmel.world.scenes.backdrop import backdrop
from himmel.world.stage import SUBJECT
from himmel.world.take import Actor, Moment, Take

_SKINS = ("eab892", "dca67e", "c68a5e", "a26e48", "7c5032", "5a3822")
_HAIRS = ("1c1614", "3a2416", "6a4022", "a86a2c", "e0b858", "a83c14", "8c8c90")
_IRISES = ("3a6ab0", "4a7a3a", "5a3418", "2a1c14")
_STYLES = ("short", "short", "long", "curly", "bun")
_OLD = frozenset({"grandfather", "king", "wizard", "santa"})  # white hair and a beard
_RADIUS, _HEAD = 0.24, 1.71  # of the head in metres, and the height of its centre
_AIM, _FOV = 1.65, 44.0
_GROWS_S = 0.9  # how long a feeling takes to show in full
_BLINK_S = 0.16


@dataclass(frozen=True)
class _Manner:
    """What the seed decides about how someone holds still before a camera."""

    first: float  # share of the expression that shows at time 0
    blink: float  # time of the first blink
    pause: float  # between blinks, in seconds
    turn: float  # how far the head turns, radians
    tempo: float
    heading: float

    def strength(self, time: float) -> float:
        """How much of the expression shows."""
        return min(1.0, self.first + (1 - self.first) * time / _GROWS_S)

    def closed(self, time: float) -> bool:
        """Whether the eyes are shut in a blink."""
        return time > self.blink and (time - self.blink) % self.pause < _BLINK_S


def direct(graph: Graph, seconds: float) -> Take:
    """Stage a graph of the family "face" for a clip of `seconds`."""
    rng = numpy_rng(graph.seed, "world", graph.scene)
    place = backdrop(graph, rng)
    looks, manner, camera = _looks(graph.kind, rng), _manner(rng), _camera(rng)
    expression = graph.traits[0] if graph.traits else ""
    goal, paint = MOODS.get(expression, NEUTRAL), paint_of(graph.kind, graph.colour)

    def at(time: float) -> Moment:
        share = manner.strength(time)
        mood = NEUTRAL.toward(goal, share)
        if manner.closed(time):
            mood = replace(mood, eye=0.12)
        primitives = place.begin()
        primitives.object_id = SUBJECT
        shown = replace(looks, skin=flushed(looks.skin, expression, share))
        figure = Figure.at(primitives, (0.0, 0.0, 0.0), manner.heading)
        _bust(figure, graph.kind, paint, shown, mood, _nod(manner, goal, time), time)
        return Moment(place.scene(primitives, time, camera), camera, ((0.0, 0.0, 0.0),))

    return Take((Actor(SUBJECT, graph.kind, graph.colour),), at)


def _looks(kind: str, rng: np.random.Generator) -> Looks:
    looks = Looks(
        skin=hex_colour(pick(rng, _SKINS)),
        hair=hex_colour(pick(rng, _HAIRS)),
        style=pick(rng, _STYLES),
        iris=hex_colour(pick(rng, _IRISES)),
    )
    if kind in _OLD:
        style = "bald" if kind == "grandfather" else "short"
        return replace(looks, hair=hex_colour("eceae4"), style=style)
    if kind == "queen":
        return replace(looks, style="long")
    if kind == "clown":
        return replace(looks, skin=WHITE, style="bald", hair=hex_colour("f06a10"))
    return looks


def _manner(rng: np.random.Generator) -> _Manner:
    return _Manner(
        first=rng.uniform(0.55, 1.0),
        blink=rng.uniform(0.3, 1.6),
        pause=rng.uniform(1.8, 3.0),
        turn=rng.uniform(-0.28, 0.28),
        tempo=rng.uniform(1.2, 2.2),
        heading=-math.pi / 2 + rng.uniform(-0.2, 0.2),
    )


def _camera(rng: np.random.Generator) -> Camera:
    """Near enough that the head fills the frame, high enough that the ground shows beside it."""
    side, distance = rng.uniform(-0.12, 0.12), rng.uniform(0.97, 1.06)
    eye = np.array([side, -distance, 1.86 + rng.uniform(-0.05, 0.05)])
    return look_at(eye, np.array([0.0, 0.0, _AIM]), _FOV)


def _nod(manner: _Manner, goal: Mood, time: float) -> tuple[float, float]:
    """Yaw and pitch of the head in radians: the sad look down, the scared tremble."""
    yaw = manner.turn * math.sin(manner.tempo * time)
    tremble = 0.02 * goal.sweat * math.sin(40 * time)
    return yaw + tremble, -0.16 + 0.1 * goal.tears + 0.03 * math.sin(1.7 * manner.tempo * time)


def _bust(
    figure: Figure, kind: str, paint: Colour, looks: Looks, mood: Mood, nod: tuple[float, float],
    time: float,
) -> None:  # fmt: skip
    shoulders(figure, kind, paint, looks.skin)
    turned = figure.part((0.02, 0, _HEAD), rotation_z(nod[0]) @ rotation_y(nod[1]))
    head = replace(turned, scale=_RADIUS * figure.scale)
    wear, length, covered = HEADGEAR[kind]
    face(head, looks, mood, time)
    hair(head, looks, covered)
    if length:
        beard(head, looks.hair, length)
    if wear is not None:
        wear(head, paint)
