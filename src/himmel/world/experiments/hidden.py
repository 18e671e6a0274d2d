"""What goes on unseen: a thing behind a screen, and a camera that looks away and back."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from himmel.world.experiments.bench import (
    BALL,
    Bench,
    Path,
    Placed,
    Thing,
    bench,
    event,
    fitting,
    value_of,
)
from himmel.world.graph import Graph
from himmel.world.kinds import MODELS
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import shade
from himmel.world.render import Camera, Primitives, hex_colour, look_at
from himmel.world.stage import CLIP_S
from himmel.world.take import Event, Moment, Take

_BOARD = hex_colour("7a5c40")
_SCREEN_HALF, _SCREEN_TALL, _BEFORE = 0.17, 0.42, 0.14  # shares of the view
_SIZE = 2.3 * BALL
_TURNING_S = 0.35  # how long the camera turns, away and back
_STEP_S = 0.01

Shown = Callable[[float], bool]


def screen(graph: Graph, seconds: float) -> Take:
    """A thing passes behind a board at a constant speed."""
    stage, thing, path = _passing(graph, seconds, 0.44)
    room = (value_of(graph, "speed") * stage.seconds - 0.04 * stage.view) / 2 - thing.half_length
    half = min(_SCREEN_HALF * stage.view, room)  # a slow thing has to come out as well
    _board(stage.furniture, stage.view, half)
    edge = (half, -_BEFORE * stage.view)
    take = stage.take([(thing, path)])

    def shown(time: float) -> bool:
        return not _covered(stage.camera, edge, thing, path(time))

    return replace(take, events=_sightings(shown, take, stage.seconds))


def _passing(graph: Graph, seconds: float, reach: float) -> tuple[Bench, Thing, Path]:
    """A thing that crosses the middle of the picture in the middle of the clip, `reach` at most aside."""
    speed = value_of(graph, "speed")
    view = fitting(0.85 * speed * max(seconds, CLIP_S))
    stage = bench(graph, seconds, view)
    way = 1 if stage.rng.random() < 0.5 else -1
    thing = stage.thing(graph.kind, graph.colour, _SIZE, 0.0 if way > 0 else math.pi)
    half = min(speed * stage.seconds / 2, reach * view)
    middle = half / speed  # a fast thing leaves the picture before the end

    def path(time: float) -> Placed:
        travelled = speed * (time - middle)
        pace = MODELS[graph.kind].pace / thing.scale
        rolled = way * pace if graph.kind == "ball" else pace
        return Placed(way * travelled, thing.half_height, roll=rolled * travelled)

    return stage, thing, path


def _board(primitives: Primitives, view: float, half: float) -> None:
    """The screen: a wooden board with a darker frame, nearer to the camera than what passes."""
    figure = Figure.at(primitives, (0.0, -_BEFORE * view, 0.0))
    tall, thick = _SCREEN_TALL * view, 0.006 * view
    figure.box((0, 0, tall / 2), (half, thick, tall / 2), _BOARD)
    for side in (-1, 1):
        x = side * (half - 0.012 * view)
        figure.box(
            (x, -thick, tall / 2), (0.012 * view, 0.2 * thick, tall / 2), shade(_BOARD, 0.45)
        )


def _covered(camera: Camera, edge: tuple[float, float], thing: Thing, place: Placed) -> bool:
    """Whether lines from the camera past the board's edges, at x = +-edge[0], hold a thing between them.

    A ball is covered when it touches neither line; other things are taken for their boxes.
    """
    eye = camera.eye
    for side in (-1, 1):
        line = np.array([side * edge[0], edge[1]]) - eye[:2]
        inward = np.array([-side * line[1], side * line[0]]) / np.linalg.norm(line)
        for x, y, radius in _outline(thing, place):
            if (np.array([x, y]) - eye[:2]) @ inward < radius:
                return False
    return True


def _outline(thing: Thing, place: Placed) -> list[tuple[float, float, float]]:
    """Circles (x, y, radius) seen from above that hold a thing: one for a ball, four corners else."""
    if thing.kind == "ball":
        return [(place.x, place.y, thing.half_height)]
    half = MODELS[thing.kind].width * thing.scale / 2
    corners = [(sx * thing.half_length, sy * half) for sx in (-1, 1) for sy in (-1, 1)]
    return [(place.x + x, place.y + y, 0.0) for x, y in corners]


def _sightings(shown: Shown, take: Take, seconds: float) -> tuple[Event, ...]:
    """When the subject is hidden and seen again: changes of `shown`, found to a microsecond."""
    found = list(take.events)
    for step in range(math.ceil(seconds / _STEP_S)):
        first, last = step * _STEP_S, (step + 1) * _STEP_S
        if shown(first) != shown(last):
            found.append(event(_change(shown, first, last), "hidden" if shown(first) else "seen"))
    return tuple(sorted(found, key=lambda one: one.seconds))


def _change(shown: Shown, first: float, last: float) -> float:
    """Where `shown` changes between two times, by halving."""
    before = shown(first)
    while last - first > 1e-6:
        middle = (first + last) / 2
        first, last = (middle, last) if shown(middle) == before else (first, middle)
    return round(last, 6)


# ---- look away ---------------------------------------------------------------------------------


def look_away(graph: Graph, seconds: float) -> Take:
    """The camera turns to the side and back, while a thing goes on along its line."""
    stage, thing, path = _passing(graph, seconds, 0.34)
    _landmarks(stage.furniture, stage.view)
    side = 1 if stage.rng.random() < 0.5 else -1
    still = stage.take([(thing, path)])

    def camera(time: float) -> Camera:
        return _turned(stage.camera, side * _AWAY_ANGLE * _turn_share(time, stage.seconds))

    def at(time: float) -> Moment:
        moment, seen_from = still.at(time), camera(time)
        return replace(moment, camera=seen_from, scene=moment.scene)

    def shown(time: float) -> bool:
        return _in_picture(camera(time), thing, path(time))

    return replace(still, at=at, events=_sightings(shown, still, stage.seconds))


_AWAY_ANGLE = math.radians(24.0)  # the picture is 16 degrees wide


def _turn_share(time: float, seconds: float) -> float:
    """0 ahead, 1 looking away: smoothly there at a quarter of the clip, back at three quarters."""
    away = (time - 0.2 * seconds) / _TURNING_S
    back = (time - (0.8 * seconds - _TURNING_S)) / _TURNING_S
    return _smooth(away) - _smooth(back)


def _smooth(share: float) -> float:
    share = min(max(share, 0.0), 1.0)
    return share * share * (3 - 2 * share)


def _turned(camera: Camera, angle: float) -> Camera:
    ahead = np.array([math.sin(angle), math.cos(angle), 0.0])
    return look_at(camera.eye, camera.eye + ahead, camera.fov_degrees)


def _in_picture(camera: Camera, thing: Thing, place: Placed) -> bool:
    """Whether any of a thing is in a square picture, left to right."""
    for x, y, radius in _outline(thing, place):
        offset = np.array([x, y, 0.0]) - camera.eye
        ahead, aside = offset @ camera.forward, abs(offset @ camera.right)
        slope = camera.slope
        if aside - radius * math.hypot(1, slope) < slope * ahead:
            return True
    return False


def _landmarks(primitives: Primitives, view: float) -> None:
    """What one sees on looking away: a cone and a cube on either side, so that the turn shows."""
    for side in (-1, 1):
        figure = Figure.at(primitives, (side * 1.5 * view, 0.0, 0.0))
        figure.spire((0, 0, 0), 0.12 * view, 0.4 * view, hex_colour("8a8f98"))
        figure.box(
            (side * -0.32 * view, 0.3 * view, 0.1 * view), (0.1 * view,) * 3, hex_colour("6c7078")
        )
