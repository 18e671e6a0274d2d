"""Hours, weathers and seasons: what they make of the light, the trees, and what falls from the sky."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from himmel.core.rng import numpy_rng
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import lightness, mix, shade
from himmel.world.render import Colour, Particles, Primitives, Sky, hex_colour, sky
from himmel.world.stage import EXPOSURE, softened

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Hour:
    """A time of day: the name of its light, how much its picture is exposed, how brightly lamps burn."""

    light: str
    exposure: float
    lamps: float = 0.0


HOURS: dict[str, Hour] = {
    "day": Hour("day", EXPOSURE["day"]),
    "evening": Hour("evening", EXPOSURE["evening"], 0.5),
    "night": Hour("night", EXPOSURE["night"], 1.0),
    "dawn": Hour("dawn", 0.9, 0.3),
    "morning": Hour("early", 0.85),
    "blue-hour": Hour("blue-hour", 1.0, 1.0),
    "full-moon": Hour("full-moon", 1.0, 0.7),
    "stars": Hour("stars", 0.9, 0.6),
}


DARK = frozenset({"night", "full-moon", "stars"})


@dataclass(frozen=True)
class Air:
    """What a weather makes of the sky: shares of grey and of sun that are left, brightness, fog."""

    grey: float
    sun: float
    brightness: float = 1.0
    fog: float = 0.004
    clouds: float = 0.25
    tint: Colour = (1.0, 1.0, 1.0)


CLEAR = Air(0.0, 1.0)
AIRS: dict[str, Air] = {
    "snow": Air(0.7, 0.35, 0.72, 0.012, 0.0),
    "rain": Air(0.85, 0.12, 0.45, 0.018, 0.0, (0.9, 0.97, 1.1)),
    "fog": Air(0.95, 0.1, 0.95, 0.066, 0.0),
    "storm": Air(0.85, 0.1, 0.3, 0.012, 0.0, (0.8, 0.88, 1.25)),
    "overcast": Air(0.95, 0.1, 0.8, 0.006, 0.9),
    "wind": Air(0.15, 0.9, 1.0, 0.004, 0.45),
    "rainbow": Air(0.35, 0.9, 0.75, 0.004, 0.0),
}


@dataclass(frozen=True)
class Fall:
    """Things in the air: how many in a box of 9 m, their velocity (m/s), size, sway (m) and colours."""

    count: int
    velocity: tuple[float, float, float]
    radius: float
    colours: tuple[Colour, ...]
    opacity: float = 0.95
    streak: float = 0.0
    sway: float = 0.0
    largest: float = 0.02


_RAIN = (1.0, 1.0, 1.1)
_DRY = (hex_colour("b08a40"), hex_colour("6a8a2a"))
_LEAVES = (hex_colour("d8641a"), hex_colour("c8a01e"), hex_colour("a83a18"))
_PETALS = (hex_colour("ffc4d8"), hex_colour("fff0f4"))
FALLS: dict[str, Fall] = {
    "snow": Fall(260, (0.25, -0.1, -1.0), 0.05, ((1.0, 1.0, 1.05),), sway=0.25),
    "rain": Fall(200, (0.25, 0.0, -3.6), 0.024, (_RAIN,), 0.85, streak=0.12, largest=0.008),
    "storm": Fall(170, (1.7, 0.0, -4.2), 0.022, (_RAIN,), 0.75, streak=0.13, largest=0.009),
    "wind": Fall(
        110,
        (4.6, 0.0, -0.15),
        0.045,
        ((0.95, 0.95, 0.9), *_DRY),
        streak=0.1,
        sway=0.15,
        largest=0.014,
    ),
    "autumn": Fall(60, (0.35, 0.0, -0.6), 0.075, _LEAVES, sway=0.4, largest=0.028),
    "spring": Fall(50, (0.3, 0.0, -0.45), 0.06, _PETALS, sway=0.35, largest=0.022),
    "bubbles": Fall(
        45, (0.0, 0.0, 0.8), 0.07, ((0.55, 0.85, 0.95),), 0.7, sway=0.12, largest=0.024
    ),
}


@dataclass(frozen=True)
class Season:
    """Colours of what grows: leaves of the trees, grass (None keeps a place's own), what lies in it."""

    leaves: tuple[Colour, ...]
    grass: Colour | None = None
    litter: tuple[Colour, ...] = ()


SUMMER = Season((hex_colour("2f6a2a"), hex_colour("3d7a30"), hex_colour("27582c")))
SEASONS: dict[str, Season] = {
    "autumn": Season(
        (hex_colour("d06a18"), hex_colour("c89a1c"), hex_colour("a8381a")),
        hex_colour("86763a"), (hex_colour("d8641a"), hex_colour("d8b02a"), hex_colour("8a2e14")),
    ),
    "spring": Season(
        (hex_colour("f0a8c4"), hex_colour("f6d4e0"), hex_colour("e88ab0")),
        hex_colour("5cac38"), (hex_colour("fcf4f8"), hex_colour("f8d83a"), hex_colour("f090b8")),
    ),
    "snow": Season((hex_colour("3a5a48"), hex_colour("dfe8f0"), hex_colour("c8d4e0"))),
}  # fmt: skip


def heaven(time: str, weather: str, azimuth: float) -> Sky:
    """The sky of an hour in a weather; `azimuth` is the sun's, in radians."""
    hour = HOURS[time]
    light = softened(sky(hour.light, azimuth=azimuth, clouds=0.25, fog=0.004), time)
    if time == "full-moon":
        light = replace(light, moon_direction=_unit(0.2, 1.0, 0.2))
    if weather not in AIRS:
        return light
    air = AIRS[weather]
    if time in DARK:  # clouds at night take little of what little there is
        air = replace(air, sun=max(air.sun, 0.7), brightness=max(air.brightness, 0.95))
    return _aired(light, air)


def _aired(light: Sky, air: Air) -> Sky:
    def grey(colour: Colour) -> Colour:
        level = lightness(colour)
        red, green, blue = (level * tint for tint in air.tint)
        return shade(mix(colour, (red, green, blue), air.grey), air.brightness)

    whole = mix(light.zenith, light.horizon, 0.7)  # clouds even a sky out
    horizon = grey(mix(light.horizon, whole, air.grey))
    return replace(
        light,
        sun=shade(light.sun, air.sun),
        zenith=grey(mix(light.zenith, whole, air.grey)),
        horizon=horizon,
        fog=air.fog,
        fog_colour=horizon,
        clouds=air.clouds,
        moon_direction=None if air.grey > 0.5 else light.moon_direction,
    )


def lights_above(figure: Figure, time: str, weather: str, rng: np.random.Generator) -> None:
    """What shines in the sky of an hour or a weather: a rising sun, stars, a rainbow."""
    if weather == "rainbow":
        _rainbow(figure)
    if weather in AIRS and weather not in ("wind", "rainbow"):
        return
    if time == "stars":
        stars(figure, rng)
    elif time == "dawn":
        side = rng.uniform(9, 19) * (1 if rng.random() < 0.5 else -1)
        figure.ball((side, 66, 2.5), 5.5, (1.0, 0.3, 0.1), emission=0.95)


def litter(figure: Figure, season: Season, rng: np.random.Generator) -> None:
    """What a season leaves on the ground: fallen leaves, or flowers."""
    for index in range(66 if season.litter else 0):
        y = -2.5 + 10 * rng.random() ** 1.4
        at = (rng.uniform(-0.55, 0.55) * (y + 6.2), y, 0.03)
        figure.ball(at, (0.11, 0.09, 0.06), season.litter[index % len(season.litter)])


def light_on(light: Sky, exposure: float) -> float:
    """What multiplies the colours of things in the air, so that they look neither lit nor lost."""
    level = 0.5 * lightness(light.sun) + light.ambient * lightness(
        mix(light.zenith, light.horizon, 0.3)
    )
    exposed = exposure * light.exposure
    return min(max(level * exposed, 0.42), 1.0) / exposed


def stars(figure: Figure, rng: np.random.Generator, count: int = 90) -> None:
    """Points of light all over the sky in front."""
    for _ in range(count):
        turn, rise, size = rng.uniform(0.25, 2.9), rng.uniform(0.02, 0.8), rng.uniform(0.3, 0.75)
        flat = 80 * math.cos(rise)
        at = (flat * math.cos(turn), flat * math.sin(turn), 80 * math.sin(rise))
        figure.ball(at, size, (1.0, 0.97, 0.85), emission=1.6)


_BOW = ("e0242c", "f07a18", "f2d21c", "2fae48", "2a62e0", "7a2fc0")


def _rainbow(figure: Figure) -> None:
    for band, code in enumerate(_BOW):
        radius = 19.0 - 1.05 * band
        turns = np.linspace(0.1, math.pi - 0.1, 15)
        for a, b in pairwise(turns):
            start = (radius * math.cos(a), 50.0, radius * math.sin(a) - 5.0)
            end = (radius * math.cos(b), 50.0, radius * math.sin(b) - 5.0)
            figure.limb(start, end, 0.56, hex_colour(code), emission=0.95)


def bolt(primitives: Primitives, strike: int, seed: int) -> None:
    """A fork of lightning far behind; the `strike` decides where."""
    rng = numpy_rng(seed, "world", "bolt", strike)
    figure = Figure.at(primitives, (0.0, 44.0, 0.0))
    x, z = rng.uniform(3, 15) * (1 if rng.random() < 0.5 else -1), 26.0
    side = 1.0
    while z > 0.5:
        side = -side
        on = (x + side * rng.uniform(0.6, 2.6) - 0.4, 0.0, z - rng.uniform(1.5, 3.2))
        figure.limb((x, 0.0, z), on, 0.42, (0.95, 0.95, 1.0), emission=6.0)
        x, z = on[0], on[2]


class Lightning:
    """Strikes about one second apart, each 0.3 s long."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.seed, self.shift = int(rng.integers(1 << 30)), rng.uniform(0.0, 1.0)

    def at(self, time: float) -> tuple[int, float]:
        """The number of the strike, and its strength from 0 to 1."""
        number = math.floor(time + self.shift)
        since = time + self.shift - number
        return number, max(0.0, 1.0 - since / 0.3)


class Falling:
    """Particles in a box that wraps round the viewer, so that it never empties."""

    side = 9.0

    def __init__(self, fall: Fall, rng: np.random.Generator, light: float = 1.0) -> None:
        self.fall, self.light = fall, light
        self.places = rng.uniform(0, self.side, (fall.count, 3))
        self.swing = rng.uniform(0, 2 * math.pi, fall.count)

    def at(self, time: float, eye: Array, forward: Array) -> tuple[Particles, ...]:
        """One set of particles per colour, none nearer to the eye than 2.8 m."""
        fall, side = self.fall, self.side
        corner = np.asarray(eye) + 5.5 * np.asarray(forward) - side / 2
        places = self.places + np.asarray(fall.velocity) * time
        places = corner + np.mod(places - corner, side)
        places[:, 0] += fall.sway * np.sin(2.6 * time + self.swing)
        kept = np.linalg.norm(places - eye, axis=1) > 2.8
        tone = np.arange(fall.count) % len(fall.colours)
        rest = fall.opacity, fall.streak, fall.largest
        return tuple(
            Particles(
                places[kept & (tone == i)], fall.velocity, fall.radius, shade(c, self.light), *rest
            )
            for i, c in enumerate(fall.colours)
        )


def _unit(x: float, y: float, z: float) -> tuple[float, float, float]:
    length = math.sqrt(x * x + y * y + z * z)
    return (x / length, y / length, z / length)
