"""The door: the only way from words to a file. Nothing leaves without the policy and the seal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from himmel.core.values import Clip, Decision, Frames, OnChunk, Request, Result, ignore
from himmel.diffusion.samplers import OnStep, ignore_step
from himmel.generate.decode import decode
from himmel.generate.denoise import denoise
from himmel.generate.going import ON_TO_THE_END, Going
from himmel.generate.layout import lay_out
from himmel.generate.longer import LongPlan
from himmel.generate.manifest import counted, extent_of, manifest_of
from himmel.generate.plan import Plan
from himmel.generate.redraw import redraw
from himmel.generate.request import check_output, check_request
from himmel.generate.rework import ReworkPlan
from himmel.generate.rollout import roll_out
from himmel.generate.sizes import shown_as
from himmel.generate.system import System
from himmel.generate.timeline import parts_of, told_together
from himmel.generate.wording import notes_on_words, told, worded
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
    words = [worded(part, system) for part in parts_of(request)]
    plan = told(lay_out(request, system.config, out, system.text.understood), words)
    notes = (*plan.notes, *notes_on_words(words, request.strict, system))
    watch, manifest = Stopwatch(), manifest_of(plan, system, asked)
    with going.journal(plan, out, manifest["id"]) as journal:
        made: Iterator[Frames]
        if isinstance(plan, LongPlan):
            made = roll_out(plan, system, on_step, going.stop, journal)
        else:
            if isinstance(plan, ReworkPlan):
                made = iter(redraw(plan, system, on_step))
            else:
                made = decode(denoise(plan, system, on_step), system.codec)
            watch.lap("denoise")
        chunks = system.policy.review(shown_as(made, plan.pixels, plan.shown, system.upscaler))
        marked = system.marking.apply(chunks, mark_of(manifest["id"]), plan.fps)
        shown = counted(shown_to(marked, on_chunk, watch), manifest)
        try:
            clip, stated = sealed(system, shown, out, plan, manifest, going.stream)
        except Refused as refusal:
            journal.end()
            return Result.refused(*asked, system.policy.record(request, refusal.decision))
        if not manifest.get("ended_early"):
            journal.end()
    watch.lap("total")
    decisions = (*asked, *(decision for said in words for decision in said.decisions))
    return Result(decisions, clip, stated, watch.laps, notes, out, extent_of(manifest))


def screened(request: Request, system: System) -> tuple[Decision, ...]:
    """The policy's decisions on all that is asked, up to the first refusal."""
    decisions: list[Decision] = []
    for part in (*parts_of(request), *told_together(request)):
        decisions.append(system.policy.screen(part))
        if not decisions[-1].allowed:
            break
    return tuple(decisions)


def sealed(
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
    held = not isinstance(plan, LongPlan)
    return system.seal.sign(chunks, out, plan.fps, manifest, plan.parents, held)


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
