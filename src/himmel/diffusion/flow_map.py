"""Flow maps: what teaches a network to answer for a whole step, however long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from himmel.core.loss import Loss
from himmel.diffusion import path
from himmel.diffusion.guidance import Network
from himmel.diffusion.mixture import Levels, chance
from himmel.diffusion.objectives import taught_loss

Ahead = Callable[[Network, Tensor, Tensor, Tensor, Tensor, Tensor], Tensor]
"""Network, latents z, their velocity, how noisy cells are and how noisy they are to be, text -> the mean
velocity in between, as far as the network knows it."""


def flow_map_loss(
    network: Network,
    teacher: Network,
    x0: Tensor,
    text: Tensor,
    generator: torch.Generator,
    *,
    levels: Levels,
    leaps: float = 0.5,
    ahead: Ahead | None = None,
    caption_dropout: float = 0.1,
    weight: Tensor | None = None,
) -> Loss:
    """Distance to the mean velocity of the teacher's flow over steps of any length.

    The network is told where a step ends, too, (B, N, 2), and learns u(z, t, r), the velocity that goes
    from t to r in one step. For a share `leaps` of the batches r is 0 or anywhere below t, as often the
    one as the other, and the target is what `ahead` makes of the network's own answers, `by_difference`
    if nothing is said; the other batches are those of taught_loss, with r = t. Arguments as
    flow_matching_loss. A leap whose error is e counts 0.1 / (0.1 + e): early leaps are far off, and
    would drown the rest (2505.13447, section 4.3, with p = 1).
    """
    aim: dict[str, Any] = {"levels": levels, "caption_dropout": caption_dropout, "weight": weight}
    if chance(generator) >= leaps:
        return taught_loss(network, teacher, x0, text, generator, **aim)
    aim["levels"] = levels = _inside(levels)
    share = _shares(len(x0), generator).to(x0)

    def onward(z: Tensor, clock: Tensor, text: Tensor) -> Tensor:
        now = levels.told.to(z)
        velocity = teacher(z, clock, text).float()
        return (ahead or by_difference)(network, z, velocity, now, share * now, text)

    def leap(z: Tensor, clock: Tensor, text: Tensor) -> Tensor:
        now = levels.told.to(z)
        return network(z, path.step(now, share * now), text)

    return taught_loss(leap, onward, x0, text, generator, even=0.1, **aim)


def by_difference(
    network: Network,
    z: Tensor,
    velocity: Tensor,
    now: Tensor,
    then: Tensor,
    text: Tensor,
    by: float = 0.005,
) -> Tensor:
    """u = v - (t - r) du/dt, with the derivative along the flow from answers `by` to either side of t.

    The identity is that of MeanFlow (2505.13447, equation 6), the difference in place of a
    Jacobian-vector product that of TiM (2509.04394): any attention and any device will do. In float32,
    because it divides by a hundredth: bfloat16 would say nothing but its rounding.
    """
    free = (now > 0).to(z)

    def beside(way: float) -> Tensor:
        moved = now + way * free
        return network(z + way * free * velocity, path.step(moved, then), text).float()

    with torch.autocast(z.device.type, enabled=False):
        slope = (beside(by) - beside(-by)) / (2 * by)
    return velocity - (now - then) * slope


def by_halves(
    network: Network,
    z: Tensor,
    velocity: Tensor,
    now: Tensor,
    then: Tensor,
    text: Tensor,
) -> Tensor:
    """The mean of two steps of half the length, the second from where the first ends (2410.12557)."""
    middle = (now + then) / 2
    first = network(z, path.step(now, middle), text).float()
    there = z - (now - middle) * first
    return (first + network(there, path.step(middle, then), text).float()) / 2


def _inside(levels: Levels, edge: float = 0.005) -> Levels:
    """Levels so far from both ends of time that there is a difference on either side of them."""

    def kept(times: Tensor) -> Tensor:
        return torch.where(levels.told > 0, times.clamp(edge, 1 - edge), times)

    return Levels(kept(levels.times), kept(levels.told))


def _shares(batch: int, generator: torch.Generator) -> Tensor:
    """Where steps end, as shares of where they begin (B, 1, 1, 1, 1): half of them at 0."""
    draws = torch.rand(2, batch, generator=generator, device=generator.device)
    return torch.where(draws[0] < 0.5, 0.0, draws[1]).view(-1, 1, 1, 1, 1)
