"""One step: what its micro-batches add up to, and what is said of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from himmel.core.loss import Loss
from himmel.train.batches import Batch, to_device


@dataclass(frozen=True, eq=False)
class StepReport:
    """What one step did; `loss` and `grad_norm` may be non-finite, then the step was skipped.

    loss and samples are those of all processes; `batches` are what this one computed, `waited` the
    seconds that it waited for them.
    """

    step: int
    loss: float
    parts: dict[str, Any]
    grad_norm: float
    factor: float
    samples: int
    skipped: bool
    batches: tuple[Batch, ...] = ()
    waited: float = 0.0


class Step:
    """What the micro-batches of one step add up to."""

    def __init__(self, began: float) -> None:
        self.began, self.waited = began, 0.0
        self.batches: list[dict[str, Tensor]] = []
        self._losses: list[Loss] = []

    def take(self, batches: Iterator[Batch], device: torch.device) -> dict[str, Tensor]:
        """The next micro-batch; the time until it is there counts as waiting."""
        began = time.monotonic()
        batch = next(batches)
        self.waited += time.monotonic() - began
        self.batches.append(to_device(batch, device))
        return self.batches[-1]

    def descend(self, loss: Loss, parts: int) -> None:
        """Add the gradient of one of `parts` losses, whose mean the step descends."""
        value = loss.value if parts == 1 else loss.value / parts
        value.backward()  # type: ignore[no-untyped-call]
        self._losses.append(Loss(loss.value.detach(), loss.parts))

    def loss(self) -> Tensor:
        """Mean of the losses, a scalar in float32."""
        return torch.stack([loss.value.float() for loss in self._losses]).mean()

    def named(self) -> dict[str, Tensor]:
        """Mean of every named part over the losses that have it."""
        names = {name: None for loss in self._losses for name in loss.parts}
        held = {n: [x.parts[n] for x in self._losses if n in x.parts] for n in names}
        return {n: v[0] if len(v) == 1 else torch.stack(v).mean() for n, v in held.items()}
