"""What keeps a stranger's file from doing harm: limits before decoding, one sentence afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from himmel.core.errors import DamagedFileError, HimmelError

MAX_PIXELS = 4096 * 4096  # one frame; a header may declare far more than the file could ever hold


@contextmanager
def plain_errors(path: Path, kind: str) -> Iterator[None]:
    """Turn whatever a decoder raises into one sentence.

    Hostile files make FFmpeg's and Pillow's bindings raise Unicode-, Attribute- and MemoryError too,
    so nothing narrower than Exception keeps a stranger's file from showing a traceback.
    """
    try:
        yield
    except HimmelError:
        raise
    except Exception as error:
        raise DamagedFileError(
            f"{path.name} cannot be read as {kind} ({type(error).__name__}); it is damaged, cut off "
            "or of another kind"
        ) from None


def check_name(path: Path, suffixes: tuple[str, ...], kind: str) -> None:
    """Raise HimmelError unless the file is there and its name ends as it should."""
    if path.suffix.lower() not in suffixes:
        raise HimmelError(f"{path.name} is not {kind} by its name; use {', '.join(suffixes)}")
    if not path.is_file():
        raise HimmelError(f"{path} is not there; check the name")


def check_size(path: Path, width: int, height: int) -> None:
    """Raise HimmelError for a declared size of nothing or beyond MAX_PIXELS."""
    if width < 1 or height < 1:
        raise DamagedFileError(f"{path.name} declares no size; it is damaged or cut off")
    if width * height > MAX_PIXELS:
        raise HimmelError(
            f"{path.name} declares {width}x{height} pixels; at most {MAX_PIXELS:,} are read"
        )
