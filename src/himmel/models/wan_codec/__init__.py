"""Wan's video codec in both generations, in diffusers' parameter names, streaming by construction."""

from himmel.models.wan_codec.codec import WanCodec
from himmel.models.wan_codec.config import WanCodecConfig
from himmel.models.wan_codec.tiling import Tiling

__all__ = ["Tiling", "WanCodec", "WanCodecConfig"]
