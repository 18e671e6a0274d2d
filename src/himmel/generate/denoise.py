"""From a plan to latents: text and noise in, one sampler over one canvas."""

from __future__ import annotations

import torch
from torch import Tensor

from himmel.conditions.canvas import blank
from himmel.core.errors import HimmelError
from himmel.core.rng import torch_rng
from himmel.diffusion.guidance import guidance_named, guided
from himmel.diffusion.samplers import OnStep, ignore_step, sampler_named
from himmel.generate.plan import Plan
from himmel.generate.system import System


@torch.inference_mode()
def denoise(plan: Plan, system: System, on_step: OnStep = ignore_step) -> Tensor:
    """Latents (1, C, T, H, W) on the CPU.

    The noise depends on the plan's seed and shape alone. An empty negative prompt is the zeros that
    training showed in place of a caption. Raises HimmelError when the numbers run away.
    """
    text = system.read_text(plan.prompt)
    negative = system.read_text(plan.negative) if plan.negative else torch.zeros_like(text)
    eps = torch.randn(1, *plan.latent.array, generator=torch_rng(plan.seed, "noise"))
    velocity = guided(
        system.transformer,
        text,
        negative,
        plan.guidance,
        rule=guidance_named(plan.guiding.mode).rule(),
        interval=plan.guiding.interval,
        batched=plan.guiding.batched,
        prepare=system.transformer.cache_text,
        patch=system.config.dit.patch_size,
    )
    state = blank(plan.latent).begin(eps)
    times = torch.tensor(plan.times, dtype=torch.float64)
    latents = sampler_named(plan.sampler)(velocity, state, times, on_step).z
    if not latents.isfinite().all():
        raise HimmelError(
            "the drawing ran away into numbers that are no colours; lower the guidance"
        )
    return latents
