"""More frames a second: those between the clip's own follow its motion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from himmel.core.errors import HimmelError
from himmel.generate.verbs.base import Worked, check_strength
from himmel.generate.verbs.timeline import Cut, Reach, Timeline
from himmel.media.write import exact_rate

_CLOSE = 0.01  # rates like 23.976 are meant as 24


@dataclass(frozen=True, kw_only=True)
class Interpolate(Worked):
    """A clip at `fps` frames a second: a whole multiple of its own, or less, and then some are left out.

    What lies between two frames is read out of both along the motion from one to the other. strength
    below 1: all is drawn anew from that, held by so much.
    """

    name: ClassVar[str] = "interpolate"
    clip: str
    fps: float
    strength: float = 1.0

    def __post_init__(self) -> None:
        check_strength(self.strength)
        exact_rate(self.fps)

    @property
    def clips(self) -> tuple[str, ...]:
        """The one clip."""
        return (self.clip,)

    def rate(self, fps: float) -> tuple[float, int]:
        """The rate asked, and how many frames then stand for one."""
        times = self.fps / fps
        if times <= 1 + _CLOSE:
            return self.fps, 1
        if abs(times - round(times)) > _CLOSE * times:
            low = int(times)
            fits = f"{fps * max(low, 1):g} or {fps * (low + 1):g}"
            raise HimmelError(
                f"{self.fps:g} is no whole multiple of the clip's {fps:g}; use {fits}"
            )
        return self.fps, round(times)

    def lay_out(self, lengths: Sequence[int], reach: Reach) -> Timeline:
        """As many frames as the clip has at the new rate."""
        frames = (lengths[0] - 1) * reach.slowed + 1
        cut = Cut(frames=frames, source=0, slowed=reach.slowed)
        windows = reach.over(frames, self.strength) if reach.slowed > 1 else []
        return Timeline(cuts=(cut,), windows=tuple(windows))
