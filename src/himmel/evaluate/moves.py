"""Which move a camera makes, for clips of which nothing is known: by how the picture flows.

A clip is described by the flow in the cells of a grid over parts of the clip; the nearest of renders of
every move, made when the first clip is read, names it. The seeds are its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray

from himmel.core.rng import derive
from himmel.core.values import Frames
from himmel.evaluate.parser.segment import shrink
from himmel.evaluate.parser.tables import SIDE
from himmel.evaluate.sharpness import luma
from himmel.nn.flow import flow_between
from himmel.world.clip import make_clip
from himmel.world.graph import family_of, sample_graph

UNREADABLE = "unreadable"

_GRID, _PARTS = 4, 4  # cells each way, parts of a clip
_SAMPLES = 6  # renders of every move
_FRAMES = 9  # of a clip that are read, evenly spread
_SUDDEN = 5.0  # times the usual change from frame to frame: a cut
_CUT = 14.0  # levels of 255 that a cut changes at least
_CONFUSED = 0.35  # share of the light that flow may leave unexplained
_SECONDS = 2.0


@dataclass(frozen=True, eq=False)
class Moves:
    """Descriptions (N, D) of renders and the name of the move of each."""

    described: NDArray[np.float32]
    names: tuple[str, ...]

    def name(self, frames: Frames) -> str:
        """The move of a clip (T, H, W, 3); unreadable where nothing in it holds together."""
        small = shrink(frames)
        if is_cut(small):
            return "cut"
        described = describe(small)
        if described is None:
            return UNREADABLE
        return self.names[int(np.abs(self.described - described).sum(1).argmin())]


@cache
def usual_moves(size: int = SIDE) -> Moves:
    """Renders of all moves of the family "camera"; takes seconds."""
    described, names = [], []
    for move in family_of("camera").cameras:
        if move == "cut":
            continue
        for number in range(_SAMPLES * (2 if move == "handheld" else 1)):  # no two hands are alike
            seed = derive(number, "moves", move)
            graph = replace(sample_graph(seed, scene="camera"), time="day", camera=move)
            if move == "follow-shot":
                graph = replace(graph, motion=("left", "right")[number % 2])
            found = describe(make_clip(graph, size, _FRAMES, (_FRAMES - 1) / _SECONDS).frames)
            if found is not None:
                described.append(found)
                names.append(move)
    return Moves(np.stack(described), tuple(names))


def describe(frames: Frames) -> NDArray[np.float32] | None:
    """Flow over parts of a clip (T, H, W, 3) in the cells of its middle square, (4 * 2 * 4 * 4,) signed
    roots of picture sides, so that small moves tell as well; None where the frames do not go over
    into each other."""
    frames = frames[np.linspace(0, len(frames) - 1, _FRAMES).round().astype(int)]
    square = min(frames.shape[1:3])
    top, left = ((length - square) // 2 for length in frames.shape[1:3])
    light = (
        torch.from_numpy(luma(frames[:, top : top + square, left : left + square]))[:, None] / 255
    )
    flow = flow_between(light[:-1], light[1:]).numpy() / square
    if _unexplained(light.numpy()[:, 0], flow * square) > _CONFUSED:
        return None
    cells = flow.reshape(len(flow), 2, _GRID, square // _GRID, _GRID, square // _GRID)
    middle = np.median(cells, axis=(3, 5))
    parts = [part.sum(0) for part in np.array_split(middle, _PARTS)]
    flat = np.stack(parts).ravel().astype(np.float32)
    result: NDArray[np.float32] = np.sign(flat) * np.sqrt(np.abs(flat))
    return result


def is_cut(frames: Frames) -> bool:
    """Whether one step of a clip (T, H, W, 3) changes the picture far more than the others."""
    steps = np.abs(np.diff(luma(frames), axis=0)).mean((1, 2))
    largest = int(steps.argmax())
    others = np.delete(steps, largest)
    return (
        bool(steps[largest] > max(_CUT, _SUDDEN * float(np.median(others))))
        if len(others)
        else False
    )


def _unexplained(light: NDArray[np.float32], flow: NDArray[np.float32]) -> float:
    """The change that remains after the flow, over the deviation of the light."""
    height, width = light.shape[1:]
    rows, columns = np.mgrid[:height, :width]
    y = np.clip((rows + flow[:, 1]).round().astype(int), 0, height - 1)
    x = np.clip((columns + flow[:, 0]).round().astype(int), 0, width - 1)
    moved = np.stack([frame[y[i], x[i]] for i, frame in enumerate(light[1:])])
    return float(np.median(np.abs(moved - light[:-1]).mean((1, 2)))) / max(float(light.std()), 1e-3)
