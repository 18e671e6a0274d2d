"""Which times a sampler visits and which times training draws."""

from __future__ import annotations

import torch
from torch import Tensor

from himmel.core.errors import HimmelError


def shifted(t: Tensor, shift: float) -> Tensor:
    """Move times towards noise for shift s > 1: s t / (1 + (s - 1) t) (2403.03206, equation 23)."""
    return shift * t / (1 + (shift - 1) * t)


def shifted_times(steps: int, shift: float = 1.0) -> Tensor:
    """Times of a sampler, (steps + 1,) falling from 1 to 0.

    Raises HimmelError for fewer than one step or a shift that is not positive.
    """
    if steps < 1:
        raise HimmelError(f"{steps} steps cannot draw anything; use 1 or more")
    if not shift > 0:
        raise HimmelError(f"a shift of {shift} turns time around; use a number above 0")
    even = torch.linspace(1, 0, steps + 1, dtype=torch.float64)
    return shifted(even, shift).float()


def logit_normal_times(
    batch: int, generator: torch.Generator, shift: float = 1.0, std: float = 1.0
) -> Tensor:
    """Training times, (batch,) in (0, 1): the sigmoid of a normal variable, then shifted.

    The middle of the path is drawn most often, where the velocity is hardest to predict
    (2403.03206, section 3.1). A shift of exp(m) is the same as a normal variable of mean m.
    """
    normal = torch.randn(batch, generator=generator, device=generator.device)
    return shifted(torch.sigmoid(std * normal), shift)
