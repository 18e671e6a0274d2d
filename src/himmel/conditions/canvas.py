"""The canvas: what is known of a clip before drawing starts.

Every verb is a way of filling a canvas. Text to video leaves it blank; a picture is a blank canvas
of one latent frame; a prefix, a suffix or a region writes latents with a strength into it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from himmel.core.errors import HimmelError
from himmel.core.geometry import LatentShape
from himmel.diffusion.state import LatentState, grid


@dataclass(frozen=True, eq=False)
class Canvas:
    """Known latents x0 (B, C, T, H, W), how much they hold, and where every cell lies.

    strength is in [0, 1]: (B, 1, 1, 1, 1) where all cells agree, else (B, 1, T, H, W); positions
    are (T * H * W, 3).
    """

    x0: Tensor
    strength: Tensor
    positions: Tensor

    def begin(self, eps: Tensor) -> LatentState:
        """The state a sampler starts from, with noise eps (B, C, T, H, W)."""
        return LatentState.begin(self.x0, self.strength, eps, self.positions)


Condition = Callable[[Canvas], Canvas]
"""Something known, written into a canvas."""


def blank(shape: LatentShape, batch: int = 1) -> Canvas:
    """Nothing is known: text to video, or text to picture with one latent frame."""
    x0 = torch.zeros(batch, *shape.array)
    return Canvas(x0, torch.zeros(batch, 1, 1, 1, 1), grid(x0))


def known(
    latents: Tensor, start: int = 0, strength: float = 1.0, mask: Tensor | None = None
) -> Condition:
    """Write `latents` (B, C, n, H, W) from latent frame `start` on (below 0: counted from the end).

    `mask` (n, H, W) in [0, 1] scales the strength by region. Raises HimmelError when the latents do
    not lie inside the canvas or the strength is not in [0, 1].
    """
    if not 0 <= strength <= 1:
        raise HimmelError(f"a strength of {strength} has no meaning; use 0 (redraw) to 1 (keep)")

    def write(canvas: Canvas) -> Canvas:
        frames = canvas.x0.shape[2]
        first = start + frames if start < 0 else start
        last = first + latents.shape[2]
        if first < 0 or last > frames:
            raise HimmelError(
                f"latent frames {first} to {last - 1} do not lie on a canvas of {frames}"
            )
        x0, held = canvas.x0.clone(), _per_cell(canvas)
        x0[:, :, first:last] = latents
        held[:, :, first:last] = strength if mask is None else strength * mask
        return dataclasses.replace(canvas, x0=x0, strength=held)

    return write


def _per_cell(canvas: Canvas) -> Tensor:
    shape = (canvas.x0.shape[0], 1, *canvas.x0.shape[2:])
    return canvas.strength.expand(shape).clone()  # (B, 1, T, H, W)
