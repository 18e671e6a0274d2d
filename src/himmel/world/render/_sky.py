"""The sky's colour, the light it sends, and the haze and glow between the eye and things."""

from __future__ import annotations

import math

from himmel.world.render._kernel import inner
from himmel.world.render._layout import LAMP_COLOUR, LAMP_POSITION, LAMP_REACH, Air, Vector, World
from himmel.world.render._noise import octaves
from himmel.world.render._vectors import along, clamped, dot, minus, mixed, row, scaled

_DRIFT = 0.02  # cloud widths per second


@inner
def sky_colour(air: Air, direction: Vector, time: float) -> Vector:
    """Colour of the open sky along a unit direction; below the horizon it is the horizon's."""
    up = max(direction[2], 0.0)
    colour = mixed(air.horizon, air.zenith, math.sqrt(up))
    to_sun = direction[0] * air.sun_direction[0] + direction[1] * air.sun_direction[1]
    to_sun += up * air.sun_direction[2]
    if to_sun > 0 and air.glare > 0:
        halo = to_sun**24 * 0.35 + to_sun**400 * 2.0 + (8.0 if to_sun > 0.9992 else 0.0)
        colour = along(colour, air.sun, halo * air.glare)
    if air.moon > 0:
        colour = with_moon(air, colour, dot(direction, air.moon_direction))
    if air.clouds > 0 and up > 0.01:
        colour = with_clouds(air, colour, direction, time)
    return colour


@inner
def with_moon(air: Air, colour: Vector, nearness: float) -> Vector:
    """The moon's disc of 4 degrees, soft at the rim, and a faint ring of light."""
    disc = clamped((nearness - 0.9972) / 0.0005)
    ring = clamped((nearness - 0.98) / 0.0172)
    colour = along(colour, (0.10, 0.11, 0.14), ring * ring)
    return mixed(colour, (0.9, 0.9, 0.85), disc)


@inner
def with_clouds(air: Air, colour: Vector, direction: Vector, time: float) -> Vector:
    stretch = 1.6 / (direction[2] + 0.12)
    density = octaves(direction[0] * stretch + time * _DRIFT, direction[1] * stretch, 4)
    cover = clamped((density - (0.72 - 0.5 * air.clouds)) * 5.0) * min(1.0, direction[2] * 8.0)
    cloud = along((0.02, 0.02, 0.02), air.horizon, 0.5)
    return mixed(colour, along(cloud, air.sun, 0.22), cover * 0.9)


@inner
def sky_light(air: Air, up: float) -> Vector:
    """Light from the half of the sky that a surface whose normal rises by `up` faces."""
    share = 0.5 + 0.5 * up
    above = mixed(air.zenith, air.horizon, 0.3)
    return scaled(mixed(scaled(air.horizon, 0.35), above, share), air.ambient)


@inner
def clearness(air: Air, distance: float) -> float:
    """Share of a colour that comes through the fog."""
    return math.exp(-air.fog * min(distance, air.far))


@inner
def sky_clearness(air: Air, up: float) -> float:
    """The same for the sky, which fog hides near the horizon only."""
    return 1.0 - (1.0 - math.exp(-air.fog * air.far)) * math.exp(-6.0 * max(up, 0.0))


@inner
def glow(world: World, origin: Vector, direction: Vector, distance: float) -> Vector:
    """Light that lamps scatter into a ray: the closed integral of 1 / d^2 along it."""
    total = (0.0, 0.0, 0.0)
    length = min(distance, world.air.far)
    for i in range(world.lamps.shape[0]):
        offset = minus(row(world.lamps, i, LAMP_POSITION), origin)
        ahead = dot(offset, direction)
        aside = math.sqrt(max(dot(offset, offset) - ahead * ahead, 0.0) + 0.01)
        if aside < world.lamps[i, LAMP_REACH]:
            strength = (math.atan((length - ahead) / aside) + math.atan(ahead / aside)) / aside
            total = along(total, row(world.lamps, i, LAMP_COLOUR), strength * world.air.glow)
    return total
