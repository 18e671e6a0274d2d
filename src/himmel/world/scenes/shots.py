"""Camera moves round one subject, among landmarks by which the move can be told.

Every move is a function of time to an exact pose, at rest at both ends. Amounts are large enough to be
read from two seconds at 64 pixels. The subject stands round the origin, the camera on the side of -y.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from himmel.core.rng import numpy_rng
from himmel.world.graph import Graph
from himmel.world.kinds import draw
from himmel.world.render import Camera, look_at, rotation_z
from himmel.world.scenes.backdrop import backdrop
from himmel.world.scenes.yard import yard
from himmel.world.stage import CLIP_S, SUBJECT, Cast, Path, Pose, cast_of
from himmel.world.take import Actor, Event, Moment, Take

Array = NDArray[np.float64]
Shot = Callable[[float], Camera]

_FOV = 44.0
_DISTANCE, _EYE, _AIM = 6.2, 1.75, 1.3  # metres: the core's view of the subject
_PAN, _TILT, _ORBIT = math.radians(28), math.radians(19), math.radians(66)
_TRUCK = 2.8  # metres
_DOLLY = (8.9, 4.8)  # metres to the subject, out and in
_VERTIGO = (10.4, 4.3)  # the same, while the lens makes up for it
_CRANE = (0.6, 4.6)  # metres above the ground
_ZOOM = (56.0, 31.0)  # degrees, wide and narrow
_FLIGHT = (9.6, 3.6, 5.0, math.radians(-36), 50.0)  # from metres to metres, height, elevation, fov
_WALK, _RUN = 0.7, 2.7  # metres to each side that a subject travels: before a camera, beside one
_SHAKE = np.array(
    [0.07, 0.05, 0.07, 0.045, 0.04, 0.04]
)  # metres along x, y, z; radians: pan, tilt, roll
_VIEWS = ((0.62, 0.75), (1.25, 1.4))  # a cut goes nearer or farther: shares of the distance


@dataclass(frozen=True, eq=False)
class Rig:
    """What a move starts from: the subject's path, and what the seed decides about the camera.

    `vigour` multiplies amounts, `way` is +1 or -1 for moves with two senses of one name, `waves`
    (6, 3, 2) are the phases and frequencies of a hand.
    """

    path: Path
    azimuth: float
    height: float
    vigour: float
    way: int
    waves: Array
    seconds: float

    @property
    def aim(self) -> Array:
        """The point (3,) at which the camera looks: the middle of the subject's way."""
        return np.array([0.0, 0.0, _AIM])

    @property
    def eye(self) -> Array:
        """Where the camera of the core stage stands (3,)."""
        return self.eye_at(_DISTANCE, self.height)

    def eye_at(self, distance: float, height: float, turn: float = 0.0) -> Array:
        """A place (3,) so far from the z axis, `turn` radians on to the left of the usual view."""
        return _round_about(self.azimuth + turn, distance, height)

    def share(self, time: float) -> float:
        """How much of the move is done, from 0 to 1, at rest at both ends."""
        done = min(max(time / self.seconds, 0.0), 1.0)
        return done * done * (3 - 2 * done)

    def subject(self, time: float) -> Array:
        """The subject's place on the ground (3,)."""
        return np.asarray(self.path(time).position, float)


def direct(graph: Graph, seconds: float) -> Take:
    """Stage a graph of the family "camera" for a clip of `seconds`."""
    rng = numpy_rng(graph.seed, "world", graph.scene)
    cast = cast_of(graph, rng, seconds)
    rig = _rig(cast, _path(cast, graph), rng)
    place = backdrop(graph, rng)
    ground = place.begin()
    yard(ground, rng, graph.setting)
    shot = MOVES[graph.camera](rig)
    events: tuple[Event, ...] = ()
    if graph.camera == "cut":
        shot, moment = _cut(rig, rng)
        events = (Event(moment, "cut", 0),)

    def at(time: float) -> Moment:
        primitives = ground.copy()
        primitives.object_id = SUBJECT
        pose, camera = rig.path(time), shot(time)
        draw(
            cast.kind, primitives, pose.position, pose.heading, pose.phase, graph.colour,
            scale=cast.scale,
        )  # fmt: skip
        return Moment(place.scene(primitives, time, camera), camera, (pose.position,))

    return Take((Actor(SUBJECT, graph.kind, graph.colour),), at, events)


