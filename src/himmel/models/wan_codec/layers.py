"""The layers of Wan's codec. Time is causal: what a layer needs of the past it keeps in a memory.

One pass over a clip has one memory; every layer that looks back finds its own entry there. A clip in
one piece is a pass with one chunk, so streaming is the same computation and no second mode.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from himmel.core.errors import HimmelError
from himmel.nn.attention import attend

LARGE_PICTURE = 100  # cells; see `himmel bench decode`
Memory: TypeAlias = dict[nn.Module, Tensor]  # layer -> the frames that it has yet to look back at


class CausalConv3d(nn.Conv3d):
    """A convolution that never looks ahead. Before the beginning of a clip lie zeros."""

    def __init__(
        self, width_in: int, width_out: int, kernel: tuple[int, int, int] = (3, 3, 3), step: int = 1
    ) -> None:
        around = (0, kernel[1] // 2, kernel[2] // 2)
        super().__init__(width_in, width_out, kernel, (step, 1, 1), around)
        self.past = kernel[0] - step  # frames of the last chunk that the next one still needs

    def forward(self, x: Tensor, memory: Memory) -> Tensor:  # type: ignore[override]
        """Frames (B, width_in, T, H, W), T a multiple of `step`, to (B, width_out, T / step, H, W)."""
        if self.past:
            x = torch.cat([memory[self] if self in memory else self.nothing(x), x], 2)
            self.keep(x, memory)
        large = x.shape[3] * x.shape[4] >= LARGE_PICTURE
        if large and x.device.type == "cpu" and x.dtype == torch.float32:
            return self._by_frames(x)
        return super().forward(x)

    def _by_frames(self, x: Tensor) -> Tensor:
        """The same as a sum of convolutions of pictures, one per step of the kernel over time.

        In float32 the CPU's convolution over time takes up to six times as long, the most for few
        channels. For a handful of cells it is the faster one: this one lays its weights out anew in
        every call.
        """
        step = self.stride[0]
        frames = (x.shape[2] - self.kernel_size[0]) // step + 1
        out, bias = None, self.bias
        for first, weight in enumerate(self.weight.unbind(2)):  # (width, width_in, rows, columns)
            seen = x[:, :, first : first + (frames - 1) * step + 1 : step]
            part = F.conv2d(flat_frames(seen), weight, bias, padding=self.padding[1:])
            out, bias = part if out is None else out.add_(part), None
        return as_clip(cast("Tensor", out), len(x))

    def keep(self, x: Tensor, memory: Memory) -> None:
        """Remember the end of x. A copy, because a view would hold all of x in memory."""
        memory[self] = x[:, :, -self.past :].clone()

    def nothing(self, x: Tensor) -> Tensor:
        """The frames before the beginning."""
        return x.new_zeros(*x.shape[:2], self.past, *x.shape[3:])


class ChannelNorm(nn.Module):
    """Unit root mean square over the channels, times a learned `gamma`; `axes` follow the channels."""

    def __init__(self, width: int, axes: int = 3) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width, *[1] * axes))

    def forward(self, x: Tensor) -> Tensor:
        """(B, width, ...) to the same shape and dtype; the norm itself is in float32."""
        unit = F.normalize(x.float(), dim=1).to(x.dtype)
        scaled: Tensor = unit * x.shape[1] ** 0.5 * self.gamma
        return scaled


def per_frame(layer: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """A layer for pictures, on every frame of (B, C, T, H, W)."""
    return as_clip(layer(flat_frames(x)), len(x))


def flat_frames(x: Tensor) -> Tensor:
    """(B, C, T, H, W) to pictures (B * T, C, H, W); a view where channels are stored last."""
    return x.transpose(1, 2).flatten(0, 1)


def as_clip(frames: Tensor, batch: int) -> Tensor:
    """The inverse of flat_frames: (B * T, C, H, W) to (B, C, T, H, W)."""
    return frames.reshape(batch, -1, *frames.shape[1:]).transpose(1, 2)


def channels_last(x: Tensor) -> Tensor:
    """The same numbers in the order that a CPU works fastest in; on other devices as they are."""
    if x.device.type != "cpu":
        return x
    return x.contiguous(memory_format=torch.channels_last_3d)


class ResidualBlock(nn.Module):
    """Twice norm, SiLU, causal convolution, added to the input at its new width."""

    def __init__(self, width_in: int, width: int) -> None:
        super().__init__()
        self.norm1 = ChannelNorm(width_in)
        self.conv1 = CausalConv3d(width_in, width)
        self.norm2 = ChannelNorm(width)
        self.conv2 = CausalConv3d(width, width)
        self.conv_shortcut = None if width_in == width else CausalConv3d(width_in, width, (1, 1, 1))

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """(B, width_in, T, H, W) to (B, width, T, H, W)."""
        around = x if self.conv_shortcut is None else self.conv_shortcut(x, memory)
        x = self.conv1(F.silu(self.norm1(x)), memory)
        out: Tensor = self.conv2(F.silu(self.norm2(x)), memory)
        return out + around


class FrameAttention(nn.Module):
    """Attention with one head among the cells of a frame."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = ChannelNorm(width, axes=2)
        self.to_qkv = nn.Conv2d(width, 3 * width, 1)
        self.proj = nn.Conv2d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, width, T, H, W) to the same shape."""
        return x + per_frame(self._attend, x)

    def _attend(self, x: Tensor) -> Tensor:
        cells = self.to_qkv(self.norm(x)).flatten(2).transpose(1, 2)  # (N, H * W, 3 * width)
        query, key, value = cells.unsqueeze(1).contiguous().chunk(3, -1)
        seen = (
            attend(query, key, value, backend="sdpa").squeeze(1).transpose(1, 2)
        )  # (N, width, H * W)
        out: Tensor = self.proj(seen.reshape(x.shape))
        return out


class MiddleBlock(nn.Module):
    """Residual block, attention within frames, residual block, at the lowest resolution."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.resnets = nn.ModuleList([ResidualBlock(width, width) for _ in range(2)])
        self.attentions = nn.ModuleList([FrameAttention(width)])

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """(B, width, T, H, W) to the same shape."""
        x = self.attentions[0](self.resnets[0](x, memory))
        out: Tensor = self.resnets[1](x, memory)
        return out


