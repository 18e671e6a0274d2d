"""Deferred shading: sun, sky light, lamps, fog and one mirror bounce for every visible sample."""

from __future__ import annotations

import math

import numpy as np

from himmel.world.render._intersect import hit_ground, nearest_body
from himmel.world.render._kernel import inner, kernel
from himmel.world.render._layout import (
    FAR,
    GROUND,
    LAMP_COLOUR,
    LAMP_POSITION,
    LAMP_REACH,
    LAMP_SHADOW,
    SKY,
    Air,
    Floats32,
    Ints,
    Seen,
    Surface,
    Vector,
    View,
    World,
)
from himmel.world.render._noise import noise
from himmel.world.render._shadow import ShadowGrid, is_lamp_hidden, is_shaded
from himmel.world.render._sky import clearness, glow, sky_clearness, sky_colour, sky_light
from himmel.world.render._surface import any_surface, ground_surface
from himmel.world.render._vectors import along, dot, minus, mixed, row, scaled, times, unit


@inner
def sunlight(
    world: World, grid: ShadowGrid, point: Vector, surface: Surface, own: int, distance: float
) -> float:
    """Share of the sun that reaches a point, 0 to 1."""
    air = world.air
    if surface.sun <= 0.01 or max(air.sun[0], air.sun[1], air.sun[2]) <= 0.01:
        return 0.0
    lifted = along(point, surface.normal, 0.004 * (1.0 + distance * 0.05))
    return 0.0 if is_shaded(world.bodies, grid, air.sun_direction, lifted, own) else surface.sun


@inner
def shine(air: Air, surface: Surface, direction: Vector, sun: float) -> Vector:
    """Light that does not take the surface's colour: the sun's highlight and the sky's sheen.

    The sheen is Schlick's approximation for a clear coat; it keeps black things readable.
    """
    normal = surface.normal
    facing = dot(normal, direction)
    colour = (0.0, 0.0, 0.0)
    if sun > 0 and surface.gloss > 0:
        half = unit(minus(air.sun_direction, direction))
        strength = max(dot(normal, half), 0.0) ** 40 * surface.gloss * sun
        colour = scaled(air.sun, strength)
    if surface.sheen > 0:
        grazing = 1.0 - min(abs(facing), 1.0)
        mirrored_up = direction[2] - 2.0 * facing * normal[2]
        share = 0.04 + 0.3 * grazing * grazing * grazing * grazing * grazing
        colour = along(colour, sky_light(air, mirrored_up), share * surface.sheen)
    return colour


@inner
def lamplight(
    world: World, point: Vector, surface: Surface, own: int, with_shadows: bool
) -> Vector:
    """Light that all lamps within reach send to a point."""
    total = (0.0, 0.0, 0.0)
    for i in range(world.lamps.shape[0]):
        offset = minus(row(world.lamps, i, LAMP_POSITION), point)
        square = dot(offset, offset) + 0.02
        reach = world.lamps[i, LAMP_REACH]
        if square > reach * reach:
            continue
        distance = math.sqrt(square)
        direction = scaled(offset, 1.0 / distance)
        facing = dot(surface.normal, direction)
        if facing <= 0:
            continue
        if with_shadows and world.lamps[i, LAMP_SHADOW] > 0:
            lifted = along(point, surface.normal, 0.01)
            if is_lamp_hidden(world.bodies, lifted, direction, distance * 0.98, own):
                continue
        strength = facing / square * (1.0 - square / (reach * reach))
        total = along(total, row(world.lamps, i, LAMP_COLOUR), strength)
    return total


@inner
def lit(
    world: World,
    grid: ShadowGrid,
    point: Vector,
    direction: Vector,
    surface: Surface,
    own: int,
    distance: float,
    with_lamp_shadows: bool,
) -> Vector:
    """Colour of a point under all lights."""
    air = world.air
    toward = dot(surface.normal, air.sun_direction)
    sun = sunlight(world, grid, point, surface, own, distance) if toward > 0 else 0.0
    light = along(sky_light(air, surface.normal[2]), air.sun, max(toward, 0.0) * sun)
    light = along(light, (1.0, 1.0, 1.0), surface.emission)
    if world.lamps.shape[0] > 0:
        light = along(light, lamplight(world, point, surface, own, with_lamp_shadows), 1.0)
    return along(times(surface.albedo, light), shine(air, surface, direction, sun), 1.0)


