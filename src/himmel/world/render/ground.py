"""What things stand on: a patterned plane, or a painted height field."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from himmel.core.errors import HimmelError
from himmel.world.render._intersect import heights_at
from himmel.world.render._shadow import terrain_shadow
from himmel.world.render.shapes import Colour, Pattern, as_tuple
from himmel.world.render.sky import Sky

_Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Ground:
    """The plane z = 0. Patterns fade where a pixel covers a cell; `pattern_scale` is cells per metre.

    `reflection` from 0 to 1 makes it a mirror, `ripple` (about 0.1) water, `grain` is the number
    of faint blotches per metre, 0 for none.
    """

    colour: Colour
    second_colour: Colour | None = None
    pattern: Pattern = Pattern.PLAIN
    pattern_scale: float = 1.0
    reflection: float = 0.0
    ripple: float = 0.0
    grain: float = 3.0


@dataclass(frozen=True, eq=False)
class Terrain:
    """A height field over the square from -half_extent to half_extent; rows run along y.

    It takes the plane's place; `make_terrain` fills in the shadow that it casts on itself.
    """

    heights: _Floats  # (n, n) metres
    half_extent: float
    albedo: _Floats  # (m, m, 3) linear light
    shadow: _Floats  # (n, n) share of the sun that arrives

    @cached_property
    def ceiling(self) -> float:
        """A height that no ground reaches."""
        return float(self.heights.max()) + 0.01

    def height_at(self, x: npt.ArrayLike, y: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Height of the ground at points of equal shape, as drawn; the border continues outside."""
        xs, ys = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
        out = np.empty(xs.shape)
        flat = np.ascontiguousarray(xs).ravel(), np.ascontiguousarray(ys).ravel()
        heights_at(self.heights, float(self.half_extent), *flat, out.reshape(-1))
        return out


def make_terrain(
    heights: npt.ArrayLike, half_extent: float, albedo: npt.ArrayLike, sky: Sky
) -> Terrain:
    """A terrain from heights (n, n) in metres and colours (m, m, 3), lit by the given sky.

    Raises HimmelError where the shapes differ from that, or n or m is below 2.
    """
    field = np.ascontiguousarray(heights, np.float32)
    paint = np.ascontiguousarray(albedo, np.float32)
    if field.ndim != 2 or field.shape[0] != field.shape[1] or len(field) < 2:
        raise HimmelError(f"heights of a terrain are (n, n) with n >= 2, got {field.shape}")
    if paint.ndim != 3 or paint.shape[0] != paint.shape[1] or paint.shape[2] != 3 or len(paint) < 2:
        raise HimmelError(f"colours of a terrain are (m, m, 3) with m >= 2, got {paint.shape}")
    shadow = np.empty_like(field)
    sun = as_tuple(sky.sun_direction)
    terrain_shadow(field, float(half_extent), float(field.max()), sun, shadow)
    return Terrain(field, float(half_extent), paint, shadow)
