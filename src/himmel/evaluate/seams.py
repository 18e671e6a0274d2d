"""How smoothly frames follow each other where given and drawn ones meet. Clips are (T, H, W, 3)."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from himmel.core.values import Frames
from himmel.nn.flow import flow_between, light

Frame = NDArray[np.uint8]  # (H, W, 3)
_LEAST = 0.5  # levels of 255; a still clip has no jump
_ALIKE = 3.0  # levels of 255 by which two pictures differ that can be told apart
_MOVES = 0.05  # pixels a frame, root mean square of all pixels, below which nothing moves
_AROUND = -0.5  # the cosine of motions below which one goes back


def steps(clip: Frames) -> NDArray[np.float64]:
    """Mean change from each frame to the next (T - 1,), in levels of 255."""
    found: NDArray[np.float64] = np.abs(np.diff(clip.astype(np.float64), axis=0)).mean((1, 2, 3))
    return found


def turns(clip: Frames) -> NDArray[np.float64]:
    """Mean change from each step to the next (T - 2,): how much the motion changes at inner frames."""
    found: NDArray[np.float64] = np.abs(np.diff(clip.astype(np.float64), n=2, axis=0)).mean(
        (1, 2, 3)
    )
    return found


def velocity_break(clip: Frames, before: int) -> float:
    """The change of motion where frame `before` and the next one meet, over that at other frames.

    A motion that goes on as it was has 1; one that stops or turns around has more.
    """
    changes = turns(clip).clip(_LEAST)
    here = slice(max(before - 1, 0), before + 1)
    return float(changes[here].max() / np.delete(changes, here).mean())


def largest_step(clip: Frames) -> float:
    """The largest step over the difference of the first and the last frame: 1 is a hard cut."""
    whole = np.abs(clip[-1].astype(np.float64) - clip[0]).mean()
    return float(steps(clip).max() / max(whole, _LEAST))


def jump(clip: Frames, seams: tuple[int, ...], endless: bool = False) -> float:
    """The largest step at `seams`, over the mean of all other steps.

    A seam is named by the frame before it. endless: the last frame is followed by the first.
    """
    found = steps(np.concatenate([clip, clip[:1]]) if endless else clip).clip(_LEAST)
    return float(found[list(seams)].max() / np.delete(found, list(seams)).mean())


def turns_around(clip: Frames, places: tuple[int, ...]) -> bool:
    """Whether motion goes back where it came from at one of these frames, as in a film played backwards.

    At a frame, the motion to the next one is held against that from the one before, pixel by pixel: their
    cosine is 1 where motion goes on and -1 where it turns around. Frames are counted round and round.
    """
    count = len(clip)
    middle = _light(clip[[place % count for place in places]])
    came = -flow_between(middle, _light(clip[[(place - 1) % count for place in places]]))
    goes = flow_between(middle, _light(clip[[(place + 1) % count for place in places]]))
    lengths = [flow.square().sum((1, 2, 3)) for flow in (came, goes)]
    cosine = (came * goes).sum((1, 2, 3)) / (lengths[0] * lengths[1]).sqrt().clamp(1e-9)
    pixels = clip.shape[1] * clip.shape[2]
    moves = torch.minimum(*lengths) / pixels > _MOVES**2
    return bool((moves & (cosine < _AROUND)).any())


def doubled(frames: Frames, one: Frame, other: Frame) -> bool:
    """Whether most of the frames (T, H, W, 3) show two pictures (H, W, 3) at once, as a cross-fade does.

    A frame does where a mixture of both, neither below a fifth, lies nearer to it by half the squared
    error than each of them. Two pictures that are alike cannot be told from their mixture.
    """
    begin, way = one.astype(np.float64), other.astype(np.float64) - one
    if (between := np.square(way).sum()) < _ALIKE**2 * way.size or not len(frames):
        return False
    found = []
    for frame in frames:
        off = frame - begin
        share = float((off * way).sum() / between)
        nearer = min(np.square(off).sum(), np.square(off - way).sum())
        mixed = 0.2 < share < 0.8 and np.square(off - share * way).sum() < nearer / 2
        found.append(mixed)
    return bool(np.mean(found) > 0.5)


def nearer_to_truth(frames: Frames, true: Frames, given: Frames) -> float:
    """The share of frames (T, H, W, 3) that lie nearer to the true ones than to those given before and
    behind them (T + 1, H, W, 3): a frame shown again does not, nor do two things where one has moved.

    Frames between two that are alike are not asked; NaN where none is left: nothing moves.
    """
    found = []
    for frame, truth, before, behind in zip(frames, true, given[:-1], given[1:], strict=True):
        off, way = (
            [np.square(a.astype(np.float64) - b).mean() for b in many]
            for a, many in ((frame, (truth, before, behind)), (before, (behind,)))
        )
        if way[0] >= _ALIKE**2:
            found.append(off[0] < min(off[1:]))
    return float(np.mean(found)) if found else float("nan")


def _light(pictures: Frames) -> Tensor:
    """Luma (N, 1, H, W) in 0..1."""
    return light(torch.from_numpy(pictures).permute(0, 3, 1, 2).float())
