"""Where a ray meets a mesh, and what the mesh is made of there."""

from __future__ import annotations

import math

from himmel.world.render._kernel import inner
from himmel.world.render._layout import (
    FAR,
    FIRST_TEXEL,
    TEXTURE_HEIGHT,
    TEXTURE_WIDTH,
    Floats,
    Meshes,
    Vector,
)
from himmel.world.render._vectors import along, dot, minus, row, scaled

_EDGE = 1e-9  # a ray through an edge meets both triangles rather than none
_SMALL = 1e-12  # no component of a direction is smaller: 0 / 0 has no side


@inner
def cross(a: Vector, b: Vector) -> Vector:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


@inner
def inverted(value: float) -> float:
    return 1.0 / value if abs(value) > _SMALL else 1.0 / _SMALL


@inner
def hit_triangle(corners: Floats, k: int, o: Vector, d: Vector) -> tuple[float, float, float]:
    """Distance to triangle k and where on it, as shares of its edges (T. Moeller, B. Trumbore, 1997)."""
    first = row(corners, k, 3)
    second = row(corners, k, 6)
    p = cross(d, second)
    scale = 1.0 / dot(first, p)
    s = minus(o, row(corners, k, 0))
    q = cross(s, first)
    u = dot(s, p) * scale
    v = dot(d, q) * scale
    if u >= -_EDGE and v >= -_EDGE and u + v <= 1.0 + _EDGE:
        return dot(second, q) * scale, u, v
    return FAR, 0.0, 0.0


@inner
def enters(boxes: Floats, b: int, o: Vector, inverse: Vector, nearest: float, best: float) -> bool:
    """Whether a ray passes through a box between two distances."""
    x1 = (boxes[b, 0] - o[0]) * inverse[0]
    x2 = (boxes[b, 3] - o[0]) * inverse[0]
    y1 = (boxes[b, 1] - o[1]) * inverse[1]
    y2 = (boxes[b, 4] - o[1]) * inverse[1]
    z1 = (boxes[b, 2] - o[2]) * inverse[2]
    z2 = (boxes[b, 5] - o[2]) * inverse[2]
    enter = max(min(x1, x2), min(y1, y2), min(z1, z2))
    leave = min(max(x1, x2), max(y1, y2), max(z1, z2))
    return bool(enter <= leave and leave >= nearest and enter <= best)


@inner
def nearest_triangle(
    meshes: Meshes, mesh: int, o: Vector, d: Vector, nearest: float
) -> tuple[float, int]:
    """Distance and number of the first triangle along a ray, or (FAR, -1).

    The nearer child comes first; a bit of `waiting` per level says that the other one is still to come.
    """
    first_box, first_triangle = meshes.start[mesh, 0], meshes.start[mesh, 1]
    leaves, size = meshes.start[mesh, 2], meshes.start[mesh, 3]
    inverse = (inverted(d[0]), inverted(d[1]), inverted(d[2]))
    best = FAR
    found = -1
    node = 1
    waiting = 0
    while True:
        box = first_box + node
        if enters(meshes.boxes, box, o, inverse, nearest, best):
            if node < leaves:
                axis = meshes.boxes[box, 6]
                ahead = d[0] if axis == 0.0 else (d[1] if axis == 1.0 else d[2])
                node = 2 * node + (1 if ahead < 0 else 0)
                waiting = 2 * waiting + 1
                continue
            first = first_triangle + (node - leaves) * size
            for k in range(first, first + size):
                t, _, _ = hit_triangle(meshes.corners, k, o, d)
                if nearest < t < best:
                    best = t
                    found = k
        if waiting == 0:
            return best, found
        while waiting & 1 == 0:
            waiting >>= 1
            node >>= 1
        node ^= 1
        waiting -= 1


@inner
def texel(meshes: Meshes, k: int, u: float, v: float) -> Vector:
    """Colour of triangle k at a point; textures repeat, their first line is at the top."""
    width = int(meshes.paint[k, TEXTURE_WIDTH])
    if width == 0:
        return row(meshes.paint, k, 0)
    height = int(meshes.paint[k, TEXTURE_HEIGHT])
    w = 1.0 - u - v
    x = w * meshes.places[k, 0] + u * meshes.places[k, 2] + v * meshes.places[k, 4]
    y = w * meshes.places[k, 1] + u * meshes.places[k, 3] + v * meshes.places[k, 5]
    column = min(int((x - math.floor(x)) * width), width - 1)
    line = min(int((1.0 - y + math.floor(y)) * height), height - 1)
    return row(meshes.texels, int(meshes.paint[k, FIRST_TEXEL]) + line * width + column, 0)


@inner
def mesh_point(meshes: Meshes, mesh: int, o: Vector, d: Vector) -> tuple[Vector, Vector]:
    """Normal (not of unit length, towards the ray's origin) and colour where a ray first meets a mesh."""
    _, k = nearest_triangle(meshes, mesh, o, d, 0.0)
    if k < 0:  # the point was found in single precision; here the ray slips past the edge
        return scaled(d, -1.0), row(meshes.paint, int(meshes.start[mesh, 1]), 0)
    _, u, v = hit_triangle(meshes.corners, k, o, d)
    flat = cross(row(meshes.corners, k, 3), row(meshes.corners, k, 6))
    normal = scaled(row(meshes.normals, k, 0), 1.0 - u - v)
    normal = along(along(normal, row(meshes.normals, k, 3), u), row(meshes.normals, k, 6), v)
    # Files wind their triangles either way and show both sides: what is seen faces the viewer.
    if dot(normal, flat) * dot(flat, d) > 0:
        normal = scaled(normal, -1.0)
    return normal, texel(meshes, k, u, v)
