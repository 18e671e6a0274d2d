"""Is the picture sharp where the subject is, free of block edges, and steady from frame to frame?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def luma(frames: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Rec. 601 luma of (..., H, W, 3) in 0..255."""
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    result: NDArray[np.float32] = frames.astype(np.float32) @ weights
    return result


def edge_energy(frames: NDArray[np.uint8], box: tuple[int, int, int, int]) -> float:
    """Mean absolute Laplacian of the luma inside a box (x0, y0, x1, y1) of frames (T, H, W, 3)."""
    y = luma(frames)
    laplacian = np.zeros_like(y)
    laplacian[:, 1:-1, 1:-1] = (
        4 * y[:, 1:-1, 1:-1] - y[:, :-2, 1:-1] - y[:, 2:, 1:-1] - y[:, 1:-1, :-2] - y[:, 1:-1, 2:]
    )
    x0, y0, x1, y1 = box
    return float(np.abs(laplacian[:, y0:y1, x0:x1]).mean())


def border_ratio(frames: NDArray[np.uint8], period: int) -> float:
    """Steps across patch borders over steps elsewhere, both directions; 1 means no block edges.

    frames (T, H, W, 3); period: output pixels per patch. Rows and columns next to a border are left
    out of the inside, since a decoder may smear a block edge over its neighbours.
    """
    y = luma(frames)
    inside, border = [], []
    for axis in (1, 2):
        steps = np.abs(np.diff(y, axis=axis)).mean(axis=tuple(a for a in range(3) if a != axis))
        place = np.arange(1, len(steps) + 1) % period
        border.append(steps[place == 0])
        inside.append(steps[(place > 1) & (place < period - 1)])
    return float(np.concatenate(border).mean() / np.concatenate(inside).mean())


def beat_ratio(frames: NDArray[np.uint8], time: int) -> float:
    """Change from one latent frame to the next over the change within them; 1 means no flicker.

    frames (T, H, W, 3), the first alone in its latent frame, `time` in each other. Changes below half
    a level of 255 count as half a level, so that a still clip does not flicker; 1 for one frame.
    """
    steps = np.abs(np.diff(luma(frames), axis=0)).mean((1, 2)).clip(0.5)
    if len(steps) <= 1 or time == 1:
        return 1.0
    between = np.arange(len(steps)) % time == 0
    return float(steps[between].mean() / steps[~between].mean())


def box_of(
    mask: NDArray[np.floating], size: tuple[int, int], level: float = 0.5
) -> tuple[int, int, int, int] | None:
    """The box (x0, y0, x1, y1) in pixels of size (height, width) around cells above a level.

    mask (h, w): the subject's share of every cell. None when no cell is above the level.
    """
    rows, columns = np.nonzero(np.asarray(mask) > level)
    if len(rows) == 0:
        return None
    tall, wide = size[0] // mask.shape[0], size[1] // mask.shape[1]
    return (
        int(columns.min()) * wide,
        int(rows.min()) * tall,
        int(columns.max() + 1) * wide,
        int(rows.max() + 1) * tall,
    )
