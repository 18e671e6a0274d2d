"""Sound of a film: samples that begin when its picture does, cut and joined to the sample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import HimmelError
from himmel.core.values import Sound
from himmel.media.guard import check_limit
from himmel.media.picture import is_picture
from himmel.media.sequence import is_sequence
from himmel.media.source import Source, opened, seek

MAX_SOUND_VALUES = 1 << 28  # samples times channels that read_sound puts into memory: 1 GiB
# Containers that count milliseconds, and players' buffers, let time stamps tremble by less than this;
# a longer gap is one, and becomes silence so that what follows stays in sync.
_GAP = Fraction(1, 100)
_LEAD_IN = 1.0  # seconds that a decoder needs before its samples are right (Opus 0.08, AAC 0.05)


def read_sound(
    path: Path, start: float = 0.0, end: float | None = None, track: int = 0
) -> Sound | None:
    """One sound track from `start` to before `end` (s of the film); None where there is none.

    The first sample is heard at `start`: a track that begins later begins with silence, one that
    pauses has silence there. The sound ends at `end` or with its track. Raises HimmelError for a
    file that is no film, damage, a track that does not exist while others do, an empty span, and more
    than MAX_SOUND_VALUES.
    """
    return joined(sound_blocks(path, start, end, track))


def joined(blocks: Iterable[Sound]) -> Sound | None:
    """Blocks of one sound, one after the other; None where there are none."""
    held = list(blocks)
    if not held:
        return None
    return Sound(np.concatenate([block.samples for block in held]), held[0].rate)


def sound_blocks(
    path: Path, start: float = 0.0, end: float | None = None, track: int = 0
) -> Iterator[Sound]:
    """What read_sound gives, in blocks that follow each other; none where there is no sound."""
    path = Path(path)
    if start < 0 or (end is not None and end <= start):
        raise HimmelError(f"from {start} to {end} seconds is no span of time")
    if is_sequence(path) or is_picture(path):
        return
    for from_second in (max(start - _LEAD_IN, 0.0), 0.0):
        with opened(path) as source:
            stream = _track(source, track)
            if stream is None:
                return
            pieces = _pieces(source, stream, from_second, end)
            stop = _earlier(end, _declared_end(source, stream))
            first = next(pieces, None)
            if from_second > 0 and (first is None or first[0] > start):
                continue
            yield from _laid_out(path, stream, first, pieces, Fraction(start), stop)
            return


def _track(source: Source, number: int) -> Any:
    tracks = source.container.streams.audio
    if not tracks:
        return None
    if not 0 <= number < len(tracks):
        raise HimmelError(
            f"{source.path.name} has {len(tracks)} sound tracks; {number} is not one, they count from 0"
        )
    return tracks[number]


Piece = tuple[Fraction, NDArray[np.float32]]  # seconds of its first sample, samples (N, channels)


def _pieces(source: Source, stream: Any, start: float, end: float | None) -> Iterator[Piece]:
    """Decoded samples with the time at which they are heard."""
    from av import AudioResampler

    seek(source, start)
    as_floats, form = AudioResampler(format="fltp"), None
    expected = Fraction(0)
    for frame in _decoded(source, stream):
        form = form or (frame.sample_rate, frame.layout.nb_channels)
        if form != (frame.sample_rate, frame.layout.nb_channels):
            raise HimmelError(f"{source.path.name} changes its sound midway; re-encode it")
        begins = expected if frame.pts is None else source.seconds_of(frame.pts, stream)
        check_limit(source.path, "seconds", float(begins))
        if end is not None and begins >= end:
            return
        for floats in as_floats.resample(frame):
            yield begins, np.asarray(floats.to_ndarray().T, dtype=np.float32)
        expected = begins + Fraction(frame.samples, frame.sample_rate)


def _decoded(source: Source, stream: Any) -> Iterator[Any]:
    for packet in source.container.demux(stream):
        if packet.size:
            yield from stream.decode(packet)
    yield from stream.decode(None)


def _laid_out(
    path: Path,
    stream: Any,
    first: Piece | None,
    rest: Iterator[Piece],
    start: Fraction,
    end: Fraction | None,
) -> Iterator[Sound]:
    """Pieces on one line of time from `start` on; gaps are silent, overlaps heard once."""
    rate, channels = stream.codec_context.sample_rate, stream.codec_context.layout.nb_channels
    channels = channels if first is None else first[1].shape[1]
    most = MAX_SOUND_VALUES if end is None else max(round((end - start) * rate), 0)
    length = 0
    for samples in _filled(first, rest, start, rate):
        length += len(samples)
        if min(length, most) * channels > MAX_SOUND_VALUES:
            raise HimmelError(f"{path.name} has more sound than fits into memory; read it in parts")
        yield Sound(samples[: max(most - length + len(samples), 0)], rate)
    if length == 0:
        yield Sound(np.zeros((0, channels), np.float32), rate)


def _filled(
    first: Piece | None, rest: Iterator[Piece], start: Fraction, rate: int
) -> Iterator[NDArray[np.float32]]:
    """Samples without gaps and overlaps, silence a second at a time at most."""
    length = 0
    shift: int | None = None  # sample at which the next piece is expected, counted from `start`
    for begins, samples in _with_first(first, rest):
        at = round((begins - start) * rate)
        if shift is None or abs(at - shift) > _GAP * rate:
            shift = at
        heard = samples[max(length - shift, 0) :]
        while len(heard) and length < shift:
            silence = min(shift - length, rate)
            yield np.zeros((silence, heard.shape[1]), np.float32)
            length += silence
        yield heard
        length += len(heard)
        shift += len(samples)


def _declared_end(source: Source, stream: Any) -> Fraction | None:
    """In MP4 the last packet is filled up with silence that its edit list leaves out."""
    if not source.is_one_of(("mov",)) or not stream.duration:
        return None
    return source.seconds_of((stream.start_time or 0) + stream.duration, stream)


def _earlier(one: float | None, other: Fraction | None) -> Fraction | None:
    given = [Fraction(moment) for moment in (one, other) if moment is not None]
    return min(given, default=None)


def _with_first(first: Piece | None, rest: Iterator[Piece]) -> Iterator[Piece]:
    if first is not None:
        yield first
    yield from rest


def cut_sound(sound: Sound, start: Fraction, end: Fraction) -> Sound:
    """From second `start` to before `end`, exactly as long as that, silent where there is nothing."""
    first, last = round(start * sound.rate), round(end * sound.rate)
    held = sound.samples[first:last]
    silence = np.zeros((last - first - len(held), held.shape[1]), np.float32)
    return Sound(np.concatenate([held, silence]), sound.rate)


def join_sounds(sounds: Sequence[Sound | None], seconds: Sequence[Fraction]) -> Sound | None:
    """One after the other, each cut or filled up to its seconds; None where all are silent.

    Rate and channels are the largest that occur. Rounding does not add up: every piece begins at the
    sample nearest to its time.
    """
    heard = [sound for sound in sounds if sound is not None]
    if not heard:
        return None
    rate = max(sound.rate for sound in heard)
    channels = max(sound.samples.shape[1] for sound in heard)
    joined = np.zeros((round(sum(seconds) * rate), channels), np.float32)
    begins = Fraction(0)
    for sound, length in zip(sounds, seconds, strict=True):
        if sound is not None:
            first, last = round(begins * rate), round((begins + length) * rate)
            samples = converted(sound, rate, channels).samples[: last - first]
            joined[first : first + len(samples)] = samples
        begins += length
    return Sound(joined, rate)


def converted(sound: Sound, rate: int, channels: int) -> Sound:
    """The same sound with another number of samples a second, and mono or stereo as asked."""
    samples = sound.samples
    if samples.shape[1] != channels:
        samples = np.repeat(samples.mean(axis=1, keepdims=True), channels, axis=1)
    if rate == sound.rate or not len(samples):
        return Sound(np.ascontiguousarray(samples), rate)
    from av import AudioFrame, AudioResampler

    # One channel at a time: FFmpeg need not have a layout for every number of them.
    planes = []
    for channel in samples.T:
        frame = AudioFrame.from_ndarray(channel[None].astype(np.float32), "fltp", "mono")
        frame.sample_rate, frame.pts = sound.rate, 0
        resampler = AudioResampler(format="fltp", layout="mono", rate=rate)
        parts = [*resampler.resample(frame), *resampler.resample(None)]
        planes.append(np.concatenate([part.to_ndarray()[0] for part in parts if part is not None]))
    return Sound(np.stack(planes, axis=1), rate)
