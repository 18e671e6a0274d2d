"""A clip gets a bridge from its end to its beginning, and can be shown without end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from himmel.generate.verbs.base import Worked, check_seconds
from himmel.generate.verbs.timeline import Cut, Reach, Timeline


@dataclass(frozen=True, kw_only=True)
class Loop(Worked):
    """A bridge of `seconds`, rounded up to whole latent frames; None: what one window draws."""

    name: ClassVar[str] = "loop"
    clip: str
    seconds: float | None = None

    def __post_init__(self) -> None:
        check_seconds("seconds", self.seconds)

    @property
    def clips(self) -> tuple[str, ...]:
        """The one clip."""
        return (self.clip,)

    def lay_out(self, lengths: Sequence[int], reach: Reach) -> Timeline:
        """The clip whole, then the bridge; what follows the bridge is the beginning of the clip."""
        (length,) = lengths
        latents = reach.most
        if self.seconds is not None:
            latents = reach.covering(reach.places(self.seconds))
        new = latents * reach.time
        return Timeline(
            cuts=(Cut(frames=length, source=0), Cut(frames=new, even=True)),
            windows=tuple(reach.between(length, length + new, length)),
            loops=True,
        )
