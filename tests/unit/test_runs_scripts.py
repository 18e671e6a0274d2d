"""The scripts under runs/: the CPU's with a recipe that only pretends to train, the GPU's with the
toy recipe itself, on a machine that has no more than a bare GPU machine."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest
import torch
from torch import nn

from himmel.core.errors import HimmelError
from himmel.core.tensors import read_safetensors
from himmel.interop.weights import load_state, save_weights
from himmel.models.upscaler import Upscaler, UpscalerConfig
from himmel.train.schedule import ScheduleConfig
from himmel.train.trainer import TrainConfig
from himmel_recipes import __main__ as command
from himmel_recipes.catalogue import STAGES as RECIPE_STAGES
from himmel_recipes.settings import Folders
from himmel_recipes.travel import Unfinished, begin_where_cut, send_home, take

ROOT = Path(__file__).resolve().parents[2]
STAGES = "world basis judge_near judge_find judge text transformer decoder polish"
ABSENT = ("av", "rich", "tokenizers", "tensorboard", "diffusers")
PRETENDER = """
import argparse, pathlib
parser = argparse.ArgumentParser()
parser.add_argument("recipe")
for name in ("stage", "minutes", "session-minutes", "root", "device"):
    parser.add_argument("--" + name)
args = parser.parse_args()
run = pathlib.Path(args.root, "runs", args.stage or "export")
run.mkdir(parents=True, exist_ok=True)
(run / "log.txt").open("a").write(f"{args.recipe} {args.stage} {args.device} {args.minutes}\\n")
"""
TRAVELLER = """
import pathlib, sys
def main():
    if sys.argv[1] == "home":
        for number in range(9):
            pathlib.Path(sys.argv[3], f"{number}.safetensors").touch()
"""


@pytest.fixture
def tree(tmp_path):
    shutil.copytree(ROOT / "runs", tmp_path / "tree" / "runs")
    (tmp_path / "tree" / "src").symlink_to(ROOT / "src")
    recipes = tmp_path / "tree" / "recipes"
    recipes.mkdir()
    (recipes / "__init__.py").touch()
    (recipes / "__main__.py").write_text(PRETENDER)
    (recipes / "travel.py").write_text(TRAVELLER)
    return tmp_path


def start(folder, script, *options, python_path=""):
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(python_path)}
    command = ["bash", str(script), *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=pipe, stderr=pipe, text=True
    )


def run(folder, script, *options, **more):
    process = start(folder, script, *options, **more)
    out, err = process.communicate(timeout=300)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def test_cpu_stages_run_in_order_and_the_export_comes_last(tree):
    script = "tree/runs/embedded_cpu.sh"
    done = run(tree, script, "--minutes", "3", "--root", "here")
    assert done.returncode == 0, done.stderr
    order = [s.split(", ")[1] for s in done.stdout.splitlines() if s.startswith("himmel: embedded")]
    assert order == list(RECIPE_STAGES)
    assert (tree / "here/runs/text/log.txt").read_text() == "embedded text None 3\n"
    unknown = run(tree, script, "--hours", "3")
    assert unknown.returncode == 1 and "unknown option --hours" in unknown.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "9 weight files"),
        (["--resume", "nowhere"], "holds no rest.tar.gz"),
        (["--minutes", "0.5"], "0.5 minutes are too few"),
        (["--pace", "1"], "unknown option --pace"),
        (["--set"], "--set needs a value"),
    ],
)
def test_gpu_says_what_is_wrong(tree, options, message):
    done = run(tree, "tree/runs/gpu.sh", "--out", "out", "--root", "root", *options)
    assert done.returncode == 1 and message in done.stdout + done.stderr
    if not options:
        assert "10 files of" in done.stderr


def test_gpu_asks_at_once_for_what_rendering_needs(tree):
    (tree / "mujoco.py").write_text("raise ModuleNotFoundError('no mujoco here')")
    options = ["--out", "out", "--root", "root", "--stages", "world transformer"]
    done = run(tree, "tree/runs/gpu.sh", *options, python_path=tree)
    assert done.returncode == 1
    wanted = "himmel: nothing can be rendered here: ModuleNotFoundError: no mujoco here\n"
    assert done.stderr == wanted


def test_the_queue_says_what_waits(tmp_path):
    script = ROOT / "runs/gpu_queue.sh"
    listed = run(tmp_path, script, "--list")
    assert listed.returncode == 0 and "1  decoder" in listed.stdout, listed.stderr
    unknown = run(tmp_path, script, "9")
    assert unknown.returncode == 1 and "there is no entry 9" in unknown.stderr


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder for calls that go on from each other, and what a bare machine has not."""
    folder = tmp_path_factory.mktemp("rented")
    for name in ABSENT:
        absent = folder / "absent" / f"{name}.py"
        absent.parent.mkdir(exist_ok=True)
        absent.write_text(f"raise ModuleNotFoundError('no {name} on a bare machine')")
    return folder


