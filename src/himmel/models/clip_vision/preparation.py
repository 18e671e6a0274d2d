"""A picture as CLIP's image encoder wants it."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from himmel.core.errors import HimmelError
from himmel.models.clip_vision.config import PreparationConfig


def prepare(picture: NDArray[np.uint8], config: PreparationConfig) -> Tensor:
    """A picture, uint8 (H, W, 3), resized, cut and normalised to (3, h, w) float32.

    As transformers' CLIPImageProcessor does with Pillow: rounded to bytes after resizing, and the
    longer side rounded down. Raises HimmelError for an array of another form.
    """
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        raise HimmelError(f"a picture is uint8 (H, W, 3), not {picture.dtype} {picture.shape}")
    values = torch.tensor(_cut(_resized(picture, config.shortest_edge), config.crop_size))
    mean, std = torch.tensor((config.image_mean, config.image_std)).view(2, 3, 1, 1)
    out: Tensor = (values.permute(2, 0, 1) * config.rescale_factor - mean) / std
    return out


def _resized(picture: NDArray[np.uint8], edge: int) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    short = min(height, width)
    size = (edge * width // short, edge * height // short)
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC))


def _cut(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """The middle; where it cannot be halved, the odd pixel is left out behind it."""
    top, left = ((have - want) // 2 for have, want in zip(picture.shape[:2], size, strict=True))
    return picture[top : top + size[0], left : left + size[1]]
