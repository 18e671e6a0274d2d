"""What the door does to reviewed frames: the mark for people, then the one for machines."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from himmel.core.env import china_producer, shows_mark
from himmel.core.errors import HimmelError
from himmel.core.values import Frames
from himmel.provenance import identity
from himmel.provenance.watermark import opening, visible
from himmel.provenance.watermark.embed import embed
from himmel.provenance.watermark.find import Found, find

_log = logging.getLogger(__name__)


class Hidden(Protocol):
    """A watermark that carries 32 bits. `name` stands in manifests."""

    @property
    def name(self) -> str:
        """Method and version."""
        ...

    def embed(self, frames: Frames, mark: int, key: bytes) -> Frames:
        """Frames with the mark: the same whatever the chunks."""
        ...

    def find(self, frames: Frames, key: bytes, issued: Sequence[int] = ()) -> Found | None:
        """The mark in frames, or None."""
        ...


@dataclass(frozen=True)
class SpreadSpectrum:
    """Our own: see `embed` and `find`."""

    name: str = "himmel.spread-spectrum.1"

    def embed(self, frames: Frames, mark: int, key: bytes) -> Frames:
        """Do what `watermark.embed` says."""
        return embed(frames, mark, key)

    def find(self, frames: Frames, key: bytes, issued: Sequence[int] = ()) -> Found | None:
        """Do what `watermark.find` says."""
        return find(frames, key, issued)


@dataclass(frozen=True)
class Marking:
    """How clips are marked. There is no setting that turns the hidden mark off.

    `key` None: the house's own secret, made on first use, which only its owner can read. `shown` and
    `china` are the operator's: see `env.shows_mark` and `env.china_producer`.
    """

    hidden: Hidden = field(default_factory=SpreadSpectrum)
    shown: bool = field(default_factory=shows_mark)
    china: str | None = field(default_factory=china_producer)
    key: bytes | None = field(default=None, repr=False)

    def check(self) -> None:
        """Raise HimmelError where there is no key to mark with, or where a label for China is asked
        for that nobody would see: before the work, not after it."""
        if self.china and not self.shown:
            raise HimmelError(
                "films for China carry a visible label (GB 45438-2025); unset HIMMEL_VISIBLE_MARK or "
                "HIMMEL_CHINA_PRODUCER"
            )
        self._secret()

    def told(self) -> dict[str, Any]:
        """What a manifest says of it."""
        told = {"watermark": self.hidden.name, "visible_mark": self.shown}
        return told | ({"china_producer": self.china} if self.china else {})

    def apply(self, chunks: Iterator[Frames], mark: int, fps: float) -> Iterator[Frames]:
        """Chunks with both marks, or with the hidden one alone, which is logged."""
        key, before = self._secret(), 0
        if not self.shown:
            _log.warning("the visible mark is turned off; clip %08x carries the others", mark)
        for chunk in chunks:
            seen = visible.draw(chunk, fps, before) if self.shown else chunk
            if self.china:
                seen = opening.draw(seen, fps, before)
            before += len(chunk)
            yield self.hidden.embed(seen, mark, key)

    def _secret(self) -> bytes:
        return self.key or identity.secret()
