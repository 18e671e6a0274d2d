"""What two processes do for test_parallel_team.py: python teamwork.py together|torchrun FOLDER."""

import os
import signal
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from himmel.core.loss import Loss
from himmel.core.rng import numpy_rng
from himmel.models.dit import DiT, DiTConfig
from himmel.nn.attention import block_causal
from himmel.parallel import SpreadConfig, gather_team, join, spread, whole
from himmel.train import Callback, OptimiserConfig, SaveEvery, ScheduleConfig, TrainConfig, Trainer

STEPS, RATE = 4, 1e-2
CONFIG = DiTConfig(
    patch_size=(1, 1, 1), num_attention_heads=2, attention_head_dim=12, in_channels=6,
    out_channels=6, text_dim=16, freq_dim=16, ffn_dim=30, num_layers=2,
)  # fmt: skip
# frames, rows, columns and noise levels of a clip: per sample, frame and token; a token more for one
# process than for the other; blocks that see what came before them.
CLIPS = {
    "sample": (3, 3, 4, 1),
    "frame": (3, 3, 4, 3),
    "token": (3, 3, 5, 45),
    "causal": (3, 3, 4, 3),
}


def network():
    """A transformer in which every number matters."""
    torch.manual_seed(0)
    model = DiT(CONFIG)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return model


def clips(kind):
    """Two clips, their noise levels and texts, and a mask or None."""
    frames, rows, columns, levels = CLIPS[kind]
    rng = torch.Generator().manual_seed(len(kind))
    x = torch.randn(2, 6, frames, rows, columns, generator=rng)
    time = 1000 * torch.rand(2, levels, generator=rng)
    mask = block_causal(frames, rows * columns, 1) if kind == "causal" else None
    return x, time, torch.randn(2, 5, 16, generator=rng), mask


def descend(model, x, time, text, mask=None):
    """The loss; gradients are left on the model."""
    loss = model(x, time, text, mask=mask).square().mean()
    loss.backward()
    return loss.detach()


def gradients(model):
    return {n: whole(p.grad).clone() for n, p in model.named_parameters()}


def same(step, rng):
    """The same clips for every micro-batch."""
    return fresh(step, numpy_rng(7, "same", step))


def fresh(step, rng):
    """Clips of each micro-batch's own."""
    x = rng.standard_normal((2, 6, 2, 3, 3)).astype(np.float32)
    text, time = rng.standard_normal((2, 5, 16)), 1000 * rng.random((2, 2))
    return {"x": x, "text": text.astype(np.float32), "time": time.astype(np.float32)}


def objective(model, batch, generator):
    out = model(batch["x"], batch["time"], batch["text"])
    return Loss((out.float() - batch["x"].roll(1, 1)).square().mean())


class Until(Callback):
    def __init__(self, step):
        self.step = step

    def after_step(self, trainer, report):
        if trainer.progress.step == self.step:
            trainer.stop("enough")


class Take(Callback):
    """Losses and norms of every step."""

    def __init__(self):
        self.taken = []

    def after_step(self, trainer, report):
        self.taken.append([report.loss, report.grad_norm, report.samples])


def trainer(folder, *callbacks, team=None, data=same, **spread_):
    # Clipping would multiply by a norm, which a team adds up in another order.
    optimiser = OptimiserConfig(muon_lr=RATE, adamw_lr=RATE, clip=1e9)
    config = TrainConfig(
        recipe="team", schedule=ScheduleConfig(steps=STEPS, warmup=2), optimiser=optimiser,
        seed=3, precision="fp32", spread=SpreadConfig(**spread_),
    )  # fmt: skip
    return Trainer(config, network(), objective, data, callbacks, folder=folder, team=team)


def together(folder):
    """Everything that two processes can show in one go."""
    with join(SpreadConfig()) as team:
        for kind in CLIPS:
            kept(team, folder / f"data-{kind}", {}, kind)
            kept(team, folder / f"context-{kind}", {"context": 2, "recompute": True}, kind)
        kept(team, folder / "rounded", {"gather": "bf16"}, "frame")
        trainer(folder / "whole", team=team).fit()
        trainer(folder / "team-1", Until(1), team=team).fit()
        trainer(folder / "parts", Until(2), team=team).fit()
        average = trainer(folder / "parts", team=team)
        average.fit()
        model = average.whole_average()
        if team.leads:
            save_file(dict(model.state_dict()), folder / "average.safetensors")
        trainer(folder / "from-one", team=team).fit()  # two steps are there from one process
        trainer(folder / "to-one", Until(2), team=team).fit()
        watch = Take()
        trainer(folder / "fresh", watch, team=team, data=fresh).fit()
        if team.leads:
            save_file({"taken": torch.tensor(watch.taken)}, folder / "taken.safetensors")


def kept(team, path, how, kind):
    """The gradients that a team computes on two clips, and the loss."""
    config = SpreadConfig(**how)
    team = gather_team(config, team.device)
    (model,) = spread(network(), team, config)
    x, time, text, mask = clips(kind)
    own = slice(team.data_rank, team.data_rank + 1) if config.context == 1 else slice(2)
    with torch.autocast("cpu", torch.bfloat16, enabled=config.gather == "bf16"):
        loss = team.mean([float(descend(model, x[own], time[own], text[own], mask))])
    found = gradients(model)
    if team.leads:
        save_file({**found, "loss": torch.tensor(loss[0])}, path.with_suffix(".safetensors"))


class Die(Callback):
    """The leader of the first attempt is killed in the middle of the third step's end."""

    def after_step(self, trainer, report):
        if trainer.progress.step == 3 and os.environ["TORCHELASTIC_RESTART_COUNT"] == "0":
            os.kill(os.getpid(), signal.SIGKILL)


def main():
    torch.set_num_threads(1)
    what, folder = sys.argv[1], Path(sys.argv[2])
    if what == "together":
        return together(folder)
    with join(SpreadConfig()) as team:
        return trainer(folder / "killed", SaveEvery(steps=1), Die(), team=team).fit()


if __name__ == "__main__":
    main()
