"""Train the codec's decoder on a frozen linear encoder."""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from himmel.core.loss import Loss
from himmel.models.video_codec import LinearCodec
from himmel.models.video_codec.basis import patchify, shrink


def decoder_loss(
    codec: LinearCodec,
    batch: Mapping[str, Tensor],
    generator: torch.Generator,
    noise: float = 0.2,
    subject_weight: float = 4.0,
) -> Loss:
    """Absolute and squared error, image gradients and change over time, the subject weighted up.

    batch: "groups" (B, G, 3, time, H, W) in [-1, 1] at the output size and the subject's "mask"
    (B, G, 1, time, H, W) in {0, 1}.

    Noise of a strength drawn from U(0, noise) goes onto the latents, because the transformer's
    latents are never exact and the decoder has to forgive that. The number of channels kept is
    drawn as well: one decoder serves every width of the nested latent from the configured one up.
    """
    latents = _encode(codec, batch["groups"])
    strength = torch.rand(len(latents), 1, 1, 1, 1, generator=generator) * noise
    latents = latents + strength * torch.randn(latents.shape, generator=generator)
    if torch.rand((), generator=generator) < 0.5:
        latents = latents[:, : codec.config.channels]
    result, _ = codec.groups(latents)
    return reconstruction_loss(result.float(), batch, subject_weight)


def reconstruction_loss(result: Tensor, batch: Mapping[str, Tensor], subject_weight: float) -> Loss:
    """The decoder's loss for a result shaped like the groups."""
    target = batch["groups"]
    weight = 1 + subject_weight * _grown(batch["mask"])
    error = result - target
    pixel = ((error.abs() + error.square()) * weight).mean() / weight.mean()
    edges = (
        sum(
            ((result.diff(dim=axis) - target.diff(dim=axis)).abs() * _cut(weight, axis)).mean()
            for axis in (-1, -2)
        )
        / weight.mean()
    )
    change = (result.diff(dim=3) - target.diff(dim=3)).abs().mean()
    squared = (error.detach() / 2).square().mean()
    parts = {"pixel": pixel.detach(), "edges": edges.detach(), "psnr": -10 * squared.log10()}
    return Loss(pixel + 0.7 * edges + 0.3 * change, parts)


@torch.no_grad()
def _encode(codec: LinearCodec, groups: Tensor) -> Tensor:
    b, g = groups.shape[:2]
    small = shrink(groups.flatten(0, 1), codec.config.upscale)
    small = small.reshape(b, g, *small.shape[1:])
    numbers = (patchify(small, codec.config.patch) - codec.mean) @ codec.basis / codec.divisor
    return numbers.permute(0, 4, 1, 2, 3)  # (B, C, G, h, w)


def _grown(mask: Tensor) -> Tensor:
    flat = F.max_pool2d(mask.flatten(0, 3)[:, None], 3, 1, 1)  # edges belong to the subject
    return flat.reshape(mask.shape)


def _cut(weight: Tensor, axis: int) -> Tensor:
    return weight.narrow(axis, 1, weight.shape[axis] - 1)
