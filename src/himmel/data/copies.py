"""Near-copies: clips that were scaled, compressed, trimmed, mirrored, turned or cropped.

Two looks. PDQ hashes of a few frames, in eight turned and mirrored views and in crops, name for every
clip the few others that could be copies of it. Those are laid over each other (see alignment). Hashes
alone cannot tell clips of one rendered place apart, and pixels alone cannot search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from himmel.data.alignment import Small, remainder, small, turned
from himmel.media.pdq import BITS, Bits, crops, dihedral

NEAR = 100.0  # bits; what lies nearer is looked at, unrelated pictures lie near 128
# Of 255, in the worst block of the worst picture; measured in records/trust/2026-11-29_copies.
LIMIT = 12.0
CANDIDATES = 6
_ASKING, _KNOWN = 3, 4  # frames of a clip that ask; every so many of a clip that is known
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Views:
    """One clip: hashes turned and mirrored (8, 3, 256), hashes whole and cropped (10, T / 4, 256), and
    all its frames as small pictures."""

    turned: Bits
    cropped: Bits
    pictures: Small


@dataclass(frozen=True)
class Pair:
    """Two clips by their numbers, and what remains of 255 when one is laid over the other."""

    first: int
    second: int
    remains: float


def views(frames: NDArray[np.uint8]) -> Views:
    """What is compared of a clip (T, H, W, 3)."""
    asking = np.linspace(0, len(frames) - 1, _ASKING).round().astype(int)
    return Views(dihedral(frames[asking]), crops(frames[::_KNOWN]), small(frames))


def near_copies(
    held: Sequence[Views],
    limit: float = LIMIT,
    on_progress: OnProgress = lambda done, of: None,
) -> list[Pair]:
    """All pairs of clips that are near-copies of each other, the nearest first."""
    known = _signs(np.concatenate([one.cropped for one in held], axis=1))
    starts = np.cumsum([0, *(one.cropped.shape[1] for one in held)])[:-1]
    best: dict[tuple[int, int], float] = {}
    for number, query in enumerate(held):
        for other, view in _candidates(number, query, known, starts):
            remains = _remains(query.pictures, held[other].pictures, view)
            pair = min(number, other), max(number, other)
            best[pair] = min(best.get(pair, 255.0), remains)
        on_progress(number + 1, len(held))
    pairs = (Pair(*pair, remains) for pair, remains in best.items() if remains <= limit)
    return sorted(pairs, key=lambda pair: pair.remains)


def groups(count: int, pairs: Iterable[Pair]) -> list[int]:
    """A number per clip, equal for clips that pairs connect: the smallest number among them."""
    group = list(range(count))

    def root(number: int) -> int:
        while group[number] != number:
            number = group[number]
        return number

    for pair in pairs:
        low, high = sorted((root(pair.first), root(pair.second)))
        group[high] = low
    return [root(number) for number in range(count)]


def _remains(query: Small, known: Small, view: int) -> float:
    """The shorter clip is the piece; of two of one length, whichever fits better."""
    query = turned(query, view)
    tries = []
    if len(query) <= len(known):
        tries.append(remainder(query, known))
    if len(known) <= len(query):
        tries.append(remainder(known, query))
    return min(tries)


def _candidates(
    number: int, query: Views, known: NDArray[np.float32], starts: NDArray[np.int64]
) -> list[tuple[int, int]]:
    """The nearest other clips by hashes, each with the view of the query that fits."""
    signs = _signs(query.turned)
    likeness = np.full((len(signs), len(starts)), -float(BITS), np.float32)
    for cropped in known:
        fitting = np.maximum.reduceat(signs.reshape(-1, BITS) @ cropped.T, starts, axis=1)
        likeness = np.maximum(likeness, fitting.reshape(*signs.shape[:2], -1).mean(1))
    likeness[:, number] = -BITS
    distance = (BITS - likeness.max(0)) / 2
    nearest = np.argsort(distance, kind="stable")[:CANDIDATES]
    return [(int(o), int(likeness[:, o].argmax())) for o in nearest if distance[o] <= NEAR]


def _signs(bits: Bits) -> NDArray[np.float32]:
    return np.where(bits, np.float32(1), np.float32(-1))
