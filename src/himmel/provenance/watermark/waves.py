"""What a detector looks at: one average picture, and the tile's waves in it at any size."""

from __future__ import annotations

import numpy as np

from himmel.core.values import Frames
from himmel.provenance.watermark.hiding import box, luma, variance
from himmel.provenance.watermark.pattern import MOST, TILE, Plane, Waves, band

PLACES = 64  # along each side of the tile at which it may begin: every second pixel
_DETAIL, _REACH, _NEIGHBOURS = 2, 2, 1  # pixels: of the mean taken off, a variance, a mean of those
_LEAST = np.float32(0.3)  # variance of what counts as nothing
_QUIET = 0.6  # power of a place's variance that it is divided by: 0.5 would be its deviation
_POWER = 0.5  # of a wave's size that stays: strong ones are a little more to be trusted


def average(frames: Frames) -> Plane:
    """The mean over frames (T, H, W, 3) of their detail, measured by what goes on in the place.

    The mark is the same in all frames and stays; what moves goes, and loud places count a little less
    than quiet ones.
    """
    total = np.zeros(frames.shape[1:3], np.float32)
    for frame in frames:
        plane = luma(frame)
        spread = box(variance(plane, _REACH), _NEIGHBOURS)
        total += (plane - box(plane, _DETAIL)) / (spread + _LEAST) ** np.float32(_QUIET)
    total *= np.float32(1 / max(1, len(frames)))
    return total


def waves_in(plane: Plane, scale: float) -> Waves:
    """(K,): the band's waves in a picture whose tiles are TILE * scale pixels, levelled.

    Two small products of matrices take the place of scaling, folding and a transform, at any scale.
    The length is such that the sum of products with unit numbers of random phases has variance 1.
    """
    height, width = plane.shape
    step = -2j * np.pi / (TILE * scale)
    rows = np.exp(np.outer(np.arange(MOST + 1), np.arange(height) * step)).astype(np.complex64)
    columns = np.exp(np.outer(np.arange(width) * step, np.arange(-MOST, MOST + 1)))
    spectrum = (rows @ plane.astype(np.complex64)) @ columns.astype(np.complex64)
    ky, kx = band()
    return _levelled(spectrum[ky, kx + MOST])


def _levelled(waves: Waves) -> Waves:
    size = np.maximum(np.abs(waves), np.float32(1e-12))
    level: Waves = waves * size ** np.float32(_POWER - 1)
    length = np.sqrt(np.sum(np.abs(level) ** 2) / 2)
    level /= np.maximum(length, np.float32(1e-12))
    return level


def surface(products: Waves) -> Plane:
    """(PLACES, PLACES): the sum of all products with the tile begun at every second pixel."""
    grid = np.zeros((PLACES, PLACES), np.complex64)
    grid[band()] = products
    return np.fft.ifft2(grid, norm="forward").real.astype(np.float32)
