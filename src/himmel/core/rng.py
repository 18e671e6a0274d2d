"""Randomness that is named, never shared: a seed and words give a stream of their own."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


def derive(seed: int, *names: str | int) -> int:
    """A 63-bit seed from a seed and a path of names; stable across machines and versions."""
    text = "/".join(str(part) for part in (seed, *names))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") >> 1


def numpy_rng(seed: int, *names: str | int) -> np.random.Generator:
    """A numpy generator for one named purpose."""
    return np.random.default_rng(derive(seed, *names))


def torch_rng(seed: int, *names: str | int) -> torch.Generator:
    """A CPU torch generator for one named purpose."""
    import torch

    return torch.Generator().manual_seed(derive(seed, *names))
