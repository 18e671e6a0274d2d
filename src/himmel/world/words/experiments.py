"""Physics that a prompt can name, changes that last, and what goes on while nobody sees it."""

from __future__ import annotations

from himmel.world.words.rows import Family

EXPERIMENTS: tuple[Family, ...] = ()
