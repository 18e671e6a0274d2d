"""What a point is made of: its normal, its pattern's colour, how it shines."""

from __future__ import annotations

import math

from himmel.world.render._intersect import fur_strand, is_terrain, sampled, to_local, turned
from himmel.world.render._kernel import inner
from himmel.world.render._layout import (
    BOX,
    BRICKS,
    CAPSULE,
    CHECKER,
    COLOUR,
    CONE,
    CYLINDER,
    DOTS,
    EMISSION,
    FUR,
    FUR_SHADING,
    MERIDIANS,
    MESH,
    MOTTLED,
    PATTERN,
    PLANKS,
    REFLECTION,
    SCALE,
    SECOND,
    SEED,
    STRIPES,
    WINDOWS,
    Bodies,
    Floats,
    Land,
    Meshes,
    Surface,
    Vector,
)
from himmel.world.render._mesh import mesh_point
from himmel.world.render._noise import hashed, noise, octaves
from himmel.world.render._vectors import along, clamped, dot, mixed, scaled, unit

_JOINT = 0.16  # share of a plank that is joint
_MORTAR = 0.14  # width of a joint between bricks, as a share of a course
_DOT = 0.3  # radius of a dot, in cells
_BACK = 0.002  # metres before a point on a mesh, from where it is looked at again
_INWARD = 0.9995  # keeps the faces of a box off the borders of a pattern's cells


@inner
def local_normal(kind: int, ratio: float, p: Vector) -> Vector:
    """Outward normal (not of unit length) of a unit shape at a point of its surface."""
    x, y, z = p
    if kind == BOX:
        if abs(x) > abs(y) and abs(x) > abs(z):
            return (math.copysign(1.0, x), 0.0, 0.0)
        if abs(y) > abs(z):
            return (0.0, math.copysign(1.0, y), 0.0)
        return (0.0, 0.0, math.copysign(1.0, z))
    if kind == CYLINDER:
        return (0.0, 0.0, z) if abs(z) > 0.9995 else (x, y, 0.0)
    if kind == CONE:
        return (0.0, 0.0, -1.0) if z < -0.9995 else (x, y, 0.5 * math.sqrt(x * x + y * y))
    if kind == CAPSULE:
        return (x, y, z - min(max(z, -ratio), ratio))
    return p


@inner
def odd(whole: int) -> float:
    """1 for an odd whole number, 0 for an even one."""
    return float(int(whole) & 1)


@inner
def windows(scale: float, seed: float, local: Vector, metres: Vector) -> tuple[float, float, float]:
    """Panes on the walls of a box: share of pane, its brightness, and whether it is lit."""
    if abs(local[2]) > 0.99:
        return 0.0, 1.0, 0.0
    across = (metres[0] if abs(local[1]) > 0.99 else metres[1]) * scale
    height = metres[2] * scale
    column = math.floor(across)
    line = math.floor(height)
    if not (0.25 < across - column < 0.75 and 0.25 < height - line < 0.8):
        return 0.0, 1.0, 0.0
    chance = hashed(int(column) + int(seed) + 400, int(line) + 400)
    return 1.0, 0.35 + 0.65 * chance, 1.0 if chance > 0.45 else 0.0


@inner
def fur_shade(local: Vector, strands: float) -> float:
    """Brightness of fur: dark at the roots, different from strand to strand."""
    depth = clamped((math.sqrt(dot(local, local)) - 0.72) / 0.28)
    return (0.35 + 0.65 * depth) * (0.75 + 0.5 * fur_strand(local[0], local[1], local[2], strands))


@inner
def on_face(normal: Vector, p: Vector) -> tuple[float, float]:
    """Two coordinates across a surface: that of the axis it faces most drops out."""
    a, b, c = abs(normal[0]), abs(normal[1]), abs(normal[2])
    if c > a and c > b:
        return p[0], p[1]
    return (p[1], p[2]) if a > b else (p[0], p[2])


