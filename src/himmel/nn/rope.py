"""Rotary positions in time, height and width, from real-valued coordinates.

Every pair of channels of a query or key is a point in the plane, turned by an angle proportional to
the token's position. The product of a query and a key then depends on the difference of their
positions alone. Integer positions give exactly the tables of Wan; fractional ones (seconds, windows
that slide, other resolutions) need nothing new.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor

THETA = 10_000.0  # wavelengths run from 2 pi to 2 pi * THETA positions


class Rotary(NamedTuple):
    """Cosine and sine of every token's angles, float32 (N, head_dim / 2) each."""

    cos: Tensor
    sin: Tensor


def axis_widths(head_dim: int) -> tuple[int, int, int]:
    """How many channels of a head turn with time, height and width: 64 gives (24, 20, 20)."""
    space = 2 * (head_dim // 6)
    return head_dim - 2 * space, space, space


def grid_positions(frames: int, height: int, width: int) -> Tensor:
    """Positions (N, 3) of a grid of tokens in the order time, height, width; the last runs fastest."""
    axes = [torch.arange(n, dtype=torch.float64) for n in (frames, height, width)]
    return torch.stack(torch.meshgrid(*axes, indexing="ij"), -1).flatten(0, 2)


def rotary_table(positions: Tensor, head_dim: int, theta: float = THETA) -> Rotary:
    """Angles of real-valued positions (N, 3), or (B, N, 3) where samples differ.

    Angles are formed in float64: at position 1000 float32 would be off by 1e-4 turns.
    """
    angles = [
        positions[..., axis, None].double() * _frequencies(width, theta).to(positions.device)
        for axis, width in enumerate(axis_widths(head_dim))
    ]
    joined = torch.cat(angles, -1)  # (..., N, head_dim / 2)
    return Rotary(joined.cos().float(), joined.sin().float())


def _frequencies(width: int, theta: float) -> Tensor:
    return 1.0 / theta ** (torch.arange(0, width, 2, dtype=torch.float64) / width)


@lru_cache(maxsize=64)
def grid_rotary(shape: tuple[int, int, int], head_dim: int, device: torch.device) -> Rotary:
    """The table of a whole grid (frames, height, width) of tokens, kept between calls."""
    cos, sin = rotary_table(grid_positions(*shape), head_dim)
    return Rotary(cos.to(device), sin.to(device))


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn the channel pairs (0, 1), (2, 3), ... of x (B, N, H, head_dim).

    The result holds the first members of all pairs, then the second ones. Queries and keys are
    reordered alike, so their products are those of the interleaved order, and the halves are
    written as contiguous runs.
    """
    first, second = x.view(*x.shape[:-1], -1, 2).unbind(-1)  # (B, N, H, head_dim / 2)
    cos, sin = cos.unsqueeze(-2), sin.unsqueeze(-2)  # (N, 1, head_dim / 2)
    return torch.cat((first * cos - second * sin, first * sin + second * cos), -1)
