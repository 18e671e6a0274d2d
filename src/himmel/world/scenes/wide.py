"""One subject of the wide catalogue before a camera that stands still."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from himmel.core.rng import numpy_rng
from himmel.world.graph import Graph
from himmel.world.kinds import draw
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.finishes import MATERIALS
from himmel.world.kinds.paints import PAINTS
from himmel.world.kinds.people import Outfit, walker
from himmel.world.render import Primitives, hex_colour
from himmel.world.scenes.backdrop import backdrop
from himmel.world.stage import SUBJECT, Cast, cast_of, path_of, usual_camera
from himmel.world.take import Actor, Event, Moment, Take
from himmel.world.words import KINDS

SMALL, LARGE = 0.65, 1.4  # times the usual size
_ACROSS = ("left", "right", "toward")
_SLIDING = frozenset(kind.name for kind in KINDS if kind.movement == "slide")
_TALLEST = 3.55  # metres that the frame has room for at the subject
_LEAPING = 1.36  # of its height is what a jump takes
_LONGEST = {"left": 3.2, "right": 3.2, "still": 4.3, "spin": 4.1, "jump": 4.1}  # metres, by motion


def direct(graph: Graph, seconds: float) -> Take:
    """Stage a graph of the family "wide" for a clip of `seconds`."""
    rng = numpy_rng(graph.seed, "world", graph.scene)
    cast = sized(cast_of(graph, rng, seconds), graph)
    camera, place = usual_camera(rng), backdrop(graph, rng)
    if "large" in graph.traits:
        _onlookers(place.scenery, rng)
    material = next((trait for trait in graph.traits if trait in MATERIALS), "")
    faced = graph.motion in _ACROSS and graph.kind in _SLIDING
    path, contacts = path_of(graph.motion, turned(cast, graph.motion) if faced else cast)

    def at(time: float) -> Moment:
        primitives = place.begin()
        primitives.object_id = SUBJECT
        pose = path(time)._replace(heading=cast.heading) if faced else path(time)
        draw(
            cast.kind, primitives, pose.position, pose.heading, pose.phase, graph.colour,
            scale=cast.scale, material=material,
        )  # fmt: skip
        return Moment(place.scene(primitives, time, camera), camera, (pose.position,))

    events = tuple(Event(t, "ground_contact", SUBJECT) for t in contacts)
    return Take((Actor(SUBJECT, graph.kind, graph.colour),), at, events)


def turned(cast: Cast, motion: str) -> Cast:
    """The cast as wide and as deep as it is at rest. What slides has no front to go by, and a clock or
    a key is known by its face alone, so it keeps that to the viewer."""
    c, s = abs(math.cos(cast.heading)), abs(math.sin(cast.heading))
    length, width = cast.model.length, cast.model.width
    across, deep = c * length + s * width, s * length + c * width
    sides = (deep, across) if motion == "toward" else (across, deep)
    return dataclasses.replace(
        cast, model=dataclasses.replace(cast.model, length=sides[0], width=sides[1])
    )


def sized(cast: Cast, graph: Graph) -> Cast:
    """The cast in the size that the graph asks for; a large one as large as the frame has room for."""
    if "small" in graph.traits:
        return dataclasses.replace(cast, scale=SMALL * cast.scale)
    if "large" not in graph.traits:
        return cast
    model = cast.model
    height = model.height * (_LEAPING if graph.motion == "jump" else 1.0)
    across = model.length if graph.motion in ("left", "right") else max(model.length, model.width)
    room = min(_TALLEST / height, _LONGEST.get(graph.motion, math.inf) / across)
    return dataclasses.replace(cast, scale=max(cast.scale, min(LARGE * cast.scale, room)))


def _onlookers(scenery: Primitives, rng: np.random.Generator) -> None:
    """Tiny people at the feet of something large, by which its size is seen."""
    tops = ("blue", "red", "green", "yellow", "purple", "orange")
    for side in (-1, 1, 1 if rng.random() < 0.5 else -1):
        spot = (side * rng.uniform(1.35, 1.95), rng.uniform(-1.4, -0.7), 0.0)
        facing = math.atan2(-spot[1], -spot[0])
        top = PAINTS[tops[int(rng.integers(len(tops)))]]
        walker(Figure.at(scenery, spot, facing, 0.34), Outfit(top, hex_colour("2c2e38")), 1.0, 0.2)
