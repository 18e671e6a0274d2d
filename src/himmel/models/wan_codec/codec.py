"""Wan's codec as everyone else sees it: encode, decode, stream."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from himmel.core.geometry import Compression, PixelShape
from himmel.models.wan_codec.coder import Decoder, Encoder
from himmel.models.wan_codec.config import WanCodecConfig
from himmel.models.wan_codec.layers import CausalConv3d, Memory, patchify, unpatchify
from himmel.models.wan_codec.tiling import Tiling, cut, join


class WanCodec(nn.Module):
    """AutoencoderKLWan of both generations; a state dict of diffusers loads unchanged.

    Latents are normalised by the statistics of the configuration. Frames are worked on a latent frame
    at a time, so memory does not grow with the length of a clip, only the result does. `tiling` cuts
    pictures larger than one tile; results are then those of diffusers' enable_tiling.

    >>> codec = WanCodec(WanCodecConfig(base_dim=4))
    >>> codec.decode(torch.zeros(1, 16, 2, 2, 2)).shape
    torch.Size([1, 3, 5, 16, 16])
    """

    def __init__(self, config: WanCodecConfig, tiling: Tiling | None = None) -> None:
        super().__init__()
        self.config, self.tiling = config, tiling
        z = config.z_dim
        self.encoder = Encoder(config)
        self.quant_conv = CausalConv3d(2 * z, 2 * z, (1, 1, 1))
        self.post_quant_conv = CausalConv3d(z, z, (1, 1, 1))
        self.decoder = Decoder(config)

    @property
    def compression(self) -> Compression:
        """From pixels to latents."""
        return self.config.compression

    def encode(self, frames: Tensor) -> Tensor:
        """Frames (B, 3, T, H, W) in [-1, 1] -> latents (B, C, t, h, w), the mode of the posterior.

        Raises HimmelError where frames, height or width do not fit the compression.
        """
        self.compression.latent(PixelShape(*frames.shape[2:]))
        return EncodeStream(self).push(frames, last=True)

    def decode(self, latents: Tensor) -> Tensor:
        """Latents (B, C, t, h, w) -> frames (B, 3, T, H, W) in [-1, 1]."""
        return DecodeStream(self).push(latents, last=True)

    def stream(self) -> DecodeStream:
        """A session that decodes latent frame by latent frame, equal to `decode`."""
        return DecodeStream(self)

    def encode_stream(self) -> EncodeStream:
        """A session that encodes frames as they come, equal to `encode`."""
        return EncodeStream(self)

    def statistics(self, like: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and deviation of the raw latents, (C, 1, 1, 1) each.

        Made anew from the configuration: as buffers they would be keys that diffusers does not have,
        or stay without numbers when the codec is built on the meta device.
        """
        both = (self.config.latents_mean, self.config.latents_std)
        mean, std = torch.tensor(both, dtype=like.dtype, device=like.device)
        return mean.view(-1, 1, 1, 1), std.view(-1, 1, 1, 1)

    def _encode_chunk(self, x: Tensor, memory: Memory) -> Tensor:
        posterior: Tensor = self.quant_conv(self.encoder(x, memory), memory)
        return posterior.chunk(2, 1)[0]

    def _decode_chunk(self, z: Tensor, memory: Memory) -> Tensor:
        out: Tensor = self.decoder(self.post_quant_conv(z, memory), memory)
        return out

    def encoding(self, height: int, width: int) -> Sweep:
        """A pass of the encoder over patches of frames of a size in pixels.

        The tiling counts what the first layer sees: with a patch of 2 a tile covers twice its pixels.
        So does diffusers, and other borders would give other latents.
        """
        run, time = self._encode_chunk, self.compression.time
        if self.tiling is None or self.tiling.holds(height, width):
            return Sweep(run, time)
        cells = self.compression.space // self.config.patch
        return Sweep(run, time, self.tiling, self.tiling.shrunk(cells))

    def decoding(self, height: int, width: int) -> Sweep:
        """A pass of the decoder over latents for frames of a size in pixels."""
        if self.tiling is None or self.tiling.holds(height, width):
            return Sweep(self._decode_chunk, 1)
        source = self.tiling.shrunk(self.compression.space)
        return Sweep(self._decode_chunk, 1, source, self.tiling.shrunk(self.config.patch))

    @property
    def dtype(self) -> torch.dtype:
        """The precision that the codec computes in."""
        return self.quant_conv.weight.dtype


