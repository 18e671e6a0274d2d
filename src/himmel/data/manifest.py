"""What a folder of training data holds, in plain values: the manifest that goes with a model."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from himmel.core.errors import HimmelError
from himmel.core.files import sha256
from himmel.core.plain import parse_json
from himmel.core.shards import files_of, folders_below, index_of, lines_of, read_arrays
from himmel.data.catalogue import Catalogue, OnProgress
from himmel.data.removal import stones

VERSION = 1


def manifest(root: Path, on_progress: OnProgress = lambda done, of: None) -> dict[str, Any]:
    """Clips, licences, sources, holders, consent, folders, and what was removed, by count.

    `sha256` is a fingerprint of the whole: that of all clips' hashes, sorted. Licences count each clip
    once, so their sum is `clips`. Raises HimmelError at a bad record.
    """
    with Catalogue(root) as catalogue:
        catalogue.refresh(on_progress)
        digests = catalogue.digests()
        counts = {f"{name}s": catalogue.count(name) for name in ("licence", "source", "holder")}
        consent = catalogue.count("consent")
    return {
        "version": VERSION,
        "clips": len(digests),
        "sha256": hashlib.sha256("\n".join(digests).encode()).hexdigest(),
        **counts,
        "consent": consent,
        "folders": {f.relative_to(root).as_posix(): _folder(f) for f in folders_below(root)},
        "removed": stones(root),
    }


def read_manifest(path: Path) -> dict[str, Any]:
    """A manifest that was written before. Raises HimmelError for anything else."""
    try:
        found = parse_json(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise HimmelError(
            f"{path} cannot be read as the manifest of training data ({error})"
        ) from None
    if not isinstance(found, dict) or found.get("version") != VERSION or "licences" not in found:
        raise HimmelError(f"{path} is not the manifest of training data")
    return found


def _folder(folder: Path) -> dict[str, Any]:
    shards = index_of(folder)["shards"]
    first = next(iter(sorted(shards)))
    return {
        "samples": sum(entry["samples"] for entry in shards.values()),
        "removed": sum(entry.get("removed", 0) for entry in shards.values()),
        "shards": len(shards),
        "arrays": {
            k: list(v.shape[1:]) for k, v in sorted(read_arrays(folder, first, False).items())
        },
        "facts": sorted(lines_of(folder, first)[0]) if shards[first]["samples"] else [],
    }


def files_below(root: Path, *more: str) -> list[tuple[str, int, str]]:
    """Name below the root, bytes and SHA-256 of some files and of every listed file of shards."""
    paths = [Path(root) / name for name in more]
    for folder in folders_below(root):
        for name, entry in sorted(index_of(folder)["shards"].items()):
            paths += files_of(folder, name, entry)
    return [(p.relative_to(root).as_posix(), p.stat().st_size, sha256(p)) for p in paths]
