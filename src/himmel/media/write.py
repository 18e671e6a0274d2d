"""Frames and sound to a file, whole or not at all, chunk by chunk if need be; or to a stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np

from himmel.core.errors import HimmelError
from himmel.core.files import whole_file
from himmel.core.finite import is_finite, told_number
from himmel.core.values import Clip, Frames, Sound
from himmel.media.film import Film, check_sound
from himmel.media.formats import (
    FRAGMENTED_MP4,
    METADATA_NAMES,
    SLOWEST_FPS,
    Format,
    check_fps,
    format_of,
)
from himmel.media.sequence import PICTURES, Pictures, is_sequence

__all__ = [
    "METADATA_NAMES",
    "ClipWriter",
    "Sink",
    "StreamWriter",
    "check_frames",
    "exact_rate",
    "form_of",
    "write_clip",
]


def exact_rate(fps: float | Fraction) -> Fraction:
    """Frames per second as a fraction, 23.976... becoming 24000/1001.

    Raises HimmelError outside 0.01 <= fps <= 240.
    """
    if not (is_finite(fps) and SLOWEST_FPS <= fps <= 240):
        raise HimmelError(f"fps={told_number(fps)} is not a frame rate; use {SLOWEST_FPS:g} to 240")
    return Fraction(fps).limit_denominator(1001)


def form_of(path: Path) -> Format:
    """The format that a film's name asks for, single pictures included.

    Raises HimmelError for any other name.
    """
    return PICTURES if is_sequence(path) else format_of(path)


class _Writer:
    """What files and streams have in common: the checks and the order of calls."""

    def __init__(
        self, name: str, form: Format, fps: float | Fraction, metadata: Mapping[str, str] | None
    ) -> None:
        self.frames = 0
        self._name, self._form = name, form
        self._rate = exact_rate(fps)
        self._metadata = dict(metadata or {})
        self._film: Film | Pictures | None = None
        self._size = (0, 0)
        self._sounding = False
        check_fps(form, self._rate)
        if unknown := sorted(set(self._metadata) - set(form.metadata)):
            use = f"use {', '.join(form.metadata)}" if form.metadata else "leave it out"
            raise HimmelError(f"{form.name} has no metadata field {unknown[0]!r}; {use}")

    def push(self, frames: Frames, sound: Sound | None = None) -> None:
        """Encode more frames, uint8 (T, H, W, 3), all of one size, and the sound heard with them.

        Sound is given with the first frames or never; later pieces follow without a gap, so each
        should last as long as its frames.
        """
        height, width = check_frames(frames)
        if self._film is None:
            raise HimmelError("this clip is not open; push frames inside its with block")
        if self._size == (0, 0):
            self._begin(self._film, width, height, sound)
        if (width, height) != self._size:
            raise HimmelError(
                f"a chunk of {width}x{height} pixels does not fit a clip of "
                f"{self._size[0]}x{self._size[1]}; all chunks need one size"
            )
        if sound is not None:
            if not self._sounding:
                raise HimmelError("sound comes with the first frames or not at all")
            self._film.add_sound(sound)
        for frame in frames:
            self._film.add(frame)
            self.frames += 1

    def _begin(self, film: Film | Pictures, width: int, height: int, sound: Sound | None) -> None:
        if self._form.even and (width % 2 or height % 2):
            raise HimmelError(
                f"{width}x{height} pixels do not fit H.264's 4:2:0 colours; "
                f"use {width + width % 2}x{height + height % 2}"
            )
        if sound is not None:
            check_sound(sound, self._form)
        self._size, self._sounding = (width, height), sound is not None
        film.begin(width, height, sound)

    def _end(self, film: Film | Pictures) -> None:
        if not self.frames:
            raise HimmelError(f"{self._name}: a clip needs at least one frame; none came")
        film.close()


class ClipWriter(_Writer):
    """A film that grows chunk by chunk, so that encoding keeps pace with generation.

    The name says what is written: .mp4 (H.264 and AAC, index in front), .webm (VP9 and Opus), .gif,
    .webp or .apng (moving pictures without sound), a folder (no suffix) or a pattern such as
    frame%04d.png for single pictures. A file appears under its name only when the `with` block ends
    without an error; after an error or Ctrl-C nothing is left behind. Width and height come from the
    first chunk. Raises HimmelError for another name, odd sizes in MP4, chunks of another size, sound
    where there is none, unknown metadata, no frames. `finish` is called with the complete file, or with
    every single picture, before it gets its name: the place for what comes last.

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
        super().__init__(self.path.name, form_of(self.path), fps, metadata)
        self._finish = finish
        self._cleanup = ExitStack()
        self._temporary = self.path

    def __enter__(self) -> Self:
        if self._form is PICTURES:
            self._film = self._cleanup.enter_context(Pictures.whole(self.path))
            return self
        self._temporary = self._cleanup.enter_context(whole_file(self.path))
        film = Film(str(self._temporary), self._form, self._rate, self._metadata)
        self._cleanup.callback(film.close, complete=False)
        self._film = film
        return self

    def close(self) -> None:
        """Finish the file and give it its name; the `with` block does it by itself."""
        self.__exit__(None, None, None)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        film, self._film = self._film, None
        if film is None:
            return
        with self._cleanup:
            if error is not None:
                raise error  # through whole_file, which then removes what was written
            self._end(film)
            written = film.files if isinstance(film, Pictures) else [self._temporary]
            if self._finish is not None:
                for file in written:
                    self._finish(file)


