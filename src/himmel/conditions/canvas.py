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
    are (T * H * W, 3). The first `frames` latent frames are the clip; those after it are keyframes,
    looked at while drawing and left out of the result.

    channels (B, K, T, H, W) are what a network of the concat type is shown next to the latents; they
    hold nothing in place.
    """

    x0: Tensor
    strength: Tensor
    positions: Tensor
    frames: int
    channels: Tensor | None = None

    def begin(self, eps: Tensor) -> LatentState:
        """The state a sampler starts from, with noise eps (B, C, T, H, W)."""
        return LatentState.begin(self.x0, self.strength, eps, self.positions)


Condition = Callable[[Canvas], Canvas]
"""Something known, written into a canvas."""


def blank(shape: LatentShape, batch: int = 1) -> Canvas:
    """Nothing is known: text to video, or text to picture with one latent frame."""
    x0 = torch.zeros(batch, *shape.array)
    return Canvas(x0, torch.zeros(batch, 1, 1, 1, 1), grid(x0), shape.frames)


def known(
    latents: Tensor, start: int = 0, strength: float = 1.0, mask: Tensor | None = None
) -> Condition:
    """Write `latents` (B, C, n, H, W) from latent frame `start` on (below 0: counted from the end).

    `mask` (n, H, W) in [0, 1] scales the strength by region. Raises HimmelError when the latents do
    not lie inside the canvas, the mask is of another size, or strength or mask is not in [0, 1].
    """
    check_strength(strength)
    if mask is not None:
        _check_mask(mask, latents)

    def write(canvas: Canvas) -> Canvas:
        _check_size(latents, canvas)
        frames = canvas.frames
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


def keyframe(latent: Tensor, time: float, strength: float = 1.0) -> Condition:
    """Add a lone picture (B, C, 1, H, W) at a time counted in latent frames, between them or not.

    A latent frame of a clip shows several frames, so one picture cannot be written into it; it stands
    beside the clip, at its own time. Raises HimmelError for a time outside the canvas, or a picture
    of another size.
    """
    check_strength(strength)

    def write(canvas: Canvas) -> Canvas:
        _check_size(latent, canvas)
        if not 0 <= time <= canvas.frames - 1:
            raise HimmelError(
                f"a keyframe at latent frame {time:g} lies outside a canvas of {canvas.frames}"
            )
        place = grid(latent)
        place[:, 0] = time
        level = torch.full_like(latent[:, :1], strength)
        return dataclasses.replace(
            canvas,
            x0=torch.cat([canvas.x0, latent], 2),
            strength=torch.cat([_per_cell(canvas), level], 2),
            positions=torch.cat([canvas.positions, place]),
        )

    return write


def check_strength(strength: float) -> None:
    """Raise HimmelError for a strength outside [0, 1]."""
    if not 0 <= strength <= 1:
        raise HimmelError(f"a strength of {strength} has no meaning; use 0 (redraw) to 1 (keep)")


def _check_mask(mask: Tensor, latents: Tensor) -> None:
    if mask.shape != latents.shape[2:]:
        have, want = (" x ".join(map(str, x.shape[-3:])) for x in (mask, latents))
        raise HimmelError(
            f"a mask of {have} cells does not cover latents of {want}; give one per cell"
        )
    if not ((mask >= 0) & (mask <= 1)).all():
        raise HimmelError("a mask says 0 (redraw) to 1 (keep) for every cell; this one says more")


def _check_size(latents: Tensor, canvas: Canvas) -> None:
    """A row or column too few would be spread over the whole canvas without a word."""
    have, want = ((x.shape[1], *x.shape[3:]) for x in (latents, canvas.x0))
    if have != want:
        raise HimmelError(
            f"latents of {have[0]} channels and {have[2]}x{have[1]} cells do not fit a canvas of "
            f"{want[0]} channels and {want[2]}x{want[1]} cells"
        )


def _per_cell(canvas: Canvas) -> Tensor:
    shape = (canvas.x0.shape[0], 1, *canvas.x0.shape[2:])
    return canvas.strength.expand(shape).clone()  # (B, 1, T, H, W)
