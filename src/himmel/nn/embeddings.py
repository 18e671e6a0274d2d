"""From latents to tokens and back, from noise levels to vectors, and small two-layer projections."""

from __future__ import annotations

import math
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from himmel.core.errors import HimmelError
from himmel.nn.linear import Linear, linear_gelu

Patch = tuple[int, int, int]  # latent frames, rows and columns that make one token


def token_grid(latents: Tensor, patch: Patch) -> tuple[int, int, int]:
    """Tokens along time, height and width of latents (B, C, T, H, W).

    Raises HimmelError where a side does not divide into patches.
    """
    for size, step, name in zip(
        latents.shape[2:], patch, ("frames", "rows", "columns"), strict=True
    ):
        if size % step:
            raise HimmelError(f"{size} latent {name} do not divide into patches of {step}")
    frames, rows, columns = (n // p for n, p in zip(latents.shape[2:], patch, strict=True))
    return frames, rows, columns


def patchify(latents: Tensor, patch: Patch) -> Tensor:
    """Latents (B, C, T, H, W) to tokens (B, N, p_t * p_h * p_w * C), channels fastest."""
    t, h, w = token_grid(latents, patch)
    x = latents.reshape(*latents.shape[:2], t, patch[0], h, patch[1], w, patch[2])
    return x.permute(0, 2, 4, 6, 3, 5, 7, 1).reshape(len(x), t * h * w, -1)


def unpatchify(tokens: Tensor, grid: tuple[int, int, int], patch: Patch) -> Tensor:
    """The inverse of patchify: tokens (B, N, D) on a grid of (t, h, w) to latents (B, C, T, H, W)."""
    x = tokens.reshape(len(tokens), *grid, *patch, -1)  # (B, t, h, w, p_t, p_h, p_w, C)
    x = x.permute(0, 7, 1, 4, 2, 5, 3, 6)
    return x.flatten(6, 7).flatten(4, 5).flatten(2, 3)


def sinusoid(values: Tensor, width: int, longest: float = 10_000.0) -> Tensor:
    """Cosines, then sines, of values (...) at `width / 2` frequencies from 1 to 1 / longest."""
    half = width // 2
    exponent = torch.arange(half, dtype=torch.float32, device=values.device) / half
    angles = values.float().unsqueeze(-1) * torch.exp(-math.log(longest) * exponent)
    return torch.cat((angles.cos(), angles.sin()), -1)  # (..., width)


class Projection(nn.Module):
    """Linear, activation, linear: `linear_1` and `linear_2` as diffusers names them."""

    def __init__(self, width_in: int, width: int, activation: str = "gelu") -> None:
        super().__init__()
        self.linear_1 = Linear(width_in, width)
        self.linear_2 = Linear(width, width)
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        """(..., width_in) to (..., width)."""
        first = self.linear_1
        x = F.silu(first(x)) if self.activation == "silu" else linear_gelu(first, x)
        out: Tensor = self.linear_2(x)
        return out


class _Gelu(nn.Module):
    def __init__(self, width_in: int, width: int, exact: bool) -> None:
        super().__init__()
        self.proj = Linear(width_in, width)
        self.exact = exact

    def forward(self, x: Tensor) -> Tensor:
        return F.gelu(self.proj(x)) if self.exact else linear_gelu(self.proj, x)


class FeedForward(nn.Module):
    """Linear, GELU, linear: `net.0.proj` and `net.2` as diffusers names them.

    GELU is Wan's tanh formula, or the exact one (its image projection).
    """

    def __init__(
        self, width: int, hidden: int, width_out: int | None = None, exact: bool = False
    ) -> None:
        super().__init__()
        first, last = _Gelu(width, hidden, exact), Linear(hidden, width_out or width)
        self.net = nn.ModuleList([first, nn.Identity(), last])

    @property
    def last(self) -> nn.Linear:
        """The matrix that writes into the stream of tokens."""
        return cast("nn.Linear", self.net[2])

    def forward(self, x: Tensor) -> Tensor:
        """(..., width) to (..., width_out)."""
        out: Tensor = self.last(self.net[0](x))
        return out
