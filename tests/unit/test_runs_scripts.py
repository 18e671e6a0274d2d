"""The scripts under runs/ with a recipe package that only pretends to train."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRETENDER = """
import argparse, pathlib, signal, sys, time
import himmel
parser = argparse.ArgumentParser()
parser.add_argument("recipe")
for name in ("stage", "minutes", "root", "device"):
    parser.add_argument("--" + name)
args = parser.parse_args()
model = pathlib.Path(args.root, "model")
run = pathlib.Path(args.root, "runs", args.stage or "export")
run.mkdir(parents=True, exist_ok=True)
model.mkdir(exist_ok=True)
(run / "log.txt").open("a").write(f"{args.recipe} {args.stage} {args.device} {args.minutes}\\n")
if args.stage == "slow":
    signal.signal(signal.SIGTERM, lambda *_: (model / "slow.safetensors").touch() or sys.exit(0))
    time.sleep(60)
if args.stage == "broken":
    sys.exit(3)
size = 2 << 20 if args.stage == "large" else 10
(model / f"{args.stage}.safetensors").write_bytes(bytes(size))
"""


@pytest.fixture
def tree(tmp_path):
    shutil.copytree(ROOT / "runs", tmp_path / "tree" / "runs")
    (tmp_path / "tree" / "src").symlink_to(ROOT / "src")
    recipes = tmp_path / "tree" / "recipes"
    recipes.mkdir()
    (recipes / "__init__.py").touch()
    (recipes / "__main__.py").write_text(PRETENDER)
    return tmp_path


def run(tree, script, *options):
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "HIMMEL_CACHE": str(tree / "cache")}
    command = ["bash", "tree/runs/" + script, *options]
    return subprocess.run(
        command, check=False, cwd=tree, env=environment, capture_output=True, text=True, timeout=120
    )


def test_cpu_stages_run_in_order_and_the_export_comes_last(tree):
    done = run(tree, "embedded_cpu.sh", "--minutes", "3", "--root", "here")
    assert done.returncode == 0, done.stderr
    order = [s.split(", ")[1] for s in done.stdout.splitlines() if s.startswith("himmel: embedded")]
    assert order[0] == "world" and order[-2:] == ["polish", "export"] and len(order) == 9
    assert (tree / "here/runs/text/log.txt").read_text() == "embedded text None 3\n"
    unknown = run(tree, "embedded_cpu.sh", "--hours", "3")
    assert unknown.returncode == 1 and "unknown option --hours" in unknown.stderr


def test_gpu_stages_bring_home_what_they_wrote(tree):
    first = run(tree, "gpu.sh", "--out", "one", "--stages", "transformer", "--device", "cpu")
    assert first.returncode == 0, first.stderr
    assert (tree / "one/transformer-log.txt").read_text() == "embedded transformer cpu None\n"
    options = ["--out", "two", "--stages", "decoder", "--resume", "one", "--root", "fresh"]
    assert run(tree, "gpu.sh", *options).returncode == 0
    assert (tree / "fresh/model/transformer.safetensors").exists()
    assert [p.name for p in (tree / "two/model").iterdir()] == ["decoder.safetensors"]


def test_gpu_stops_in_time_with_what_there_is(tree):
    options = ["--out", "out", "--minutes", "0.8", "--stages", "quick slow never"]
    done = run(tree, "gpu.sh", *options)
    assert done.returncode == 0, done.stderr
    held = sorted(p.name for p in (tree / "out/model").iterdir())
    assert held == ["quick.safetensors", "slow.safetensors"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--stages", "large", "--shard-mb", "1"], "larger than 1 MiB"),
        (["--stages", "a b c d e f g h i"], "9 weight files are more than 8"),
        (["--stages", "broken"], "stage broken failed (3)"),
        (["--resume", "nowhere"], "holds no folder model"),
        (["--pace", "1"], "unknown option --pace"),
    ],
)
def test_gpu_says_what_is_wrong(tree, options, message):
    done = run(tree, "gpu.sh", "--out", "out", *options)
    assert done.returncode == 1 and message in done.stderr
