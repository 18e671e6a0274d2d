"""Buildings of the wide world."""

from __future__ import annotations

from himmel.world.vocabulary import Kind

BUILDINGS: tuple[Kind, ...] = ()
