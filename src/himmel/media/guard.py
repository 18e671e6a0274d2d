"""What keeps a stranger's file from doing harm: limits before decoding, one sentence afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.files import surely

# What a file may declare, or turn out to hold. A header costs nothing and may promise what no memory
# has; times far apart make whoever fills the gaps write frames or silence for hours.
LIMITS = {
    "pixels a frame": 4096 * 4096,
    "pixels a side": 1 << 15,
    "frames": 1_000_000,
    "seconds": 86_400,
    "tracks": 64,
    "samples a second": 768_000,
    "sound channels": 64,
}
MAX_PIXELS = LIMITS["pixels a frame"]


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
    except MemoryError:
        raise HimmelError(
            f"{path.name} needs more memory than reading may take; make it smaller first"
        ) from None
    except Exception as error:
        raise DamagedFileError(
            f"{path.name} cannot be read as {kind} ({type(error).__name__}); it is damaged, cut off "
            "or of another kind"
        ) from None


def check_name(path: Path, suffixes: tuple[str, ...], kind: str) -> None:
    """Raise HimmelError unless the file is there and its name ends as it should."""
    if path.suffix.lower() not in suffixes:
        raise HimmelError(f"{path.name} is not {kind} by its name; use {', '.join(suffixes)}")
    if not surely(path.is_file):
        raise HimmelError(f"{path} is not there; check the name")


def check_size(path: Path, width: int, height: int) -> None:
    """Raise HimmelError for a declared size of nothing or beyond MAX_PIXELS."""
    if width < 1 or height < 1:
        raise DamagedFileError(
            f"{path.name} declares no size or one of more than {MAX_PIXELS:,} pixels; make it smaller, "
            "or look whether it is damaged"
        )
    if width * height > MAX_PIXELS:
        raise HimmelError(
            f"{path.name} declares {width}x{height} pixels; at most {MAX_PIXELS:,} are read"
        )
    check_limit(path, "pixels a side", max(width, height))


def check_limit(path: Path, what: str, value: float) -> None:
    """Raise HimmelError, which names the limit, for more than LIMITS allows of something."""
    if value > LIMITS[what]:
        raise HimmelError(f"{path.name} has {value:,.0f} {what}; at most {LIMITS[what]:,} are read")
