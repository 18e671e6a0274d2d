"""Where networks lie while they compute: here, on a device, or on one that holds a block at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor

from himmel.core.errors import HimmelError
from himmel.core.geometry import Compression
from himmel.diffusion.guidance import Network
from himmel.models.dit import DiT, block_by_block, moved
from himmel.models.video_codec import VideoCodec
from himmel.models.video_codec.codec import DecodeStream

CPU = torch.device("cpu")
ROOM_FOR_WEIGHTS = 0.7  # of what a device has free: activations and kernels need the rest


def device_named(name: str) -> torch.device:
    """A device by its name: cpu, cuda, cuda:1. Raises HimmelError for one that is not here."""
    try:
        device = torch.device(name)
    except (RuntimeError, ValueError):
        raise HimmelError(f"there is no device {name!r}; use cpu or cuda") from None
    if device.type == "cpu" and device.index is not None:
        raise HimmelError(f"all processors are one device, and {name!r} is none; use cpu")
    count = torch.cuda.device_count()
    if device.type == "cuda" and (device.index or 0) >= count:
        raise HimmelError(f"PyTorch sees {count} CUDA devices here, and not {name!r}; use cpu")
    if device.type not in ("cpu", "cuda"):
        raise HimmelError(f"drawing on {name!r} is not supported; use cpu or cuda")
    return device


def free_bytes(device: torch.device) -> int:
    """Memory that a device has left."""
    return torch.cuda.mem_get_info(device)[0]


@contextmanager
def visiting(transformers: list[DiT], device: torch.device) -> Iterator[None]:
    """The transformers on a device meanwhile: whole where all fit, else one block of each at a time."""
    with ExitStack() as stack:
        if device != CPU:
            held = [p.nbytes for net in transformers for p in net.parameters()]
            whole = sum(held) <= ROOM_FOR_WEIGHTS * free_bytes(device)
            for net in transformers:
                stack.enter_context(
                    moved(net.modules(), device) if whole else block_by_block(net, device)
                )
        yield


def brought(network: Network, device: torch.device) -> Network:
    """The network, with what it reads brought to its device; guidance takes the answer back."""
    if device == CPU:
        return network

    def reading(z: Tensor, timestep: Tensor, text: Any) -> Tensor:
        return network(z.to(device), timestep.to(device), text)

    return reading


class CodecElsewhere:
    """A codec on a device, for those who hold their pixels and latents on the CPU."""

    def __init__(self, codec: VideoCodec, device: torch.device) -> None:
        self._codec, self._device = codec, device

    @property
    def compression(self) -> Compression:
        """From output pixels to latents."""
        return self._codec.compression

    def encode(self, frames: Tensor) -> Tensor:
        """(B, 3, T, H, W) in [-1, 1] -> latents (B, C, t, h, w)."""
        return self._codec.encode(frames.to(self._device)).cpu()

    def decode(self, latents: Tensor) -> Tensor:
        """Latents (B, C, t, h, w) -> frames (B, 3, T, H, W) in [-1, 1]."""
        return self._codec.decode(latents.to(self._device)).cpu()

    def stream(self) -> DecodeStream:
        """A session that decodes latent frame by latent frame."""
        return _StreamElsewhere(self._codec.stream(), self._device)


class _StreamElsewhere:
    def __init__(self, session: DecodeStream, device: torch.device) -> None:
        self._session, self._device = session, device

    def push(self, latents: Tensor) -> Tensor:
        return self._session.push(latents.to(self._device)).cpu()
