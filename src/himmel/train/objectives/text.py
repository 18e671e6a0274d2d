"""Pretrain the text encoder to hold the facts a sentence states."""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from himmel.core.loss import Loss


def text_loss(
    model: nn.ModuleDict, batch: Mapping[str, Tensor], generator: torch.Generator
) -> Loss:
    """Cross-entropy of every fact group from the summary position.

    batch: token "ids" (B, L) and "label.GROUP" (B,), a class index, the last one for `not said`.
    `model` holds "encoder" and "heads". A few words are blanked so that no fact hangs on one word.
    """
    ids = batch["ids"]
    blank = torch.rand(ids.shape, generator=generator, device=ids.device) < 0.02
    blank[:, 0] = False
    states = model["encoder"](ids.masked_fill(blank, 0))
    logits = model["heads"](states[:, 0])
    pairs = [(logits[name].float(), batch[f"label.{name}"]) for name in logits]
    losses = [F.cross_entropy(scores, label) for scores, label in pairs]
    right = [(scores.argmax(-1) == label).float() for scores, label in pairs]
    parts = {"all": torch.stack(right).prod(0).mean()}
    return Loss(torch.stack(losses).sum(), parts)