def _rig(cast: Cast, path: Path, rng: np.random.Generator) -> Rig:
    phases, rates = rng.uniform(0, 2 * math.pi, (6, 3)), rng.uniform(0.8, 1.2, (6, 3))
    return Rig(
        path=path,
        azimuth=rng.uniform(-0.08, 0.08),
        height=_EYE + rng.uniform(-0.15, 0.15),
        vigour=rng.uniform(0.9, 1.12),
        way=1 if rng.random() < 0.5 else -1,
        waves=np.stack([phases, rates * (0.45, 0.95, 1.7)], axis=-1),
        seconds=max(cast.seconds, CLIP_S),
    )


def _path(cast: Cast, graph: Graph) -> Path:
    """A subject stands, or travels at an even speed, front first; farther beside a moving camera."""
    if graph.motion == "still":
        return lambda time: Pose((cast.aside, 0.0, 0.0), cast.heading, 0.0)
    half = (_RUN if graph.camera == "follow-shot" else _WALK) * cast.vigour
    way = 1 if graph.motion == "right" else -1
    heading = 0.0 if way > 0 else math.pi

    def pose(time: float) -> Pose:
        travelled = 2 * half * time / cast.seconds
        phase = cast.model.pace * travelled / cast.scale + cast.model.beat * time
        return Pose((way * (travelled - half), 0.0, 0.0), heading, phase)

    return pose


# ---- moves -------------------------------------------------------------------------------------


def _round_about(azimuth: float, distance: float, height: float) -> Array:
    return np.array([-distance * math.sin(azimuth), -distance * math.cos(azimuth), height])


def _mix(first: float, last: float, share: float) -> float:
    return first + (last - first) * share


def _tilted(direction: Array, angle: float) -> Array:
    """A direction raised by an angle in radians; its azimuth stays."""
    flat = math.hypot(direction[0], direction[1])
    elevation = math.atan2(direction[2], flat) + angle
    level = math.cos(elevation) / flat
    return np.array([direction[0] * level, direction[1] * level, math.sin(elevation)])


def _fixed(rig: Rig) -> Shot:
    camera = look_at(rig.eye, rig.aim, _FOV)
    return lambda time: camera


def _pan(rig: Rig, way: int) -> Shot:
    """Turned about the vertical where it stands; +1 is to the left."""

    def shot(time: float) -> Camera:
        turn = way * _PAN * rig.vigour * (rig.share(time) - 0.5)
        return look_at(rig.eye, rig.eye + rotation_z(turn) @ (rig.aim - rig.eye), _FOV)

    return shot


def _tilt(rig: Rig, way: int) -> Shot:
    """Turned up (+1) or down where it stands."""

    def shot(time: float) -> Camera:
        turn = way * _TILT * rig.vigour * (rig.share(time) - 0.5)
        return look_at(rig.eye, rig.eye + _tilted(rig.aim - rig.eye, turn), _FOV)

    return shot


def _dolly(rig: Rig, first: float, last: float) -> Shot:
    """Carried along its own direction, from one distance to the subject to another."""
    away = (rig.eye - rig.aim) / np.linalg.norm(rig.eye - rig.aim)

    def shot(time: float) -> Camera:
        return look_at(rig.aim + away * _mix(first, last, rig.share(time)), rig.aim, _FOV)

    return shot


def _truck(rig: Rig, way: int) -> Shot:
    """Carried sideways, its direction unchanged; +1 is to the left."""
    start = look_at(rig.eye, rig.aim, _FOV)

    def shot(time: float) -> Camera:
        aside = -way * _TRUCK * rig.vigour * (rig.share(time) - 0.5)
        eye = rig.eye + aside * start.right
        return look_at(eye, eye + start.forward, _FOV)

    return shot


def _crane(rig: Rig, first: float, last: float) -> Shot:
    """Carried straight up or down, with an eye on the subject."""

    def shot(time: float) -> Camera:
        height = _mix(first, last, rig.share(time))
        return look_at(rig.eye_at(_DISTANCE, height), rig.aim, _FOV)

    return shot


def _orbit(rig: Rig, way: int) -> Shot:
    """Carried round the subject at one distance and height; +1 is to the left."""

    def shot(time: float) -> Camera:
        turn = way * _ORBIT * rig.vigour * (rig.share(time) - 0.5)
        middle = rig.subject(time)
        eye = middle + rig.eye_at(_DISTANCE, rig.height, turn)
        return look_at(eye, middle + rig.aim, _FOV)

    return shot


