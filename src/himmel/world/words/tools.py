"""Tools and instruments."""

from __future__ import annotations

from himmel.world.vocabulary import Kind

TOOLS: tuple[Kind, ...] = ()
