"""What CLIP's image encoder is made of and how it wants its pictures, in the words of transformers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from himmel.core.config import Config
from himmel.core.errors import HimmelError

# What the file says about training, the projection to CLIP's texts, or the library that wrote it.
_SILENT = {
    "architectures", "attention_dropout", "dropout", "dtype", "initializer_factor",
    "initializer_range", "model_type", "projection_dim", "torch_dtype", "transformers_version",
}  # fmt: skip
# What a key means that the file leaves out: transformers' defaults, which are another model's sizes.
_ABSENT = {
    "hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12,
    "num_attention_heads": 12, "num_channels": 3, "image_size": 224, "patch_size": 32,
    "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ClipVisionConfig(Config):
    """Sizes of an encoder; the defaults are those of ViT-H/14, which Wan2.1 looks with.

    `image_size` and `patch_size` are sides of squares in pixels; `hidden_act` is "gelu" (the exact
    one) or "quick_gelu".
    """

    hidden_size: int = 1280
    intermediate_size: int = 5120
    num_hidden_layers: int = 32
    num_attention_heads: int = 16
    num_channels: int = 3
    image_size: int = 224
    patch_size: int = 14
    hidden_act: str = "gelu"
    layer_norm_eps: float = 1e-5

    def __post_init__(self) -> None:
        if self.hidden_act not in ("gelu", "quick_gelu"):
            raise HimmelError(
                f"hidden_act={self.hidden_act!r} is not known; use 'gelu' or 'quick_gelu'"
            )
        if self.hidden_size % self.num_attention_heads:
            raise HimmelError(
                f"hidden_size={self.hidden_size} does not divide into {self.num_attention_heads} heads"
            )
        if self.image_size < self.patch_size:
            raise HimmelError(
                f"image_size={self.image_size} is smaller than a patch of {self.patch_size}"
            )

    @property
    def tokens(self) -> int:
        """States per picture: one per patch, and one before them for the whole."""
        return (self.image_size // self.patch_size) ** 2 + 1

    @classmethod
    def from_transformers(cls, values: Mapping[str, Any]) -> Self:
        """Read a config.json of CLIPVisionModel.

        Raises HimmelError for another network or an unknown key.
        """
        if (kind := values.get("model_type", "clip_vision_model")) != "clip_vision_model":
            raise HimmelError(f"model_type={kind!r} cannot be read, only 'clip_vision_model'")
        plain = {k: v for k, v in values.items() if k not in _SILENT and not k.startswith("_")}
        return cls.from_dict(_ABSENT | plain)


# Switches of a preprocessor_config.json that must be on, and keys that change no number.
_STEPS = ("do_resize", "do_center_crop", "do_rescale", "do_normalize")
_QUIET = {
    *_STEPS, "do_convert_rgb", "feature_extractor_type", "image_processor_type", "processor_class",
    "use_square_size", "resample",
}  # fmt: skip
_BICUBIC = 3  # as Pillow counts its filters


@dataclass(frozen=True, kw_only=True)
class PreparationConfig(Config):
    """How a picture becomes the encoder's input.

    Its shorter side is resized to `shortest_edge` pixels, the middle `crop_size` (height, width) cut
    out, and its bytes times `rescale_factor` get `image_mean` taken off and are divided by `image_std`.
    """

    shortest_edge: int = 224
    crop_size: tuple[int, int] = (224, 224)
    rescale_factor: float = 1 / 255
    image_mean: tuple[float, float, float] = (0.48145466, 0.4578275, 0.40821073)
    image_std: tuple[float, float, float] = (0.26862954, 0.26130258, 0.27577711)

    def __post_init__(self) -> None:
        if max(self.crop_size) > self.shortest_edge:
            raise HimmelError(
                f"crop_size={self.crop_size} is more than shortest_edge={self.shortest_edge} leaves"
            )

    @classmethod
    def from_transformers(cls, values: Mapping[str, Any]) -> Self:
        """Read a preprocessor_config.json of CLIPImageProcessor.

        Raises HimmelError for an unknown key, or for steps other than these four and a bicubic filter.
        """
        for step in _STEPS:
            if not values.get(step, True):
                raise HimmelError(
                    f"{cls.__name__}.{step}: only a processor that does so can be read"
                )
        if (filter_ := values.get("resample", _BICUBIC)) != _BICUBIC:
            raise HimmelError(
                f"{cls.__name__}.resample: {filter_!r} cannot be read, only {_BICUBIC}"
            )
        plain = {k: v for k, v in values.items() if k not in _QUIET and not k.startswith("_")}
        if "size" in plain:
            plain["shortest_edge"] = _edge(plain.pop("size"))
        if "crop_size" in plain:
            plain["crop_size"] = _sides(plain["crop_size"])
        return cls.from_dict(plain)


def _edge(size: Any) -> Any:
    """The shorter side, from a number (older files) or {"shortest_edge": number}."""
    if isinstance(size, dict) and set(size) == {"shortest_edge"}:
        return size["shortest_edge"]
    if isinstance(size, dict):
        raise HimmelError(f"PreparationConfig.size: {size} cannot be read, only a shortest_edge")
    return size


def _sides(size: Any) -> Any:
    """(height, width), from a number (older files) or from both by name."""
    if isinstance(size, dict):
        return (size.get("height"), size.get("width"))
    return (size, size)
