"""Samplers: functions that carry a state along a velocity field from noise to data.

Every cell has its own time, min(t, 1 - s): it waits until the common time t has come down to it. A
sampler with a memory remembers nothing for a cell from before the two times met, and begins there at
order 1. Predictions made while it waited share one time, and two values at one time have no slope;
one made while it waited and the next lie a short time of its own apart, but a whole step of the cells
around it: a slope through those would be large, and would say nothing about the cell.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor

from himmel.core.errors import HimmelError
from himmel.diffusion import path
from himmel.diffusion.state import LatentState

VelocityField = Callable[[Tensor, Tensor], Tensor]
"""Latents (B, C, T, H, W) and the times of their cells -> velocity (B, C, T, H, W)."""

OnStep = Callable[[int, int], None]
"""Called after every step with (steps done, steps in all)."""

Sampler = Callable[[VelocityField, LatentState, Tensor, OnStep], LatentState]
"""Field, state, times (steps + 1,) that fall, callback -> the state at the last time."""

Point = tuple[Tensor, Tensor]
"""A time per cell, float64, and the data predicted there, (B, C, T, H, W)."""


def ignore_step(done: int, steps: int) -> None:
    """The callback for those who do not watch."""


def euler(
    velocity: VelocityField, state: LatentState, times: Tensor, on_step: OnStep = ignore_step
) -> LatentState:
    """Follow the field in straight steps through falling `times` (steps + 1,).

    For a flow map, whose answer is the mean velocity up to the end of the step, they are exact.
    """
    moments = times.tolist()
    for done, (t, r) in enumerate(pairwise(moments), start=1):
        state = state.moved(velocity(state.z, state.times(t)), t, r)
        on_step(done, len(moments) - 1)
    return state


def heun(
    velocity: VelocityField, state: LatentState, times: Tensor, on_step: OnStep = ignore_step
) -> LatentState:
    """Order 2 with two evaluations a step: the mean of the slopes at both ends of every step.

    `times` (steps + 1,) fall. Algorithm 1 of 2206.00364 on the straight path; as there, a step to
    t = 0 stays Euler's, because no network has learned what to answer for data without noise.
    """
    moments = times.tolist()
    for done, (t, r) in enumerate(pairwise(moments), start=1):
        slope = velocity(state.z, state.times(t))
        ahead = state.moved(slope, t, r)
        if r > 0:
            slope = (slope + velocity(ahead.z, state.times(r))) / 2
            ahead = state.moved(slope, t, r)
        state = ahead
        on_step(done, len(moments) - 1)
    return state


def unipc(
    velocity: VelocityField,
    state: LatentState,
    times: Tensor,
    on_step: OnStep = ignore_step,
    *,
    order: int = 2,
    corrected: bool = True,
    lower_order_final: bool = True,
) -> LatentState:
    """UniPC in data prediction with B(h) = e^h - 1 (2302.04867), one evaluation a step.

    A step extrapolates the last `order` predictions of the data in half the log signal-to-noise
    ratio; the next prediction also corrects it, at no cost, which raises the order by one. With
    `corrected` False and order 2 this is DPM-Solver++(2M) (2211.01095, algorithm 2). The
    last steps fall back to order 2, then 1, with `lower_order_final`; a step to t = 0 always does,
    because the ratio is infinite there. `times` (steps + 1,) fall.

    Equal to diffusers' UniPCMultistepScheduler (flow_prediction, bh2) on the times it uses, see
    schedules.unipc_times. Raises HimmelError for an order below 1.
    """
    if order < 1:
        raise HimmelError(f"a sampler of order {order} does not move; use 1 or more")
    moments = times.tolist()
    points: deque[Point] = deque(maxlen=order + 1)  # newest first
    begin = state.z  # where the last step began
    orders = memory = torch.zeros_like(state.strength, dtype=torch.int64)
    for done, (t, r) in enumerate(pairwise(moments), start=1):
        now, then = state.times(t).double(), state.times(r).double()
        predicted = path.clean(state.z, velocity(state.z, state.times(t)), state.times(t))
        points.appendleft((now, predicted))
        if corrected and done > 1:
            z = _leap(state.z, begin, now, orders, list(points)[1:], predicted)
            state = dataclasses.replace(state, z=z)
        left = len(moments) - done if lower_order_final else order
        orders = (memory + 1).clamp(max=min(order, left)).masked_fill(then == 0, 1)
        orders = orders.masked_fill(now == then, 0)
        memory = (memory + 1).masked_fill(1 - state.strength < t, 0)
        begin = state.z
        state = dataclasses.replace(state, z=_leap(begin, begin, then, orders, list(points)))
        on_step(done, len(moments) - 1)
    return state


def _leap(
    still: Tensor,
    begin: Tensor,
    then: Tensor,
    orders: Tensor,
    points: Sequence[Point],
    found: Tensor | None = None,
) -> Tensor:
    """Every cell from `begin`, at the time of points[0], to its time `then` by its own order.

    Cells of order 0 keep `still`. `found` is the data predicted at `then`, where that is known.
    """
    for order in sorted(set(orders.flatten().tolist())):
        if order > 0:
            moved = _integrated(begin, then, points[:order], found)
            still = torch.where(orders == order, moved, still)
    return still


def _integrated(z: Tensor, then: Tensor, points: Sequence[Point], found: Tensor | None) -> Tensor:
    """The solution at `then` from z at points[0], for data predictions on a polynomial.

    z_r = (r / t) z + (1 - r) * integral over x in [0, 1] of h e^(-h (1 - x)) D(x), where x runs with
    half the log signal-to-noise ratio and D goes through the points (2302.04867, equation 5, for
    alpha = 1 - t and sigma = t). Newton's form with the oldest point last: at t = 1 the ratio is
    minus infinity, and there a divided difference vanishes where weights from a linear system would
    be no numbers. Cells that do not move give no numbers; the caller leaves them out.
    """
    start = _half_log_snr(points[0][0])
    h = _half_log_snr(then) - start
    # Nodes 0 and 1 are set, not computed: from t = 1 the way is infinite.
    nodes, column = [torch.zeros_like(h)], [points[0][1]]
    if found is not None:
        nodes, column = [*nodes, torch.ones_like(h)], [*column, found]
    nodes += [(_half_log_snr(time) - start) / h for time, _ in points[1:]]
    column += [data for _, data in points[1:]]
    moments, basis = _moments(h, len(nodes)), [torch.ones_like(h)]
    total = moments[0].to(z) * column[0]
    for k in range(1, len(nodes)):
        column = _divided(column, nodes, k)
        basis = _times_factor(basis, nodes[k - 1])
        weight = torch.stack([c * m for c, m in zip(basis, moments, strict=False)]).sum(0)
        total = total + weight.to(z) * column[0]
    return (then / points[0][0]).to(z) * z + (1 - then).to(z) * total


def _divided(column: Sequence[Tensor], nodes: Sequence[Tensor], k: int) -> list[Tensor]:
    """Divided differences of order k from those of order k - 1."""
    gaps = [nodes[j + k] - nodes[j] for j in range(len(nodes) - k)]
    pairs = zip(pairwise(column), gaps, strict=True)
    return [(right - left) / gap.to(left) for (left, right), gap in pairs]


def _half_log_snr(time: Tensor) -> Tensor:
    return torch.log1p(-time) - torch.log(time)


def _moments(h: Tensor, count: int) -> list[Tensor]:
    """Integrals over x in [0, 1] of h e^(-h (1 - x)) x^n for n below `count`, by parts.

    With two points UniPC takes half of the zeroth moment for the first (2302.04867, B(h) = e^h - 1):
    the same to second order, and at h = infinity, the step from pure noise, the better choice.
    """
    moments = [-torch.expm1(-h)]
    for n in range(1, count):
        moments.append(1 - n / h * moments[-1])
    return [moments[0], moments[0] / 2] if count == 2 else moments


def _times_factor(basis: Sequence[Tensor], root: Tensor) -> list[Tensor]:
    """Coefficients of a polynomial times (x - root), lowest first."""
    zero = torch.zeros_like(root)
    shifted, scaled = [zero, *basis], [*(root * c for c in basis), zero]
    return [a - b for a, b in zip(shifted, scaled, strict=True)]


SAMPLERS: Mapping[str, Sampler] = {
    "euler": euler,
    "heun": heun,
    "dpmpp-2m": partial(unipc, corrected=False),
    "unipc": unipc,
    "flow-map": euler,  # with another clock: schedules.clock_of
}
"""Samplers by the names that requests use."""


def sampler_named(name: str) -> Sampler:
    """A sampler by its name in SAMPLERS. Raises HimmelError, with what there is, for another."""
    if name not in SAMPLERS:
        raise HimmelError(f"there is no sampler {name!r}; use {' or '.join(SAMPLERS)}")
    return SAMPLERS[name]


def evaluations(name: str, steps: int) -> int:
    """How often a sampler asks the field in so many steps to t = 0."""
    return 2 * steps - 1 if sampler_named(name) is heun else steps
