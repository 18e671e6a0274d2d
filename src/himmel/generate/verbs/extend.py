"""A clip goes on, or begins earlier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from himmel.generate.verbs.base import Worked, check_seconds
from himmel.generate.verbs.timeline import GIVEN, Cut, Reach, Timeline


@dataclass(frozen=True, kw_only=True)
class Extend(Worked):
    """`seconds` more of a clip, behind its end or, backward, before its beginning; None: one window."""

    name: ClassVar[str] = "extend"
    needs_words: ClassVar[bool] = True
    clip: str
    seconds: float | None = None
    backward: bool = False

    def __post_init__(self) -> None:
        check_seconds("seconds", self.seconds)

    @property
    def clips(self) -> tuple[str, ...]:
        """The one clip."""
        return (self.clip,)

    def lay_out(self, lengths: Sequence[int], reach: Reach) -> Timeline:
        """The clip whole, and new frames on one side of it."""
        (length,) = lengths
        given = GIVEN * reach.time if self.backward else 1 + (GIVEN - 1) * reach.time
        new = reach.window - given if self.seconds is None else reach.places(self.seconds)
        kept, drawn = Cut(frames=length, source=0), Cut(frames=new)
        if self.backward:
            return Timeline(cuts=(drawn, kept), windows=tuple(reach.back(new, length)))
        return Timeline(cuts=(kept, drawn), windows=tuple(reach.onward(length, length + new)))
