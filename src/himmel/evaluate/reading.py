"""Facts read by a judge, compared with the graph that was asked for."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from himmel.models.judge import Judge
from himmel.world.graph import Graph

Right = dict[str, NDArray[np.bool_]]


@torch.no_grad()
def read_clips(judge: Judge, frames: NDArray[np.uint8], batch: int = 32) -> list[dict[str, str]]:
    """Facts of clips (N, T, H, W, 3), a dictionary of names each."""
    read: list[dict[str, str]] = []
    for start in range(0, len(frames), batch):
        read += judge.read(torch.from_numpy(frames[start : start + batch]))
    return read


def facts_right(judge: Judge, frames: NDArray[np.uint8], graphs: list[Graph]) -> Right:
    """Per group which clips were read as asked, and "all_facts". Only core graphs have a motion and
    a colour that can be asked for; in others these groups count as right."""
    return compare(read_clips(judge, frames), graphs)


def compare(read: list[dict[str, str]], graphs: list[Graph]) -> Right:
    """Which facts agree; see facts_right."""
    groups = [group for group in read[0] if group in graphs[0].facts]
    right = {
        group: np.array(
            [_agrees(group, r[group], g) for r, g in zip(read, graphs, strict=True)], bool
        )
        for group in groups
    }
    right["all_facts"] = np.logical_and.reduce([right[group] for group in groups])
    return right


def _agrees(group: str, name: str, graph: Graph) -> bool:
    asked = graph.facts[group]
    if graph.scene != "core" and (group == "motion" or asked == "none"):
        return True
    return name == asked
