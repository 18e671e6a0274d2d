"""A pinhole camera: where it stands and looks, what it sees where, and the rays of its picture.

Coordinates of a camera have x to the right, y down and z ahead, as is usual in computer vision.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from himmel.core.errors import HimmelError

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


def look_at(
    eye: npt.ArrayLike, target: npt.ArrayLike, fov_degrees: float, roll: float = 0.0
) -> Camera:
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


def axes_of(camera: Camera) -> _Array:
    """A rotation (3, 3) from world directions into camera coordinates: right, down, ahead."""
    return np.stack([camera.right, -camera.up, camera.forward])


def rays(camera: Camera, rows: int, columns: int, first: Camera | None = None) -> _Array:
    """Pluecker coordinates of the rays through the centres of rows x columns tokens.

    Returns (rows, columns, 6): the unit direction d and the moment m = o x d of a ray from the eye o,
    in the coordinates of the camera `first` (that of frame 0; the same camera where it is left out),
    in metres. With a = columns / rows and the slope s = tan(fov / 2), the token in row i and column j
    has, before it is brought to unit length,

        d = ahead + (2 (j + 1/2) / columns - 1) s max(a, 1) right
                  + (2 (i + 1/2) / rows - 1) s max(1/a, 1) down.

    Moving both cameras together changes nothing. Raises HimmelError below one row or column.
    """
    if min(rows, columns) < 1:
        raise HimmelError(f"{rows} x {columns} tokens have no rays; use at least 1 x 1")
    aspect = columns / rows
    x = (2 * (np.arange(columns) + 0.5) / columns - 1) * camera.slope * max(aspect, 1)
    y = (2 * (np.arange(rows) + 0.5) / rows - 1) * camera.slope * max(1 / aspect, 1)
    own = np.stack([*np.meshgrid(x, y), np.ones((rows, columns))], axis=-1)
    own /= np.linalg.norm(own, axis=-1, keepdims=True)
    origin = camera if first is None else first
    into = axes_of(origin)
    directions = own @ (into @ axes_of(camera).T).T
    eye = into @ (camera.eye - origin.eye)
    return np.concatenate([directions, np.cross(eye, directions)], axis=-1)
