"""Repeatable noise: an integer hash, value noise on its lattice, and octaves of it."""

from __future__ import annotations

import math

import numpy as np

from himmel.world.render._kernel import inner

_LATTICE_OFFSET = 100_000  # keeps lattice indices positive over any scene


@inner
def hashed(x: int, y: int) -> float:
    """A number in [0, 1] for a pair of integers."""
    h = np.uint32(np.uint32(x) * np.uint32(374761393) + np.uint32(y) * np.uint32(668265263))
    h = np.uint32((h ^ (h >> np.uint32(13))) * np.uint32(1274126177))
    h = h ^ (h >> np.uint32(16))
    return (h & np.uint32(0xFFFF)) / 65535.0


@inner
def noise(x: float, y: float) -> float:
    """Smooth value noise in [0, 1] with one lattice point per unit."""
    column = math.floor(x)
    line = math.floor(y)
    fx = x - column
    fy = y - line
    fx = fx * fx * (3.0 - 2.0 * fx)
    fy = fy * fy * (3.0 - 2.0 * fy)
    i = int(column) + _LATTICE_OFFSET
    j = int(line) + _LATTICE_OFFSET
    a = hashed(i, j)
    b = hashed(i + 1, j)
    c = hashed(i, j + 1)
    d = hashed(i + 1, j + 1)
    return a + (b - a) * fx + (c - a) * fy + (a - b - c + d) * fx * fy


@inner
def octaves(x: float, y: float, count: int) -> float:
    """A sum of `count` octaves of noise, each half as strong as the one before."""
    total = 0.0
    strength = 0.5
    for _ in range(count):
        total += strength * noise(x, y)
        x = x * 2.03 + 17.1
        y = y * 2.03 + 5.3
        strength *= 0.5
    return total
