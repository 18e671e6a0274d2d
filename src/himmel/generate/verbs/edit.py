"""A clip is drawn anew, more or less, all of it or a part of its picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from himmel.core.errors import HimmelError
from himmel.generate.verbs.base import Worked, check_strength
from himmel.generate.verbs.region import Box, Point, Region
from himmel.generate.verbs.timeline import Cut, Reach, Timeline

USUAL = 0.2  # of 24 films .96 took a new colour, at 0.3 .46 (records/verbs/2026-11-28_table)
PARTS = ("mask", "box", "point", "canvas")
MOVING = 0.5  # what is to move in a still picture has moved in the film


@dataclass(frozen=True, kw_only=True)
class Edit(Worked):
    """Edit, restyle, variation: the whole clip, held by `strength`, 0 (drawn anew) to 1 (as it was);
    what the drawing changes by little stays.

    Inpaint: only what is white in the picture `mask`, or lies in `box` (x, y, width, height in pixels of
    the clip), or within a radius of what is at a `point` of the first frame (x, y, radius), wherever it
    goes. Outpaint: the clip lies in the middle of a larger `canvas` (width, height), and what is around
    it is drawn. still: what is not drawn shows the first frame all the time (cinemagraph). style: a
    picture whose colours the clip takes before it is drawn anew.
    strength None: 0.2; 0.5 beside what is still; 0 for what is painted in or around.
    """

    name: ClassVar[str] = "edit"
    needs_words: ClassVar[bool] = True
    clip: str
    strength: float | None = None
    mask: str | None = None
    box: Box | None = None
    point: Point | None = None
    canvas: tuple[int, int] | None = None
    still: bool = False
    style: str | None = None

    def __post_init__(self) -> None:
        check_strength(self.held)
        given = [name for name in PARTS if getattr(self, name) is not None]
        if len(given) > 1:
            raise HimmelError(f"a {given[0]} and a {given[1]} contradict each other; give one")
        if self.still and given not in (["mask"], ["box"]):
            raise HimmelError("what moves in a still picture? Give a mask or a box")
        if self.style is not None and given:
            raise HimmelError(f"a style is of the whole picture; leave the {given[0]} out")

    @property
    def held(self) -> float:
        """The strength that counts."""
        if self.strength is not None:
            return self.strength
        if self.still:
            return MOVING
        return USUAL if self.region is None else 0.0

    @property
    def clips(self) -> tuple[str, ...]:
        """The one clip."""
        return (self.clip,)

    @property
    def pictures(self) -> tuple[str, ...]:
        """The picture of the style."""
        return () if self.style is None else (self.style,)

    @property
    def region(self) -> Region | None:
        """Where it is drawn anew."""
        given = {name: getattr(self, name) for name in PARTS}
        if all(part is None for part in given.values()):
            return None
        return Region(**given, still=self.still)

    def lay_out(self, lengths: Sequence[int], reach: Reach) -> Timeline:
        """As many frames as the clip has."""
        (length,) = lengths
        sparing = self.point is not None or (self.region is None and self.held > 0)
        cut = Cut(frames=length, source=0, kept=self.held == 1, sparing=sparing, still=self.still)
        return Timeline(cuts=(cut,), windows=tuple(reach.over(length, self.held)))
