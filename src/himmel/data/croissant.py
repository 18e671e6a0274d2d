"""A folder of shards as a Croissant 1.1 file with the responsible-AI extension, for other tools.

Vocabulary: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html and the RAI extension 1.0.
The record set `clips` reads `clips.jsonl`, which lies beside it: one line per place of a clip, with what
its rights record says. The shards themselves are listed with their checksums.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from pathlib import Path
from typing import Any

from himmel.core.files import write_text
from himmel.data.catalogue import Catalogue, Row
from himmel.data.manifest import files_below, manifest

CROISSANT, RAI = "http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"
PAGE = "https://himmel.invalid/data"  # a name of the set, not an address
LICENCES = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
}
_KINDS = {".jsonl": "application/jsonlines", ".safetensors": "application/octet-stream"}
_OWN_TERMS = (
    "citeAs column dataType equivalentProperty extract field fileProperty fileObject fileSet format "
    "includes isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated "
    "replace samplingRate separator source subField transform arrayShape containedIn isArray"
)
_FIELDS = {field.name: "sc:Text" for field in dataclasses.fields(Row)} | {"place": "sc:Integer"}
_CLIPS = "clips.jsonl"


def write_croissant(root: Path, name: str, day: str | None = None) -> Path:
    """Write croissant.json and clips.jsonl into `root`, each whole or not at all; returns the former.

    Raises HimmelError at a bad record.
    """
    path = Path(root) / "croissant.json"
    described = croissant(root, name, day)
    write_text(path, json.dumps(described, indent=1, ensure_ascii=False) + "\n")
    return path


def croissant(root: Path, name: str, day: str | None = None) -> dict[str, Any]:
    """The Croissant description of everything below `root`; writes its clips.jsonl."""
    held = manifest(root)
    day = day or datetime.datetime.now(datetime.UTC).date().isoformat()
    with Catalogue(root) as catalogue:
        lines = "".join(
            json.dumps(vars(row), ensure_ascii=False) + "\n" for row in catalogue.rows()
        )
    write_text(Path(root) / _CLIPS, lines)
    files = [_file(*row) for row in files_below(root, _CLIPS)]
    return {
        "@context": _context(),
        "@type": "sc:Dataset",
        "conformsTo": [CROISSANT, RAI],
        "name": name,
        "description": _description(held),
        "url": PAGE,
        "version": f"1.0.{len(held['removed'])}",
        "datePublished": day,
        "license": [LICENCES.get(spdx, spdx) for spdx in held["licences"]],
        "creator": [{"@type": "sc:Organization", "name": who} for who in held["holders"]],
        "citeAs": f"{name}, {held['clips']} clips, sha256 {held['sha256']}",
        **_responsible(held),
        "distribution": files,
        "recordSet": [_records()],
    }


def _context() -> dict[str, Any]:
    return {
        "@language": "en",
        "@vocab": "https://schema.org/",
        "sc": "https://schema.org/",
        "cr": "http://mlcommons.org/croissant/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "dct": "http://purl.org/dc/terms/",
        "conformsTo": "dct:conformsTo",
        "data": {"@id": "cr:data", "@type": "@json"},
        "examples": {"@id": "cr:examples", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "name": {"@container": "@language"},
        "description": {"@container": "@language"},
        **{term: f"cr:{term}" for term in _OWN_TERMS.split() if term != "dataType"},
    }


def _description(held: dict[str, Any]) -> str:
    parts = ", ".join(f"{n} from {source}" for source, n in held["sources"].items())
    return f"{held['clips']} clips ({parts}), each with a rights record; {len(held['removed'])} removed."


def _responsible(held: dict[str, Any]) -> dict[str, Any]:
    licences = ", ".join(f"{spdx}: {count}" for spdx, count in held["licences"].items())
    people = ", ".join(f"{name}: {count}" for name, count in held["consent"].items())
    gone = [f"{s['sha256']} on {s['day']}: {s['reason']}" for s in held["removed"]]
    return {
        "rai:dataCollection": f"Clips by source: {_told(held['sources'])}.",
        "rai:dataCollectionType": ["Software Collection"],
        "rai:dataLimitations": [f"Licences by clips: {licences}."],
        "rai:dataUseCases": ["Training and testing of video generators."],
        "rai:personalSensitiveInformation": [f"Consent by clips: {people}."],
        "rai:dataReleaseMaintenancePlan": (
            "Clips are removed on request by hash or address. Removed so far: "
            + ("; ".join(gone) if gone else "none")
        ),
    }


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in counts.items())


def _file(name: str, size: int, digest: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{size} B",
        "encodingFormat": _KINDS[Path(name).suffix],
        "sha256": digest,
    }


def _records() -> dict[str, Any]:
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"clips/{name}",
            "name": name,
            "dataType": kind,
            "source": {"fileObject": {"@id": _CLIPS}, "extract": {"column": name}},
        }
        for name, kind in _FIELDS.items()
    ]
    return {"@type": "cr:RecordSet", "@id": "clips", "name": "clips", "field": fields}
