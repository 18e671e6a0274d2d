"""Our transformer as a diffusers folder, and the parts of a diffusers folder as our networks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from safetensors.torch import save_file
from torch import Tensor

from himmel.core.errors import HimmelError
from himmel.core.files import whole_file, write_text
from himmel.interop.folders import (
    Header,
    check_fit,
    fill,
    read_class,
    read_headers,
    read_json,
    read_tensors,
)
from himmel.interop.weights import load_config, load_state
from himmel.models.clip_vision import ClipVision, ClipVisionConfig, PreparationConfig
from himmel.models.dit import DiT, DiTConfig, PriorConfig, RayConfig
from himmel.models.umt5 import UMT5Config, UMT5Encoder, UMT5Tokenizer
from himmel.models.wan_codec import WanCodec, WanCodecConfig

Entry = TypeVar("Entry")

CLASS_NAME = "WanTransformer3DModel"
WEIGHTS = "diffusion_pytorch_model.safetensors"
TEXT_WEIGHTS = "model.safetensors"  # of transformers' networks
SHARD_BYTES = 5_000_000_000
_WRITTEN_FOR = "0.35.0"  # the oldest diffusers whose config.json has all these keys


def export(folder: Path, model_folder: Path, name: str = "transformer") -> Path:
    """Write `folder`/transformer for stock diffusers from the weights `name` of a model folder.

    Afterwards WanTransformer3DModel.from_pretrained(folder, subfolder="transformer") gives our numbers;
    for that class diffusers needs accelerate. Weights are float32. Returns the folder written; raises
    HimmelError as loading and writing do.
    """
    config = load_config(model_folder, name, DiTConfig)
    state = load_state(model_folder, name)
    if isinstance(config, RayConfig):
        raise HimmelError("diffusers knows no cameras; convert a transformer without rays")
    if isinstance(config, PriorConfig):
        raise HimmelError("diffusers adds no `latent_std`; convert a transformer without it")
    return write_part(Path(folder) / "transformer", CLASS_NAME, config.to_dict(), state)


def write_part(
    target: Path, kind: str, values: Mapping[str, Any], state: Mapping[str, Tensor]
) -> Path:
    """Write one network of a pipeline: its weights as they are, and a config.json of class `kind`.

    Weights of more than SHARD_BYTES lie in several files and an index, as diffusers reads them.
    """
    shards = _shards(state)
    for name, shard in shards.items():
        with whole_file(target / name) as temporary:
            whole = {key: tensor.contiguous() for key, tensor in shard.items()}
            save_file(whole, temporary, metadata={"format": "pt"})
    if len(shards) > 1:
        index = {key: name for name, shard in shards.items() for key in shard}
        size = {"total_size": sum(tensor.nbytes for tensor in state.values())}
        told_of = json.dumps({"metadata": size, "weight_map": index}, indent=2)
        write_text(target / f"{WEIGHTS}.index.json", told_of + "\n")
    told = {"_class_name": kind, "_diffusers_version": _WRITTEN_FOR, **values}
    write_text(target / "config.json", json.dumps(told, indent=2) + "\n")
    return target


def _shards(state: Mapping[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    """The tensors in their order by file, each of at most SHARD_BYTES or with one larger tensor."""
    shards: list[dict[str, Tensor]] = [{}]
    held = 0
    for name, tensor in state.items():
        if shards[-1] and held + tensor.nbytes > SHARD_BYTES:
            shards.append({})
            held = 0
        shards[-1][name] = tensor
        held += tensor.nbytes
    if len(shards) == 1:
        return {WEIGHTS: shards[0]}
    stem, of = WEIGHTS.removesuffix(".safetensors"), len(shards)
    return {f"{stem}-{i:05d}-of-{of:05d}.safetensors": s for i, s in enumerate(shards, 1)}


def load_transformer(folder: Path, part: str = "transformer") -> DiT:
    """A transformer from a diffusers folder: the pipeline's, or its `part` (there may be two).

    Like the other loaders here: weights keep the dtype of the file and stay mapped from it; raises
    HimmelError where the folder holds another network, lacks a file or a tensor, or has one of another
    shape.
    """
    folder = _part(folder, part)
    config = transformer_config(folder)
    return fill(lambda: DiT(config), read_tensors(folder, WEIGHTS), folder)


def transformer_config(folder: Path) -> DiTConfig:
    """The configuration of a folder that holds a transformer. Raises HimmelError for another class."""
    values = read_class(folder, CLASS_NAME)
    return DiTConfig.from_dict({k: v for k, v in values.items() if not k.startswith("_")})


def load_codec(folder: Path, part: str = "vae") -> WanCodec:
    """Wan's codec from a diffusers folder, either generation."""
    folder = _part(folder, part)
    config = WanCodecConfig.from_diffusers(read_class(folder, "AutoencoderKLWan"))
    return fill(lambda: WanCodec(config), read_tensors(folder, WEIGHTS), folder)


