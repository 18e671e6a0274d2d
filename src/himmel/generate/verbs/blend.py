"""One clip becomes another: they merge, or new footage connects them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from himmel.core.errors import HimmelError
from himmel.generate.verbs.base import Worked, check_seconds, check_strength
from himmel.generate.verbs.timeline import CURVES, OTHER, Cut, Reach, Timeline, Window

LEAST = 2  # frames of a transition
TOLD, UNTOLD = (
    0.5,
    0.7,
)  # what is held of a mixture where words say what both clips show, and where not


@dataclass(frozen=True, kw_only=True)
class Blend(Worked):
    """`transition` seconds in which one clip becomes another, the second taking over by `curve`.

    Their mixture is drawn anew picture by picture, held by `strength` half way and more towards its ends;
    None: TOLD, or UNTOLD without `becomes`, where less would not turn from one into the other but jump.
    connect: what is mixed is not the clips' own but new footage, the first going on behind its end and
    the second beginning earlier. becomes: words for the second clip where the prompt speaks of the first.
    """

    name: ClassVar[str] = "blend"
    clip: str
    other: str
    transition: float | None = None
    curve: str = "smooth"
    strength: float | None = None
    connect: bool = False
    becomes: str | None = None

    def __post_init__(self) -> None:
        check_seconds("transition", self.transition)
        if self.strength is not None:
            check_strength(self.strength)
        if self.curve not in CURVES:
            raise HimmelError(f"there is no curve {self.curve!r}; use {', '.join(CURVES)}")

    @property
    def clips(self) -> tuple[str, ...]:
        """The one that is there first, and the one that it becomes."""
        return (self.clip, self.other)

    @property
    def words(self) -> tuple[str, ...]:
        """Those for the second clip."""
        return () if self.becomes is None else (self.becomes,)

    def lay_out(self, lengths: Sequence[int], reach: Reach) -> Timeline:
        """The first clip, the transition, the second clip."""
        one, two = lengths
        new = reach.most * reach.time
        if self.transition is not None:
            new = max(reach.places(self.transition), LEAST)
        if self.connect:
            return self._connected(one, two, new, reach)
        self._check_overlap(one, two, new, reach)
        first, last = Cut(frames=one - new, source=0), Cut(frames=two - new, source=1, first=new)
        merged = Cut(frames=new, source=0, first=one - new, kept=False, into=1, curve=self.curve)
        return Timeline(
            cuts=(first, merged, last), windows=tuple(self._becoming(one - new, one, reach))
        )

    def _connected(self, one: int, two: int, new: int, reach: Reach) -> Timeline:
        middle = Cut(frames=new, into=1, into_first=None, curve=self.curve)
        cuts = (Cut(frames=one, source=0), middle, Cut(frames=two, source=1))
        earlier = [
            window.replace(side=OTHER, words=1.0) for window in reach.back(one + new, two, one)
        ]
        onward = reach.onward(one, one + new)
        windows = [*onward, *earlier, *self._becoming(one, one + new, reach)]
        return Timeline(cuts=cuts, windows=tuple(windows))

    def _becoming(self, start: int, stop: int, reach: Reach) -> list[Window]:
        usual = UNTOLD if self.becomes is None else TOLD
        held = usual if self.strength is None else self.strength
        return reach.becoming(start, stop, self.curve, held)

    def _check_overlap(self, one: int, two: int, new: int, reach: Reach) -> None:
        for length in (one, two):
            if length <= new:
                raise HimmelError(
                    f"a clip of {length} frames at {reach.fps:g} per second is too short to merge "
                    f"for {new / reach.fps:g} s; it needs {new + 1}, or connect the clips"
                )
