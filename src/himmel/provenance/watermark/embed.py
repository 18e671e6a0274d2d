"""Writing a mark into frames: as strongly as the limits on PSNR and SSIM let it be."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import HimmelError
from himmel.core.values import Frames
from himmel.provenance.watermark import hiding
from himmel.provenance.watermark.code import LARGEST_MARK
from himmel.provenance.watermark.pattern import TILE, Plane, tile

LEAST_PSNR = 38.6  # dB of every frame; rounding takes its part
LOSS = 0.025  # of SSIM in pictures of up to PLENTY pixels
PLENTY = 256**2  # larger pictures have room to spare and are changed less
LEAST_LOSS = 0.008
_BUDGET = 255**2 / 10 ** (LEAST_PSNR / 10)
_LARGEST_GAIN = 2.5


def embed(frames: Frames, mark: int, key: bytes) -> Frames:
    """The same frames, uint8 (T, H, W, 3), carrying `mark`, 0 to 2**32 - 1, for who has `key`.

    Every frame is marked by itself, so chunks of any length give the same frames. Raises HimmelError
    for a mark out of range and for an empty key.
    """
    if not 0 <= mark <= LARGEST_MARK:
        raise HimmelError(f"a watermark holds a whole number from 0 to {LARGEST_MARK}; got {mark}")
    if not key:
        raise HimmelError("a watermark needs a key; give at least one byte, better 32")
    if not frames.size:
        return frames
    pattern = _laid_out(tile(mark, key), *frames.shape[1:3])
    return np.stack([_marked(frame, pattern) for frame in frames])


def _laid_out(picture: Plane, height: int, width: int) -> Plane:
    """A tile repeated over a frame, from its top left corner."""
    return np.tile(picture, (-(-height // TILE), -(-width // TILE)))[:height, :width]


def _marked(frame: NDArray[np.uint8], pattern: Plane) -> NDArray[np.uint8]:
    plane = hiding.luma(frame)
    amount = hiding.deviation(plane)
    lost = 1 - hiding.similarity(plane, plane + hiding.capped(amount, _BUDGET) * pattern)
    gain = min(_LARGEST_GAIN, _loss(plane.size) / max(lost, 1e-6))
    added = hiding.capped(amount * np.float32(math.sqrt(gain)), _BUDGET) * pattern
    excess = float(np.mean(added * added)) / _BUDGET  # where peaks of both fall together
    if excess > 1:
        added *= np.float32(1 / math.sqrt(excess))
    moved = frame.astype(np.int16) + np.rint(added).astype(np.int16)[..., None]
    marked: NDArray[np.uint8] = np.clip(moved, 0, 255).astype(np.uint8)
    return marked


def _loss(pixels: int) -> float:
    return max(LEAST_LOSS, LOSS * min(1.0, PLENTY / pixels))
