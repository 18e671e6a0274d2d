"""Train the judge on renders, and teach it to say that something cannot be read."""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from himmel.core.loss import Loss
from himmel.models.judge import Finder, Judge, Near, cut, spread, square_round

IGNORE = -100
_SUBJECT = 0.001  # the smallest share of a picture that is a subject to look for
_WEIGHT = {"weather": 3.0}  # three in four skies are clear: wind and rain must count against that
_MASK = 10.0  # beside the square's loss: cells are many, and most of them empty


def judge_loss(
    judge: Judge,
    batch: Mapping[str, Tensor],
    generator: torch.Generator,
    spoilt_share: float = 0.12,
) -> Loss:
    """Cross-entropy per group on the clip and on its frames.

    batch: "frames" (B, F, 3, S, S) as Judge.prepare makes them; "label.GROUP" (B,), a class index or
    IGNORE where the group does not apply. A share of the batch is spoilt until nobody could read it; its
    label is `unreadable`. What finds the subject learns nothing here; see `find_loss`.
    """
    frames, spoilt = _altered(batch["frames"], generator, spoilt_share)
    verdict = judge(frames)
    losses = []
    parts: dict[str, Tensor] = {}
    for group, logits in verdict.facts.items():
        unreadable = logits.shape[-1] - 1
        label = torch.where(spoilt, unreadable, batch[f"label.{group}"])
        weight = _WEIGHT.get(group, 1.0)
        losses.append(weight * _cross_entropy(logits, label))
        if group in verdict.frame_facts:
            per_frame = verdict.frame_facts[group]
            repeated = label.repeat_interleave(per_frame.shape[1])
            losses.append(0.5 * weight * _cross_entropy(per_frame.flatten(0, 1), repeated))
        parts |= _accuracy(group, logits, label)
    return Loss(torch.stack(losses).sum(), parts)


def find_loss(finder: Finder, batch: Mapping[str, Tensor], generator: torch.Generator) -> Loss:
    """Where the subject is: cross-entropy of its share of every cell, and how far the square that the
    mask gives lies from the true one, counted in half sides.

    batch: "frames" (B, F, 3, S, S) and "mask" (B, f, S / 4, S / 4), the subject's share of the cells of
    the frames that are looked at. Pictures without a subject have no square.
    """
    frames = _soften(batch["frames"], generator)
    looked = frames[:, spread(frames.shape[1], batch["mask"].shape[1])].flatten(0, 1)
    true = batch["mask"].flatten(0, 1)  # (N, h, w)
    logits = finder(looked)[:, 0].float()
    cells = F.binary_cross_entropy_with_logits(logits, true)
    found, wanted = square_round(logits.sigmoid()), square_round(true)
    shift = (found[:, :2] - wanted[:, :2]) / wanted[:, 2:]
    stretch = (found[:, 2:] / wanted[:, 2:]).log()
    off = torch.cat([shift, stretch], 1)  # (N, 3)
    there = (true.mean((1, 2)) > _SUBJECT).float()[:, None]
    square = (
        F.smooth_l1_loss(off, torch.zeros_like(off), beta=0.1, reduction="none") * there
    ).mean()
    return Loss(_MASK * cells + square, {"cells": cells.detach(), "off": off.detach().abs().mean()})


def near_loss(near: Near, batch: Mapping[str, Tensor], generator: torch.Generator) -> Loss:
    """Cross-entropy per group on the square round the subject, for the judge's second look alone.

    batch: "frames" (B, 1, 3, S, S) and "label.GROUP" (B,) as for `judge_loss`; "square" (B, 3) as of
    `square_round`. A share of the pictures is spoilt and unreadable here too.
    """
    frames, spoilt = _altered(batch["frames"], generator)
    facts = near(cut(frames[:, 0], batch["square"], near.side))
    losses = []
    parts: dict[str, Tensor] = {}
    for group, logits in facts.items():
        label = torch.where(spoilt, logits.shape[-1] - 1, batch[f"label.{group}"])
        losses.append(_cross_entropy(logits, label))
        parts |= _accuracy(group, logits, label)
    return Loss(torch.stack(losses).sum(), parts)


