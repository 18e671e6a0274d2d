"""Shards of an earlier himmel get whole rights records: what it made itself, code can fill in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from himmel.core.errors import HimmelError
from himmel.core.rights import rights_of
from himmel.core.shards import (
    Shard,
    array_names,
    folders_below,
    index_of,
    lines_of,
    read_arrays,
    replace_shards,
)
from himmel.world.rights import TRANSFORMER, WORLD, own_rights

Line = dict[str, Any]
Known = dict[tuple[str, str], Any]  # records by corpus and sample
OnProgress = Callable[[int, int], None]


def complete(root: Path, on_progress: OnProgress = lambda done, of: None) -> int:
    """Fill in the records below `root` that are not whole; returns how many there were.

    Frames get theirs from themselves and their graph, latents of a corpus that of the clip of the same
    name, other latents one of their own. Each folder changes whole or not at all. Raises HimmelError for
    a clip that himmel did not make: nobody can fill in for others.
    """
    folders = sorted(folders_below(root), key=lambda folder: not _holds_frames(folder))
    known: Known = {}
    filled = 0
    for done, folder in enumerate(folders):
        lacking = [name for name in index_of(folder)["shards"] if _lacks(lines_of(folder, name))]
        if lacking:
            replace_shards(folder, _whole(folder, lacking, known))
            filled += sum(len(lines_of(folder, name)) for name in lacking)
        if _holds_frames(folder):
            lines = (line for name in index_of(folder)["shards"] for line in lines_of(folder, name))
            known |= {(folder.name, line["id"]): line["rights"] for line in lines}
        on_progress(done + 1, len(folders))
    return filled


def _holds_frames(folder: Path) -> bool:
    return "frames" in array_names(folder, next(iter(index_of(folder)["shards"])))


def _lacks(lines: list[Line]) -> bool:
    try:
        for line in lines:
            rights_of(line)
    except HimmelError:
        return True
    return False


def _whole(folder: Path, names: list[str], known: Known) -> Iterator[tuple[str, Shard]]:
    for name in names:
        arrays, lines = read_arrays(folder, name), lines_of(folder, name)
        for row, line in enumerate(lines):
            if _lacks([line]):
                line["rights"] = _record(folder, line, arrays, row, known)
        yield name, Shard(arrays, lines)


def _record(
    folder: Path, line: Line, arrays: dict[str, np.ndarray], row: int, known: Known
) -> Line:
    maker = (line.get("rights") or {}).get("source")
    if maker not in (WORLD, TRANSFORMER):
        raise HimmelError(
            f"sample {line.get('id')} of {folder} is not himmel's own; write its rights record from "
            "what its source says, or leave it out"
        )
    if maker == TRANSFORMER:
        return own_rights(arrays["latents"][row], [line["id"]], TRANSFORMER)
    if "frames" in arrays:
        return own_rights(arrays["frames"][row], line["graph"])
    if (folder.name, line["id"]) not in known:
        raise HimmelError(
            f"{folder} holds latents of clips that are not there; give the folder that holds both, or "
            "remove it and encode again"
        )
    found: Line = known[folder.name, line["id"]]
    return found
