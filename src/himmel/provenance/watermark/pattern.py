"""What a key draws: nine patterns on a tile, known by the phases of a band of waves.

A pattern is a sum of plane waves that repeat after TILE pixels, all of one amplitude, with phases that
only the key tells. Moving a pattern round the tile turns its phases, so one pattern can say 256 things:
that is how a symbol is written. The ninth, the anchor, stays where it is and tells where a tile begins.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from himmel.provenance.watermark.code import ALPHABET, SYMBOLS, encode

TILE = 128  # pixels
LOW, HIGH = 0.03, 0.16  # cycles per pixel: below lies the scene, above the codec's knife
MOST = int(HIGH * TILE)  # the largest wave number
ANCHOR = 1.6  # amplitude of the anchor, the other patterns having 1
LENGTH = math.sqrt(ANCHOR**2 + SYMBOLS)  # of all nine amplitudes together
_GRID = math.isqrt(ALPHABET)  # places of a symbol's pattern along each side
_VERSION = b"himmel watermark 1"

Waves = NDArray[np.complex64]  # (..., K): one number per wave of the band
Plane = NDArray[np.float32]  # (H, W)


@lru_cache(maxsize=1)
def band() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Whole wave numbers (ky >= 0, kx), K of each; of two opposite waves of a real picture one."""
    ky, kx = np.meshgrid(np.arange(MOST + 1), np.arange(-MOST, MOST + 1), indexing="ij")
    radius = np.hypot(ky, kx) / TILE
    kept = ((ky > 0) | (kx > 0)) & (radius >= LOW) & (radius <= HIGH)
    return ky[kept], kx[kept]


@lru_cache(maxsize=8)
def phases(key: bytes) -> Waves:
    """Unit numbers (1 + SYMBOLS, K) that the key draws: the anchor's, then the symbols' patterns."""
    count = len(band()[0])
    drawn = hashlib.shake_256(_VERSION + key).digest(4 * (1 + SYMBOLS) * count)
    turns = np.frombuffer(drawn, "<u4").reshape(1 + SYMBOLS, count) / 2.0**32
    return _unit(turns)


@lru_cache(maxsize=1)
def turns() -> Waves:
    """(ALPHABET, K): what a value does to the phases of its symbol's pattern."""
    rows, columns = np.divmod(np.arange(ALPHABET), _GRID)
    return moved(rows * (-TILE / _GRID), columns * (-TILE / _GRID))


def moved(rows: NDArray[np.floating], columns: NDArray[np.floating]) -> Waves:
    """(N, K): factors that shift a picture up and left by N pairs of pixels."""
    ky, kx = band()
    turned = np.outer(rows, ky) + np.outer(columns, kx)
    return _unit(turned / TILE)


def _unit(turns: NDArray[np.floating]) -> Waves:
    numbers: Waves = np.exp(2j * np.pi * turns).astype(np.complex64)
    return numbers


@lru_cache(maxsize=8)
def tile(mark: int, key: bytes) -> Plane:
    """The tile (TILE, TILE) that says `mark`, with mean 0 and deviation 1."""
    word = encode(np.asarray([mark], np.uint32))[0]
    drawn = phases(key)
    spectrum = np.zeros((TILE, TILE), np.complex128)
    spectrum[band()] = ANCHOR * drawn[0] + (drawn[1:] * turns()[word]).sum(0)
    picture = np.fft.ifft2(spectrum).real
    level: Plane = (picture / picture.std()).astype(np.float32)
    return level
