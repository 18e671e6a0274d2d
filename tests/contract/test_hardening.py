"""What keeps strangers' bytes from becoming code: doors of which there is one, and what no code calls."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import house
import pytest

from himmel.engines import parts

# Who may do what cannot be taken back: start programs, speak to the network, read tensors or media.
ALLOWED = {
    "subprocess": {"engines/audit.py", "media/apart.py"},
    "ctypes": {"media/confine.py"},
    "socket": set(), "http": {"generate/endpoint.py"},  # an upsampler at an address that a person names
    "urllib": {"generate/endpoint.py", "data/optout.py"},  # the latter its parser of addresses
    "requests": set(), "httpx": set(),
    "ftplib": set(), "smtplib": set(), "telnetlib": set(), "xmlrpc": set(),
    "pickle": set(), "marshal": set(), "shelve": set(), "dill": set(), "cloudpickle": set(),
    "joblib": set(), "yaml": set(), "code": set(), "codeop": set(), "runpy": set(), "imp": set(),
    "zipfile": {"world/props/archive.py"}, "tarfile": set(), "zipimport": set(),
}  # fmt: skip
# `dotted name` anywhere, however it was imported.
FORBIDDEN_CALLS = {
    "eval", "exec", "compile", "__import__", "breakpoint", "builtins.eval", "builtins.exec",
    "torch.load", "torch.save", "torch.jit.load", "torch.hub.load", "torch.package.PackageImporter",
    "torch.export.load", "numpy.fromregex", "yaml.load", "yaml.unsafe_load", "yaml.full_load",
    "os.system", "os.popen", "os.execv", "os.execve", "os.execvp", "os.spawnv", "os.startfile",
    "subprocess.getoutput", "subprocess.getstatusoutput",
    "pandas.read_pickle", "importlib.util.spec_from_file_location",
}  # fmt: skip
NUMPY_LOADERS = {"numpy.load", "numpy.lib.format.read_array"}
TENSOR_LOADERS = {"load_file", "safe_open", "load"}  # of safetensors
MEDIA_READERS = {"read", "picture", "sound", "source"}  # modules that decode in this very process
JSON_READ_BY = {"core/plain.py", "engines/audit.py", "media/_child.py", "safety/rules.py"}
READ_BY = ("media/", "cli/world.py")  # and what himmel wrote a moment ago
READERS = {
    "frames_of", "read_clip", "probe", "read_picture", "picture_frames", "probe_picture", "picture_xmp",
    "read_sound", "sound_blocks", "opened", "decoded",
}  # fmt: skip


def inside(path: Path) -> str:
    """A path below src/himmel, or below the repository for what lies beside."""
    below = house.SOURCE if path.is_relative_to(house.SOURCE) else house.ROOT
    return path.relative_to(below).as_posix()


def known_as(path: Path) -> dict[str, str]:
    """Every name that an import binds in a file, with what it stands for: np -> numpy."""
    names = {}
    for node in ast.walk(house.tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return names


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Calls with the full name of what is called."""
    names = known_as(path)
    for node in ast.walk(house.tree(path)):
        if isinstance(node, ast.Call) and (name := house.dotted(node.func)):
            first, dot, rest = name.partition(".")
            yield names.get(first, first) + dot + rest, node


def dangers(path: Path) -> Iterator[str]:
    """What a file does that no file of the house may do."""
    for line, module in house.imports(path):
        top = module.partition(".")[0]
        if top in ALLOWED and inside(path) not in ALLOWED[top]:
            yield f"{line}: imports {module}"
    for name, call in calls(path):
        said = {k.arg: getattr(k.value, "value", None) for k in call.keywords}
        if name in FORBIDDEN_CALLS or said.get("shell") or said.get("allow_pickle"):
            yield f"{call.lineno}: calls {name}"
        if name in NUMPY_LOADERS and said.get("allow_pickle") is not False:
            yield f"{call.lineno}: calls {name} without allow_pickle=False"
        own = not path.is_relative_to(house.SOURCE) or inside(path) in JSON_READ_BY
        if name in ("json.loads", "json.load") and not own:
            yield f"{call.lineno}: reads JSON past core/plain.py"
        if name == "getattr" and any(
            getattr(a, "value", None) in ("eval", "exec") for a in call.args
        ):
            yield f"{call.lineno}: finds eval by its name"
    yield from _loaders(path)


