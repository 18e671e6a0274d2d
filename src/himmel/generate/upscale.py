"""A finished film at twice or four times its size: read like a stranger's, reviewed and sealed."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from himmel.core.cards import Part
from himmel.core.env import memory_of_machine
from himmel.core.errors import HimmelError
from himmel.core.files import sha256
from himmel.core.geometry import PixelShape
from himmel.core.values import Frames, OnChunk, Result, ignore
from himmel.generate.door import Stopwatch, shown_to
from himmel.generate.manifest import counted, extent_of, made_by
from himmel.generate.request import check_output
from himmel.generate.sizes import shown_as
from himmel.generate.system import System
from himmel.media.apart import frames_of, probe
from himmel.media.read import Probe
from himmel.provenance.registry import mark_of
from himmel.safety.policy import Refused

FACTORS = (2, 4)
_AT_A_TIME = 4  # frames of a chunk


def upscale(
    clip: Path, factor: int, system: System, out: Path, on_chunk: OnChunk = ignore
) -> Result:
    """A sealed copy of a film or picture, `factor` (2 or 4) times as wide and high, at `out`.

    By the system's upscaler, or bicubically where its weights have none, which a note says. Sound is
    left out. Raises HimmelError for another factor, files that cannot be read or written, and films that
    would not fit into memory.
    """
    if factor not in FACTORS:
        raise HimmelError(f"a factor of {factor} is not to be had; use 2 or 4")
    check_output(out)
    source = probe(clip)
    shown = PixelShape(source.frames, source.height * factor, source.width * factor)
    _check_memory(shown)
    asked = Part(prompt="", films=(str(clip),))
    decision = system.policy.screen(asked)
    if not decision.allowed:
        return Result.refused(decision)
    system.seal.check()
    system.marking.check()
    watch = Stopwatch()
    drawn = PixelShape(source.frames, source.height, source.width)
    chunks = system.policy.review(shown_as(_chunks(clip), drawn, shown, system.upscaler))
    stated = _manifest(clip, factor, shown, source, system)
    stated["checks"] = list(dict.fromkeys([*stated["checks"], *decision.checks]))
    marked = system.marking.apply(chunks, mark_of(stated["id"]), stated["fps"])
    seen = counted(shown_to(marked, on_chunk, watch), stated)
    try:
        made, manifest = system.seal.sign(seen, out, stated["fps"], stated, (clip,))
    except Refused as refusal:
        return Result.refused(decision, system.policy.record(asked, refusal.decision))
    watch.lap("total")
    return Result(
        (decision,), made, manifest, watch.laps, _notes(source, system), out, extent_of(stated)
    )


def _check_memory(shown: PixelShape) -> None:
    needed, available = 7 * shown.values, memory_of_machine()
    if needed > 0.8 * available:
        raise HimmelError(
            f"{shown.frames} frames of {shown.width}x{shown.height} need about {needed / 1e9:.1f} GB of "
            f"memory and this machine has {available / 1e9:.1f} GB; cut the film or use a smaller factor"
        )


def _chunks(clip: Path) -> Iterator[Frames]:
    frames = (timed.frame for timed in frames_of(clip))
    while some := list(itertools.islice(frames, _AT_A_TIME)):
        yield np.stack(some)


def _manifest(
    clip: Path, factor: int, shown: PixelShape, source: Probe, system: System
) -> dict[str, Any]:
    digest = sha256(clip)
    told = f"upscale {factor} {digest} {system.weights_sha256}"
    return {
        "id": hashlib.sha256(told.encode()).hexdigest()[:32],
        "upscaled": {"sha256": digest, "factor": factor},
        "resized": "bicubic" if system.upscaler is None else "upscaler",
        "size": [shown.width, shown.height],
        "frames": 0,  # counted as they are written: a file may hold fewer than it says
        "fps": source.fps or system.config.defaults.fps,
        **made_by(system),
    }


def _notes(source: Probe, system: System) -> tuple[str, ...]:
    notes = []
    if system.upscaler is None:
        notes.append("enlarged bicubically: these weights have no upscaler")
    if source.sounds:
        notes.append("the film's sound was left out")
    return tuple(notes)
