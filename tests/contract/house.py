"""What the contract tests share: the files of the house, their syntax trees, a clean interpreter."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "himmel"
NEIGHBOURS = (ROOT / "recipes", ROOT / "benchmarks")
ROOMS = sorted(
    [p.parent.name for p in SOURCE.glob("*/__init__.py")]
    + [p.stem for p in SOURCE.glob("*.py") if not p.stem.startswith("_")]
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def sources() -> tuple[Path, ...]:
    """Every Python file of the house and of its neighbours."""
    return tuple(f for folder in (SOURCE, *NEIGHBOURS) for f in sorted(folder.rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name(path: Path) -> str:
    """A path as a reader of the repository writes it."""
    return path.relative_to(ROOT).as_posix()


@cache
def tracked() -> tuple[Path, ...]:
    """Files that a clone holds, and those that are about to be added."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = (ROOT / f for f in sorted(set(listing.stdout.split("\0"))) if f)
    return tuple(f for f in files if f.is_file())


def functions(module: ast.Module) -> Iterator[tuple[str, Function]]:
    """Every function with its dotted name inside the file, nested ones too."""

    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef | Function):
                inner = f"{prefix}{child.name}"
                if isinstance(child, Function):
                    yield inner, child
                yield from walk(child, f"{inner}.")
            else:
                yield from walk(child, prefix)

    yield from walk(module, "")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every import in a file, those inside functions too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module


def dotted(node: ast.AST) -> str:
    """`torch.load` for the expression torch.load; an empty string for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def run_python(code: str, *arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run code in a new interpreter that finds the house, on one thread."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def importable_with(*distributions: str) -> list[str]:
    """Top-level names that a machine with only these distributions installed can import."""
    wanted, todo = set[str](), [_normal(d) for d in distributions]
    while todo:
        distribution = todo.pop()
        if distribution not in wanted:
            wanted.add(distribution)
            todo += _requirements(distribution)
    owners = metadata.packages_distributions()
    found = (top for top, by in owners.items() if wanted & {_normal(b) for b in by})
    return sorted({*found, "himmel", "himmel_recipes"} | sys.stdlib_module_names)


def _requirements(distribution: str) -> list[str]:
    try:
        lines = metadata.requires(distribution) or []
    except metadata.PackageNotFoundError:
        return []
    names = (re.match(r"[\w.-]+", line) for line in lines if "extra ==" not in line)
    return [_normal(n.group()) for n in names if n]


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


ONLY = """
import importlib.abc, json, sys
class Only(importlib.abc.MetaPathFinder):
    allowed = set(json.loads(sys.argv[1]))
    def find_spec(self, fullname, path=None, target=None):
        top = fullname.partition(".")[0]
        if top not in self.allowed and not top.startswith(("_", "__editable__")):
            raise ModuleNotFoundError(f"{fullname} is blocked", name=fullname)
sys.meta_path.insert(0, Only())
"""
