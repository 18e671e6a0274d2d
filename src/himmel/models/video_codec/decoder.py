"""The decoder: the linear inverse, then a causal network that adds what it cannot hold.

It works at 1/4, 1/2 and 1/1 of the encoder's resolution and ends in a pixel shuffle to the
output's, which keeps it far below 0.1 MFLOP per output pixel. Time is causal with a memory of one
latent frame: streaming is the same computation, not an approximation.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from himmel.models.video_codec.config import CodecConfig


def _silence(layer: nn.Conv2d | nn.Linear) -> None:
    nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


class Residual(nn.Module):
    """x + conv(silu(conv(silu(x)))), zero at the start of training."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        _silence(self.second)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, H, W) -> the same shape."""
        out: Tensor = x + self.second(F.silu(self.first(F.silu(x))))
        return out


class Memory(nn.Module):
    """Mix a latent frame's features with those of the one before it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mix = nn.Conv2d(2 * width, width, 3, padding=1)
        self.out = nn.Conv2d(width, width, 1)
        _silence(self.out)

    def forward(self, x: Tensor, before: Tensor) -> Tensor:
        """Both (N, width, H, W); `before` is one latent frame earlier (the first sees itself)."""
        both = torch.cat([F.silu(x), F.silu(before)], 1)
        out: Tensor = x + self.out(F.silu(self.mix(both)))
        return out


def _stack(width: int, count: int) -> nn.Sequential:
    return nn.Sequential(*(Residual(width) for _ in range(count)))


class Decoder(nn.Module):
    """Latents and their linear reconstruction -> frames at the output resolution."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        low, mid, high = config.widths
        frame_values = 3 * config.time
        self.config = config
        self.cells = config.patch // 4
        self.from_latent = nn.Linear(config.basis_channels, low * self.cells**2)
        self.from_base = nn.Conv2d(frame_values * 4, mid, 3, padding=1)
        self.down = nn.Conv2d(mid * 4, low, 1)
        self.low_in = _stack(low, 1)
        self.memory = Memory(low)
        self.low = _stack(low, config.blocks[0] - 1)
        self.up_mid = nn.Conv2d(low, mid * 4, 1)
        self.mid = _stack(mid, config.blocks[1])
        self.up_high = nn.Conv2d(mid, high * 4, 1)
        self.high = _stack(high, config.blocks[2])
        self.head = nn.Conv2d(high, frame_values * config.upscale**2, 3, padding=1)
        for layer in (self.head, self.from_latent):
            _silence(layer)

    def forward(
        self, latents: Tensor, base: Tensor, before: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """Latents (B, G, h, w, C), base (B, G, 3, time, H, W), memory (B, low, H/4, W/4) or None.

        Returns frames (B, G, 3, time, up * H, up * W) and the memory for the next latent frame.
        """
        b, g = base.shape[:2]
        flat = base.flatten(0, 1).flatten(1, 2).contiguous(memory_format=torch.channels_last)
        half = self.from_base(F.pixel_unshuffle(flat, 2))  # (BG, mid, H/2, W/2)
        low = self.down(F.pixel_unshuffle(half, 2)) + self._cells(latents)
        low = self.low_in(low)
        low, last = self._remember(low, before, b, g)
        half = half + F.pixel_shuffle(self.up_mid(self.low(low)), 2)
        full = F.pixel_shuffle(self.up_high(self.mid(half)), 2)  # (BG, high, H, W)
        fine = F.pixel_shuffle(self.head(self.high(full)), self.config.upscale)
        coarse = F.interpolate(
            flat, scale_factor=self.config.upscale, mode="bilinear", align_corners=False
        )
        return (fine + coarse).reshape(b, g, 3, self.config.time, *fine.shape[-2:]), last

    def _cells(self, latents: Tensor) -> Tensor:
        missing = self.config.basis_channels - latents.shape[-1]
        x = self.from_latent(F.pad(latents, (0, missing))).flatten(0, 1)  # (BG, h, w, low * c * c)
        return F.pixel_shuffle(x.permute(0, 3, 1, 2), self.cells)

    def _remember(
        self, low: Tensor, before: Tensor | None, b: int, g: int
    ) -> tuple[Tensor, Tensor]:
        frames = low.reshape(b, g, *low.shape[1:])
        first = frames[:, :1] if before is None else before[:, None]
        shifted = torch.cat([first, frames[:, :-1]], 1).flatten(0, 1)
        return self.memory(low, shifted), frames[:, -1]
