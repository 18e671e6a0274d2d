"""Train the codec's decoder on a frozen linear encoder: first to be right, then to look real."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call

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
    result, _ = codec.groups(_noised(codec, batch["groups"], generator, noise))
    return reconstruction_loss(result.float(), batch, subject_weight)


def polish_loss(
    networks: nn.ModuleDict,
    batch: Mapping[str, Tensor],
    generator: torch.Generator,
    noise: float = 0.2,
    subject_weight: float = 4.0,
    realism: float = 0.5,
    likeness: float = 1.0,
    seamless: float = 0.2,
    loyal: float = 2.0,
) -> Loss:
    """The decoder's loss, a critic's verdict on its frames, and the critic's own loss, in one.

    networks: "codec" and "critic"; batch as for decoder_loss, and "dreams" (D, C, G, h, w), latents
    that a transformer made, where there are any: they are judged, not compared. Hinge losses (Lim and
    Ye 2017); `likeness` weighs the distance of the critic's features of result and target (Wang et
    al. 2018), `seamless` how far the seams between patches in dreams are from those in true frames,
    either way: fewer steps than true frames have are a smear; `loyal` weighs how far dreams may be
    repainted (`_astray`). As in Esser et al. 2021 the verdict's
    weight follows the ratio of the gradients, here those on the frames: the verdict pulls `realism`
    times as hard as the reconstruction, however sure the critic is.
    """
    codec, critic = cast("LinearCodec", networks["codec"]), networks["critic"]
    result = codec.groups(_noised(codec, batch["groups"], generator, noise))[0].float()
    right = reconstruction_loss(result, batch, subject_weight)
    moment = _moment(batch["groups"], generator)
    made, true = pairs_at(result, moment), pairs_at(batch["groups"], moment)
    astray: Tensor | float = 0.0
    if "dreams" in batch:
        dreamt = codec.groups(batch["dreams"])[0].float()
        excess = (seams(codec, dreamt) - seams(codec, batch["groups"])).abs()
        astray = _astray(codec, batch["dreams"], dreamt, loyal) + seamless * excess
        made = torch.cat([made, pairs_at(dreamt, moment)])
    verdict, seen = functional_call(critic, _frozen(critic), (made,))
    known, real = critic(true)
    judged, _ = critic(made.detach())
    own = F.relu(1 - known.float()).mean() + F.relu(1 + judged.float()).mean()
    alike = sum(
        (a[: len(b)] - b.detach()).abs().mean() / b.detach().abs().mean().clamp_min(1e-3)
        for a, b in zip(seen, real, strict=True)
    ) / len(real)
    wanted = -verdict.float().mean() + likeness * alike
    weight = realism * _pull(right.value, result) / _pull(wanted, result).clamp_min(1e-8)
    parts = {"critic": own.detach(), "alike": alike.detach(), "weight": weight, **right.parts}
    parts["beat"] = beats(result.detach())
    return Loss(right.value + weight * wanted + own + astray, parts)


def _astray(codec: LinearCodec, latents: Tensor, frames: Tensor, loyal: float) -> Tensor:
    """How far decoded dreams leave what their latents say: at a sixteenth of the resolution, and at a
    quarter by its square times `loyal`.

    Nobody knows the true frames of a dream, but the critic must not repaint it. True frames leave their
    latents at a quarter of the resolution too, by a few hundredths; what a decoder makes of latents as
    no encoder writes them (far tiles that a transformer only guessed) can be ten times as far off.
    """
    base = F.avg_pool2d(codec.linear(latents).flatten(0, 3), 4 // codec.config.upscale)
    apart = F.avg_pool2d(frames.flatten(0, 3), 4) - base
    return F.avg_pool2d(apart, 4).abs().mean() + loyal * apart.square().mean()


def seams(codec: LinearCodec, frames: Tensor) -> Tensor:
    """Steps across the borders of patches over those two to five pixels off; about 1 in renders.

    frames (B, G, 3, time, H, W). Only the steps at borders learn: noise elsewhere hides no seam.
    """
    last = codec.config.compression.space - 1  # the step from a patch's last row to the next patch
    off = [last + k for k in (-5, -4, -3, -2, 2, 3, 4, 5)]
    border, beside = [], []  # mean steps, one number per axis
    for axis in (-2, -1):
        steps = frames.diff(dim=axis).abs().movedim(axis, 0).flatten(1).mean(1)
        border.append(steps[last :: last + 1].mean())
        beside.append(torch.cat([steps[first :: last + 1] for first in off]).mean())
    return torch.stack(border).sum() / torch.stack(beside).sum().detach().clamp_min(1e-4)


def beats(groups: Tensor) -> Tensor:
    """Change from one latent frame to the next over the change within them; about 1 in renders.

    groups (B, G, 3, time, H, W). The first group is left out: it may be the one that begins a clip,
    all frames of which are alike. Changes have a floor of half a level of 255. A figure of the log, no
    loss: what learnt from it blurred or grew patterns (records/codec/2026-11-28_beats).
    """
    time = groups.shape[3]
    steps = in_order(groups)[:, time - 1 :].diff(dim=1).abs().mean((0, 2, 3, 4))  # ((G - 1) time)
    between, within = steps[::time], steps.unfold(0, time, time)[:, 1:]
    floor = 0.5 / 127.5
    return between.mean().clamp_min(floor) / within.mean().clamp_min(floor)


def in_order(groups: Tensor) -> Tensor:
    """Frames one after another: (B, G, 3, time, H, W) -> (B, G * time, 3, H, W)."""
    return groups.transpose(2, 3).flatten(1, 2)


def _moment(groups: Tensor, generator: torch.Generator) -> int:
    """The place in its group of the first of two neighbouring frames, drawn at random."""
    return int(torch.randint(groups.shape[3], (), generator=generator, device=groups.device))


def pairs_at(groups: Tensor, moment: int) -> Tensor:
    """The frames at `moment` of every group with the ones that follow them, in the next group if need
    be: (B, G, 3, time, H, W) -> (B * n, 6, H, W), n = G or, across groups, G - 1.
    """
    time, frames = groups.shape[3], in_order(groups)
    pair = torch.stack([frames[:, moment:-1:time], frames[:, moment + 1 :: time]], 3)
    return pair.flatten(0, 1).flatten(1, 2)


def _pull(loss: Tensor, result: Tensor) -> Tensor:
    gradient = torch.autograd.grad(loss, result, retain_graph=True)[0]
    size: Tensor = torch.linalg.vector_norm(gradient)
    return size


def _frozen(network: nn.Module) -> dict[str, Tensor]:
    """The weights as constants: what is computed with them teaches only what came before."""
    return {name: value.detach() for name, value in network.named_parameters()}


def _noised(codec: LinearCodec, groups: Tensor, generator: torch.Generator, noise: float) -> Tensor:
    latents, device = _encode(codec, groups), groups.device
    strength = torch.rand(len(latents), 1, 1, 1, 1, generator=generator, device=device) * noise
    latents = latents + strength * torch.randn(latents.shape, generator=generator, device=device)
    if torch.rand((), generator=generator, device=device) < 0.5:
        latents = latents[:, : codec.config.channels]
    return latents


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
    change = (in_order(result).diff(dim=1) - in_order(target).diff(dim=1)).abs().mean()
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
