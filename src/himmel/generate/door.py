"""The door: the only way from words to a file. Nothing leaves without the policy and the seal."""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from himmel.core.errors import HimmelError
from himmel.core.values import Frames, OnChunk, Request, Result, ignore
from himmel.diffusion.samplers import OnStep, ignore_step
from himmel.generate.decode import decode
from himmel.generate.denoise import denoise
from himmel.generate.plan import Plan
from himmel.generate.redraw import redraw
from himmel.generate.request import check_output, check_request
from himmel.generate.rework import ReworkPlan, lay_out
from himmel.generate.system import System
from himmel.nn.kernels import chosen
from himmel.provenance.registry import mark_of
from himmel.safety.policy import Refused

__all__ = ["OnStep", "generate", "ignore_step"]


def generate(
    request: Request,
    system: System,
    out: Path,
    on_chunk: OnChunk = ignore,
    on_step: OnStep = ignore_step,
) -> Result:
    """Turn a request into a sealed clip at `out`, or into a refusal that says why.

    `out` ends in .mp4, or in .png, .jpg or .webp for one picture. `on_chunk` sees reviewed and marked
    frames as they are made, `on_step` (steps done, steps in all). Raises HimmelError for what cannot be
    done.
    """
    check_request(request)
    check_output(out)
    asked = system.policy.screen(request)
    if not asked.allowed:
        return Result.refused(asked)
    system.seal.check()
    system.marking.check()
    plan = lay_out(request, system.config, out)
    notes = (*plan.notes, *notes_on_words(request, system))
    watch = Stopwatch()
    if isinstance(plan, ReworkPlan):
        made = iter(redraw(plan, system, on_step))
    else:
        made = decode(denoise(plan, system, on_step), system.codec)
    watch.lap("denoise")
    chunks = system.policy.review(made)
    marked = system.marking.apply(chunks, mark_of(identity(plan, system)), plan.fps)
    shown = _shown(marked, on_chunk, watch)
    try:
        clip, manifest = system.seal.sign(
            shown, out, plan.fps, manifest_of(plan, system), plan.parents
        )
    except Refused as refusal:
        return Result.refused(asked, system.policy.record(request, refusal.decision))
    watch.lap("total")
    return Result((asked,), clip, manifest, watch.laps, notes, out)


@dataclass(frozen=True)
class Stopwatch:
    """Seconds since it was made, by the name of what was then done."""

    started: float = field(default_factory=time.perf_counter)
    laps: dict[str, float] = field(default_factory=dict)

    def lap(self, name: str) -> None:
        """Note the time at which `name` happened first."""
        self.laps.setdefault(name, time.perf_counter() - self.started)


def _shown(chunks: Iterator[Frames], on_chunk: OnChunk, watch: Stopwatch) -> Iterator[Frames]:
    for chunk in chunks:
        watch.lap("first_frame")
        on_chunk(chunk)
        yield chunk
    watch.lap("decode")


def notes_on_words(request: Request, system: System) -> tuple[str, ...]:
    """What a person should know about words that the model cannot draw or did not read.

    Raises HimmelError instead when the request is strict.
    """
    unknown = system.lexicon.unknown(request.prompt)
    named = ", ".join(f'"{word}"' for word in unknown)
    if unknown and request.strict:
        raise HimmelError(f"cannot draw {named}; use other words, or leave --strict out")
    cut = system.text.overlong(request.prompt)
    if cut and request.strict:
        raise HimmelError("the prompt is longer than this model reads; shorten it")
    notes = []
    if unknown:
        drew = system.lexicon.say(system.text.understood(request.prompt))
        notes.append(f"cannot draw {named}; drew: {drew}")
    if cut:
        notes.append("the prompt is longer than this model reads; its end was left out")
    return tuple(notes)


def manifest_of(plan: Plan, system: System) -> dict[str, Any]:
    """What made the clip: request, weights, checks, versions, precision and threads.

    It is written after the last chunk has passed, so every check of the policy has run by then.
    """
    return {
        "id": identity(plan, system),
        "prompt": plan.prompt,
        "negative": plan.negative,
        "seed": plan.seed,
        "model": system.config.name,
        "weights_sha256": system.weights_sha256,
        "size": [plan.pixels.width, plan.pixels.height],
        "frames": plan.pixels.frames,
        "fps": plan.fps,
        "sampler": plan.sampler,
        "steps": len(plan.times) - 1,
        "guidance": plan.guidance,
        "pictures": [
            {"sha256": p.sha256, "frame": p.frame, "strength": p.strength} for p in plan.pictures
        ],
        **plan.about,
        "guidance_mode": plan.guiding.mode,
        "checks": list(system.policy.checks),
        **system.marking.told(),
        "device": system.device.type,
        "precision": str(system.dtype).removeprefix("torch."),
        "kernels": sorted(chosen()),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "machine": platform.machine(),
    }


def identity(plan: Plan, system: System) -> str:
    """A name for the frames, 32 hexadecimal digits: the same plan and weights give the same one."""
    text = f"{plan.nameless.to_json()}{system.weights_sha256}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
