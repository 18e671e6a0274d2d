"""CLIP's image encoder, which Wan2.1 looks at pictures with, in transformers' names."""

from himmel.models.clip_vision.config import ClipVisionConfig, PreparationConfig
from himmel.models.clip_vision.encoder import ClipVision
from himmel.models.clip_vision.preparation import prepare

__all__ = ["ClipVision", "ClipVisionConfig", "PreparationConfig", "prepare"]
