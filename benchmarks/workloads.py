"""Workloads by name; each one reports in the form that `--json` prints."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from himmel.core.errors import HimmelError, MissingExtraError
from himmel.core.values import Request, Result
from himmel.evaluate.intervals import Metric, bootstrap
from himmel.generate.door import generate
from himmel.generate.sizes import SMALLEST
from himmel.generate.system import System, load_system
from himmel_benchmarks import (
    data,
    decode,
    denoise,
    dit,
    kernels,
    length,
    seal,
    train,
    wan_decode,
    watermark,
)
from himmel_benchmarks.harness import ROUNDS
from himmel_benchmarks.report import report

PROMPT = "a red car drives along a winding mountain road"
WARM_UPS, RUNS = 2, 7


def run(name: str, model: str = "default", seed: int = 0) -> dict[str, Any]:
    """Run a workload. Raises HimmelError for an unknown one."""
    if name not in WORKLOADS:
        raise HimmelError(f"there is no benchmark {name!r}; there are {', '.join(WORKLOADS)}")
    runs, workload = WORKLOADS[name]
    return report(name, seed, runs, lambda: workload(model, seed))


def _generate(model: str, seed: int) -> tuple[dict[str, Metric], str]:
    """The default clip and one of twice its size, from words to the sealed file: seconds per second of
    video, waits, and what comes on top of four steps of the transformer; where diffusers is installed
    also its drawing beside theirs."""
    began = time.perf_counter()
    system = load_system(model)
    loading = time.perf_counter() - began
    side = system.config.defaults.width
    asked = Request(prompt=PROMPT)
    drawn = list(_clips(system, asked, seed))
    wide = max(2 * side, SMALLEST)
    large = list(_clips(system, asked.replace(width=wide, height=wide), seed))
    four = [result.timings for _, result in _clips(system, asked.replace(steps=4), seed)]
    rivals = denoise.measure(system, PROMPT, seed) if find_spec("diffusers") else {}
    return {
        f"real_time_factor.{side}": bootstrap([f for f, _ in drawn], unit="seconds per second"),
        f"real_time_factor.{wide}": bootstrap([f for f, _ in large], unit="seconds per second"),
        "first_frame_seconds": bootstrap(
            [result.timings["first_frame"] for _, result in drawn], unit="seconds"
        ),
        "overhead.4_steps": bootstrap(
            [t["total"] / t["denoise"] - 1 for t in four], unit="share of drawing"
        ),
        "load_seconds": bootstrap([loading], unit="seconds"),
        **rivals,
    }, system.weights_sha256


def _clips(system: System, asked: Request, seed: int) -> Iterator[tuple[float, Result]]:
    """Seconds per second of video and the result of RUNS clips, after WARM_UPS of them.

    Raises HimmelError where the policy refuses the prompt.
    """
    with tempfile.TemporaryDirectory() as folder:
        for number in range(WARM_UPS + RUNS):
            began = time.perf_counter()
            result = generate(asked.replace(seed=seed + number), system, Path(folder) / "clip.mp4")
            taken = time.perf_counter() - began
            if result.clip is None:
                raise HimmelError("the policy refused the benchmark's own prompt")
            if number >= WARM_UPS:
                yield taken / result.clip.seconds, result


def _parity(model: str, seed: int) -> tuple[dict[str, Metric], str]:
    """How far our networks and clips are from those of diffusers on the same tiny weights."""
    try:
        from himmel_benchmarks.parity import differences
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "diffusers", "test") from None
    found = {key: 1e6 * value for key, value in differences(seed).items()}
    table = {k: Metric(value=v, low=v, high=v, unit="millionths") for k, v in found.items()}
    return table, "random"


def _dit(model: str, seed: int) -> tuple[dict[str, Metric], str]:
    """Our transformer beside diffusers' with the same random weights; `model` has no say."""
    return dit.measure(seed), "random"


def _decode(model: str, seed: int) -> tuple[dict[str, Metric], str]:
    """The decoder of a model beside other layouts and precisions of it; where diffusers is installed
    also Wan's codec beside theirs."""
    system = load_system(model)
    rivals = wan_decode.measure(seed) if find_spec("diffusers") else {}
    return decode.measure(system, seed) | rivals, system.weights_sha256


def _kernels(model: str, seed: int) -> tuple[dict[str, Metric], str]:
    """The table of kernels, measured anew; `model` has no say."""
    return kernels.measure(seed), "random"


def _data(model: str, seed: int) -> tuple[dict[str, Metric], str]:
    """How fast the world is rendered; `model` has no say."""
    return data.measure(seed), "none"


def _seal(model: str, seed: int) -> tuple[dict[str, Metric], str]:
    """Whether every output is sealed, every change found, every copy recognised, and at what cost."""
    system = load_system(model)
    return seal.measure(system, seed), system.weights_sha256


def _length(model: str, seed: int) -> tuple[dict[str, Metric], str]:
    """What a second of a long film costs beside a second of a short one, in time and memory."""
    return length.measure(model, PROMPT, seed), load_system(model).weights_sha256


def _watermark(model: str, seed: int) -> tuple[dict[str, Metric], str]:
    """What attacks leave of the watermark, and what it costs; clips that `model` draws are among them."""
    return watermark.measure(model, seed), load_system(model).weights_sha256


def _watermark_alarms(model: str, seed: int) -> tuple[dict[str, Metric], str]:
    """Watermarks that are seen where there are none; `model` has no say."""
    return watermark.alarms(seed), "none"


def _train(model: str, seed: int) -> tuple[dict[str, Metric], str]:
    """Steps of the trainer beside the machine's own rate; `model` has no say."""
    return train.measure(seed), "random"


Workload = Callable[[str, int], tuple[dict[str, Metric], str]]
WORKLOADS: dict[str, tuple[int, Workload]] = {
    "generate": (RUNS, _generate),
    "parity": (1, _parity),
    "dit": (ROUNDS, _dit),
    "decode": (ROUNDS, _decode),
    "kernels": (ROUNDS, _kernels),
    "data": (data.CLIPS, _data),
    "length": (length.ROUNDS, _length),
    "train": (train.steps(), _train),
    "seal": (seal.CLIPS, _seal),
    "watermark": (watermark.CLIPS, _watermark),
    "watermark-alarms": (watermark.ALARMS, _watermark_alarms),
}
"""Workloads by name: how many runs a figure comes from, and what makes the figures."""
