"""Samplers: functions that carry a state along a velocity field from noise to data."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from torch import Tensor

from himmel.diffusion.state import LatentState

VelocityField = Callable[[Tensor, Tensor], Tensor]
"""Latents (B, C, T, H, W) and the times of their cells -> velocity (B, C, T, H, W)."""

OnStep = Callable[[int, int], None]
"""Called after every step with (steps done, steps in all)."""


def ignore_step(done: int, steps: int) -> None:
    """The callback for those who do not watch."""


def euler(
    velocity: VelocityField, state: LatentState, times: Tensor, on_step: OnStep = ignore_step
) -> LatentState:
    """Follow the field in straight steps through falling `times` (steps + 1,)."""
    moments = times.tolist()
    for done, (t, r) in enumerate(pairwise(moments), start=1):
        state = state.moved(velocity(state.z, state.times(t)), t, r)
        on_step(done, len(moments) - 1)
    return state
