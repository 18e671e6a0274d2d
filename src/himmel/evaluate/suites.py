"""Suites by name, each one a dictionary in the form that `--json` prints."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from typing import Any

import torch

from himmel.core.env import load, threads
from himmel.core.errors import HimmelError
from himmel.evaluate.adherence import OnDone, adherence, load_judge
from himmel.evaluate.codec import codec_gate
from himmel.evaluate.intervals import Metric
from himmel.evaluate.verbs import verbs
from himmel.generate.system import System, load_system, model_folder
from himmel.models.judge import Judge

JUDGES = ("judge", "judge_plain")


def silent(stage: str, done: int, total: int) -> None:
    """The callback of those who do not watch."""


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "python": platform.python_version(),
    }


def is_loaded() -> bool:
    """True when others use more than a quarter of the cores."""
    return load() > 0.25 * (os.cpu_count() or 1)


Suite = Callable[[System, dict[str, Judge], int, int, OnDone], dict[str, Metric]]
SUITES: dict[str, Suite] = {"adherence": adherence, "codec": codec_gate, "verbs": verbs}


def run(
    name: str, n: int = 600, seed: int = 0, model: str = "default", on_done: OnDone = silent
) -> dict[str, Any]:
    """Run a suite on n questions. Raises HimmelError for an unknown suite or n < 1."""
    if name not in SUITES:
        raise HimmelError(f"there is no suite {name!r}; there are {', '.join(SUITES)}")
    if n < 1:
        raise HimmelError(f"{n} questions cannot be asked; use 1 or more")
    torch.set_num_threads(threads())
    loaded = is_loaded()
    system = load_system(model)
    judges = {j.removeprefix("judge_"): load_judge(model_folder(model), j) for j in JUDGES}
    metrics = SUITES[name](system, judges, n, seed, on_done)
    return {
        "name": name,
        "seed": seed,
        "n": n,
        "machine": machine(),
        "loaded": loaded,
        "weights": system.weights_sha256,
        "metrics": {key: metric.to_dict() for key, metric in metrics.items()},
    }
