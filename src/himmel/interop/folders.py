"""Folders of other people's networks: a config.json and safetensors, whole or in shards."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.files import inside
from himmel.core.plain import parse_json
from himmel.core.tensors import read_header, read_safetensors

Network = TypeVar("Network", bound=nn.Module)


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object. Raises HimmelError where the file is missing, no JSON, or says a thing twice."""
    try:
        values = parse_json(path.read_bytes())
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
            f"{folder / 'config.json'} names a {found or 'network of unknown class'}; "
            f"only {' or '.join(names)} can be read here"
        )
    return values


@dataclass(frozen=True)
class Header:
    """What the files of one network say before they are read: shapes and dtypes, by tensor."""

    shapes: Mapping[str, tuple[int, ...]]
    dtypes: Mapping[str, str]
    files: tuple[Path, ...]

    @property
    def parameters(self) -> int:
        """Numbers in all tensors; the steps of int8 rows are storage, not parameters."""
        own = {k for k in self.shapes if self.dtypes.get(k.removesuffix(".scale")) != "I8"}
        own |= {k for k, dtype in self.dtypes.items() if dtype == "I8"}
        return sum(math.prod(self.shapes[name]) for name in own)

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(path.stat().st_size for path in self.files)

    @property
    def dtype(self) -> str:
        """The dtypes that occur, as the files name them: F32, BF16, F16."""
        return " and ".join(sorted(set(self.dtypes.values()))) or "none"


def read_headers(folder: Path, file: str) -> Header:
    """The headers of `file`, or of the shards that `file`.index.json names; no tensor is read.

    Raises HimmelError where a file is missing, DamagedFileError where one does not hold what it says,
    two say the same, or a 16-bit format is another one than config.json declares.
    """
    header = headers_of(weight_files(folder, file))
    _check_declared(folder, header.dtypes)
    return header


def headers_of(files: Sequence[Path]) -> Header:
    """The headers of the files of one network. Raises DamagedFileError as `read_headers` does."""
    entries: dict[str, Any] = {}
    for path in files:
        read = read_header(path)
        if twice := sorted(set(read) & set(entries)):
            raise DamagedFileError(f"the tensor {twice[0]!r} stands in two files of {path.parent}")
        entries |= read
    dtypes = {name: str(entry["dtype"]) for name, entry in entries.items()}
    shapes = {name: tuple(entry["shape"]) for name, entry in entries.items()}
    return Header(shapes, dtypes, tuple(files))


def weight_files(folder: Path, file: str) -> tuple[Path, ...]:
    """`file`, or the shards that `file`.index.json names. Raises HimmelError where one is missing."""
    index = folder / f"{file}.index.json"
    names = [file]
    if index.is_file():
        shards = read_json(index).get("weight_map")
        if not isinstance(shards, dict) or not shards:
            raise DamagedFileError(f"{index} names no shards; copy or download the folder again")
        names = sorted({str(shard) for shard in shards.values()})
    for name in names:
        if not inside(folder, name).is_file():
            raise HimmelError(f"{folder / name} is missing; copy or download the folder again")
    return tuple(folder / name for name in names)


_HALVES = {"float16": "F16", "bfloat16": "BF16"}


def _check_declared(folder: Path, dtypes: Mapping[str, str]) -> None:
    """Another 16-bit format than declared is an error of conversion: float16 ends at 65504."""
    values = read_json(folder / "config.json") if (folder / "config.json").is_file() else {}
    key = "dtype" if "dtype" in values else "torch_dtype"
    declared = _HALVES.get(str(values.get(key)).removeprefix("torch."))
    for name, found in dtypes.items():
        if declared and found in _HALVES.values() and found != declared:
            raise DamagedFileError(
                f"{folder / 'config.json'} declares {key}={values[key]!r}, but the tensor {name!r} "
                f"beside it is {found}; convert the weights again"
            )


def read_tensors(folder: Path, file: str) -> dict[str, Tensor]:
    """All tensors of `file`, or of the shards that `file`.index.json names, mapped from the files.

    Raises HimmelError as `read_headers` does, before a tensor is read.
    """
    state: dict[str, Tensor] = {}
    for path in read_headers(folder, file).files:
        state |= read_safetensors(path)
    return state


def fill(build: Callable[[], Network], state: dict[str, Tensor], where: Path) -> Network:
    """A network made without numbers, then given those of a state dict, in the dtype they have.

    Raises HimmelError that names the first tensor which is missing, unknown or of another shape.
    """
    network = check_fit(build, {name: tuple(t.shape) for name, t in state.items()}, where)
    network.load_state_dict(state, assign=True)
    return network


def check_fit(
    build: Callable[[], Network], shapes: Mapping[str, tuple[int, ...]], where: Path
) -> Network:
    """The network without numbers, where tensors of these names and shapes would fill it.

    Raises HimmelError that names the first tensor which is missing, unknown or of another shape.
    """
    with torch.device("meta"):
        network = build()
    expected = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    if wrong := sorted(k for k in {*expected, *shapes} if expected.get(k) != shapes.get(k)):
        raise HimmelError(f"{where} does not fit its config.json: the tensor {wrong[0]!r} differs")
    return network
