"""The codec's decoder as `himmel generate` runs it, beside other layouts and precisions of it."""

from __future__ import annotations

import copy
from typing import Any, cast

import torch
from torch import Tensor, nn

from himmel.core.rng import torch_rng
from himmel.evaluate.intervals import Metric
from himmel.generate.system import System
from himmel.models.video_codec import LinearCodec
from himmel_benchmarks.harness import Work, exactly, interleave, limit_rates, limits, relative_error


def measure(system: System, seed: int = 0) -> dict[str, Metric]:
    """Time of the default clip's decoding and its ratio to other ways; their errors; the limits."""
    ours = cast(LinearCodec, system.codec)
    defaults = system.config.defaults
    time, side, channels = ours.compression.time, ours.compression.space, ours.config.channels
    shape = ((defaults.frames - 1) // time + 1, defaults.height // side, defaults.width // side)
    latents = torch.randn(1, channels, *shape, generator=torch_rng(seed, "bench", "decode"))
    rows_first = _as(ours, memory_format=torch.contiguous_format)
    half = _as(ours, dtype=torch.bfloat16)
    subjects: dict[str, Work] = {
        "ours": lambda: streamed(ours, latents),
        "rows_first": lambda: streamed(rows_first, latents),
        "bf16": lambda: streamed(half, latents.bfloat16()),
        "one_shot": lambda: ours.decode(latents),
    }
    found = limits(torch.float32, seed)
    with torch.inference_mode():
        right = streamed(_as(ours, dtype=torch.float64), latents.double())
        errors = {
            "relative_error": relative_error(streamed(ours, latents), right),
            "relative_error.bf16": relative_error(streamed(half, latents.bfloat16()), right),
        }
        times = interleave(subjects | {name: limit.work for name, limit in found.items()})
    others = [name for name in subjects if name != "ours"]
    return {
        **{f"time_ratio.{name}": times.ratio("ours", name) for name in others},
        **{name: exactly(value, "share") for name, value in errors.items()},
        **{f"seconds.{name}": times.seconds(name) for name in subjects},
        **limit_rates(times, found),
    }


def streamed(codec: LinearCodec, latents: Tensor) -> Tensor:
    """Decode latent frame by latent frame, as clips are made."""
    session = codec.stream()
    return torch.cat([session.push(latent) for latent in latents.split(1, 2)], 2)


def _as(codec: nn.Module, **how: Any) -> LinearCodec:
    return cast(LinearCodec, copy.deepcopy(codec).to(**how))