class Downsample(nn.Module):
    """Half the rows and columns; with `time` half the frames too, the first of a clip excepted."""

    def __init__(self, width: int, time: bool) -> None:
        super().__init__()
        pad = nn.ZeroPad2d((0, 1, 0, 1))
        self.resample = nn.Sequential(pad, nn.Conv2d(width, width, 3, stride=2))
        self.time_conv = CausalConv3d(width, width, (3, 1, 1), step=2) if time else None

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """(B, width, T, H, W) to (B, width, t, H / 2, W / 2).

        t is T / 2, in the first chunk 1 + (T - 1) / 2. The first frame stays as it is, and the
        convolution over time begins with it as its past.
        """
        x = per_frame(self.resample, x)
        if self.time_conv is None:
            return x
        if self.time_conv in memory:
            halved: Tensor = self.time_conv(x, memory)
            return halved
        first, rest = x[:, :, :1], x[:, :, 1:]
        self.time_conv.keep(first, memory)
        return torch.cat([first, self.time_conv(rest, memory)], 2) if rest.shape[2] else first


class Upsample(nn.Module):
    """Twice the rows and columns; with `time` twice the frames too, the first of a clip excepted."""

    def __init__(self, width: int, width_out: int, time: bool) -> None:
        super().__init__()
        larger = nn.Upsample(scale_factor=2.0, mode="nearest-exact")
        self.resample = nn.Sequential(larger, nn.Conv2d(width, width_out, 3, padding=1))
        self.time_conv = CausalConv3d(width, 2 * width, (3, 1, 1)) if time else None

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """(B, width, T, H, W) to (B, width_out, t, 2 H, 2 W), t = 2 T or in the first chunk 2 T - 1."""
        return per_frame(self.resample, self._double(x, memory))

    def _double(self, x: Tensor, memory: Memory) -> Tensor:
        """The first frame passes as it is and leaves no past: after it time begins with zeros."""
        if self.time_conv is None:
            return x
        if self.time_conv in memory:
            return _interleave(self.time_conv(x, memory))
        first, rest = x[:, :, :1], x[:, :, 1:]
        memory[self.time_conv] = self.time_conv.nothing(x)
        return torch.cat([first, self._double(rest, memory)], 2) if rest.shape[2] else first


def _interleave(pairs: Tensor) -> Tensor:
    """(B, 2 C, T, H, W), all first frames of pairs before all second ones, to (B, C, 2 T, H, W)."""
    return torch.stack(pairs.chunk(2, 1), 3).flatten(2, 3)


def average_down(x: Tensor, width: int, time: int, space: int) -> Tensor:
    """Shrink (B, C, T, H, W) by means of neighbours in space, time and channels, without weights.

    T is filled up at the front with zeros to a multiple of `time`, as in training. Raises HimmelError
    where the values of a block do not share out among `width` channels.
    """
    if x.shape[1] * time * space**2 % width:
        raise HimmelError(f"{x.shape[1]} channels cannot be averaged down to {width}")
    x = F.pad(x, (0, 0, 0, 0, -x.shape[2] % time, 0))
    b, c, t, h, w = x.shape
    x = x.reshape(b, c, t // time, time, h // space, space, w // space, space)
    x = x.permute(0, 1, 3, 5, 7, 2, 4, 6)  # (B, C, time, space, space, T, H, W)
    return x.reshape(b, width, -1, *x.shape[5:]).mean(2)


def duplicate_up(x: Tensor, width: int, time: int, space: int) -> Tensor:
    """Enlarge (B, C, T, H, W) to `width` channels by spreading and repeating channels, no weights.

    Raises HimmelError where the channels do not share out.
    """
    values = width * time * space**2
    b, c, t, h, w = x.shape
    if values % c:
        raise HimmelError(f"{c} channels cannot be spread over {width}")
    x = x.repeat_interleave(values // c, 1).reshape(b, width, time, space, space, t, h, w)
    x = x.permute(0, 1, 5, 2, 6, 3, 7, 4)  # (B, width, T, time, H, space, W, space)
    return x.reshape(b, width, t * time, h * space, w * space)


def patchify(x: Tensor, patch: int) -> Tensor:
    """(B, C, T, H, W) to (B, C * p * p, T, H / p, W / p); of a patch's pixels rows run fastest."""
    b, c, t, h, w = x.shape
    x = x.reshape(b, c, t, h // patch, patch, w // patch, patch)
    return x.permute(0, 1, 6, 4, 2, 3, 5).reshape(b, -1, t, h // patch, w // patch)


def unpatchify(x: Tensor, patch: int) -> Tensor:
    """The inverse of patchify."""
    b, _, t, h, w = x.shape
    x = x.reshape(b, -1, patch, patch, t, h, w).permute(0, 1, 4, 5, 3, 6, 2)
    return x.reshape(b, -1, t, h * patch, w * patch)
