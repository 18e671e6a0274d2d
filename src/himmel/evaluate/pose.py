"""From places in a picture to the camera that took it, and how far two cameras differ."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.spatial.transform import Rotation

from himmel.world.render import Camera

Array = NDArray[np.float64]

FEWEST = 6  # points that a pose is found from
_SOFT = 0.01  # errors in picture sides beyond which a point counts less
_GOOD = 0.02  # picture sides within which a point agrees


def find_pose(points: Array, places: Array, guess: Camera, aspect: float = 1.0) -> Camera | None:
    """The camera that sees points (N, 3) at places (N, 2), shares of width and height from the upper
    left corner. Begun at a guess and, with enough points, at the direct linear solution; robust against
    wrong points. None where fewer than six points agree with any camera."""
    if len(points) < FEWEST:
        return None
    starts = [guess]
    if (linear := dlt(points, places, guess.slope, aspect)) is not None:
        starts.append(linear)
    found = [refined(camera, points, places, aspect) for camera in starts]
    best = min(found, key=lambda camera: float(np.median(errors(camera, points, places, aspect))))
    good = errors(best, points, places, aspect) < _GOOD
    if good.sum() < FEWEST:
        return None
    return refined(best, points[good], places[good], aspect)


def errors(camera: Camera, points: Array, places: Array, aspect: float = 1.0) -> Array:
    """Distances (N,) between where a camera sees points and places, in shares of width and height."""
    result: Array = np.hypot(*_residuals(camera, points, places, aspect).T)
    return result


def refined(camera: Camera, points: Array, places: Array, aspect: float = 1.0) -> Camera:
    """The nearby camera, lens included, that sees points (N, 3) closest to places (N, 2)."""

    def wrong(step: Array) -> Array:
        return _residuals(moved(camera, step), points, places, aspect).ravel()

    solved = least_squares(wrong, np.zeros(7), loss="soft_l1", f_scale=_SOFT, x_scale=0.1)
    return moved(camera, solved.x)


def moved(camera: Camera, step: Array) -> Camera:
    """A camera after a step (7,): metres along its own axes, a rotation vector in radians about them, and
    the logarithm by which the lens's slope grows."""
    axes = np.stack([camera.right, camera.up, camera.forward])
    turned = Rotation.from_rotvec(axes.T @ step[3:6]).apply(axes)
    slope = camera.slope * math.exp(float(np.clip(step[6], -2, 2)))
    fov = math.degrees(2 * math.atan(slope))
    return Camera(camera.eye + step[:3] @ axes, turned[2], turned[0], turned[1], fov)


def dlt(points: Array, places: Array, slope: float, aspect: float = 1.0) -> Camera | None:
    """The direct linear solution for a lens of known slope; None where the points allow no answer, as
    when all lie in a plane."""
    x = (2 * places[:, 0] - 1) * slope * max(aspect, 1)
    y = (2 * places[:, 1] - 1) * slope * max(1 / aspect, 1)
    middle, size = points.mean(0), points.std() + 1e-9
    own = np.concatenate([(points - middle) / size, np.ones((len(points), 1))], axis=1)
    zero = np.zeros_like(own)
    table = np.concatenate(
        [
            np.concatenate([own, zero, -x[:, None] * own], axis=1),
            np.concatenate([zero, own, -y[:, None] * own], axis=1),
        ]
    )
    _, singular, ways = np.linalg.svd(table)
    if len(points) < FEWEST or singular[-2] < 1e-6 * singular[0]:
        return None
    matrix = ways[-1].reshape(3, 4)
    matrix = matrix * math.copysign(1, float((own @ matrix[2]).mean()))
    left, stretch, right = np.linalg.svd(matrix[:, :3])
    turn = left @ np.diag([1, 1, np.linalg.det(left @ right)]) @ right
    shift = matrix[:, 3] / stretch.mean()
    eye = middle - size * turn.T @ shift
    fov = math.degrees(2 * math.atan(slope))
    return Camera(eye, turn[2], turn[0], -turn[1], fov)


def turn_between(first: Camera, second: Camera) -> float:
    """Degrees by which one camera is turned against another."""
    axes = [np.stack([c.right, c.up, c.forward]) for c in (first, second)]
    cosine = (float(np.trace(axes[0] @ axes[1].T)) - 1) / 2
    return math.degrees(math.acos(min(1.0, max(-1.0, cosine))))


def _residuals(camera: Camera, points: Array, places: Array, aspect: float) -> Array:
    seen = camera.project(points, aspect)
    off = np.where(seen[:, 2:] > 0, seen[:, :2] - places, 1.0)
    return np.clip(off, -1, 1)
