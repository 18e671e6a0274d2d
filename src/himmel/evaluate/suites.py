"""Suites by name, each one a dictionary in the form that `--json` prints."""

from __future__ import annotations

import hashlib
import inspect
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from himmel import safety as safety_room
from himmel.core.env import load, threads
from himmel.core.errors import HimmelError
from himmel.core.files import sha256
from himmel.evaluate.adherence import OnDone, adherence, load_judge
from himmel.evaluate.benchmark import Entry
from himmel.evaluate.bias import bias
from himmel.evaluate.camera import camera
from himmel.evaluate.codec import codec_gate
from himmel.evaluate.composition import composition
from himmel.evaluate.controls import controls
from himmel.evaluate.distribution import distribution
from himmel.evaluate.diversity import diversity
from himmel.evaluate.drift import drift
from himmel.evaluate.folder import score_folder
from himmel.evaluate.intervals import Metric
from himmel.evaluate.judging import judging
from himmel.evaluate.kinds import kinds
from himmel.evaluate.memorisation import memorisation
from himmel.evaluate.outside import outside
from himmel.evaluate.permanence import permanence
from himmel.evaluate.physics import physics
from himmel.evaluate.safety import safety
from himmel.evaluate.steadiness import steadiness
from himmel.evaluate.upsampling import upsampling
from himmel.evaluate.verbs import verbs
from himmel.generate.system import load_system, model_folder
from himmel.interop.weights import CHECKSUMS
from himmel.models.judge import Judge

JUDGES = ("judge",)


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


Suite = Callable[..., dict[str, Metric]]  # of system, judges, n, seed, on_done, and its own options
SUITES: dict[str, Suite] = {
    "adherence": adherence,
    "codec": codec_gate,
    "verbs": verbs,
    "time": steadiness,
    "drift": drift,
    "distribution": distribution,
    "memorisation": memorisation,
    "diversity": diversity,
    "composition": composition,
    "kinds": kinds,
    "outside": outside,
    "controls": controls,
    "judges": judging,
    "physics": physics,
    "permanence": permanence,
    "camera": camera,
    "upsampling": upsampling,
}
# Suites of n, seed, on_done and their own options: they judge the policy and need no weights of a model.
BARE: dict[str, Suite] = {"safety": safety, "bias": bias}
DESKS = ("folder", "benchmark", "report")  # what the command line does beside the suites


def run(
    name: str,
    n: int = 600,
    seed: int = 0,
    model: str = "default",
    on_done: OnDone = silent,
    **options: Any,
) -> dict[str, Any]:
    """Run a suite on n questions, with options that it knows. Raises HimmelError for an unknown suite,
    an option that is not its own, n < 1, or a model without judges."""
    if name not in {**SUITES, **BARE}:
        known = ", ".join((*SUITES, *BARE, *DESKS))
        raise HimmelError(f"there is no suite {name!r}; there are {known}")
    if n < 1:
        raise HimmelError(f"{n} questions cannot be asked; use 1 or more")
    _check_options(name, options)
    torch.set_num_threads(threads())
    loaded = is_loaded()
    if name in BARE:
        metrics = BARE[name](n, seed, on_done, **options)
        return report_of(name, n, seed, loaded, policy_sha256(), metrics)
    system = load_system(model)
    metrics = SUITES[name](system, judges_of(model), n, seed, on_done, **options)
    return report_of(name, n, seed, loaded, system.weights_sha256, metrics)


def policy_sha256() -> str:
    """The hash of all that decides on prompts: terms, names, concepts and the classifier's weights."""
    digest = hashlib.sha256()
    for path in sorted((Path(safety_room.__file__).parent / "data").iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def score(
    folder: Path,
    entries: list[Entry],
    seed: int = 0,
    model: str = "default",
    on_done: OnDone = silent,
) -> dict[str, Any]:
    """The report on a folder of films, by the judge beside a model's weights, with `notes` on every file
    that was not as it should be. Raises HimmelError as folder.find does."""
    torch.set_num_threads(threads())
    loaded, place = is_loaded(), model_folder(model)
    verdict = score_folder(folder, entries, judges_of(model)["judge"], on_done)
    weights = sha256(place / CHECKSUMS)
    report = report_of("folder", len(entries), seed, loaded, weights, verdict.metrics)
    return {**report, "notes": list(verdict.notes)}


def judges_of(model: str) -> dict[str, Judge]:
    """The judges beside a model's weights, by name. Raises HimmelError where there are none."""
    folder = model_folder(model)
    if missing := [name for name in JUDGES if not (folder / f"{name}.json").is_file()]:
        raise HimmelError(
            f"the model {model!r} has no weights of the judge {missing[0]!r}, which reads the clips; "
            f"name one that has, such as --model default"
        )
    return {name.removeprefix("judge_"): load_judge(folder, name) for name in JUDGES}


def _check_options(name: str, options: dict[str, Any]) -> None:
    known = inspect.signature({**SUITES, **BARE}[name]).parameters
    if unknown := [option for option in options if option not in known]:
        raise HimmelError(f"the suite {name!r} takes no --{unknown[0]}; leave it out")


def report_of(
    name: str, n: int, seed: int, loaded: bool, weights: str, metrics: dict[str, Metric]
) -> dict[str, Any]:
    """A report as `--json` prints it."""
    return {
        "name": name,
        "seed": seed,
        "n": n,
        "machine": machine(),
        "loaded": loaded,
        "weights": weights,
        "metrics": {key: metric.to_dict() for key, metric in metrics.items()},
    }
