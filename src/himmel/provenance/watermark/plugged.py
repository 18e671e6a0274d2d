"""Somebody else's network in place of our watermark, for operators who have its weights.

VideoSeal (MIT, 256 bits) is what this is made for. Its weights are not part of this package: the
operator names a local file and its SHA-256 and writes the few lines that load it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.files import sha256
from himmel.core.rng import numpy_rng
from himmel.core.values import Frames
from himmel.provenance.watermark.code import (
    ALPHABET,
    LARGEST_MARK,
    SYMBOLS,
    encode,
    likeliest,
    totals_of,
)
from himmel.provenance.watermark.find import Found, threshold

_BITS = 8 * SYMBOLS  # of a word
Bits = NDArray[np.bool_]


class BitNetwork(Protocol):
    """What a network that hides bits has to offer."""

    @property
    def bits(self) -> int:
        """How many it hides, 64 or more."""
        ...

    def embed(self, frames: Frames, bits: Bits) -> Frames:
        """Frames uint8 (T, H, W, 3) that carry the bits; each frame by itself."""
        ...

    def read(self, frames: Frames) -> NDArray[np.floating]:
        """(bits,): above 0 for a 1, below for a 0, and the farther the surer."""
        ...


def pinned(path: Path, expected: str) -> Path:
    """A file of weights whose SHA-256 is the one expected.

    Raises HimmelError where there is no file, DamagedFileError where it is another one.
    """
    path = Path(path)
    if not path.is_file():
        raise HimmelError(f"there are no weights at {path}; name the file that you downloaded")
    if (found := sha256(path)) != expected.lower():
        raise DamagedFileError(
            f"{path.name} has the SHA-256 {found}, not {expected}; download it again or name the "
            "one that you mean"
        )
    return path


@dataclass(frozen=True)
class Plugged:
    """A Hidden mark that a BitNetwork carries: the same code, repeated, under signs that the key draws.

    Because the signs are random, a reading of pictures without the mark exceeds z with a chance of at
    most exp(-z*z/2) (Hoeffding), and the threshold is that of our own watermark.
    """

    network: BitNetwork
    name: str = "videoseal.1"

    def __post_init__(self) -> None:
        if self.network.bits < _BITS:
            raise HimmelError(
                f"a network that hides {self.network.bits} bits is too small; {_BITS} are needed"
            )

    def embed(self, frames: Frames, mark: int, key: bytes) -> Frames:
        """Frames that carry `mark`."""
        word = np.unpackbits(encode(np.asarray([mark], np.uint32))[0])
        return self.network.embed(frames, np.resize(word, self.network.bits) ^ self._signs(key) > 0)

    def find(self, frames: Frames, key: bytes, issued: Sequence[int] = ()) -> Found | None:
        """The mark that frames carry, or None."""
        read = np.asarray(self.network.read(frames), np.float64) * (1 - 2.0 * self._signs(key))
        length = float(np.linalg.norm(read))
        if not math.isfinite(length) or length == 0:
            return None
        folded = np.bincount(np.arange(len(read)) % _BITS, read / length, _BITS)
        values = 2.0 * np.unpackbits(np.arange(ALPHABET, dtype=np.uint8)[:, None], axis=1) - 1
        scores = (folded.reshape(SYMBOLS, 8) @ values.T).astype(np.float32)
        marks = np.unique(np.asarray(issued, np.uint32))
        if len(marks):
            totals = totals_of(scores, encode(marks))
            best = int(totals.argmax())
            if (score := float(totals[best])) >= threshold(1, len(marks)):
                return _found(int(marks[best]), score, len(marks), listed=True)
        mark, score = likeliest(scores)
        rivals = LARGEST_MARK + 1
        return _found(mark, score, rivals) if score >= threshold(1, rivals) else None

    def _signs(self, key: bytes) -> NDArray[np.uint8]:
        seed = int.from_bytes(key, "little")
        return numpy_rng(seed, self.name).integers(2, size=self.network.bits, dtype=np.uint8)


def _found(mark: int, score: float, rivals: int, listed: bool = False) -> Found:
    return Found(
        mark=mark,
        confidence=1 - 4 * rivals * math.exp(-score * score / 2),
        score=score,
        scale=1.0,
        mirrored="as it is",
        row=0.0,
        column=0.0,
        listed=listed,
    )
