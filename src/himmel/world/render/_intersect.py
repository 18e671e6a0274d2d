"""Ray tests: where a ray meets a unit shape, a body, the plane or the height field."""

from __future__ import annotations

import math

from himmel.world.render._kernel import inner, kernel
from himmel.world.render._layout import (
    BOX,
    CAPSULE,
    CONE,
    CYLINDER,
    FAR,
    FUR,
    MESH,
    SPHERE,
    Bodies,
    Floats,
    Floats32,
    Land,
    Meshes,
    Vector,
)
from himmel.world.render._mesh import nearest_triangle
from himmel.world.render._noise import hashed

_FUR_SHELLS = 7


@inner
def hit_sphere(o: Vector, d: Vector, nearest: float) -> float:
    x, y, z = o
    u, v, w = d
    a = u * u + v * v + w * w
    b = x * u + y * v + z * w
    inside = b * b - a * (x * x + y * y + z * z - 1.0)
    if inside < 0:
        return FAR
    root = math.sqrt(inside)
    t = (-b - root) / a
    if t < nearest:
        t = (-b + root) / a
    return t if t > nearest else FAR


@inner
def fur_strand(x: float, y: float, z: float, strands: float) -> float:
    """The random number of the strand that grows at a point of the unit sphere."""
    around = math.floor(math.atan2(y, x) * strands)
    height = math.floor(z * strands * 0.7)
    return hashed(int(around) + 5000, int(height) + 5000)


@inner
def hit_fur(strands: float, o: Vector, d: Vector, nearest: float) -> float:
    """Concentric shells, each with fewer holes between its strands; the last one is solid."""
    x, y, z = o
    u, v, w = d
    a = u * u + v * v + w * w
    b = x * u + y * v + z * w
    c = x * x + y * y + z * z
    for shell in range(_FUR_SHELLS):
        r = 1.0 - 0.045 * shell
        inside = b * b - a * (c - r * r)
        if inside < 0:
            return FAR
        t = (-b - math.sqrt(inside)) / a
        if t < nearest:
            return FAR
        if shell == _FUR_SHELLS - 1:
            return t
        droop = 0.06 * (_FUR_SHELLS - 1 - shell) / (_FUR_SHELLS - 1) * r  # strands hang down
        strand = fur_strand((x + u * t) / r, (y + v * t) / r, (z + w * t) / r - droop, strands)
        if strand > 0.93 - 0.13 * shell:
            return t
    return FAR


@inner
def hit_box(o: Vector, d: Vector, nearest: float) -> float:
    x, y, z = o
    u, v, w = d
    a = 1.0 / u
    b = 1.0 / v
    c = 1.0 / w
    x1 = (-1.0 - x) * a
    x2 = (1.0 - x) * a
    y1 = (-1.0 - y) * b
    y2 = (1.0 - y) * b
    z1 = (-1.0 - z) * c
    z2 = (1.0 - z) * c
    enter = max(min(x1, x2), min(y1, y2), min(z1, z2))
    leave = min(max(x1, x2), max(y1, y2), max(z1, z2))
    if enter > leave or leave < nearest:
        return FAR
    return enter if enter > nearest else leave


@inner
def hit_disc(height: float, o: Vector, d: Vector, nearest: float) -> float:
    """The unit disc at z = height."""
    x, y, z = o
    u, v, w = d
    t = (height - z) / w
    px = x + u * t
    py = y + v * t
    return t if t > nearest and px * px + py * py <= 1.0 else FAR


@inner
def hit_cylinder(o: Vector, d: Vector, nearest: float) -> float:
    x, y, z = o
    u, v, w = d
    a = u * u + v * v
    b = x * u + y * v
    inside = b * b - a * (x * x + y * y - 1.0)
    if inside < 0:
        return FAR
    best = FAR
    if a > 1e-12:
        t = (-b - math.sqrt(inside)) / a
        if t > nearest and abs(z + w * t) <= 1.0:
            best = t
    best = min(best, hit_disc(-1.0, o, d, nearest))
    return min(best, hit_disc(1.0, o, d, nearest))


