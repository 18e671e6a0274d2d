"""What may be imported where: nothing heavy at the door, nothing exotic on a bare machine."""

from __future__ import annotations

import json
import tomllib

import house
import pytest

BARE = ("torch", "numpy", "numba", "scipy", "safetensors", "pillow")
TIMED = """
import sys, time
start = time.perf_counter()
import himmel
print(time.perf_counter() - start)
print(*sorted({name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names))
"""


def test_importing_himmel_is_light_and_quick():
    runs = [house.run_python(TIMED).stdout.splitlines() for _ in range(5)]
    assert min(float(seconds) for seconds, _ in runs) < 0.3
    heavy = {"torch", "numpy", "numba", "scipy", "av", "PIL", "rich", "safetensors"}
    assert not heavy & set(runs[0][1].split())


@pytest.mark.parametrize(
    "module", ["himmel.world", "himmel.train", "himmel.evaluate", "himmel_recipes"]
)
def test_bare_gpu_machines_can_import(module):
    _import_all(module, house.importable_with(*BARE))


@pytest.mark.parametrize("module", ["himmel.generate", "himmel.cli", "himmel.engines"])
def test_the_base_install_is_enough_to_generate(module):
    plan = tomllib.loads((house.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = [requirement.split(">")[0] for requirement in plan["project"]["dependencies"]]
    _import_all(module, house.importable_with(*names))


def test_the_blocker_blocks():
    """Without this the tests above could pass for the wrong reason."""
    run = house.run_python(house.ONLY + "import av", json.dumps(house.importable_with(*BARE)))
    assert "av is blocked" in run.stderr


def _import_all(module: str, allowed: list[str]) -> None:
    code = f"""
import importlib, pkgutil
package = importlib.import_module({module!r})
for found in pkgutil.walk_packages(getattr(package, "__path__", []), package.__name__ + "."):
    importlib.import_module(found.name)
"""
    run = house.run_python(house.ONLY + code, json.dumps(allowed))
    assert run.returncode == 0, run.stderr[-1500:]
