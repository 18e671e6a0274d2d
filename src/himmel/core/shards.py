"""Shards: arrays as safetensors, facts as JSON lines, and an index with checksums.

A folder holds `00000.safetensors` + `00000.jsonl`, ... and `index.json`. A shard is listed in the
index only after both files are in place, so a killed writer leaves nothing to mistrust and the next
one goes on where it stopped. Every sample line carries a `rights` record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.files import inside, sha256, whole_file, write_text
from himmel.core.plain import parse_json
from himmel.core.tensors import read_arrays

RIGHTS_KEYS = ("source", "licence", "holder")


@dataclass(frozen=True, eq=False)
class Shard:
    """Arrays share their first axis with `samples`: arrays[name][i] belongs to samples[i]."""

    arrays: dict[str, np.ndarray]
    samples: list[dict[str, Any]]

    def __post_init__(self) -> None:
        for name, array in self.arrays.items():
            if len(array) != len(self.samples):
                raise HimmelError(
                    f"array {name} has {len(array)} rows for {len(self.samples)} samples"
                )
        for sample in self.samples:
            rights = sample.get("rights") or {}
            if any(key not in rights for key in RIGHTS_KEYS):
                raise HimmelError(f"sample {sample.get('id')}: a rights record needs {RIGHTS_KEYS}")


def index_of(folder: Path) -> dict[str, Any]:
    """The index of a shard folder; an empty one where there is none yet."""
    path = Path(folder) / "index.json"
    if not path.exists():
        return {"version": 1, "shards": {}}
    text = path.read_text(encoding="utf-8")
    return parse_json(text)  # type: ignore[no-any-return]


def write_shard(folder: Path, number: int, shard: Shard) -> None:
    """Write shard `number` and list it. Raises HimmelError when the disk refuses."""
    folder, name = Path(folder), f"{number:05d}"
    with whole_file(folder / f"{name}.safetensors") as temporary:
        save_file({k: np.ascontiguousarray(v) for k, v in shard.arrays.items()}, temporary)
    lines = "".join(json.dumps(s, ensure_ascii=False) + "\n" for s in shard.samples)
    write_text(folder / f"{name}.jsonl", lines)
    entry = {
        "samples": len(shard.samples),
        "sha256": [sha256(folder / f"{name}.safetensors"), sha256(folder / f"{name}.jsonl")],
    }
    index = index_of(folder)
    index["shards"][name] = entry
    write_text(folder / "index.json", json.dumps(index, indent=1, sort_keys=True))


def read_shard(folder: Path, name: str, check: bool = True) -> Shard:
    """Read one listed shard. Raises DamagedFileError when bytes and checksum differ."""
    folder = Path(folder)
    paths = (inside(folder, f"{name}.safetensors"), inside(folder, f"{name}.jsonl"))
    entry = index_of(folder)["shards"].get(name)
    if entry is None:
        raise HimmelError(f"{folder} lists no shard {name}")
    for path, digest in zip(paths, entry["sha256"], strict=True):
        if not path.exists() or (check and sha256(path) != digest):
            raise DamagedFileError(f"{path} is missing or damaged; render or copy it again")
    lines = paths[1].read_text(encoding="utf-8").splitlines()
    return Shard(read_arrays(paths[0]), [parse_json(line) for line in lines])


def read_all(folders: Sequence[Path], check: bool = False) -> Iterator[Shard]:
    """All shards of some folders in order. Raises HimmelError for a folder without any."""
    for folder in folders:
        names = sorted(index_of(folder)["shards"])
        if not names:
            raise HimmelError(f"{folder} holds no shards; make some with: himmel world render")
        for name in names:
            yield read_shard(folder, name, check)
