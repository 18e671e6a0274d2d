"""What a noisy number says of itself, so that a network need not carry it from one end to the other.

A latent channel of spread s, noised to z = (1 - t) x + t eps, has the expected velocity k z with

    k = (t - (1 - t) s^2) / (t^2 + (1 - t)^2 s^2)

if all that is known of x is its spread (the regression of eps - x on z; Karras et al. 2022 give their
networks such a way past, too). A network that adds this to its answer begins, for channels that are new
to it, with that answer instead of none, and spends no width on passing their noise through.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor


def expected_velocity(tokens: Tensor, levels: Tensor, std: tuple[float, ...]) -> Tensor:
    """k z for tokens (B, N, cells * C), channels fastest, at noise levels (B, S) in 0..1000 where S
    divides N; `std` has C numbers, and channels of 0 get 0. float32.

    >>> expected_velocity(torch.ones(1, 2, 2), torch.tensor([[1000.0]]), (0.0, 0.5)).tolist()
    [[[0.0, 1.0], [0.0, 1.0]]]
    """
    b, n, width = tokens.shape
    spread = _on(tokens.device, std).repeat(width // len(std))
    t = (levels.float() / 1000)[..., None, None]  # (B, S, 1, 1)
    power = ((1 - t) * spread).square()
    k = (t - power / (1 - t).clamp_min(1e-6)) / (t.square() + power).clamp_min(1e-6)
    parts = tokens.float().view(b, levels.shape[1], -1, width)  # (B, S, N / S, cells * C)
    return (parts * k * (spread > 0)).view(b, n, width)


@lru_cache(maxsize=16)
def _on(device: torch.device, std: tuple[float, ...]) -> Tensor:
    """The numbers on a device, copied once: a copy at every step would make a GPU wait."""
    with torch.inference_mode(False):
        return torch.tensor(std, device=device)
