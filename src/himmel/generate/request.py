"""What a person may ask, checked before any work is done."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from himmel.core.errors import HimmelError
from himmel.core.files import surely
from himmel.core.finite import is_finite, told_number
from himmel.core.values import Request
from himmel.diffusion.guidance import guidance_named
from himmel.diffusion.samplers import sampler_named
from himmel.generate.cameras import plan_camera
from himmel.media.formats import SLOWEST_FPS, WRITE_SUFFIXES
from himmel.media.sequence import check_place, is_sequence

LONGEST_PROMPT = 4000
MOST_STEPS = 1000
LARGEST_GUIDANCE = 50.0
FASTEST_FPS = 240.0
LARGEST_SEED = 2**63 - 1
SMALLEST_DISK = 20_000_000
STILLS = (".png", ".jpg", ".jpeg")


def check_request(request: Request) -> None:
    """Raise HimmelError for what no model could do: words first, then every number and name."""
    if request.prompt or not request.clips:
        _check_prompt(request.prompt, "the prompt")
    for words in request.also:
        _check_prompt(words, "the second prompt")
    if request.negative:
        _check_prompt(request.negative, "the negative prompt")
    plan_camera(request.camera, 1.0)
    for known in request.known:
        _within("strength", known.strength, 0.0, 1.0)
    _within("seconds", request.seconds, 0.0, 3600.0, open_below=True)
    _within("fps", request.fps, SLOWEST_FPS, FASTEST_FPS)
    _within("width", request.width, 1, None)
    _within("height", request.height, 1, None)
    _within("steps", request.steps, 1, MOST_STEPS)
    _within("guidance", request.guidance, 1.0, LARGEST_GUIDANCE)
    _within("seed", request.seed, 0, LARGEST_SEED)
    if request.sampler is not None:
        sampler_named(request.sampler)
    if request.guidance_mode is not None:
        guidance_named(request.guidance_mode)


def _check_prompt(text: str, what: str) -> None:
    if not text.strip():
        raise HimmelError(f"{what} is empty; say what to show, for example: a red car on a meadow")
    check_length(text, what)
    if not any(c.isalpha() for c in text):
        raise HimmelError(f"{what} holds no words; describe in words what to show")


def check_length(text: str, what: str) -> None:
    """Raise HimmelError for more than LONGEST_PROMPT characters."""
    if len(text) > LONGEST_PROMPT:
        raise HimmelError(
            f"{what} has {len(text)} characters; use {LONGEST_PROMPT} or fewer, a sentence is best"
        )


def _within(
    name: str, value: float | None, low: float, high: float | None, open_below: bool = False
) -> None:
    if value is None:
        return
    too_low = value <= low if open_below else value < low
    if is_finite(value) and not too_low and (high is None or value <= high):
        return
    wanted = f"above {low:g}" if open_below else f"of at least {low:g}"
    limit = "" if high is None else f" and at most {high:.10g}"
    raise HimmelError(f"{name}={told_number(value)} does not fit; use a number {wanted}{limit}")


def is_picture(out: Path, request: Request) -> bool:
    """True when one picture is asked for by the file's name; a .webp moves where seconds are asked."""
    suffix = out.suffix.lower()
    still = suffix in STILLS or (suffix == ".webp" and request.seconds is None)
    return still and not is_sequence(out)


def _check_kind(out: Path) -> None:
    known = out.suffix.lower() in (*STILLS, *WRITE_SUFFIXES)
    if known and surely(out.is_dir):
        raise HimmelError(f"{out} is a folder; name a file")
    if is_sequence(out):
        check_place(out)
    elif not known:
        raise HimmelError(
            f"{out.name}: cannot write this kind of file; end the name in "
            f"{', '.join(WRITE_SUFFIXES)} for a film or in {', '.join((*STILLS, '.webp'))} for a "
            "picture, or name a new folder for single pictures"
        )


def check_output(out: Path) -> None:
    """Raise HimmelError when nothing could be written to `out`, before the work and not after it."""
    try:
        with suppress(FileNotFoundError):
            out.lstat()  # a name may be too long, or lead through a file
        _check_kind(out)
        folder = next(p for p in out.absolute().parents if surely(p.exists))
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        raise HimmelError(f"cannot write {out}: {error.strerror or error}") from None
    if free < SMALLEST_DISK:
        raise HimmelError(
            f"cannot write {out}: only {free / 1e6:.1f} MB are free, {SMALLEST_DISK / 1e6:.0f} MB "
            "are needed"
        )
