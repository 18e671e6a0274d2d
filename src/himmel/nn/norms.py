"""Normalisation in single precision, whatever the precision around it.

The root of a mean of squares loses three decimal digits in bfloat16, and every layer above inherits
the error. Both norms therefore compute in float32 and return the dtype they were given.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class LayerNorm(nn.Module):
    """Zero mean and unit variance over the last axis; `affine=True` adds a learned scale and shift.

    The parameters are `weight` and `bias` of shape (width,), as in torch.nn.LayerNorm.
    """

    def __init__(self, width: int, eps: float = 1e-6, affine: bool = False) -> None:
        super().__init__()
        self.width, self.eps = width, eps
        self.weight = nn.Parameter(torch.ones(width)) if affine else None
        self.bias = nn.Parameter(torch.zeros(width)) if affine else None

    def forward(self, x: Tensor) -> Tensor:
        """(..., width) to the same shape and dtype."""
        weight = None if self.weight is None else self.weight.float()
        bias = None if self.bias is None else self.bias.float()
        return F.layer_norm(x.float(), (self.width,), weight, bias, self.eps).to(x.dtype)


class RMSNorm(nn.Module):
    """Unit root mean square over the last axis, times a learned `weight` of shape (width,)."""

    def __init__(self, width: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        """(..., width) to the same shape and dtype."""
        wide = x.float()
        wide = wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + self.eps)
        return (wide * self.weight.float()).to(x.dtype)
