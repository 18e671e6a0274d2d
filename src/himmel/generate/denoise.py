"""From a plan to latents: text and noise in, one sampler over one canvas."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from himmel.conditions.canvas import Canvas, blank
from himmel.core.errors import HimmelError
from himmel.core.rng import torch_rng
from himmel.diffusion.guidance import Network, guidance_named, guided
from himmel.diffusion.samplers import OnStep, ignore_step, sampler_named
from himmel.diffusion.schedules import clock_of
from himmel.generate.pictures import token_positions, with_pictures
from himmel.generate.plan import Plan
from himmel.generate.system import System
from himmel.models.dit import DiT
from himmel.nn.rope import rotary_table


@torch.inference_mode()
def denoise(plan: Plan, system: System, on_step: OnStep = ignore_step) -> Tensor:
    """Latents (1, C, T, H, W) on the CPU.

    The noise depends on the plan's seed and shape alone. What reads the words is released before the
    drawing starts. Raises HimmelError when the numbers run away.
    """
    canvas = with_pictures(blank(plan.latent), plan.pictures, system.codec, plan.pixels)
    text, negative = system.read_text(plan.prompt), system.read_text(plan.negative)
    system.text.release()
    times = torch.tensor(plan.times, dtype=torch.float64)
    velocity = guided(
        placed(system.transformer, canvas),
        text,
        negative,
        plan.guidance,
        rule=guidance_named(plan.guiding.mode).rule(),
        interval=plan.guiding.interval,
        batched=plan.guiding.batched,
        prepare=system.transformer.cache_text,
        patch=system.config.dit.patch_size,
        clock=clock_of(system.config.defaults.schedule, times),
    )
    state = canvas.begin(noise(plan.seed, canvas))
    latents = sampler_named(plan.sampler)(velocity, state, times, on_step).z[:, :, : canvas.frames]
    if not latents.isfinite().all():
        raise HimmelError(
            "the drawing ran away into numbers that are no colours; lower the guidance"
        )
    return latents


def noise(seed: int, canvas: Canvas) -> Tensor:
    """Noise (1, C, T, H, W): the clip's from the seed and shape alone, then that of keyframes."""
    clip, beside = canvas.x0[:1, :, : canvas.frames], canvas.x0[:1, :, canvas.frames :]
    named = ((clip, "noise"), (beside, "keyframes"))
    return torch.cat([torch.randn(x.shape, generator=torch_rng(seed, n)) for x, n in named], 2)


def placed(transformer: DiT, canvas: Canvas) -> Network:
    """The transformer with its tokens where the canvas has them."""
    positions = token_positions(canvas, transformer.config.patch_size)
    if positions is None:
        return transformer
    table = rotary_table(positions, transformer.config.attention_head_dim)
    return partial(transformer, positions=table)
