"""Shards: arrays as safetensors, facts as JSON lines, and an index with checksums.

A folder holds `00000.safetensors` + `00000.jsonl`, ... and `index.json`. A shard is listed in the
index only after both files are in place, so a killed writer leaves nothing to mistrust and the next
one goes on where it stopped. Every sample line carries a `rights` record (himmel.core.rights); without
a valid one a shard is neither written nor read. `removed` in the index lists what was taken out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from himmel.core import tensors
from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.files import inside, sha256, whole_file, write_text
from himmel.core.plain import parse_json
from himmel.core.rights import check_rights

Entry = dict[str, Any]  # of one shard in the index


@dataclass(frozen=True, eq=False)
class Shard:
    """Arrays share their first axis with `samples`: arrays[name][i] belongs to samples[i].

    Raises HimmelError where they do not, or where a sample has no valid rights record.
    """

    arrays: dict[str, np.ndarray]
    samples: list[dict[str, Any]]

    def __post_init__(self) -> None:
        for name, array in self.arrays.items():
            if len(array) != len(self.samples):
                raise HimmelError(
                    f"array {name} has {len(array)} rows for {len(self.samples)} samples"
                )
        check_rights(self.samples)


def index_of(folder: Path) -> dict[str, Any]:
    """The index of a shard folder; an empty one where there is none yet."""
    path = Path(folder) / "index.json"
    if not path.exists():
        return {"version": 1, "shards": {}}
    text = path.read_text(encoding="utf-8")
    return parse_json(text)  # type: ignore[no-any-return]


def files_of(folder: Path, name: str, entry: Mapping[str, Any]) -> tuple[Path, Path]:
    """The arrays and the lines of a shard; one that was written anew has another stem than its name."""
    stem = entry.get("stem", name)
    return inside(Path(folder), f"{stem}.safetensors"), inside(Path(folder), f"{stem}.jsonl")


def write_shard(folder: Path, number: int, shard: Shard) -> None:
    """Write shard `number` and list it. Raises HimmelError when the disk refuses."""
    name = f"{number:05d}"
    entry = _write_files(folder, name, shard, {})
    index = index_of(folder)
    index["shards"][name] = entry
    _write_index(folder, index)


def _write_files(folder: Path, name: str, shard: Shard, entry: Entry) -> Entry:
    arrays, lines = files_of(folder, name, entry)
    with whole_file(arrays) as temporary:
        save_file({k: np.ascontiguousarray(v) for k, v in shard.arrays.items()}, temporary)
    write_text(lines, "".join(json.dumps(s, ensure_ascii=False) + "\n" for s in shard.samples))
    return {**entry, "samples": len(shard.samples), "sha256": [sha256(arrays), sha256(lines)]}


def _write_index(folder: Path, index: dict[str, Any]) -> None:
    write_text(Path(folder) / "index.json", json.dumps(index, indent=1, sort_keys=True))


def replace_shards(
    folder: Path, shards: Iterable[tuple[str, Shard]], removed: Sequence[Mapping[str, Any]] = ()
) -> None:
    """Write listed shards anew, all of them or none: the index changes once, when all files lie there.

    The files get new names and the old ones go last, so that a kill at any time leaves either the old
    folder or the new one, and at most files that no index names; `sweep` takes those away. `removed`
    are plain values that join the index's list of what was taken out.
    """
    index = index_of(folder)
    for name, shard in shards:
        old = index["shards"][name]
        turn = int(old.get("stem", f"{name}-0").rpartition("-")[2]) + 1
        gone = old.get("removed", 0) + old["samples"] - len(shard.samples)
        entry = {"stem": f"{name}-{turn}"} | ({"removed": gone} if gone else {})
        index["shards"][name] = _write_files(folder, name, shard, entry)
    index["removed"] = [*index.get("removed", []), *removed]
    _write_index(folder, index)
    sweep(folder)


def sweep(folder: Path) -> list[Path]:
    """Remove files of shards that the index does not name; returns them."""
    listed = index_of(folder)["shards"]
    kept = {path for name, entry in listed.items() for path in files_of(folder, name, entry)}
    found = [*Path(folder).glob("[0-9]*.safetensors"), *Path(folder).glob("[0-9]*.jsonl")]
    strays = [path for path in found if path not in kept]
    for path in strays:
        path.unlink(missing_ok=True)
    return strays


def lines_of(folder: Path, name: str) -> list[dict[str, Any]]:
    """The sample lines of a listed shard as they stand, whatever their rights say."""
    path = files_of(folder, name, entry_of(folder, name))[1]
    try:
        with path.open(encoding="utf-8") as lines:  # str.splitlines would part a holder at U+2028
            return [parse_json(line) for line in lines]
    except (OSError, ValueError):
        raise DamagedFileError(f"{path} is missing or damaged; render or copy it again") from None


def entry_of(folder: Path, name: str) -> Entry:
    """What the index says of a shard. Raises HimmelError for one that is not listed."""
    entry: Entry | None = index_of(folder)["shards"].get(name)
    if entry is None:
        raise HimmelError(f"{folder} lists no shard {name}")
    return entry


def read_shard(folder: Path, name: str, check: bool = True) -> Shard:
    """Read one listed shard. Raises DamagedFileError when bytes and checksum differ, HimmelError where
    a sample has no valid rights record."""
    return Shard(read_arrays(folder, name, check), lines_of(folder, name))


def array_names(folder: Path, name: str) -> list[str]:
    """What a listed shard holds, by its header alone."""
    return sorted(tensors.read_header(files_of(folder, name, entry_of(folder, name))[0]))


def read_arrays(folder: Path, name: str, check: bool = True) -> dict[str, np.ndarray]:
    """The arrays of a listed shard. Raises DamagedFileError when bytes and checksum differ."""
    entry = entry_of(folder, name)
    paths = files_of(folder, name, entry)
    for path, digest in zip(paths, entry["sha256"], strict=True):
        if not path.exists() or (check and sha256(path) != digest):
            raise DamagedFileError(f"{path} is missing or damaged; render or copy it again")
    return tensors.read_arrays(paths[0])


def folders_below(root: Path) -> list[Path]:
    """Every folder of shards at or below `root`, in order of their names; links are followed, since
    corpora are large and often lie on another disk.

    Raises HimmelError where there is none.
    """
    held = [folder for folder in sorted(_folders(root)) if index_of(folder).get("shards")]
    if not held:
        raise HimmelError(f"{root} holds no shards; make some with: himmel world render --count")
    return held


def _folders(root: Path) -> Iterator[Path]:
    """Folders with an index, each once, even where links lead in circles."""
    seen = set()
    for here, below, names in os.walk(root, followlinks=True):
        if (real := os.path.realpath(here)) in seen:
            below.clear()
            continue
        seen.add(real)
        if "index.json" in names:
            yield Path(here)


def read_all(folders: Sequence[Path], check: bool = False) -> Iterator[Shard]:
    """All shards of some folders in order. Raises HimmelError for a folder without any."""
    for folder in folders:
        names = sorted(index_of(folder)["shards"])
        if not names:
            raise HimmelError(f"{folder} holds no shards; make some with: himmel world render")
        for name in names:
            yield read_shard(folder, name, check)
