"""The settings of the wide world: ground, air, and what floats in it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from himmel.world.kinds.paints import lightness, mix, shade
from himmel.world.render import Colour, Ground, Pattern, Sky, hex_colour
from himmel.world.scenes import sites
from himmel.world.scenes.heavens import Season
from himmel.world.scenes.sites import Site


@dataclass(frozen=True)
class Spot:
    """A setting: its ground, what is built on it, what its air does to the light, what floats in it.

    `drift` is how fast water and clouds go on, `grassy` whether the season colours the ground.
    """

    ground: Ground
    build: Callable[[Site], None]
    air: Callable[[Sky], Sky] = lambda sky: sky
    drift: float = 0.0
    grassy: bool = False
    fall: str = ""


def _ground(
    first: str, second: str, pattern: Pattern = Pattern.MOTTLED, scale: float = 0.4,
    reflection: float = 0.0, ripple: float = 0.0,
) -> Ground:  # fmt: skip
    return Ground(hex_colour(first), hex_colour(second), pattern, scale, reflection, ripple, 1.2)


# ---- air ---------------------------------------------------------------------------------------


def _indoors(sky: Sky) -> Sky:
    """Light from above, most of the hour's tint washed out by white walls."""
    level = 0.5 * lightness(sky.zenith) + 0.5 * lightness(sky.horizon)
    wash = mix(mix(sky.zenith, sky.horizon, 0.7), (level, level, level), 0.55)
    x, y, _ = sky.sun_direction
    high = np.array([x, y, 1.6 * math.hypot(x, y)])
    x, y, z = high / np.linalg.norm(high)
    return replace(
        sky, sun_direction=(float(x), float(y), float(z)), sun=shade(sky.sun, 0.62), zenith=wash,
        horizon=wash, fog=0.0, clouds=0.0, glare=0.0, moon_direction=None,
    )  # fmt: skip


def _vacuum(sky: Sky) -> Sky:
    """A black sky over hard light."""
    return replace(
        sky, zenith=(0.0, 0.0, 0.0), horizon=(0.004, 0.004, 0.005), ambient=20.0, fog=0.0, clouds=0.0,
        glare=0.0, moon_direction=None,
    )  # fmt: skip


def _water(sky: Sky) -> Sky:
    """Blue-green light that fades with distance."""
    level = max(lightness(sky.horizon), 0.02)
    deep, pale = shade((0.02, 0.33, 0.5), level), shade((0.1, 0.75, 0.85), level)
    red, green, blue = sky.sun
    return replace(
        sky, sun=(0.8 * red, 0.9 * green, 0.9 * blue), zenith=pale, horizon=deep, fog=0.034,
        fog_colour=shade((0.03, 0.42, 0.6), level), clouds=0.0, glare=0.0, moon_direction=None,
        ambient=1.0,
    )  # fmt: skip


def _smoke(sky: Sky) -> Sky:
    """A sky dark with ash that is lit from below."""
    level = max(lightness(sky.horizon), 0.03)
    return replace(
        sky, sun=shade(sky.sun, 0.75), zenith=shade((0.12, 0.06, 0.06), level), fog=0.006,
        horizon=shade((0.85, 0.26, 0.08), level), fog_colour=shade((0.5, 0.16, 0.06), level), clouds=0.0,
        ambient=1.2, glare=0.0,
    )  # fmt: skip


_SEA = _ground("1c6c94", "2a88a8", scale=0.4, reflection=0.45, ripple=0.06)
SPOTS: dict[str, Spot] = {
    "forest": Spot(_ground("4a4a26", "3a3420"), sites.forest, grassy=True),
    "beach": Spot(_SEA, sites.beach, drift=1.0),
    "alps": Spot(_ground("6a8a48", "7c8a68"), sites.alps),
    "city": Spot(_ground("4c4c52", "58585e"), sites.city),
    "wheat-field": Spot(_ground("c89a34", "9a7420", Pattern.STRIPES, 1.6), sites.wheat),
    "farm": Spot(_ground("7a5c3c", "664a30"), sites.farm),
    "room": Spot(_ground("9a6a3e", "6e4826", Pattern.GRAIN, 1.5), sites.room, _indoors),
    "garden": Spot(_ground("4c9434", "5ea83e"), sites.garden, grassy=True),
    "moon": Spot(_ground("8c8c90", "74747a"), sites.moon, _vacuum),
    "volcano": Spot(_ground("38322f", "241f1f", scale=0.8), sites.volcano, _smoke),
    "stage": Spot(_ground("a8743c", "7c5228", Pattern.GRAIN, 2.0), sites.stage, _indoors),
    "underwater": Spot(_ground("c8b88a", "b0a078"), sites.underwater, _water, fall="bubbles"),
    "courtyard": Spot(_ground("8e8880", "5c5852", Pattern.BRICKS, 1.6), sites.courtyard),
    "ice-rink": Spot(_ground("cfe4f0", "bcd6e6", reflection=0.3), sites.rink),
    "stadium": Spot(_ground("3f9a38", "52b04a", Pattern.STRIPES, 0.5), sites.stadium),
    "canyon": Spot(_ground("b4643c", "9c5030"), sites.canyon),
    "playground": Spot(_ground("d0b080", "bc9a68"), sites.playground),
    "harbour": Spot(_SEA, sites.harbour, drift=1.0),
    "station": Spot(_ground("9a968e", "88847c"), sites.station),
}  # fmt: skip


def seasonal(ground: Ground, season: Season) -> Ground:
    """A grassy ground in the colours of a season."""
    if season.grass is None:
        return ground
    return replace(ground, colour=season.grass, second_colour=shade(season.grass, 0.8))


def tinted(ground: Ground, colour: Colour, share: float) -> Ground:
    """The ground with `share` of a colour laid over it."""
    second = ground.second_colour or ground.colour
    return replace(
        ground, colour=mix(ground.colour, colour, share), second_colour=mix(second, colour, share)
    )
