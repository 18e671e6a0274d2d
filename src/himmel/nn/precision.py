"""The precision that a machine computes fastest in."""

from __future__ import annotations

import torch


def fast_dtype(device: torch.device | str = "cpu") -> torch.dtype:
    """bfloat16 where the processor multiplies it, else float32: a CPU that has to imitate bfloat16 takes
    ten times as long for it.

    >>> fast_dtype("meta")
    torch.float32
    """
    kind = torch.device(device).type
    if kind == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    native = kind == "cpu" and torch.cpu._is_avx512_bf16_supported()
    return torch.bfloat16 if native else torch.float32