class Sweep:
    """One pass over time: chunks in, chunks out, every tile with a memory of its own."""

    def __init__(
        self,
        run: Callable[[Tensor, Memory], Tensor],
        step: int,
        source: Tiling | None = None,
        target: Tiling | None = None,
    ) -> None:
        self._run, self._step, self._source, self._target = run, step, source, target
        self._memories: dict[tuple[int, int], Memory] = {}

    def push(self, x: Tensor, last: bool = False) -> Tensor:
        """(B, C, T, H, W) to what `run` makes of it, `step` frames at a time, a remainder first.

        With `last` nothing is remembered: only the memory of one tile exists at a time.
        """
        if self._source is None or self._target is None:
            return self._tile((0, 0), x, last)
        rows = enumerate(cut(x, self._source))
        done = [[self._tile((i, j), t, last) for j, t in enumerate(row)] for i, row in rows]
        return join(done, self._target)

    def _tile(self, place: tuple[int, int], x: Tensor, last: bool) -> Tensor:
        memory = self._memories.pop(place, {})
        whole, first = divmod(x.shape[2], self._step)
        sizes = [first] * (first > 0) + [self._step] * whole
        parts = [self._run(chunk, memory) for chunk in torch.split(x, sizes, 2)]
        if not last:
            self._memories[place] = memory
        return torch.cat(parts, 2)


class DecodeStream:
    """A decoding session; latent frames go in as they are made, frames come out."""

    def __init__(self, codec: WanCodec) -> None:
        self._codec = codec
        self._sweep: Sweep | None = None

    def push(self, latents: Tensor, last: bool = False) -> Tensor:
        """(B, C, n, h, w) -> frames (B, 3, frames, H, W) in [-1, 1]; after `last` a new clip begins."""
        codec, space = self._codec, self._codec.compression.space
        sweep = self._sweep or codec.decoding(latents.shape[3] * space, latents.shape[4] * space)
        self._sweep = None if last else sweep
        mean, std = codec.statistics(latents)
        pixels = sweep.push((latents * std + mean).to(codec.dtype), last)
        return unpatchify(pixels, codec.config.patch).clamp(-1, 1).to(latents.dtype)


class EncodeStream:
    """An encoding session; frames go in as they come, latent frames come out once they are complete."""

    def __init__(self, codec: WanCodec) -> None:
        self._codec = codec
        self._sweep: Sweep | None = None
        self._waiting: Tensor | None = None  # frames that do not yet fill a latent frame

    def push(self, frames: Tensor, last: bool = False) -> Tensor:
        """(B, 3, n, H, W) in [-1, 1] -> latents (B, C, m, h, w), m = 0 while too few have come.

        After `last` a new clip begins; frames that do not fill a latent frame are then dropped.
        """
        codec = self._codec
        frames = frames if self._waiting is None else torch.cat([self._waiting, frames], 2)
        ready = self._ready(frames.shape[2])
        self._waiting = None if last else frames[:, :, ready:].clone()
        if not ready:
            return self._none(frames)
        sweep = self._sweep or codec.encoding(*frames.shape[3:])
        self._sweep = None if last else sweep
        x = patchify(frames[:, :, :ready].to(codec.dtype), codec.config.patch)
        latents = sweep.push(x, last).to(frames.dtype)
        mean, std = codec.statistics(latents)
        return (latents - mean) / std

    def _ready(self, count: int) -> int:
        """How many of the frames at hand fill latent frames; the first of a clip fills one alone."""
        single = 1 if self._sweep is None and count else 0
        time = self._codec.compression.time
        return single + (count - single) // time * time

    def _none(self, frames: Tensor) -> Tensor:
        channels, space = self._codec.compression.channels, self._codec.compression.space
        height, width = (n // space for n in frames.shape[3:])
        return frames.new_zeros(len(frames), channels, 0, height, width)
