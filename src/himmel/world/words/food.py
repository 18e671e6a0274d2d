"""Things to eat and drink."""

from __future__ import annotations

from himmel.world.vocabulary import Kind

FOOD: tuple[Kind, ...] = ()