class Sink(Protocol):
    """A file that only grows, such as a pipe."""

    def write(self, data: bytes, /) -> int:
        """Add bytes."""
        ...

    def flush(self) -> None:
        """Hand on what waits."""
        ...


class StreamWriter(_Writer):
    """An MP4 in fragments, written to an open binary file, pipe or socket while it is made.

    A player may start at the first fragment; `file` needs only `write` and stays open. What was
    written cannot be taken back: after an error the film simply ends. Raises HimmelError as
    ClipWriter does.
    """

    def __init__(
        self, file: Sink, fps: float | Fraction, metadata: Mapping[str, str] | None = None
    ) -> None:
        super().__init__("stream", FRAGMENTED_MP4, fps, metadata)
        self._file = file

    def __enter__(self) -> Self:
        self._film = Film(_Forward(self._file), self._form, self._rate, self._metadata)  # type: ignore[arg-type]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        film, self._film = self._film, None
        if film is None:
            return
        if error is None:
            self._end(film)
        else:
            film.close(complete=False)


class _Forward:
    """Only `write`: FFmpeg shall neither seek in a stranger's file nor close it."""

    def __init__(self, file: Sink) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        """Hand bytes on."""
        self._file.write(data)
        return len(data)


def write_clip(path: Path, clip: Clip, metadata: Mapping[str, str] | None = None) -> None:
    """Write a clip with its sound, in the format that the name asks for, whole or not at all.

    `metadata` may hold METADATA_NAMES in MP4 and WebM. Raises HimmelError as ClipWriter does.
    """
    with ClipWriter(path, clip.fps, metadata) as writer:
        writer.push(clip.frames, clip.sound)


def check_frames(frames: Frames) -> tuple[int, int]:
    """(height, width) of a chunk. Raises HimmelError unless it is uint8 (T, H, W, 3)."""
    shape, dtype = getattr(frames, "shape", None), getattr(frames, "dtype", None)
    if shape is None or len(shape) != 4 or shape[3] != 3 or dtype != np.uint8:
        raise HimmelError(f"frames are uint8 (T, H, W, 3); got {dtype} {shape}")
    if not (shape[1] and shape[2]):
        raise HimmelError(f"frames of {shape[2]}x{shape[1]} pixels hold nothing to write")
    return shape[1], shape[2]
