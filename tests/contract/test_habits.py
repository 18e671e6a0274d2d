"""Habits that have cost others weeks: each is looked for in the syntax tree of every file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import house
import pytest

MACHINE_PATH = re.compile(
    r"^(/(home|root|work|mnt|data|usr|opt|tmp|var|scratch|Users)(/|$)|[A-Z]:\\)"
)
URL_HOST = re.compile(r"https?://([\w.-]+)")
# Loopback, and names that identify a format rather than a place to connect to.
KNOWN_HOSTS = {
    "localhost", "127.0.0.1", "www.w3.org", "ns.adobe.com", "c2pa.org", "cv.iptc.org", "spdx.org",
    "mlcommons.org", "schema.org", "w3id.org", "creativecommons.org", "iptc.org", "purl.org",
    "www.tc260.org.cn", "himmel.invalid",
}  # fmt: skip
UNSAFE_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
UNSAFE_CALLS = {
    "eval", "exec", "compile", "__import__", "torch.load", "torch.save", "yaml.load", "os.system",
    "os.popen",
}  # fmt: skip
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.putenv", "os.unsetenv"}
TENSOR_MAKERS = {"randn", "rand", "zeros", "ones", "empty", "full", "randint"}
TENSOR_ROOMS = ("models", "diffusion", "conditions", "interop", "generate", "train", "engines")


def no_print(path: Path) -> Iterator[ast.AST]:
    """Programs speak through the command line's console; a library is silent."""
    return (c for c in _calls(path) if house.dotted(c.func) == "print")


def no_machine_paths(path: Path) -> Iterator[ast.AST]:
    """A path of somebody's machine is wrong on every other one."""
    return (s for s in _strings(path) if MACHINE_PATH.match(s.value))


def no_foreign_hosts(path: Path) -> Iterator[ast.AST]:
    """Nothing is fetched unless the user names it; docstrings may cite sources."""
    prose = _docstrings(path)
    for string in _strings(path):
        if id(string) not in prose and set(URL_HOST.findall(string.value)) - KNOWN_HOSTS:
            yield string


def no_environment(path: Path) -> Iterator[ast.AST]:
    """Settings are read in core/env.py alone, so that one page lists them all."""
    if path == house.SOURCE / "core" / "env.py":
        return iter(())
    return (n for n in ast.walk(house.tree(path)) if house.dotted(n) in ENVIRONMENT)


def no_code_from_data(path: Path) -> Iterator[ast.AST]:
    """A file of weights or settings must not be able to run code."""
    for node in ast.walk(house.tree(path)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = {a.name for a in node.names} | {getattr(node, "module", None)}
            if modules & UNSAFE_MODULES:
                yield node
    for call in _calls(path):
        switches = {k.arg for k in call.keywords if getattr(k.value, "value", None) is True}
        if house.dotted(call.func) in UNSAFE_CALLS or switches & {"shell", "allow_pickle"}:
            yield call


def no_frozen_shapes(path: Path) -> Iterator[ast.AST]:
    """Sizes come from a configuration; a shape in digits breaks at the next model."""
    if not path.is_relative_to(house.SOURCE) or house.name(path).split("/")[2] not in TENSOR_ROOMS:
        return
    for node in ast.walk(house.tree(path)):
        if isinstance(node, ast.Call) and house.dotted(node.func).split(".")[-1] in TENSOR_MAKERS:
            values = [v for a in node.args for v in (a.elts if _is_sequence(a) else [a])]
            if sum(map(_is_size, values)) >= 3:
                yield node
        elif _is_sequence(node) and len(node.elts) >= 4 and all(map(_is_large, node.elts)):
            yield node
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            yield from [node] * (_is_large(node.left) and _is_large(node.right))


HABITS = (
    no_print, no_machine_paths, no_foreign_hosts, no_environment, no_code_from_data, no_frozen_shapes,
)  # fmt: skip


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.__name__)
def test_habit(habit):
    found = [f"{house.name(p)}:{n.lineno}" for p in house.sources() for n in habit(p)]
    assert not found, habit.__doc__


@pytest.mark.parametrize(
    ("habit", "line"),
    [
        (no_print, "print(1)"),
        (no_machine_paths, "p = '/ho' 'me/someone/weights'"),
        (no_foreign_hosts, "u = 'https://example.org/weights'"),
        (no_environment, "import os\nos.getenv('HOME')"),
        (no_code_from_data, "import torch\ntorch.load('w.pt')"),
        (no_code_from_data, "import pickle"),
        (no_code_from_data, "run('ls', shell=True)"),
        (no_frozen_shapes, "torch.randn(1, 21, 16, 60, 104)"),
        (no_frozen_shapes, "torch.zeros((16, 60, 104))"),
        (no_frozen_shapes, "SHAPE = [21, 16, 60, 104]"),
        (no_frozen_shapes, "tokens = 16 * 60"),
    ],
)
def test_habit_is_noticed(habit, line, tmp_path, monkeypatch):
    monkeypatch.setattr(house, "ROOT", tmp_path)
    monkeypatch.setattr(house, "SOURCE", tmp_path / "src" / "himmel")
    path = tmp_path / "src" / "himmel" / "train" / "bad.py"
    path.parent.mkdir(parents=True)
    path.write_text(line)
    assert list(habit(path))


def _calls(path: Path) -> Iterator[ast.Call]:
    return (n for n in ast.walk(house.tree(path)) if isinstance(n, ast.Call))


def _strings(path: Path) -> Iterator[ast.Constant]:
    nodes = ast.walk(house.tree(path))
    return (n for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))


def _docstrings(path: Path) -> set[int]:
    nodes = (n for n in ast.walk(house.tree(path)) if isinstance(n, ast.Expr))
    return {id(n.value) for n in nodes}


def _is_sequence(node: ast.AST) -> bool:
    return isinstance(node, ast.Tuple | ast.List)


def _is_size(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value > 1


def _is_large(node: ast.AST) -> bool:
    return _is_size(node) and 8 <= node.value <= 256
