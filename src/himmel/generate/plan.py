"""A plan: everything a generation will do, as plain data that can be printed before it runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from himmel.core.config import Config
from himmel.core.env import memory_of_machine
from himmel.core.errors import HimmelError
from himmel.core.geometry import LatentShape, PixelShape
from himmel.core.values import Request
from himmel.diffusion.guidance import guidance_named, zero_init
from himmel.diffusion.samplers import evaluations
from himmel.diffusion.schedules import SCHEDULES
from himmel.generate.config import SystemConfig
from himmel.generate.pictures import Picture, plan_pictures
from himmel.generate.pipeline import check_weights
from himmel.generate.request import check_request, is_picture
from himmel.media.formats import check_fps
from himmel.media.write import form_of
from himmel.models.dit import DiT

RUNTIME_BYTES = 250_000_000  # the interpreter with torch loaded, before any weights
DECODER_FLOPS_PER_PIXEL = 1e5  # the ceiling that the decoder was built under


@dataclass(frozen=True, kw_only=True)
class Segment(Config):
    """A stretch of the timeline: its words, its frames, and the names of what is known of it."""

    prompt: str
    frames: int
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Cost(Config):
    """What a run will need: transformer tokens, bytes of memory, floating-point operations."""

    tokens: int
    memory_bytes: int
    flops: int


@dataclass(frozen=True, kw_only=True)
class Guiding(Config):
    """How predictions with and without the words are joined: the mode, and between which times.

    `batched`: both come from one call of the transformer, else from two that need less memory; `low` is
    the guidance scale of a second transformer, which draws at little noise.
    """

    mode: str = "cfg"
    interval: tuple[float, float] = (0.0, 1.0)
    batched: bool = True
    low: float | None = None


@dataclass(frozen=True, kw_only=True)
class Plan(Config):
    """Segments on one timeline, the shapes in pixels and latents, the sampler and its times."""

    segments: tuple[Segment, ...]
    negative: str
    pictures: tuple[Picture, ...]
    pixels: PixelShape
    latent: LatentShape
    fps: float
    sampler: str
    times: tuple[float, ...]
    guidance: float
    guiding: Guiding
    seed: int
    cost: Cost
    notes: tuple[str, ...] = ()

    @property
    def prompt(self) -> str:
        """The words of the first segment."""
        return self.segments[0].prompt

    @property
    def parents(self) -> tuple[Path, ...]:
        """The files that the clip is made from, each once."""
        return tuple(dict.fromkeys(Path(picture.path) for picture in self.pictures))

    @property
    def nameless(self) -> Plan:
        """The same without names of files and notes, which have nothing to do with the frames."""
        pictures = tuple(picture.replace(path="") for picture in self.pictures)
        segments = tuple(segment.replace(conditions=()) for segment in self.segments)
        return self.replace(notes=(), pictures=pictures, segments=segments)

    @property
    def about(self) -> dict[str, Any]:
        """What the manifest says beyond what it says of every plan."""
        return {}


def plan_request(request: Request, config: SystemConfig, out: Path) -> Plan:
    """Fill in what was not asked and lay out the run; a picture where `out` is named like one.

    Where memory is short the transformer is called for one text at a time. Raises HimmelError for
    what the codec cannot hold, what would not fit into memory even so (with the figure), unknown
    names, and sizes or lengths that the weights were not trained for.
    """
    check_request(request)
    check_weights(config)
    defaults = config.defaults
    fps, picture = request.fps or defaults.fps, is_picture(out, request)
    if not picture:
        check_fps(form_of(out), fps)
    pixels = PixelShape(
        frames=_frames(request, config, fps, picture),
        height=request.height or defaults.height,
        width=request.width or defaults.width,
    )
    _check_steps(pixels, config)
    pictures, remarks = plan_pictures(request.known, config, pixels)
    latent = config.codec.compression.latent(pixels)
    guidance = request.guidance or defaults.guidance
    sampler = request.sampler or defaults.sampler
    mode = request.guidance_mode or defaults.guidance_mode
    steps = request.steps or defaults.steps
    times = sampling_times(steps, defaults.shift, mode, guidance, defaults.schedule).tolist()
    velocities, memory = evaluations(sampler, len(times) - 1), memory_of_machine()
    cost = estimate(config, pixels, latent, velocities, guidance)
    if not (batched := _fits(cost, memory)):
        cost = estimate(config, pixels, latent, velocities, guidance, batched=False)
    _check_memory(pixels, cost, memory)
    _check_size(pixels, config)
    return Plan(
        segments=(_segment(request, pixels, pictures),),
        negative=request.negative,
        pictures=pictures,
        pixels=pixels,
        latent=latent,
        fps=fps,
        sampler=sampler,
        times=tuple(times),
        guidance=guidance,
        guiding=Guiding(
            mode=mode,
            interval=defaults.guidance_interval,
            batched=batched,
            low=request.guidance or defaults.guidance_low,
        ),
        seed=request.seed,
        cost=cost,
        notes=(*_notes_on_speed(fps, defaults.fps, pixels.frames), *remarks),
    )


def _segment(request: Request, pixels: PixelShape, pictures: tuple[Picture, ...]) -> Segment:
    names = tuple(f"{Path(p.path).name} at frame {p.frame}" for p in pictures)
    return Segment(prompt=request.prompt, frames=pixels.frames, conditions=names)


def sampling_times(
    steps: int, shift: float, mode: str, guidance: float, schedule: str = "shifted"
) -> Tensor:
    """The times a sampler visits, falling to 0, without the first ones where the mode skips them."""
    skipped = guidance_named(mode).zero_init if guidance != 1 else 0
    return zero_init(SCHEDULES[schedule](steps, shift), skipped)


def _frames(request: Request, config: SystemConfig, fps: float, picture: bool) -> int:
    trained = config.trained_frames
    if picture:
        if request.seconds is not None:
            raise HimmelError("a picture has no length; leave the seconds out or write an .mp4")
        if trained and 1 not in trained:
            raise HimmelError("these weights were not trained for pictures; write an .mp4")
        return 1
    if request.seconds is None:
        return config.defaults.frames
    asked = request.seconds * fps
    if not trained:
        time = config.codec.compression.time
        return max(1, round((asked - 1) / time)) * time + 1
    nearest = min(trained, key=lambda n: abs(n - asked))
    if abs(nearest - asked) > 0.5:
        fits = " or ".join(f"{n / fps:g} ({n} frames)" for n in trained if n > 1)
        raise HimmelError(
            f"{request.seconds:g} seconds are not a length these weights were trained for; "
            f"at {fps:g} frames per second use {fits}"
        )
    return nearest


def _check_size(pixels: PixelShape, config: SystemConfig) -> None:
    if config.trained_sizes and (pixels.width, pixels.height) not in config.trained_sizes:
        fits = " or ".join(f"{width}x{height}" for width, height in config.trained_sizes)
        raise HimmelError(
            f"{pixels.width}x{pixels.height} is not a size these weights were trained for; "
            f"use {fits}"
        )


def _check_steps(pixels: PixelShape, config: SystemConfig) -> None:
    """Where any size will do, codec and transformer still have to cut it."""
    sides = zip(("width", "height"), config.steps_of_size, strict=True)
    for (name, step), size in zip(sides, (pixels.width, pixels.height), strict=True):
        if not config.trained_sizes and size % step:
            low = max(size // step, 1) * step
            raise HimmelError(
                f"{name} {size} is not a multiple of {step}; use {low} or {low + step}"
            )


def _notes_on_speed(fps: float, trained: float, frames: int) -> tuple[str, ...]:
    if fps == trained or frames == 1:
        return ()
    return (
        f"these weights know {trained:g} frames per second; at {fps:g} everything moves "
        f"{fps / trained:.2g} times as fast",
    )


def estimate(
    config: SystemConfig,
    pixels: PixelShape,
    latent: LatentShape,
    velocities: int,
    guidance: float,
    batched: bool = True,
) -> Cost:
    """Tokens, memory and operations of a run that asks for so many velocities.

    Guidance, where there is any, takes two predictions for each, in one call or in two. Memory
    counts torch itself, the weights, the transformer's activations for one call, one decoded latent
    frame and the finished frames; operations count matrix products, two per multiply-add.
    """
    with torch.device("meta"):
        network = DiT(config.dit)
    tokens = latent.tokens(config.dit.patch_size)
    texts = 1 if guidance == 1 else 2
    calls = velocities * texts * network.flops(tokens, config.text.length)
    batch = texts if batched else 1
    weights = config.weights_bytes or 4 * sum(p.numel() for p in network.parameters())
    activations = 4 * batch * tokens * (12 * config.dit.width + 2 * config.dit.ffn_dim)
    decoding = 4 * config.codec.working_values(pixels.height, pixels.width)
    return Cost(
        tokens=tokens,
        memory_bytes=RUNTIME_BYTES + weights + activations + decoding + 6 * pixels.values,
        flops=calls + int(DECODER_FLOPS_PER_PIXEL * pixels.values),
    )


def _fits(cost: Cost, available: int) -> bool:
    return cost.memory_bytes <= 0.8 * available


def _check_memory(pixels: PixelShape, cost: Cost, available: int) -> None:
    if not _fits(cost, available):
        raise HimmelError(
            f"{pixels.frames} frames of {pixels.width}x{pixels.height} need about "
            f"{cost.memory_bytes / 1e9:.1f} GB of memory and this machine has "
            f"{available / 1e9:.1f} GB; use a smaller size or a shorter clip"
        )
