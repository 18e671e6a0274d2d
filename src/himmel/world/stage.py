"""The core stage: one subject on one ground at one time of day, before a camera that stands still."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from himmel.core.rng import numpy_rng
from himmel.world.graph import Graph
from himmel.world.kinds import MODELS, draw
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import WHITE
from himmel.world.kinds.things import cactus, pine
from himmel.world.physics import bounce
from himmel.world.render import (
    Camera,
    Ground,
    Pattern,
    Primitives,
    Scene,
    Sky,
    hex_colour,
    look_at,
    sky,
)
from himmel.world.take import Actor, Event, Moment, Take

CLIP_S = 2.0  # the motions fill two seconds; a longer clip stretches those that cross the frame
SUBJECT = 1

_DISTANCE, _EYE, _AIM, _FOV = 6.2, 1.75, 1.3, 44.0
_HALF_FRAME = _DISTANCE * math.tan(math.radians(_FOV / 2))  # metres at the subject
_CEILING = _AIM + 0.92 * _HALF_FRAME  # what rises higher leaves the frame
_LEAP = 0.4  # height of a jump, as a share of the subject's
_FRONT = -math.pi / 2  # the heading that faces the camera

GROUNDS: dict[str, Ground] = {
    "meadow": Ground(hex_colour("5f9a3c"), hex_colour("74b04c"), Pattern.MOTTLED, 0.4, 0.0, 0.0, 1.2),
    "desert": Ground(hex_colour("d8a860"), hex_colour("c89850"), Pattern.MOTTLED, 0.4, 0.0, 0.0, 1.2),
    "snow": Ground(hex_colour("c8d6e6"), hex_colour("b4c2d4"), Pattern.MOTTLED, 0.4, 0.0, 0.0, 1.2),
    "street": Ground(hex_colour("4c4c52"), hex_colour("58585e"), Pattern.MOTTLED, 0.5, 0.0, 0.0, 1.2),
    "tiles": Ground(hex_colour("e0e0e0"), hex_colour("383840"), Pattern.CHECKER, 0.7, 0.0, 0.0, 1.2),
    "water": Ground(hex_colour("1f5f90"), hex_colour("2a7ab0"), Pattern.MOTTLED, 0.5, 0.5, 0.06, 1.2),
}  # fmt: skip
EXPOSURE = {"day": 0.95, "evening": 1.0, "night": 1.1}  # of what the sky itself asks for

# Light on the subject that keeps colours apart: white and yellow in a sunset that is milder than a
# real one, blue and purple, orange and red under a moon that is brighter and less blue.
_SUNS = {"evening": (1.9, 1.3, 0.85), "night": (0.24, 0.23, 0.26)}


class Pose(NamedTuple):
    """Where the subject is and what its limbs do."""

    position: tuple[float, float, float]
    heading: float
    phase: float


Path = Callable[[float], Pose]


@dataclass(frozen=True)
class Cast:
    """What the seed decides about the subject before the clip begins."""

    kind: str
    model: Model
    scale: float
    heading: float  # at rest: a three-quarter view
    aside: float
    vigour: float
    start: float  # share of a jump that is over at time 0
    turn: int  # +1 or -1: sense of a spin
    seconds: float


def direct(graph: Graph, seconds: float) -> Take:
    """Stage a core graph for a clip of `seconds`."""
    rng = numpy_rng(graph.seed, "world", "stage")
    cast = cast_of(graph, rng, seconds)
    camera = usual_camera(rng)
    azimuth = -1.7 + rng.uniform(-0.5, 0.5)  # behind the camera, to its left
    light = softened(sky(graph.time, azimuth=azimuth, clouds=0.25, fog=0.004), graph.time)
    scenery = scenery_of(graph.setting, rng)
    path, contacts = path_of(graph.motion, cast)
    drift = 1.0 if graph.setting == "water" else 0.0  # only waves move, clouds stand still

    def at(time: float) -> Moment:
        primitives = scenery.copy()
        primitives.object_id = SUBJECT
        pose = path(time)
        draw(
            cast.kind, primitives, pose.position, pose.heading, pose.phase, graph.colour,
            scale=cast.scale,
        )  # fmt: skip
        scene = Scene(
            primitives,
            light,
            GROUNDS[graph.setting],
            exposure=EXPOSURE[graph.time],
            time=drift * time,
        )
        return Moment(scene, camera, (pose.position,))

    events = tuple(Event(t, "ground_contact", SUBJECT) for t in contacts)
    return Take((Actor(SUBJECT, graph.kind, graph.colour),), at, events)


def softened(light: Sky, time: str) -> Sky:
    """The same sky without a moon, under the sun that keeps the subject's colours apart."""
    return replace(light, sun=_SUNS.get(time, light.sun), moon_direction=None)