@inner
def hit_cone(o: Vector, d: Vector, nearest: float) -> float:
    """Radius (1 - z) / 2: the apex at z = 1, the unit disc at z = -1."""
    x, y, z = o
    u, v, w = d
    below = z - 1.0
    a = u * u + v * v - 0.25 * w * w
    b = x * u + y * v - 0.25 * below * w
    inside = b * b - a * (x * x + y * y - 0.25 * below * below)
    best = hit_disc(-1.0, o, d, nearest)
    if inside >= 0:
        root = math.sqrt(inside)
        t = (-b - root) / a
        if nearest < t < best and abs(z + w * t) <= 1.0:
            best = t
        t = (-b + root) / a
        if nearest < t < best and abs(z + w * t) <= 1.0:
            best = t
    return best


@inner
def hit_capsule(ratio: float, o: Vector, d: Vector, nearest: float) -> float:
    x, y, z = o
    u, v, w = d
    a = u * u + v * v
    b = x * u + y * v
    c = x * x + y * y - 1.0
    inside = b * b - a * c
    if inside < 0:
        return FAR
    if a > 1e-12:
        t = (-b - math.sqrt(inside)) / a
        if t > nearest and abs(z + w * t) <= ratio:
            return t
    best = FAR
    a += w * w
    for end in range(2):
        rest = z - (2 * end - 1) * ratio
        ball = b + rest * w
        inside = ball * ball - a * (c + rest * rest)
        if inside >= 0:
            t = (-ball - math.sqrt(inside)) / a
            if nearest < t < best:
                best = t
    return best


@inner
def hit_unit(
    meshes: Meshes | None,
    kind: int,
    ratio: float,
    o: Vector,
    d: Vector,
    nearest: float,
) -> float:
    """Distance to a unit shape from o along d, beyond `nearest`, or FAR."""
    if meshes is not None:  # noqa: SIM102 - by itself, so that numba can leave out what follows
        if kind == MESH:
            t, _ = nearest_triangle(meshes, int(ratio), o, d, nearest)
            return t
    if kind == SPHERE:
        return hit_sphere(o, d, nearest)
    if kind == BOX:
        return hit_box(o, d, nearest)
    if kind == CAPSULE:
        return hit_capsule(ratio, o, d, nearest)
    if kind == CYLINDER:
        return hit_cylinder(o, d, nearest)
    if kind == CONE:
        return hit_cone(o, d, nearest)
    return hit_fur(ratio, o, d, nearest)


@inner
def to_local(inverse: Floats, point: Vector) -> Vector:
    """A world point in the unit shape's space."""
    x, y, z = turned(inverse, point)
    return (x + inverse[0, 3], y + inverse[1, 3], z + inverse[2, 3])


@inner
def turned(inverse: Floats, d: Vector) -> Vector:
    """A world direction in the unit shape's space (lengths change, distances along it do not)."""
    return (
        inverse[0, 0] * d[0] + inverse[0, 1] * d[1] + inverse[0, 2] * d[2],
        inverse[1, 0] * d[0] + inverse[1, 1] * d[1] + inverse[1, 2] * d[2],
        inverse[2, 0] * d[0] + inverse[2, 1] * d[1] + inverse[2, 2] * d[2],
    )


@inner
def hit_body(bodies: Bodies, i: int, origin: Vector, direction: Vector, nearest: float) -> float:
    """Distance to body i, fur taken as a smooth ellipsoid; for shadows and mirrors."""
    o = to_local(bodies.inverse[i], origin)
    d = turned(bodies.inverse[i], direction)
    kind = bodies.kind[i]
    if kind == FUR:
        return hit_sphere(o, d, nearest)
    return hit_unit(bodies.meshes, kind, bodies.ratio[i], o, d, nearest)


@inner
def is_convex(meshes: Meshes | None, kind: int) -> bool:
    """All shapes but meshes are: none of them ever shades its own lit side."""
    if meshes is None:
        return True
    return kind != MESH