def _altered(
    frames: Tensor, generator: torch.Generator, spoilt_share: float = 0.12
) -> tuple[Tensor, Tensor]:
    """Clips (B, F, 3, S, S) softened, and a share of them spoilt; which ones (B,)."""
    b, device = len(frames), frames.device
    drawn = torch.randperm(b, generator=generator, device=device)
    rows = drawn[: round(spoilt_share * b)]
    out = _soften(frames, generator)
    out[rows] = spoil(frames[rows], frames[drawn.roll(1)[: len(rows)]], generator)
    spoilt = torch.zeros(b, dtype=torch.bool, device=device).index_fill(0, rows, True)
    return out, spoilt


def _cross_entropy(logits: Tensor, label: Tensor) -> Tensor:
    if bool((label == IGNORE).all()):
        return logits.sum() * 0
    return F.cross_entropy(logits, label, ignore_index=IGNORE, label_smoothing=0.02)


def _accuracy(group: str, logits: Tensor, label: Tensor) -> dict[str, Tensor]:
    """The share that is right of the labels that are known, under the group's name; none, no share."""
    known = label != IGNORE
    if not bool(known.any()):
        return {}
    right = (logits.argmax(-1) == label) & known
    return {group: right.float().sum() / known.float().sum()}


def _soften(frames: Tensor, generator: torch.Generator) -> Tensor:
    """Blur (two strengths), gain, tint and noise, each on a share of the clips."""
    b, device = len(frames), frames.device
    flat = frames.flatten(0, 1)
    half = F.interpolate(F.avg_pool2d(flat, 2), scale_factor=2, mode="bilinear")
    near = F.avg_pool2d(F.pad(flat, (1, 1, 1, 1), mode="replicate"), 3, 1)
    draw = torch.rand(b, 1, 1, 1, 1, generator=generator, device=device)
    x = torch.where(draw < 0.25, half.view_as(frames), frames)
    x = torch.where((draw >= 0.25) & (draw < 0.45), near.view_as(frames), x)
    x = x * (1 + 0.1 * torch.randn(b, 1, 1, 1, 1, generator=generator, device=device))
    x = x + 0.05 * torch.randn(b, 1, 3, 1, 1, generator=generator, device=device)
    noisy = torch.rand(b, 1, 1, 1, 1, generator=generator, device=device) < 0.5
    level = 0.2 * torch.rand(b, 1, 1, 1, 1, generator=generator, device=device) * noisy
    return (x + level * _normal(x, generator)).clamp(-1, 1)


def spoil(frames: Tensor, other: Tensor, generator: torch.Generator) -> Tensor:
    """Make clips (B, F, 3, S, S) unreadable: mixed with others, blocks shuffled, or drowned in noise."""
    b, size, device = len(frames), frames.shape[-1], frames.device
    mixed = (frames + other) / 2 + 0.1 * _normal(frames, generator)
    block = size // 8
    cells = frames.reshape(*frames.shape[:3], 8, block, 8, block)
    rows, columns = (torch.randperm(8, generator=generator, device=device) for _ in range(2))
    shuffled = cells[:, :, :, rows][:, :, :, :, :, columns]
    shuffled = shuffled.flatten(-2).flatten(-3, -2)
    noise = 0.25 * frames + 0.8 * _normal(frames, generator)
    draw = torch.rand(b, 1, 1, 1, 1, generator=generator, device=device)
    x = torch.where(draw < 0.4, mixed, torch.where(draw < 0.8, shuffled, noise))
    return x.clamp(-1, 1)


def _normal(like: Tensor, generator: torch.Generator) -> Tensor:
    return torch.randn(like.shape, generator=generator, device=like.device)