def cast_of(
    graph: Graph, rng: np.random.Generator, seconds: float, model: Model | None = None
) -> Cast:
    """What the seed decides about the subject of a graph, for a clip of `seconds`.

    `model` is how it is drawn where the catalogue has no such kind.
    """
    model = MODELS[graph.kind] if model is None else model
    scale = model.scale * rng.uniform(0.9, 1.08)
    if graph.motion == "jump":
        scale = min(scale, _CEILING / (1 + 0.9 * _LEAP) / model.height)
    turn = 1 if rng.random() < 0.5 else -1
    return Cast(
        kind=graph.kind,
        model=model,
        scale=scale,
        heading=_FRONT + turn * 0.67 + rng.uniform(-0.12, 0.12),
        aside=rng.uniform(-0.15, 0.15),
        vigour=rng.uniform(0.95, 1.15),
        start=rng.uniform(0.0, 0.6),
        turn=turn,
        seconds=max(seconds, CLIP_S),
    )


def usual_camera(rng: np.random.Generator) -> Camera:
    """The camera of the core stage, a little off its place."""
    angle, height = rng.uniform(-0.08, 0.08), _EYE + rng.uniform(-0.15, 0.15)
    eye = np.array([_DISTANCE * math.sin(angle), -_DISTANCE * math.cos(angle), height])
    return look_at(eye, np.array([0.0, 0.0, _AIM]), _FOV)


# ---- motions -----------------------------------------------------------------------------------


def path_of(motion: str, cast: Cast) -> tuple[Path, tuple[float, ...]]:
    """The path of a motion and the times of its ground contacts in seconds."""
    if motion == "jump":
        return _bounce(cast) if cast.kind == "ball" else _jump(cast)
    paths: dict[str, Callable[[Cast], Path]] = {
        "still": _still,
        "left": lambda c: _across(c, -1),
        "right": lambda c: _across(c, 1),
        "spin": _spin,
        "toward": _toward,
    }
    return paths[motion](cast), ()


def _phase(cast: Cast, travelled: float, time: float) -> float:
    return cast.model.pace * travelled / cast.scale + cast.model.beat * time


def _still(cast: Cast) -> Path:
    return lambda time: Pose((cast.aside, 0.0, 0.0), cast.heading, 0.0)


def _across(cast: Cast, way: int) -> Path:
    """From one side to the other, front first, as far as the frame has room for the length."""
    near = _DISTANCE - cast.scale * cast.model.width / 2
    room = near / _DISTANCE * _HALF_FRAME - cast.scale * cast.model.length / 2 - 0.05
    stretch = min(1.3 * cast.vigour, max(0.8, room + 0.15))
    ahead = 0.0 if way > 0 else math.pi

    def pose(time: float) -> Pose:
        travelled = 2 * stretch * time / cast.seconds
        x = way * (travelled - stretch)
        return Pose((x, 0.0, 0.0), ahead + 0.1 * cast.aside, _phase(cast, travelled, time))

    return pose


