"""Our transformer as a diffusers folder, and a diffusers folder as our transformer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from himmel.core.errors import HimmelError
from himmel.core.files import whole_file, write_text
from himmel.interop.weights import load_config, load_state, read_safetensors
from himmel.models.dit import DiT, DiTConfig

CLASS_NAME = "WanTransformer3DModel"
_WEIGHTS = "diffusion_pytorch_model.safetensors"
_WRITTEN_FOR = "0.35.0"  # the oldest diffusers whose config.json has all these keys


def export(folder: Path, model_folder: Path, name: str = "transformer") -> Path:
    """Write `folder`/transformer for stock diffusers from the weights `name` of a model folder.

    Afterwards WanTransformer3DModel.from_pretrained(folder, subfolder="transformer") gives our numbers;
    for that class diffusers needs accelerate. Weights are float32. Returns the folder written; raises
    HimmelError as loading and writing do.
    """
    config = load_config(model_folder, name, DiTConfig)
    target = Path(folder) / "transformer"
    with whole_file(target / _WEIGHTS) as temporary:
        save_file(load_state(model_folder, name), temporary, metadata={"format": "pt"})
    values = {"_class_name": CLASS_NAME, "_diffusers_version": _WRITTEN_FOR, **config.to_dict()}
    write_text(target / "config.json", json.dumps(values, indent=2) + "\n")
    return target


def load_transformer(folder: Path) -> DiT:
    """A transformer from a diffusers folder: the pipeline's, or its `transformer` part.

    Raises HimmelError where the folder holds another network, or lacks a file or a tensor.
    """
    folder = Path(folder)
    if (folder / "transformer").is_dir():
        folder = folder / "transformer"
    config, state = _read_config(folder), _read_state(folder)
    with torch.device("meta"):
        model = DiT(config)
    expected = {name: value.shape for name, value in model.state_dict().items()}
    found = {name: value.shape for name, value in state.items()}
    if wrong := sorted(k for k in {*expected, *found} if expected.get(k) != found.get(k)):
        raise HimmelError(f"{folder} does not fit its config.json: the tensor {wrong[0]!r} differs")
    model.load_state_dict(state, assign=True)
    return model


def _read_config(folder: Path) -> DiTConfig:
    values = _read_json(folder / "config.json")
    if values.get("_class_name") != CLASS_NAME:
        raise HimmelError(
            f"{folder} holds a {values.get('_class_name', 'network of unknown class')}; "
            f"only {CLASS_NAME} can be read"
        )
    return DiTConfig.from_dict({k: v for k, v in values.items() if not k.startswith("_")})


def _read_state(folder: Path) -> dict[str, Tensor]:
    index = folder / f"{_WEIGHTS}.index.json"
    files = [_WEIGHTS]
    if index.is_file():
        files = sorted({Path(f).name for f in _read_json(index).get("weight_map", {}).values()})
    state: dict[str, Tensor] = {}
    for file in files:
        if not (folder / file).is_file():
            raise HimmelError(f"{folder / file} is missing; copy or download the folder again")
        state.update(read_safetensors(folder / file))
    return state


def _read_json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise HimmelError(f"{path} is missing; give the folder of a diffusers model") from None
    except ValueError as error:
        raise HimmelError(f"{path} is not valid JSON ({error})") from None
    if not isinstance(values, dict):
        raise HimmelError(f"{path} does not hold a JSON object")
    return values
