"""The door: the only way from words to a file. Nothing leaves without the policy and the seal."""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import torch

from himmel.core.errors import HimmelError
from himmel.core.values import Clip, Decision, Extent, Frames, OnChunk, Request, Result, ignore
from himmel.diffusion.samplers import OnStep, ignore_step
from himmel.generate.decode import decode
from himmel.generate.denoise import denoise
from himmel.generate.going import ON_TO_THE_END, Going
from himmel.generate.plan import Plan, plan_request
from himmel.generate.request import check_output, check_request
from himmel.generate.rollout import roll_out
from himmel.generate.system import System
from himmel.generate.timeline import parts_of
from himmel.nn.kernels import chosen
from himmel.provenance.credentials import SIDECAR
from himmel.provenance.registry import mark_of
from himmel.safety.policy import Refused

__all__ = ["ON_TO_THE_END", "Going", "OnStep", "generate", "ignore_step"]


def generate(
    request: Request,
    system: System,
    out: Path,
    on_chunk: OnChunk = ignore,
    on_step: OnStep = ignore_step,
    going: Going = ON_TO_THE_END,
) -> Result:
    """Turn a request into a sealed clip at `out`, or into a refusal that says why.

    `out` ends in .mp4, or in .png, .jpg or .webp for one picture. `on_chunk` sees reviewed and marked
    frames as they are made, `on_step` (steps done, steps in all). `going` says how a film of several
    windows ends and resumes, and whether it is streamed. Raises HimmelError for what cannot be done.
    """
    check_request(request)
    check_output(out)
    asked = screened(request, system)
    if not all(decision.allowed for decision in asked):
        return Result.refused(*asked)
    system.seal.check()
    system.marking.check()
    plan = plan_request(request, system.config, out)
    notes = (*plan.notes, *notes_on_words(request, system))
    watch, manifest = Stopwatch(), manifest_of(plan, system)
    with going.journal(plan, out, manifest["id"]) as journal:
        if plan.rolling is None:
            latents = denoise(plan, system, on_step)
            watch.lap("denoise")
            frames = decode(latents, system.codec)
        else:
            frames = roll_out(plan, system, on_step, going.stop, journal)
        chunks = system.policy.review(frames)
        marked = system.marking.apply(chunks, mark_of(manifest["id"]), plan.fps)
        shown = _shown(marked, on_chunk, watch, manifest)
        try:
            clip, stated = _sealed(system, shown, out, plan, manifest, going.stream)
        except Refused as refusal:
            journal.end()
            return Result.refused(*asked, system.policy.record(request, refusal.decision))
        if manifest["frames"] == plan.pixels.frames:
            journal.end()
    watch.lap("total")
    extent = Extent(
        frames=manifest["frames"],
        height=plan.pixels.height,
        width=plan.pixels.width,
        fps=plan.fps,
    )
    return Result(asked, clip, stated, watch.laps, notes, out, extent)


def _sealed(
    system: System,
    chunks: Iterator[Frames],
    out: Path,
    plan: Plan,
    manifest: dict[str, Any],
    stream: BinaryIO | None,
) -> tuple[Clip | None, dict[str, Any]]:
    """The frames where they are held, which a long film's are not, and the manifest as it stands."""
    if stream is not None:
        beside = out.with_name(f"{out.stem}-{manifest['id'][:8]}{SIDECAR}")
        return None, system.seal.stream(chunks, stream, beside, plan.fps, manifest, plan.parents)
    held = plan.rolling is None
    return system.seal.sign(chunks, out, plan.fps, manifest, plan.parents, held)


def screened(request: Request, system: System) -> tuple[Decision, ...]:
    """The policy's decisions on all that is asked, up to the first refusal."""
    decisions: list[Decision] = []
    for part in parts_of(request):
        decisions.append(system.policy.screen(part))
        if not decisions[-1].allowed:
            break
    return tuple(decisions)


@dataclass(frozen=True)
class Stopwatch:
    """Seconds since it was made, by the name of what was then done."""

    started: float = field(default_factory=time.perf_counter)
    laps: dict[str, float] = field(default_factory=dict)

    def lap(self, name: str) -> None:
        """Note the time at which `name` happened first."""
        self.laps.setdefault(name, time.perf_counter() - self.started)


def _shown(
    chunks: Iterator[Frames], on_chunk: OnChunk, watch: Stopwatch, manifest: dict[str, Any]
) -> Iterator[Frames]:
    """The same chunks; the manifest is told how many frames they were."""
    planned, manifest["frames"] = manifest["frames"], 0
    for chunk in chunks:
        watch.lap("first_frame")
        on_chunk(chunk)
        manifest["frames"] += len(chunk)
        yield chunk
    if manifest["frames"] < planned:
        manifest["ended_early"] = True
    watch.lap("decode")


def notes_on_words(request: Request, system: System) -> tuple[str, ...]:
    """What a person should know about words that the model cannot draw or did not read.

    Raises HimmelError instead when the request is strict.
    """
    parts = [part.prompt for part in parts_of(request)]
    found = (system.lexicon.unknown(prompt) for prompt in parts)
    unknown = tuple(dict.fromkeys(word for words in found for word in words))
    named = ", ".join(f'"{word}"' for word in unknown)
    if unknown and request.strict:
        raise HimmelError(f"cannot draw {named}; use other words, or leave --strict out")
    cut = any(map(system.text.overlong, parts))
    if cut and request.strict:
        raise HimmelError("the prompt is longer than this model reads; shorten it")
    notes = []
    if unknown:
        drew = "; ".join(system.lexicon.say(system.text.understood(part)) for part in parts)
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
        "prompt": "\n".join(dict.fromkeys(segment.prompt for segment in plan.segments)),
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
        "segments": [segment.frames for segment in plan.segments],
        "rolling": plan.rolling and plan.rolling.to_dict(),
        "pictures": [
            {"sha256": p.sha256, "frame": p.frame, "strength": p.strength} for p in plan.pictures
        ],
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
    nameless = tuple(picture.replace(path="") for picture in plan.pictures)
    segments = tuple(segment.replace(conditions=()) for segment in plan.segments)
    told = plan.replace(notes=(), pictures=nameless, segments=segments)
    text = f"{told.to_json()}{system.weights_sha256}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
