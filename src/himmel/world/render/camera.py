"""A pinhole camera."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from himmel.core.errors import HimmelError
from himmel.world.render.shapes import Vector

_Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Camera:
    """Where the picture is taken from: unit axes (3,), and the field of view of the shorter side."""

    eye: _Array
    forward: _Array
    right: _Array
    up: _Array
    fov_degrees: float

    @property
    def slope(self) -> float:
        """Tangent of half the field of view, which spans the shorter side of a picture."""
        return math.tan(math.radians(self.fov_degrees) / 2)

    def project(self, points: npt.ArrayLike, aspect: float = 1.0) -> _Array:
        """Place points (N, 3) in a picture of `aspect` = width / height.

        Returns (N, 3): x and y as shares of width and height from the upper left corner (inside
        the picture where both lie in [0, 1]), and the distance from the eye in metres, as in a
        Shot's depth, negative for points behind the camera, whose x and y mean nothing.
        """
        offset = np.atleast_2d(np.asarray(points, float)) - self.eye
        ahead = offset @ self.forward
        nonzero = np.where(np.abs(ahead) < 1e-9, 1e-9, ahead)
        x = 0.5 + 0.5 * (offset @ self.right) / (nonzero * self.slope * max(aspect, 1))
        y = 0.5 - 0.5 * (offset @ self.up) / (nonzero * self.slope * max(1 / aspect, 1))
        away = np.copysign(np.linalg.norm(offset, axis=1), ahead)
        return np.stack([x, y, away], axis=1)


def look_at(eye: Vector, target: Vector, fov_degrees: float, roll: float = 0.0) -> Camera:
    """A camera at `eye` that looks at `target`, z upwards; `roll` in radians leans it clockwise.

    Raises HimmelError where both are the same point, or the field of view is not in (0, 180).
    """
    place = np.asarray(eye, float)
    forward = np.asarray(target, float) - place
    length = np.linalg.norm(forward)
    if length < 1e-9:
        raise HimmelError("a camera cannot look at the point where it stands; move eye or target")
    if not 0 < fov_degrees < 180:
        raise HimmelError(f"a field of view lies between 0 and 180 degrees, got {fov_degrees}")
    forward = forward / length
    right = np.cross(forward, (0.0, 0.0, 1.0))
    if np.linalg.norm(right) < 1e-9:
        right = np.array([1.0, 0.0, 0.0])  # straight up or down: any direction will do
    right = right / np.linalg.norm(right)
    up = np.cross(right, forward)
    c, s = math.cos(roll), math.sin(roll)
    return Camera(place, forward, c * right - s * up, c * up + s * right, float(fov_degrees))
