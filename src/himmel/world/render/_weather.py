"""Snow and rain: discs and streaks drawn over a finished picture, hidden by what stands nearer."""

from __future__ import annotations

import math

from himmel.world.render._kernel import inner, kernel
from himmel.world.render._layout import Floats, Floats32, Vector, View
from himmel.world.render._vectors import along, clamped, dot, minus, row

_SMALLEST = 0.25  # radius in pixels; smaller ones grow paler instead
_NEAREST = 0.4  # metres
_STREAK_DOTS = 10


@inner
def splat(
    rgb: Floats32,
    distances: Floats32,
    x: float,
    y: float,
    radius: float,
    reach: float,
    colour: Vector,
    opacity: float,
) -> None:
    """Blend one disc with a soft rim into the picture."""
    height, width = distances.shape
    for line in range(max(0, int(y - radius - 1.0)), min(height, int(y + radius + 2.0))):
        for column in range(max(0, int(x - radius - 1.0)), min(width, int(x + radius + 2.0))):
            if distances[line, column] < reach:
                continue
            away = math.hypot(column + 0.5 - x, line + 0.5 - y)
            share = clamped(radius + 0.5 - away) * opacity
            for c in range(3):
                rgb[line, column, c] += (colour[c] - rgb[line, column, c]) * share


@kernel
def fall(
    rgb: Floats32,
    distances: Floats32,
    view: View,
    positions: Floats,
    motion: Vector,
    radius: float,
    colour: Vector,
    opacity: float,
    largest: float,
) -> None:
    """Draw particles (N, 3); `motion` is the way that one streak covers, zero for flakes.

    `largest` limits the radius, as a share of the picture's height.
    """
    dots = _STREAK_DOTS if dot(motion, motion) > 0 else 1
    strength = opacity if dots == 1 else opacity / 2.0
    for i in range(positions.shape[0]):
        offset = minus(row(positions, i, 0), view.eye)
        for k in range(dots):
            place = along(offset, motion, -k / _STREAK_DOTS)
            ahead = dot(place, view.forward)
            if ahead < _NEAREST:
                continue
            x = view.width * 0.5 + dot(place, view.right) / (ahead * view.pixel)
            y = view.height * 0.5 - dot(place, view.up) / (ahead * view.pixel)
            size = radius / (ahead * view.pixel)
            drawn = min(max(size, _SMALLEST), max(largest * view.height, 2 * _SMALLEST))
            pale = min(1.0, (size / drawn) ** 2 + 0.15)
            reach = math.sqrt(dot(place, place))
            splat(rgb, distances, x, y, drawn, reach, colour, strength * pale)
