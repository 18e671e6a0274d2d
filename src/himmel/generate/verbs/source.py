"""Films that a person hands in: looked at once for the plan, read again where they are worked on.

They are decoded in another process (himmel.media.apart), and every frame is made small as it comes, so
that memory depends on the model's size and not on the film's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from himmel.core.config import Config
from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.files import sha256
from himmel.core.geometry import PixelShape
from himmel.core.values import Frames
from himmel.media import apart
from himmel.media.picture import fitted
from himmel.media.read import TimedFrame
from himmel.media.sequence import is_sequence

MOST_FRAMES = 2400  # of a clip at the rate it is read at, and of the film that is made
_HALF_A_TICK = 1e-4  # seconds
Picture = NDArray[np.uint8]  # (H, W, 3)


@dataclass(frozen=True, kw_only=True)
class Source(Config):
    """A film as it was found: pixels, its own frames and rate, whether it sounds."""

    path: str
    sha256: str
    width: int
    height: int
    fps: float
    count: int
    sounds: bool = False

    def frames(self, fps: float) -> int:
        """Frames of it at another rate."""
        return max(1, round(self.count / self.fps * fps))


def find_source(path: str) -> Source:
    """Look through a film. Raises HimmelError for a folder, a single picture, and as media.read does."""
    file = Path(path)
    if is_sequence(file):
        raise HimmelError(f"{path} is not one film; name a file such as clip.mp4")
    about, times = apart.probe(file), []
    if about.seconds > MOST_FRAMES:  # at one frame a second; before all of it is decoded
        raise _too_long(path)
    for timed in apart.frames_of(file):
        times.append(timed.seconds)
        if len(times) > 30 * MOST_FRAMES:
            raise _too_long(path)
    if len(times) < 2 or times[-1] <= times[0]:
        raise HimmelError(
            f"{file.name} holds one frame and no film; a picture is animated by himmel generate --image"
        )
    rate = (len(times) - 1) / (times[-1] - times[0])
    return Source(
        path=path,
        sha256=sha256(file),
        width=about.width,
        height=about.height,
        fps=round(rate, 3),
        count=len(times),
        sounds=bool(about.sounds),
    )


def read_source(
    source: Source, pixels: PixelShape, fps: float, canvas: tuple[int, int] | None = None
) -> Frames:
    """Its frames (T, H, W, 3) at a rate, in the model's size: the middle where the aspect is another.

    canvas: (width, height) in whose middle the film lies, its edges drawn out. Raises DamagedFileError
    for a file that is no longer what it was.
    """
    file, count = Path(source.path), source.frames(fps)
    if count > MOST_FRAMES:
        raise _too_long(source.path)
    if sha256(file) != source.sha256:
        raise DamagedFileError(f"{file.name} was changed meanwhile; try again")
    shown = (timed for timed in apart.frames_of(file))
    frames = [
        fitted(_padded(frame, canvas), pixels.width, pixels.height)
        for frame in _at_rate(shown, fps, count)
    ]
    return np.stack(frames)


def _at_rate(timeline: Iterator[TimedFrame], fps: float, count: int) -> Iterator[Picture]:
    """What is on screen at the times 0, 1 / fps, ..., `count` frames in all."""
    shown, place = next(timeline).frame, 0
    for timed in timeline:
        while place < count and place / fps < timed.seconds - _HALF_A_TICK:
            yield shown
            place += 1
        shown = timed.frame
    for _ in range(place, count):
        yield shown


def _padded(frame: Picture, canvas: tuple[int, int] | None) -> Picture:
    if canvas is None:
        return frame
    wide, tall = canvas[0] - frame.shape[1], canvas[1] - frame.shape[0]
    sides = ((tall // 2, tall - tall // 2), (wide // 2, wide - wide // 2), (0, 0))
    return np.pad(frame, sides, mode="edge")


def notes_on(
    source: Source, pixels: PixelShape, fps: float, canvas: tuple[int, int] | None
) -> list[str]:
    """What is done to a film, or to the canvas (width, height) around it, so that the model can work on
    it."""
    name, notes = Path(source.path).name, []
    width, height = canvas or (source.width, source.height)
    what = f"the canvas of {name}" if canvas else name
    if height * pixels.width != width * pixels.height:
        notes.append(
            f"{what} is {width}x{height}; its middle is cut out to fit {pixels.width}x{pixels.height}"
        )
    elif (width, height) != (pixels.width, pixels.height):
        notes.append(f"{what} is {width}x{height} and fitted to {pixels.width}x{pixels.height}")
    if abs(source.fps - fps) > 0.01:
        notes.append(
            f"{name} has {source.fps:g} frames per second and is read at {fps:g}; its speed stays"
        )
    return [*notes, f"the sound of {name} is left out"] if source.sounds else notes


def _too_long(path: str) -> HimmelError:
    return HimmelError(
        f"{Path(path).name} is too long; {MOST_FRAMES} frames can be worked on at once, cut it"
    )
