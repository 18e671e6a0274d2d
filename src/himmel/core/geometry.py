"""Shapes of pixels, latents and tokens, and the way from one to the other.

A *frame* is a picture, a *latent frame* one step of the latent in time, a *token* one position of
the transformer. The compression always comes from the codec's own configuration.
"""

from __future__ import annotations

from dataclasses import dataclass

from himmel.core.errors import HimmelError


@dataclass(frozen=True)
class PixelShape:
    """A clip in pixels: frames x height x width."""

    frames: int
    height: int
    width: int

    def __post_init__(self) -> None:
        for name in ("frames", "height", "width"):
            if getattr(self, name) < 1:
                raise HimmelError(f"{name}={getattr(self, name)} is not a size; use 1 or more")

    @property
    def values(self) -> int:
        """Number of pixels in all frames."""
        return self.frames * self.height * self.width


@dataclass(frozen=True)
class LatentShape:
    """A clip in latents: channels x latent frames x height x width."""

    channels: int
    frames: int
    height: int
    width: int

    @property
    def cells(self) -> int:
        """Number of latent positions, all frames together."""
        return self.frames * self.height * self.width

    @property
    def array(self) -> tuple[int, int, int, int]:
        """(C, T, H, W), the order of latent tensors."""
        return (self.channels, self.frames, self.height, self.width)

    def tokens(self, patch: tuple[int, int, int]) -> int:
        """Number of transformer positions for a patch of (time, height, width)."""
        for have, size, name in zip(
            self.array[1:], patch, ("frames", "height", "width"), strict=True
        ):
            if have % size:
                raise HimmelError(f"{have} latent {name} do not divide into patches of {size}")
        return self.cells // (patch[0] * patch[1] * patch[2])


@dataclass(frozen=True)
class Compression:
    """How a causal video codec packs pixels.

    The first latent frame covers one frame, every other one `time` frames. `space` counts *output*
    pixels per latent cell along a side.
    """

    time: int
    space: int
    channels: int

    def latent(self, shape: PixelShape) -> LatentShape:
        """Latent shape of a clip. Raises HimmelError when it does not fit, naming what would."""
        if (shape.frames - 1) % self.time:
            low = (shape.frames - 1) // self.time * self.time + 1
            raise HimmelError(
                f"{shape.frames} frames do not fit a temporal compression of {self.time}; "
                f"use {low} or {low + self.time}"
            )
        for name, size in (("height", shape.height), ("width", shape.width)):
            if size % self.space:
                low = max(size // self.space, 1) * self.space
                fits = f"use {low} or {low + self.space}"
                raise HimmelError(f"{name} {size} is not a multiple of {self.space}; {fits}")
        frames = (shape.frames - 1) // self.time + 1
        return LatentShape(
            self.channels, frames, shape.height // self.space, shape.width // self.space
        )

    def pixels(self, shape: LatentShape) -> PixelShape:
        """Pixel shape that decoding a latent gives."""
        frames = (shape.frames - 1) * self.time + 1
        return PixelShape(frames, shape.height * self.space, shape.width * self.space)

    def seconds_of_latent(self, index: int, fps: float) -> float:
        """Time of the last frame that a latent frame covers, in seconds from the first frame."""
        return index * self.time / fps
