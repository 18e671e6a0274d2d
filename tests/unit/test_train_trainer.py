"""The loop on a toy: exact resumption, skipped steps, signals, previews, logs."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from himmel.core.errors import HimmelError
from himmel.core.rng import numpy_rng
from himmel.train import (
    Callback,
    ConsoleLog,
    Loss,
    OptimiserConfig,
    PreviewSheet,
    ScheduleConfig,
    StopAfter,
    StopFile,
    TrainConfig,
    Trainer,
    compile_blocks,
    read_checkpoint,
    standard_callbacks,
)
from himmel.train.checkpoint import checkpoints

STEPS = 12


class Toy(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.embed = nn.Linear(6, 16)
        self.blocks = nn.ModuleList(
            [nn.Sequential(nn.Linear(16, 16), nn.Dropout(0.1)) for _ in "ab"]
        )
        self.out = nn.Linear(16, 6)
        self.unused = nn.Linear(2, 2)

    def forward(self, x):
        x = self.embed(x)
        for block in self.blocks:
            x = x + block(x).relu()
        return self.out(x)


def data(step, rng):
    x = rng.standard_normal((8, 6)).astype(np.float32)
    return {"x": x, "y": np.roll(x, 1, axis=1)}


def objective(model, batch, generator):
    noise = torch.randn(batch["x"].shape, generator=generator)
    error = (model(batch["x"] + 0.01 * noise).float() - batch["y"]).square().mean()
    return Loss(error, {"error": error.detach()})


def config(**changes):
    schedule = changes.pop("schedule", ScheduleConfig(steps=STEPS, warmup=3))
    optimiser = OptimiserConfig(muon_lr=1e-2, adamw_lr=1e-2)
    return TrainConfig(recipe="toy", schedule=schedule, optimiser=optimiser, seed=3, **changes)


def trainer(folder, *callbacks, objective=objective, data=data, **changes):
    return Trainer(config(**changes), Toy(), objective, data, callbacks, folder=folder)


def final_tensors(folder):
    newest = checkpoints(folder / "checkpoints")[-1]
    groups = read_checkpoint(newest).tensors
    return {f"{g}/{n}": t for g, named in groups.items() for n, t in named.items()}


def assert_same_bits(first, second):
    assert first.keys() == second.keys()
    assert all(torch.equal(first[n], second[n]) for n in first)


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class Until(Callback):
    def __init__(self, step):
        self.step = step

    def after_step(self, trainer, report):
        if trainer.progress.step == self.step:
            trainer.stop("enough")


def test_it_learns_and_splits_the_optimisers(tmp_path):
    one = trainer(tmp_path, schedule=ScheduleConfig(steps=60, warmup=3))
    losses = []
    one.callbacks = (
        type("Take", (Callback,), {"after_step": lambda s, t, r: losses.append(r.loss)})(),
    )
    progress = one.fit()
    assert progress.step == 60 and progress.samples == 480
    assert np.mean(losses[-5:]) < 0.5 * np.mean(losses[:5])
    names = set(final_tensors(tmp_path))
    assert "optimiser/muon/blocks.0.0.weight/momentum_buffer" in names
    assert "optimiser/adamw/blocks.0.0.bias/exp_avg" in names
    assert "optimiser/adamw/out.weight/exp_avg_sq" in names
    assert not any("muon/embed" in n or "unused" in n for n in names if n.startswith("optimiser"))


@pytest.mark.parametrize("stop_at", [1, 7, 11])
def test_a_stopped_run_goes_on_bit_for_bit(tmp_path, stop_at):
    trainer(tmp_path / "whole").fit()
    assert trainer(tmp_path / "parts", Until(stop_at)).fit().step == stop_at
    assert trainer(tmp_path / "parts").fit().step == STEPS
    assert_same_bits(final_tensors(tmp_path / "whole"), final_tensors(tmp_path / "parts"))


def test_a_larger_budget_goes_on_from_before_the_cooldown(tmp_path):
    longer = ScheduleConfig(steps=2 * STEPS, warmup=3)
    trainer(tmp_path / "whole", schedule=longer).fit()
    assert trainer(tmp_path / "parts").fit().step == STEPS
    assert trainer(tmp_path / "parts").fit().step == STEPS  # the same budget is kept as it is
    assert trainer(tmp_path / "parts", schedule=longer).fit().step == 2 * STEPS
    assert_same_bits(final_tensors(tmp_path / "whole"), final_tensors(tmp_path / "parts"))


def test_a_run_that_was_given_more_time_and_stopped_is_not_sent_back(tmp_path):
    longer, longest = (ScheduleConfig(steps=n * STEPS, warmup=3) for n in (4, 6))
    trainer(tmp_path / "whole", schedule=longest).fit()
    trainer(tmp_path / "parts").fit()
    there = STEPS + 2  # behind the first cooldown, before the second one
    assert trainer(tmp_path / "parts", Until(there), schedule=longer).fit().step == there
    notes = []
    listening = type("Notes", (Callback,), {"on_note": lambda s, t, text: notes.append(text)})()
    assert trainer(tmp_path / "parts", listening, schedule=longest).fit().step == 6 * STEPS
    assert f"resumed at step {there}" in notes
    assert_same_bits(final_tensors(tmp_path / "whole"), final_tensors(tmp_path / "parts"))


CHILD = """
import sys, time, torch
torch.set_num_threads(1)
sys.path.insert(0, {here!r})
from pathlib import Path
from himmel.train import Callback, SaveEvery
from test_train_trainer import trainer
class Slow(Callback):
    def after_step(self, trainer, report):
        time.sleep(0.05)