def gpu(place, root, out, *options):
    script = ROOT / "runs" / "gpu.sh"
    toy = ["--recipe", "toy", "--device", "cpu", "--root", root, "--out", out]
    return start(place, script, *toy, *options, python_path=place / "absent")


@pytest.fixture(scope="module")
def first(place):
    """Every stage of the toy recipe in one call."""
    process = gpu(place, "root", "first", "--stages", STAGES, "--budget", "1", "--set", "seed=3")
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return place / "first"


@pytest.fixture(scope="module")
def cut(place, first):
    """A call on another machine, told to end in the middle of the transformer."""
    (place / "other").mkdir()
    (place / "other" / "world").symlink_to(place / "root" / "world")
    long = ["--set", "transformer.film_steps=100000", "--set", "seed=3"]
    options = ["--stages", "basis transformer decoder", "--resume", "first", *long]
    process = gpu(place, "other", "cut", *options)
    log = place / "other/runs/transformer/log.txt"
    while process.poll() is None and not (log.exists() and "step 20/" in log.read_text()):
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    out, errors = process.communicate(timeout=300)
    assert process.returncode == 0 and "stopped in time" in out, errors
    return place / "cut"


def unpacked(out, target):
    """The model folder of an --out, by hand."""
    files = [p for p in out.rglob("*") if p.is_file()]
    assert len(files) <= 8 and max(p.stat().st_size for p in files) <= 15 * 2**20
    shutil.copytree(out, target)
    with tarfile.open(out / "rest.tar.gz") as rest:
        rest.extractall(target, filter="data")
    return target / "model"


def test_every_stage_comes_home(first, tmp_path):
    model = unpacked(first, tmp_path / "home")
    names = {"codec", "judge", "judge_find", "judge_near", "text", "transformer"}
    assert {p.stem for p in first.rglob("*.safetensors")} == names
    assert (model / "tokenizer.json").exists()
    assert (tmp_path / "home/runs/polish/log.txt").exists()
    for name in names:
        assert all(t.isfinite().all() for t in load_state(model, name).values())
    stored = read_safetensors(model / "transformer.safetensors")
    assert {t.dtype for t in stored.values()} == {torch.bfloat16}


def test_a_stage_that_is_cut_short_sends_its_weights(cut, first, tmp_path):
    model = unpacked(cut, tmp_path / "home")
    assert [p.name for p in cut.rglob("*.safetensors")] == ["transformer_partial.safetensors"]
    whole = load_state(unpacked(first, tmp_path / "first"), "transformer")
    part = load_state(model, "transformer_partial")
    assert {n: t.shape for n, t in part.items()} == {n: t.shape for n, t in whole.items()}
    assert not torch.equal(part["proj_out.weight"], whole["proj_out.weight"])


def test_the_next_call_begins_with_them_and_a_failure_costs_nothing_made_before(place, first, cut):
    (place / "third").mkdir()
    (place / "third" / "latents").symlink_to(place / "other" / "latents")
    options = ["--stages", "transformer decoder", "--resume", "cut", "--resume", "first"]
    process = gpu(place, "third", "last", *options)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 1 and "holds no shards" in errors and "ended with code 1" in errors
    assert [p.name for p in (place / "last/model").iterdir()] == ["transformer.safetensors"]
    log = (place / "third/runs/transformer/log.txt").read_text()
    assert log.startswith("beginning with the weights transformer_partial\n")


