"""Frames to MP4 (H.264), whole or not at all, chunk by chunk if need be."""

from __future__ import annotations

import math
import platform
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import HimmelError
from himmel.core.files import whole_file
from himmel.core.values import Clip, Frames

if TYPE_CHECKING:
    from av import VideoFrame

CRF = 16  # visually lossless for x264's 4:2:0
# What the MP4 muxer stores; it would drop any other name without a word.
METADATA_NAMES = ("title", "artist", "comment", "description", "copyright", "genre", "date")
_BT709 = 1  # code point of primaries, transfer and matrix in ITU-T H.273
_LIMITED_RANGE = 1
_LARGE = 512 * 512  # pixels; above it x264's fast preset keeps up with generation
_X264_INSTRUCTIONS = "MMX2,SSE2,SSE2Fast,SSSE3,SSE4.2"  # what every x86 machine of today has


def exact_rate(fps: float | Fraction) -> Fraction:
    """Frames per second as a fraction, 23.976... becoming 24000/1001.

    Raises HimmelError outside 0 < fps <= 240.
    """
    if not (math.isfinite(fps) and 0 < fps <= 240):
        raise HimmelError(f"fps={fps} is not a frame rate; use more than 0 and at most 240")
    return Fraction(fps).limit_denominator(1001)


def _x264_options(pixels: int) -> dict[str, str]:
    """Preset by size, and only such instructions as give the same file every time.

    x264's AVX-512 code for macroblock trees reads memory that it never wrote when a picture is no
    multiple of 256 pixels wide, so that files differ from run to run; found with x264 165 in PyAV 18.
    """
    options = {"preset": "veryfast" if pixels > _LARGE else "medium"}
    if platform.machine().lower() in ("x86_64", "amd64"):
        options["x264-params"] = f"asm={_X264_INSTRUCTIONS}"
    return options


class ClipWriter:
    """An MP4 that grows chunk by chunk, so that encoding keeps pace with generation.

    The file appears under its name only when the `with` block ends without an error; after an error
    or Ctrl-C nothing is left behind. Width and height come from the first chunk. Raises HimmelError
    for another suffix than .mp4, odd sizes, chunks of another size, unknown metadata, no frames.
    `finish` is called with the complete file before it gets its name: the place for what comes last.

    >>> with ClipWriter(path, fps=8) as writer:          # doctest: +SKIP
    ...     for chunk in chunks:                         # uint8 (T, H, W, 3)
    ...         writer.push(chunk)
    """

    def __init__(
        self,
        path: Path,
        fps: float | Fraction,
        metadata: Mapping[str, str] | None = None,
        finish: Callable[[Path], None] | None = None,
    ) -> None:
        self.path = Path(path)
        self.frames = 0
        self._rate = exact_rate(fps)
        self._metadata = dict(metadata or {})
        self._finish = finish
        self._cleanup = ExitStack()
        self._temporary = self.path
        self._container: Any = None
        self._stream: Any = None
        if self.path.suffix.lower() != ".mp4":
            raise HimmelError(f"{self.path.name}: clips are written as MP4; use a name with .mp4")
        if unknown := sorted(set(self._metadata) - set(METADATA_NAMES)):
            raise HimmelError(
                f"MP4 has no metadata field {unknown[0]!r}; use {', '.join(METADATA_NAMES)}"
            )

    def __enter__(self) -> Self:
        import av

        self._temporary = self._cleanup.enter_context(whole_file(self.path))
        self._container = av.open(
            str(self._temporary), "w", format="mp4", options={"movflags": "faststart"}
        )
        self._cleanup.callback(self._container.close)
        self._container.metadata.update(self._metadata)
        return self

    def push(self, frames: Frames) -> None:
        """Encode more frames, uint8 (T, H, W, 3), all of one even size."""
        height, width = check_frames(frames)
        if self._container is None:
            raise HimmelError("this clip is not open; push frames inside its with block")
        if self._stream is None:
            self._stream = self._start(width, height)
        if (width, height) != (self._stream.width, self._stream.height):
            raise HimmelError(
                f"a chunk of {width}x{height} pixels does not fit a clip of "
                f"{self._stream.width}x{self._stream.height}; all chunks need one size"
            )
        for frame in frames:
            self._container.mux(self._stream.encode(self._picture(frame)))

    def close(self) -> None:
        """Finish the file and give it its name; the `with` block does it by itself."""
        self.__exit__(None, None, None)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        container, self._container = self._container, None
        if container is None:
            return
        with self._cleanup:
            if error is not None:
                raise error  # through whole_file, which then removes what was written
            if not self.frames:
                raise HimmelError(f"{self.path.name}: a clip needs at least one frame; none came")
            container.mux(self._stream.encode(None))
            container.close()
            if self._finish is not None:
                self._finish(self._temporary)

    def _start(self, width: int, height: int) -> Any:
        if width % 2 or height % 2:
            raise HimmelError(
                f"{width}x{height} pixels do not fit H.264's 4:2:0 colours; "
                f"use {width + width % 2}x{height + height % 2}"
            )
        stream = self._container.add_stream("libx264", rate=self._rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": str(CRF), **_x264_options(width * height)}
        context = stream.codec_context
        context.time_base = 1 / self._rate
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = _LIMITED_RANGE
        return stream

    def _picture(self, frame: NDArray[np.uint8]) -> VideoFrame:
        from av import VideoFrame
        from av.video.reformatter import ColorRange, Colorspace

        whole = VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
        picture = whole.reformat(
            format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
        )
        picture.pts, picture.time_base = self.frames, 1 / self._rate
        self.frames += 1
        return picture


def write_clip(path: Path, clip: Clip, metadata: Mapping[str, str] | None = None) -> None:
    """Write a clip as MP4 (H.264, 4:2:0, BT.709, index in front), whole or not at all.

    `metadata` may hold METADATA_NAMES. Raises HimmelError as ClipWriter does.
    """
    with ClipWriter(path, clip.fps, metadata) as writer:
        writer.push(clip.frames)


def check_frames(frames: Frames) -> tuple[int, int]:
    """(height, width) of a chunk. Raises HimmelError unless it is uint8 (T, H, W, 3)."""
    shape, dtype = getattr(frames, "shape", None), getattr(frames, "dtype", None)
    if shape is None or len(shape) != 4 or shape[3] != 3 or dtype != np.uint8:
        raise HimmelError(f"frames are uint8 (T, H, W, 3); got {dtype} {shape}")
    if not (shape[1] and shape[2]):
        raise HimmelError(f"frames of {shape[2]}x{shape[1]} pixels hold nothing to write")
    return shape[1], shape[2]
