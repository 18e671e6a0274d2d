"""Only some moments of a clip are kept, and what lay between them is drawn anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from himmel.core.errors import HimmelError
from himmel.generate.verbs.base import Worked
from himmel.generate.verbs.timeline import Cut, Reach, Timeline, Window

Span = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Recut(Worked):
    """`keep`: spans (from, to) in seconds, in order. What lies before the first and behind the last one
    is cut off."""

    name: ClassVar[str] = "recut"
    clip: str
    keep: tuple[Span, ...]

    def __post_init__(self) -> None:
        if not self.keep:
            raise HimmelError("nothing is kept; name a span in seconds, for example 0-0.8")
        for start, stop in self.keep:
            if not 0 <= start < stop < float("inf"):
                raise HimmelError(f"{start:g}-{stop:g} is no span; write from-to in seconds")
        for (_, stop), (start, _) in pairwise(self.keep):
            if start < stop:
                raise HimmelError(
                    f"the span from {start:g} s begins before the last one ends; put them in order"
                )

    @property
    def clips(self) -> tuple[str, ...]:
        """The one clip."""
        return (self.clip,)

    def lay_out(self, lengths: Sequence[int], reach: Reach) -> Timeline:
        """The spans at the distances they had, the gaps drawn one after the other."""
        spans = [self._places(span, lengths[0], reach) for span in self.keep]
        begin = spans[0][0]
        cuts = [Cut(frames=spans[0][1] - begin, source=0, first=begin)]
        windows: list[Window] = []
        for (_, start), (stop, end) in pairwise(spans):
            if stop > start:
                cuts.append(Cut(frames=stop - start))
                windows += reach.between(start - begin, stop - begin, end - stop)
            cuts.append(Cut(frames=end - stop, source=0, first=stop))
        return Timeline(cuts=tuple(cuts), windows=tuple(windows))

    def _places(self, span: Span, length: int, reach: Reach) -> tuple[int, int]:
        start, stop = (round(second * reach.fps) for second in span)
        if stop > length or start >= length:
            raise HimmelError(
                f"{span[0]:g}-{span[1]:g} s does not lie in a clip of {length / reach.fps:g} s"
            )
        if start == stop:
            raise HimmelError(
                f"{span[0]:g}-{span[1]:g} s holds no frame at {reach.fps:g} per second; keep more"
            )
        return start, stop
