"""Many clips at once, read before the seal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from himmel.conditions.canvas import Canvas, blank
from himmel.core.geometry import PixelShape
from himmel.diffusion.guidance import becoming as turned
from himmel.diffusion.samplers import VelocityField, ignore_step, sampler_named
from himmel.diffusion.schedules import clock_of
from himmel.generate.config import Defaults, Guiding
from himmel.generate.decode import to_frames
from himmel.generate.denoise import field, noise, system_field
from himmel.generate.plan import sampling_times
from himmel.generate.system import System
from himmel.models.dit import DiT


@torch.inference_mode()
def sample_latents(
    system: System,
    prompts: Sequence[str],
    seeds: Sequence[int],
    steps: int,
    guidance: float,
    canvas: Canvas | None = None,
    becoming: tuple[Sequence[str], float] | None = None,
) -> Tensor:
    """Latents (N, C, T, H, W) of prompts with a seed each, in one batch, as `generate` draws them.

    `canvas` (batch N) holds what is known of the clips; `becoming` are other prompts and how far, 0 to 1,
    they count in place of the first.
    """
    defaults = system.config.defaults
    pixels = PixelShape(defaults.frames, defaults.height, defaults.width)
    shape = system.codec.compression.latent(pixels)
    others, share = becoming or (prompts, 0.0)
    one, other = (torch.cat([system.read_text(p) for p in said]) for said in (prompts, others))
    negative = system.read_text("").expand_as(one)
    guiding = Guiding(
        mode=defaults.guidance_mode,
        interval=defaults.guidance_interval,
        low=defaults.guidance_low,
        fused=defaults.guidance_fused,
    )
    times = sampling_times(steps, defaults.shift, guiding.mode, guidance, defaults.schedule)
    clock = clock_of(defaults.schedule, times, defaults.sampler)
    canvas = blank(shape, len(seeds)) if canvas is None else canvas

    def field_of(words: Tensor) -> VelocityField:
        return system_field(system, canvas, (words, negative), guidance, guiding, clock)

    velocity = turned(field_of, one, other, share)
    return _drawn(velocity, canvas, seeds, times, defaults.sampler)


@torch.inference_mode()
def draw_latents(
    transformer: DiT,
    text: Tensor,
    canvas: Canvas,
    seeds: Sequence[int],
    steps: int,
    guidance: float,
    sampler: str = "euler",
) -> Tensor:
    """Latents (N, C, T, H, W) for text states (N, L, D), one seed each. `guidance` is what a network gets
    beyond one that it has learnt. `canvas` (batch N) holds what is known; its keyframes are left out of
    the result."""
    times = sampling_times(steps, Defaults.shift, "cfg", guidance)
    clock = clock_of(Defaults.schedule, times, sampler)
    words = (text, torch.zeros_like(text))
    velocity = field(transformer, canvas, words, guidance, Guiding(), clock)
    return _drawn(velocity, canvas, seeds, times, sampler)


def _drawn(
    velocity: VelocityField, canvas: Canvas, seeds: Sequence[int], times: Tensor, sampler: str
) -> Tensor:
    eps = torch.cat([noise(seed, canvas) for seed in seeds])
    drawn = sampler_named(sampler)(velocity, canvas.begin(eps), times, ignore_step).z
    return drawn[:, :, : canvas.frames]


@torch.inference_mode()
def sample_clips(
    system: System,
    prompts: Sequence[str],
    seeds: Sequence[int],
    steps: int | None = None,
    guidance: float | None = None,
    batch: int = 16,
    on_batch: Callable[[int], None] = lambda done: None,
) -> NDArray[np.uint8]:
    """Frames (N, T, H, W, 3) of prompts with a seed each; on_batch gets the number done so far."""
    defaults = system.config.defaults
    clips = []
    for start in range(0, len(prompts), batch):
        part = slice(start, start + batch)
        latents = sample_latents(
            system,
            prompts[part],
            seeds[part],
            steps or defaults.steps,
            guidance or defaults.guidance,
        )
        video = system.codec.decode(latents)
        clips += [to_frames(clip[None]) for clip in video]
        on_batch(len(clips))
    return np.stack(clips)
