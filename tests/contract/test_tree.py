"""What a clone carries: nothing too large, nothing of somebody's machine, all of it packaged."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile

import house
import pytest

MEGABYTE = 10**6
LARGEST_TREE, LARGEST_WEIGHTS, LARGEST_SHARD = 60 * MEGABYTE, 45 * MEGABYTE, 15 * MEGABYTE
PRIVATE = re.compile(
    r"(?<![\w.~-])/(?:home|root|work|mnt|scratch|Users|Volumes)/[\w.]|\b[A-Z]:\\\w"
)
WEIGHTS = house.SOURCE / "weights"


def test_sizes():
    sizes = {path: path.stat().st_size for path in house.tracked()}
    assert sum(sizes.values()) <= LARGEST_TREE
    assert sum(n for p, n in sizes.items() if p.is_relative_to(WEIGHTS)) <= LARGEST_WEIGHTS
    assert [house.name(p) for p, n in sizes.items() if n > LARGEST_SHARD] == []


def test_no_text_names_a_private_path():
    found = []
    for path in house.tracked():
        data = path.read_bytes()
        if b"\0" not in data[:4096]:
            lines = data.decode("utf-8").splitlines()
            found += [
                f"{house.name(path)}:{n}" for n, s in enumerate(lines, 1) if PRIVATE.search(s)
            ]
    assert not found


@pytest.mark.parametrize("script", ["scripts/try", "scripts/test", "scripts/check", ".ci/run"])
def test_scripts_are_strict_and_executable(script):
    path = house.ROOT / script
    assert "set -euo pipefail" in path.read_text(encoding="utf-8")
    assert os.access(path, os.X_OK)
    subprocess.run(["bash", "-n", path], check=True)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel of the tracked tree, built without network."""
    tree = tmp_path_factory.mktemp("tree")
    for path in house.tracked():
        target = tree / house.name(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    build = "from setuptools import build_meta; build_meta.build_wheel('dist')"
    subprocess.run([sys.executable, "-c", build], cwd=tree, check=True, capture_output=True)
    return next((tree / "dist").glob("himmel-*.whl"))


def test_the_wheel_holds_the_house_and_its_neighbours(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    homes = {house.SOURCE: "himmel", **{n: f"himmel_{n.name}" for n in house.NEIGHBOURS}}
    for folder, package in homes.items():
        tracked = [p for p in house.tracked() if p.is_relative_to(folder)]
        wanted = [p for p in tracked if p.suffix == ".py" or p.is_relative_to(WEIGHTS)]
        assert wanted
        missing = {f"{package}/{p.relative_to(folder).as_posix()}" for p in wanted} - held
        assert not missing
    assert "himmel/py.typed" in held
    foreign = {n.split("/")[0] for n in held if ".dist-info/" not in n}
    assert foreign == {"himmel", "himmel_recipes", "himmel_benchmarks"}


def test_the_wheel_declares_its_command_and_extras(wheel):
    archive = zipfile.ZipFile(wheel)
    texts = {
        n.rpartition("/")[2]: archive.read(n).decode() for n in archive.namelist() if "info/" in n
    }
    assert "himmel = himmel.cli.main:main" in texts["entry_points.txt"]
    for extra in ("world", "train", "eval", "test"):
        assert f"Provides-Extra: {extra}" in texts["METADATA"]
    assert "Requires-Dist: torch<2.14,>=2.11\n" in texts["METADATA"]
