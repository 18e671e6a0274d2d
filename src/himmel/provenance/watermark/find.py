"""Finding a mark again in what became of the frames.

False alarms. For a picture that knows nothing of the key, the score of one word at one place is a sum
of cosines whose phases the key drew at random, with variance 1. Whatever the picture is, the chance that
such a sum exceeds z is at most exp(-z*z/2), since a cosine's moments are below a Gaussian's of its
variance (Chernoff's bound). The threshold asks that this, times everything that is tried, stays below
FALSE_ALARMS.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from himmel.core.errors import HimmelError
from himmel.core.values import Frames
from himmel.provenance.watermark.code import (
    LARGEST_MARK,
    Scores,
    Words,
    encode,
    likeliest,
    totals_of,
)
from himmel.provenance.watermark.pattern import (
    ANCHOR,
    LENGTH,
    TILE,
    Plane,
    Waves,
    moved,
    phases,
    turns,
)
from himmel.provenance.watermark.waves import PLACES, average, surface, waves_in

FALSE_ALARMS = 1e-6
SMALLEST, LARGEST = 0.45, 2.25  # sizes that are tried, relative to the marked frames
SHORTEST_SIDE = 24  # pixels
_STEP = 2.5  # pixels by which the far corner may be off between two sizes
_FINER = 4  # steps that one is divided into about a likely place
_AROUND = np.arange(-1, 1.01, 0.5)  # pixels about a likely place
_KEPT = 24  # likely places that are looked at closely
_PEAKS = 4  # of every size and side
_SIDES = {"as it is": (1, 1), "left-right": (1, -1), "upside down": (-1, 1), "turned": (-1, -1)}


@dataclass(frozen=True, kw_only=True)
class Found:
    """A mark, and how it was found.

    confidence is at least the chance that no picture without it would score so; score is in standard
    deviations of chance. scale is the size of these frames relative to the marked ones, mirrored one of
    "as it is", "left-right", "upside down", "turned"; (row, column) is the tile's place at the top left
    corner, in pixels of the marked frames, which a crop changes. listed says that it was looked up
    among issued marks.
    """

    mark: int
    confidence: float
    score: float
    scale: float
    mirrored: str
    row: float
    column: float
    listed: bool


@dataclass(frozen=True)
class _Place:
    score: float  # of the anchor alone
    scale: float
    side: str
    row: float
    column: float
    waves: Waves


def find(frames: Frames, key: bytes, issued: Sequence[int] = ()) -> Found | None:
    """The mark that frames uint8 (T, H, W, 3) carry under `key`, or None.

    Frames may have been cropped, scaled from 0.45 to 2.25, mirrored, thinned out, re-encoded. Marks in
    `issued` are found in worse pictures than others, which have 2**32 - 1 rivals. First the frames are
    taken as they are, then all sizes and sides are tried. Raises HimmelError for what are no frames.
    """
    if frames.ndim != 4 or frames.shape[-1] != 3 or frames.dtype != np.uint8:
        raise HimmelError(
            "frames are uint8 of the shape (time, height, width, 3); give such an array"
        )
    if not len(frames) or min(frames.shape[1:3]) < SHORTEST_SIDE:
        return None
    plane = average(frames)
    marks = np.unique(np.asarray([m for m in issued if 0 <= m <= LARGEST_MARK], np.uint32))
    search = _Search(plane, key, marks, encode(marks))
    as_it_is = search.run(search.sizes(1 / 1.01, 1.01), ("as it is",))
    return as_it_is or search.run(search.sizes(SMALLEST, LARGEST), tuple(_SIDES))


def threshold(tried: float, rivals: float) -> float:
    """The score that chance exceeds less than once in 4 / FALSE_ALARMS searches of so many trials.

    A search has four parts: as it is or changed, among all marks or among the issued.

    >>> round(threshold(1e8, 2**32), 1)
    10.5
    """
    return math.sqrt(2 * math.log(4 * tried * max(1.0, rivals) / FALSE_ALARMS))


@dataclass(frozen=True, eq=False)
class _Search:
    plane: Plane
    key: bytes
    marks: np.ndarray[tuple[int], np.dtype[np.uint32]]
    words: Words

    def sizes(self, least: float, most: float) -> list[float]:
        """Sizes in steps that move no corner too far."""
        step = math.log1p(_STEP / max(self.plane.shape))
        first, last = math.ceil(math.log(least) / step), math.floor(math.log(most) / step)
        return [math.exp(step * n) for n in range(first, last + 1)]

    def run(self, sizes: Sequence[float], sides: Sequence[str]) -> Found | None:
        """The best reading of the likely places, if it is better than chance."""
        places = sorted(self._likely(sizes, sides), key=lambda place: -place.score)[:_KEPT]
        read = [r for place in places for r in self._read(self._closer(place))]
        tried = len(sizes) * len(sides) * _FINER * (2 * TILE) ** 2
        sure = [r for r in read if r.score >= threshold(tried, self._rivals(r.listed))]
        if not sure:
            return None
        best = max(sure, key=lambda r: r.score)
        chance = 4 * tried * self._rivals(best.listed) * math.exp(-(best.score**2) / 2)
        return _with_confidence(best, 1 - chance)

    def _rivals(self, listed: bool) -> int:
        return len(self.marks) if listed else LARGEST_MARK + 1

    def _likely(self, sizes: Sequence[float], sides: Sequence[str]) -> Iterator[_Place]:
        anchor = np.conj(phases(self.key)[0])
        for side in sides:
            plane = self._seen_from(side)
            for scale in sizes:
                waves = waves_in(plane, scale)
                scores = surface(waves * anchor)
                for peak in np.argpartition(scores, -_PEAKS, axis=None)[-_PEAKS:]:
                    row, column = divmod(int(peak), PLACES)
                    at = row * TILE / PLACES, column * TILE / PLACES
                    yield _Place(float(scores[row, column]), scale, side, *at, waves)

    def _seen_from(self, side: str) -> Plane:
        down, right = _SIDES[side]
        return np.ascontiguousarray(self.plane[::down, ::right])

    def _closer(self, place: _Place) -> _Place:
        """The same place to a quarter of a step in size and half a pixel."""
        anchor, plane = np.conj(phases(self.key)[0]), self._seen_from(place.side)
        rows, columns = place.row + _AROUND, place.column + _AROUND
        down, right = moved(rows, 0 * rows), moved(0 * columns, columns)
        best, step = place, _STEP / max(self.plane.shape) / _FINER
        for n in range(-2, 3):
            scale = place.scale * (1 + n * step)
            waves = waves_in(plane, scale)
            scores = ((down * (waves * anchor)) @ right.T).real
            i, j = divmod(int(scores.argmax()), len(columns))
            if scores[i, j] > best.score:
                at = float(rows[i]), float(columns[j])
                best = _Place(float(scores[i, j]), scale, place.side, *at, waves)
        return best

    def _read(self, place: _Place) -> Iterator[Found]:
        """The likeliest mark of all and the likeliest of the issued ones."""
        at = moved(np.asarray([place.row]), np.asarray([place.column]))[0]
        aligned = (place.waves * at) * np.conj(phases(self.key)[1:])
        scores: Scores = (aligned @ np.conj(turns()).T).real
        yield _found(place, *likeliest(scores), listed=False)
        if len(self.marks):
            totals = totals_of(scores, self.words)
            best = int(totals.argmax())
            yield _found(place, int(self.marks[best]), float(totals[best]), listed=True)


def _found(place: _Place, mark: int, total: float, listed: bool) -> Found:
    return Found(
        mark=mark,
        confidence=0.0,
        score=(ANCHOR * place.score + total) / LENGTH,
        scale=place.scale,
        mirrored=place.side,
        row=place.row % TILE,
        column=place.column % TILE,
        listed=listed,
    )


def _with_confidence(found: Found, confidence: float) -> Found:
    return Found(**{**found.__dict__, "confidence": confidence})
