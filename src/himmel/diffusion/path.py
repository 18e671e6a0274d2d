"""The straight path between data and noise, and the direction of time.

Time runs from t = 1 (noise) down to t = 0 (data) while generating:

    z_t = (1 - t) * x0 + t * eps            u = dz/dt = eps - x0

This is the one place where the direction is stated. Rectified flow, Liu et al. 2022 (2209.03003),
with the sign of SD3 (2403.03206, equation 13). A network reads time as 1000 * t.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

CLOCK = 1000.0

Clock = Callable[[Tensor, tuple[int, int, int]], Tensor]
"""Times of cells and the network's patch -> what the network reads: (B,), (B, N), or (B, N, 2) with the
times at which steps end."""


def noised(x0: Tensor, eps: Tensor, t: Tensor | float) -> Tensor:
    """The point z_t between data x0 and noise eps; t in [0, 1], broadcast against both."""
    return (1 - t) * x0 + t * eps


def velocity(x0: Tensor, eps: Tensor) -> Tensor:
    """What a network learns to predict: the direction from data to noise, the same at every t."""
    return eps - x0


def clean(z: Tensor, u: Tensor, t: Tensor | float) -> Tensor:
    """The data that a velocity u at z_t points back to."""
    return z - t * u


def timestep(times: Tensor, patch: tuple[int, int, int] = (1, 1, 1)) -> Tensor:
    """The clock a network reads, in 0..1000.

    One time per sample, (B, 1, 1, 1, 1), gives (B,); times per latent frame, (B, 1, T, 1, 1), give
    (B, T / patch[0]); times per cell, (B, 1, T, H, W), give one time per token, (B, N), in the order
    frames, rows, columns. Cells of one token should share a time; where they do not, the noisiest
    counts.
    """
    if times[0].numel() == 1:
        return CLOCK * times.reshape(-1)  # (B,)
    if times[0].numel() == times.shape[2]:
        patch = (patch[0], 1, 1)
    return CLOCK * F.max_pool3d(times, patch).flatten(1)  # (B, N)


def step(now: Tensor, then: Tensor) -> Tensor:
    """What a flow map reads of a step between the times of cells: `timestep` of both, (B, N, 2)."""
    ends = [timestep(times) for times in (now, then)]
    return torch.stack([end.view(len(now), -1) for end in ends], -1)


def leaping(moments: Tensor) -> Clock:
    """The clock of flow maps: the time of every token and the time at which its step ends, (B, N, 2).

    `moments` are the sampler's times, falling to 0. A cell leaps when the common time has come down to
    its own, and so lands at the next moment below that; a cell at 0 stays there.
    """
    rising = CLOCK * moments.flip(0)

    def clock(times: Tensor, patch: tuple[int, int, int]) -> Tensor:
        read = timestep(times, patch)
        read = read if read.ndim == 2 else read.unsqueeze(1)
        below = torch.searchsorted(rising.to(read), read - 1e-3) - 1
        return torch.stack([read, rising.to(read)[below.clamp(min=0)]], -1)

    return clock


def whole_timestep(moments: Tensor) -> Clock:
    """The clock of networks that read whole numbers, rounded down, as Wan does under UniPC.

    `moments` are the sampler's times in float64: a cell's time in float32 lies off by up to 3e-5 of
    a tick, and rounding that down would be a whole tick off wherever 1000 * t is nearly whole.
    """
    exact = CLOCK * moments.double()

    def clock(times: Tensor, patch: tuple[int, int, int]) -> Tensor:
        read = timestep(times, patch)
        apart = (read.double().unsqueeze(-1) - exact.to(read.device)).abs()
        nearest, which = apart.min(dim=-1)
        return torch.where(nearest < 1e-3, exact.floor().to(read)[which], read.floor())

    return clock
