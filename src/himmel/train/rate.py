"""How fast the machine multiplies matrices: what a training rate is held against."""

from __future__ import annotations

import time

import torch
import torch.nn.functional as F

from himmel.nn.precision import fast_dtype

SIDES = {
    "cpu": 1536,
    "cuda": 8192,
}  # large enough to reach the full rate, small enough to take no time
RUNS = 8


@torch.no_grad()
def gemm_rate(device: torch.device) -> float:
    """Floating-point operations per second of one device in the precision that suits it, the best of some
    products of matrices."""
    dtype = fast_dtype(device)
    side = SIDES.get(device.type, SIDES["cpu"])
    left, right = (torch.ones(side, side, dtype=dtype, device=device) for _ in "ab")
    return 2 * side**3 / min(_seconds(left, right) for _ in range(RUNS))


def _seconds(left: torch.Tensor, right: torch.Tensor) -> float:
    wait(left.device)
    began = time.perf_counter()
    F.linear(left, right)
    wait(left.device)
    return time.perf_counter() - began


def wait(device: torch.device) -> None:
    """Until a device has done all that it was given; a CPU has."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