def _follow(rig: Rig) -> Shot:
    """Carried along beside the subject."""

    def shot(time: float) -> Camera:
        place = rig.subject(time)
        return look_at(place + rig.eye, place + rig.aim, _FOV)

    return shot


def _fly_over(rig: Rig) -> Shot:
    """Carried high above the scene and beyond it, looking ahead and down."""
    first, last, height, elevation, fov = _FLIGHT
    ahead = rotation_z(-rig.azimuth) @ np.array([0.0, math.cos(elevation), math.sin(elevation)])

    def shot(time: float) -> Camera:
        eye = rig.eye_at(_mix(first, last, rig.share(time)), height * rig.vigour)
        return look_at(eye, eye + ahead, fov)

    return shot


def _handheld(rig: Rig) -> Shot:
    """A hand that cannot hold still: three slow waves on every axis, never more than _SHAKE."""
    phase, rate = rig.waves[..., 0], rig.waves[..., 1]

    def shot(time: float) -> Camera:
        waves = np.sin(2 * math.pi * rate * time + phase) @ (0.4, 0.35, 0.25)
        shift, (turn, rise, roll) = (waves * _SHAKE)[:3], (waves * _SHAKE)[3:]
        eye = rig.eye + shift
        direction = _tilted(rotation_z(turn) @ (rig.aim - rig.eye), rise)
        return look_at(eye, eye + direction, _FOV, roll)

    return shot


def _zoom(rig: Rig, first: float, last: float) -> Shot:
    """Only the field of view changes, evenly in the size of what is seen."""
    near, far = (math.log(math.tan(math.radians(fov) / 2)) for fov in (first, last))

    def shot(time: float) -> Camera:
        slope = math.exp(_mix(near, far, rig.share(time)))
        return look_at(rig.eye, rig.aim, math.degrees(2 * math.atan(slope)))

    return shot


def _dolly_zoom(rig: Rig) -> Shot:
    """Carried towards the subject or away while the lens keeps its size.

    The camera looks level, so that all of the upright plane through the subject keeps its size.
    """
    first, last = _VERTIGO[:: rig.way]
    span = _DISTANCE * math.tan(math.radians(_FOV) / 2)

    def shot(time: float) -> Camera:
        distance = _mix(first, last, rig.share(time))
        fov = math.degrees(2 * math.atan(span / distance))
        return look_at(rig.eye_at(distance, _AIM), rig.aim, fov)

    return shot


def _cut(rig: Rig, rng: np.random.Generator) -> tuple[Shot, float]:
    """Another view from a moment in seconds on, on the same side, so that left stays left."""
    moment = round(rig.seconds * rng.uniform(0.4, 0.6), 4)
    low, high = _VIEWS[int(rng.integers(2))]
    turn = rig.way * rng.uniform(0.6, 1.0)
    eye = rig.eye_at(_DISTANCE * rng.uniform(low, high), rng.uniform(1.0, 3.2), turn)
    first, second = look_at(rig.eye, rig.aim, _FOV), look_at(eye, rig.aim, _FOV)
    return (lambda time: first if time < moment else second), moment


MOVES: dict[str, Callable[[Rig], Shot]] = {
    "fixed": _fixed,
    "pan-left": partial(_pan, way=1),
    "pan-right": partial(_pan, way=-1),
    "tilt-up": partial(_tilt, way=1),
    "tilt-down": partial(_tilt, way=-1),
    "dolly-in": partial(_dolly, first=_DOLLY[0], last=_DOLLY[1]),
    "dolly-out": partial(_dolly, first=_DOLLY[1], last=_DOLLY[0]),
    "truck-left": partial(_truck, way=1),
    "truck-right": partial(_truck, way=-1),
    "crane-up": partial(_crane, first=_CRANE[0], last=_CRANE[1]),
    "crane-down": partial(_crane, first=_CRANE[1], last=_CRANE[0]),
    "orbit-left": partial(_orbit, way=1),
    "orbit-right": partial(_orbit, way=-1),
    "follow-shot": _follow,
    "fly-over": _fly_over,
    "handheld": _handheld,
    "zoom-in": partial(_zoom, first=_ZOOM[0], last=_ZOOM[1]),
    "zoom-out": partial(_zoom, first=_ZOOM[1], last=_ZOOM[0]),
    "dolly-zoom": _dolly_zoom,
    "cut": _fixed,
}
