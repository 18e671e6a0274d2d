"""Work that runs in this process."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import torch

from himmel.core.env import threads
from himmel.core.values import OnChunk, Request, Result, ignore
from himmel.generate import door
from himmel.generate.door import OnStep, ignore_step
from himmel.generate.plan import Plan
from himmel.generate.request import check_output, check_request
from himmel.generate.residence import device_named
from himmel.generate.rework import lay_out
from himmel.generate.system import load_config, load_system


def generate(
    request: Request,
    out: Path,
    on_chunk: OnChunk = ignore,
    on_step: OnStep = ignore_step,
    device: str = "cpu",
) -> Result:
    """Load the request's model and generate with it; the timings say how long loading took.

    `device` is where the networks compute, cpu or cuda; a transformer larger than it visits block by
    block. What cannot be done is refused before anything is loaded. Raises HimmelError as the door does.
    """
    check_request(request)
    check_output(out)
    place = device_named(device)
    lay_out(request, load_config(request.model), out)
    torch.set_num_threads(threads())
    started = time.perf_counter()
    system = load_system(request.model, device=place)
    loading = time.perf_counter() - started
    result = door.generate(request, system, out, on_chunk, on_step)
    return dataclasses.replace(result, timings={"load": loading, **result.timings})


def plan(request: Request, out: Path) -> Plan:
    """What `generate` would do, without loading weights."""
    return lay_out(request, load_config(request.model), out)
