"""Which times a sampler visits and which times training draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from himmel.core.errors import HimmelError
from himmel.diffusion import path


def shifted(t: Tensor, shift: float) -> Tensor:
    """Move times towards noise for shift s > 1: s t / (1 + (s - 1) t) (2403.03206, equation 23)."""
    return shift * t / (1 + (shift - 1) * t)


def shifted_times(steps: int, shift: float = 1.0) -> Tensor:
    """Times of a sampler, (steps + 1,) falling from 1 to 0.

    Raises HimmelError for fewer than one step or a shift that is not positive.
    """
    _check(steps, shift)
    even = torch.linspace(1, 0, steps + 1, dtype=torch.float64)
    return shifted(even, shift).float()


def unipc_times(steps: int, shift: float = 1.0) -> Tensor:
    """Times as diffusers' UniPCMultistepScheduler has them for Wan, (steps + 1,) float64.

    Even from 1 towards 1/1000, shifted, then 0; the first is 1e-6 below 1, where the log
    signal-to-noise ratio is finite. As float32 they are its sigmas; its network reads them through
    path.whole_timestep. Raises HimmelError as shifted_times does.
    """
    _check(steps, shift)
    even = _evenly(1.0, 1 / path.CLOCK, steps + 1)[:-1]
    times = shifted(torch.tensor(even, dtype=torch.float64), shift)
    times[0] -= 1e-6
    return torch.cat([times, times.new_zeros(1)])


def flow_match_euler_times(steps: int, shift: float = 1.0) -> Tensor:
    """Times as diffusers' FlowMatchEulerDiscreteScheduler has them, (steps + 1,) float64.

    As float32 they are its sigmas. Its ends have been shifted before it divides what lies between
    them and shifts that again; so the last time above 0 is later than a single shift would have it.
    Raises HimmelError as shifted_times does.
    """
    _check(steps, shift)
    ends = shifted(torch.tensor([1.0, 1 / path.CLOCK]), shift).double() * path.CLOCK
    even = torch.tensor(_evenly(float(ends[0]), float(ends[1]), steps), dtype=torch.float64)
    return torch.cat([shifted(even / path.CLOCK, shift), even.new_zeros(1)])


SCHEDULES: Mapping[str, Callable[[int, float], Tensor]] = {
    "shifted": shifted_times,
    "flow-match-euler": flow_match_euler_times,
    "unipc": unipc_times,
}
"""Times of samplers, by the names that models use: steps and shift -> (steps + 1,)."""


def clock_of(schedule: str, times: Tensor, sampler: str) -> path.Clock:
    """What a network reads of the times of a schedule: whole numbers under "unipc", and where a step ends
    if the sampler follows a flow map."""
    if sampler == "flow-map":
        return path.leaping(times)
    return path.whole_timestep(times) if schedule == "unipc" else path.timestep


def _check(steps: int, shift: float) -> None:
    if steps < 1:
        raise HimmelError(f"{steps} steps cannot draw anything; use 1 or more")
    if not shift > 0:
        raise HimmelError(f"a shift of {shift} turns time around; use a number above 0")


def _evenly(first: float, last: float, count: int) -> list[float]:
    """`count` numbers as numpy.linspace rounds them: torch counts from both ends, to other bits."""
    step = (last - first) / max(count - 1, 1)
    return [first + i * step for i in range(max(count - 1, 1))] + [last] * (count > 1)


def logit_normal_times(
    batch: int, generator: torch.Generator, shift: float = 1.0, std: float = 1.0
) -> Tensor:
    """Training times, (batch,) in (0, 1): the sigmoid of a normal variable, then shifted.

    The middle of the path is drawn most often, where the velocity is hardest to predict
    (2403.03206, section 3.1). A shift of exp(m) is the same as a normal variable of mean m.
    """
    normal = torch.randn(batch, generator=generator, device=generator.device)
    return shifted(torch.sigmoid(std * normal), shift)
