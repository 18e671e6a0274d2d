"""Everything known of a clip at once: how much each latent frame is held, and which cells are kept."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import torch
from torch import Tensor

from himmel.conditions.canvas import Canvas, Condition, check_strength, known
from himmel.conditions.pixels import check_size, encode_interior
from himmel.core.errors import HimmelError
from himmel.models.video_codec import VideoCodec


def spans(
    codec: VideoCodec, clip: Tensor, strengths: Sequence[float], kept: Tensor | None = None
) -> Condition:
    """Hold a clip (3, T, H, W) in [-1, 1] as long as the canvas by latent frames' `strengths`, 0 to 1.

    Where `kept` (1, h, w) is 1 a cell is held at 1 all the time. What is held nowhere is not looked at.
    Neighbours that are held are encoded together, those behind a gap as they are inside a clip. Raises
    HimmelError for another size or number.
    """
    for strength in strengths:
        check_strength(strength)

    def write(canvas: Canvas) -> Canvas:
        check_size("clip", clip, codec, canvas)
        if len(strengths) != canvas.frames:
            raise HimmelError(
                f"{len(strengths)} strengths for {canvas.frames} latent frames; give one for each"
            )
        held = torch.tensor(strengths)[:, None, None].expand(-1, *canvas.x0.shape[3:])
        if kept is not None:
            held = held.maximum(kept.to(held))
        for first, last in _runs(held.flatten(1).any(1).tolist()):
            latents = _encoded(codec, clip, first, last)
            canvas = known(latents, first, 1.0, held[first:last])(canvas)
        return canvas

    return write


def _runs(told: Sequence[bool]) -> list[tuple[int, int]]:
    """(first, last + 1) of latent frames of which something is held."""
    runs, place = [], 0
    for held, members in groupby(told):
        count = len(list(members))
        if held:
            runs.append((place, place + count))
        place += count
    return runs


def _encoded(codec: VideoCodec, clip: Tensor, first: int, last: int) -> Tensor:
    """Latents (1, C, last - first, h, w) of these latent frames, from their own pixels alone."""
    time = codec.compression.time
    end = 1 + (last - 1) * time
    if first == 0:
        return codec.encode(clip[None, :, :end])
    return encode_interior(codec, clip[:, end - (last - first) * time : end])