def load_text_encoder(folder: Path, part: str = "text_encoder") -> UMT5Encoder:
    """UMT5's encoder from a diffusers folder; files hold its embedding once or twice."""
    folder = _part(folder, part)
    config = text_config(folder)
    state = _twinned(read_tensors(folder, TEXT_WEIGHTS))
    return fill(lambda: UMT5Encoder(config), state, folder)


def text_config(folder: Path) -> UMT5Config:
    """The configuration of a folder that holds UMT5. Raises HimmelError for another class."""
    return UMT5Config.from_transformers(read_class(folder, "UMT5EncoderModel"))


def check_text_encoder(folder: Path) -> Header:
    """The headers of a folder with UMT5, once it is sure that `load_text_encoder` would succeed.

    Raises HimmelError as that does, but reads no tensor.
    """
    config, header = text_config(folder), read_headers(folder, TEXT_WEIGHTS)
    check_fit(lambda: UMT5Encoder(config), _twinned(dict(header.shapes)), folder)
    return header


def _twinned(state: dict[str, Entry]) -> dict[str, Entry]:
    for name, twin in (("shared", "encoder.embed_tokens"), ("encoder.embed_tokens", "shared")):
        if f"{twin}.weight" in state:
            state.setdefault(f"{name}.weight", state[f"{twin}.weight"])
    return state


def load_tokenizer(folder: Path, part: str = "tokenizer") -> UMT5Tokenizer:
    """UMT5's tokenizer from a diffusers folder. Raises HimmelError as UMT5Tokenizer.from_file does."""
    return UMT5Tokenizer.from_file(_part(folder, part) / "tokenizer.json")


def load_image_encoder(folder: Path, part: str = "image_encoder") -> ClipVision:
    """CLIP's image encoder from a diffusers folder, with or without its projection to texts.

    The projection is not read. Names with a prefix, and the list of positions, are older files' and
    those of the class with the projection, which Wan2.1's own folders hold.
    """
    folder = _part(folder, part)
    config = _image_config(folder)
    return fill(lambda: ClipVision(config), _read_of(read_tensors(folder, TEXT_WEIGHTS)), folder)


def check_image_encoder(folder: Path, width: int) -> Header:
    """The headers of a folder with CLIP, once it is sure that `load_image_encoder` would succeed.

    Raises HimmelError as that does, and for states of another width than the transformer reads.
    """
    config, header = _image_config(folder), read_headers(folder, TEXT_WEIGHTS)
    if config.hidden_size != width:
        raise HimmelError(
            f"{folder / 'config.json'}: the image encoder writes hidden_size={config.hidden_size}, but "
            f"the transformer reads image_dim={width}; the parts are those of different models"
        )
    check_fit(lambda: ClipVision(config), _read_of(dict(header.shapes)), folder)
    return header


def _image_config(folder: Path) -> ClipVisionConfig:
    values = read_class(folder, "CLIPVisionModel", "CLIPVisionModelWithProjection")
    return ClipVisionConfig.from_transformers(values)


def _read_of(state: Mapping[str, Entry]) -> dict[str, Entry]:
    """What of a file the image encoder reads, by the encoder's own names."""
    unread = ("visual_projection.weight", "embeddings.position_ids")
    named = {name.removeprefix("vision_model."): value for name, value in state.items()}
    return {name: value for name, value in named.items() if name not in unread}


def load_preparation(folder: Path, part: str = "image_processor") -> PreparationConfig:
    """How pictures are made ready for the image encoder. Raises HimmelError for another way."""
    path = _part(folder, part) / "preprocessor_config.json"
    return PreparationConfig.from_transformers(read_json(path))


def _part(folder: Path, part: str) -> Path:
    folder = Path(folder)
    if not folder.is_dir():
        raise HimmelError(f"the folder {folder} does not exist; give that of a diffusers model")
    return folder / part if (folder / part).is_dir() else folder
