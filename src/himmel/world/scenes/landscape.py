"""Rolling noise for terrain, and the grid of world coordinates it lies on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import zoom

Map = NDArray[np.float64]


def noise(size: int, grain: float, rng: np.random.Generator, octaves: int = 4) -> Map:
    """Smooth noise (size, size) of about unit variance; `grain` is the number of hills per side."""
    total, weight = np.zeros((size, size)), 1.0
    for octave in range(octaves):
        cells = max(2, int(grain * 2**octave) + 3)
        lattice = rng.standard_normal((cells, cells))
        total += weight * zoom(lattice, (size + 8) / cells, order=3)[:size, :size]
        weight *= 0.48
    return total


def grid(size: int, half_extent: float) -> tuple[Map, Map]:
    """World x and y (size, size) in metres of a square map; rows run along y."""
    axis = np.linspace(-half_extent, half_extent, size)
    x, y = np.meshgrid(axis, axis)
    return x, y


def enlarge(picture: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Nearest-neighbour copy (size, size, 3) of a smaller square picture (n, n, 3)."""
    index = np.linspace(0, len(picture) - 1, size).round().astype(int)
    return np.asarray(picture[index][:, index])
