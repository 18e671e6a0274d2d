"""The trainer's own loop on stored latents: steps in turn with what the machine can do at most.

Between two steps a callback runs the calibrations, so that a step and its limits stand side by side.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from himmel.core.loss import Loss
from himmel.core.rng import numpy_rng
from himmel.core.shards import Shard, write_shard
from himmel.diffusion.objectives import flow_matching_loss
from himmel.evaluate.intervals import Metric
from himmel.models.dit import DiT, DiTConfig, initialise
from himmel.parallel import deal, idle_share, pack
from himmel.parallel.packing import clips_in
from himmel.train import Callback, LatentStore, ScheduleConfig, StepReport, TrainConfig, Trainer
from himmel.train.batches import to_int8
from himmel.world.rights import TRANSFORMER, own_rights
from himmel_benchmarks.harness import (
    Times,
    clock,
    exactly,
    limit_rates,
    limits,
    quartiles,
    workload,
)

DRAWN, WAYS = 4096, 8  # clips and processes of the packing's figure


def steps(device: str = "cpu") -> int:
    """How many steps a figure comes from."""
    return int(workload("train", device)["steps"])


def measure(seed: int = 0, device: str = "cpu") -> dict[str, Metric]:
    """The share of the GEMM rate, clips and tokens per second, waiting for data, idle processes."""
    sizes = workload("train", device)
    config = network(sizes)
    model = DiT(config)
    initialise(model, seed)
    found = limits(torch.bfloat16, seed, device)
    pace = Pace(found, int(sizes["warm_ups"]))
    with tempfile.TemporaryDirectory() as folder:
        stores = [
            stored(Path(folder) / f"clips-{n}", tuple(shape), sizes, seed)
            for n, shape in enumerate(sizes["clips"])
        ]
        count = pace.warm_ups + int(sizes["steps"])
        trainer = Trainer(
            TrainConfig(recipe="bench", schedule=ScheduleConfig(steps=count, warmup=1), seed=seed),
            model,
            partial(loss, patch=config.patch_size),
            partial(batch, stores, sizes),
            (pace,),
            folder=Path(folder) / "run",
            device=device,
        )
        trainer.fit()
    return {**figures(pace, model, sizes), **limit_rates(pace.times, found), **idle(sizes, seed)}


def network(sizes: dict[str, Any]) -> DiTConfig:
    """The transformer of a workload."""
    return DiTConfig(
        patch_size=tuple(sizes["patch"]),
        num_attention_heads=sizes["heads"],
        attention_head_dim=sizes["head_dim"],
        in_channels=sizes["channels"],
        out_channels=sizes["channels"],
        text_dim=sizes["text_dim"],
        ffn_dim=sizes["ffn"],
        num_layers=sizes["layers"],
    )


def stored(folder: Path, shape: tuple[int, ...], sizes: dict[str, Any], seed: int) -> LatentStore:
    """A shard of latents (B, C, T, H, W) as training keeps them: whole numbers and their scales."""
    rng = numpy_rng(seed, "bench", "train", *shape)
    count = max(1, clips_in(sizes["tokens"], tokens_of(shape, sizes)) * int(sizes["batches_kept"]))
    values = rng.standard_normal((count, sizes["channels"], *shape)).astype(np.float32)
    whole, scale = to_int8(values)
    rights = own_rights(whole[0], "noise", TRANSFORMER)
    samples = [{"id": f"noise-{n}", "rights": rights} for n in range(count)]
    write_shard(folder, 0, Shard({"latent": whole, "latent_scale": scale}, samples))
    return LatentStore([folder])


def tokens_of(shape: tuple[int, ...], sizes: dict[str, Any]) -> int:
    """Tokens of a clip of latents (T, H, W)."""
    return int(np.prod([n // p for n, p in zip(shape, sizes["patch"], strict=True)]))


def batch(
    stores: list[LatentStore], sizes: dict[str, Any], step: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Clips of one shape, as many as fill the budget of tokens, and states of text."""
    which = int(rng.integers(len(stores)))
    count = clips_in(sizes["tokens"], tokens_of(tuple(sizes["clips"][which]), sizes))
    rows = stores[which].rows("latent", rng.integers(len(stores[which]), size=count))
    words = rng.standard_normal((count, sizes["text_tokens"], sizes["text_dim"]), np.float32)
    return {"x0": rows, "text": words}