def _loaders(path: Path) -> Iterator[str]:
    for node in ast.walk(house.tree(path)):
        if not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        names = {a.name for a in node.names}
        loads = node.module.startswith("safetensors") and names & TENSOR_LOADERS
        if loads and inside(path) != "core/tensors.py":
            yield f"{node.lineno}: reads tensors past core/tensors.py"
        room, _, module = node.module.removeprefix("himmel.").partition(".")
        in_process = room == "media" and module in MEDIA_READERS and names & READERS
        if in_process and not inside(path).startswith(READ_BY):
            yield f"{node.lineno}: decodes media in this process; use himmel.media.apart"


@pytest.mark.parametrize("path", house.sources(), ids=house.name)
def test_no_file_is_dangerous(path):
    assert list(dangers(path)) == []


@pytest.mark.parametrize(
    "line",
    [
        "import pickle", "from pickle import loads", "import joblib", "import socket",
        "import subprocess", "import urllib.request", "import yaml", "import zipfile",
        "eval('1')", "exec('1')", "getattr(__builtins__, 'eval')('1')", "import ctypes",
        "import torch\ntorch.load('w')", "import torch\ntorch.load('w', weights_only=True)",
        "from torch import load\nload('w')", "from torch import load as get\nget('w')",
        "import torch as t\nt.jit.load('w')", "from os import system\nsystem('ls')",
        "import json\njson.loads(text)",
        "import numpy as np\nnp.load('a.npy')", "import numpy as np\nnp.load('a', allow_pickle=True)",
        "run('ls', shell=True)", "from safetensors.torch import load_file",
        "from safetensors import safe_open", "from himmel.media.read import frames_of",
        "from himmel.media.picture import fitted, read_picture",
    ],
)  # fmt: skip
def test_a_danger_is_noticed(line, tmp_path, monkeypatch):
    monkeypatch.setattr(house, "ROOT", tmp_path)
    monkeypatch.setattr(house, "SOURCE", tmp_path / "src" / "himmel")
    path = tmp_path / "src" / "himmel" / "generate" / "bad.py"
    path.parent.mkdir(parents=True)
    path.write_text(line)
    assert list(dangers(path))


@pytest.mark.parametrize(
    "line",
    [
        "import numpy as np\nnp.load('a', allow_pickle=False)", "model.eval()", "re.compile('a')",
        "from himmel.media.apart import frames_of", "from himmel.media.picture import write_picture",
        "from safetensors.torch import save_file", "pattern.exec('a')",
    ],
)  # fmt: skip
def test_what_is_harmless_passes(line, tmp_path, monkeypatch):
    monkeypatch.setattr(house, "ROOT", tmp_path)
    monkeypatch.setattr(house, "SOURCE", tmp_path / "src" / "himmel")
    path = tmp_path / "src" / "himmel" / "generate" / "good.py"
    path.parent.mkdir(parents=True)
    path.write_text(line)
    assert list(dangers(path)) == []


def test_libraries_inside_of_packages_are_new_enough():
    versions = parts.bundled() | {part.name: part.version for part in parts.installed()}
    assert {"FFmpeg", "pillow", "torch", "libwebp", "expat"} <= set(versions)
    assert parts.too_old(versions) == []


def test_nothing_older_can_be_installed():
    """What a fresh installation may choose is not below the minima."""
    declared = tomllib.loads((house.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lowest = {
        m[1]: m[2]
        for line in declared["project"]["dependencies"]
        if (m := re.match(r"([\w-]+)>=([\d.]+)", line))
    }
    for name in ("torch", "pillow"):
        least = {k.lower(): v for k, v in parts.MINIMA.items()}[name]
        assert parts.numbers(lowest[name]) >= parts.numbers(least.version)
    assert parts.numbers(lowest["av"]) >= (18, 1)  # the first wheel with FFmpeg 8.1.2


def test_every_row_of_the_security_page_has_its_test():
    page = (house.ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and "test" in line]
    ids = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)
    assert len(rows) >= 12 and len(ids) >= len(rows) - 1
    for file, test in ids:
        names = [n for n, _ in house.functions(house.tree(house.ROOT / file))]
        assert test in names, f"{file}::{test} is no test"