trainer(Path({folder!r}), SaveEvery(steps=1), Slow()).fit()
"""


def child(folder):
    here = str(Path(__file__).parent)
    code = CHILD.format(here=here, folder=str(folder))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, "-c", code], env=environment)


def wait_for_checkpoint(folder, running):
    limit = time.monotonic() + 120
    while not checkpoints(folder / "checkpoints"):
        assert running.poll() is None and time.monotonic() < limit
        time.sleep(0.005)


def test_a_killed_run_goes_on_bit_for_bit(tmp_path):
    trainer(tmp_path / "whole").fit()
    killed = child(tmp_path / "killed")
    wait_for_checkpoint(tmp_path / "killed", killed)
    time.sleep(float(np.random.default_rng().uniform(0, 0.4)))
    killed.kill()
    killed.wait()
    left = checkpoints(tmp_path / "killed" / "checkpoints")
    assert 1 <= len(left) <= 3 and int(left[-1].name[5:]) < STEPS
    assert trainer(tmp_path / "killed").fit().step == STEPS
    assert_same_bits(final_tensors(tmp_path / "whole"), final_tensors(tmp_path / "killed"))


def test_sigterm_saves_and_exits_cleanly(tmp_path):
    running = child(tmp_path)
    wait_for_checkpoint(tmp_path, running)
    running.send_signal(signal.SIGTERM)
    assert running.wait(60) == 0
    assert read_checkpoint(checkpoints(tmp_path / "checkpoints")[-1]).step < STEPS


def test_non_finite_steps_change_nothing_and_keep_their_batch(tmp_path):
    def spoiled(model, batch, generator):
        loss = objective(model, batch, generator)
        return Loss(loss.value * float("nan")) if batch["bad"].any() else loss

    def sometimes(step, rng):
        return {**data(step, rng), "bad": np.full(8, step == 5)}

    seen = []

    class Watch(Callback):
        def after_step(self, trainer, report):
            weights = {n: t.clone() for n, t in trainer.model.state_dict().items()}
            state = {n: t.clone() for n, t in trainer.optimisers.tensors().items()}
            seen.append(({**weights, **state}, report.skipped))

    progress = trainer(tmp_path, Watch(), objective=spoiled, data=sometimes).fit()
    assert progress.skipped == 1 and progress.nonfinite == 0
    assert [skipped for _, skipped in seen] == [i == 5 for i in range(STEPS)]
    assert_same_bits(seen[4][0], seen[5][0])
    kept = load_file(tmp_path / "nonfinite" / "step-00000005.safetensors")
    again = data(5, numpy_rng(3, "data", 5))
    assert np.array_equal(kept["x"].numpy(), again["x"])


def test_many_non_finite_steps_end_the_run(tmp_path):
    def broken(model, batch, generator):
        return Loss(model(batch["x"]).mean() * float("inf"))

    with pytest.raises(HimmelError, match=r"4 steps in a row.*lower the learning rates"):
        trainer(tmp_path, objective=broken, max_nonfinite=4).fit()
    assert len(list((tmp_path / "nonfinite").iterdir())) == 4


def test_a_finished_run_is_left_alone(tmp_path):
    first = trainer(tmp_path).fit()

    def never(step, rng):
        raise AssertionError("no batch is needed")

    assert trainer(tmp_path, objective=lambda *_: 1 / 0).fit() == first
    with pytest.raises(HimmelError, match="holds a run already"):
        trainer(tmp_path, data=never).fit(resume=False)


def test_another_model_is_refused(tmp_path):
    trainer(tmp_path).fit()
    other = Trainer(config(), nn.Linear(3, 3), objective, data, folder=tmp_path)
    with pytest.raises(HimmelError, match="another model"):
        other.fit()


def test_the_clock_fixes_the_cooldown_and_a_resumed_run_keeps_it(tmp_path):
    slow = type("Slow", (Callback,), {"after_step": lambda s, t, r: time.sleep(0.02)})()
    changes = {
        "schedule": ScheduleConfig(steps=10_000, warmup=3, cooldown=0.5),
        "minutes": 0.4 / 60,
    }
    one = trainer(tmp_path, slow, **changes)
    done = one.fit()
    start = done.cooldown_start
    assert start is not None and done.step == 2 * start
    again = trainer(tmp_path, **changes)
    again.fit()
    assert again.progress == done and again.schedule == one.schedule


def test_log_lines_stop_file_and_previews(tmp_path):
    drawn = []
    preview = PreviewSheet(lambda model, step: drawn.append((model.training, step)), steps=4)

    class Ask(Callback):
        def after_step(self, trainer, report):
            if trainer.progress.step == 9:
                (tmp_path / "STOP").touch()

    stopped = trainer(
        tmp_path, Ask(), ConsoleLog(4, flops_per_sample=2e6), StopFile(), preview
    ).fit()
    assert stopped.step == 9 and not (tmp_path / "STOP").exists()
    lines = [json.loads(s) for s in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [4, 8]
    assert lines[1]["samples"] == 64 and lines[1]["flops"] == 64 * 2e6
    assert lines[0]["error"] == pytest.approx(lines[0]["loss"])
    assert set(lines[0]["rates"]) == {"muon", "adamw"}
    assert "stopped at step 9: found the file STOP" in (tmp_path / "log.txt").read_text()
    assert drawn == [(False, 4), (False, 8), (False, 9)]


def test_a_session_ends_in_time_and_a_failing_preview_is_a_note(tmp_path):
    def draw(model, step):
        raise HimmelError("no judge here")

    log = ConsoleLog(100)
    assert trainer(tmp_path, log, StopAfter(0), PreviewSheet(draw)).fit().step == 1
    assert "no preview: no judge here" in (tmp_path / "log.txt").read_text()


def test_standard_callbacks_save_and_log(tmp_path):
    one = Trainer(config(log_every=6), Toy(), objective, data, folder=tmp_path)
    one.callbacks = standard_callbacks(one.config)
    one.fit()
    assert "saved step-00000012" in (tmp_path / "log.txt").read_text()


def test_an_average_of_the_first_step_is_mostly_the_new_weights(tmp_path):
    one = trainer(tmp_path)
    assert one.ema.decay_at(0) == pytest.approx(0.1) and one.ema.decay_at(10**6) == 0.998
    start = one.ema.model.out.weight.clone()
    one.model.out.weight.data += 1.0
    one.ema.update(one.model, 0)
    assert torch.allclose(one.ema.model.out.weight, start + 0.9)


def test_compiling_says_so_where_it_cannot(monkeypatch):
    model = Toy()

    def unavailable(*_, **__):
        raise RuntimeError("no compiler")

    monkeypatch.setattr(torch, "compile", unavailable)
    assert "running eagerly" in compile_blocks(model, torch.device("cpu"))
    assert "no blocks" in compile_blocks(nn.Linear(2, 2), torch.device("cpu"))
    monkeypatch.setattr(torch, "compile", lambda function, **_: function)
    names = list(model.state_dict())
    assert compile_blocks(model, torch.device("cpu")).startswith("2 blocks")
    assert list(model.state_dict()) == names


def test_unknown_precision_is_refused():
    with pytest.raises(HimmelError, match="use 'bf16', 'fp32' or 'fast'"):
        config(precision="fp8")
    assert TrainConfig.from_json(config().to_json()) == config()