@inner
def look(
    world: World,
    grid: ShadowGrid,
    origin: Vector,
    direction: Vector,
    distance: float,
    owner: int,
    travelled: float,
) -> Seen:
    """What a ray sees whose nearest body is known; `travelled` is the way before its origin."""
    air = world.air
    ground = hit_ground(world.land, origin, direction, air.far)
    if ground < distance:
        distance = ground
        owner = GROUND
    point = along(origin, direction, distance)
    if distance > FAR * 0.5:
        sky = sky_colour(air, direction, world.time)
        colour = mixed(air.fog_colour, sky, sky_clearness(air, direction[2]))
        return Seen(colour, SKY, FAR, point, direction, 0.0)
    footprint = (travelled + distance) * world.pixel
    if owner == GROUND:
        surface = ground_surface(world.land, point, direction, footprint)
    else:
        bodies = world.bodies
        surface = any_surface(bodies.meshes, bodies, owner, point, direction, footprint)
    colour = lit(world, grid, point, direction, surface, owner, distance, travelled == 0.0)
    clear = clearness(air, distance)
    mirror = 0.0
    if surface.reflection > 0:
        grazing = 1.0 - min(abs(dot(surface.normal, direction)), 1.0)
        mirror = surface.reflection * (0.25 + 0.75 * grazing * grazing * grazing) * clear
    colour = mixed(air.fog_colour, colour, clear)
    return Seen(colour, owner, distance, point, surface.normal, mirror)


@inner
def rippled(world: World, seen: Seen) -> Vector:
    """The normal of water: waves that flatten with distance, so that they never alias."""
    x, y, _ = seen.point
    shift = world.time * 3.0
    size = 0.6 * world.land.ripple / (1.0 + 0.004 * seen.distance * seen.distance)
    a = noise(x * 3.0 + shift, y * 3.0) + noise(x * 7.0 - shift * 1.3, y * 7.0 + shift) - 1.0
    b = noise(x * 3.0 + 9.0, y * 3.0 + shift) + noise(x * 7.0, y * 7.0 - shift * 1.7) - 1.0
    return unit((seen.normal[0] + a * size, seen.normal[1] + b * size, seen.normal[2]))


@inner
def mirrored(world: World, grid: ShadowGrid, seen: Seen, direction: Vector) -> Vector:
    """Colour that the mirror image at a seen point shows."""
    normal = seen.normal
    on_ground = seen.owner == GROUND
    if on_ground and world.land.ripple > 0:
        normal = rippled(world, seen)
    origin = along(seen.point, normal, 0.01)
    bounced = along(direction, normal, -2.0 * dot(normal, direction))
    if on_ground:
        bounced = unit((bounced[0], bounced[1], abs(bounced[2])))  # no ray under the water
    distance, owner = nearest_body(world.bodies, origin, bounced)
    return look(world, grid, origin, bounced, distance, owner, seen.distance).colour


@inner
def trace(
    world: World, grid: ShadowGrid, eye: Vector, direction: Vector, distance: float, owner: int
) -> tuple[Vector, int, float]:
    """Colour, owner and distance of one sample."""
    seen = look(world, grid, eye, direction, distance, owner, 0.0)
    colour = seen.colour
    if seen.mirror > 0:
        colour = mixed(colour, mirrored(world, grid, seen, direction), seen.mirror)
    if world.air.glow > 0:
        colour = along(colour, glow(world, eye, direction, seen.distance), 1.0)
    return colour, seen.owner, seen.distance


@inner
def sample(
    world: World, grid: ShadowGrid, view: View, depth: Floats32, owner: Ints, line: int, column: int
) -> tuple[Vector, int, float]:
    """Trace the sample at (line, column) of the visibility buffers."""
    a = (column + 0.5 - view.width * 0.5) * view.pixel
    b = (view.height * 0.5 - (line + 0.5)) * view.pixel
    slanted = along(along(view.forward, view.right, a), view.up, b)
    length = math.sqrt(dot(slanted, slanted))
    near = float(depth[line, column])
    distance = near * length if near < FAR * 0.5 else FAR
    direction = scaled(slanted, 1.0 / length)
    return trace(world, grid, view.eye, direction, distance, int(owner[line, column]))


@inner
def step_of(owner: Ints, line: int, column: int, side: int) -> int:
    """1 to shade every sample of a pixel, 3 for two on the diagonal where all four agree."""
    if side == 1:
        return 1
    first = owner[line, column]
    same = first == owner[line, column + 1] and first == owner[line + 1, column]
    return 3 if same and first == owner[line + 1, column + 1] else 1


@kernel
def shade(
    world: World,
    grid: ShadowGrid,
    view: View,
    depth: Floats32,
    owner: Ints,
    rgb: Floats32,
    ids: Ints,
    distances: Floats32,
) -> None:
    """Fill rgb (h, w, 3) in linear light, ids and distances (h, w) of each pixel's first sample."""
    height, width = ids.shape
    side = view.width // width
    for y in range(height):
        for x in range(width):
            step = step_of(owner, y * side, x * side, side)
            total = (0.0, 0.0, 0.0)
            count = 0
            for k in range(0, side * side, step):
                line = y * side + k // side
                column = x * side + k % side
                colour, hit, distance = sample(world, grid, view, depth, owner, line, column)
                total = along(total, colour, 1.0)
                count += 1
                if k == 0:
                    ids[y, x] = world.bodies.object_id[hit] if hit >= 0 else hit
                    distances[y, x] = distance if hit != SKY else np.inf
            for c in range(3):
                rgb[y, x, c] = total[c] / count
