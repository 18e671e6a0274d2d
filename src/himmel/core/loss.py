"""What an objective returns to the trainer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, eq=False)
class Loss:
    """A scalar to descend and named parts for the log (detached scalars)."""

    value: Tensor
    parts: dict[str, Tensor] = field(default_factory=dict)
