"""Work that runs in this process."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import torch

from himmel.core.env import threads
from himmel.core.values import OnChunk, Request, Result, ignore
from himmel.generate import door
from himmel.generate import upscale as larger
from himmel.generate.board import read_board
from himmel.generate.door import ON_TO_THE_END, Going, OnStep, ignore_step
from himmel.generate.endpoint import Endpoint
from himmel.generate.layout import lay_out
from himmel.generate.longer import LongPlan
from himmel.generate.plan import Plan
from himmel.generate.rate import SHARE_OF_RATE, rate_of
from himmel.generate.request import check_output, check_request
from himmel.generate.residence import device_named
from himmel.generate.system import load_config, load_system, understanding

__all__ = ["generate", "plan", "read_board", "rolls", "seconds_for", "upscale"]


def generate(
    request: Request,
    out: Path,
    on_chunk: OnChunk = ignore,
    on_step: OnStep = ignore_step,
    device: str = "cpu",
    going: Going = ON_TO_THE_END,
    endpoint: Endpoint | None = None,
) -> Result:
    """Load the request's model and generate with it; the timings say how long loading took.

    `endpoint` tells prompts again in place of the world's captions. `device` is where the networks
    compute, cpu or cuda; a transformer larger than it visits block by block. `going` is the door's. What
    cannot be done is refused before anything is loaded. Raises HimmelError as the door does.
    """
    check_request(request)
    check_output(out)
    place = device_named(device)
    lay_out(request, load_config(request.model), out)
    torch.set_num_threads(threads())
    started = time.perf_counter()
    system = load_system(request.model, device=place)
    if endpoint is not None:
        system = dataclasses.replace(system, upsampler=endpoint.upsampler())
    loading = time.perf_counter() - started
    result = door.generate(request, system, out, on_chunk, on_step, going)
    return dataclasses.replace(result, timings={"load": loading, **result.timings})


def upscale(
    clip: Path, factor: int, out: Path, model: str = "default", device: str = "cpu"
) -> Result:
    """Load a model and enlarge a film with it. Raises HimmelError as generate.upscale does."""
    place = device_named(device)
    torch.set_num_threads(threads())
    started = time.perf_counter()
    system = load_system(model, device=place)
    loading = time.perf_counter() - started
    result = larger.upscale(clip, factor, system, out)
    return dataclasses.replace(result, timings={"load": loading, **result.timings})


def seconds_for(plan: Plan) -> float:
    """About how long a plan takes on this machine as it is now."""
    torch.set_num_threads(threads())
    return plan.cost.flops / (SHARE_OF_RATE * rate_of(plan.cost.tokens))


def rolls(request: Request, out: Path) -> bool:
    """Whether a film takes many windows, so that it can end early and be resumed."""
    return not request.clips and isinstance(plan(request, out), LongPlan)


def plan(request: Request, out: Path) -> Plan:
    """What `generate` would do, without loading weights. Raises HimmelError as it does."""
    check_request(request)
    check_output(out)
    return lay_out(request, load_config(request.model), out, understanding(request.model))
