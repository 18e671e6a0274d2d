"""Twice the size: bicubic enlargement plus what a few convolutions know about edges and textures.

All convolutions are done on a quarter of the frames' pixels (pixel unshuffle, as in ESPCN, Shi et al.
2016), so that one costs about 120 kFLOP per pixel read. Time is causal with a memory of one frame:
what comes frame by frame equals what is computed at once.
"""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from himmel.core.values import Frames
from himmel.models.upscaler.config import UpscalerConfig
from himmel.models.video_codec.decoder import Memory, Residual

MOST_DOUBLINGS = 2
_FOLD = 2  # pixels that become channels, along each side


def doublings(scale: float) -> int:
    """How often to double for an enlargement `scale`, at most MOST_DOUBLINGS times.

    >>> [doublings(scale) for scale in (1.0, 1.5, 2.0, 3.0, 9.0)]
    [0, 1, 1, 2, 2]
    """
    return min(max(math.ceil(math.log2(scale) - 1e-9), 0), MOST_DOUBLINGS)


class Upscaler(nn.Module):
    """Frames to frames of twice the width and height; untrained it is bicubic enlargement.

    >>> Upscaler(UpscalerConfig(width=4, blocks=2))(torch.zeros(1, 3, 2, 6, 8))[0].shape
    torch.Size([1, 3, 2, 12, 16])
    """

    def __init__(self, config: UpscalerConfig) -> None:
        super().__init__()
        width = config.width
        self.config = config
        self.first = nn.Conv2d(3 * _FOLD**2, width, 3, padding=1)
        self.before = Residual(width)
        self.memory = Memory(width)
        self.after = nn.Sequential(*(Residual(width) for _ in range(config.blocks - 1)))
        self.head = nn.Conv2d(width, 3 * (2 * _FOLD) ** 2, 3, padding=1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)  # type: ignore[arg-type]

    def forward(self, frames: Tensor, before: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Frames (B, 3, T, H, W) in [-1, 1] -> (B, 3, T, 2H, 2W), not clamped, and the memory.

        `before` is the memory that an earlier call left, None at the beginning of a film.
        """
        b, _, t, height, width = frames.shape
        flat = frames.transpose(1, 2).flatten(0, 1)  # (BT, 3, H, W)
        even = F.pad(flat, (0, width % _FOLD, 0, height % _FOLD), mode="replicate")
        own = self.before(self.first(F.pixel_unshuffle(even, _FOLD)))  # (BT, D, H/2, W/2)
        features = own.reshape(b, t, *own.shape[1:])
        earlier = features[:, :1] if before is None else before[:, None]
        shifted = torch.cat([earlier, features[:, :-1]], 1).flatten(0, 1)
        detail = self.head(self.after(self.memory(own, shifted)))
        fine = F.pixel_shuffle(detail, 2 * _FOLD)[..., : 2 * height, : 2 * width]
        coarse = F.interpolate(flat, scale_factor=2, mode="bicubic", align_corners=False)
        large = (coarse + fine).reshape(b, t, 3, 2 * height, 2 * width).transpose(1, 2)
        return large, features[:, -1]

    def session(self, times: int) -> UpscaleSession:
        """A film to be doubled `times` times, chunk by chunk."""
        return UpscaleSession(self, times)


class UpscaleSession:
    """Chunks of one film, uint8 (T, H, W, 3), to chunks of 2 ** times its width and height."""

    def __init__(self, network: Upscaler, times: int) -> None:
        self._network = network
        self._memories: list[Tensor | None] = [None] * times

    @torch.inference_mode()
    def __call__(self, chunk: Frames) -> Frames:
        """The next chunk; a frame costs the memory of one, however many come."""
        return np.concatenate([self._frame(frame) for frame in chunk])

    def _frame(self, frame: Frames) -> Frames:
        weight = self._network.head.weight
        values = torch.from_numpy(frame.copy()).permute(2, 0, 1)[None, :, None]
        video = values.to(weight.device, weight.dtype) / 127.5 - 1  # (1, 3, 1, H, W)
        for level, memory in enumerate(self._memories):
            large, self._memories[level] = self._network(video, memory)
            video = large.clamp(-1, 1)
        levels = ((video[0].float() + 1) * 127.5).round().to(torch.uint8)
        frames: Frames = levels.permute(1, 2, 3, 0).contiguous().cpu().numpy()
        return frames
