"""Who may speak to whom: the contracts in pyproject.toml, and those that import-linter cannot say."""

from __future__ import annotations

import sys
import tomllib

import house
import pytest

JUDGES = house.SOURCE / "models" / "judge"
GENERATORS = (
    "himmel.models.dit",
    "himmel.models.video_codec",
    "himmel.diffusion",
    "himmel.generate",
)


def test_the_contracts_of_import_linter_hold():
    run = house.run_python(
        "from importlinter.cli import lint_imports_command as lint; lint(['--no-logo'])"
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_floor_of_the_plan_is_a_room():
    plan = tomllib.loads((house.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = plan["tool"]["importlinter"]["contracts"][0]["layers"]
    rooms = sorted(room.strip() for floor in layers for room in floor.split("|"))
    assert rooms == house.ROOMS


@pytest.mark.parametrize(
    ("room", "allowed"),
    [
        ("diffusion", {"torch", "himmel.core", "himmel.diffusion"}),
        ("core", {"torch", "numpy", "safetensors", "himmel.core"}),
    ],
)
def test_a_room_of_mathematics_stands_alone(room, allowed):
    allowed = allowed | sys.stdlib_module_names
    strangers = [
        f"{house.name(path)}:{line} imports {module}"
        for path in (house.SOURCE / room).rglob("*.py")
        for line, module in house.imports(path)
        if not _within(module, allowed)
    ]
    assert not strangers


def test_the_world_imports_no_torch():
    assert not list(_imports_of(house.SOURCE / "world", ("torch",)))


def test_judges_import_no_generator():
    assert JUDGES.is_dir()
    assert not list(_imports_of(JUDGES, GENERATORS))


def test_networks_do_not_know_how_they_are_spread_over_machines():
    assert not list(_imports_of(house.SOURCE / "models", ("himmel.parallel",)))


def test_every_folder_with_code_is_a_package():
    folders = {path.parent for path in house.sources()}
    assert not [house.name(f) for f in folders if not (f / "__init__.py").exists()]


def test_there_is_no_room_for_leftovers():
    """A name such as `utils` says nothing about what lies inside."""
    banned = {"utils", "util", "helpers", "common", "misc", "manager"}
    named = [p for p in house.sources() if banned & {p.stem.strip("_"), p.parent.name}]
    assert not [house.name(p) for p in named]


def _within(module: str, allowed: set[str]) -> bool:
    parts = module.split(".")
    return any(".".join(parts[:n]) in allowed for n in range(1, len(parts) + 1))


def _imports_of(folder, modules):
    for path in sorted(folder.rglob("*.py")):
        for line, module in house.imports(path):
            if _within(module, set(modules)):
                yield f"{house.name(path)}:{line} imports {module}"