@inner
def dots(u: float, v: float) -> float:
    """1 inside discs of which every other row is shifted by half a cell."""
    line = math.floor(v)
    u += 0.5 * odd(line)
    return 1.0 if math.hypot(u - math.floor(u) - 0.5, v - line - 0.5) < _DOT else 0.0


@inner
def bricks(u: float, v: float) -> float:
    """1 in the joints between bricks that are two courses long."""
    course = math.floor(v)
    along_course = 0.5 * u + 0.5 * odd(course)
    joint = v - course < _MORTAR or along_course - math.floor(along_course) < 0.5 * _MORTAR
    return 1.0 if joint else 0.0


@inner
def boards(u: float, v: float) -> tuple[float, float]:
    """Share of dark grain along boards one cell wide, and each board's own brightness."""
    board = math.floor(u)
    tone = hashed(int(board) + 700, 31)
    if u - board < 0.5 * _JOINT:
        return 1.0, 0.7
    vein = noise(7.0 * u + 90.0, 0.5 * v + 40.0 * tone)
    return clamped((vein - 0.45) * 2.5), 0.75 + 0.35 * tone


@inner
def pattern(
    code: int, scale: float, seed: float, local: Vector, metres: Vector, normal: Vector
) -> tuple[float, float, float, float]:
    """Share of the second colour, brightness, share of the emission, and the mean first share.

    `local` lies in the unit shape's space and `normal` too, `metres` is the same point in metres.
    """
    x, y, z = scaled(metres, scale)
    if code == CHECKER:
        return odd(math.floor(x) + math.floor(y) + math.floor(z)), 1.0, 1.0, 0.5
    if code == STRIPES:
        return odd(math.floor(z)), 1.0, 1.0, 0.5
    if code == PLANKS:
        return (1.0 if z - math.floor(z) < _JOINT else 0.0), 1.0, 1.0, _JOINT
    if code == WINDOWS:
        share, brightness, lit = windows(scale, seed, local, metres)
        return share, brightness, lit, 0.275
    if code == MERIDIANS:
        turn = math.atan2(local[1], local[0]) / math.pi
        share = odd(math.floor(turn * scale))
        return share, 1.0, 1.0, share
    if code == MOTTLED:
        share = clamped((octaves(x + 31.0, y + z * 1.3 + 7.0, 3) - 0.3) * 2.2)
        return share, 1.0, 1.0, share
    if code >= DOTS:
        u, v = on_face(normal, (x, y, z))
        if code == DOTS:
            return dots(u, v), 1.0, 1.0, math.pi * _DOT * _DOT
        if code == BRICKS:
            return bricks(u, v), 1.0, 1.0, 1.5 * _MORTAR
        share, brightness = boards(u, v)
        return share, brightness, 1.0, 0.25
    return 0.0, 1.0, 1.0, 0.0


@inner
def painted(
    look: Floats, local: Vector, metres: Vector, normal: Vector, footprint: float
) -> tuple[Vector, float]:
    """Colour and emission of a look at a point; patterns finer than the footprint fade."""
    first = (look[COLOUR], look[COLOUR + 1], look[COLOUR + 2])
    second = (look[SECOND], look[SECOND + 1], look[SECOND + 2])
    scale = look[SCALE]
    share, brightness, lit, mean = pattern(
        int(look[PATTERN]), scale, look[SEED], local, metres, normal
    )
    fade = clamped(footprint * scale * 3.0 - 0.6)
    share += (mean - share) * fade
    lit += (1.0 - lit) * fade
    return scaled(mixed(first, second, share), brightness), look[EMISSION] * lit


@inner
def to_world(inverse: Floats, normal: Vector) -> Vector:
    """A normal of the unit shape's space as a unit vector of the world."""
    a, b, c = normal
    return unit(
        (
            inverse[0, 0] * a + inverse[1, 0] * b + inverse[2, 0] * c,
            inverse[0, 1] * a + inverse[1, 1] * b + inverse[2, 1] * c,
            inverse[0, 2] * a + inverse[1, 2] * b + inverse[2, 2] * c,
        )
    )


