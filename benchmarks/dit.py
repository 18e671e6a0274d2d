"""Our transformer and diffusers' WanTransformer3DModel, the same weights, in turns.

Ours stands as `himmel generate` runs it: bfloat16 where the processor multiplies it, no compiler.
Theirs stands three times: as it is built (float32), in bfloat16 with the float32 islands that
diffusers keeps when it loads a model, and that one compiled.
"""

from __future__ import annotations

import copy
import shutil
from typing import Any

import torch
from torch import Tensor, nn

from himmel.core.errors import HimmelError
from himmel.core.rng import torch_rng
from himmel.evaluate.intervals import Metric
from himmel.generate.system import in_precision
from himmel.models.dit import DiT, DiTConfig
from himmel.nn.precision import fast_dtype
from himmel_benchmarks.harness import (
    Work,
    exactly,
    interleave,
    limit_rates,
    limits,
    relative_error,
)

CONFIG = DiTConfig(
    num_attention_heads=3, attention_head_dim=128, ffn_dim=1536, num_layers=6, text_dim=4096
)
LATENT = (16, 5, 32, 32)  # channels, frames, rows, columns: 1280 tokens of 1 x 2 x 2
TOKENS, TEXT = 5 * 16 * 16, 512

Inputs = tuple[Tensor, Tensor, Tensor]  # latents, timestep, text states


def measure(seed: int = 0) -> dict[str, Metric]:
    """Time ratios, errors against float32 and the share of the machine's own GEMM rate.

    Raises HimmelError where diffusers is not installed. Without a C++ compiler the compiled rival is
    left out: torch.compile needs one.
    """
    exact, wide = theirs_and_ours(seed)
    inputs, dtype = draw_inputs(seed), fast_dtype()
    rough = with_islands(copy.deepcopy(exact), torch.bfloat16)
    ours = in_precision(copy.deepcopy(wide), dtype)
    cast, half = in_dtype(inputs, dtype), in_dtype(inputs, torch.bfloat16)
    subjects: dict[str, Work] = {
        "ours": lambda: ours(*cast),
        "ours_fp32": lambda: wide(*inputs),
        "diffusers_fp32": lambda: theirs_of(exact, inputs),
        "diffusers_bf16": lambda: theirs_of(rough, half),
    }
    with torch.inference_mode():
        compiled = compiled_or_none(rough, half)
        if compiled is not None:
            subjects["diffusers_bf16_compiled"] = lambda: theirs_of(compiled, half)
        cached = ours.cache_text(cast[2])
        subjects["cached_text"] = lambda: ours(cast[0], cast[1], cached)
        right = theirs_of(exact, inputs)
        errors = {
            "relative_error": relative_error(ours(*cast), right),
            "relative_error.fp32": relative_error(wide(*inputs), right),
            "relative_error.diffusers_bf16": relative_error(theirs_of(rough, half), right),
        }
        found = limits(dtype, seed)
        times = interleave(subjects | {name: limit.work for name, limit in found.items()})
    rivals = [name for name in subjects if name.startswith("diffusers")]
    share = times.rate_share("ours", ours.flops(TOKENS, TEXT), "gemm", found["gemm"].flops)
    return {
        **{f"time_ratio.{name}": times.ratio("ours", name) for name in rivals},
        "time_ratio.fp32.diffusers_fp32": times.ratio("ours_fp32", "diffusers_fp32"),
        "time_ratio.without_cached_text": times.ratio("ours", "cached_text"),
        **{name: exactly(value, "share") for name, value in errors.items()},
        "gemm_share": share,
        **{f"seconds.{name}": times.seconds(name) for name in subjects},
        **limit_rates(times, found),
    }


def theirs_and_ours(seed: int) -> tuple[nn.Module, DiT]:
    """diffusers' transformer in float32 and ours with the same numbers, none of them zero."""
    try:
        from diffusers import WanTransformer3DModel
    except ImportError:
        raise HimmelError(
            "bench dit runs beside diffusers; install it with: pip install diffusers"
        ) from None
    rng = torch_rng(seed, "bench", "dit")
    theirs = WanTransformer3DModel(**CONFIG.to_dict()).eval().requires_grad_(False)
    for name, parameter in theirs.named_parameters():
        parameter.copy_(_numbers(name, parameter, rng))
    with torch.device("meta"):
        ours = DiT(CONFIG)
    ours.load_state_dict(copy.deepcopy(theirs.state_dict()), assign=True)
    return theirs, ours.eval().requires_grad_(False)


def _numbers(name: str, like: Tensor, rng: torch.Generator) -> Tensor:
    """Normal numbers that keep the size of what passes: matrices by their width, norms around 1."""
    drawn = torch.randn(like.shape, generator=rng)
    if like.ndim < 2:
        return drawn * 0.02 + ("norm" in name and name.endswith("weight"))
    return drawn * like[0].numel() ** -0.5


def draw_inputs(seed: int) -> Inputs:
    """Latents (1, C, T, H, W), one noise level and text states (1, 512, text_dim), float32."""
    rng = torch_rng(seed, "bench", "inputs")
    text = torch.randn(1, TEXT, CONFIG.text_dim, generator=rng)
    return torch.randn(1, *LATENT, generator=rng), torch.tensor([500.0]), text


def in_dtype(inputs: Inputs, dtype: torch.dtype) -> Inputs:
    """The same inputs; the noise level stays in float32."""
    return inputs[0].to(dtype), inputs[1], inputs[2].to(dtype)


def with_islands(theirs: nn.Module, dtype: torch.dtype) -> nn.Module:
    """Everything in `dtype` but what diffusers itself keeps in float32 when it loads a model."""
    kept = tuple(getattr(theirs, "_keep_in_fp32_modules", None) or ())
    for name, parameter in theirs.named_parameters():
        if not any(part in name.split(".") for part in kept):
            parameter.data = parameter.data.to(dtype)
    return theirs


def theirs_of(model: Any, inputs: Inputs) -> Tensor:
    """The answer of diffusers' transformer."""
    out: Tensor = model(*inputs, return_dict=False)[0]
    return out


def compiled_or_none(model: nn.Module, inputs: Inputs) -> Any:
    """diffusers' transformer compiled for these inputs; None where no compiler works."""
    if not any(shutil.which(name) for name in ("g++", "clang++")):
        return None
    compiled = torch.compile(model)
    try:
        theirs_of(compiled, inputs)
    except RuntimeError:  # what Dynamo and Inductor raise where headers or libraries are missing
        return None
    return compiled
