"""Taking clips out again: of frames, latents and captions alike, with a proof that they are gone.

A clip is one row of every array of a shard and one line of facts, from which its captions are said; the
shards of its latents carry the same record. Its row and line go from all of them, folder by folder,
each whole or not at all. A removal that was cut short is finished by the next one or by `check`.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from himmel.core.errors import HimmelError
from himmel.core.shards import (
    Shard,
    files_of,
    folders_below,
    index_of,
    read_shard,
    replace_shards,
    sweep,
)
from himmel.data.catalogue import Catalogue, Row

_DIGEST = re.compile(r"[0-9a-f]{64}")

Stone = dict[str, str]  # what stays of a removed clip: sha256, day, reason


@dataclass(frozen=True)
class Absence:
    """A proof by looking: how much was read after the removal, and that nothing of it was found."""

    key: str
    folders: int
    shards: int
    lines: int
    found: int

    @property
    def holds(self) -> bool:
        """True where nothing was found."""
        return self.found == 0


@dataclass(frozen=True)
class Removed:
    """What a removal did: clips, their places in shards, their relatives that stay, and the proof."""

    clips: int
    places: int
    kin: int
    proof: tuple[Absence, ...]


def remove(root: Path, key: str, reason: str, day: str | None = None) -> Removed:
    """Take every clip with this SHA-256 or address out of all shards below `root`, from every place where
    its bytes lie, under whatever address.

    Raises HimmelError where nothing of the kind lies there, or when the disk refuses; then no folder is
    half changed, and the next call goes on.
    """
    if not (_DIGEST.fullmatch(key) or "://" in key):
        raise HimmelError(f"{key!r} is neither a SHA-256 nor an address; see himmel data show")
    if not reason.strip():
        raise HimmelError("say why the clip goes, for example: --reason 'its holder asked'")
    with Catalogue(root) as catalogue:
        finish(catalogue)
        catalogue.refresh()
        rows = catalogue.find(key)
        if not rows:
            raise HimmelError(
                f"nothing below {root} has the hash or address {key}; see himmel data show"
            )
        day = day or datetime.datetime.now(datetime.UTC).date().isoformat()
        _take_out(catalogue, key, rows, day, reason)
        digests = {row.sha256 for row in rows}
        kin = {other.sha256 for other in catalogue.kin({row.kin for row in rows})}
        keys = dict.fromkeys([key, *sorted(digests)])
        return Removed(len(digests), len(rows), len(kin), tuple(absence(root, keys)))


def finish(catalogue: Catalogue) -> int:
    """Go on with removals that were cut short; returns how many there were."""
    pending = catalogue.pending()
    for one in pending:
        catalogue.refresh()
        _take_out(catalogue, one.key, catalogue.find(one.key), one.day, one.reason)
    for folder in folders_below(catalogue.root) if pending else ():
        sweep(folder)
    return len({(one.day, one.reason) for one in pending})


def _take_out(catalogue: Catalogue, key: str, rows: list[Row], day: str, reason: str) -> None:
    """Hashes are noted beside an address: when it is cut short, the place that had the address may be
    gone already, and others of the same bytes not."""
    keys = dict.fromkeys([key, *sorted(row.sha256 for row in rows)])
    with catalogue.removing(keys, day, reason):
        _drop(catalogue, rows, day, reason)


def _drop(catalogue: Catalogue, rows: list[Row], day: str, reason: str) -> None:
    for name in dict.fromkeys(row.folder for row in rows):
        here = [row for row in rows if row.folder == name]
        stones = [
            {"sha256": digest, "day": day, "reason": reason}
            for digest in sorted({row.sha256 for row in here})
        ]
        replace_shards(catalogue.root / name, _without(catalogue.root / name, here), stones)
    catalogue.refresh()


def _without(folder: Path, rows: list[Row]) -> Iterator[tuple[str, Shard]]:
    for name in dict.fromkeys(row.shard for row in rows):
        shard = read_shard(folder, name)
        gone = {row.sha256 for row in rows}
        kept = np.array([s["rights"]["sha256"] not in gone for s in shard.samples], bool)
        samples = [s for s, keep in zip(shard.samples, kept, strict=True) if keep]
        yield name, Shard({k: v[kept] for k, v in shard.arrays.items()}, samples)


def absence(root: Path, keys: Iterable[str]) -> list[Absence]:
    """Look for hashes or addresses in every line of every shard file below `root`, listed or not."""
    wanted = list(keys)
    found = dict.fromkeys(wanted, 0)
    folders = folders_below(root)
    shards = lines = 0
    for folder in folders:
        for path in sorted(folder.glob("[0-9]*.jsonl")):
            text = path.read_text(encoding="utf-8")
            shards, lines = shards + 1, lines + text.count("\n")
            for key in wanted:
                found[key] += text.count(_as_written(key))
    return [Absence(key, len(folders), shards, lines, found[key]) for key in wanted]


def _as_written(key: str) -> str:
    """A hash is looked for wherever it stands; an address as a whole, not as the start of another."""
    return key if _DIGEST.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def stones(root: Path) -> list[Stone]:
    """What was removed below `root`, each clip once, by day."""
    found: dict[str, Stone] = {}
    for folder in folders_below(root):
        for stone in index_of(folder).get("removed", []):
            found.setdefault(stone["sha256"], stone)
    return sorted(found.values(), key=lambda stone: (stone["day"], stone["sha256"]))


def faults(root: Path, on_progress: Callable[[int, int], None] = lambda d, o: None) -> list[str]:
    """What is wrong with the data below `root`, one sentence each; finishes what was cut short.

    Records, checksums, files that no index names, clips whose records contradict each other, clips that
    were removed and lie there again.
    """
    told: list[str] = []
    bad: list[str] = []
    folders = folders_below(root)
    for done, folder in enumerate(folders):
        told += [f"{path} belonged to no index and was removed" for path in sweep(folder)]
        for name in index_of(folder)["shards"]:
            bad += _fault(folder, name)
        on_progress(done + 1, len(folders))
    if bad:
        return told + bad
    with Catalogue(root) as catalogue:
        if cut := finish(catalogue):
            told.append(f"{cut} removals had been cut short and are finished now")
        catalogue.refresh()
        told += catalogue.conflicts()
        for stone in stones(root):
            for row in catalogue.find(stone["sha256"]):
                told.append(
                    f"{row.sample} in {row.folder} was removed on {stone['day']} and is there again"
                )
    return told


def _fault(folder: Path, name: str) -> list[str]:
    try:
        read_shard(folder, name)
    except HimmelError as error:
        return [f"{files_of(folder, name, index_of(folder)['shards'][name])[1]}: {error}"]
    return []


def plain(removed: Removed) -> dict[str, Any]:
    """A removal as plain values, for --json."""
    proof = [{**vars(one), "absent": one.holds} for one in removed.proof]
    return {"clips": removed.clips, "places": removed.places, "kin": removed.kin, "proof": proof}
