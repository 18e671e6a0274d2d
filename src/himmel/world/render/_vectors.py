"""Arithmetic on three-vectors held as tuples (they stay in registers)."""

from __future__ import annotations

import math

from himmel.world.render._kernel import inner
from himmel.world.render._layout import Floats, Vector


@inner
def dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@inner
def minus(a: Vector, b: Vector) -> Vector:
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


@inner
def times(a: Vector, b: Vector) -> Vector:
    return (a[0] * b[0], a[1] * b[1], a[2] * b[2])


@inner
def scaled(a: Vector, s: float) -> Vector:
    return (a[0] * s, a[1] * s, a[2] * s)


@inner
def along(origin: Vector, direction: Vector, t: float) -> Vector:
    """The point origin + t * direction."""
    return (
        origin[0] + direction[0] * t,
        origin[1] + direction[1] * t,
        origin[2] + direction[2] * t,
    )


@inner
def mixed(a: Vector, b: Vector, share: float) -> Vector:
    """`a` with a share of `b` in it."""
    return (
        a[0] + (b[0] - a[0]) * share,
        a[1] + (b[1] - a[1]) * share,
        a[2] + (b[2] - a[2]) * share,
    )


@inner
def unit(a: Vector) -> Vector:
    return scaled(a, 1.0 / math.sqrt(dot(a, a) + 1e-30))


@inner
def row(table: Floats, i: int, column: int) -> Vector:
    """Three neighbouring numbers of a table as a vector."""
    return (table[i, column], table[i, column + 1], table[i, column + 2])


@inner
def clamped(value: float) -> float:
    return min(max(value, 0.0), 1.0)
