"""One clip becomes another: they merge, or new footage connects them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from himmel.core.errors import HimmelError
from himmel.generate.verbs.base import Worked, check_seconds, check_strength
from himmel.generate.verbs.timeline import CURVES, Cut, Reach, Timeline, Window


@dataclass(frozen=True, kw_only=True)
class Blend(Worked):
    """`transition` seconds from one clip into another, rounded up to whole latent frames.

    They lie over each other meanwhile, the second taking over by `curve`, and are drawn anew from that,
    held by `strength`. connect: nothing lies over anything, all of the transition is new footage.
    """

    name: ClassVar[str] = "blend"
    clip: str
    other: str
    transition: float | None = None
    curve: str = "smooth"
    strength: float = 0.3
    connect: bool = False

    def __post_init__(self) -> None:
        check_seconds("transition", self.transition)
        check_strength(self.strength)
        if self.curve not in CURVES:
            raise HimmelError(f"there is no curve {self.curve!r}; use {', '.join(CURVES)}")

    @property
    def clips(self) -> tuple[str, ...]:
        """The one that is there first, and the one that it becomes."""
        return (self.clip, self.other)

    def lay_out(self, lengths: Sequence[int], reach: Reach) -> Timeline:
        """The first clip, the transition, the second clip."""
        one, two = lengths
        most = reach.most
        latents = most
        if self.transition is not None:
            latents = reach.covering(reach.places(self.transition))
        new = latents * reach.time
        if self.connect:
            middle, known = Cut(frames=new), two
            cuts = (Cut(frames=one, source=0), middle, Cut(frames=two, source=1))
            return Timeline(cuts=cuts, windows=tuple(reach.between(one, one + new, known)))
        if latents > most:
            raise HimmelError(
                f"clips merge for at most {most * reach.time / reach.fps:g} s; ask for less, or "
                "connect them"
            )
        self._check_overlap(one, two, new, reach)
        return Timeline(cuts=self._cuts(one, two, new), windows=self._windows(one, two, new, reach))

    def _cuts(self, one: int, two: int, new: int) -> tuple[Cut, ...]:
        merged = Cut(
            frames=new,
            source=0,
            first=one - new,
            kept=False,
            into=1,
            into_first=0,
            curve=self.curve,
        )
        first, last = Cut(frames=one - new, source=0), Cut(frames=two - new, source=1, first=new)
        return (first, merged, last)

    def _windows(self, one: int, two: int, new: int, reach: Reach) -> tuple[Window, ...]:
        windows = reach.between(one - new, one, two - new)
        drawn = range(windows[0].first, windows[0].stop)
        start = windows[0].start
        return tuple(
            window.replace(
                strengths=tuple(
                    self.strength if start + index * reach.time in drawn else strength
                    for index, strength in enumerate(window.strengths)
                )
            )
            for window in windows
        )

    def _check_overlap(self, one: int, two: int, new: int, reach: Reach) -> None:
        for length, least in ((one, new + 1), (two, new + reach.time)):
            if length < least:
                raise HimmelError(
                    f"a clip of {length} frames at {reach.fps:g} per second is too short to merge "
                    f"for {new / reach.fps:g} s; it needs {least}, or connect the clips"
                )
