"""A whole pipeline of Wan in diffusers' layout: what its folder says before anything is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.interop.diffusers import WEIGHTS, check_text_encoder, text_config, transformer_config
from himmel.interop.folders import Header, check_fit, read_class, read_headers, read_json
from himmel.interop.wan import MODELS, WanModel
from himmel.models.dit import DiT, DiTConfig
from himmel.models.umt5 import UMT5Config
from himmel.models.wan_codec import WanCodec, WanCodecConfig

INDEX = "model_index.json"
SCHEDULER = "scheduler_config.json"
_CLASSES = ("WanPipeline", "WanImageToVideoPipeline")
_PARTS = {
    "transformer": "WanTransformer3DModel",
    "vae": "AutoencoderKLWan",
    "text_encoder": "UMT5EncoderModel",
}


@dataclass(frozen=True, kw_only=True)
class Schedule(Config):
    """How a scheduler's config.json walks: our sampler, the name of its times, and their shift."""

    sampler: str
    times: str
    shift: float


@dataclass(frozen=True, kw_only=True)
class Pipeline(Config):
    """The networks of a pipeline, its schedule, and whether tokens have noise levels of their own.

    `name` is that of the table of known models where one fits, else the folder's.
    """

    name: str
    transformer: DiTConfig
    codec: WanCodecConfig
    text: UMT5Config
    schedule: Schedule
    per_token_time: bool


def is_pipeline(folder: Path) -> bool:
    """True where a folder holds a pipeline of diffusers."""
    return (Path(folder) / INDEX).is_file()


def read_pipeline(folder: Path) -> Pipeline:
    """What a pipeline is made of.

    Raises HimmelError, with file and key, for a pipeline or network of another class, a scheduler that
    walks otherwise, and the kinds that read a picture from extra channels or have two transformers.
    """
    folder = Path(folder)
    index = _index(folder)
    transformer = transformer_config(folder / "transformer")
    where = folder / "transformer" / "config.json"
    if transformer.in_channels != transformer.out_channels or transformer.image_dim is not None:
        raise HimmelError(
            f"{where}: in_channels={transformer.in_channels} is a transformer that reads its picture "
            "from extra channels, which generate does not do yet; use a text-to-video model or "
            "Wan2.2-TI2V-5B"
        )
    per_token = bool(index.get("expand_timesteps", False))
    codec = WanCodecConfig.from_diffusers(read_class(folder / "vae", "AutoencoderKLWan"))
    text = text_config(folder / "text_encoder")
    _check_widths(folder, transformer, codec, text)
    return Pipeline(
        name=known_name(transformer, per_token) or folder.resolve().name,
        transformer=transformer,
        codec=codec,
        text=text,
        schedule=read_schedule(folder / "scheduler" / SCHEDULER),
        per_token_time=per_token,
    )


def _index(folder: Path) -> dict[str, Any]:
    path = folder / INDEX
    values = read_json(path)
    if (found := values.get("_class_name")) not in _CLASSES:
        known = " or ".join(_CLASSES)
        raise HimmelError(f"{path}: _class_name is {found!r}; only {known} can be read")
    for part, expected in _PARTS.items():
        if (kind := (values.get(part) or [None, None])[-1]) != expected:
            raise HimmelError(f"{path}: {part} is {kind!r}; only {expected!r} can be read")
    if (values.get("transformer_2") or [None, None])[-1] is not None:
        raise HimmelError(
            f"{path}: transformer_2 names a second transformer, which generate does not use yet; "
            "choose a model with one"
        )
    return values


def _check_widths(
    folder: Path, transformer: DiTConfig, codec: WanCodecConfig, text: UMT5Config
) -> None:
    if transformer.out_channels != codec.z_dim:
        raise HimmelError(
            f"{folder}: the transformer draws out_channels={transformer.out_channels}, but the vae "
            f"reads z_dim={codec.z_dim}; the parts are those of different models"
        )
    if transformer.text_dim != text.d_model:
        raise HimmelError(
            f"{folder}: the transformer reads text_dim={transformer.text_dim}, but the text encoder "
            f"writes d_model={text.d_model}; the parts are those of different models"
        )


def known_name(transformer: DiTConfig, per_token_time: bool) -> str | None:
    """The name in the table of Wan's models of one transformer with this configuration."""
    for name, model in MODELS.items():
        same = model.transformer == transformer and model.per_token_time == per_token_time
        if same and len(model.experts) == 1:
            return name
    return None


