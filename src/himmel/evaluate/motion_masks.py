"""Where, when and how much things move, against a reference: the figures of Physics-IQ.

After Motamed and others, "Do generative video models understand physical principles?" (2025): a frame's
motion mask is where it differs from a running average; masks are compared as a whole (spatial), frame by
frame (spatiotemporal) and by how often a place moves (weighted spatial). Their kernels of 5 pixels are
meant for large pictures; here they are a 48th of the shorter side, at least 3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from himmel.core.values import Frames
from himmel.evaluate.sharpness import luma

Mask = NDArray[np.bool_]

_PACE = 0.3  # share of a frame in the running average
_LEVEL = 10  # of 255
_KERNEL = 1 / 48


def motion_masks(frames: Frames) -> Mask:
    """(T, H, W) of frames (T, H, W, 3); the first is empty."""
    kernel = max(3, 2 * round(min(frames.shape[1:3]) * _KERNEL / 2) + 1)
    grey = ndimage.gaussian_filter(luma(frames), (0, kernel / 5, kernel / 5))
    masks = np.zeros(grey.shape, bool)
    average = grey[0]
    square = np.ones((kernel, kernel), bool)
    for index in range(1, len(grey)):
        average = (1 - _PACE) * average + _PACE * grey[index]
        moved = np.abs(grey[index] - average) > _LEVEL
        masks[index] = ndimage.binary_closing(ndimage.binary_opening(moved, square), square)
    return masks


def likeness(frames: Frames, reference: Frames) -> dict[str, float]:
    """The four figures of a clip (T, H, W, 3) and a reference of the same shape by name."""
    made, true = motion_masks(frames), motion_masks(reference)
    error = np.square(frames / 255.0 - reference / 255.0).mean()
    return {
        "iou.spatial": overlap(made.any(0), true.any(0)),
        "iou.spatiotemporal": float(
            np.mean([overlap(*pair) for pair in zip(made, true, strict=True)])
        ),
        "iou.weighted": weighted_overlap(made.mean(0), true.mean(0)),
        "mse": float(error),
    }


def overlap(first: ArrayLike, second: ArrayLike) -> float:
    """Intersection over union; 1 where both are empty."""
    one, other = np.asarray(first, bool), np.asarray(second, bool)
    union = int((one | other).sum())
    return int((one & other).sum()) / union if union else 1.0


def weighted_overlap(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """The sum of minima over the sum of maxima; 1 where both are empty."""
    union = float(np.maximum(first, second).sum())
    return float(np.minimum(first, second).sum()) / union if union else 1.0
