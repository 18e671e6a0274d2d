"""PDQ: 256 bits that stay nearly the same when a picture is scaled, compressed or made darker.

Steps and constants: Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing
Algorithm" (2019). Two pictures are copies of each other at a distance of about 31 bits or less;
unrelated ones lie near 128. Flips and crops change the hash: `dihedral` and `crops` give those views.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import HimmelError

Bits = NDArray[np.bool_]  # (..., 256), bit 0 first
BITS, COPY = 256, 31
_SIDE, _KEPT = 64, 16
_LUMA = (0.299, 0.587, 0.114)
_PASSES = 2
_SPARE = 0.1  # of each side, what a crop leaves away


def pdq(frames: NDArray[np.uint8]) -> Bits:
    """The hashes (T, 256) of frames (T, H, W, 3)."""
    return _above_median(_spectra(frames))


def dihedral(frames: NDArray[np.uint8]) -> Bits:
    """Hashes (8, T, 256) of frames turned by quarters and mirrored; the first is as they are.

    A mirrored picture has the same spectrum with every other sign changed, a transposed one has it
    transposed, so nothing is computed twice.
    """
    spectra = _spectra(frames)
    odd = np.where(np.arange(_KEPT) % 2, 1.0, -1.0)  # the row of index 0 is the first harmonic
    across, down = spectra * odd, spectra * odd[:, None]
    views = [spectra, across, down, across * odd[:, None]]
    views += [view.swapaxes(1, 2) for view in views]
    return np.stack([_above_median(view) for view in views])


def crops(frames: NDArray[np.uint8]) -> Bits:
    """Hashes (10, T, 256) of the whole frames and of nine crops of 0.9 of each side."""
    return np.stack([pdq(view) for view in _crops(frames)])


def _crops(frames: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    yield frames
    height, width = frames.shape[1:3]
    spare = round(height * _SPARE), round(width * _SPARE)
    for top in (0, spare[0] // 2, spare[0]):
        for left in (0, spare[1] // 2, spare[1]):
            yield frames[:, top : height - spare[0] + top, left : width - spare[1] + left]


def distance(a: Bits, b: Bits) -> NDArray[np.int64]:
    """Number of bits (N, M) in which hashes (N, 256) and (M, 256) differ."""
    signs = [np.where(bits, 1, -1).astype(np.float32) for bits in (a, b)]
    return ((BITS - signs[0] @ signs[1].T) / 2).astype(np.int64)


def to_hex(bits: Bits) -> list[str]:
    """Hashes (N, 256) as 64 hexadecimal digits each, the highest bit first."""
    packed = np.packbits(bits, axis=-1, bitorder="little")[..., ::-1]
    return [row.tobytes().hex() for row in packed]


def from_hex(digits: Sequence[str]) -> Bits:
    """What to_hex wrote. Raises HimmelError for anything but 64 hexadecimal digits."""
    try:
        rows = [np.frombuffer(bytes.fromhex(text), np.uint8)[::-1] for text in digits]
        packed = np.stack(rows) if rows else np.zeros((0, BITS // 8), np.uint8)
    except ValueError:
        raise HimmelError("a perceptual hash is not made of hexadecimal digits") from None
    if packed.shape[1] != BITS // 8:
        raise HimmelError(f"a perceptual hash has {BITS // 4} hexadecimal digits")
    return np.unpackbits(packed, axis=-1, bitorder="little").astype(bool)


def some_frames(frames: NDArray[np.uint8], every: int = 4) -> NDArray[np.uint8]:
    """Every fourth frame from the first on: those that a rights record has the hashes of."""
    return frames[::every]


def _above_median(spectra: NDArray[np.float64]) -> Bits:
    flat = spectra.reshape(len(spectra), BITS)
    return flat > np.median(flat, axis=1, keepdims=True)


def _spectra(frames: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The 16 x 16 lowest harmonics (T, 16, 16), the mean left out, of frames made 64 x 64."""
    grey = frames @ np.array(_LUMA)
    for axis in (1, 2):
        window = -(-grey.shape[axis] // (2 * _SIDE))
        for _ in range(_PASSES):
            grey = _mean_of_neighbours(grey, window, axis)
    rows, columns = (((np.arange(_SIDE) + 0.5) * n / _SIDE).astype(int) for n in grey.shape[1:])
    small = grey[:, rows][:, :, columns]
    basis = _cosines()
    result: NDArray[np.float64] = basis @ small @ basis.T
    return result


def _mean_of_neighbours(grey: NDArray[np.float64], window: int, axis: int) -> NDArray[np.float64]:
    """The mean of `window` neighbours along an axis; at the border, of those that are there."""
    if window <= 1:
        return grey
    size = grey.shape[axis]
    sums = np.insert(grey.cumsum(axis), 0, 0.0, axis)
    first = np.maximum(np.arange(size) - (window - 1) // 2, 0)
    last = np.minimum(np.arange(size) + window // 2 + 1, size)
    shape = [1, 1, 1]
    shape[axis] = size
    means: NDArray[np.float64] = (sums.take(last, axis) - sums.take(first, axis)) / (
        last - first
    ).reshape(shape)
    return means


def _cosines() -> NDArray[np.float64]:
    harmonic, place = np.arange(1, _KEPT + 1)[:, None], np.arange(_SIDE)
    result: NDArray[np.float64] = np.sqrt(2 / _SIDE) * np.cos(
        np.pi / (2 * _SIDE) * harmonic * (2 * place + 1)
    )
    return result
