"""What training minimises."""

from __future__ import annotations

import torch
from torch import Tensor

from himmel.core.loss import Loss
from himmel.diffusion import path
from himmel.diffusion.guidance import Network
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
    strength: Tensor | None = None,
    caption_dropout: float = 0.1,
    shift: float = 1.0,
    patch: tuple[int, int, int] = (1, 1, 1),
) -> Loss:
    """Mean squared error of the predicted velocity (2209.03003), at one random time per sample.

    x0 is (B, C, T, H, W), text (B, L, D). With a strength (B, 1, T, H, W), a cell stands at
    min(t, 1 - s), as in sampling; cells with s = 1 are shown clean and carry no loss.
    """
    device = generator.device
    t = logit_normal_times(len(x0), generator, shift).to(x0).view(-1, 1, 1, 1, 1)
    eps = torch.randn(x0.shape, generator=generator, device=device).to(x0)
    times = t if strength is None else torch.minimum(t, 1 - strength)
    text = drop_captions(text, caption_dropout, generator)
    predicted = network(path.noised(x0, eps, times), path.timestep(times, patch), text)
    error = (predicted.float() - path.velocity(x0, eps).float()).square()  # (B, C, T, H, W)
    error = error.mean(dim=1, keepdim=True)  # (B, 1, T, H, W)
    drawn = torch.ones_like(error) if strength is None else (strength < 1).to(error)
    value = (error * drawn).sum() / drawn.expand_as(error).sum().clamp(min=1)
    return Loss(value, {"flow": value.detach(), "time": t.mean().detach()})
