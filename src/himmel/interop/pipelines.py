"""A whole pipeline of Wan in diffusers' layout: what its folder says before anything is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.interop.diffusers import (
    WEIGHTS,
    check_image_encoder,
    check_text_encoder,
    load_preparation,
    text_config,
    transformer_config,
)
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

    `name` is that of the table of known models where one fits, else the folder's. `boundary` is the
    time below which a second transformer of the same configuration takes over, None where there is one.
    """

    name: str
    transformer: DiTConfig
    codec: WanCodecConfig
    text: UMT5Config
    schedule: Schedule
    per_token_time: bool
    boundary: float | None

    @property
    def transformers(self) -> tuple[str, ...]:
        """Their folders, the one for much noise first."""
        return ("transformer",) if self.boundary is None else ("transformer", "transformer_2")


def is_pipeline(folder: Path) -> bool:
    """True where a folder holds a pipeline of diffusers."""
    return (Path(folder) / INDEX).is_file()


def read_pipeline(folder: Path) -> Pipeline:
    """What a pipeline is made of.

    Raises HimmelError, with file and key, for a pipeline or network of another class, a scheduler that
    walks otherwise, and parts that do not belong together.
    """
    folder = Path(folder)
    index = _index(folder)
    transformer = transformer_config(folder / "transformer")
    per_token = bool(index.get("expand_timesteps", False))
    boundary = _boundary(folder, index, transformer)
    codec = WanCodecConfig.from_diffusers(read_class(folder / "vae", "AutoencoderKLWan"))
    text = text_config(folder / "text_encoder")
    _check_widths(folder, transformer, codec, text)
    _check_channels(folder, transformer, codec)
    name = known_name(transformer, per_token, 1 if boundary is None else 2)
    return Pipeline(
        name=name or folder.resolve().name,
        transformer=transformer,
        codec=codec,
        text=text,
        schedule=read_schedule(folder / "scheduler" / SCHEDULER),
        per_token_time=per_token,
        boundary=boundary,
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
    return values


def _boundary(folder: Path, index: Mapping[str, Any], transformer: DiTConfig) -> float | None:
    """The time at which a second transformer, one like the first, takes over; None without one."""
    path = folder / INDEX
    if (kind := (index.get("transformer_2") or [None, None])[-1]) is None:
        return None
    if kind != _PARTS["transformer"]:
        raise HimmelError(f"{path}: transformer_2 is {kind!r}, which cannot be read")
    boundary = index.get("boundary_ratio")
    if not isinstance(boundary, int | float) or not 0 < boundary < 1:
        raise HimmelError(
            f"{path}: boundary_ratio is {boundary!r}; two transformers share their work at a number "
            "between 0 and 1"
        )
    if transformer_config(folder / "transformer_2") != transformer:
        raise HimmelError(
            f"{folder}: transformer and transformer_2 differ; they are not one model's"
        )
    return float(boundary)


def _check_channels(folder: Path, transformer: DiTConfig, codec: WanCodecConfig) -> None:
    """Behind the latents there may be what shows pictures: a mask per frame of a latent, and latents."""
    path = folder / "transformer" / "config.json"
    shown = transformer.in_channels - transformer.out_channels
    if shown not in (0, expected := codec.compression.time + codec.z_dim):
        raise HimmelError(
            f"{path}: in_channels={transformer.in_channels} are neither the {codec.z_dim} of the "
            f"latents nor {codec.z_dim + expected} with the extra channels of a picture"
        )
    if transformer.image_dim is not None and not shown:
        raise HimmelError(
            f"{path}: image_dim={transformer.image_dim} without extra channels for the picture is no "
            "model of Wan's"
        )


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


def known_name(transformer: DiTConfig, per_token_time: bool, experts: int) -> str | None:
    """The name in the table of Wan's models of so many transformers with this configuration."""
    for name, model in MODELS.items():
        same = model.transformer == transformer and model.per_token_time == per_token_time
        if same and len(model.experts) == experts:
            return name
    return None


def usual_settings(pipeline: Pipeline) -> WanModel:
    """What the authors of a known model sample it with, else what suits a model of its kind.

    The size is brought down to one that codec and transformer can cut.
    """
    if pipeline.name in MODELS:
        return MODELS[pipeline.name]
    wide = MODELS["Wan2.2-TI2V-5B" if pipeline.per_token_time else "Wan2.1-T2V-1.3B"]
    if pipeline.boundary is not None:
        wide = wide.replace(guidance=MODELS["Wan2.2-T2V-A14B"].guidance)
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
    header = {
        part: read_headers(folder / part, WEIGHTS) for part in (*pipeline.transformers, "vae")
    }
    for part in pipeline.transformers:
        check_fit(lambda: DiT(pipeline.transformer), header[part].shapes, folder / part)
    check_fit(lambda: WanCodec(pipeline.codec), header["vae"].shapes, folder / "vae")
    if pipeline.transformer.image_dim is not None:
        load_preparation(folder)
        width = pipeline.transformer.image_dim
        header["image_encoder"] = check_image_encoder(folder / "image_encoder", width)
    return {**header, "text_encoder": check_text_encoder(folder / "text_encoder")}
