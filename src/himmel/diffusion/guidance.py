"""Guidance: a delta added to the prediction that follows the text.

A rule turns two predictions into one. Its sums run over the cells that are still to be drawn: what a
network says about cells at t = 0 was never trained and moves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from himmel.core.errors import HimmelError
from himmel.diffusion import path
from himmel.diffusion.samplers import VelocityField

Network = Callable[[Tensor, Tensor, Any], Tensor]
"""Latents (B, C, T, H, W), timestep (B,) or (B, N) in 0..1000, for flow maps (B, N, 2) with the end of
the step, text (B, L, D) -> velocity."""

Rule = Callable[[Tensor, Tensor, Tensor, Tensor, float], Tensor]
"""Velocities for the text and for the negative, latents, times of cells, scale -> velocity."""


def as_is(text: Tensor) -> Tensor:
    """The preparation of text for a network that needs none."""
    return text


def classifier_free(
    wanted: Tensor, unwanted: Tensor, z: Tensor, times: Tensor, scale: float
) -> Tensor:
    """Away from the negative by scale - 1 times the difference (2207.12598, equation 6)."""
    return wanted + (scale - 1) * (wanted - unwanted)


def zero_star(wanted: Tensor, unwanted: Tensor, z: Tensor, times: Tensor, scale: float) -> Tensor:
    """CFG-Zero*: classifier-free guidance from the negative's best multiple (2503.18886, section 4.1).

    The multiple brings the negative as near to the prediction for the text as it can come, one
    number per sample. The method's other half, no motion at first, is `zero_init`.
    """
    free = (times > 0).to(z)
    fit = _inner(free * wanted, unwanted) / (_inner(free * unwanted, unwanted) + 1e-8)
    return fit * unwanted + scale * (wanted - fit * unwanted)


def adaptive_projected(
    eta: float = 0.0,
    momentum: float = -0.5,
    largest: float = 15 / 256,
    *,
    of_data: bool = True,
) -> Rule:
    """APG: guidance without the part that only saturates (2410.02416, algorithm 1).

    The difference of the predictions gathers with `momentum`, is cut to a root mean square of at
    most `largest` (0: not cut), and its part along the prediction for the text counts `eta` times.
    The paper's figures for SDXL are the defaults: a norm of 15 over 65,536 numbers, given here per
    number because canvases differ in size. Predictions of the data are compared, as the authors
    advise; with `of_data` False the velocities are, as diffusers' AdaptiveProjectedGuidance does.

    The rule remembers the last differences, one per evaluation: make a new one for every clip.
    """
    gathered: Tensor | None = None

    def rule(wanted: Tensor, unwanted: Tensor, z: Tensor, times: Tensor, scale: float) -> Tensor:
        nonlocal gathered
        free = (times > 0).to(z)
        slope = -times.to(z) if of_data else free
        likely = free * (path.clean(z, wanted, times) if of_data else wanted)
        difference = slope * (wanted - unwanted)
        gathered = difference if gathered is None else difference + momentum * gathered
        count = free.expand_as(z).flatten(1).sum(1).clamp(min=1).view(-1, 1, 1, 1, 1)
        size = (_inner(gathered, gathered) / count).sqrt()
        update = gathered * (largest / size).clamp(max=1) if largest > 0 else gathered
        along = _inner(update, likely) / _inner(likely, likely).clamp(min=1e-24) * likely
        update = update - (1 - eta) * along
        return wanted + (scale - 1) * update / slope.masked_fill(free == 0, 1)

    return rule


def _inner(a: Tensor, b: Tensor) -> Tensor:
    """Inner products per sample, (B, 1, 1, 1, 1)."""
    return (a * b).flatten(1).sum(1).view(-1, 1, 1, 1, 1)


def zero_init(times: Tensor, steps: int = 1) -> Tensor:
    """Times without the first `steps`, so that the noise stays as it is until the first time left.

    At pure noise a prediction can be worse than none (2503.18886, section 4.2). Leaving the steps out
    equals steps of velocity zero, and a sampler with a memory does not take the zeros for
    predictions. At least one step remains.
    """
    return times[max(0, min(steps, len(times) - 2)) :]


@dataclass(frozen=True)
class GuidanceMode:
    """A way to guide: how to make its rule for one clip, and how many first steps it leaves out."""

    rule: Callable[[], Rule]
    zero_init: int = 0


GUIDANCE_MODES: Mapping[str, GuidanceMode] = {
    "cfg": GuidanceMode(lambda: classifier_free),
    "zero-star": GuidanceMode(lambda: zero_star, zero_init=1),
    "apg": GuidanceMode(adaptive_projected),
}
"""Ways to guide by the names that requests use."""


def guidance_named(name: str) -> GuidanceMode:
    """A way to guide by its name in GUIDANCE_MODES. Raises HimmelError for another."""
    if name not in GUIDANCE_MODES:
        raise HimmelError(f"there is no guidance mode {name!r}; use {' or '.join(GUIDANCE_MODES)}")
    return GUIDANCE_MODES[name]


def guided(
    network: Network,
    text: Tensor,
    negative: Tensor,
    scale: float = 1.0,
    *,
    rule: Rule = classifier_free,
    interval: tuple[float, float] = (0.0, 1.0),
    prepare: Callable[[Tensor], Any] = as_is,
    patch: tuple[int, int, int] = (1, 1, 1),
    clock: path.Clock = path.timestep,
    batched: bool = True,
) -> VelocityField:
    """A velocity field whose predictions for `text` and `negative` are joined by `rule`.

    Outside `interval` of the largest time (2404.07724), and for scale 1, only `text` is computed.
    `prepare` is what the network does with a text once for all steps; `patch` is the network's
    patch, for times per token; `clock` makes what the network reads of the times. `batched` asks for
    both predictions in one call, else in two that need half the memory; the numbers are the same.
    """
    low, high = interval
    alone = prepare(text)
    other = prepare(torch.cat([text, negative]) if batched else negative)

    def velocity(z: Tensor, times: Tensor) -> Tensor:
        now = clock(times, patch)
        if scale == 1 or not low <= float(times.max()) <= high:
            return network(z, now, alone).to(z)
        if batched:
            both = network(torch.cat([z, z]), torch.cat([now, now]), other)
            wanted, unwanted = both.to(z).chunk(2)
        else:
            wanted, unwanted = network(z, now, alone).to(z), network(z, now, other).to(z)
        return rule(wanted, unwanted, z, times, scale)

    return velocity


def guided_from(
    fused: float, network: Network, text: Tensor, negative: Tensor, scale: float, **how: Any
) -> VelocityField:
    """`guided` for a network that has learnt to answer texts under guidance of `fused`, and no text as it
    is (objectives.fused_guidance_loss); `how` are the other arguments of `guided`, fused 1 is a usual
    one.

    Away from no text classifier-free guidance of w is that of w / fused from the network's own answers,
    so that for w = fused one call is enough. Other rules, intervals and negatives get the answers that
    the network would have given without what it has learnt, at the price of two calls each.
    """
    plain = how.get("rule", classifier_free) is classifier_free and not bool(negative.any())
    if fused == 1 or (plain and how.get("interval", (0.0, 1.0)) == (0.0, 1.0)):
        return guided(network, text, negative, scale / fused, **how)
    ready = how.pop("prepare", as_is)

    def prepare(read: Tensor) -> Any:
        return ready(torch.cat([read, torch.zeros_like(read)]))

    def unguided(z: Tensor, now: Tensor, texts: Any) -> Tensor:
        both = network(torch.cat([z, z]), torch.cat([now, now]), texts)
        said, nothing = both.to(z).chunk(2)
        return nothing + (said - nothing) / fused

    return guided(unguided, text, negative, scale, prepare=prepare, **how)


def becoming(
    field: Callable[[Tensor], VelocityField], one: Tensor, other: Tensor, share: float
) -> VelocityField:
    """The velocity field of a text that turns into another: of `one` where share is 0, of `other` where
    it is 1, and between them both are asked."""
    if share in (0, 1):
        return field(other if share else one)
    first, second = field(one), field(other)

    def velocity(z: Tensor, times: Tensor) -> Tensor:
        return torch.lerp(first(z, times), second(z, times), share)

    return velocity
