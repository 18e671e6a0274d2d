"""Rendered shards as arrays in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from himmel.core.shards import read_all
from himmel.world.graph import Graph


@dataclass(frozen=True, eq=False)
class Corpus:
    """Frames uint8 (N, T, H, W, 3), the subject's mask (N, T, H, W / 8) packed, and the graphs."""

    frames: np.ndarray
    mask: np.ndarray
    graphs: list[Graph]

    def masks(self, index: np.ndarray) -> np.ndarray:
        """Unpacked masks (n, T, H, W) in {0, 1}."""
        return np.unpackbits(self.mask[index], axis=-1)[..., : self.frames.shape[3]]


def load_corpus(*folders: Path) -> Corpus:
    """All shards of some folders, in one array each (filled in place: twice would not fit)."""
    shards = list(read_all(folders))
    total = sum(len(s.samples) for s in shards)
    first = shards[0].arrays
    frames = np.empty((total, *first["frames"].shape[1:]), np.uint8)
    mask = np.empty((total, *first["mask"].shape[1:]), np.uint8)
    graphs: list[Graph] = []
    while shards:
        shard = shards.pop(0)
        rows = slice(len(graphs), len(graphs) + len(shard.samples))
        frames[rows], mask[rows] = shard.arrays["frames"], shard.arrays["mask"]
        graphs += [Graph.from_dict(sample["graph"]) for sample in shard.samples]
    return Corpus(frames, mask, graphs)
