"""Train the upscaler: every pixel of the large frames, their edges, and their change over time."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from himmel.core.loss import Loss
from himmel.models.upscaler import Upscaler


def upscaler_loss(
    network: Upscaler, batch: Mapping[str, Tensor], generator: torch.Generator
) -> Loss:
    """Absolute error, that of the steps to the next pixel and, by less, to the next frame.

    batch: "small" (B, 3, T, H, W) and "large" (B, 3, T, 2H, 2W) in [-1, 1].
    """
    target = batch["large"]
    result = network(batch["small"])[0].float()
    error = result - target
    pixel = error.abs().mean()
    edges = sum((error.diff(dim=axis).abs().mean() for axis in (-1, -2)), torch.zeros(()))
    change = error.diff(dim=2).abs().mean() if error.shape[2] > 1 else torch.zeros(())
    squared = (error.detach().clamp(-2, 2) / 2).square().mean()
    parts = {"pixel": pixel.detach(), "psnr": -10 * squared.log10()}
    return Loss(pixel + 0.7 * edges + 0.3 * change, parts)
