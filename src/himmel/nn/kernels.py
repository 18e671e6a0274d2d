"""Which kernels compute: a table of what was measured faster than PyTorch's own choice.

A kernel of ours stands here only when it is at least 1.2 times as fast as the default on the machines
it names, within a stated error; `himmel bench kernels` measures the table anew. Which of them a
machine uses depends on the machine alone, never on a measurement at run time: the same machine gives
the same numbers. All of them are for inference: where gradients are wanted, or a compiler looks on,
PyTorch's own kernels stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import torch
from torch import Tensor

from himmel.core.env import processor_vendor

Name = Literal["blocked_attention", "fused_gelu", "fused_modulation", "onednn_float32"]


@dataclass(frozen=True)
class Kernel:
    """A row of the table: how much faster than the default on one thread, and how far from it.

    `speed` is the default's time over ours; `error` is relative to the default in float32.
    """

    replaces: str
    needs: str
    speed: float
    error: float


TABLE: dict[Name, Kernel] = {
    "blocked_attention": Kernel(
        "scaled_dot_product_attention in bfloat16", "AVX512-bf16 without AMX", 2.4, 6e-3
    ),
    "fused_gelu": Kernel("linear, then GELU, in bfloat16", "AVX512-bf16", 1.5, 4e-3),
    "fused_modulation": Kernel("layer norm, then scale and shift", "any processor", 2.5, 4e-3),
    "onednn_float32": Kernel("linear in float32", "AVX512 of AMD, where MKL is slow", 2.1, 1e-6),
}

_switched_off: ContextVar[bool] = ContextVar("kernels_off", default=False)


@lru_cache(maxsize=1)
def chosen() -> frozenset[Name]:
    """The kernels of the table that suit this machine and that this PyTorch has."""
    bfloat16, amx = torch.cpu._is_avx512_bf16_supported(), torch.cpu._is_amx_tile_supported()
    suits: dict[Name, bool] = {
        "blocked_attention": bfloat16 and not amx,
        "fused_gelu": bfloat16 and linear_works(torch.bfloat16),
        "fused_modulation": True,
        "onednn_float32": _is_amd_512() and linear_works(torch.float32),
    }
    return frozenset(name for name, suited in suits.items() if suited)


def is_chosen(name: Name, *tensors: Tensor | None) -> bool:
    """True where kernel `name` may compute with these tensors, here and now."""
    if name not in chosen() or _switched_off.get() or torch.compiler.is_compiling():
        return False
    given = [tensor for tensor in tensors if tensor is not None]
    if any(tensor.device.type != "cpu" for tensor in given):
        return False
    return not (torch.is_grad_enabled() and any(tensor.requires_grad for tensor in given))


@contextmanager
def plain() -> Iterator[None]:
    """PyTorch's own kernels only, to measure or to check against."""
    token = _switched_off.set(True)
    try:
        yield
    finally:
        _switched_off.reset(token)


def onednn_linear(x: Tensor, weight: Tensor, bias: Tensor | None, gelu: bool = False) -> Tensor:
    """x W^T + b by oneDNN, with GELU by its tanh formula on the way out where it is asked for.

    Plain weights, not packed ones: packing gains about a tenth and would hold every matrix twice.
    """
    post = ("gelu", "tanh") if gelu else ("none", "")
    out: Tensor = torch.ops.mkldnn._linear_pointwise(x, weight, bias, post[0], [], post[1])
    return out


def linear_works(dtype: torch.dtype) -> bool:
    """Whether `onednn_linear` answers here, and rightly: its operator has a private name, which another
    PyTorch may lack or mean something else by, and not every processor has its products of bfloat16."""
    x = torch.linspace(-1, 1, 6).view(2, 3)
    weight, bias = torch.linspace(1, -1, 12).view(4, 3), torch.ones(4)
    exact = torch.nn.functional.gelu(x @ weight.T + bias, approximate="tanh")
    try:
        with torch.inference_mode():
            got = onednn_linear(x.to(dtype), weight.to(dtype), bias.to(dtype), gelu=True)
    except (AttributeError, RuntimeError):
        return False
    return torch.allclose(got.float(), exact, atol=0.03)


def _is_amd_512() -> bool:
    return processor_vendor() == "AuthenticAMD" and torch.cpu._is_avx512_supported()