def loss(
    model: nn.Module,
    given: dict[str, Tensor],
    generator: torch.Generator,
    patch: tuple[int, int, int],
) -> Loss:
    """Flow matching with one noise level per clip."""
    return flow_matching_loss(model, given["x0"], given["text"], generator, patch=patch)


class Pace(Callback):
    """Times every step, and the limits after it."""

    def __init__(self, found: dict[str, Any], warm_ups: int) -> None:
        self.found, self.warm_ups = found, warm_ups
        self.times = Times({name: [] for name in ("step", *found)})
        self.shapes: list[tuple[int, ...]] = []
        self.waited: list[float] = []
        self._since = 0.0

    def at_start(self, trainer: Trainer) -> None:
        """The clock starts."""
        self._since = clock()

    def after_step(self, trainer: Trainer, report: StepReport) -> None:
        """Write down this step; `Times` counts two runs to a round."""
        taken = {"step": 2 * (clock() - self._since)}
        for name, limit in self.found.items():
            began = clock()
            with torch.no_grad():
                limit.work()
                limit.work()
            taken[name] = clock() - began
        if trainer.progress.step > self.warm_ups:
            for name, seconds in taken.items():
                self.times.rounds[name].append(seconds)
            self.shapes.append(tuple(report.batches[0]["x0"].shape))
            self.waited.append(report.waited)
        self._since = clock()


def figures(pace: Pace, model: DiT, sizes: dict[str, Any]) -> dict[str, Metric]:
    """What the steps say, each with its quartiles over steps."""
    seconds = [taken / 2 for taken in pace.times.rounds["step"]]
    tokens = [tokens_of(shape[2:], sizes) for shape in pace.shapes]
    clips = [shape[0] for shape in pace.shapes]
    flops = [
        3 * n * model.flops(t, sizes["text_tokens"]) for n, t in zip(clips, tokens, strict=True)
    ]
    gemm, limit = pace.times.rounds["gemm"], pace.found["gemm"].flops
    rates = list(zip(flops, seconds, strict=True))
    best = [2 * limit / taken for taken in gemm]
    return {
        "gemm_share": quartiles(
            [f / s / most for (f, s), most in zip(rates, best, strict=True)], "share"
        ),
        "rate": quartiles([1e-9 * f / s for f, s in rates], "GFLOP/s"),
        "seconds.step": quartiles(seconds, "seconds"),
        "clips_per_second": quartiles([n / s for n, s in zip(clips, seconds, strict=True)], "1/s"),
        "tokens_per_second": quartiles(
            [n * t / s for n, t, s in zip(clips, tokens, seconds, strict=True)], "1/s"
        ),
        "data_share": quartiles(
            [w / s for w, s in zip(pace.waited, seconds, strict=True)], "share"
        ),
    }


def idle(sizes: dict[str, Any], seed: int) -> dict[str, Metric]:
    """How long processes wait for the slowest, where mixed clips are packed and dealt to eight."""
    rng = numpy_rng(seed, "bench", "idle")
    shapes = [tuple(sizes["clips"][i]) for i in rng.integers(len(sizes["clips"]), size=DRAWN)]
    groups = pack(shapes, lambda shape: tokens_of(shape, sizes), sizes["tokens"])
    costs = [float(len(group) * tokens_of(shapes[group[0]], sizes)) for group in groups]
    totals = [sum(costs[i] for i in hand) for hand in deal(costs, WAYS)]
    return {f"idle_share.{WAYS}": exactly(idle_share(totals), "share")}
