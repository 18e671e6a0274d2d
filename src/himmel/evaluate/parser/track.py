"""Where things are in every frame, and which of them are the same from frame to frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.optimize import linear_sum_assignment

from himmel.evaluate.parser.segment import Mask

Array = NDArray[np.float64]

_JUMP = 0.25  # share of the shorter side that a thing may move from one frame to the next
_GROWTH = 0.12  # what doubling in size costs, as a share of the shorter side


@dataclass(frozen=True, eq=False)
class Track:
    """One thing: centroids (T, 2) x and y in pixels, boxes (T, 4) as x0, y0, x1, y1 with ends exclusive,
    areas (T,) in pixels. Where it is not seen the area is 0 and the rest NaN."""

    centroids: Array
    boxes: Array
    areas: Array

    @property
    def seen(self) -> NDArray[np.bool_]:
        """In which frames (T,) there is something."""
        result: NDArray[np.bool_] = self.areas > 0
        return result


def track_of(mask: Mask, weight: NDArray[np.floating] | None = None) -> Track:
    """The track of one mask (T, H, W); a weight (T, H, W) of its pixels makes centroids finer."""
    track = empty(len(mask))
    for index, frame in enumerate(mask):
        if frame.any():
            _write(track, index, frame, None if weight is None else weight[index])
    return track


def empty(frames: int) -> Track:
    """A track of nothing."""
    return Track(np.full((frames, 2), np.nan), np.full((frames, 4), np.nan), np.zeros(frames))


def tracks_of(mask: Mask, fewest: int) -> list[Track]:
    """Tracks of the connected parts of a mask (T, H, W) that have `fewest` pixels or more, the longest
    first. A part goes on as the one that lies nearest and is alike in size (Hungarian matching)."""
    side = min(mask.shape[1:])
    tracks: list[Track] = []
    for index, frame in enumerate(mask):
        parts = _parts(frame, fewest)
        matched = _match(tracks, parts, index, side)
        for part, known in zip(parts, matched, strict=True):
            track = known or empty(len(mask))
            if known is None:
                tracks.append(track)
            _write(track, index, part, None)
    return sorted(tracks, key=lambda track: -float(track.areas.sum()))


def _parts(frame: Mask, fewest: int) -> list[Mask]:
    labels, number = ndimage.label(frame, structure=np.ones((3, 3)))
    parts = [labels == k for k in range(1, number + 1)]
    return [part for part in parts if part.sum() >= fewest]


def _match(tracks: list[Track], parts: list[Mask], index: int, side: int) -> list[Track | None]:
    """For every part the track that it continues, or None for a new one."""
    matched: list[Track | None] = [None] * len(parts)
    if not tracks or not parts:
        return matched
    found = [track_of(part[None]) for part in parts]
    cost = np.array([[_apart(t, part, index, side) for part in found] for t in tracks])
    for row, column in zip(*linear_sum_assignment(cost), strict=True):
        if cost[row, column] < _JUMP:
            matched[column] = tracks[row]
    return matched


def _apart(track: Track, part: Track, index: int, side: int) -> float:
    """How badly a part in frame `index` continues a track, as a share of the shorter side."""
    last = int(np.flatnonzero(track.seen[:index])[-1]) if track.seen[:index].any() else index
    if last == index or track.seen[index]:
        return 1e3
    expected = track.centroids[last]
    if last and track.seen[last - 1]:
        expected = expected + (expected - track.centroids[last - 1]) * (index - last)
    step = min(
        np.linalg.norm(part.centroids[0] - place) for place in (expected, track.centroids[last])
    )
    growth = abs(np.log2(part.areas[0] / track.areas[last]))
    return float(step / side / (index - last) + _GROWTH * growth)


def _write(track: Track, index: int, mask: Mask, weight: NDArray[np.floating] | None) -> None:
    rows, columns = np.nonzero(mask)
    weights = None if weight is None else np.maximum(weight[rows, columns], 1e-6)
    track.centroids[index] = (
        np.average(columns, weights=weights) + 0.5,
        np.average(rows, weights=weights) + 0.5,
    )
    track.boxes[index] = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    track.areas[index] = len(rows)