def _toward(cast: Cast) -> Path:
    """Straight to the camera until the frame is well filled; nothing of it is cut off."""
    tangent, slope = math.tan(math.radians(_FOV / 2)), (_EYE - _AIM) / _DISTANCE
    model, scale = cast.model, cast.scale
    below = (_EYE + 0.15) / (tangent + slope)
    above = (scale * model.height - _EYE + 0.15) / (tangent - slope)
    beside = (scale * model.width / 2 + 0.1) / tangent
    nearest = scale * model.length / 2 + max(below, above, beside)
    run = 2.6 * cast.vigour

    def pose(time: float) -> Pose:
        travelled = run * time / cast.seconds
        y = nearest + run - travelled - _DISTANCE
        heading = _FRONT + 0.3 * cast.turn
        return Pose((0.5 * cast.aside, y, 0.0), heading, _phase(cast, travelled, time))

    return pose


def _spin(cast: Cast) -> Path:
    rate = cast.turn * math.pi * cast.vigour

    def pose(time: float) -> Pose:
        return Pose((cast.aside, 0.0, 0.0), cast.heading + rate * time, cast.model.beat * time)

    return pose


def _leap(cast: Cast) -> float:
    """Height of a jump in metres, at least half a metre, at most what the frame has room for."""
    height = cast.scale * cast.model.height
    return min(max(_LEAP * height, 0.55) * cast.vigour, _CEILING - height)


def _jump(cast: Cast) -> tuple[Path, tuple[float, ...]]:
    """One leap a second along parabolas, landing without a pause."""
    leap = _leap(cast)

    def pose(time: float) -> Pose:
        share = (time + cast.start) % 1.0
        z = 4 * leap * share * (1 - share)
        return Pose((cast.aside, 0.0, z), cast.heading, cast.model.beat * time)

    landings = range(1, math.ceil(cast.seconds + cast.start) + 1)
    return pose, tuple(round(n - cast.start, 4) for n in landings)


def _bounce(cast: Cast) -> tuple[Path, tuple[float, ...]]:
    """A ball does not leap, it bounces: simulated, one arc in about a second."""
    radius = cast.scale * cast.model.height / 2
    flight = bounce(radius, 1.2, cast.start, cast.seconds)

    def pose(time: float) -> Pose:
        return Pose((cast.aside, 0.0, flight.at(time)), cast.heading, 0.0)

    return pose, flight.contacts


# ---- scenery -----------------------------------------------------------------------------------


def scenery_of(setting: str, rng: np.random.Generator) -> Primitives:
    """One or two far hints of the place; a street gets its kerb and its dashed line."""
    primitives = Primitives()
    if setting == "street":
        _street(primitives, rng)
    for _ in range(int(rng.integers(0, 3))):
        side = 1 if rng.random() < 0.5 else -1
        spot = (side * rng.uniform(3.5, 6.5), rng.uniform(11.0, 14.0), 0.0)
        _hint(setting, Figure.at(primitives, spot, rng.uniform(0, 6.3)), rng.uniform(1.6, 2.4))
    return primitives


def _hint(setting: str, figure: Figure, height: float) -> None:
    if setting == "meadow":
        bush = hex_colour("3c7a30")
        figure.ball((0, 0, 0.3 * height), (0.7 * height, 0.5 * height, 0.45 * height), bush)
    elif setting == "desert":
        cactus(figure, height)
    elif setting == "snow":
        pine(figure, height, hex_colour("2f5f4a"), snow=1)


def _street(primitives: Primitives, rng: np.random.Generator) -> None:
    shift = rng.uniform(-1.0, 1.0)
    figure = Figure.at(primitives, (shift, 0.0, 0.0))
    for index in range(-4, 5):
        figure.box((2.4 * index, 2.3, 0.0), (0.7, 0.09, 0.012), WHITE)
    figure.box((0, 5.0, 0.06), (40.0, 0.16, 0.09), hex_colour("a8a8a8"))
    figure.box((0, 7.2, 0.03), (40.0, 2.0, 0.08), hex_colour("84807a"))
    figure.box((0, -2.2, 0.0), (40.0, 0.07, 0.01), WHITE)
