"""How kernels are compiled: `inner` for building blocks, `kernel` and `maker` for doors."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from himmel.core.env import use_kernel_cache
from himmel.core.errors import MissingExtraError

_Function = TypeVar("_Function", bound=Callable[..., Any])

# Every freedom that keeps infinities and NaN meaningful: rays parallel to a face divide by zero.
_FASTMATH = {"reassoc", "contract", "arcp", "nsz", "afn"}


@cache
def _edition() -> str:
    """A name that changes with any kernel's source: numba only watches the door's own file."""
    sources = sorted(Path(__file__).parent.glob("_*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]


def _compile(function: _Function, **options: bool) -> _Function:
    use_kernel_cache(f"render-{_edition()}")
    try:
        import numba
    except ImportError as error:
        raise MissingExtraError("numba", "world") from error
    njit: Any = numba.njit  # its stubs do not know the option _nrt
    compiled: _Function = njit(function, fastmath=_FASTMATH, error_model="numpy", **options)
    return compiled


# Without numba's runtime (_nrt=False) a function cannot make arrays, and in return does not count
# references: scenes travel as tuples of arrays, and counting those made shading 20 times slower.


def inner(function: _Function) -> _Function:
    """Compile a building block that makes no arrays; it is copied into the kernels that call it."""
    return _compile(function, _nrt=False, forceinline=True)


def kernel(function: _Function) -> _Function:
    """Compile a door for Python that makes no arrays; its code is kept for the next process."""
    return _compile(function, _nrt=False, cache=True)


def maker(function: _Function) -> _Function:
    """Compile a door for Python that may make arrays; its code is kept for the next process."""
    return _compile(function, cache=True)
