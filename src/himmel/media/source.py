"""A film file opened for reading: which track, where its time begins, which way is up.

Only container formats that cannot point to other files are opened, and only through the file
protocol; sizes are taken from the header and refused before anything is decoded.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.media.decoders import PICTURE_DECODERS, WHITELIST
from himmel.media.guard import MAX_PIXELS, check_limit, check_name, check_size, plain_errors

FILM_SUFFIXES = (
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".3g2", ".3gp", ".asf", ".avi", ".f4v", ".flv", ".gif",
    ".m1v", ".m2ts", ".m2v", ".mpeg", ".mpg", ".mts", ".mxf", ".nut", ".ogg", ".ogv", ".rm", ".swf",
    ".ts", ".vob", ".wmv",
)  # fmt: skip
# Stills that Pillow leaves to FFmpeg here.
STILL_SUFFIXES = (".avif", ".bmp", ".jp2", ".psd", ".tif", ".tiff")
# The names of the demuxers' families; playlists (HLS, DASH, concat) are not among them.
_FAMILIES = (
    "mov,matroska,asf,avi,flv,gif,mpeg,mpegts,mpegvideo,mxf,nut,ogg,rm,swf,"
    "bmp_pipe,j2k_pipe,psd_pipe,tiff_pipe"
)
_DECODING = {"codec_whitelist": WHITELIST, "max_pixels": str(MAX_PIXELS)}
_SAFE = {"format_whitelist": _FAMILIES, "protocol_whitelist": "file", **_DECODING}
_DECLARE_LENGTH = ("mov", "matroska", "asf", "flv", "avi", "gif", "mxf", "nut", "rm")
_SEEK_EXACTLY = ("mov", "matroska", "avi", "nut")
_MICROSECONDS = 1_000_000  # FFmpeg's unit for a container's length
_MOST_THREADS = 4  # each keeps frames of its own
_SLACK = Fraction(1, 4)  # seconds by which a declared length may exceed the last packet's end


@dataclass(frozen=True, eq=False)
class Source:
    """An open container, its picture track, and the moment (s, in its own clock) shown as 0."""

    path: Path
    container: Any
    stream: Any
    origin: Fraction

    @property
    def rate(self) -> Fraction:
        """Mean frames per second, 0 where the file does not know."""
        rates = (self.stream.average_rate, self.stream.guessed_rate)
        return Fraction(next(filter(None, rates[::-1] if self.is_bare else rates), 0))

    @property
    def is_bare(self) -> bool:
        """Whether pictures follow each other without a container, and so without times."""
        return self.is_one_of(("mpegvideo",))

    @property
    def declares_length(self) -> bool:
        """Whether the length is the film's own word; elsewhere FFmpeg guesses it from bit rates."""
        return self.is_one_of(_DECLARE_LENGTH)

    def is_one_of(self, families: tuple[str, ...]) -> bool:
        """Whether the container is of one of these demuxers' families."""
        return any(name in families for name in self.container.format.name.split(","))

    def seconds_of(self, moment: int, track: Any) -> Fraction:
        """Seconds since the beginning for a time stamp of a track."""
        return Fraction(moment * track.time_base) - self.origin


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Open a film, or a still that FFmpeg reads.

    Raises HimmelError for a file that is missing, of another kind by name or content, without a
    picture, or larger than MAX_PIXELS a frame.
    """
    path = Path(path)
    check_name(path, FILM_SUFFIXES + STILL_SUFFIXES, "a video")
    import av

    with plain_errors(path, "a video"), av.open(str(path), options=_SAFE) as container:
        check_limit(path, "tracks", len(container.streams))
        stream = _picture_track(path, container)
        check_size(path, stream.width, stream.height)
        for track in (stream, *container.streams.audio):
            track.codec_context.options = _DECODING
        source = Source(path, container, stream, _origin(container, stream))
        _check_declared(source)
        yield source


def _check_declared(source: Source) -> None:
    """Raise HimmelError for more frames, seconds or sound than is read, by the header alone."""
    path, tracks = source.path, source.container.streams
    check_limit(path, "frames", source.stream.frames)
    if source.declares_length:
        check_limit(path, "seconds", (source.container.duration or 0) / _MICROSECONDS)
        for track in (*tracks.video, *tracks.audio):
            check_limit(path, "seconds", float((track.duration or 0) * (track.time_base or 0)))
    for track in tracks.audio:
        check_limit(path, "samples a second", track.codec_context.sample_rate or 0)
        check_limit(path, "sound channels", track.codec_context.layout.nb_channels)


def _picture_track(path: Path, container: Any) -> Any:
    """The track that players show; the cover of a piece of music is not a film."""
    from av.stream import Disposition

    stream = container.streams.best("video") if container.streams.video else None
    if stream is None or stream.disposition & Disposition.attached_pic:
        raise HimmelError(f"{path.name} holds no picture track; give a video file")
    if (name := stream.codec_context.name) not in PICTURE_DECODERS:
        raise HimmelError(f"{path.name} is coded as {name}, which is not read; convert it to H.264")
    return stream


def _origin(container: Any, stream: Any) -> Fraction:
    """Films out of broadcasts and cuts begin anywhere; an encoder's silent lead-in is below zero."""
    begins = max(Fraction(container.start_time or 0, _MICROSECONDS), Fraction(0))
    if stream.start_time is None:
        return begins
    return min(Fraction(stream.start_time * stream.time_base), begins)


