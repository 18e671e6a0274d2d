"""From latents to frames, one latent frame at a time."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from himmel.core.values import Frames
from himmel.models.video_codec import VideoCodec
from himmel.models.video_codec.codec import DecodeStream


def decode(latents: Tensor, codec: VideoCodec) -> Iterator[Frames]:
    """Yield uint8 frames (n, H, W, 3) as they are made, one chunk per latent frame."""
    session = codec.stream()
    for latent in torch.split(latents, 1, dim=2):  # (1, C, 1, H, W)
        yield _push(session, latent)


@torch.inference_mode()
def _push(session: DecodeStream, latent: Tensor) -> Frames:
    return to_frames(session.push(latent))


def to_frames(video: Tensor) -> Frames:
    """(1, 3, T, H, W) in [-1, 1] -> uint8 (T, H, W, 3)."""
    levels = ((video[0].float() + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
    frames: Frames = levels.permute(1, 2, 3, 0).contiguous().cpu().numpy()
    return frames
