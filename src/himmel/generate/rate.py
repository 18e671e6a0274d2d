"""How fast this machine multiplies matrices, so that a plan can say how long it takes."""

from __future__ import annotations

import time

import torch

from himmel.generate.residence import CPU
from himmel.nn.precision import fast_dtype

SHARE_OF_RATE = 0.25  # of a lone product's rate that a whole film reaches; himmel bench length
_WIDTH = 512
_SECONDS = 0.1


def rate_of(rows: int) -> float:
    """Floating-point operations a second of a product with so many rows, in the dtype of drawing."""
    dtype = fast_dtype(CPU)
    left, right = torch.ones(rows, _WIDTH, dtype=dtype), torch.ones(_WIDTH, _WIDTH, dtype=dtype)
    left @ right
    count, began = 0, time.perf_counter()
    while (taken := time.perf_counter() - began) < _SECONDS:
        left @ right
        count += 1
    return 2 * rows * _WIDTH**2 * count / taken