def usual_settings(pipeline: Pipeline) -> WanModel:
    """What the authors of a known model sample it with, else what suits a model of its kind.

    The size is brought down to one that codec and transformer can cut.
    """
    if pipeline.name in MODELS:
        return MODELS[pipeline.name]
    wide = MODELS["Wan2.2-TI2V-5B" if pipeline.per_token_time else "Wan2.1-T2V-1.3B"]
    packed, patch = pipeline.codec.compression, pipeline.transformer.patch_size
    rows, columns = packed.space * patch[1], packed.space * patch[2]
    return wide.replace(
        transformer=pipeline.transformer,
        codec=pipeline.codec,
        width=max(wide.width // columns, 1) * columns,
        height=max(wide.height // rows, 1) * rows,
        frames=(wide.frames - 1) // packed.time * packed.time + 1,
    )


# What a scheduler's file may say in one way only.
_EULER: dict[str, Any] = {
    "num_train_timesteps": 1000,
    "use_dynamic_shifting": False,
    "invert_sigmas": False,
    "shift_terminal": None,
    "use_karras_sigmas": False,
    "use_exponential_sigmas": False,
    "use_beta_sigmas": False,
    "stochastic_sampling": False,
}
_UNIPC: dict[str, Any] = {
    "num_train_timesteps": 1000,
    "prediction_type": "flow_prediction",
    "use_flow_sigmas": True,
    "solver_order": 2,
    "solver_type": "bh2",
    "predict_x0": True,
    "lower_order_final": True,
    "disable_corrector": [],
    "solver_p": None,
    "thresholding": False,
    "use_dynamic_shifting": False,
    "use_karras_sigmas": False,
    "use_exponential_sigmas": False,
    "use_beta_sigmas": False,
    "final_sigmas_type": "zero",
    "sigma_min": None,
    "sigma_max": None,
    "shift_terminal": None,
}
# Keys that change no time and no step of the above.
_SILENT = {
    "base_shift", "max_shift", "base_image_seq_len", "max_image_seq_len", "time_shift_type", "shift",
    "flow_shift", "beta_start", "beta_end", "beta_schedule", "trained_betas", "steps_offset",
    "dynamic_thresholding_ratio", "sample_max_value", "timestep_spacing", "rescale_betas_zero_snr",
}  # fmt: skip
_SAID = {"prediction_type": "epsilon", "use_flow_sigmas": False}  # what silence means there
_SCHEDULERS: Mapping[str, tuple[str, str, str, dict[str, Any]]] = {
    "FlowMatchEulerDiscreteScheduler": ("euler", "flow-match-euler", "shift", _EULER),
    "UniPCMultistepScheduler": ("unipc", "unipc", "flow_shift", _UNIPC),
}


def read_schedule(path: Path) -> Schedule:
    """A scheduler_config.json in our words.

    Raises HimmelError for another scheduler, an unknown key, and a key whose value makes it walk
    otherwise.
    """
    values = read_json(path)
    found = str(values.get("_class_name"))
    if found not in _SCHEDULERS:
        known = " or ".join(_SCHEDULERS)
        raise HimmelError(f"{path}: _class_name is {found!r}; only {known} can be read")
    sampler, times, key, fixed = _SCHEDULERS[found]
    for name, expected in fixed.items():
        value = values.get(name, _SAID.get(name, expected))
        if value != expected:
            raise HimmelError(f"{path}: {name} is {value!r}; only {expected!r} can be read")
    said = (name for name in values if not name.startswith("_"))
    if unknown := sorted(set(said) - set(fixed) - _SILENT):
        raise HimmelError(f"{path}: the key {unknown[0]!r} is not known; it might change the times")
    shift = values.get(key, 1.0)
    if not isinstance(shift, int | float) or not shift > 0:
        raise HimmelError(f"{path}: {key} is {shift!r}; use a number above 0")
    return Schedule(sampler=sampler, times=times, shift=float(shift))


def check_parts(folder: Path, pipeline: Pipeline) -> dict[str, Header]:
    """The headers of all networks by their folder, once it is sure that each would load.

    Raises HimmelError, with file or tensor, where one would not; no tensor is read.
    """
    folder = Path(folder)
    header = {part: read_headers(folder / part, WEIGHTS) for part in ("transformer", "vae")}
    shapes = {part: found.shapes for part, found in header.items()}
    check_fit(lambda: DiT(pipeline.transformer), shapes["transformer"], folder / "transformer")
    check_fit(lambda: WanCodec(pipeline.codec), shapes["vae"], folder / "vae")
    return {**header, "text_encoder": check_text_encoder(folder / "text_encoder")}
