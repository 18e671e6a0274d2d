"""A small network that doubles the size of a film, frame by frame with a look at the one before."""

from himmel.models.upscaler.config import UpscalerConfig
from himmel.models.upscaler.network import Upscaler, UpscaleSession, doublings

__all__ = ["UpscaleSession", "Upscaler", "UpscalerConfig", "doublings"]
