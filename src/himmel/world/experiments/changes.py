"""State that changes at a moment and stays changed: a stroke of paint, a bite, a lamp, a door, prints."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from himmel.world.experiments.bench import Bench, Placed, Thing, bench, event, is_light, value_of
from himmel.world.experiments.props import apple, doughnut, facade, floor_lamp, painter
from himmel.world.graph import Graph
from himmel.world.kinds import MODELS
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import PAINTS, shade
from himmel.world.render import Camera, Colour, Lamp, Primitives, hex_colour, look_at
from himmel.world.take import Moment, Take

_ROOM, _TABLE = 4.0, 1.0  # metres: views for people and houses, and for food
_GLOW = {"night": (5.0, 3.9, 2.3)}  # of the lamp; by daylight it has to be weaker
_FAINT = (3.6, 2.6, 1.4)
_CANVAS = (hex_colour("e4e0d6"), hex_colour("39414a"))
_STRIDE = 0.55  # of a walk: radians that the legs swing


@dataclass(frozen=True)
class Prop:
    """A thing that is drawn for one experiment: `draw(figure, paint, state)`, its foot at the origin."""

    kind: str
    colour: str
    half_height: float
    draw: Callable[[Figure, Colour, float], None]

    def put(self, primitives: Primitives, place: Placed) -> None:
        """Add it with its centre at `place`, of which `roll` is the state that draw receives."""
        foot = (place.x, place.y, place.z - self.half_height)
        self.draw(Figure.at(primitives, foot), PAINTS[self.colour], place.roll)


def _changed(moment: float, lasting: float, time: float) -> float:
    """0 before the moment, 1 when the change is complete, in between a smooth way."""
    if lasting == 0:
        return float(time >= moment)
    share = min(max((time - moment) / lasting, 0.0), 1.0)
    return share * share * (3 - 2 * share)


def bite(graph: Graph, seconds: float) -> Take:
    """A piece of an apple or a doughnut is gone from one moment to the next, and crumbs lie there."""
    stage, moment = bench(graph, seconds, _TABLE), value_of(graph, "moment")
    draw = {"apple": apple, "doughnut": doughnut}[graph.kind]
    way, radius = 1 if stage.rng.random() < 0.5 else -1, 0.24
    prop = Prop(graph.kind, graph.colour, radius, lambda f, c, s: draw(f, c, way, radius, s > 0))

    def path(time: float) -> Placed:
        return Placed(0.0, radius, roll=_changed(moment, 0.0, time))

    return stage.take([(prop, path)], [event(moment, "change")])


def door(graph: Graph, seconds: float) -> Take:
    """The door of a house closes or, where the motion is "door-open", opens."""
    stage, moment = bench(graph, seconds, _ROOM), value_of(graph, "moment")
    opens = graph.motion == "door-open"
    prop = Prop(graph.kind, graph.colour, 0.33 * _ROOM, lambda f, c, s: facade(f, c, s, _ROOM))
    x = stage.rng.uniform(-0.06, 0.06) * _ROOM

    def path(time: float) -> Placed:
        share = _changed(moment, 0.4, time)
        return Placed(x, prop.half_height, roll=share if opens else 1 - share)

    return stage.take([(prop, path)], [event(moment, "change")])


def lamp(graph: Graph, seconds: float) -> Take:
    """A floor lamp is switched on or, where the motion is "lamp-off", off."""
    stage, moment = bench(graph, seconds, _ROOM), value_of(graph, "moment")
    off = graph.motion == "lamp-off"
    height = 0.55 * _ROOM
    prop = Prop(
        graph.kind, graph.colour, height / 2, lambda f, c, s: floor_lamp(f, c, height, s > 0)
    )
    x = stage.rng.uniform(-0.2, 0.2) * _ROOM
    bulb = Lamp((x, 0.0, 0.85 * height), _GLOW.get(graph.time, _FAINT), 3.0 * _ROOM)

    def burning(time: float) -> bool:
        return (time >= moment) != off

    def path(time: float) -> Placed:
        return Placed(x, height / 2, roll=float(burning(time)))

    take = stage.take([(prop, path)], [event(moment, "change")])

    def at(time: float) -> Moment:
        shown = take.at(time)
        if not burning(time):
            return shown
        return replace(shown, scene=replace(shown.scene, lamps=(*shown.scene.lamps, bulb)))

    return replace(take, at=at)


def paint(graph: Graph, seconds: float) -> Take:
    """A person draws a roller over a board: the stroke grows behind it and stays."""
    stage, moment = bench(graph, seconds, _ROOM), value_of(graph, "moment")
    way = 1 if stage.rng.random() < 0.5 else -1
    start, run, lasting = -0.27 * way * _ROOM, 0.54 * _ROOM, 0.9
    height = 0.62 * _ROOM
    prop = Prop(
        graph.kind, graph.colour, 0.21 * _ROOM, lambda f, c, s: painter(f, c, s, way, height, _ROOM)
    )

    def path(time: float) -> Placed:
        travelled = run * min(max((time - moment) / lasting, 0.0), 1.0)
        return Placed(start + way * travelled, prop.half_height, -0.1 * _ROOM, roll=4.0 * travelled)

    def dress(primitives: Primitives, time: float) -> None:
        _build_board(primitives, stage, height)
        done = abs(path(time).x - start)
        if done > 0:
            figure = Figure.at(primitives, (start + way * done / 2, 0.0, height))
            figure.box((0, 0, 0), (done / 2, 0.004, 0.06 * _ROOM), PAINTS[graph.colour])

    return stage.take([(prop, path)], [event(moment, "change")], dress)


def _build_board(primitives: Primitives, stage: Bench, height: float) -> None:
    tone = _CANVAS[is_light(stage.graph.colour)]
    figure = Figure.at(primitives, (0.0, 0.03, height))
    figure.box((0, 0, 0), (0.34 * _ROOM, 0.02, 0.13 * _ROOM), tone)
    figure.box((0, 0.01, 0), (0.355 * _ROOM, 0.02, 0.145 * _ROOM), hex_colour("5a4330"))


# ---- footprints --------------------------------------------------------------------------------

_TRACK = (hex_colour("6f86a4"), hex_colour("8a5f2c"))  # in snow, in sand


def footprints(graph: Graph, seconds: float) -> Take:
    """Someone stands until the moment, then walks over snow or sand and leaves prints."""
    stage, moment = bench(graph, seconds, _ROOM, bare=True), value_of(graph, "moment")
    stage = replace(stage, camera=_from_above())
    way = 1 if stage.rng.random() < 0.5 else -1
    thing = stage.thing(graph.kind, graph.colour, 0.3, 0.0 if way > 0 else math.pi)
    start, pace = -0.3 * way * _ROOM, 0.5 * _ROOM / (stage.seconds - moment)
    model = MODELS[graph.kind]

    def travelled(time: float) -> float:
        return pace * max(0.0, time - moment)

    def path(time: float) -> Placed:
        gone = travelled(time)
        return Placed(start + way * gone, thing.half_height, roll=model.pace * gone / thing.scale)

    def dress(primitives: Primitives, time: float) -> None:
        _build_prints(primitives, graph, start, way, travelled(time), thing)

    return stage.take([(thing, path)], [event(moment, "change")], dress)


def _from_above() -> Camera:
    eye, aim = np.array([0.0, -2.9 * _ROOM, 1.7 * _ROOM]), np.array([0.0, 0.0, 0.14 * _ROOM])
    return look_at(eye, aim, 17.5)


def _build_prints(
    primitives: Primitives, graph: Graph, start: float, way: int, gone: float, thing: Thing
) -> None:
    """A print for each step that is done, left and right by turns; the first one under the start."""
    tone = _TRACK[graph.setting == "desert"]
    step, aside = 0.075 * _ROOM, 0.04 * _ROOM
    for index in range(int(gone / step) + 1 if gone > 0 else 0):
        x = start + way * index * step
        figure = Figure.at(primitives, (x, aside * (-1) ** index, 0.0))
        figure.ball((0, 0, 0), (0.028 * _ROOM, 0.018 * _ROOM, 0.003 * _ROOM), shade(tone, 0.4))
