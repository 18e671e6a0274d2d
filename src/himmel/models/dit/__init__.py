"""The diffusion transformer: Wan's block, in diffusers' parameter names."""

from himmel.models.dit.config import DiTConfig, FlowMapConfig, PriorConfig, RayConfig
from himmel.models.dit.model import NO_ENDS, DiT, initialise
from himmel.models.dit.offload import block_by_block, moved

__all__ = [
    "NO_ENDS",
    "DiT",
    "DiTConfig",
    "FlowMapConfig",
    "PriorConfig",
    "RayConfig",
    "block_by_block",
    "initialise",
    "moved",
]
