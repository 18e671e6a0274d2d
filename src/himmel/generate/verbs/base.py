"""What every verb has: its films, what weights must have learnt for it, and how its film is laid out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from himmel.core.errors import HimmelError
from himmel.core.values import Verb
from himmel.generate.verbs.region import Region
from himmel.generate.verbs.timeline import Reach, Timeline


@dataclass(frozen=True, kw_only=True)
class Worked(Verb):
    """A verb that can be planned. `learnt` names those conditions of SystemConfig that it needs."""

    name: ClassVar[str]
    learnt: ClassVar[tuple[str, ...]] = ("keyframe",)
    needs_words: ClassVar[bool] = False

    def lay_out(self, lengths: Sequence[int], reach: Reach) -> Timeline:
        """The film, from the lengths of its clips in frames at the model's rate.

        Raises HimmelError for clips that are too short and for what makes no sense.
        """
        raise NotImplementedError

    @property
    def region(self) -> Region | None:
        """Where the pictures are drawn anew, None for everywhere."""
        return None

    def rate(self, fps: float) -> tuple[float, int] | None:
        """Frames per second of the film, and how many of them stand for one of a clip of `fps`.

        None: the model's rate, at which clips are read. Raises HimmelError for rates that do not fit.
        """
        return None


def check_seconds(name: str, seconds: float | None, longest: float = 3600.0) -> None:
    """Raise HimmelError for a length that is none."""
    if seconds is not None and not 0 < seconds <= longest:
        raise HimmelError(
            f"{name}={seconds:g} does not fit; use a number above 0 and at most {longest:g}"
        )


def check_strength(strength: float) -> None:
    """Raise HimmelError for a strength outside [0, 1]."""
    if not 0 <= strength <= 1:
        raise HimmelError(
            f"strength={strength:g} does not fit; use 0 (drawn anew) to 1 (as it was)"
        )
