"""Wan's codec beside diffusers' AutoencoderKLWan: the same random weights, the same latents, in turns.

Both generations, of the widths that the open weights have; the pictures are small, so that a round takes
seconds.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor

from himmel.core.errors import HimmelError
from himmel.core.rng import torch_rng
from himmel.evaluate.intervals import Metric
from himmel.models.wan_codec import WanCodec, WanCodecConfig
from himmel_benchmarks.harness import Work, exactly, interleave, relative_error

_SECOND = WanCodecConfig(
    base_dim=160,
    decoder_base_dim=256,
    z_dim=48,
    latents_mean=(0.0,) * 48,
    latents_std=(1.0,) * 48,
    in_channels=12,
    out_channels=12,
    patch_size=2,
    is_residual=True,
)
# With latent frames, rows and columns: five pictures of 64 x 64 and of 96 x 96.
GENERATIONS = {"wan21": (WanCodecConfig(), (2, 8, 8)), "wan22": (_SECOND, (2, 6, 6))}
ROUNDS = 2


def measure(seed: int = 0) -> dict[str, Metric]:
    """Per generation: our time over theirs in float32, and how far the answers are apart."""
    metrics: dict[str, Metric] = {}
    for name, (config, grid) in GENERATIONS.items():
        theirs, ours = both(config, seed)
        raw = torch.randn(1, config.z_dim, *grid, generator=torch_rng(seed, "bench", name))
        mean, std = ours.statistics(raw)
        latents = (raw - mean) / std
        with torch.inference_mode():
            metrics[f"relative_error.{name}"] = exactly(
                relative_error(ours.decode(latents), theirs_of(theirs, raw)), "share"
            )
            subjects: dict[str, Work] = {
                "ours": partial(ours.decode, latents),
                "diffusers_fp32": partial(theirs_of, theirs, raw),
            }
            times = interleave(subjects, ROUNDS)
        metrics[f"time_ratio.{name}.diffusers_fp32"] = times.ratio("ours", "diffusers_fp32")
        metrics[f"seconds.{name}"] = times.seconds("ours")
    return metrics


def both(config: WanCodecConfig, seed: int) -> tuple[Any, WanCodec]:
    """diffusers' codec and ours with the same numbers. Raises HimmelError without diffusers."""
    try:
        from diffusers import AutoencoderKLWan
    except ImportError:
        raise HimmelError(
            "Wan's codec is measured beside diffusers; install it with: pip install diffusers"
        ) from None
    torch.manual_seed(seed)
    values = {**config.to_dict(), "scale_factor_spatial": config.compression.space}
    theirs = AutoencoderKLWan(**values).eval().requires_grad_(False)
    ours = WanCodec(config)
    ours.load_state_dict(theirs.state_dict())
    return theirs, ours.eval().requires_grad_(False)


def theirs_of(codec: Any, raw: Tensor) -> Tensor:
    """The pictures of diffusers' codec."""
    pictures: Tensor = codec.decode(raw, return_dict=False)[0]
    return pictures
