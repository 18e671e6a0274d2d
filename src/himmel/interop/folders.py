"""Folders of other people's networks: a config.json and safetensors, whole or in shards."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.interop.weights import read_safetensors

Network = TypeVar("Network", bound=nn.Module)


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object. Raises HimmelError where the file is missing or something else."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise HimmelError(f"{path} is missing; give the folder of a diffusers model") from None
    except ValueError as error:
        raise HimmelError(f"{path} is not valid JSON ({error})") from None
    if not isinstance(values, dict):
        raise HimmelError(f"{path} does not hold a JSON object")
    return values


def read_class(folder: Path, *names: str) -> dict[str, Any]:
    """The config.json of a network of these classes. Raises HimmelError where it is another one."""
    values = read_json(folder / "config.json")
    found = values.get("_class_name") or next(iter(values.get("architectures") or ()), None)
    if found not in names:
        raise HimmelError(
            f"{folder} holds a {found or 'network of unknown class'}; only {' or '.join(names)} "
            "can be read"
        )
    return values


def read_tensors(folder: Path, file: str) -> dict[str, Tensor]:
    """All tensors of `file`, or of the shards that `file`.index.json names.

    Raises HimmelError where one is missing, DamagedFileError where one does not hold what it says or
    two say the same.
    """
    index = folder / f"{file}.index.json"
    files = [file]
    if index.is_file():
        files = sorted({Path(f).name for f in read_json(index).get("weight_map", {}).values()})
    state: dict[str, Tensor] = {}
    for part in files:
        if not (folder / part).is_file():
            raise HimmelError(f"{folder / part} is missing; copy or download the folder again")
        read = read_safetensors(folder / part)
        if twice := sorted(set(read) & set(state)):
            raise DamagedFileError(f"the tensor {twice[0]!r} stands in two files of {folder}")
        state |= read
    return state


def fill(build: Callable[[], Network], state: dict[str, Tensor], where: Path) -> Network:
    """A network made without numbers, then given those of a state dict, in the dtype they have.

    Raises HimmelError that names the first tensor which is missing, unknown or of another shape.
    """
    with torch.device("meta"):
        network = build()
    expected = {name: value.shape for name, value in network.state_dict().items()}
    found = {name: value.shape for name, value in state.items()}
    if wrong := sorted(k for k in {*expected, *found} if expected.get(k) != found.get(k)):
        raise HimmelError(f"{where} does not fit its config.json: the tensor {wrong[0]!r} differs")
    network.load_state_dict(state, assign=True)
    return network
