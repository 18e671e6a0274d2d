"""A critic for training the decoder: does a pair of frames look like a render? Never shipped."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn


class Critic(nn.Module):
    """Reads patches of two neighbouring frames, so that flicker betrays a decoder as blur does.

    Three halvings and a 3x3 look: every answer sees 38 x 38 pixels (Isola et al. 2017, PatchGAN).
    """

    def __init__(self, widths: tuple[int, int, int] = (48, 96, 160)) -> None:
        super().__init__()
        inputs = (6, *widths[:-1])
        self.steps = nn.ModuleList(
            nn.Conv2d(a, b, 4, 2, 1) for a, b in zip(inputs, widths, strict=True)
        )
        self.answer = nn.Conv2d(widths[-1], 1, 3, padding=1)

    def forward(self, pairs: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Pairs (N, 6, H, W) in [-1, 1] -> logits (N, 1, H/8, W/8), high for renders, and features."""
        features = []
        x = pairs
        for step in self.steps:
            x = F.leaky_relu(step(x), 0.2)
            features.append(x)
        return self.answer(x), features
