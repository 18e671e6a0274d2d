"""Every kernel of the table beside PyTorch's own choice: how much faster, and how far from float32."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from himmel.core.rng import torch_rng
from himmel.evaluate.intervals import Metric
from himmel.models.dit.model import modulated
from himmel.nn.attention import attend, attend_blocked
from himmel.nn.kernels import chosen, linear_works, onednn_linear
from himmel.nn.linear import gelu
from himmel.nn.norms import LayerNorm
from himmel_benchmarks.harness import (
    exactly,
    interleave,
    limit_rates,
    limits,
    relative_error,
)

TOKENS, WIDTH, HEADS, HIDDEN = 1280, 384, 3, 1536  # those of `bench dit`
SMALL_TOKENS, SMALL_WIDTH, SMALL_HIDDEN = 160, 320, 1280  # the embedded model, with its guidance
RUNS = 4


@dataclass(frozen=True)
class Case:
    """A kernel, what it replaces, and the exact answer; both get the same tensors."""

    ours: Callable[..., Tensor]
    default: Callable[..., Tensor]
    exact: Callable[..., Tensor]
    given: tuple[Tensor, ...]


def measure(seed: int = 0) -> dict[str, Metric]:
    """Per case: time over the default's (below 1 is faster), both errors; whether it is in use."""
    found, times = limits(torch.bfloat16, seed), {}
    metrics: dict[str, Metric] = {}
    with torch.inference_mode():
        for name, case in cases(seed).items():
            works = {
                "ours": lambda case=case: case.ours(*case.given),
                "default": lambda case=case: case.default(*case.given),
            }
            metrics[f"time_ratio.{name}"] = interleave(works, runs=RUNS).ratio("ours", "default")
            exact = case.exact(*(tensor.double() for tensor in case.given))
            for kind, work in works.items():
                metrics[f"relative_error.{name}.{kind}"] = exactly(
                    relative_error(work(), exact), "share"
                )
        times = interleave({name: limit.work for name, limit in found.items()})
    in_use = {f"chosen.{name}": exactly(1.0, "yes") for name in sorted(chosen())}
    return {**metrics, **in_use, **limit_rates(times, found)}


def cases(seed: int) -> dict[str, Case]:
    """The kernels at the sizes of `bench dit` and, where it uses them, of the embedded model; without
    those that the processor cannot run."""
    rng = torch_rng(seed, "bench", "kernels")
    half = torch.bfloat16

    def drawn(*shape: int) -> Tensor:
        return torch.randn(shape, generator=rng)

    def layer(rows: int, wide: int, out: int, dtype: torch.dtype) -> tuple[Tensor, ...]:
        return tuple(
            x.to(dtype) for x in (drawn(rows, wide), drawn(out, wide) * wide**-0.5, drawn(out))
        )

    heads = (1, HEADS, TOKENS, WIDTH // HEADS)
    shift, scale = drawn(1, 1, WIDTH), drawn(1, 1, WIDTH)
    products = {
        "blocked_attention": Case(
            attend_blocked,
            F.scaled_dot_product_attention,
            lambda *qkv: attend(*qkv, backend="matmul"),
            tuple(drawn(*heads).to(half) for _ in range(3)),
        ),
        "fused_modulation": Case(
            lambda x, a, b: modulated(LayerNorm(WIDTH), x, a, b),
            _modulated,
            _modulated,
            (drawn(1, TOKENS, WIDTH).to(half), shift, scale),
        ),
    }
    for size, shape in {
        "": (TOKENS, WIDTH, HIDDEN),
        ".small": (SMALL_TOKENS, SMALL_WIDTH, SMALL_HIDDEN),
    }.items():
        if linear_works(half):
            products[f"fused_gelu{size}"] = Case(
                lambda x, w, b: onednn_linear(x, w, b, gelu=True),
                lambda x, w, b: gelu(F.linear(x, w, b)),
                lambda x, w, b: gelu(F.linear(x, w, b)),
                layer(*shape, half),
            )
        products[f"onednn_float32{size}"] = Case(
            onednn_linear, F.linear, F.linear, layer(*shape, torch.float32)
        )
    return products


def _modulated(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    wide = x if x.dtype == torch.float64 else x.float()
    return (F.layer_norm(wide, (WIDTH,), eps=1e-6) * (1 + scale) + shift).to(x.dtype)
