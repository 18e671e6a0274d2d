"""Camera moves, and how things stand to each other."""

from __future__ import annotations

from himmel.world.vocabulary import Phrase

CAMERAS: tuple[Phrase, ...] = ()
RELATIONS: tuple[Phrase, ...] = ()
