"""What all parts of the judge are made of."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn


class Norm(nn.BatchNorm2d):
    """A norm by the batch that keeps no count of batches: files of weights hold no whole numbers."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.num_batches_tracked = None

    def _load_from_state_dict(self, *args: Any) -> None:
        nn.Module._load_from_state_dict(self, *args)  # the batch norm's own would ask for the count


class Residual(nn.Module):
    """Two convolutions beside a way past them, normed by the batch."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList([Norm(width) for _ in range(2)])
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, h, w) -> the same shape."""
        inner = self.first(F.relu(self.norms[0](x)))
        out: Tensor = x + self.second(F.relu(self.norms[1](inner)))
        return out
