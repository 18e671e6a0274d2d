"""Two and more cameras on one scene: landmarks in their pictures, the geometry between them, rays.

Camera coordinates here have x to the right, y down and z ahead, as is usual in computer vision.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from himmel.core.camera import Camera, axes_of
from himmel.core.errors import HimmelError
from himmel.core.rng import numpy_rng
from himmel.world.clip import DIRECTORS, WorldClip, film
from himmel.world.graph import Graph
from himmel.world.poses import Array
from himmel.world.render import Shape, rotation_z
from himmel.world.render.shapes import CENTRE, HALF_SIZE, KIND, OBJECT_ID, ROTATION
from himmel.world.take import Moment, Take

SCENERY = 0
_MOST = 4
_TURN = (0.35, 0.7)  # radians between neighbouring cameras
_CORNERS = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
_ENDS = np.array([(0.0, 0.0, -1.0), (0.0, 0.0, 1.0)])


class Landmarks(NamedTuple):
    """Points (N, 3) in metres, and where a camera sees them: (N, 3) as from Camera.project."""

    points: Array
    places: Array

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Which points (N,) lie before the camera and inside its picture."""
        x, y, away = self.places.T
        inside: NDArray[np.bool_] = (away > 0) & (x >= 0) & (x < 1) & (y >= 0) & (y < 1)
        return inside

    def seen(self, depth: NDArray[np.float32], slack: float = 0.02) -> NDArray[np.bool_]:
        """Which points (N,) nothing hides in a picture with depth (H, W) in metres.

        A corner lies on the rim of its body, so the farthest of the pixels round it counts; `slack` is
        a share of the distance.
        """
        height, width = depth.shape
        shown = self.inside
        column = np.where(shown, self.places[:, 0] * width, 0).astype(int)
        row = np.where(shown, self.places[:, 1] * height, 0).astype(int)
        padded = np.pad(depth, 1, mode="edge")
        around = [padded[row + i, column + j] for i in range(3) for j in range(3)]
        seen: NDArray[np.bool_] = np.max(around, axis=0) >= self.places[:, 2] * (1 - slack)
        return shown & seen


def landmarks(
    take: Take, camera: Camera, time: float = 0.0, id: int = SCENERY, aspect: float = 1.0
) -> Landmarks:
    """The known corners of a scene at a time, as a camera with pictures of `aspect` sees them.

    Corners of boxes and the middles of the ends of cylinders and cones of the object `id`, which is
    0 for scenery: what stands still.
    """
    rows = take.at(time).scene.primitives.rows
    rows = rows[rows[:, OBJECT_ID] == id]
    kind = rows[:, KIND].astype(int)
    long = np.isin(kind, (Shape.CYLINDER, Shape.CONE))
    points = np.concatenate([_world(rows[kind == Shape.BOX], _CORNERS), _world(rows[long], _ENDS)])
    return Landmarks(points, camera.project(points, aspect))


def _world(rows: Array, own: Array) -> Array:
    """Points (K, 3) of the unit shape in the world, for bodies (N, COLUMNS): (N * K, 3)."""
    turn = rows[:, ROTATION].reshape(-1, 3, 3)
    stretched = own[None] * rows[:, None, HALF_SIZE]
    points: Array = np.einsum("nij,nkj->nki", turn, stretched) + rows[:, None, CENTRE]
    return points.reshape(-1, 3)


def make_views(
    graph: Graph,
    cameras: int = 2,
    size: int = 64,
    frames: int = 17,
    fps: float = 8.0,
    with_depth: bool = False,
) -> tuple[WorldClip, ...]:
    """One scene at the same times from several cameras: a clip each, poses in truth["camera"].

    The first clip is that of `make_clip`. The others' cameras make the same move, turned by 20 to 40
    degrees each about the vertical through the subject's first place. Raises HimmelError for numbers
    of cameras other than 2 to 4, and where a camera stands inside an actor.
    """
    if not 2 <= cameras <= _MOST:
        raise HimmelError(f"{cameras} cameras on one scene are not to be had; use 2 to {_MOST}")
    rng = numpy_rng(graph.seed, "world", "views")
    take = DIRECTORS[graph.scene](graph, (frames - 1) / fps)
    middle = np.asarray(take.at(0.0).positions[0], float)
    way = 1 if rng.random() < 0.5 else -1
    turns = [0.0, *(way * np.cumsum(rng.uniform(*_TURN, cameras - 1)))]
    takes = [take, *(seen_from(take, middle, float(turn)) for turn in turns[1:])]
    return tuple(film(graph, each, size, frames, fps, with_depth) for each in takes)


def seen_from(take: Take, middle: Array, angle: float) -> Take:
    """The same take, its camera turned by radians about the vertical through a point (3,)."""
    turn = rotation_z(angle)

    def at(time: float) -> Moment:
        moment = take.at(time)
        own = moment.camera
        axes = turn @ own.forward, turn @ own.right, turn @ own.up
        camera = Camera(middle + turn @ (own.eye - middle), *axes, own.fov_degrees)
        return Moment(moment.scene, camera, moment.positions)

    return replace(take, at=at)


def essential(first: Camera, second: Camera) -> Array:
    """The essential matrix E (3, 3): x2 @ E @ x1 = 0 for a point's places (x, y, 1) at depth 1."""
    turn = axes_of(second) @ axes_of(first).T
    x, y, z = axes_of(second) @ (first.eye - second.eye)
    across = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    matrix: Array = across @ turn
    return matrix
