"""Where a camera stands: its pose as plain numbers and back, and whether it stands in something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import HimmelError
from himmel.world.kinds import MODELS
from himmel.world.render import Camera, Primitives, Shape
from himmel.world.render.shapes import (
    CENTRE,
    HALF_SIZE,
    KIND,
    LENGTH_RATIO,
    OBJECT_ID,
    ROTATION,
)
from himmel.world.take import Actor, Moment

Array = NDArray[np.float64]

_WORLD = np.eye(3)


def pose_of(camera: Camera) -> dict[str, Any]:
    """A camera as plain JSON: `eye`, `forward` and `right` (3,), and `fov` in degrees."""
    return {
        "eye": rounded(camera.eye, 4),
        "forward": rounded(camera.forward, 6),
        "right": rounded(camera.right, 6),
        "fov": round(float(camera.fov_degrees), 4),
    }


def camera_of(pose: Mapping[str, Any]) -> Camera:
    """The camera of a pose in a clip's truth["camera"], its axes at right angles again."""
    forward = np.asarray(pose["forward"], float)
    forward = forward / np.linalg.norm(forward)
    up = np.cross(np.asarray(pose["right"], float), forward)
    up = up / np.linalg.norm(up)
    eye = np.asarray(pose["eye"], float)
    return Camera(eye, forward, np.cross(forward, up), up, float(pose["fov"]))


def rounded(values: Sequence[float] | Array, digits: int) -> list[float]:
    """Plain floats of so many digits."""
    return [round(float(value), digits) for value in values]


def reach(rows: Array, axes: Array = _WORLD) -> Array:
    """How far bodies (N, COLUMNS) reach from their centres along unit axes (K, 3): (N, K) in metres.

    Boxes, balls, capsules and cylinders exactly; a cone counts as the cylinder round it.
    """
    turn, half = rows[:, ROTATION].reshape(-1, 3, 3), rows[:, HALF_SIZE]
    along = np.abs(axes @ turn) * half[:, None, :]  # (N, K, 3)
    kind = rows[:, KIND].astype(int)[:, None]
    ball, upright = np.sqrt((along**2).sum(2)), along[..., 2]
    tube = np.hypot(along[..., 0], along[..., 1]) + upright
    pill = ball + rows[:, LENGTH_RATIO, None] * upright
    boxy = (kind == Shape.BOX) | (kind == Shape.MESH)
    shapes = [boxy, kind == Shape.CAPSULE, kind == Shape.CYLINDER, kind == Shape.CONE]
    return np.select(shapes, [along.sum(2), pill, tube, tube], ball)


def outline(rows: Array, camera: Camera) -> Array:
    """About the box (4,) = x0, y0, x1, y1 that bodies fill in a square picture, in shares of it.

    Every body counts at a distance halfway between its middle and its nearest point.
    """
    axes = np.stack([camera.right, -camera.up, camera.forward])
    middle, half = (rows[:, CENTRE] - camera.eye) @ axes.T, reach(rows, axes)
    ahead = np.maximum(middle[:, 2:] - half[:, 2:] / 2, 1e-3) * 2 * camera.slope
    low, high = (middle - half) / ahead, (middle + half) / ahead
    return np.concatenate([low[:, :2].min(0), high[:, :2].max(0)]) + 0.5


def bounds(primitives: Primitives, id: int) -> tuple[Array, Array] | None:
    """Lowest and highest corner (3,), (3,) of the bodies of an object; None where it has none."""
    rows = primitives.rows
    rows = rows[rows[:, OBJECT_ID] == id]
    return corners(rows) if len(rows) else None


def corners(rows: Array) -> tuple[Array, Array]:
    """Lowest and highest corner (3,), (3,) of the box round bodies (N, COLUMNS)."""
    half = reach(rows)
    return (rows[:, CENTRE] - half).min(0), (rows[:, CENTRE] + half).max(0)


def refuse_inside(moment: Moment, actors: Sequence[Actor], seconds: float = 0.0) -> None:
    """Raise HimmelError where the camera stands in an actor of the catalogue.

    An actor is taken for the ellipsoid that touches the sides of its bounding box. What is no kind of
    the catalogue, a town or a ramp, may surround a camera.
    """
    for actor in actors:
        box = bounds(moment.scene.primitives, actor.id) if actor.kind in MODELS else None
        if box is None:
            continue
        low, high = box
        away = (moment.camera.eye - (low + high) / 2) / ((high - low) / 2)
        if away @ away < 1:
            raise HimmelError(
                f"at {seconds:.2f} s the camera stands inside the {actor.kind} "
                f"(object {actor.id}); move the camera or the {actor.kind} away"
            )