def test_the_queue_s_benchmarks_run_on_a_bare_machine(place):
    options = ["6", "--device", "cpu", "--benchmarks", "attention", "--out", "speed"]
    done = run(place, ROOT / "runs/gpu_queue.sh", *options, python_path=place / "absent")
    assert done.returncode == 0, done.stderr
    told = json.loads((place / "speed/attention.json").read_text())
    assert told["name"] == "attention" and told["metrics"]["rate.ours"]["value"] > 0
    assert json.loads(done.stdout) == told
    unknown = run(place, ROOT / "runs/gpu_bench.sh", "--pace", "1")
    assert unknown.returncode == 1 and "unknown option --pace" in unknown.stderr


def test_what_is_here_stays(tmp_path):
    config = TrainConfig(recipe="r", schedule=ScheduleConfig(steps=1))
    folders = Folders(tmp_path / "root")
    for folder, value in (("old", 1.0), ("new", 2.0), ("root/model", 3.0)):
        save_weights(tmp_path / folder, "text", {"w": torch.full((2,), value)}, config)
        name = f"only-{value:g}"
        save_weights(tmp_path / folder, name, {"w": torch.full((2,), value)}, config)
    take(folders, [tmp_path / "new", tmp_path / "old"])
    found = {n: load_state(folders.model, n)["w"][0] for n in ("text", "only-1", "only-2")}
    assert found == {"text": 3, "only-1": 1, "only-2": 2}


def test_weights_of_another_network_are_refused(tmp_path):
    config = TrainConfig(recipe="r", schedule=ScheduleConfig(steps=1))
    folders = Folders(tmp_path)
    save_weights(folders.model, "text_partial", nn.Linear(2, 3).state_dict(), config)
    with pytest.raises(HimmelError, match="belongs to another network"):
        begin_where_cut(folders, "text", nn.Linear(3, 2))


def test_a_session_ends_in_time(monkeypatch, capsys):
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(command, "run", lambda *_, **__: time.sleep(30))
    began = time.monotonic()
    assert command.main(["toy", "--stage", "world", "--session-minutes", "0.002"]) == 75
    assert time.monotonic() - began < 10
    assert "run it again" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_command_says_what_is_wrong(monkeypatch, capsys):
    def unfinished(*_, **__):
        raise Unfinished("text is not finished")

    monkeypatch.setattr(command, "run", unfinished)
    assert command.main(["toy", "--stage", "text"]) == 75
    assert command.main(["toy", "--set", "seed"]) == 1
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert command.main(["toy", "--device", "cuda"]) == 1
    said = capsys.readouterr().err
    for part in ("text is not finished", "'seed' is not a setting", "no CUDA device"):
        assert part in said


def tables(record):
    command = [sys.executable, ROOT / "runs/tables.py", ROOT / "records/embedded" / record]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_tables_are_those_of_the_reports():
    told = tables("2026-11-23_first_weights")
    assert "| kind | 0.600 | 0.560-0.638 | 0.790 | 0.759 | 0.90 | 0.837 |" in told
    assert "| pairs never seen | 0.267 | 0.220-0.319 | 0.773 | 0.345 |" in told
    assert "0.26 [0.25, 0.27]" in told and "ratio 2.11" in told


def test_tables_have_the_second_judge_of_their_day_and_no_report_that_is_missing():
    report = json.loads((ROOT / "records/embedded/2026-11-29_far_tiles/adherence.json").read_text())
    rules = report["metrics"]["kind.parser"]
    told = tables("2026-11-29_far_tiles")
    assert f"| 0.90 | {rules['value'] / rules['ceiling']:.3f} |" in told
    assert "The judge on reconstructions" in told and "seconds a second" not in told


def test_an_upscaler_that_is_finished_comes_home(tmp_path):
    folders = Folders(tmp_path / "root")
    folders.model.mkdir(parents=True)
    take(folders, [])
    time.sleep(0.02)
    config = UpscalerConfig()
    save_weights(folders.model, "upscaler", Upscaler(config).state_dict(), config)
    send_home(folders, tmp_path / "home")
    assert load_state(tmp_path / "home", "upscaler").keys() == Upscaler(config).state_dict().keys()
