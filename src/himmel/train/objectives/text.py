"""Pretrain the text encoder to hold the facts a sentence states."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from himmel.core.loss import Loss


@dataclass(frozen=True)
class TextBatch:
    """Token ids (B, L) and per group the class index (B,); the last class means `not said`."""

    ids: Tensor
    labels: dict[str, Tensor]


def text_loss(model: nn.ModuleDict, batch: TextBatch, generator: torch.Generator) -> Loss:
    """Cross-entropy of every fact group from the summary position.

    `model` holds "encoder" and "heads". A few words are blanked so that no fact hangs on one word.
    """
    blank = torch.rand(batch.ids.shape, generator=generator) < 0.02
    blank[:, 0] = False
    states = model["encoder"](batch.ids.masked_fill(blank, 0))
    logits = model["heads"](states[:, 0])
    losses = [F.cross_entropy(logits[name].float(), label) for name, label in batch.labels.items()]
    right = [(logits[name].argmax(-1) == label).float() for name, label in batch.labels.items()]
    parts = {"all": torch.stack(right).prod(0).mean()}
    return Loss(torch.stack(losses).sum(), parts)
