"""Train the judge on renders, and teach it to say that something cannot be read."""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from himmel.core.loss import Loss
from himmel.models.judge import Judge, Near, cut

IGNORE = -100
_MASK = 20.0  # beside a dozen losses of names: where the square lies, kinds are read or lost


def judge_loss(
    judge: Judge,
    batch: Mapping[str, Tensor],
    generator: torch.Generator,
    spoilt_share: float = 0.12,
) -> Loss:
    """Cross-entropy per group on the clip and on its frames, and the subject's mask.

    batch: "frames" (B, F, 3, S, S) as Judge.prepare makes them; "label.GROUP" (B,), a class index or
    IGNORE where the group does not apply; "mask" (B, f, S / 8, S / 8), the subject's share of the cells
    of the frames that are looked at. A share of the batch is spoilt until nobody could read it; its
    label is `unreadable`.
    """
    frames, spoilt = _altered(batch["frames"], generator, spoilt_share)
    verdict = judge(frames)
    losses = []
    parts = {}
    for group, logits in verdict.facts.items():
        unreadable = logits.shape[-1] - 1
        label = torch.where(spoilt, unreadable, batch[f"label.{group}"])
        losses.append(_cross_entropy(logits, label))
        if group in verdict.frame_facts:
            per_frame = verdict.frame_facts[group]
            repeated = label.repeat_interleave(per_frame.shape[1])
            losses.append(0.5 * _cross_entropy(per_frame.flatten(0, 1), repeated))
        parts[group] = _accuracy(logits, label)
    mask = F.binary_cross_entropy_with_logits(verdict.mask, batch["mask"], reduction="none")
    losses.append(_MASK * (mask * ~spoilt[:, None, None, None]).mean())
    return Loss(torch.stack(losses).sum(), parts)


def near_loss(near: Near, batch: Mapping[str, Tensor], generator: torch.Generator) -> Loss:
    """Cross-entropy per group on the square round the subject, for the judge's second look alone.

    batch: "frames" (B, 1, 3, S, S) and "label.GROUP" (B,) as for `judge_loss`; "square" (B, 3) as of
    `square_round`. A share of the pictures is spoilt and unreadable here too.
    """
    frames, spoilt = _altered(batch["frames"], generator)
    facts = near(cut(frames[:, 0], batch["square"], near.side))
    losses, parts = [], {}
    for group, logits in facts.items():
        label = torch.where(spoilt, logits.shape[-1] - 1, batch[f"label.{group}"])
        losses.append(_cross_entropy(logits, label))
        parts[group] = _accuracy(logits, label)
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


def _accuracy(logits: Tensor, label: Tensor) -> Tensor:
    known = label != IGNORE
    right = (logits.argmax(-1) == label) & known
    return right.float().sum() / known.float().sum()


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
