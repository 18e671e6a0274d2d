"""An exponential moving average of the weights: the model that is shown, judged and shipped."""

from __future__ import annotations

import copy

import torch
from torch import nn

from himmel.parallel import local


class Ema:
    """A second model that follows the first one; `ema.model` is ready for evaluation.

    `twin` is a copy made elsewhere, as for a model in shards, which cannot be copied.
    """

    def __init__(self, model: nn.Module, decay: float, twin: nn.Module | None = None) -> None:
        self.decay = decay
        self.model = (twin or copy.deepcopy(model)).eval().requires_grad_(False)

    def decay_at(self, step: int) -> float:
        """Decay at a step counted from 0: short memory at first, so the start is soon forgotten."""
        return min(self.decay, (step + 1) / (step + 10))

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        """Move towards the model's parameters; buffers are taken as they are."""
        torch._foreach_lerp_(
            [local(p) for p in self.model.parameters()],
            [local(p.detach()) for p in model.parameters()],
            1 - self.decay_at(step),
        )
        for ours, theirs in zip(self.model.buffers(), model.buffers(), strict=True):
            ours.copy_(theirs)
