"""Pictures for networks of the concat type: shown in channels of their own, next to the latents.

Wan2.1's and Wan2.2-A14B's image-to-video was trained that way. The canvas stays free: such a network
draws its first frame anew, from what it is shown. A picture is shown or it is not; there is no
strength between.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from himmel.conditions.canvas import Canvas, Condition
from himmel.conditions.pixels import check_size
from himmel.core.errors import HimmelError
from himmel.core.geometry import LatentShape
from himmel.diffusion.guidance import Network
from himmel.models.video_codec import VideoCodec


def pictures_shown(codec: VideoCodec, pictures: Mapping[int, Tensor]) -> Condition:
    """Show pictures (3, H, W) in [-1, 1] by their frame, counted from 0, in extra channels.

    The clip with everything else grey is encoded as a whole, so the latents around a picture hold
    traces of it, which such networks have learned to read. Before them stands a mask: as many channels
    as a latent frame covers frames, each 1 where its frame is shown. Raises HimmelError for a frame
    outside the clip, or a picture of another size.
    """

    def write(canvas: Canvas) -> Canvas:
        whole = codec.compression.pixels(
            LatentShape(canvas.x0.shape[1], canvas.frames, *canvas.x0.shape[3:])
        )
        clip = canvas.x0.new_zeros(1, 3, whole.frames, whole.height, whole.width)
        shown = canvas.x0.new_zeros(whole.frames)
        for frame, picture in pictures.items():
            if not 0 <= frame < whole.frames:
                raise HimmelError(f"frame {frame} lies outside a clip of {whole.frames} frames")
            check_size("picture", picture, codec, canvas)
            clip[0, :, frame], shown[frame] = picture, 1
        latents = codec.encode(clip)  # (1, C, T, h, w)
        mask = frame_mask(shown, codec.compression.time)[None, :, :, None, None]
        mask = mask.expand(-1, -1, -1, *latents.shape[3:])
        return dataclasses.replace(canvas, channels=torch.cat([mask.to(latents), latents], 1))

    return write


def frame_mask(shown: Tensor, time: int) -> Tensor:
    """A number per frame (1 + n * time,) as channels (time, 1 + n) of latent frames.

    A latent frame holds its frames in their order; the first one holds its only frame in all channels.
    """
    return torch.cat([shown[:1].expand(time), shown[1:]]).view(-1, time).T


def shown_to(network: Network, canvas: Canvas, in_channels: int) -> Network:
    """The network as guidance asks it, reading the canvas's channels behind the latents.

    A network that reads nothing but latents comes back as it is. Raises HimmelError where
    `in_channels`, what the network reads, is not what latents and channels are together.
    """
    channels = canvas.channels
    extra = 0 if channels is None else channels.shape[1]
    if in_channels != (latent := canvas.x0.shape[1]) + extra:
        raise HimmelError(_misfit(in_channels - latent, extra))
    if channels is None:
        return network
    if channels.shape[2] != canvas.x0.shape[2]:
        raise HimmelError(
            "a network that is shown pictures in channels takes no keyframes beside them"
        )
    kept: Tensor = channels

    def reading(z: Tensor, timestep: Tensor, text: Any) -> Tensor:
        seen = kept.to(z).repeat(len(z) // len(kept), 1, 1, 1, 1)
        return network(torch.cat([z, seen], 1), timestep, text)

    return reading


def _misfit(wanted: int, extra: int) -> str:
    if wanted == 0:
        return "this model reads text alone; leave the picture out, or use one for image to video"
    if extra == 0:
        return "this model begins with a picture; give one, or use a model for text to video"
    return (
        f"this model reads {wanted} channels next to its latents, not {extra}; it has another codec"
    )