def decoded(source: Source, start: float) -> Iterator[tuple[Any, Fraction]]:
    """Decoded pictures with their seconds, in order, from a key frame at or before `start` on.

    Raises HimmelError where the film breaks off before the length that it declares.
    """
    stream, step = source.stream, 1 / (source.rate or Fraction(25))
    last = -step
    stream.thread_type = "AUTO"
    stream.codec_context.thread_count = min(_MOST_THREADS, os.cpu_count() or 1)
    seek(source, start)
    for number, frame in enumerate(_frames(source), 1):
        known = frame.pts is not None and not source.is_bare
        last = source.seconds_of(frame.pts, stream) if known else last + step
        check_limit(source.path, "frames", number)
        check_limit(source.path, "seconds", float(last))
        yield frame, last


def seek(source: Source, start: float) -> None:
    """Go to a key frame at or before a second of the film, where the container has an exact index."""
    if start > 0 and source.is_one_of(_SEEK_EXACTLY):
        target = int((Fraction(start) + source.origin) / source.stream.time_base)
        source.container.seek(target, stream=source.stream)


def _frames(source: Source) -> Iterator[Any]:
    stream, tail = source.stream, _Tail()
    for packet in source.container.demux():
        tail.see(packet, source)
        # An empty packet (a repeated picture in Theora and AVI) would end the decoder.
        if packet.stream_index == stream.index and packet.size:
            yield from stream.decode(packet)
    yield from stream.decode(None)
    tail.check(source)


class _Tail:
    """Notices films that end before their time."""

    def __init__(self) -> None:
        self._end = self._picture_end = Fraction(0)
        self._pictures = 0
        self._corrupt = False

    def see(self, packet: Any, source: Source) -> None:
        """Note how far a packet of any track reaches."""
        if packet.pts is None or packet.time_base is None:
            return
        end = Fraction((packet.pts + (packet.duration or 0)) * packet.time_base)
        self._end = max(self._end, end)
        if packet.stream_index == source.stream.index:
            self._picture_end = max(self._picture_end, end)
            self._pictures += 1
            self._corrupt |= packet.is_corrupt

    def check(self, source: Source) -> None:
        """Raise DamagedFileError if the film is shorter than it says."""
        if self._corrupt or self._is_short(source):
            raise DamagedFileError(
                f"{source.path.name} breaks off after {float(self._end - source.origin):.2f} seconds, "
                "before its end; copy or make it again"
            )

    def _is_short(self, source: Source) -> bool:
        stream = source.stream
        if source.is_one_of(("mov",)) and stream.duration:
            # An edit list may leave pictures out, and some programs round a length up: not both.
            half_a_frame = 1 / (2 * source.rate) if source.rate else Fraction(0)
            ends = Fraction(((stream.start_time or 0) + stream.duration) * stream.time_base)
            return self._pictures < stream.frames and self._picture_end + half_a_frame < ends
        if not source.declares_length or not source.container.duration:
            return False
        # Matroska counts from zero even where the film begins later, so its beginning is left out.
        return self._end < Fraction(source.container.duration, _MICROSECONDS) - _SLACK


class Colours:
    """Decoded pictures as uint8 (H, W, 3), turned and mirrored as their file asks.

    FFmpeg's filters convert them, so that the pixels are those of the ffmpeg program; its bare scaler
    takes other paths for 10 bits and odd sizes.
    """

    def __init__(self) -> None:
        self._form: tuple[Any, ...] = ()
        self._graph: Any = None

    def __call__(self, frame: Any) -> NDArray[np.uint8]:
        """One picture. Raises HimmelError for other turns than quarters."""
        form = (frame.width, frame.height, frame.format.name, frame.colorspace, frame.color_range)
        if form != self._form:
            self._form, self._graph = form, _to_rgb(frame)
        self._graph.push(frame)
        pixels: NDArray[np.uint8] = self._graph.vpull().to_ndarray()
        right, down, across, along = _turn(frame)
        if (right or along) and (down or across):
            raise HimmelError("the film is turned by an odd angle; only quarter turns are read")
        if down or across:
            pixels, right, along = pixels.transpose(1, 0, 2), across, down
        return np.ascontiguousarray(pixels[:: -1 if along < 0 else 1, :: -1 if right < 0 else 1])


def _to_rgb(frame: Any) -> Any:
    from av.filter import Graph

    graph = Graph()
    graph.threads = 1
    size = {"width": frame.width, "height": frame.height, "format": frame.format}
    source = graph.add_buffer(**size, time_base=frame.time_base or Fraction(1, 25))
    graph.link_nodes(source, graph.add("format", "rgb24"), graph.add("buffersink")).configure()
    return graph


def _turn(frame: Any) -> tuple[int, int, int, int]:
    """Which way (-1, 0, 1) a step right goes right and down, and a step down right and down."""
    try:
        data = frame.side_data.get("DISPLAYMATRIX")
    except ValueError:  # PyAV 18 does not know every kind of side data, such as EXIF
        return {90: (0, -1, 1, 0), -90: (0, 1, -1, 0)}.get(frame.rotation) or (
            (-1, 0, 0, -1) if abs(frame.rotation) == 180 else (1, 0, 0, 1)
        )
    if data is None:
        return (1, 0, 0, 1)
    right, down, _, across, along = struct.unpack("<5i", bytes(data)[:20])
    values = [round(v / 2**16, 3) for v in (right, down, across, along)]
    return tuple(int(np.sign(v)) for v in values)  # type: ignore[return-value]
