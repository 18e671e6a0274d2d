"""What himmel is made of on this machine: packages, the libraries inside them, and a bill of materials.

A package's own metadata says nothing of the libraries that its wheel carries, and no advisory service
looks there; so those have lowest versions of their own here, each with its reason.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata, resources
from typing import Any

import himmel

NOT_RUNNING = ("test", "corpus")  # extras that no installation needs to run
_EXTRA = re.compile(r"extra\s*==\s*['\"]([\w.-]+)['\"]")


@dataclass(frozen=True)
class Part:
    """A package: licence as it states it, SHA-256 of its list of files, and what it needs, by name."""

    name: str
    version: str
    licence: str = ""
    sha256: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Minimum:
    """The lowest version of a library that may be used, and why."""

    version: str
    why: str


MINIMA = {
    "FFmpeg": Minimum("8.1.2", "CVE-2026-8461: a decoder writes beyond its memory"),
    "Pillow": Minimum("13.0.0", "CVE-2026-96639: frames of moving pictures share stale memory"),
    "libwebp": Minimum("1.3.2", "CVE-2023-4863: lossless pictures write beyond their memory"),
    "torch": Minimum("2.6.0", "CVE-2025-32434: weights_only could be passed by"),
    "expat": Minimum("2.4.1", "CVE-2013-0340: entities that unfold without limit"),
}


def installed() -> list[Part]:
    """The packages that himmel needs to run and that are here, by name, himmel left out.

    Where himmel itself is not installed, as in a bare working tree, these are all packages.
    """
    here = {_normal(d.metadata["Name"]): d for d in metadata.distributions() if d.metadata["Name"]}
    if "himmel" not in here:
        return [_part(here[name]) for name in sorted(here)]
    wanted, todo = set[str](), _needs(here["himmel"], but=NOT_RUNNING)
    while todo:
        name = todo.pop()
        if name in here and name not in wanted:
            wanted.add(name)
            todo += _needs(here[name])
    return [_part(here[name]) for name in sorted(wanted - {"himmel"})]


def bundled() -> dict[str, str]:
    """Versions of libraries that come inside of packages or of Python, as they themselves say."""
    found = {"expat": _expat()}
    with suppress(ImportError):
        import av

        found["FFmpeg"] = str(av.ffmpeg_version_info)
    with suppress(ImportError):
        from PIL import features

        names = {"libwebp": "webp", "libjpeg-turbo": "libjpeg_turbo", "zlib-ng": "zlib_ng"}
        found |= {name: str(features.version(key) or "") for name, key in names.items()}
    return {name: version for name, version in sorted(found.items()) if version}


def _expat() -> str:
    from xml.parsers import expat

    return expat.EXPAT_VERSION.removeprefix("expat_")


def too_old(versions: dict[str, str]) -> list[str]:
    """A sentence for every library below its minimum; what is not there cannot be too old."""
    lower = {name.lower(): (name, found) for name, found in versions.items()}
    said = []
    for name, least in MINIMA.items():
        spelled, found = lower.get(name.lower(), (name, least.version))
        if numbers(found) < numbers(least.version):
            said.append(
                f"{spelled} is {found} and has to be {least.version} or newer ({least.why})"
            )
    return said


def numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version, for comparing: `n8.1.2-rc1` is (8, 1, 2)."""
    found = re.search(r"\d+(?:\.\d+)*", version)
    values = [int(n) for n in found[0].split(".")] if found else []
    return tuple(values + [0] * (4 - len(values)))


def bill(parts: Iterable[Part], libraries: dict[str, str]) -> dict[str, Any]:
    """A bill of materials in CycloneDX 1.6 (ECMA-424), the same for the same parts.

    `himmel:record-sha256` is the hash of a package's list of files, which holds a hash for each.
    """
    parts = list(parts)
    known = {part.name: _reference(part) for part in parts}
    components = [
        *(_component(part) for part in parts),
        *({"type": "library", "name": n, "version": v, "bom-ref": f"bundled:{n}@{v}"}
          for n, v in libraries.items()),
        *_weights(),
    ]  # fmt: skip
    depends = [
        {"ref": known[part.name], "dependsOn": sorted(known[n] for n in part.needs if n in known)}
        for part in parts
    ]
    content = json.dumps([components, depends, himmel.__version__], sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_OID, content).urn,
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "himmel",
                "name": "himmel",
                "version": himmel.__version__,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
            "properties": [{"name": "himmel:python", "value": platform.python_version()}],
        },
        "components": components,
        "dependencies": [{"ref": "himmel", "dependsOn": sorted(known.values())}, *depends],
    }


def _component(part: Part) -> dict[str, Any]:
    licences = [{"license": {"name": part.licence}}] if part.licence else []
    digest = [{"name": "himmel:record-sha256", "value": part.sha256}] if part.sha256 else []
    return {
        "type": "library",
        "bom-ref": _reference(part),
        "name": part.name,
        "version": part.version,
        "purl": _reference(part),
        **({"licenses": licences} if licences else {}),
        **({"properties": digest} if digest else {}),
    }


def _reference(part: Part) -> str:
    return f"pkg:pypi/{part.name}@{part.version}"


def _weights() -> list[dict[str, Any]]:
    """The weights that came with himmel: each model by the hash of its list of checksums."""
    found = []
    with suppress(FileNotFoundError, NotADirectoryError):
        for model in sorted(resources.files("himmel").joinpath("weights").iterdir(), key=str):
            listed = model.joinpath("checksums.json")
            if listed.is_file():
                digest = hashlib.sha256(listed.read_bytes()).hexdigest()
                hashes = [{"alg": "SHA-256", "content": digest}]
                reference = f"weights:{model.name}"
                found.append(
                    {"type": "machine-learning-model", "bom-ref": reference, "name": model.name,
                     "hashes": hashes}
                )  # fmt: skip
    return found


def _part(distribution: metadata.Distribution) -> Part:
    about, record = distribution.metadata, distribution.read_text("RECORD")
    return Part(
        _normal(about["Name"]),
        distribution.version,
        _licence(about),
        hashlib.sha256(record.encode()).hexdigest() if record else "",
        tuple(sorted(set(_needs(distribution)))),
    )


def _licence(about: Any) -> str:
    """As an expression where there is one, else by classifier, else the first line of the field."""
    classifiers = about.get_all("Classifier") or []
    named = [c.rpartition(" :: ")[2] for c in classifiers if c.startswith("License ::")]
    lines = str(about.get("License") or "").strip().splitlines()
    return str(about.get("License-Expression") or " AND ".join(named) or (lines or [""])[0][:80])


def _needs(distribution: metadata.Distribution, but: tuple[str, ...] | None = None) -> list[str]:
    """Names that a package requires; those of its extras only where it is said which to leave out."""
    names = []
    for line in distribution.requires or []:
        extra = _EXTRA.search(line)
        wanted = extra is None or (but is not None and extra[1] not in but)
        if wanted and (name := re.match(r"[\w.-]+", line)):
            names.append(_normal(name[0]))
    return names


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
