"""People of the wide world."""

from __future__ import annotations

from himmel.world.vocabulary import Kind

PEOPLE: tuple[Kind, ...] = ()
