"""Sun shadows: a grid across the sun's rays, so that one cell holds all that may shade a point."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from himmel.world.render._intersect import hit_body, is_convex, misses_bound, sampled
from himmel.world.render._kernel import inner, kernel, maker
from himmel.world.render._layout import FAR, Bodies, Floats32, Ints, Vector
from himmel.world.render._vectors import dot, row

_CELLS = 40  # along each side of the grid


class ShadowGrid(NamedTuple):
    """Bodies by cell: those of cell c are items[starts[c] : starts[c + 1]]."""

    starts: Ints
    items: Ints
    axis_a: Vector
    axis_b: Vector
    low_a: float
    low_b: float
    scale_a: float
    scale_b: float


@inner
def sun_axes(sun: Vector) -> tuple[Vector, Vector]:
    """Two unit vectors across the sun's direction, the first one horizontal."""
    flat = math.sqrt(sun[0] * sun[0] + sun[1] * sun[1])
    a = (-sun[1] / flat, sun[0] / flat, 0.0) if flat > 1e-6 else (1.0, 0.0, 0.0)
    b = (-sun[2] * a[1], sun[2] * a[0], sun[0] * a[1] - sun[1] * a[0])
    return a, b


@inner
def bounds(bodies: Bodies, a: Vector, b: Vector) -> tuple[float, float, float, float]:
    """The rectangle across the sun that holds every body which casts a shadow."""
    low_a, high_a, low_b, high_b = FAR, -FAR, FAR, -FAR
    for i in range(bodies.kind.shape[0]):
        if bodies.casts[i]:
            centre = row(bodies.centre, i, 0)
            r = bodies.radius[i]
            low_a = min(low_a, dot(centre, a) - r)
            high_a = max(high_a, dot(centre, a) + r)
            low_b = min(low_b, dot(centre, b) - r)
            high_b = max(high_b, dot(centre, b) + r)
    return low_a, high_a, low_b, high_b


@inner
def cells(grid: ShadowGrid, centre: Vector, radius: float) -> tuple[int, int, int, int]:
    """First and past-last cell along both axes that a bounding sphere touches."""
    p = dot(centre, grid.axis_a) - grid.low_a
    q = dot(centre, grid.axis_b) - grid.low_b
    a0 = max(0, int((p - radius) * grid.scale_a))
    a1 = min(_CELLS, int((p + radius) * grid.scale_a) + 1)
    b0 = max(0, int((q - radius) * grid.scale_b))
    b1 = min(_CELLS, int((q + radius) * grid.scale_b) + 1)
    return a0, a1, b0, b1


@inner
def count_or_fill(bodies: Bodies, grid: ShadowGrid, cursor: Ints, fill: bool) -> None:
    """Step every touched cell's cursor; with `fill`, leave the body where the cursor stood."""
    for i in range(bodies.kind.shape[0]):
        if bodies.casts[i]:
            a0, a1, b0, b1 = cells(grid, row(bodies.centre, i, 0), bodies.radius[i])
            for a in range(a0, a1):
                for b in range(b0, b1):
                    cell = a * _CELLS + b
                    if fill:
                        grid.items[cursor[cell]] = i
                    cursor[cell] += 1


@maker
def shadow_grid(bodies: Bodies, sun: Vector) -> ShadowGrid:
    """Sort the bodies into cells: count first, then fill lists of just that length."""
    a, b = sun_axes(sun)
    low_a, high_a, low_b, high_b = bounds(bodies, a, b)
    scale_a = _CELLS / max(high_a - low_a, 1e-6)
    scale_b = _CELLS / max(high_b - low_b, 1e-6)
    starts = np.zeros(_CELLS * _CELLS + 1, np.int32)
    none = np.zeros(0, np.int32)
    grid = ShadowGrid(starts, none, a, b, low_a, low_b, scale_a, scale_b)
    count_or_fill(bodies, grid, starts[1:], False)
    for cell in range(_CELLS * _CELLS):
        starts[cell + 1] += starts[cell]
    items = np.empty(starts[-1], np.int32)
    grid = ShadowGrid(starts, items, a, b, low_a, low_b, scale_a, scale_b)
    count_or_fill(bodies, grid, starts[:-1].copy(), True)
    return grid


@inner
def is_shaded(bodies: Bodies, grid: ShadowGrid, sun: Vector, point: Vector, own: int) -> bool:
    """True where a body other than `own` stands between the point and the sun."""
    a = math.floor((dot(point, grid.axis_a) - grid.low_a) * grid.scale_a)
    b = math.floor((dot(point, grid.axis_b) - grid.low_b) * grid.scale_b)
    if a < 0 or a >= _CELLS or b < 0 or b >= _CELLS:
        return False
    cell = int(a) * _CELLS + int(b)
    for k in range(grid.starts[cell], grid.starts[cell + 1]):
        i = grid.items[k]
        if i == own and is_convex(bodies.meshes, bodies.kind[i]):
            continue
        if misses_bound(bodies, i, point, sun, FAR):
            continue
        if hit_body(bodies, i, point, sun, 0.01) < FAR * 0.5:
            return True
    return False


@inner
def is_lamp_hidden(
    bodies: Bodies, point: Vector, direction: Vector, reach: float, own: int
) -> bool:
    """True where a body stands within `reach` along a unit direction."""
    for i in range(bodies.kind.shape[0]):
        if not bodies.casts[i] or misses_bound(bodies, i, point, direction, reach):
            continue
        if i == own and is_convex(bodies.meshes, bodies.kind[i]):
            continue
        if hit_body(bodies, i, point, direction, 0.02) < reach:
            return True
    return False


@kernel
def terrain_shadow(
    heights: Floats32, half_extent: float, ceiling: float, sun: Vector, out: Floats32
) -> None:
    """Fill `out` (n, n) with the share of the sun that the height field lets through, softened."""
    n = out.shape[0]
    for j in range(n):
        for i in range(n):
            x = (i / (n - 1) * 2.0 - 1.0) * half_extent
            y = (j / (n - 1) * 2.0 - 1.0) * half_extent
            out[j, i] = terrain_sun(heights, half_extent, ceiling, sun, x, y)


@inner
def terrain_sun(
    heights: Floats32, half_extent: float, ceiling: float, sun: Vector, x: float, y: float
) -> float:
    """March towards the sun; the nearest miss, seen under an angle, sets the penumbra."""
    z = sampled(heights, half_extent, x, y) + 0.05
    t = 0.3
    share = 1.0
    for _ in range(50):
        height = z + sun[2] * t
        if height > ceiling:
            break
        gap = height - sampled(heights, half_extent, x + sun[0] * t, y + sun[1] * t)
        share = min(share, 8.0 * gap / t)
        if share < 0:
            return 0.0
        t += max(0.3, 0.5 * gap)
    return share
