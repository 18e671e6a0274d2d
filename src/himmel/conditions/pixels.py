"""Conditions from pictures and clips: what a person hands in, encoded and put in its place.

Pictures are (3, H, W), clips (3, n, H, W), both in [-1, 1] at the canvas's size in pixels. Writing one
of another size raises HimmelError.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from himmel.conditions.canvas import Canvas, Condition, check_strength, keyframe, known
from himmel.core.errors import HimmelError
from himmel.models.video_codec import VideoCodec


def picture_at(
    codec: VideoCodec, picture: Tensor, frame: int = 0, strength: float = 1.0
) -> Condition:
    """The clip shows this picture at a frame: the first one is written, others are keyframes."""
    check_strength(strength)

    def encoded() -> Condition:
        latent = codec.encode(picture[None, :, None])  # (1, C, 1, h, w)
        if frame == 0:
            return known(latent, 0, strength)
        return keyframe(latent, frame / codec.compression.time, strength)

    return _fitting("picture", picture, codec, encoded)


def prefix(codec: VideoCodec, clip: Tensor, strength: float = 1.0) -> Condition:
    """The clip begins like this. Raises HimmelError for lengths that the codec cannot cut."""
    check_strength(strength)
    _check_length(clip.shape[1] - 1, codec.compression.time, 1)
    return _fitting("beginning", clip, codec, lambda: known(codec.encode(clip[None]), 0, strength))


def suffix(codec: VideoCodec, clip: Tensor, strength: float = 1.0) -> Condition:
    """The clip ends like this. Raises HimmelError for lengths that the codec cannot cut."""
    check_strength(strength)
    _check_length(clip.shape[1], codec.compression.time, 0)
    start = -(clip.shape[1] // codec.compression.time)
    return _fitting(
        "end", clip, codec, lambda: known(encode_interior(codec, clip), start, strength)
    )


def encode_interior(codec: VideoCodec, clip: Tensor) -> Tensor:
    """Latents (1, C, n / time, h, w) of frames that do not begin a clip.

    A causal codec shows a lone frame in its first latent, so the clip is encoded behind its own
    mirrored frames and the latents of those are dropped. Raises HimmelError where n does not divide.
    """
    time, count = codec.compression.time, clip.shape[1]
    _check_length(count, time, 0)
    lead = 1 + time * max((count - 2) // time, 0)
    mirrored = (
        clip[:, 1 : 1 + lead].flip(1) if count > lead else clip[:, :1].expand(-1, lead, -1, -1)
    )
    latents = codec.encode(torch.cat([mirrored, clip], 1)[None])
    return latents[:, :, -(count // time) :]


def keep_region(
    codec: VideoCodec, clip: Tensor, kept: Tensor, strength: float = 1.0, start: int = 0
) -> Condition:
    """Keep what lies where `kept` (H, W) is 1, draw anew where it is 0.

    A cell is kept only when all its pixels are: what a person wants gone must not leave its edges.
    Raises HimmelError for a mask of another size.
    """
    if kept.shape != clip.shape[-2:]:
        have, want = (f"{s[-1]}x{s[-2]}" for s in (kept.shape, clip.shape))
        raise HimmelError(f"the mask is {have} pixels and the clip {want}; give both one size")
    check_strength(strength)
    cells = kept_cells(kept, codec.compression.space)

    def encoded() -> Condition:
        latents = codec.encode(clip[None])
        return known(latents, start, strength, cells.expand(latents.shape[2:]))

    return _fitting("clip to keep", clip, codec, encoded)


def kept_cells(kept: Tensor, space: int) -> Tensor:
    """Cells (1, h, w) that are 1 where all their pixels (H, W) are, else 0."""
    return -F.max_pool2d(-kept.float()[None], space)


def check_size(what: str, frames: Tensor, codec: VideoCodec, canvas: Canvas) -> None:
    """Raise HimmelError where a picture or a clip (..., H, W) is not of the canvas's size in pixels."""
    space = codec.compression.space
    wanted = tuple(cells * space for cells in canvas.x0.shape[3:])
    if tuple(frames.shape[-2:]) != wanted:
        have, want = (f"{s[-1]}x{s[-2]}" for s in (frames.shape, wanted))
        raise HimmelError(f"the {what} is {have} pixels and the clip {want}; give both one size")


def _fitting(
    what: str, frames: Tensor, codec: VideoCodec, encoded: Callable[[], Condition]
) -> Condition:
    """Encoded only where the size fits: codecs would speak of their cells, or not at all."""

    def write(canvas: Canvas) -> Canvas:
        check_size(what, frames, codec, canvas)
        return encoded()(canvas)

    return write


def _check_length(frames: int, time: int, lone: int) -> None:
    if frames < 0 or frames % time or frames + lone == 0:
        low = max(frames // time, 1 - lone) * time + lone
        raise HimmelError(
            f"{frames + lone} frames cannot be cut into latent frames of {time}; use {low} "
            f"or {low + time}"
        )
