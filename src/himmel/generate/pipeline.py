"""A pipeline of Wan in diffusers' layout, in the words of a system."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import torch

from himmel.core.env import memory_of_machine
from himmel.core.errors import HimmelError
from himmel.core.files import sha256
from himmel.generate.config import Defaults, SystemConfig
from himmel.interop.folders import Header
from himmel.interop.pipelines import Pipeline, check_parts, read_pipeline, usual_settings
from himmel.nn.precision import fast_dtype

_DIGEST = re.compile("[0-9a-f]{64}")


def pipeline_config(folder: Path, dtype: torch.dtype | None = None) -> SystemConfig:
    """The configuration of a folder, once it is sure that all its networks would load.

    Sizes and lengths are free: whatever codec and transformer can cut. Raises HimmelError as
    interop.pipelines does.
    """
    pipeline = read_pipeline(folder)
    headers = check_parts(folder, pipeline)
    return SystemConfig(
        name=pipeline.name,
        description="open weights in the layout of diffusers",
        codec=pipeline.codec,
        dit=pipeline.transformer,
        text=pipeline.text,
        defaults=_defaults(pipeline),
        trained_sizes=(),
        trained_frames=(),
        languages=("en", "zh"),
        conditions=_conditions(pipeline),
        weights_bytes=bytes_in_memory(headers, dtype or fast_dtype()),
        boundary=pipeline.boundary,
    )


def _conditions(pipeline: Pipeline) -> tuple[str, ...]:
    """What pictures a pipeline takes: an image encoder was trained with one, or, for two, with both."""
    net = pipeline.transformer
    if net.in_channels == net.out_channels:
        return ("first",) if pipeline.per_token_time else ()
    return ("first",) if net.image_dim and not net.pos_embed_seq_len else ("first", "last")


def _defaults(pipeline: Pipeline) -> Defaults:
    usual, schedule = usual_settings(pipeline), pipeline.schedule
    return Defaults(
        width=usual.width,
        height=usual.height,
        fps=usual.fps,
        frames=usual.frames,
        steps=usual.steps,
        guidance=usual.guidance[0],
        guidance_low=usual.guidance[1] if pipeline.boundary is not None else None,
        shift=schedule.shift,
        sampler=schedule.sampler,
        schedule=schedule.times,
    )


def bytes_in_memory(headers: dict[str, Header], dtype: torch.dtype) -> int:
    """The most that weights hold at a time: what reads words and pictures is gone before the drawing.

    Transformers count in the precision they compute in, the others in that of their files. Their own
    files are mapped: what has been read of them can be forgotten again.
    """
    drawing = [h for part, h in headers.items() if part.startswith("transformer")]
    reading = [h.bytes for part, h in headers.items() if part.endswith("_encoder")]
    held = sum(h.parameters for h in drawing) * dtype.itemsize + headers["vae"].bytes
    return max(held, *reading)


def check_weights(config: SystemConfig) -> None:
    """Raise HimmelError, with the figures, for weights that are larger than this machine's memory."""
    needed, available = config.weights_bytes or 0, memory_of_machine()
    if needed > 0.8 * available:
        raise HimmelError(
            f"the weights of {config.name} need {needed / 1e9:.1f} GB of memory and this machine has "
            f"{available / 1e9:.1f} GB; use a smaller model"
        )


def pipeline_sha256(folder: Path) -> str:
    """A hash over all weights and configurations of a folder, by name and content.

    A folder of the hub's cache links to files that are called by their SHA-256; others are read.
    """
    kept = (".json", ".safetensors")
    paths = sorted(p for p in Path(folder).glob("**/*") if p.is_file() and p.suffix in kept)
    lines = [f"{_digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in paths]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _digest(path: Path) -> str:
    name = path.resolve().name
    return name if path.is_symlink() and _DIGEST.fullmatch(name) else sha256(path)
