"""All steps of a default clip beside diffusers' transformer with the same weights, in turns.

Both go by Euler's steps, whatever the weights' own sampler, theirs with both texts in one batch: in
float32, as it is built, and in bfloat16 with the float32 islands that diffusers keeps.
"""

from __future__ import annotations

import copy
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from himmel.conditions.canvas import blank
from himmel.core.values import Request
from himmel.diffusion.path import CLOCK
from himmel.evaluate.intervals import Metric
from himmel.generate.denoise import denoise, noise
from himmel.generate.plan import Plan, plan_request
from himmel.generate.system import System
from himmel_benchmarks.dit import with_islands
from himmel_benchmarks.harness import Work, exactly, interleave, relative_error


def measure(system: System, prompt: str, seed: int = 0) -> dict[str, Metric]:
    """Our time over theirs, reading the words included on our side, and the distance of the latents.

    Raises ImportError without diffusers.
    """
    from diffusers import WanTransformer3DModel

    request = Request(prompt=prompt, seed=seed, sampler="euler")
    plan = plan_request(request, system.config, Path("clip.mp4"))
    exact = WanTransformer3DModel(**system.transformer.config.to_dict()).eval()
    exact.load_state_dict({k: v.float() for k, v in system.transformer.state_dict().items()})
    rough = with_islands(copy.deepcopy(exact), torch.bfloat16)
    words = torch.cat([system.read_text(prompt), system.read_text("")]).float()
    subjects: dict[str, Work] = {
        "ours": partial(denoise, plan, system),
        "diffusers_fp32": partial(drawn_by, exact, plan, words),
        "diffusers_bf16": partial(drawn_by, rough, plan, words.bfloat16()),
    }
    with torch.inference_mode():
        right = drawn_by(exact, plan, words)
        error = relative_error(denoise(plan, system), right)
        theirs = relative_error(drawn_by(rough, plan, words.bfloat16()), right)
        times = interleave(subjects)
    return {
        **{f"time_ratio.{n}": times.ratio("ours", n) for n in subjects if n != "ours"},
        "relative_error": exactly(error, "share"),
        "relative_error.diffusers_bf16": exactly(theirs, "share"),
    }


def drawn_by(model: Any, plan: Plan, words: Tensor) -> Tensor:
    """Latents (1, C, T, H, W) by Euler's steps and classifier-free guidance; words (2, L, D)."""
    z = noise(plan.seed, blank(plan.latent))
    for time, following in pairwise(plan.times):
        clock = torch.full((2,), CLOCK * time)
        both = model(torch.cat([z, z]).to(words.dtype), clock, words, return_dict=False)[0].float()
        wanted, unwanted = both.chunk(2)
        z = z - (time - following) * (unwanted + plan.guidance * (wanted - unwanted))
    return z
