"""Blocks compiled where a compiler works."""

from __future__ import annotations

import torch
from torch import nn


def compile_blocks(model: nn.Module, device: torch.device) -> str:
    """Compile every entry of `model.blocks` in place; says what was done.

    One program serves all shapes: a mixture of lengths, sizes and noise levels has dozens, beyond the
    eight for which PyTorch would compile anew before it gives up. Names and weights stay as they are.
    Where the compiler cannot work (no C++ compiler, no Triton), the model stays as it is, and the
    sentence says so.
    """
    blocks = getattr(model, "blocks", None)
    if not blocks:
        return "nothing to compile: the model has no blocks"
    try:
        torch.compile(lambda x: x * 2 + 1)(torch.zeros(8, device=device))
    except Exception as error:
        return f"not compiling, running eagerly: {type(error).__name__} from torch.compile"
    for block in blocks:
        block.compile(dynamic=True)
    return f"{len(blocks)} blocks are compiled at their first use"
