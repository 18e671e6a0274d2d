"""The diffusion transformer: Wan's block, in diffusers' parameter names."""

from himmel.models.dit.config import DiTConfig
from himmel.models.dit.model import DiT, initialise

__all__ = ["DiT", "DiTConfig", "initialise"]
