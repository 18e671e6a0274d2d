"""Pretrain the text encoder to hold the facts a sentence states."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from himmel.core.loss import Loss

ANCHOR = 10.0  # weight of what must not move
MEANT = 1.0  # weight of what a transformer shall read in other words


def text_loss(
    model: nn.ModuleDict,
    batch: Mapping[str, Tensor],
    generator: torch.Generator,
    old: nn.Module | None = None,
    look: Callable[[torch.Generator], Callable[[Tensor], Tensor]] | None = None,
) -> Loss:
    """Cross-entropy of every fact group from the summary position.

    batch: token "ids" (B, L) and "label.GROUP" (B,), a class index, the last one for `not said`.
    `model` holds "encoder" and "heads". A few words are blanked so that no fact hangs on one word.
    With an `old` encoder and an "anchor" the states of those tokens (A, L) stay close to the old ones: a
    transformer that reads those goes on understanding them. `look` draws what a transformer takes from
    states (B, L, D): from a sentence it shall take what it took from the caption "meant" (B, L) of the
    same facts; rows of padding mean nothing that could be drawn.
    """
    ids = _shortened(batch["ids"])
    blank = torch.rand(ids.shape, generator=generator, device=ids.device) < 0.02
    blank[:, 0] = False
    states = model["encoder"](ids.masked_fill(blank, 0))
    logits = model["heads"](states[:, 0])
    pairs = [(logits[name].float(), batch[f"label.{name}"]) for name in logits]
    losses = [F.cross_entropy(scores, label) for scores, label in pairs]
    right = [(scores.argmax(-1) == label).float() for scores, label in pairs]
    parts = {"all": torch.stack(right).prod(0).mean()}
    total = torch.stack(losses).sum()
    if old is not None and "anchor" in batch:
        parts["moved"] = _moved(model["encoder"], old, _shortened(batch["anchor"]))
        total = total + ANCHOR * parts["moved"]
    if old is not None and look is not None:
        parts["meant"] = _apart(look(generator), states, old, batch["meant"])
        total = total + MEANT * parts["meant"].log1p()
    return Loss(total, {name: value.detach() for name, value in parts.items()})


def _shortened(ids: Tensor) -> Tensor:
    """Without the columns in which every row is padded; nobody attends to those. The first one stays:
    facts are read from it."""
    return ids[:, : max(1, int((ids != 0).sum(1).max()))]


def _moved(encoder: nn.Module, old: nn.Module, ids: Tensor) -> Tensor:
    """Mean squared change of the states over their mean square: 0 is none, 1 as far as zero is."""
    with torch.no_grad():
        before = old(ids)
    after = encoder(ids)
    moved: Tensor = (after - before).float().square().mean() / before.float().square().mean()
    return moved


def _apart(
    look: Callable[[Tensor], Tensor], states: Tensor, old: nn.Module, meant: Tensor
) -> Tensor:
    """Mean squared distance of what is taken from the states to what was meant."""
    asked = meant[:, 0] != 0
    with torch.no_grad():
        wanted = look(old(_shortened(meant[asked])))
    apart: Tensor = (look(states[asked]) - wanted).square().mean()
    return apart
