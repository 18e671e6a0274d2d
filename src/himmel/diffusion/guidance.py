"""Guidance: a delta added to the prediction that follows the text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from himmel.diffusion.path import timestep
from himmel.diffusion.samplers import VelocityField

Network = Callable[[Tensor, Tensor, Any], Tensor]
"""Latents (B, C, T, H, W), timestep (B,) or (B, N) in 0..1000, text (B, L, D) -> velocity."""


def as_is(text: Tensor) -> Tensor:
    """The preparation of text for a network that needs none."""
    return text


def guided(
    network: Network,
    text: Tensor,
    negative: Tensor,
    scale: float = 1.0,
    *,
    interval: tuple[float, float] = (0.0, 1.0),
    prepare: Callable[[Tensor], Any] = as_is,
    patch: tuple[int, int, int] = (1, 1, 1),
) -> VelocityField:
    """A velocity field with classifier-free guidance (Ho and Salimans 2022, 2207.12598).

    The prediction for `text` moves away from the one for `negative` by scale - 1 times their
    difference; both come from one batched call. Outside `interval` of time (2404.07724), and for
    scale 1, only `text` is computed. `prepare` is what the network does with a text once for all
    steps; `patch` is the network's patch, for times per token.
    """
    alone, both = prepare(text), prepare(torch.cat([text, negative]))
    low, high = interval

    def velocity(z: Tensor, times: Tensor) -> Tensor:
        if scale == 1 or not low <= float(times.max()) <= high:
            return network(z, timestep(times, patch), alone).to(z)
        clock = timestep(torch.cat([times, times]), patch)
        wanted, unwanted = network(torch.cat([z, z]), clock, both).to(z).chunk(2)
        return wanted + (scale - 1) * (wanted - unwanted)

    return velocity
