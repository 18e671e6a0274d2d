"""What an upscaler is made of."""

from __future__ import annotations

from dataclasses import dataclass

from himmel.core.config import Config
from himmel.core.errors import HimmelError


@dataclass(frozen=True, kw_only=True)
class UpscalerConfig(Config):
    """`width` channels of the features, which have a quarter of the frames' pixels, and `blocks` of two
    convolutions each, at least two: one before and the others after the look at the frame before."""

    width: int = 48
    blocks: int = 4

    def __post_init__(self) -> None:
        if self.width < 1 or self.blocks < 2:
            raise HimmelError(f"an upscaler of {self} cannot be built; use 1 channel and 2 blocks")
