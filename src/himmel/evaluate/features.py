"""Clips as points: by what the judge reads, and by a network that was never trained.

The judge's features say what a clip shows, in its own terms; those of random filters know no words and
see what the judge has learnt to overlook. A figure that holds in both does not hang on one network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from himmel.core.rng import torch_rng
from himmel.models.judge import Judge

Points = NDArray[np.float64]  # (N, D)
Extractor = Callable[[Tensor], Tensor]

_BATCH = 32
_FRAMES, _SIDE, _THUMB = 9, 64, 16
_WIDTHS = (48, 64, 96, 128)


def extractors(judge: Judge) -> dict[str, Extractor]:
    """Clips (B, T, H, W, 3) uint8 -> (B, D), by name: `judge` and `random`."""
    return {"judge": judge.features, "random": RandomFeatures()}


def points(named: Mapping[str, Extractor], clips: Iterable[NDArray[np.uint8]]) -> dict[str, Points]:
    """Features (N, D) by name of clips (T, H, W, 3), which may come one by one and differ in size."""
    rows: dict[str, list[Tensor]] = {name: [] for name in named}
    for batch in _batches(clips):
        for name, extract in named.items():
            rows[name].append(extract(batch))
    return {name: torch.cat(found).double().numpy() for name, found in rows.items()}


def _batches(clips: Iterable[NDArray[np.uint8]]) -> Iterator[Tensor]:
    """Clips of one size together, a few dozen at a time."""
    waiting: list[NDArray[np.uint8]] = []
    for clip in clips:
        if waiting and (len(waiting) == _BATCH or clip.shape != waiting[0].shape):
            yield torch.from_numpy(np.stack(waiting))
            waiting = []
        waiting.append(clip)
    if waiting:
        yield torch.from_numpy(np.stack(waiting))


def small_pixels(clips: Tensor) -> Tensor:
    """Clips (B, T, H, W, 3) uint8 -> (B, 9 x 16 x 16 x 3): the clip itself, small enough that neither
    blur nor another encoder hides a copy."""
    spread = torch.linspace(0, clips.shape[1] - 1, _FRAMES).round().long()
    frames = clips[:, spread].permute(0, 1, 4, 2, 3).float() / 255
    return F.adaptive_avg_pool2d(frames.flatten(1, 2), _THUMB).flatten(1)


class RandomFeatures(nn.Module):
    """Clips (B, T, H, W, 3) uint8 -> (B, 256): means and spreads of random filters, always the same.

    The frames that are looked at lie over each other as channels, so the filters see motion too.
    """

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        generator = torch_rng(seed, "random features")
        ways = (3 * _FRAMES, *_WIDTHS)
        self.filters = [
            torch.randn(out, into, 3, 3, generator=generator) * (2 / (9 * into)) ** 0.5
            for into, out in pairwise(ways)
        ]

    @torch.no_grad()
    def forward(self, clips: Tensor) -> Tensor:
        """See the class."""
        spread = torch.linspace(0, clips.shape[1] - 1, _FRAMES).round().long()
        frames = clips[:, spread].permute(0, 1, 4, 2, 3).float() / 127.5 - 1
        x = F.adaptive_avg_pool2d(frames.flatten(1, 2), _SIDE)
        for weights in self.filters:
            x = F.leaky_relu(F.conv2d(x, weights, stride=2, padding=1), 0.2)
        return torch.cat([x.mean((2, 3)), x.std((2, 3))], 1)
