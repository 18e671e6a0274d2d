"""A model folder: safetensors in small shards, their configuration, and a checksum for every file.

    NAME.safetensors                 or NAME-00001-of-00002.safetensors, ... with
    NAME.safetensors.index.json      the map from tensor to shard, as Hugging Face writes it
    NAME.json                        the configuration
    checksums.json                   SHA-256 of all files of all names in the folder

Numbers are stored as float32, bfloat16, or int8 rows: one float32 step per row (`TENSOR.scale`), the
row's largest magnitude being 127 steps. Storage alone: loading always gives float32.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

import torch
from safetensors.torch import save_file
from torch import Tensor

from himmel.core.config import Config
from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.files import inside, sha256, whole_file, write_text
from himmel.core.plain import parse_json
from himmel.core.tensors import read_safetensors

Storage = Literal["fp32", "bf16", "int8"]
AnyConfig = TypeVar("AnyConfig", bound=Config)

CHECKSUMS = "checksums.json"
MIN_INT8_VALUES = 4096  # smaller tensors are kept in float32: they cost nothing and steer much
_WEIGHTS = re.compile(r"(.+?)(?:-\d{5}-of-\d{5})?\.safetensors")
_HEADER_BYTES = 256  # room for a tensor's line in the header of its shard


def save_weights(
    folder: Path,
    name: str,
    state: Mapping[str, Tensor],
    config: Config,
    dtype: Storage = "bf16",
    shard_mb: float = 15,
) -> None:
    """Write a state dict and its configuration, in shards of at most `shard_mb` million bytes.

    Files of an earlier save under the same name are replaced or removed, other names stay. Raises
    HimmelError when one tensor alone does not fit a shard, or the disk refuses.
    """
    folder = Path(folder)
    shards = _pack(_stored(state, dtype), int(shard_mb * 1_000_000))
    files = _file_names(name, len(shards))
    for file, tensors in zip(files, shards, strict=True):
        with whole_file(folder / file) as temporary:
            # One entry alone: safetensors writes several in another order every time.
            save_file(tensors, temporary, metadata={"storage": dtype})
    if len(shards) > 1:
        index = _index(files, shards)
        files.append(f"{name}.safetensors.index.json")
        write_text(folder / files[-1], json.dumps(index, indent=1, sort_keys=True))
    files.append(f"{name}.json")
    write_text(folder / files[-1], config.to_json() + "\n")
    for old in set(_files_of(folder, name)) - set(files):
        (folder / old).unlink()
    list_checksums(folder, *files)


def load_state(folder: Path, name: str) -> dict[str, Tensor]:
    """All tensors of `name` in float32, every file checked against its checksum first.

    They are copies: whoever changes a file afterwards does not change them. Raises HimmelError where
    folder or name does not exist, DamagedFileError where bytes differ.
    """
    stored: dict[str, Tensor] = {}
    for file in _shard_files(Path(folder), name):
        stored.update(read_safetensors(check_file(folder, file)))
    return {k: _widened(v, stored.get(f"{k}.scale")) for k, v in stored.items() if _own(k, stored)}


def load_config(folder: Path, name: str, kind: type[AnyConfig]) -> AnyConfig:
    """The configuration beside the weights of `name`, as a `kind`. Raises HimmelError as loading does."""
    _known(Path(folder), name)
    return kind.from_json(check_file(folder, f"{name}.json").read_text(encoding="utf-8"))


def list_checksums(folder: Path, *files: str) -> None:
    """Put the SHA-256 of some files of a folder into its checksums.json; drop files that are gone."""
    folder = Path(folder)
    kept = {k: v for k, v in read_checksums(folder).items() if (folder / k).exists()}
    kept.update({file: sha256(folder / file) for file in files})
    write_text(folder / CHECKSUMS, json.dumps(kept, indent=1, sort_keys=True) + "\n")


def read_checksums(folder: Path) -> dict[str, str]:
    """File name to SHA-256; empty where there is no list yet. Raises DamagedFileError for nonsense."""
    path = Path(folder) / CHECKSUMS
    if not path.exists():
        return {}
    values = _json_object(path)
    return {str(k): str(v) for k, v in values.items()}


def check_file(folder: Path, file: str) -> Path:
    """The path of a listed file whose bytes are what they were. Raises HimmelError otherwise."""
    if not Path(folder).is_dir():
        raise HimmelError(f"the model folder {folder} does not exist; see: himmel models list")
    path = inside(folder, file)
    digest = read_checksums(folder).get(file)
    if digest is None:
        raise HimmelError(
            f"{file} is not listed in {Path(folder) / CHECKSUMS}, so it is not trusted"
        )
    if not path.is_file():
        raise DamagedFileError(f"{path} is missing; copy the model folder again")
    if sha256(path) != digest:
        raise DamagedFileError(f"{path} is damaged (its checksum differs); copy it again")
    return path


def _json_object(path: Path) -> dict[str, Any]:
    try:
        values = parse_json(path.read_bytes())
    except ValueError as error:
        raise DamagedFileError(f"{path} is not valid JSON ({error}); copy it again") from None
    if not isinstance(values, dict):
        raise DamagedFileError(f"{path} does not hold a JSON object; copy it again")
    return values


def _known(folder: Path, name: str) -> None:
    if not folder.is_dir():
        raise HimmelError(f"the model folder {folder} does not exist; see: himmel models list")
    names = sorted({m[1] for m in map(_WEIGHTS.fullmatch, read_checksums(folder)) if m})
    if name not in names:
        have = ", ".join(names) or "no weights at all"
        raise HimmelError(f"{folder} holds no weights called {name!r}; it has {have}")


def _files_of(folder: Path, name: str) -> list[str]:
    fixed = [f"{name}.safetensors", f"{name}.safetensors.index.json"]
    shards = [p.name for p in folder.glob(f"{name}-[0-9]*-of-[0-9]*.safetensors")]
    return [f for f in fixed if (folder / f).exists()] + shards


def _shard_files(folder: Path, name: str) -> list[str]:
    _known(folder, name)
    index = f"{name}.safetensors.index.json"
    if index not in read_checksums(folder):
        return [f"{name}.safetensors"]
    shards = _json_object(check_file(folder, index)).get("weight_map")
    if not isinstance(shards, dict) or not shards:
        raise DamagedFileError(f"{folder / index} names no shards; copy it again")
    return sorted({str(file) for file in shards.values()})


def _file_names(name: str, count: int) -> list[str]:
    if count == 1:
        return [f"{name}.safetensors"]
    return [f"{name}-{i + 1:05d}-of-{count:05d}.safetensors" for i in range(count)]


def _index(files: list[str], shards: list[dict[str, Tensor]]) -> dict[str, Any]:
    placed = {k: file for file, shard in zip(files, shards, strict=True) for k in shard}
    total = sum(t.nbytes for shard in shards for t in shard.values())
    return {"metadata": {"total_size": total}, "weight_map": placed}


def _pack(tensors: dict[str, Tensor], limit: int) -> list[dict[str, Tensor]]:
    shards: list[dict[str, Tensor]] = [{}]
    room = limit
    for name, tensor in tensors.items():
        size = tensor.nbytes + _HEADER_BYTES
        if size > limit:
            raise HimmelError(
                f"{name} needs {size / 1e6:.1f} MB, more than a shard; use larger shards"
            )
        if size > room:
            shards.append({})
            room = limit
        shards[-1][name] = tensor
        room -= size
    return shards


def _stored(state: Mapping[str, Tensor], dtype: Storage) -> dict[str, Tensor]:
    stored: dict[str, Tensor] = {}
    for name, tensor in state.items():
        value = tensor.detach().cpu().contiguous()
        if dtype == "int8" and _by_rows(value):
            stored[name], stored[f"{name}.scale"] = quantise_rows(value)
        elif value.is_floating_point():
            stored[name] = value.to(torch.bfloat16 if dtype == "bf16" else torch.float32).clone()
        else:
            raise HimmelError(f"{name} holds {value.dtype}; weights are floating-point numbers")
    return stored


def _by_rows(value: Tensor) -> bool:
    return value.is_floating_point() and value.ndim > 1 and value.numel() >= MIN_INT8_VALUES


def quantise_rows(value: Tensor) -> tuple[Tensor, Tensor]:
    """A tensor (R, ...) as int8 of the same shape and a float32 step (R,); off by half a step at most."""
    rows = value.float().flatten(1)
    step = (rows.abs().amax(1) / 127).clamp(min=torch.finfo(torch.float32).tiny)
    return (rows / step[:, None]).round().to(torch.int8).reshape(value.shape), step


def _own(name: str, stored: dict[str, Tensor]) -> bool:
    base = stored.get(name.removesuffix(".scale")) if name.endswith(".scale") else None
    return base is None or base.dtype != torch.int8


def _widened(value: Tensor, step: Tensor | None) -> Tensor:
    if value.dtype != torch.int8 or step is None:
        return value.to(torch.float32, copy=True)  # what was read is a view of the mapped file
    return (value.flatten(1).float() * step[:, None]).reshape(value.shape)
