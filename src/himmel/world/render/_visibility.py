"""Which body each sample sees: a z-buffer over the bounding squares of the bodies."""

from __future__ import annotations

import math

from himmel.world.render._intersect import hit_unit, to_local, turned
from himmel.world.render._kernel import inner, kernel
from himmel.world.render._layout import Bodies, Floats32, Ints, View
from himmel.world.render._vectors import along, dot, minus, row

_NEAREST = 0.02  # metres in front of the eye


@inner
def extent(aside: float, ahead: float, radius: float) -> tuple[float, float]:
    """Slopes of the two lines that touch a circle at (aside, ahead), seen from the origin."""
    touch = math.sqrt(max(aside * aside + ahead * ahead - radius * radius, 1e-12))
    low = (aside * touch - ahead * radius) / (ahead * touch + aside * radius)
    high = (aside * touch + ahead * radius) / (ahead * touch - aside * radius)
    return low, high


@inner
def window(bodies: Bodies, i: int, view: View) -> tuple[int, int, int, int]:
    """First and past-last column and line of the samples that body i can touch."""
    radius = bodies.radius[i]
    centre = minus(row(bodies.centre, i, 0), view.eye)
    ahead = dot(centre, view.forward)
    if ahead < -radius:
        return 0, 0, 0, 0
    if ahead <= radius * 1.02 + 0.01:
        return 0, view.width, 0, view.height
    low, high = extent(dot(centre, view.right), ahead, radius)
    left = max(0, int(view.width * 0.5 + low / view.pixel - 1.0))
    right = min(view.width, int(view.width * 0.5 + high / view.pixel + 2.0))
    low, high = extent(dot(centre, view.up), ahead, radius)
    top = max(0, int(view.height * 0.5 - high / view.pixel - 1.0))
    bottom = min(view.height, int(view.height * 0.5 - low / view.pixel + 2.0))
    return left, right, top, bottom


@inner
def draw(bodies: Bodies, i: int, view: View, depth: Floats32, owner: Ints) -> None:
    """Write body i wherever it is the nearest so far; depth counts along the viewing axis."""
    left, right, top, bottom = window(bodies, i, view)
    kind = bodies.kind[i]
    ratio = bodies.ratio[i]
    o = to_local(bodies.inverse[i], view.eye)
    f = turned(bodies.inverse[i], view.forward)
    r = turned(bodies.inverse[i], view.right)
    u = turned(bodies.inverse[i], view.up)
    for line in range(top, bottom):
        b = (view.height * 0.5 - (line + 0.5)) * view.pixel
        slanted = along(f, u, b)
        for column in range(left, right):
            a = (column + 0.5 - view.width * 0.5) * view.pixel
            t = hit_unit(bodies.meshes, kind, ratio, o, along(slanted, r, a), _NEAREST)
            if t < depth[line, column]:
                depth[line, column] = t
                owner[line, column] = i


@kernel
def visibility(bodies: Bodies, view: View, depth: Floats32, owner: Ints) -> None:
    """Fill depth (h, w) and owner (h, w), which come in as FAR and SKY."""
    for i in range(bodies.kind.shape[0]):
        draw(bodies, i, view, depth, owner)
