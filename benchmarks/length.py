"""What a longer film costs: time for a second of it, and memory, each length in a process of its own.

Goals: a second of 60 costs at most 1.10 times a second of 10, memory at most 1.10 times, and at most
1.15 times at 300 seconds. Time is the processor's, all threads together, which other work on the machine
lengthens least; loading is not counted. Memory is the most that was resident, loading included; the
longest film is drawn in few steps, which memory does not depend on.
"""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import torch
from torch import Tensor

from himmel.conditions.canvas import blank, known
from himmel.core.env import peak_memory, threads
from himmel.core.errors import HimmelError
from himmel.core.rng import torch_rng
from himmel.core.values import Request
from himmel.diffusion.path import timestep
from himmel.diffusion.samplers import euler
from himmel.evaluate.intervals import Metric
from himmel.generate.config import Guiding
from himmel.generate.denoise import field
from himmel.generate.door import generate
from himmel.generate.longer import plan_long
from himmel.generate.rolling import field_after
from himmel.generate.system import System, load_system
from himmel_benchmarks.harness import interleave, quartiles

SHORT, LONG, LONGEST, ROUNDS = 10.0, 60.0, 300.0, 3
_FEW_STEPS = 2


@dataclass(frozen=True)
class Run:
    """What one film took: seconds of processor time a second of film, bytes at the most."""

    seconds: float
    memory: int


def measure(
    model: str, prompt: str, seed: int = 0, longest: float = LONGEST, rounds: int = ROUNDS
) -> dict[str, Metric]:
    """Every figure by key, and what remembering the history would save."""
    pairs = [
        (drawn(model, prompt, seed + i, SHORT), drawn(model, prompt, seed + i, LONG))
        for i in range(rounds)
    ]
    few = {s: drawn(model, prompt, seed, s, _FEW_STEPS).memory for s in (SHORT, longest)}
    slower = [long.seconds / short.seconds for short, long in pairs]
    larger = [long.memory / short.memory for short, long in pairs]
    return {
        "seconds_per_second.10": quartiles([short.seconds for short, _ in pairs], "seconds"),
        "seconds_per_second.60": quartiles([long.seconds for _, long in pairs], "seconds"),
        "seconds_per_second.60_over_10": quartiles(slower, "ratio"),
        "peak_memory.10": quartiles([short.memory / 1e6 for short, _ in pairs], "MB"),
        "peak_memory.60_over_10": quartiles(larger, "ratio"),
        f"peak_memory.{longest:.0f}_over_10": quartiles([few[longest] / few[SHORT]], "ratio"),
        **remembering(load_system(model), prompt, seed),
    }


def drawn(model: str, prompt: str, seed: int, seconds: float, steps: int | None = None) -> Run:
    """Draw a film in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_draw, model, prompt, seed, seconds, steps).result()


def _draw(model: str, prompt: str, seed: int, seconds: float, steps: int | None) -> Run:
    torch.set_num_threads(threads())
    system = load_system(model)
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        request = Request(prompt=prompt, seed=seed, seconds=seconds, steps=steps)
        result = generate(request, system, Path(folder) / "film.mp4")
        taken = time.process_time() - began
    if result.extent is None:
        raise HimmelError("the policy refused the benchmark's own prompt")
    return Run(taken / result.extent.seconds, peak_memory())


def remembering(system: System, prompt: str, seed: int) -> dict[str, Metric]:
    """All steps of a window with its history as a part of the canvas, beside those of its new frames
    alone, the history's keys and values kept, which is how films are drawn."""
    plan = plan_long(
        Request(prompt=prompt, seconds=LONG),
        system.config,
        Path("film.mp4"),
        system.text.understood,
    )
    shape, past, scale = plan.latent, plan.rolling.history, plan.rolling.guidance
    eps = torch.randn(1, *shape.array, generator=torch_rng(seed, "bench", "length"))
    history, times = eps[:, :, :past], torch.tensor(plan.times)
    words = system.read_text(prompt), system.read_text("")
    net, canvas = system.transformer, known(history)(blank(shape))
    new = blank(replace(shape, frames=shape.frames - past))

    def whole() -> Tensor:
        velocity = field(net, canvas, words, scale, Guiding())
        return euler(velocity, canvas.begin(eps), times).z

    def remembered() -> Tensor:
        velocity = field_after(net, history, shape, words, scale, Guiding(), timestep)
        return euler(velocity, new.begin(eps[:, :, past:]), times).z

    with torch.inference_mode():
        taken = interleave({"whole": whole, "remembered": remembered})
    return {
        "time_ratio.whole_over_remembered": taken.ratio("whole", "remembered"),
        "seconds.window": taken.seconds("remembered"),
    }
