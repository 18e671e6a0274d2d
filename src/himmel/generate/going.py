"""How a film is taken to its end: stopped on the way, resumed, or streamed while it is made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from himmel.core.errors import HimmelError
from himmel.core.values import Stop, never
from himmel.generate.journal import Journal, journal_of
from himmel.generate.longer import LongPlan
from himmel.generate.plan import Plan


@dataclass(frozen=True)
class Going:
    """stop: asked before every step of a film of several windows; True ends it after what was shown.
    resume: go on from the checkpoint of an earlier run. stream: an open file, such as stdout, that gets
    the film in fragments; what the caller names as the output then only holds its seal."""

    stop: Stop = never
    resume: bool = False
    stream: BinaryIO | None = None

    def journal(self, plan: Plan, out: Path, identity: str) -> Journal:
        """Where windows are written down: beside the film, or nowhere for short and streamed ones.

        Raises HimmelError where these shall resume, and as Journal does.
        """
        if not isinstance(plan, LongPlan) or self.stream is not None:
            if self.resume:
                raise HimmelError("only a long film in a file can be resumed; leave --resume out")
            return Journal()
        latent = plan.latent
        cells = (latent.channels, latent.height, latent.width)
        return Journal.beside(journal_of(out), identity, cells, self.resume)


ON_TO_THE_END = Going()
