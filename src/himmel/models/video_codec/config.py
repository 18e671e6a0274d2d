"""The codec's configuration: everything about sizes in this house is derived from it."""

from __future__ import annotations

from dataclasses import dataclass

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.geometry import Compression


@dataclass(frozen=True, kw_only=True)
class CodecConfig(Config):
    """A patch codec with a nested linear basis and a convolutional decoder.

    patch: side of an encoder patch in encoder pixels; time: frames per latent frame; upscale: output
    pixels per encoder pixel along a side (a power of two); channels: numbers kept per patch, of the
    `basis_channels` that the stored basis holds (it nests: the first n of it are the best n).
    widths: decoder channels at 1/4, 1/2 and 1/1 of the encoder's resolution; blocks: residual blocks
    at each; decoder=False leaves the plain linear inverse.
    """

    patch: int = 16
    time: int = 4
    upscale: int = 2
    channels: int = 96
    basis_channels: int = 192
    widths: tuple[int, ...] = (144, 96, 48)
    blocks: tuple[int, ...] = (2, 3, 2)
    decoder: bool = True

    def __post_init__(self) -> None:
        if self.channels > self.basis_channels:
            raise HimmelError(
                f"channels={self.channels} exceeds the basis of {self.basis_channels}; use fewer"
            )
        if self.patch % 4 or len(self.widths) != 3 or len(self.blocks) != 3:
            raise HimmelError(
                "the decoder needs a patch divisible by 4, three widths, three blocks"
            )

    @property
    def patch_values(self) -> int:
        """Numbers in one spacetime patch: time x patch x patch x RGB."""
        return self.time * self.patch * self.patch * 3

    @property
    def compression(self) -> Compression:
        """From output pixels to latents."""
        return Compression(self.time, self.patch * self.upscale, self.channels)

    def working_values(self, height: int, width: int) -> int:
        """About how many numbers are alive while one latent frame becomes pictures of a size."""
        cells = 9 * self.time + 4 * max(self.widths) // self.upscale**2
        return height * width * cells
