"""Light and air by time of day."""

from __future__ import annotations

import math
from dataclasses import dataclass

from himmel.core.errors import HimmelError
from himmel.world.render.shapes import Colour

Direction = tuple[float, float, float]


@dataclass(frozen=True)
class Sky:
    """Sun, sky light, clouds and fog. Colours in linear light, directions of unit length."""

    sun_direction: Direction  # towards the sun (at night: towards the moonlight)
    sun: Colour  # what a surface that faces the sun receives
    zenith: Colour
    horizon: Colour
    ambient: float  # strength of the light that the sky sends
    exposure: float  # brightness that this light asks for; 2.2 at night
    fog: float = 0.002  # share lost per metre
    fog_colour: Colour = (0.5, 0.5, 0.5)
    clouds: float = 0.35  # 0 none to 1 overcast
    glare: float = 1.0  # strength of the sun's disc and halo
    moon_direction: Direction | None = None
    glow: float = 0.0  # how much the air scatters the light of lamps; about 0.005
    far: float = 150.0  # metres beyond which fog and terrain are not followed


@dataclass(frozen=True)
class _Light:
    elevation: float  # of the sun, radians
    sun: Colour
    zenith: Colour
    horizon: Colour
    ambient: float
    exposure: float = 1.0
    clouds: float = 0.35
    glare: float = 1.0
    moon: bool = False


_LIGHTS = {
    "noon": _Light(1.0, (2.2, 2.1, 1.9), (0.13, 0.3, 0.75), (0.55, 0.7, 0.9), 0.75),
    "morning": _Light(0.5, (2.0, 1.7, 1.2), (0.2, 0.35, 0.7), (0.85, 0.75, 0.6), 0.6),
    "sunset": _Light(0.27, (2.4, 0.95, 0.3), (0.12, 0.13, 0.35), (1.1, 0.42, 0.16), 0.7),
    "overcast": _Light(
        0.9, (0.25, 0.25, 0.25), (0.5, 0.53, 0.58), (0.65, 0.67, 0.7), 0.95, clouds=0.9, glare=0.0
    ),
    "night": _Light(
        0.8,
        (0.13, 0.15, 0.22),
        (0.008, 0.013, 0.04),
        (0.02, 0.03, 0.07),
        1.3,
        exposure=2.2,
        glare=0.0,
        moon=True,
    ),
    "dusk": _Light(
        0.1,
        (0.25, 0.15, 0.2),
        (0.03, 0.05, 0.18),
        (0.3, 0.16, 0.22),
        1.0,
        exposure=1.5,
        moon=True,
    ),
}
_LIGHTS |= {  # hours that only the wide world asks for
    "dawn": _Light(0.3, (1.7, 1.0, 0.95), (0.22, 0.2, 0.5), (1.15, 0.5, 0.62), 0.85, glare=0.3),
    "early": _Light(0.42, (2.4, 1.9, 1.15), (0.16, 0.4, 0.7), (1.1, 0.98, 0.62), 0.5, glare=0.3),
    "blue-hour": _Light(
        0.8, (0.42, 0.36, 0.42), (0.02, 0.07, 0.4), (0.1, 0.22, 0.66), 0.5, 1.5, glare=0.0
    ),
    "full-moon": _Light(
        0.55, (0.34, 0.42, 0.6), (0.008, 0.016, 0.045), (0.02, 0.035, 0.08), 0.8, 1.9, glare=0.0
    ),
    "stars": _Light(
        0.8, (0.17, 0.16, 0.18), (0.0012, 0.0015, 0.004), (0.006, 0.008, 0.02), 4.0, 2.2, glare=0.0
    ),
}
_LIGHTS |= {"day": _LIGHTS["noon"], "evening": _LIGHTS["sunset"]}


def _direction(azimuth: float, elevation: float) -> Direction:
    flat = math.cos(elevation)
    return (flat * math.cos(azimuth), flat * math.sin(azimuth), math.sin(elevation))


def sky(
    time_of_day: str,
    *,
    azimuth: float = 0.8,
    fog: float = 0.002,
    fog_colour: Colour | None = None,
    clouds: float | None = None,
    glow: float = 0.0,
    far: float = 150.0,
) -> Sky:
    """The light of an hour: "noon" ("day"), "morning", "sunset" ("evening"), "overcast", "dusk", "night",
    and those of the wide world: "dawn", "early", "blue-hour", "full-moon", "stars".

    `azimuth` is the sun's, in radians from x towards y; the moon stands 2.2 radians further.
    Fog takes the horizon's colour, and clouds what suits the hour, unless told. Raises HimmelError
    for an unknown time.
    """
    if time_of_day not in _LIGHTS:
        raise HimmelError(f'no light is known for "{time_of_day}"; use one of {", ".join(_LIGHTS)}')
    light = _LIGHTS[time_of_day]
    red, green, blue = light.horizon
    return Sky(
        sun_direction=_direction(azimuth, light.elevation),
        sun=light.sun,
        zenith=light.zenith,
        horizon=light.horizon,
        ambient=light.ambient,
        exposure=light.exposure,
        fog=fog,
        fog_colour=(0.8 * red, 0.8 * green, 0.8 * blue) if fog_colour is None else fog_colour,
        clouds=light.clouds if clouds is None else clouds,
        glare=light.glare,
        moon_direction=_direction(azimuth + 2.2, 0.42) if light.moon else None,
        glow=glow,
        far=far,
    )
