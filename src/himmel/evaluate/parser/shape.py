"""What kind of thing a silhouette is: the nearest of those that were rendered from many sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from himmel.core.rng import derive
from himmel.core.values import Frames
from himmel.evaluate.parser.segment import Mask, cells
from himmel.evaluate.parser.tables import CHROMATIC, SIDE, Floats, Words, painted_in
from himmel.world.clip import make_clip
from himmel.world.graph import Graph, allowed

FEWEST = 12  # pixels of a silhouette that can be read
_GRID = 12
_WEIGHTS = np.array([1, 0.7, 0.7, 0.7], np.float32)[:, None, None]
_VIEWS = (("spin", 3, 9), ("left", 2, 5), ("right", 2, 5), ("toward", 2, 5), ("still", 3, 2))
_SECONDS = 2.0


@dataclass(frozen=True, eq=False)
class Shapes:
    """Descriptions (N, D) of silhouettes, sorted by kind, and the index of the kind of each (N,)."""

    described: Floats
    kinds: NDArray[np.int64]

    @cached_property
    def _squares(self) -> Floats:
        result: Floats = (self.described**2).sum(1)
        return result

    def distances(self, described: Floats) -> Floats:
        """How far descriptions (M, D) lie from the nearest of each kind: (M, kinds)."""
        squares = (described**2).sum(1)[:, None] + self._squares
        apart = np.sqrt(np.maximum(squares - 2 * described @ self.described.T, 0))
        starts = np.flatnonzero(np.diff(self.kinds, prepend=-1))
        result: Floats = np.minimum.reduceat(apart, starts, axis=1)
        return result


def build_shapes(words: Words) -> Shapes:
    """Render every kind from many sides; takes seconds."""
    described, kinds = [], []
    for index, kind in enumerate(words.kinds):
        for frame, mask, painted in _views(kind, words):
            if mask.sum() >= FEWEST:
                described.append(describe(frame, mask, painted))
                kinds.append(index)
    return Shapes(np.stack(described), np.array(kinds))


def describe(frame: Frames, mask: Mask, painted: Floats) -> Floats:
    """A silhouette in a square of its own: its shape, and where it is painted, darker and
    brighter. frame (H, W, 3), mask and painted (H, W); the mask is not empty."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    inside = mask[box].astype(np.float32)
    light = frame[box].mean(-1)
    bright = light >= np.median(light[mask[box]])
    bare = inside * (1 - painted[box])
    layers = np.stack([inside, inside * painted[box], bare * ~bright, bare * bright])
    tall, wide = inside.shape
    side = max(tall, wide)
    down = cells((tall - side) / 2, (tall + side) / 2, _GRID, tall)
    across = cells((wide - side) / 2, (wide + side) / 2, _GRID, wide)
    return np.asarray((down @ layers @ across.T) * _WEIGHTS, np.float32).ravel()


def _views(kind: str, words: Words) -> Iterator[tuple[Frames, Mask, Floats]]:
    """Frames of a kind with the subject's mask and where it wears paint."""
    setting, time = words.settings[0], words.times[0]
    for motion, seeds, frames in _VIEWS:
        for number in range(seeds if allowed(kind, motion) else 0):
            graph = Graph(
                seed=derive(number, "parser", kind, motion), scene=words.scene, kind=kind,
                colour=words.colours[0], setting=setting, time=time, motion=motion,
            )  # fmt: skip
            made = [
                make_clip(replace(graph, colour=colour), SIDE, frames, (frames - 1) / _SECONDS)
                for colour in words.colours[:CHROMATIC]
            ]
            shots = np.stack([clip.frames for clip in made])
            for index, ids in enumerate(made[0].ids):
                painted = painted_in(shots[:, index]).astype(np.float32)
                yield shots[0, index], ids == 1, painted
