"""The only place that reads the environment."""

from __future__ import annotations

import os
from pathlib import Path


def cache_dir() -> Path:
    """Where training state and compiled kernels live: $HIMMEL_CACHE, else ~/.cache/himmel."""
    return Path(os.environ.get("HIMMEL_CACHE") or Path.home() / ".cache" / "himmel")


def train_dir(recipe: str) -> Path:
    """Training state of one recipe."""
    return cache_dir() / "train" / recipe


def use_kernel_cache(edition: str = "") -> None:
    """Let numba keep compiled kernels between runs, unless the user chose a place.

    Call it before numba is first imported; another edition keeps its kernels apart.
    """
    os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_dir() / "numba" / edition))


def threads() -> int:
    """Threads to compute with: $HIMMEL_THREADS, else the cores this process may use."""
    chosen = os.environ.get("HIMMEL_THREADS")
    return int(chosen) if chosen else len(os.sched_getaffinity(0))


def is_ci() -> bool:
    """True on continuous integration."""
    return os.environ.get("CI", "").lower() in ("1", "true")
