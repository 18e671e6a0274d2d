"""How smoothly frames follow each other where given and drawn ones meet. Clips are (T, H, W, 3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from himmel.core.values import Frames

_LEAST = 0.5  # levels of 255; a still clip has no jump


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


def loop_seam(clip: Frames, seams: tuple[int, ...]) -> float:
    """The largest step at `seams` of an endless clip over the mean of all other steps.

    A seam is named by the frame before it; the last frame is followed by the first.
    """
    found = steps(np.concatenate([clip, clip[:1]])).clip(_LEAST)
    return float(found[list(seams)].max() / np.delete(found, list(seams)).mean())


def largest_step(clip: Frames) -> float:
    """The largest step over the difference of the first and the last frame: 1 is a hard cut."""
    whole = np.abs(clip[-1].astype(np.float64) - clip[0]).mean()
    return float(steps(clip).max() / max(whole, _LEAST))