@inner
def any_surface(
    meshes: Meshes | None,
    bodies: Bodies,
    i: int,
    point: Vector,
    direction: Vector,
    footprint: float,
) -> Surface:
    """The surface of body i, mesh or not; a mesh is asked again which of its triangles it was."""
    if meshes is not None:  # noqa: SIM102 - by itself, so that numba can leave out what follows
        if bodies.kind[i] == MESH:
            inverse = bodies.inverse[i]
            d = turned(inverse, direction)
            origin = along(to_local(inverse, point), d, -_BACK)
            normal, albedo = mesh_point(meshes, int(bodies.ratio[i]), origin, d)
            return Surface(to_world(inverse, normal), albedo, 0.0, 0.0, 0.15, 1.0, 1.0)
    return body_surface(bodies, i, point, direction, footprint)


@inner
def body_surface(
    bodies: Bodies, i: int, point: Vector, direction: Vector, footprint: float
) -> Surface:
    """The surface of body i; `footprint` is a sample's width there in metres, seen head-on."""
    inverse = bodies.inverse[i]
    look = bodies.look[i]
    kind = bodies.kind[i]
    local = to_local(inverse, point)
    a, b, c = local_normal(kind, bodies.ratio[i], local)
    normal = to_world(inverse, (a, b, c))
    metres = (
        local[0] * bodies.half_size[i, 0] * _INWARD,
        local[1] * bodies.half_size[i, 1] * _INWARD,
        local[2] * bodies.half_size[i, 2] * _INWARD,
    )
    grazing = max(abs(dot(normal, direction)), 0.1)
    albedo, emission = painted(look, local, metres, (a, b, c), footprint / grazing)
    if look[PATTERN] == FUR_SHADING:
        strands = bodies.ratio[i] if kind == FUR else look[SCALE]
        albedo = scaled(albedo, fur_shade(local, strands))
    reflection = look[REFLECTION]
    return Surface(normal, albedo, emission, reflection, 0.15 + reflection, 1.0, 1.0)


@inner
def terrain_normal(land: Land, x: float, y: float) -> Vector:
    step = land.half_extent / land.heights.shape[0] * 1.5
    east = sampled(land.heights, land.half_extent, x + step, y)
    west = sampled(land.heights, land.half_extent, x - step, y)
    north = sampled(land.heights, land.half_extent, x, y + step)
    south = sampled(land.heights, land.half_extent, x, y - step)
    return unit((west - east, south - north, 2.0 * step))


@inner
def ground_surface(land: Land, point: Vector, direction: Vector, footprint: float) -> Surface:
    """The surface of the ground: painted terrain, or a plane with a pattern."""
    x, y, _ = point
    normal = (0.0, 0.0, 1.0)
    sun = 1.0
    seen = footprint / max(-direction[2], 0.02)
    if is_terrain(land):
        normal = terrain_normal(land, x, y)
        sun = sampled(land.shadow, land.half_extent, x, y)
    if land.albedo.shape[0] > 1:
        albedo = (
            sampled(land.albedo[:, :, 0], land.half_extent, x, y),
            sampled(land.albedo[:, :, 1], land.half_extent, x, y),
            sampled(land.albedo[:, :, 2], land.half_extent, x, y),
        )
    else:
        # Stripes and planks follow the third coordinate: hand over x as that one.
        albedo, _ = painted(land.look, point, (y, 0.0, x), (0.0, 1.0, 0.0), seen)
    if land.grain > 0:
        blotch = 0.28 * (noise(x * land.grain, y * land.grain) - 0.5)
        albedo = scaled(albedo, 1.0 + blotch * (1.0 - clamped(seen * land.grain - 0.4)))
    reflection = land.look[REFLECTION]
    return Surface(normal, albedo, 0.0, reflection, reflection * 0.3, 0.0, sun)
