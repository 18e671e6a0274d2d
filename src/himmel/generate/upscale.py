"""A finished film at twice or four times its size: read like a stranger's, reviewed and sealed."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from himmel.core.cards import Part
from himmel.core.env import memory_of_machine
from himmel.core.errors import HimmelError
from himmel.core.files import sha256
from himmel.core.geometry import PixelShape
from himmel.core.values import Frames, OnChunk, Result, ignore
from himmel.generate.door import Stopwatch, shown_to
from himmel.generate.manifest import counted, extent_of, made_by
from himmel.generate.request import FASTEST_FPS, STILLS, check_output
from himmel.generate.sizes import SMALLEST, shown_as
from himmel.generate.system import System
from himmel.media.apart import frames_of, probe
from himmel.media.formats import SLOWEST_FPS
from himmel.media.read import Probe
from himmel.media.sequence import is_sequence
from himmel.provenance.registry import mark_of
from himmel.safety.policy import Refused

FACTORS = (2, 4)
_AT_A_TIME = 4  # frames of a chunk
_MOST_OFTEN = 4  # times that a frame is shown on average, where one is held long


@dataclass(frozen=True)
class Pace:
    """A constant rate, and how many frames at it each frame of the film becomes."""

    fps: float
    shown: tuple[int, ...]

    @property
    def is_even(self) -> bool:
        """Whether the film's own frames come at a constant rate already."""
        return set(self.shown) <= {1}


def upscale(
    clip: Path, factor: int, system: System, out: Path, on_chunk: OnChunk = ignore
) -> Result:
    """A sealed copy of a film or picture, `factor` (2 or 4) times as wide and high, at `out`.

    By the system's upscaler, or bicubically where its weights have none, which a note says. Sound is
    left out. Frames at uneven times are brought to a constant rate, which a note says, too. Raises
    HimmelError for another factor, a film that is to become a picture, results that are too small for a
    mark, files that cannot be read or written, and films that would not fit into memory.
    """
    if factor not in FACTORS:
        raise HimmelError(f"a factor of {factor} is not to be had; use 2 or 4")
    check_output(out)
    source = probe(clip)
    _check_picture(source, clip, out)
    shown = PixelShape(source.frames, source.height * factor, source.width * factor)
    _check_marked(shown)
    _check_memory(shown)
    pace = pace_of([timed.seconds for timed in frames_of(clip)], source)
    shown = PixelShape(sum(pace.shown), shown.height, shown.width)
    _check_memory(shown)
    asked = Part(prompt="", films=(str(clip),))
    decision = system.policy.screen(asked)
    if not decision.allowed:
        return Result.refused(decision)
    system.seal.check()
    system.marking.check()
    watch = Stopwatch()
    drawn = PixelShape(shown.frames, source.height, source.width)
    chunks = system.policy.review(shown_as(_chunks(clip, pace), drawn, shown, system.upscaler))
    stated = _manifest(clip, factor, shown, pace, system)
    stated["checks"] = list(dict.fromkeys([*stated["checks"], *decision.checks]))
    marked = system.marking.apply(chunks, mark_of(stated["id"]), stated["fps"])
    seen = counted(shown_to(marked, on_chunk, watch), stated)
    try:
        made, manifest = system.seal.sign(seen, out, stated["fps"], stated, (clip,))
    except Refused as refusal:
        return Result.refused(decision, system.policy.record(asked, refusal.decision))
    watch.lap("total")
    return Result(
        (decision,),
        made,
        manifest,
        watch.laps,
        _notes(source, pace, system),
        out,
        extent_of(stated),
    )


def _check_picture(source: Probe, clip: Path, out: Path) -> None:
    if source.frames > 1 and out.suffix.lower() in STILLS and not is_sequence(out):
        raise HimmelError(
            f"{clip.name} has {source.frames} frames and {out.name} is the name of a picture; use .mp4"
        )


def _check_marked(shown: PixelShape) -> None:
    if min(shown.width, shown.height) < SMALLEST:
        raise HimmelError(
            f"{shown.width}x{shown.height} is too small for a mark; it takes {SMALLEST} pixels a side"
        )


def _check_memory(shown: PixelShape) -> None:
    needed, available = 7 * shown.values, memory_of_machine()
    if needed > 0.8 * available:
        raise HimmelError(
            f"{shown.frames} frames of {shown.width}x{shown.height} need about {needed / 1e9:.1f} GB of "
            f"memory and this machine has {available / 1e9:.1f} GB; cut the film or use a smaller factor"
        )


def pace_of(times: Sequence[float], source: Probe) -> Pace:
    """The rate at which frames that appear at `times` are shown: their own where it is constant, else
    that of most of them, or less where some are held so long that films would become many times longer.
    """
    moments = np.asarray(times) - (times[0] if times else 0.0)
    count, length = len(moments), float(moments[-1]) if times else 0.0
    if not length:
        return Pace(source.fps and _rounded(source.fps), (1,) * count)
    for fps in (source.fps, _rounded((count - 1) / length)):
        if _is_pace(fps, moments):
            return Pace(fps, (1,) * count)
    usual, most = float(np.median(np.diff(moments))), _MOST_OFTEN * count
    fps = _rounded(min(1 / max(usual, 1 / FASTEST_FPS), most / length))
    begins = np.minimum(np.round(moments * fps), most).astype(int)
    end = max(begins[-1] + 1, min(round(source.seconds * fps), most))
    return Pace(fps, tuple(np.diff([*begins, end]).tolist()))


def _is_pace(fps: float, moments: NDArray[np.float64]) -> bool:
    """Whether every frame is less than half a frame away from its place at a constant rate."""
    away = np.abs(moments * fps - np.arange(len(moments)))
    return SLOWEST_FPS <= fps <= FASTEST_FPS and bool(away.max() < 0.5)


def _rounded(fps: float) -> float:
    return min(max(round(fps, 3), SLOWEST_FPS), FASTEST_FPS)


def _chunks(clip: Path, pace: Pace) -> Iterator[Frames]:
    film = zip(frames_of(clip), pace.shown, strict=False)
    frames = (timed.frame for timed, times in film for _ in range(times))
    while some := list(itertools.islice(frames, _AT_A_TIME)):
        yield np.stack(some)


def _manifest(
    clip: Path, factor: int, shown: PixelShape, pace: Pace, system: System
) -> dict[str, Any]:
    digest = sha256(clip)
    told = f"upscale {factor} {digest} {system.weights_sha256}"
    return {
        "id": hashlib.sha256(told.encode()).hexdigest()[:32],
        "upscaled": {"sha256": digest, "factor": factor},
        "resized": "bicubic" if system.upscaler is None else "upscaler",
        "size": [shown.width, shown.height],
        "frames": 0,  # counted as they are written: a file may hold fewer than it says
        "fps": pace.fps or system.config.defaults.fps,
        **made_by(system),
    }


def _notes(source: Probe, pace: Pace, system: System) -> tuple[str, ...]:
    notes = []
    if system.upscaler is None:
        notes.append("enlarged bicubically: these weights have no upscaler")
    if not pace.is_even:
        left_out = pace.shown.count(0)
        told = f", and {left_out} of them are left out" if left_out else ""
        notes.append(
            f"the film's frames came at uneven times; they are shown at {pace.fps:g} per second{told}"
        )
    if source.sounds:
        notes.append("the film's sound was left out")
    return tuple(notes)
