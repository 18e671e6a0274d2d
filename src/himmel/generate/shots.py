"""What a long shot cannot hold is shown again, shot after shot.

What moves on has left the picture within a window. What turns or jumps in its place comes round again,
and what stands stays, but both look less like themselves with every window. A new shot begins with the
first picture of the first one, redrawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Understood = Callable[[str], Mapping[str, str]]
"""What a text encoder reads in words: facts by group."""

PASSING = frozenset({"left", "right", "toward"})
LASTING = {"spin": 2, "jump": 2, "still": 4}  # windows after which they begin to look like others
DISSOLVE_SECONDS = 0.5
_MORE = 1.25  # times its length that a shot may last before it becomes two


@dataclass(frozen=True)
class Cutting:
    """How a motion is cut: frames of a shot at most, and those that two shots share in a dissolve."""

    longest: float
    overlap: int = 0


WHOLE = Cutting(math.inf)


def unread(_prompt: str) -> dict[str, str]:
    """Nothing: no text encoder is at hand."""
    return {}


def fading(window: int, fps: float) -> int:
    """Frames that two shots share in a dissolve: half a second, at high rates half a window.

    A shot has the same number of frames at any rate, and needs some of its own.
    """
    return min(round(DISSOLVE_SECONDS * fps), window // 2)


def cutting_of(motion: str | None, window: int, fps: float) -> Cutting:
    """Cuts, a window apart, for what passes; dissolves, some windows apart, for what lasts."""
    if motion in PASSING:
        return Cutting(window)
    if motion in LASTING:
        return Cutting(LASTING[motion] * window, fading(window, fps))
    return WHOLE


def shots(wanted: float, cutting: Cutting, time: int, up: bool) -> list[int]:
    """Frames of shots of about equal length that together last as long as `wanted` frames, with `up` not
    shorter; what they share is counted once. A codec cuts after a lone frame and groups of `time`."""
    if wanted <= _MORE * cutting.longest:
        return [rounded_length(wanted, time, lone=1, up=up)]
    shared = cutting.overlap
    count = math.ceil((wanted - shared) / (cutting.longest - shared))
    each = (wanted - shared) / count
    lengths: list[int] = []
    for number in range(1, count + 1):
        left = each * number + shared - sum(lengths) + shared * len(lengths)
        lengths.append(rounded_length(left, time, lone=1, up=up and number == count))
    return lengths


def rounded_length(wanted: float, time: int, lone: int, up: bool) -> int:
    """The frames nearest to `wanted`, or the next ones up, at which the codec can cut: groups of `time`
    after so many lone ones."""
    rounded = math.ceil if up else round
    return max(1, rounded((wanted - lone) / time)) * time + lone
