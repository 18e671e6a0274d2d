"""What training minimises."""

from __future__ import annotations

import torch
from torch import Tensor

from himmel.core.loss import Loss
from himmel.diffusion import path
from himmel.diffusion.guidance import Network, classifier_free
from himmel.diffusion.mixture import Levels, alike
from himmel.diffusion.schedules import logit_normal_times


def drop_captions(text: Tensor, rate: float, generator: torch.Generator) -> Tensor:
    """Replace a share `rate` of the captions (B, L, D) by zeros, which mean "no caption".

    Sampling uses the same zeros as the negative of guidance.
    """
    if rate <= 0:
        return text
    kept = torch.rand(len(text), generator=generator, device=generator.device) >= rate
    return text * kept.to(text).view(-1, 1, 1)


def flow_matching_loss(
    network: Network,
    x0: Tensor,
    text: Tensor,
    generator: torch.Generator,
    *,
    levels: Levels | None = None,
    caption_dropout: float = 0.1,
    shift: float = 1.0,
    patch: tuple[int, int, int] = (1, 1, 1),
    weight: Tensor | None = None,
) -> Loss:
    """Mean squared error of the predicted velocity (2209.03003).

    x0 is (B, C, T, H, W), text (B, L, D). `levels` are the cells' noise levels, by default one random
    time per sample; cells told 0 are given, as in sampling, and carry no loss. `weight` (B, 1, T, H, W)
    says how much the error of a cell counts; the part "flow" of the log is without it.
    """
    if levels is None:
        levels = alike(logit_normal_times(len(x0), generator, shift))
    times, told = levels.times.to(x0), levels.told.to(x0)
    eps = torch.randn(x0.shape, generator=generator, device=generator.device).to(x0)
    text = drop_captions(text, caption_dropout, generator)
    predicted = network(path.noised(x0, eps, times), path.timestep(told, patch), text)
    return _error(predicted, path.velocity(x0, eps), levels, weight)


def guided_network(teacher: Network, scale: float) -> Network:
    """What `teacher` says under classifier-free guidance of `scale` (float32), in one call of twice the
    batch; of samples without a caption what it says of them."""

    def said(z: Tensor, timestep: Tensor, text: Tensor) -> Tensor:
        both = torch.cat([text, torch.zeros_like(text)])
        answers = teacher(torch.cat([z, z]), torch.cat([timestep, timestep]), both)
        wanted, unwanted = answers.float().chunk(2)
        return classifier_free(wanted, unwanted, z, timestep, scale)

    return said


def taught_loss(
    network: Network,
    teacher: Network,
    x0: Tensor,
    text: Tensor,
    generator: torch.Generator,
    *,
    levels: Levels,
    caption_dropout: float = 0.1,
    weight: Tensor | None = None,
    even: float | None = None,
) -> Loss:
    """Mean squared distance to what `teacher` says of noisy clips; arguments as flow_matching_loss.

    From a guided teacher (guided_network) a network learns to draw with one call what takes that two
    (2210.03142, section 3.1, for one scale). Without a caption it learns to say what the teacher says
    without one, so that the teacher's own answers can be had back: see guidance.guided_from. With `even`
    a clip whose error is e counts even / (even + e).
    """
    times, told = levels.times.to(x0), levels.told.to(x0)
    eps = torch.randn(x0.shape, generator=generator, device=generator.device).to(x0)
    z, clock = path.noised(x0, eps, times), path.timestep(told)
    text = drop_captions(text, caption_dropout, generator)
    with torch.no_grad():
        target = teacher(z, clock, text)
    predicted = network(z, clock, text)
    if even is not None:
        off = _of_clips(_squares(predicted.detach(), target), _drawn(levels, z))
        weight = even / (even + off) * (1 if weight is None else weight)
    return _error(predicted, target, levels, weight)


def _error(predicted: Tensor, target: Tensor, levels: Levels, weight: Tensor | None) -> Loss:
    """Mean squared error of velocities (B, C, T, H, W) over the cells that are not told 0."""
    error, drawn = _squares(predicted, target), _drawn(levels, predicted)
    value = _mean(error, drawn if weight is None else drawn * weight.to(error))
    return Loss(value, {"flow": _mean(error.detach(), drawn), "time": levels.times.mean().detach()})


def _squares(predicted: Tensor, target: Tensor) -> Tensor:
    """Squared error of every cell, (B, 1, T, H, W)."""
    return (predicted.float() - target.float()).square().mean(dim=1, keepdim=True)


def _drawn(levels: Levels, like: Tensor) -> Tensor:
    """1 for the cells that are not told 0, (B, 1, T, H, W)."""
    return (levels.told > 0).float().to(like.device).expand(-1, -1, *like.shape[2:])


def _of_clips(error: Tensor, weight: Tensor) -> Tensor:
    """`_mean` of every clip, (B, 1, 1, 1, 1)."""
    sums = [x.sum((2, 3, 4), keepdim=True) for x in (error * weight, weight)]
    return sums[0] / sums[1].clamp(min=1e-6)


def _mean(error: Tensor, weight: Tensor) -> Tensor:
    return (error * weight).sum() / weight.sum().clamp(min=1e-6)  # no cell drawn: 0