@inner
def misses_bound(bodies: Bodies, i: int, origin: Vector, direction: Vector, limit: float) -> bool:
    """True where a ray of unit direction and length `limit` cannot touch body i."""
    cx = bodies.centre[i, 0] - origin[0]
    cy = bodies.centre[i, 1] - origin[1]
    cz = bodies.centre[i, 2] - origin[2]
    ahead = cx * direction[0] + cy * direction[1] + cz * direction[2]
    square = bodies.radius[i] * bodies.radius[i] * 1.0001
    away = cx * cx + cy * cy + cz * cz
    if away - ahead * ahead > square or (ahead < 0 and away > square):
        return True
    return bool(ahead - bodies.radius[i] > limit)


@inner
def nearest_body(bodies: Bodies, origin: Vector, direction: Vector) -> tuple[float, int]:
    """Distance and index of the first body along a ray of unit direction, or (FAR, SKY)."""
    best = FAR
    owner = -2
    for i in range(bodies.kind.shape[0]):
        if misses_bound(bodies, i, origin, direction, best):
            continue
        t = hit_body(bodies, i, origin, direction, 0.01)
        if t < best:
            best = t
            owner = i
    return best, owner


@inner
def sampled(field: Floats32, half_extent: float, x: float, y: float) -> float:
    """Bilinear value of a field (n, n) over the square of `half_extent` round the origin."""
    n = field.shape[0]
    fx = min(max((x / half_extent * 0.5 + 0.5) * (n - 1), 0.0), n - 1.001)
    fy = min(max((y / half_extent * 0.5 + 0.5) * (n - 1), 0.0), n - 1.001)
    i = int(fx)
    j = int(fy)
    fx -= i
    fy -= j
    near = field[j, i] * (1.0 - fx) + field[j, i + 1] * fx
    return float(near * (1.0 - fy) + (field[j + 1, i] * (1.0 - fx) + field[j + 1, i + 1] * fx) * fy)


@kernel
def heights_at(heights: Floats32, half_extent: float, xs: Floats, ys: Floats, out: Floats) -> None:
    """Fill `out` with the height field's value at every (x, y)."""
    for i in range(xs.shape[0]):
        out[i] = sampled(heights, half_extent, xs[i], ys[i])


@inner
def is_terrain(land: Land) -> bool:
    return bool(land.heights.shape[0] > 1)


@inner
def hit_ground(land: Land, origin: Vector, direction: Vector, far: float) -> float:
    """Distance to the ground, or FAR."""
    if is_terrain(land):
        return hit_terrain(land, origin, direction, far)
    if direction[2] >= -1e-6:
        return FAR
    t = -origin[2] / direction[2]
    return t if t > 1e-3 else FAR


@inner
def hit_terrain(land: Land, origin: Vector, direction: Vector, far: float) -> float:
    """March over the height field, steps growing with the height above it, then bisect."""
    ox, oy, oz = origin
    dx, dy, dz = direction
    t = 0.02
    if oz > land.ceiling:
        if dz >= 0:
            return FAR
        t = (land.ceiling - oz) / dz
    before = t
    for _ in range(90):
        z = oz + dz * t
        gap = z - sampled(land.heights, land.half_extent, ox + dx * t, oy + dy * t)
        if gap < 0.002 * t:
            return bisected(land, origin, direction, before, t) if gap < 0 else t
        before = t
        t += max(0.55 * gap, 0.006 * t)
        if t > far or (z > land.ceiling and dz > 0):
            return FAR
    return t


@inner
def bisected(land: Land, origin: Vector, direction: Vector, above: float, under: float) -> float:
    """The crossing between a distance above the ground and one under it."""
    for _ in range(6):
        middle = 0.5 * (above + under)
        x = origin[0] + direction[0] * middle
        y = origin[1] + direction[1] * middle
        if origin[2] + direction[2] * middle < sampled(land.heights, land.half_extent, x, y):
            under = middle
        else:
            above = middle
    return under
