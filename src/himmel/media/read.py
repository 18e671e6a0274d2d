"""Films and pictures to frames with their true times, as if a stranger had sent every one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.values import Frames
from himmel.media.picture import is_picture, picture_frames, probe_picture
from himmel.media.sequence import files_of, is_sequence
from himmel.media.source import STILL_SUFFIXES, Colours, Source, decoded, opened

MAX_CLIP_PIXELS = 1 << 30  # all frames that read_clip puts into memory: 3 GiB of RGB
MAX_CLIP_FRAMES = 1 << 16  # however small they are
_MICROSECONDS = 1_000_000  # FFmpeg's unit for the length of a container
_HDR = {16, 18}  # PQ and HLG, transfer characteristics of ITU-T H.273
_HALF_A_TICK = Fraction(1, 20_000)  # seconds; times that people give in decimals count as equal


@dataclass(frozen=True)
class SoundTrack:
    """What a file says of one of its sound tracks: samples per second, channels, codec, language."""

    rate: int
    channels: int
    codec: str
    language: str = ""


@dataclass(frozen=True)
class Probe:
    """What a file says of itself: pixels as shown, frames per second, seconds, frames.

    `fps` is the mean rate, in Matroska the nominal one, 0 where the file does not know; `seconds` is
    when the last frame ends, 0 for a still. `bits` per colour; `alpha`: has
    transparency, which frames drop; `hdr`: PQ or HLG, which frames keep as coded, not tone-mapped;
    `pixel_aspect`: width by height of one pixel.
    """

    width: int
    height: int
    fps: float
    seconds: float
    frames: int
    codec: str = ""
    bits: int = 8
    alpha: bool = False
    hdr: bool = False
    pixel_aspect: float = 1.0
    sounds: tuple[SoundTrack, ...] = ()


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


def probe(path: Path, fps: float | None = None) -> Probe:
    """What a film or picture holds; no more than the first frame is decoded, to see which way is up.

    `fps` is needed for a sequence of pictures and only there. Raises HimmelError for what frames_of
    refuses, save for damage behind the first frame.
    """
    path = Path(path)
    if is_sequence(path):
        files, rate = files_of(path), _rate_of_pictures(path, fps)
        return replace(probe(files[0]), fps=rate, seconds=len(files) / rate, frames=len(files))
    if is_picture(path):
        width, height, count, seconds, codec, alpha = probe_picture(path)
        mean = count / seconds if seconds else 0.0
        return Probe(width, height, mean, seconds, count, codec=codec, alpha=alpha)
    with opened(path) as source:
        first = next(decoded(source, 0.0), None)
        if first is None:
            raise _no_frames(path)
        height, width = Colours()(first[0]).shape[:2]
        return _described(source, width, height)


def _described(source: Source, width: int, height: int) -> Probe:
    stream, context = source.stream, source.stream.codec_context
    layout, aspect = context.format, stream.sample_aspect_ratio
    seconds, count = _seconds_of(source), stream.frames
    if not (count and source.declares_length):
        count, measured = _measured(source.path)
        seconds = seconds if source.declares_length else measured
    if count == 1 and source.path.suffix.lower() in STILL_SUFFIXES:
        seconds = 0.0
    return Probe(
        width,
        height,
        count / seconds if source.is_one_of(("gif",)) and seconds else float(source.rate),
        seconds,
        count,
        codec=context.codec.canonical_name,
        bits=max(part.bits for part in layout.components) if layout else 8,
        alpha=stream.metadata.get("alpha_mode") == "1"  # VP8 and VP9 keep it beside the picture
        or any(part.is_alpha for part in layout.components if layout),
        hdr=context.color_trc in _HDR,
        pixel_aspect=float(aspect) if aspect else 1.0,
        sounds=tuple(_sound_track(track) for track in source.container.streams.audio),
    )


def _sound_track(track: Any) -> SoundTrack:
    context = track.codec_context
    language = track.language or ""
    return SoundTrack(
        context.sample_rate,
        context.layout.nb_channels,
        context.codec.canonical_name,
        "" if language == "und" else language,
    )


def _measured(path: Path) -> tuple[int, float]:
    """Number of pictures and the second at which the last one ends, from their packets."""
    with opened(path) as source:
        step = 1 / (source.rate or Fraction(25))
        count, last = 0, None
        for packet in source.container.demux(source.stream):
            count += bool(packet.size)
            if packet.pts is not None:
                last = packet.pts if last is None else max(last, packet.pts)
        if source.is_bare or last is None:
            return count, float(count * step)
        return count, float(source.seconds_of(last, source.stream) + step)


def frames_of(
    path: Path, start: float = 0.0, end: float | None = None, fps: float | None = None
) -> Iterator[TimedFrame]:
    """Frames one by one, each with its true time, holding only one or two in memory.

    Those are given that are on screen at some moment from `start` to before `end`, in seconds from
    the beginning; the first may have appeared before `start`. A still picture is one frame at 0.
    `fps` says how fast a sequence of pictures (a folder, or a name with %04d) is shown. Raises
    HimmelError for a file that is missing, not a film or picture by name or by content, cut off,
    without frames, or larger than MAX_PIXELS a frame, and for an empty span of time.
    """
    path = Path(path)
    if start < 0 or (end is not None and end <= start):
        raise HimmelError(f"from {start} to {end} seconds is no span of time")
    frames = _on_screen(_timed(path, start, fps), start, end)
    first = next(frames, None)
    if first is None:
        raise _no_frames(path)
    yield first
    for timed in frames:
        if timed.frame.shape != first.frame.shape:
            raise DamagedFileError(f"{path.name} changes its size midway; re-encode it")
        yield timed


def _timed(path: Path, start: float, fps: float | None) -> Iterator[tuple[Any, Fraction]]:
    """What becomes a frame, with its seconds, from some moment at or before `start` on."""
    if is_sequence(path):
        rate = Fraction(_rate_of_pictures(path, fps))
        for number, file in enumerate(files_of(path)):
            yield next(_timed(file, 0.0, None))[0], number / rate
    elif is_picture(path):
        yield from picture_frames(path)
    else:
        yield from _from_film(path, start)


def _from_film(path: Path, start: float) -> Iterator[tuple[Any, Fraction]]:
    """Seek, and go back further where the index led past `start`."""
    for from_second in (start, max(start - 5.0, 0.0), 0.0):
        with opened(path) as source:
            pictures = decoded(source, from_second)
            first = next(pictures, None)
            if from_second > 0 and (first is None or first[1] > Fraction(start) + _HALF_A_TICK):
                continue
            if first is not None:
                yield first
                yield from pictures
            return


def _on_screen(
    timed: Iterator[tuple[Any, Fraction]], start: float, end: float | None
) -> Iterator[TimedFrame]:
    begins, colours = Fraction(start) + _HALF_A_TICK, Colours()
    waiting: tuple[Any, Fraction] | None = None
    for picture, seconds in timed:
        if end is not None and seconds >= Fraction(end) - _HALF_A_TICK:
            break
        if waiting is not None and seconds > begins:
            yield _shown(*waiting, colours)
        waiting = (picture, seconds)
    if waiting is not None:
        yield _shown(*waiting, colours)


def _shown(picture: Any, seconds: Fraction, colours: Colours) -> TimedFrame:
    pixels = picture if isinstance(picture, np.ndarray) else colours(picture)
    return TimedFrame(pixels, float(seconds))


def read_clip(
    path: Path, start: float = 0.0, end: float | None = None, fps: float | None = None
) -> TimedClip:
    """All frames of a span at once. Raises HimmelError as frames_of does, and beyond MAX_CLIP_PIXELS."""
    about = probe(path, fps)
    return held(path, about, frames_of(path, start, end, fps))


def held(path: Path, about: Probe, timeline: Iterable[TimedFrame]) -> TimedClip:
    """Frames one after the other as one clip. Raises HimmelError for more than fit into memory."""
    limit = most_frames(about)
    frames: list[NDArray[np.uint8]] = []
    times: list[float] = []
    for timed in timeline:
        if len(frames) == limit:
            raise HimmelError(
                f"{Path(path).name} has more than the {limit} frames of {about.width}x{about.height} "
                "that fit into memory; read it frame by frame or cut it"
            )
        frames.append(timed.frame)
        times.append(timed.seconds)
    return TimedClip(np.stack(frames), np.asarray(times), about.fps)


def most_frames(about: Probe) -> int:
    """How many frames of a film are put into memory at once."""
    return min(MAX_CLIP_PIXELS // (about.width * about.height), MAX_CLIP_FRAMES)


def _no_frames(path: Path) -> HimmelError:
    return HimmelError(f"{path.name} holds no frames there; give a file with a picture in it")


def _rate_of_pictures(path: Path, fps: float | None) -> float:
    if fps is None or not 0 < fps <= 240:
        raise HimmelError(
            f"{path} holds single pictures, which carry no times; say how many are shown a second"
        )
    return fps


def _seconds_of(source: Source) -> float:
    """When the picture ends; Matroska writes it as text, beside the length of everything."""
    stream, text = source.stream, source.stream.metadata.get("DURATION", "")
    if stream.duration is not None and stream.time_base is not None:
        return float(source.seconds_of((stream.start_time or 0) + stream.duration, stream))
    parts = text.replace("\0", "").split(":")
    if len(parts) == 3:
        hours, minutes, seconds = map(Fraction, parts)
        return float(hours * 3600 + minutes * 60 + seconds - source.origin)
    return (source.container.duration or 0) / _MICROSECONDS
