"""Files of tensors, whoever made them: safetensors alone, and none that says two things.

The header is 8 bytes of length, then JSON (the format's own description); the library takes the last
of two entries of one name, so the header is read here first. Everything in the house that reads
tensors does it through this file; a test holds that.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError

from himmel.core.errors import DamagedFileError
from himmel.core.plain import parse_json

if TYPE_CHECKING:
    from torch import Tensor

MAX_HEADER = 100_000_000  # bytes; the library's own limit


def read_header(path: Path) -> dict[str, Any]:
    """What a safetensors file says of its tensors: name to {"dtype", "shape", "data_offsets"}.

    Raises DamagedFileError for a header that does not hold, is beyond MAX_HEADER, or names a tensor
    twice.
    """
    try:
        values = parse_json(_header_bytes(path)[0])
        return {name: entry for name, entry in values.items() if name != "__metadata__"}
    except (ValueError, AttributeError) as error:
        if isinstance(error, DamagedFileError):
            raise
        raise DamagedFileError(f"{path} has an unreadable header ({error})") from None


def data_start(path: Path) -> int:
    """The byte at which the numbers of a safetensors file begin. Raises as `read_header` does."""
    return _header_bytes(path)[1]


def _header_bytes(path: Path) -> tuple[bytes, int]:
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            if size < 8 or length > min(size - 8, MAX_HEADER):
                raise DamagedFileError(
                    f"{path} is cut short or is not a safetensors file; copy it again"
                )
            return stream.read(length), 8 + length
    except OSError as error:
        raise DamagedFileError(f"{path} cannot be read ({error.strerror or error})") from None


def read_safetensors(path: Path) -> dict[str, Tensor]:
    """All tensors of one safetensors file. Raises DamagedFileError for a file that does not hold."""
    from safetensors.torch import load_file

    read_header(path)
    try:
        return dict(load_file(path))
    except (SafetensorError, OSError) as error:
        raise DamagedFileError(f"{path} cannot be read as safetensors ({error})") from None


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """The same as numpy arrays, for the dtypes that numpy has."""
    from safetensors.numpy import load_file

    read_header(path)
    try:
        return dict(load_file(path))
    except (SafetensorError, OSError, KeyError) as error:
        raise DamagedFileError(f"{path} cannot be read as safetensors ({error})") from None
