"""A perceptual hash: pictures that look alike get numbers that differ in few of their 256 bits.

The construction is that of PDQ (Meta, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing
Algorithm", 2019): 64x64 points of luma, the 16x16 slowest waves of their cosine transform without the
mean, each above or below the median. A film is a few of its frames. The points are means of their
pixels, where himmel.media.pdq takes Meta's own steps, so that its hashes match those of others: of 60
clips at half the size the farthest came to 6 bits here and to 35 there, cut by a twentieth to 42 and 60.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from himmel.core.values import Frames

Bits = NDArray[np.uint8]  # (N, 32): N hashes of 256 bits

KEY_FRAMES = 8
BYTES = 32
ALIKE = 32  # bits of 256; docs/trust.md says what was measured
_POINTS, _WAVES = 64, 16
_LEAST_CONTRAST = 2.0  # levels of 255; below, the bits would be those of noise


def fingerprint(frames: Frames) -> bytes:
    """Hashes of up to KEY_FRAMES evenly spread frames of (T, H, W, 3), one after the other.

    Frames without any contrast have none, so a film of them has an empty one.
    """
    return hashes_of(frames[number] for number in spread(len(frames))).tobytes()


def spread(count: int) -> NDArray[np.int_]:
    """The numbers of the frames that stand for a film of so many."""
    return np.linspace(0, count - 1, min(KEY_FRAMES, count)).round().astype(int)


@dataclass
class Growing:
    """The fingerprint of a film that comes frame by frame: 32 bytes are kept of each."""

    hashes: list[bytes] = field(default_factory=list)

    def add(self, frames: Frames) -> None:
        """Read further frames (T, H, W, 3)."""
        self.hashes += [hashes_of([frame]).tobytes() for frame in frames]

    def of(self, first: int = 0, last: int | None = None) -> bytes:
        """What `fingerprint` says of the frames from first to before last."""
        part = self.hashes[first:last]
        return b"".join(part[number] for number in spread(len(part)))


def hashes_of(frames: Iterable[NDArray[np.uint8]]) -> Bits:
    """The hashes (N, 32) of frames (H, W, 3), without those of flat frames."""
    found = [bits for frame in frames if (bits := _hash(frame)) is not None]
    return np.stack(found) if found else np.zeros((0, BYTES), np.uint8)


def _hash(frame: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    from PIL import Image

    grey = Image.fromarray(np.ascontiguousarray(frame)).convert("L")
    points = np.asarray(grey.resize((_POINTS, _POINTS), Image.Resampling.BOX), np.float64)
    if points.std() < _LEAST_CONTRAST:
        return None
    waves = _transform() @ points @ _transform().T
    return np.packbits((waves > np.median(waves)).ravel())


@cache
def _transform() -> NDArray[np.float64]:
    """The rows 1 to 16 of the cosine transform (DCT-II) of 64 points."""
    wave, point = np.arange(1, _WAVES + 1)[:, None], np.arange(_POINTS)[None]
    return np.cos(np.pi * wave * (2 * point + 1) / (2 * _POINTS))


def unpacked(fingerprint: bytes) -> Bits:
    """A fingerprint as hashes (N, 32)."""
    whole = len(fingerprint) // BYTES * BYTES
    return np.frombuffer(fingerprint[:whole], np.uint8).reshape(-1, BYTES)


def distances(kept: Sequence[Bits], seen: Bits) -> list[float]:
    """Bits, 0 to 256, in which each of the films kept (N, 32) differs from the one seen (M, 32).

    Each kept frame is held against the seen one that is nearest, and the better half of the kept frames
    counts, so that a piece of a film still finds it.
    """
    if not kept:
        return []
    every = _signs(np.concatenate(kept)) @ _signs(seen).T
    nearest = (8 * BYTES - every.max(axis=1)) / 2
    ends = np.cumsum([len(hashes) for hashes in kept])[:-1]
    return [_better_half(part) for part in np.split(nearest, ends)]


def _signs(hashes: Bits) -> NDArray[np.float32]:
    """Hashes (N, 32) as N x 256 numbers of 1 and -1, whose products count equal bits."""
    return np.unpackbits(hashes, axis=1).astype(np.float32) * 2 - 1


def _better_half(apart: NDArray[np.float32]) -> float:
    return float(np.sort(apart)[: (len(apart) + 1) // 2].mean())
