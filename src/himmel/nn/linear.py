"""Linear layers and GELU by the fastest kernel that this machine has for them."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from himmel.nn.kernels import is_chosen, onednn_linear


class Linear(nn.Linear):
    """torch.nn.Linear, the same parameters; float32 goes to oneDNN where that is faster than MKL."""

    def forward(self, x: Tensor) -> Tensor:
        """(..., in_features) to (..., out_features)."""
        if _suits(x, self, torch.float32) and is_chosen(
            "onednn_float32", x, self.weight, self.bias
        ):
            return onednn_linear(x, self.weight, self.bias)
        return F.linear(x, self.weight, self.bias)


def linear_gelu(layer: nn.Linear, x: Tensor) -> Tensor:
    """GELU of a layer's output; in bfloat16 the product's own kernel applies it on the way out."""
    if _suits(x, layer, torch.bfloat16) and is_chosen("fused_gelu", x, layer.weight, layer.bias):
        return onednn_linear(x, layer.weight, layer.bias, gelu=True)
    return gelu(layer(x))


def _suits(x: Tensor, layer: nn.Linear, dtype: torch.dtype) -> bool:
    """The operator knows neither mixed precision nor autocast."""
    given = x.dtype == layer.weight.dtype == dtype
    return given and not torch.is_autocast_enabled("cpu")


def gelu(x: Tensor) -> Tensor:
    """GELU by its tanh formula, 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))."""
    if not torch.compiler.is_compiling():
        return F.gelu(x, approximate="tanh")
    # The compiler's tanh is slow on a CPU; 0.5 (1 + tanh u) is sigmoid(2 u), which it does fast.
    wide = x.float()
    slope = 2 * math.sqrt(2 / math.pi)
    return (wide * torch.sigmoid(wide * (slope + slope * 0.044715 * wide * wide))).to(x.dtype)
