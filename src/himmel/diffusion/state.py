"""What a sampler moves: latents with a strength per cell.

A strength s in [0, 1] says how much of a cell is known. A cell starts at s * x0 + (1 - s) * eps,
which is the point t = 1 - s of its own path, and waits there until the common time t has come down
to 1 - s. So a cell with s = 1 never moves, and a cell with s = 0 is drawn freely.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import torch
from torch import Tensor

from himmel.diffusion import path


@dataclass(frozen=True, eq=False)
class LatentState:
    """Latents on their way from noise to data.

    z and x0 are (B, C, T, H, W); strength is (B, 1, 1, 1, 1) where all cells agree, else
    (B, 1, T, H, W); positions are (T * H * W, 3): latent frame, row, column of every cell.
    """

    z: Tensor
    x0: Tensor
    strength: Tensor
    positions: Tensor

    @classmethod
    def begin(
        cls, x0: Tensor, strength: Tensor, eps: Tensor, positions: Tensor | None = None
    ) -> LatentState:
        """The state at t = 1. Positions default to the grid of whole numbers."""
        z = path.noised(x0, eps, 1 - strength)
        return cls(z, x0, strength, grid(x0) if positions is None else positions)

    def times(self, t: float) -> Tensor:
        """The time of every cell when the common time is t: min(t, 1 - s), shaped like strength."""
        return (1 - self.strength).clamp(max=t)

    def moved(self, velocity: Tensor, t: float, r: float) -> LatentState:
        """The state after the common time has gone from t down to r."""
        step = self.times(t) - self.times(r)
        return dataclasses.replace(self, z=self.z - step * velocity)


def grid(latents: Tensor) -> Tensor:
    """Positions (T * H * W, 3) of the cells of (B, C, T, H, W) in whole numbers, as float32."""
    axes = [torch.arange(n, device=latents.device, dtype=torch.float32) for n in latents.shape[2:]]
    return torch.cartesian_prod(*axes).reshape(-1, 3)
