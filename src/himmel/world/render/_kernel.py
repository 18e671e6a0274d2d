"""The two ways of compiling a kernel with numba: `inner` for building blocks, `kernel` for doors."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from himmel.core.env import use_kernel_cache

# Every freedom that keeps infinities and NaN meaningful: rays parallel to a face divide by zero.
_FASTMATH = {"reassoc", "contract", "arcp", "nsz", "afn"}


@cache
def _edition() -> str:
    """A name that changes with any kernel's source: numba only watches the door's own file."""
    sources = sorted(Path(__file__).parent.glob("_*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]


def _compile(function: Callable[..., Any], keep: bool) -> Any:
    use_kernel_cache(f"render-{_edition()}")
    from numba import njit

    return njit(function, cache=keep, fastmath=_FASTMATH, error_model="numpy")


def inner(function: Callable[..., Any]) -> Any:
    """Compile a building block; it lives inside the kernels that call it."""
    return _compile(function, keep=False)


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls, and keep the machine code for the next process."""
    return _compile(function, keep=True)
