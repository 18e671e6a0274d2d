"""Landmarks: things that stand about, near and far, so that a camera's move can be told."""

from __future__ import annotations

import math

import numpy as np

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import WHITE, WOOD, shade
from himmel.world.render import Colour, Pattern, Primitives, hex_colour
from himmel.world.vocabulary import SETTINGS, names

_STONE, _PALE, _DARK = hex_colour("9a968e"), hex_colour("d8d2c4"), hex_colour("3a3a40")
_TONES = (hex_colour("a09484"), hex_colour("7d828a"), hex_colour("c2b8a2"), hex_colour("8a7460"))

_OPEN = frozenset(
    names(SETTINGS)
)  # the core's settings have little to see far away: there are rocks,
_BUILT = frozenset({"street", "tiles"})  # here towers
_SWEPT = frozenset({"room", "stage", "station", "stadium", "ice-rink"})  # settings without stones

# Where landmarks stand, as (from, to) metres from the origin and (from, to) radians from straight
# behind it. Nothing comes between the subject and a camera that circles, or in the subject's way.
_POSTS = (3.4, 6.5), (0.35, 1.0)
_CRATES = (3.6, 6.5), (0.3, 1.0)
_FAR = (14.0, 24.0), (0.0, 1.5)
_LANE = 1.4  # metres to each side of the subject's way


def yard(primitives: Primitives, rng: np.random.Generator, setting: str) -> None:
    """Add striped posts, crates and rocks or towers of neutral colours, and stones on the ground."""
    for index in range(6):
        _post(_spot(primitives, rng, *_POSTS, side=index), rng.uniform(1.1, 2.0))
    for index in range(4):
        _crate(_spot(primitives, rng, *_CRATES, side=index), rng.uniform(0.3, 0.5))
    giant = _tower if setting in _BUILT else _rock
    for index in range(6 if setting in _OPEN else 0):
        giant(_spot(primitives, rng, *_FAR, side=index), rng.uniform(2.6, 6.0), _TONES[index % 4])
    for _ in range(0 if setting in _SWEPT else 34):
        _stone(primitives, rng)


def _spot(
    primitives: Primitives, rng: np.random.Generator, away: tuple[float, float],
    angles: tuple[float, float], side: int,
) -> Figure:  # fmt: skip
    """A place in a sector, on either side in turn."""
    distance, angle = rng.uniform(*away), rng.uniform(*angles)
    sideways = distance * math.sin(angle) * (1 if side % 2 else -1)
    return Figure.at(
        primitives, (sideways, distance * math.cos(angle), 0.0), rng.uniform(-0.8, 0.8)
    )


def _post(figure: Figure, height: float) -> None:
    figure.post((0, 0, 0), 0.11, height, WHITE)
    for ring in range(1, int(height / 0.3), 2):
        figure.post((0, 0, 0.3 * ring), 0.115, 0.3, _DARK)


def _crate(figure: Figure, half: float) -> None:
    figure.box((0, 0, half), (half, half, half), _PALE)
    for z in (0.12, 0.94, 1.76):
        figure.box((0, 0, z * half), (1.04 * half, 1.04 * half, 0.12 * half), WOOD)
    for x in (-1, 1):
        for y in (-1, 1):
            figure.box(
                (0.95 * x * half, 0.95 * y * half, half), (0.12 * half, 0.12 * half, half), WOOD
            )


def _tower(figure: Figure, height: float, tone: Colour) -> None:
    figure.box(
        (0, 0, height / 2), (1.1, 1.1, height / 2), tone,
        second_colour=_DARK, pattern=Pattern.WINDOWS, pattern_scale=0.9, seed=height,
    )  # fmt: skip


def _rock(figure: Figure, height: float, tone: Colour) -> None:
    wide = 0.5 * height + 0.4
    for x, top in ((0.0, 1.0), (0.8 * wide, 0.55)):
        figure.ball(
            (x, 0, 0), (wide * top, 0.8 * wide * top, 0.75 * height * top), tone,
            second_colour=shade(tone, 0.45), pattern=Pattern.MOTTLED, pattern_scale=1.1,
        )  # fmt: skip


def _stone(primitives: Primitives, rng: np.random.Generator) -> None:
    """A flat stone anywhere but in the subject's way."""
    y = rng.uniform(-5.0, 6.0)
    y += math.copysign(_LANE, y)
    figure = Figure.at(primitives, (rng.uniform(-7.0, 7.0), y, 0.0), rng.uniform(0, 3.1))
    size = rng.uniform(0.1, 0.24)
    tone = _PALE if rng.random() < 0.5 else _STONE
    figure.ball((0, 0, 0.02), (size, 0.7 * size, 0.45 * size), tone)
