"""One subject of the wide catalogue before a camera that stands still."""

from __future__ import annotations

from himmel.core.rng import numpy_rng
from himmel.world.graph import Graph
from himmel.world.kinds import draw
from himmel.world.scenes.backdrop import backdrop
from himmel.world.stage import SUBJECT, cast_of, path_of, usual_camera
from himmel.world.take import Actor, Event, Moment, Take


def direct(graph: Graph, seconds: float) -> Take:
    """Stage a graph of the family "wide" for a clip of `seconds`."""
    rng = numpy_rng(graph.seed, "world", graph.scene)
    cast = cast_of(graph, rng, seconds)
    camera, place = usual_camera(rng), backdrop(graph, rng)
    path, contacts = path_of(graph.motion, cast)

    def at(time: float) -> Moment:
        primitives = place.begin()
        primitives.object_id = SUBJECT
        pose = path(time)
        draw(
            cast.kind, primitives, pose.position, pose.heading, pose.phase, graph.colour,
            scale=cast.scale,
        )  # fmt: skip
        return Moment(place.scene(primitives, time, camera), camera, (pose.position,))

    events = tuple(Event(t, "ground_contact", SUBJECT) for t in contacts)
    return Take((Actor(SUBJECT, graph.kind, graph.colour),), at, events)
