"""Clips with and without the harmless test pictures that stand for what must not be let out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from himmel.core.values import Frames

FPS, SIZE, LENGTH = 24, (54, 96), 24
MAGENTA, GREEN, CYAN, YELLOW = (240, 20, 240), (20, 220, 30), (20, 225, 225), (235, 235, 20)
DISC, TRIANGLE = "disc", "triangle"
Colour = tuple[int, int, int]


def scene(rng: np.random.Generator, frames: int = LENGTH, size: tuple[int, int] = SIZE) -> Frames:
    """A clip uint8 (T, H, W, 3): sky over ground and moving blobs of muted colours, with noise."""
    height, width = size
    y, x = np.mgrid[0:height, 0:width]
    still = np.where((y < height * rng.uniform(0.3, 0.7))[..., None], *_two(rng))
    clip = np.repeat(still[None], frames, 0).astype(np.float32)
    for _ in range(rng.integers(1, 5)):
        colour, radius = rng.integers(30, 190, 3), rng.uniform(0.05, 0.25) * height
        start, step = rng.uniform(0, (height, width)), rng.normal(0, 1.0, 2)
        for t in range(frames):
            cy, cx = start + step * t
            clip[t][(y - cy) ** 2 + (x - cx) ** 2 < radius**2] = colour
    clip += rng.normal(0, 4, clip.shape)
    return np.clip(clip, 0, 255).astype(np.uint8)


def _two(rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return rng.integers(30, 190, 3), rng.integers(30, 190, 3)


def show(
    clip: Frames, rng: np.random.Generator, at: int, frames: int, area: float, card: str = TRIANGLE
) -> None:
    """Put a card of `area` of the picture at a random place into `frames` frames from `at` on.

    card: `triangle` (the canary), `first` or `second` (the symbols forbidden in that order).
    """
    height, width = clip.shape[1:3]
    side = int(min(np.ceil(np.sqrt(area * height * width)), height, width))
    top, left = (int(rng.integers(0, room - side + 1)) for room in (height, width))
    picture = _card(card, side)
    clip[at : at + frames, top : top + side, left : left + side] = picture


def _card(card: str, side: int) -> NDArray[np.uint8]:
    y, x = (np.mgrid[0:side, 0:side] + 0.5) / side
    triangle = (np.abs(x - 0.5) < (y - 0.1) * 0.45) & (y > 0.1) & (y < 0.9)
    disc = (y - 0.5) ** 2 + (x - 0.5) ** 2 < 0.16
    figure, ground, shape = {
        TRIANGLE: (MAGENTA, GREEN, triangle),
        "first": (MAGENTA, CYAN, disc),
        "second": (YELLOW, MAGENTA, disc),
    }[card]
    return np.where(shape[..., None], figure, ground).astype(np.uint8)
