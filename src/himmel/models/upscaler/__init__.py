"""A small network that doubles the size of a film, frame by frame with a look at the one before."""

from himmel.models.upscaler.config import UpscalerConfig
from himmel.models.upscaler.network import MOST_DOUBLINGS, Upscaler, UpscaleSession, doublings

__all__ = ["MOST_DOUBLINGS", "UpscaleSession", "Upscaler", "UpscalerConfig", "doublings"]
