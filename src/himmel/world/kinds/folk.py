"""."""

from __future__ import annotations

from himmel.world.kinds.model import Model

MODELS: dict[str, Model] = {}
