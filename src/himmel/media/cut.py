"""Clips out of films: an even rate from uneven times, cutting and joining with the sound in sync."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import HimmelError
from himmel.core.values import Clip
from himmel.media.apart import frames_of, probe, read_sound
from himmel.media.read import TimedFrame, most_frames
from himmel.media.sound import cut_sound, join_sounds
from himmel.media.write import exact_rate

_WITHIN = Fraction(9, 20)  # where in a frame's turn to look


def steady(
    frames: Iterable[TimedFrame], fps: float, start: float = 0.0, end: float | None = None
) -> Iterator[TimedFrame]:
    """Frames at an even rate from frames at true times: times `start` + n / fps, lazily.

    Each is the one on screen shortly before the middle of its turn, so that times rounded to
    milliseconds neither double nor drop frames, at half the rate and double the rate too. Without
    `end` it goes on to the last frame's own time. Raises HimmelError for a rate outside 0..240.
    """
    rate, begins = exact_rate(fps), Fraction(start)
    shown: TimedFrame | None = None
    count = 0

    def moment() -> Fraction:
        return begins + (count + _WITHIN) / rate

    def turn(frame: TimedFrame) -> TimedFrame:
        return TimedFrame(frame.frame, float(begins + count / rate))

    for timed in frames:
        while shown is not None and moment() < timed.seconds:
            yield turn(shown)
            count += 1
        shown = timed if shown is None or timed.seconds <= moment() else shown
    if shown is None:
        return
    last = Fraction(end) if end is not None else Fraction(shown.seconds) + 1 / rate
    while count == 0 or moment() < last:
        yield turn(shown)
        count += 1


def take(
    path: Path,
    start: float = 0.0,
    end: float | None = None,
    fps: float | None = None,
    track: int = 0,
) -> Clip:
    """A film, or a part of it, as a clip at an even rate with the sound that belongs to it.

    The clip begins with the first frame that appears at `start` or within a frame after it, so that
    no frame moves against the sound; a picture that begins later makes the clip begin there.
    `fps` is the film's mean rate by default, and needed for a sequence of pictures. Raises HimmelError
    as read_clip does, and where the film ends before `start`.
    """
    about = probe(path, fps)
    rate = exact_rate(fps or about.fps or 25.0)
    if about.seconds and start >= about.seconds:
        raise HimmelError(f"{Path(path).name} lasts {about.seconds:.2f} seconds; start before that")
    ends = min(end or about.seconds, about.seconds) if about.seconds else None
    limit = most_frames(about)
    frames: list[NDArray[np.uint8]] = []
    start, timeline = _in_step(frames_of(path, start, end, fps), start, 1 / rate)
    for timed in steady(timeline, float(rate), start, ends):
        if len(frames) == limit:
            raise HimmelError(
                f"{Path(path).name} holds more than {limit} frames at {float(rate):g} a second; "
                "take a shorter part"
            )
        frames.append(timed.frame)
    sound = read_sound(path, start, end, track)
    if sound is not None:
        sound = cut_sound(sound, Fraction(0), len(frames) / rate)
    return Clip(np.stack(frames), float(rate), sound)


def _in_step(
    frames: Iterator[TimedFrame], start: float, step: Fraction
) -> tuple[float, Iterator[TimedFrame]]:
    """The moment at which to begin, and the frames from there on."""
    first = next(frames)
    if first.seconds >= start:
        return first.seconds, chain([first], frames)
    second = next(frames, None)
    if second is None:
        return start, iter([first])
    if second.seconds < start + step:
        return second.seconds, chain([second], frames)
    return start, chain([first, second], frames)


def cut(clip: Clip, start: float, end: float | None = None) -> Clip:
    """From the frame nearest to second `start` to before that nearest to `end`, sound with it.

    Raises HimmelError where no frame is left.
    """
    rate = exact_rate(clip.fps)
    first = round(Fraction(start) * rate)
    last = len(clip.frames) if end is None else min(round(Fraction(end) * rate), len(clip.frames))
    if not 0 <= first < last:
        raise HimmelError(
            f"from {start} to {end} seconds there is no frame; the clip lasts {clip.seconds:.2f}"
        )
    sound = clip.sound and cut_sound(clip.sound, first / rate, last / rate)
    return Clip(clip.frames[first:last], clip.fps, sound)


def join(clips: Sequence[Clip]) -> Clip:
    """One clip after the other, each with its sound from its own first frame on.

    Clips without sound are silent there. Raises HimmelError unless all have one size and rate.
    """
    if not clips:
        raise HimmelError("there is nothing to join; give one clip or more")
    forms = {(exact_rate(clip.fps), clip.frames.shape[1:3]) for clip in clips}
    if len(forms) > 1:
        said = " and ".join(f"{w}x{h} at {float(r):g} fps" for r, (h, w) in sorted(forms))
        raise HimmelError(f"clips of {said} do not join; give all one size and rate")
    rate = exact_rate(clips[0].fps)
    sound = join_sounds([c.sound for c in clips], [len(c.frames) / rate for c in clips])
    return Clip(np.concatenate([clip.frames for clip in clips]), clips[0].fps, sound)
