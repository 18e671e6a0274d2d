"""What a thing stands on when it does not stand on the ground: a table, a board, another thing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import WOOD
from himmel.world.poses import Array, corners
from himmel.world.render import (
    Camera,
    Ground,
    Primitives,
    Scene,
    Shot,
    hex_colour,
    look_at,
    render,
    sky,
)

_PALE = hex_colour("b08a5a")
_THICK = 0.08  # metres
_HIGH, _TEXELS = 200.0, 48  # a view from so high that its rays are as good as parallel


@dataclass(frozen=True, eq=False)
class Stand:
    """A square board of half side `half`, its upper side at `top` metres, with or without legs."""

    place: Array
    half: float
    top: float
    legs: bool = False


def put_stand(primitives: Primitives, stand: Stand) -> None:
    """Add a stand to the scenery."""
    primitives.object_id = 0
    x, y, _ = stand.place
    figure = Figure.at(primitives, (x, y, 0.0))
    flat = (stand.half, stand.half, _THICK / 2)
    figure.box((0, 0, stand.top - _THICK / 2), flat, _PALE)
    for side in (-1, 1) if stand.legs else ():
        for end in (-1, 1):
            foot = (0.94 * side * stand.half, 0.94 * end * stand.half, 0.0)
            figure.post(foot, 0.05, stand.top - _THICK, WOOD)


def top_of(body: Primitives, half: float) -> tuple[Array, bool]:
    """Where on a body something with a square foot of half side `half` may stand.

    Returns a point (3,) on them and whether they are flat there: the highest place that is even over
    three quarters of the foot, else the highest point of all.
    """
    heights, step = _heights(body)
    reach = max(1, round(0.75 * half / step))
    padded = np.pad(heights, reach)
    side = 2 * reach + 1
    feet = np.lib.stride_tricks.sliding_window_view(padded, (side, side))
    high, low = feet.max((2, 3)), feet.min((2, 3))
    flat = high - low < 0.06 * heights.max()
    best = np.where(flat & (low > 0.3 * heights.max()), heights, 0.0)
    even = bool(best.max() > 0)
    best = best if even else heights
    spots = np.argwhere(best > best.max() - 0.02 * heights.max())
    row, column = spots[np.argmin(((spots - spots.mean(0)) ** 2).sum(1))]
    middle = np.mean(corners(body.rows), axis=0)
    x = middle[0] + (column - (_TEXELS - 1) / 2) * step
    y = middle[1] - (row - (_TEXELS - 1) / 2) * step
    return np.array([x, y, high[row, column] if even else heights.max()]), even


def _heights(body: Primitives) -> tuple[Array, float]:
    """Height of a body above the ground, seen from above, and the size of a texel in metres."""
    low, high = corners(body.rows)
    middle, wide = (low + high) / 2, float((high - low)[:2].max()) * 1.02
    eye = np.array([middle[0], middle[1], _HIGH])
    fov = float(np.degrees(2 * np.arctan(wide / 2 / _HIGH)))
    shot = scan(body, look_at(eye, eye - (0, 0, 1), fov))
    heights = np.where(shot.ids >= 0, _HIGH - shot.depth.astype(float), 0.0)
    return heights, wide / _TEXELS


def scan(bodies: Primitives, camera: Camera) -> Shot:
    """A small plain picture of bodies, for its ids and depths (_TEXELS, _TEXELS)."""
    scene = Scene(bodies, sky("day"), Ground(WOOD))
    return render(scene, camera, _TEXELS, _TEXELS, antialias=False)
