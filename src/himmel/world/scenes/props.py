"""One prop of an operator's folder, in its own colours, before a camera that stands still."""

from __future__ import annotations

import math

from himmel.core.rng import numpy_rng
from himmel.world.graph import Graph
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import PAINTS
from himmel.world.props.catalogue import Prop
from himmel.world.props.library import demanded
from himmel.world.props.model import mesh_of
from himmel.world.render import Colour
from himmel.world.scenes.backdrop import backdrop
from himmel.world.stage import SUBJECT, cast_of, path_of, usual_camera
from himmel.world.take import Actor, Moment, Take
from himmel.world.words.rows import OWN

_TALL, _LONG = 2.8, 3.1  # metres that a prop fills, whatever its size: a fork as much as a bed


def direct(graph: Graph, seconds: float) -> Take:
    """Stage a graph of the scene "props" for a clip of `seconds`."""
    rng = numpy_rng(graph.seed, "world", graph.scene)
    prop = demanded().chosen(graph.kind, graph.seed)
    cast = cast_of(graph, rng, seconds, model_of(prop))
    camera, place = usual_camera(rng), backdrop(graph, rng)
    path, _ = path_of(graph.motion, cast)

    def at(time: float) -> Moment:
        primitives = place.begin()
        primitives.object_id = SUBJECT
        pose = path(time)
        figure = Figure.at(primitives, pose.position, pose.heading, cast.scale)
        cast.model.draw(figure, PAINTS["white"], 0.0)
        return Moment(place.scene(primitives, time, camera), camera, (pose.position,))

    return Take((Actor(SUBJECT, graph.kind, OWN),), at)


def model_of(prop: Prop) -> Model:
    """How a prop is drawn, and how large: it fills the frame as the kinds of the catalogue do."""
    mesh, (width, depth, height) = mesh_of(prop), prop.size

    def draw(figure: Figure, paint: Colour, phase: float) -> None:
        half = [figure.scale * side / 2 for side in (depth, width, height)]
        middle = figure.point((0.0, 0.0, height / 2))
        figure.primitives.mesh(mesh, middle, half, rotation=figure.rotation)

    scale = min(_TALL / height, _LONG / math.hypot(width, depth))
    return Model(draw, scale, depth, width, height)
