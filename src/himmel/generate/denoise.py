"""From a plan to latents: text and noise in, one sampler over one canvas."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import torch
from torch import Tensor

from himmel.conditions.canvas import Canvas, blank
from himmel.conditions.channels import shown_to
from himmel.core.camera import rays
from himmel.core.errors import HimmelError
from himmel.core.rng import torch_rng
from himmel.diffusion import path
from himmel.diffusion.experts import switched
from himmel.diffusion.guidance import Network, guidance_named, guided_from
from himmel.diffusion.samplers import OnStep, VelocityField, ignore_step, sampler_named
from himmel.diffusion.schedules import clock_of
from himmel.generate.config import Guiding
from himmel.generate.pictures import read_pictures, token_positions, with_pictures
from himmel.generate.plan import Plan
from himmel.generate.residence import brought, visiting
from himmel.generate.system import System
from himmel.models.dit import DiT
from himmel.nn.rope import rotary_table


@torch.inference_mode()
def denoise(plan: Plan, system: System, on_step: OnStep = ignore_step) -> Tensor:
    """Latents (1, C, T, H, W) on the CPU.

    The noise depends on the plan's seed and shape alone. What reads words and pictures is released
    before the drawing starts. Raises HimmelError when the numbers run away.
    """
    canvas = with_pictures(
        blank(plan.latent), plan.pictures, system.codec, plan.pixels, system.config.shows_pictures
    )
    words = system.read_text(plan.prompt), system.read_text(plan.negative)
    image = system.look(read_pictures(plan.pictures, plan.pixels))
    system.text.release()
    times = torch.tensor(plan.times, dtype=torch.float64)
    state = canvas.begin(noise(plan.seed, canvas))
    with visiting(system.transformers, system.device):
        looks = rays_of(plan, system, canvas)
        clock = clock_of(system.config.defaults.schedule, times, plan.sampler)
        velocity = system_field(
            system, canvas, words, plan.guidance, plan.guiding, clock, image, looks
        )
        drawn = sampler_named(plan.sampler)(velocity, state, times, on_step).z
    return checked(drawn[:, :, : canvas.frames])


def checked(latents: Tensor) -> Tensor:
    """The same latents. Raises HimmelError where the numbers ran away."""
    if not latents.isfinite().all():
        raise HimmelError(
            "the drawing ran away into numbers that are no colours; lower the guidance"
        )
    return latents


def system_field(
    system: System,
    canvas: Canvas,
    words: tuple[Tensor, Tensor],
    guidance: float,
    guiding: Guiding,
    clock: path.Clock = path.timestep,
    image: Tensor | None = None,
    rays: Tensor | None = None,
) -> VelocityField:
    """What a system says of a canvas; `clock` is that of its schedule and sampler (schedules.clock_of).

    `words` are the states (B, L, D) of what to draw and what to stay away from, `image` what
    System.look returned, `rays` what `rays_of` returned.
    """
    made = partial(
        field, canvas=canvas, words=words, guiding=guiding, clock=clock, image=image, rays=rays
    )
    high = made(system.transformer, guidance=guidance)
    if system.low is None or system.config.boundary is None:
        return high
    low = made(system.low, guidance=guidance if guiding.low is None else guiding.low)
    return switched(high, low, system.config.boundary, clock)


def field(
    transformer: DiT,
    canvas: Canvas,
    words: tuple[Tensor, Tensor],
    guidance: float,
    guiding: Guiding,
    clock: path.Clock = path.timestep,
    image: Tensor | None = None,
    rays: Tensor | None = None,
) -> VelocityField:
    """What one transformer says of a canvas, computed where its weights lie; see `system_field`."""
    device = transformer.patch_embedding.weight.device
    network = brought(placed(transformer, canvas, rays), device)
    text, negative = words[0].to(device), words[1].to(device)
    return guided_from(
        guiding.fused,
        shown_to(network, canvas, transformer.config.in_channels),
        text,
        negative,
        guidance,
        rule=guidance_named(guiding.mode).rule(),
        interval=guiding.interval,
        batched=guiding.batched,
        prepare=partial(transformer.cache_text, image=None if image is None else image.to(device)),
        patch=transformer.config.patch_size,
        clock=clock,
    )


def noise(seed: int, canvas: Canvas) -> Tensor:
    """Noise (1, C, T, H, W): the clip's from the seed and shape alone, then that of keyframes."""
    clip, beside = canvas.x0[:1, :, : canvas.frames], canvas.x0[:1, :, canvas.frames :]
    named = ((clip, "noise"), (beside, "keyframes"))
    return torch.cat([torch.randn(x.shape, generator=torch_rng(seed, n)) for x, n in named], 2)


def placed(transformer: DiT, canvas: Canvas, rays: Tensor | None = None) -> Network:
    """The transformer with its tokens where the canvas has them, looking along `rays` (1, N, 6)."""
    positions = token_positions(canvas, transformer.config.patch_size)
    device = transformer.patch_embedding.weight.device
    known: dict[str, Any] = {} if rays is None else {"rays": rays.to(device)}
    if positions is not None:
        width = transformer.config.attention_head_dim
        known["positions"] = rotary_table(positions.to(device), width)
    return partial(transformer, **known) if known else transformer


def rays_of(plan: Plan, system: System, canvas: Canvas) -> Tensor | None:
    """Pluecker rays (1, N, 6) of all tokens of a canvas where the plan has a camera, else None.

    A token looks as the camera does at the last frame that it covers, in the coordinates of frame 0;
    pictures that stand beside the clip have rays of zeros, an unknown camera.
    """
    path = plan.segments[0].camera
    if path is None:
        return None
    time, high, wide = system.config.dit.patch_size
    grid = canvas.x0.shape[3] // high, canvas.x0.shape[4] // wide
    compression, first = system.codec.compression, path.at(0.0)
    moments = [
        compression.seconds_of_latent(index + time - 1, plan.fps)
        for index in range(0, canvas.frames, time)
    ]
    looks = [torch.from_numpy(rays(path.at(moment), *grid, first)) for moment in moments]
    known = torch.stack(looks).flatten(0, 2)  # (N, 6)
    beside = known.new_zeros((canvas.x0.shape[2] - canvas.frames) * math.prod(grid), 6)
    return torch.cat([known, beside])[None].float()
