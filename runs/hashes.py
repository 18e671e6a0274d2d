"""Write requirements/*.txt: each package that himmel needs to run, a version, hashes of its wheels.

python runs/hashes.py [FOLDER]

pip decides on the versions, without installing anything; the hashes are those of the Python Package
Index (PEP 691), of wheels alone, so that nothing is run to install them. base.txt is what `pip install
himmel` brings, extras.txt what its extras bring besides, cuda.txt what PyTorch for GPUs brings besides.
Needs the network.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).parents[1]
INDEX = "https://pypi.org/simple"
EXTRAS = ("world", "wan", "hub", "data", "detectors")  # those that users need; tests have others
PYTHONS = ("cp311", "cp312", "cp313", "cp314", "py3", "py2.py3")
SYSTEMS = ("any", "manylinux", "macosx", "win_amd64", "win_arm64")
NO_CUDA = {"platform_system": "Darwin", "sys_platform": "darwin", "platform_machine": "arm64"}
HEAD = "# Made by runs/hashes.py. {}\n"
SAYS = {
    "base": "What himmel needs to run:\n# pip install --require-hashes -r requirements/base.txt",
    "extras": "What the extras {} need besides base.txt.",
    "cuda": "What PyTorch for GPUs needs besides base.txt, on Linux.",
}

Found = dict[str, dict[str, Any]]  # metadata of packages by name


def wanted(extras: Sequence[str]) -> list[str]:
    """The project's requirements, and those of some extras, its own name resolved."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        for line in project["optional-dependencies"][extra]:
            own = Requirement(line)
            lines += wanted(sorted(own.extras)) if own.name == "himmel" else [line]
    return list(dict.fromkeys(lines))


def resolved(lines: Sequence[str]) -> Found:
    """What pip would install for them into an empty folder, asked of the index alone."""
    call = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
    call += ["--only-binary", ":all:", "--report", "-", *lines]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PIP_FIND")}
    told = subprocess.run(
        call, capture_output=True, check=True, env={**clean, "PIP_CONFIG_FILE": os.devnull}
    ).stdout
    every = [entry["metadata"] for entry in json.loads(told)["install"]]
    return {canonicalize_name(found["name"]): found for found in every}


def needed(found: Found, lines: Sequence[str], environment: Mapping[str, str]) -> set[str]:
    """The names among `found` that some requirements lead to in an environment."""
    open_lines, names = list(lines), set[str]()
    while open_lines:
        asked = Requirement(open_lines.pop())
        name = canonicalize_name(asked.name)
        if name not in found or name in names or not _applies(asked, environment):
            continue
        names.add(name)
        open_lines += found[name].get("requires_dist", [])
    return names


def _applies(asked: Requirement, environment: Mapping[str, str]) -> bool:
    return asked.marker is None or asked.marker.evaluate({**environment, "extra": ""})


def hashes(name: str, version: str) -> list[str]:
    """SHA-256 of the wheels of a version for the Pythons and systems that himmel runs on."""
    kind = {"Accept": "application/vnd.pypi.simple.v1+json"}
    request = urllib.request.Request(f"{INDEX}/{name}/", headers=kind)
    with urllib.request.urlopen(request, timeout=60) as answer:
        files = json.load(answer)["files"]
    return sorted({f["hashes"]["sha256"] for f in files if _usable(f, version)})


def _usable(file: Mapping[str, Any], version: str) -> bool:
    if not file["filename"].endswith(".whl") or file.get("yanked"):
        return False
    _, found, _, tags = parse_wheel_filename(file["filename"])
    return str(found) == version and any(
        (tag.interpreter in PYTHONS or tag.abi == "abi3")
        and not re.fullmatch(r"cp\d+t", tag.abi)
        and tag.platform.startswith(SYSTEMS)
        for tag in tags
    )


def listed(found: Found, names: Iterator[str] | set[str]) -> str:
    """Lines of a requirements file."""
    lines = []
    for name in sorted(names):
        version = found[name]["version"]
        rows = [f"    --hash=sha256:{digest}" for digest in hashes(name, version)]
        lines.append(" \\\n".join([f"{name}=={version}", *rows]) + "\n")
    return "".join(lines)


def main(folder: Path) -> None:
    """Write the three files."""
    usual, every = wanted(()), wanted(EXTRAS)
    found = resolved(every)
    base, plain = needed(found, usual, NO_CUDA), needed(found, every, NO_CUDA)
    parts = {"base": base, "extras": plain - base, "cuda": {*found} - plain}
    for name, names in parts.items():
        head = HEAD.format(SAYS[name].format(", ".join(EXTRAS)))
        (folder / f"{name}.txt").write_text(head + listed(found, names), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "requirements")
