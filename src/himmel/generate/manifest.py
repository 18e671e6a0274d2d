"""What a file says of how it was made: the manifest that is sealed into it, and the film's identity."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator, Sequence
from typing import Any

import torch

from himmel.core.values import Decision, Extent, Frames
from himmel.generate.plan import Plan
from himmel.generate.system import System
from himmel.nn.kernels import chosen


def manifest_of(plan: Plan, system: System, asked: Sequence[Decision] = ()) -> dict[str, Any]:
    """What made the clip: request, weights, checks, versions, precision and threads.

    It is sealed in after the last chunk has passed, so every check it names has run by then; `asked` are
    the decisions on the request, which name those that looked at given pictures and films, too.
    """
    ran = dict.fromkeys(name for decision in asked for name in decision.checks)
    made = made_by(system)
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
        **plan.about,
        "guidance_mode": plan.guiding.mode,
        **made,
        "checks": list(dict.fromkeys([*made["checks"], *ran])),
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
    if plan.asked == plan.drawn:
        return camera
    upsampler = next((s.upsampler for s in plan.segments if s.upsampler), None)
    return {"drawn_prompt": plan.drawn, "upsampler": upsampler, **camera}


def _drawn_at(plan: Plan, system: System) -> dict[str, Any]:
    """The size and length that were drawn where others are shown, and what made one of the other."""
    pixels, shown, told = plan.pixels, plan.shown, {}
    if pixels.frames != shown.frames:
        told["drawn_frames"] = pixels.frames
    if (pixels.width, pixels.height) == (shown.width, shown.height):
        return told
    how = "bicubic" if system.upscaler is None else "upscaler"
    return {**told, "drawn_size": [pixels.width, pixels.height], "resized": how}


def identity(plan: Plan, system: System) -> str:
    """A name for the frames, 32 hexadecimal digits: the same plan and weights give the same one."""
    text = f"{plan.nameless.to_json()}{system.weights_sha256}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def counted(chunks: Iterator[Frames], manifest: dict[str, Any]) -> Iterator[Frames]:
    """The same chunks; the manifest is told how many frames they were, and whether some are missing."""
    planned, manifest["frames"] = manifest["frames"], 0
    for chunk in chunks:
        manifest["frames"] += len(chunk)
        yield chunk
    if manifest["frames"] < planned:
        manifest["ended_early"] = True


def extent_of(manifest: dict[str, Any]) -> Extent:
    """How large and long the film of a manifest is."""
    width, height = manifest["size"]
    return Extent(frames=manifest["frames"], height=height, width=width, fps=manifest["fps"])
