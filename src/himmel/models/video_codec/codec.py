"""The codec as everyone else sees it: encode, decode, stream."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn

from himmel.core.geometry import Compression
from himmel.models.video_codec.basis import patchify, shrink, to_groups, unpatchify
from himmel.models.video_codec.config import CodecConfig
from himmel.models.video_codec.decoder import Decoder


class DecodeStream(Protocol):
    """A decoding session; latent frames go in as they are made, frames come out."""

    def push(self, latents: Tensor) -> Tensor:
        """(B, C, n, h, w) -> frames (B, 3, frames, H, W) in [-1, 1]."""
        ...


class VideoCodec(Protocol):
    """What generation and training need of a codec."""

    @property
    def compression(self) -> Compression:
        """From output pixels to latents."""
        ...

    def encode(self, frames: Tensor) -> Tensor:
        """(B, 3, T, H, W) in [-1, 1] -> latents (B, C, t, h, w) of about unit variance."""
        ...

    def decode(self, latents: Tensor) -> Tensor:
        """Latents (B, C, t, h, w) -> frames (B, 3, T, H, W) in [-1, 1]."""
        ...

    def stream(self) -> DecodeStream:
        """A session that decodes latent frame by latent frame, equal to `decode`."""
        ...


class LinearCodec(nn.Module):
    """Linear encoder on a nested basis, learned decoder on top of the linear inverse.

    >>> codec = LinearCodec(CodecConfig(patch=4, channels=8, basis_channels=8, widths=(8, 8, 8)))
    >>> codec.decode(torch.zeros(1, 8, 2, 2, 2)).shape
    torch.Size([1, 3, 5, 16, 16])
    """

    mean: Tensor
    basis: Tensor
    divisor: Tensor

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("mean", torch.zeros(config.patch_values))
        eye = torch.eye(config.patch_values, config.basis_channels)
        self.register_buffer("basis", eye)
        self.register_buffer("divisor", torch.ones(config.basis_channels))
        self.decoder = Decoder(config) if config.decoder else None

    @property
    def compression(self) -> Compression:
        """From output pixels to latents."""
        return self.config.compression

    def encode(self, frames: Tensor) -> Tensor:
        """Frames (B, 3, T, H, W) in [-1, 1] at the output size -> latents (B, C, t, h, w)."""
        return self.encode_small(shrink(frames, self.config.upscale))

    def encode_small(self, frames: Tensor) -> Tensor:
        """The same from frames at the encoder's own size, 1 / upscale of the output."""
        patches = patchify(to_groups(frames, self.config.time), self.config.patch)
        kept = self.config.channels
        numbers = (patches - self.mean) @ self.basis[:, :kept] / self.divisor[:kept]
        return numbers.permute(0, 4, 1, 2, 3)  # (B, C, t, h, w)

    def linear(self, latents: Tensor) -> Tensor:
        """The linear inverse: (B, C, t, h, w) -> groups (B, t, 3, time, H, W) at encoder size."""
        numbers = latents.permute(0, 2, 3, 4, 1)
        kept = numbers.shape[-1]
        patches = (numbers * self.divisor[:kept]) @ self.basis[:, :kept].T + self.mean
        return unpatchify(patches, self.config.time, self.config.patch)

    def decode(self, latents: Tensor) -> Tensor:
        """Latents (B, C, t, h, w) -> frames (B, 3, T, H, W) in [-1, 1] at the output size."""
        return self.stream().push(latents)

    def groups(self, latents: Tensor, before: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        """Latents -> groups (B, t, 3, time, H, W), not clamped, and the memory to go on with."""
        base = self.linear(latents)
        if self.decoder is None:
            return _enlarge(base, self.config.upscale), None
        result: tuple[Tensor, Tensor] = self.decoder(latents.permute(0, 2, 3, 4, 1), base, before)
        return result

    def stream(self) -> _Stream:
        """A session that decodes latent frame by latent frame, equal to `decode`."""
        return _Stream(self)


class _Stream:
    def __init__(self, codec: LinearCodec) -> None:
        self._codec = codec
        self._memory: Tensor | None = None
        self._started = False

    def push(self, latents: Tensor) -> Tensor:
        """(B, C, n, h, w) -> frames (B, 3, frames, H, W) in [-1, 1]."""
        groups, self._memory = self._codec.groups(latents, self._memory)
        frames = groups.transpose(1, 2).flatten(2, 3)  # (B, 3, n * time, H, W)
        if not self._started:
            frames = frames[:, :, self._codec.config.time - 1 :]  # the first latent holds one frame
            self._started = True
        return frames.clamp(-1, 1)


def _enlarge(groups: Tensor, factor: int) -> Tensor:
    if factor == 1:
        return groups
    flat = groups.flatten(0, 3)[:, None]
    large = nn.functional.interpolate(flat, scale_factor=factor, mode="bilinear")
    return large.reshape(*groups.shape[:4], *large.shape[-2:])
