"""Materials, sizes and expressions."""

from __future__ import annotations

from himmel.world.words.rows import Trait

MATERIALS: tuple[Trait, ...] = ()
SIZES: tuple[Trait, ...] = ()
EXPRESSIONS: tuple[Trait, ...] = ()
