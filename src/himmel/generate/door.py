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
from himmel.generate.plan import Plan, plan_request
from himmel.generate.request import check_output, check_request
from himmel.generate.sizes import shown_as
from himmel.generate.system import System
from himmel.generate.wording import told, worded
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
    words = worded(request, system)
    plan = told(plan_request(request, system.config, out), words)
    drawn = request.replace(prompt=words.prompt)
    notes = (*words.notes, *plan.notes, *notes_on_words(drawn, system))
    watch = Stopwatch()
    latents = denoise(plan, system, on_step)
    watch.lap("denoise")
    drawn_chunks = decode(latents, system.codec)
    chunks = system.policy.review(shown_as(drawn_chunks, plan.pixels, plan.shown, system.upscaler))
    marked = system.marking.apply(chunks, mark_of(identity(plan, system)), plan.fps)
    shown = shown_to(marked, on_chunk, watch)
    try:
        clip, manifest = system.seal.sign(
            shown, out, plan.fps, manifest_of(plan, system), plan.parents
        )
    except Refused as refusal:
        return Result.refused(asked, system.policy.record(request, refusal.decision))
    watch.lap("total")
    return Result((asked, *words.decisions), clip, manifest, watch.laps, notes, out)


@dataclass(frozen=True)
class Stopwatch:
    """Seconds since it was made, by the name of what was then done."""

    started: float = field(default_factory=time.perf_counter)
    laps: dict[str, float] = field(default_factory=dict)

    def lap(self, name: str) -> None:
        """Note the time at which `name` happened first."""
        self.laps.setdefault(name, time.perf_counter() - self.started)


def shown_to(chunks: Iterator[Frames], on_chunk: OnChunk, watch: Stopwatch) -> Iterator[Frames]:
    """Marked chunks, each seen by `on_chunk` and timed before it is written."""
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
        "prompt": plan.asked,
        "negative": plan.negative,
        **_told_again(plan),
        "seed": plan.seed,
        "size": [plan.shown.width, plan.shown.height],
        "frames": plan.shown.frames,
        **_drawn_at(plan, system),
        "fps": plan.fps,
        "sampler": plan.sampler,
        "steps": len(plan.times) - 1,
        "guidance": plan.guidance,
        "pictures": [
            {"sha256": p.sha256, "frame": p.frame, "strength": p.strength} for p in plan.pictures
        ],
        "guidance_mode": plan.guiding.mode,
        **made_by(system),
    }


def made_by(system: System) -> dict[str, Any]:
    """What of a manifest is the same for everything that a system makes here."""
    return {
        "model": system.config.name,
        "weights_sha256": system.weights_sha256,
        "checks": list(system.policy.checks),
        **system.marking.told(),
        "device": system.device.type,
        "precision": str(system.dtype).removeprefix("torch."),
        "kernels": sorted(chosen()),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "machine": platform.machine(),
    }


def _told_again(plan: Plan) -> dict[str, Any]:
    """The words that were drawn where they are not the person's, and the camera's path."""
    first = plan.segments[0]
    camera = {} if first.camera is None else {"camera": first.camera.to_dict()}
    if not first.asked:
        return camera
    return {"drawn_prompt": first.prompt, "upsampler": first.upsampler or None, **camera}


def _drawn_at(plan: Plan, system: System) -> dict[str, Any]:
    """The size and length that were drawn where others are shown, and what made one of the other."""
    if plan.pixels == plan.shown:
        return {}
    pixels = plan.pixels
    how = "bicubic" if system.upscaler is None else "upscaler"
    return {
        "drawn_size": [pixels.width, pixels.height],
        "drawn_frames": pixels.frames,
        "resized": how,
    }


def identity(plan: Plan, system: System) -> str:
    """A name for the frames, 32 hexadecimal digits: the same plan and weights give the same one."""
    nameless = tuple(picture.replace(path="") for picture in plan.pictures)
    bare = {"conditions": (), "asked": "", "upsampler": ""}
    segments = tuple(segment.replace(**bare) for segment in plan.segments)
    told = plan.replace(notes=(), pictures=nameless, segments=segments)
    text = f"{told.to_json()}{system.weights_sha256}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
