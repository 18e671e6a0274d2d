"""Files to frames, as if a stranger had sent every one of them.

Sizes are taken from the header and refused before anything is decoded; only container formats that
cannot point to other files are opened, and only through the file protocol.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.values import Frames
from himmel.media.guard import MAX_PIXELS, check_name, check_size, plain_errors

CLIP_SUFFIXES = (".mp4", ".m4v", ".mov", ".mkv", ".webm")
MICROSECONDS = 1_000_000  # FFmpeg's unit for the length of a container
MAX_CLIP_PIXELS = 1 << 30  # all frames that read_clip puts into memory: 3 GiB of RGB
# The names of the demuxers' families; playlists (HLS, DASH, concat) are not among them.
_SAFE = {"format_whitelist": "mov,matroska", "protocol_whitelist": "file"}


@dataclass(frozen=True)
class Probe:
    """What a file says of itself: pixels, frames per second, seconds, number of frames."""

    width: int
    height: int
    fps: float
    seconds: float
    frames: int


@dataclass(frozen=True, eq=False)
class TimedFrame:
    """One frame, uint8 (H, W, 3), and the second at which it appears."""

    frame: NDArray[np.uint8]
    seconds: float


@dataclass(frozen=True, eq=False)
class TimedClip:
    """Frames uint8 (T, H, W, 3) and the seconds (T,) at which they appear; fps is the mean rate."""

    frames: Frames
    times: NDArray[np.float64]
    fps: float


def probe(path: Path) -> Probe:
    """Size, rate, duration and frame count without decoding a frame.

    Raises HimmelError for what frames_of refuses.
    """
    with _opened(path) as (container, stream):
        rate = _rate_of(stream)
        count = stream.frames or sum(1 for packet in container.demux(stream) if packet.size)
        if not count:
            raise HimmelError(
                f"{Path(path).name} holds no frames; give a file with a picture in it"
            )
        return Probe(stream.width, stream.height, rate, _seconds_of(container, stream), count)


def frames_of(path: Path) -> Iterator[TimedFrame]:
    """Frames one by one, each with its true time, holding only one in memory.

    Raises HimmelError for a file that is missing, not a video by name or by content, truncated,
    without frames, or larger than MAX_PIXELS a frame.
    """
    with _opened(path) as (container, stream):
        stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
        stream.thread_type = "AUTO"
        size, count = (stream.height, stream.width), 0
        for picture in container.decode(stream):
            frame = picture.to_ndarray(format="rgb24")
            if frame.shape[:2] != size:
                raise DamagedFileError(f"{Path(path).name} changes its size midway; re-encode it")
            count += 1
            yield TimedFrame(frame, float(picture.time or 0.0))
        if count < max(stream.frames, 1):
            raise DamagedFileError(
                f"{Path(path).name} breaks off after {count} of {stream.frames} frames; "
                "copy or make it again"
            )


def read_clip(path: Path) -> TimedClip:
    """All frames at once. Raises HimmelError as frames_of does, and beyond MAX_CLIP_PIXELS."""
    about = probe(path)
    limit = MAX_CLIP_PIXELS // (about.width * about.height)
    frames: list[NDArray[np.uint8]] = []
    times: list[float] = []
    for timed in frames_of(path):
        if len(frames) == limit:
            raise HimmelError(
                f"{Path(path).name} has more than the {limit} frames of {about.width}x{about.height} "
                "that fit into memory; read it frame by frame or cut it"
            )
        frames.append(timed.frame)
        times.append(timed.seconds)
    return TimedClip(np.stack(frames), np.asarray(times), about.fps)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, Any]]:
    path = Path(path)
    check_name(path, CLIP_SUFFIXES, "a video")
    options = {**_SAFE, "max_pixels": str(MAX_PIXELS)}
    import av

    with plain_errors(path, "a video"), av.open(str(path), options=options) as container:
        if not container.streams.video:
            raise HimmelError(f"{path.name} holds no picture track; give a video file")
        stream = container.streams.video[0]
        check_size(path, stream.width, stream.height)
        yield container, stream


def _rate_of(stream: Any) -> float:
    rate = stream.average_rate or stream.guessed_rate
    return float(rate) if rate else 0.0


def _seconds_of(container: Any, stream: Any) -> float:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / MICROSECONDS
