"""The open weights of Wan: what each model is made of, and its original checkpoints as our networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.tensors import read_safetensors
from himmel.interop.diffusers import WEIGHTS
from himmel.interop.folders import fill, read_class, read_tensors
from himmel.interop.wan_names import codec_names, to_diffusers, transformer_names
from himmel.models.dit import DiT, DiTConfig
from himmel.models.wan_codec import WanCodec, WanCodecConfig

# Means and deviations of Wan2.2's raw latents, as published with the codec.
_MEAN_22 = (
    -0.2289, -0.0052, -0.1323, -0.2339, -0.2799, 0.0174, 0.1838, 0.1557,
    -0.1382, 0.0542, 0.2813, 0.0891, 0.1570, -0.0098, 0.0375, -0.1825,
    -0.2246, -0.1207, -0.0698, 0.5109, 0.2665, -0.2108, -0.2158, 0.2502,
    -0.2055, -0.0322, 0.1109, 0.1567, -0.0729, 0.0899, -0.2799, -0.1230,
    -0.0313, -0.1649, 0.0117, 0.0723, -0.2839, -0.2083, -0.0520, 0.3748,
    0.0152, 0.1957, 0.1433, -0.2944, 0.3573, -0.0548, -0.1681, -0.0667,
)  # fmt: skip
_STD_22 = (
    0.4765, 1.0364, 0.4514, 1.1677, 0.5313, 0.4990, 0.4818, 0.5013,
    0.8158, 1.0344, 0.5894, 1.0901, 0.6885, 0.6165, 0.8454, 0.4978,
    0.5759, 0.3523, 0.7135, 0.6804, 0.5833, 1.4146, 0.8986, 0.5659,
    0.7069, 0.5338, 0.4889, 0.4917, 0.4069, 0.4999, 0.6866, 0.4093,
    0.5709, 0.6065, 0.6415, 0.4944, 0.5726, 1.2042, 0.5458, 1.6887,
    0.3971, 1.0600, 0.3943, 0.5537, 0.5444, 0.4089, 0.7468, 0.7744,
)  # fmt: skip
CODEC_21 = WanCodecConfig()
CODEC_22 = WanCodecConfig(
    base_dim=160,
    decoder_base_dim=256,
    z_dim=48,
    latents_mean=_MEAN_22,
    latents_std=_STD_22,
    is_residual=True,
    in_channels=12,
    out_channels=12,
    patch_size=2,
)


@dataclass(frozen=True, kw_only=True)
class WanModel(Config):
    """One of Wan's models with the settings its authors sample it with.

    experts: folders of its transformers in the original layout, the one for high noise first ("" is
    the model's own folder); boundary: the noise level below which the second one takes over;
    per_token_time: an image is written into the canvas, its tokens at noise level 0, where others
    read it from extra channels; guidance: one per expert; width, height and frames: a usual clip.
    """

    transformer: DiTConfig
    codec: WanCodecConfig = CODEC_21
    experts: tuple[str, ...] = ("",)
    boundary: float | None = None
    per_token_time: bool = False
    flow_shift: float = 5.0
    guidance: tuple[float, ...] = (5.0,)
    steps: int = 50
    fps: float = 16.0
    width: int = 832
    height: int = 480
    frames: int = 81


_EXPERTS = ("high_noise_model", "low_noise_model")
_SMALL = DiTConfig(num_attention_heads=12, ffn_dim=8960, num_layers=30)
_LARGE = DiTConfig()
_CONCAT = _LARGE.replace(in_channels=36)  # noise, a mask of 4, and the latents of the image
_IMAGE = _CONCAT.replace(image_dim=1280, added_kv_proj_dim=_LARGE.width)

MODELS = {
    "Wan2.1-T2V-1.3B": WanModel(transformer=_SMALL),
    "Wan2.1-T2V-14B": WanModel(transformer=_LARGE),
    "Wan2.1-I2V-14B-480P": WanModel(transformer=_IMAGE, flow_shift=3.0, steps=40),
    "Wan2.1-I2V-14B-720P": WanModel(transformer=_IMAGE, steps=40),
    "Wan2.1-FLF2V-14B-720P": WanModel(
        transformer=_IMAGE.replace(pos_embed_seq_len=2 * 257), flow_shift=16.0
    ),
    "Wan2.2-T2V-A14B": WanModel(
        transformer=_LARGE,
        experts=_EXPERTS,
        boundary=0.875,
        flow_shift=12.0,
        guidance=(4.0, 3.0),
        steps=40,
    ),
    "Wan2.2-I2V-A14B": WanModel(
        transformer=_CONCAT, experts=_EXPERTS, boundary=0.9, guidance=(3.5, 3.5), steps=40
    ),
    "Wan2.2-TI2V-5B": WanModel(
        transformer=DiTConfig(
            num_attention_heads=24, ffn_dim=14336, num_layers=30, in_channels=48, out_channels=48
        ),
        codec=CODEC_22,
        per_token_time=True,
        fps=24.0,
        width=1280,
        height=704,
        frames=121,
    ),
}

# The original config.json of a transformer: its keys in our words, and those that say nothing more.
_KEYS = {
    "in_dim": "in_channels",
    "out_dim": "out_channels",
    "num_heads": "num_attention_heads",
    "num_layers": "num_layers",
    "ffn_dim": "ffn_dim",
    "freq_dim": "freq_dim",
    "text_dim": "text_dim",
    "eps": "eps",
    "cross_attn_norm": "cross_attn_norm",
    "patch_size": "patch_size",
}
_SILENT = {"model_type", "text_len", "window_size", "qk_norm"}
_TASKS = {"t2v", "i2v", "flf2v", "ti2v"}


def transformer_config(values: Mapping[str, Any], state: Mapping[str, Tensor]) -> DiTConfig:
    """The configuration behind an original config.json and the tensors beside it.

    The file does not say whether a transformer reads an image encoder: Wan2.1's and Wan2.2's
    image-to-video call themselves the same, and only the first has the tensors. Raises HimmelError for
    a key, or a kind of model, that is not known.
    """
    if (task := values.get("model_type")) not in _TASKS:
        known = ", ".join(sorted(_TASKS))
        raise HimmelError(f"model_type={task!r} cannot be read; known kinds are {known}")
    plain = {k: v for k, v in values.items() if not k.startswith("_") and k not in _SILENT}
    width = plain.pop("dim", None)
    if unknown := sorted(set(plain) - set(_KEYS)):
        raise HimmelError(f"the config.json of Wan's original layout has no key {unknown[0]!r}")
    config = DiTConfig.from_dict({_KEYS[k]: v for k, v in plain.items()})
    if not isinstance(width, int) or width % config.num_attention_heads:
        raise HimmelError(f"dim={width!r} does not divide into {config.num_attention_heads} heads")
    config = config.replace(attention_head_dim=width // config.num_attention_heads)
    return config.replace(**_image_branch(state, width))


def load_original_transformer(folder: Path) -> DiT:
    """A transformer from a folder in Wan's original layout (one of `WanModel.experts`).

    Raises HimmelError where the folder holds another network, lacks a file or a tensor, or has one of
    another shape or name.
    """
    folder = Path(folder)
    values, state = read_class(folder, "WanModel"), read_tensors(folder, WEIGHTS)
    config = transformer_config(values, state)
    state = to_diffusers(state, transformer_names(config))
    return fill(lambda: DiT(config), state, folder)


def load_original_codec(path: Path, config: WanCodecConfig | None = None) -> WanCodec:
    """A codec from safetensors with original names; its generation is seen from them.

    Wan publishes codecs as pickles (.pth). Those can run code when they are opened and are refused.
    Raises HimmelError for them, and where a tensor is missing or does not fit.
    """
    path = Path(path)
    if path.suffix in (".pth", ".pt", ".bin"):
        raise HimmelError(
            f"{path} is a pickle, which could run code; use the diffusers folder of the model, or "
            "the same tensors as safetensors"
        )
    if not path.is_file():
        raise HimmelError(f"{path} is missing; give a safetensors file of Wan's codec")
    state = read_safetensors(path)
    nested = any(name.startswith("decoder.upsamples.0.upsamples.") for name in state)
    config = config or (CODEC_22 if nested else CODEC_21)
    return fill(lambda: WanCodec(config), to_diffusers(state, codec_names(config)), path)


def _image_branch(state: Mapping[str, Tensor], width: int) -> dict[str, int]:
    if "img_emb.proj.0.weight" not in state:
        return {}
    found = {"image_dim": state["img_emb.proj.0.weight"].shape[0], "added_kv_proj_dim": width}
    if "img_emb.emb_pos" in state:
        found["pos_embed_seq_len"] = state["img_emb.emb_pos"].shape[1]
    return found
