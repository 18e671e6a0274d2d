"""Encoder and decoder of Wan's codec, in the order and names of diffusers' AutoencoderKLWan."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import torch.nn.functional as F
from torch import Tensor, nn

from himmel.models.wan_codec.config import WanCodecConfig
from himmel.models.wan_codec.layers import (
    CausalConv3d,
    ChannelNorm,
    Downsample,
    Memory,
    MiddleBlock,
    ResidualBlock,
    Upsample,
    average_down,
    channels_last,
    duplicate_up,
)


class DownBlock(nn.Module):
    """Wan2.2's: residual blocks and a halving, with a shortcut of averages around both."""

    def __init__(self, width_in: int, width: int, blocks: int, halve: bool, time: bool) -> None:
        super().__init__()
        self.width, self.factors = width, (2 if time else 1, 2 if halve else 1)
        self.resnets = _residuals(width_in, width, blocks)
        self.downsampler = Downsample(width, time) if halve else None

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """(B, width_in, T, H, W) to (B, width, t, h, w)."""
        around = average_down(x, self.width, *self.factors)
        for block in self.resnets:
            x = block(x, memory)
        return around + (x if self.downsampler is None else self.downsampler(x, memory))


class UpBlock(nn.Module):
    """Wan2.1's: residual blocks, then a doubling that halves the width."""

    def __init__(self, width_in: int, width: int, blocks: int, double: bool, time: bool) -> None:
        super().__init__()
        self.resnets = _residuals(width_in, width, blocks)
        doubling = [Upsample(width, width // 2, time)] if double else []
        self.upsamplers = nn.ModuleList(doubling)

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """(B, width_in, T, H, W) to (B, width / 2, t, 2 H, 2 W), or (B, width, T, H, W) at the end."""
        for layer in (*self.resnets, *self.upsamplers):
            x = layer(x, memory)
        return x


class ResidualUpBlock(nn.Module):
    """Wan2.2's: residual blocks and a doubling, with a shortcut of repeated channels around both."""

    def __init__(self, width_in: int, width: int, blocks: int, double: bool, time: bool) -> None:
        super().__init__()
        self.width, self.factors = width, (2 if time else 1, 2)
        self.resnets = _residuals(width_in, width, blocks)
        self.upsampler = Upsample(width, width, time) if double else None

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """(B, width_in, T, H, W) to (B, width, t, 2 H, 2 W), or to (B, width, T, H, W) at the end."""
        before = x
        for block in self.resnets:
            x = block(x, memory)
        if self.upsampler is None:
            return x
        x = self.upsampler(x, memory)
        around = duplicate_up(before, self.width, *self.factors)
        return x + around[:, :, -x.shape[2] :]  # a clip's first frame is not doubled in time


class Encoder(nn.Module):
    """Pixels, or patches of them, to means and log-variances of raw latents."""

    def __init__(self, config: WanCodecConfig) -> None:
        super().__init__()
        widths = [config.base_dim * m for m in (1, *config.dim_mult)]
        self.conv_in = CausalConv3d(config.in_channels, widths[0])
        make = _down_blocks if config.is_residual else _down_layers
        self.down_blocks = nn.ModuleList(make(config, widths))
        self.mid_block = MiddleBlock(widths[-1])
        self.norm_out = ChannelNorm(widths[-1])
        self.conv_out = CausalConv3d(widths[-1], 2 * config.z_dim)

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """(B, in_channels, T, H, W) to (B, 2 * z_dim, t, h, w); first come 1 + n * time frames."""
        x = self.conv_in(channels_last(x), memory)
        for block in (*self.down_blocks, self.mid_block):
            x = block(x, memory)
        out: Tensor = self.conv_out(F.silu(self.norm_out(x)), memory)
        return out


class Decoder(nn.Module):
    """Raw latents to pixels, or patches of them."""

    def __init__(self, config: WanCodecConfig) -> None:
        super().__init__()
        unit = config.decoder_base_dim or config.base_dim
        widths = [unit * m for m in (config.dim_mult[-1], *reversed(config.dim_mult))]
        self.conv_in = CausalConv3d(config.z_dim, widths[0])
        self.mid_block = MiddleBlock(widths[0])
        self.up_blocks = nn.ModuleList(_up_blocks(config, widths))
        self.norm_out = ChannelNorm(widths[-1])
        self.conv_out = CausalConv3d(widths[-1], config.out_channels)

    def forward(self, z: Tensor, memory: Memory) -> Tensor:
        """(B, z_dim, t, h, w) to (B, out_channels, T, H, W)."""
        x = self.conv_in(channels_last(z), memory)
        for block in (self.mid_block, *self.up_blocks):
            x = block(x, memory)
        out: Tensor = self.conv_out(F.silu(self.norm_out(x)), memory)
        return out


def _residuals(width_in: int, width: int, count: int) -> nn.ModuleList:
    widths = [width_in, *[width] * count]
    return nn.ModuleList([ResidualBlock(a, b) for a, b in pairwise(widths)])


def _down_layers(config: WanCodecConfig, widths: list[int]) -> Iterator[nn.Module]:
    """Wan2.1 has no blocks on the way down: residual blocks and halvings stand in one row."""
    halvings = (*config.temperal_downsample, None)
    for (before, width), time in zip(pairwise(widths), halvings, strict=True):
        yield from _residuals(before, width, config.num_res_blocks)
        if time is not None:
            yield Downsample(width, time)


def _down_blocks(config: WanCodecConfig, widths: list[int]) -> Iterator[nn.Module]:
    halvings = (*config.temperal_downsample, None)
    for (before, width), time in zip(pairwise(widths), halvings, strict=True):
        yield DownBlock(before, width, config.num_res_blocks, time is not None, bool(time))


def _up_blocks(config: WanCodecConfig, widths: list[int]) -> Iterator[nn.Module]:
    kind = ResidualUpBlock if config.is_residual else UpBlock
    doublings = (*reversed(config.temperal_downsample), None)
    for i, ((before, width), time) in enumerate(zip(pairwise(widths), doublings, strict=True)):
        halved = i > 0 and not config.is_residual  # by the doubling of the block before
        width_in = before // 2 if halved else before
        yield kind(width_in, width, config.num_res_blocks + 1, time is not None, bool(time))
