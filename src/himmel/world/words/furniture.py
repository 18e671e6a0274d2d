"""Furniture and household things."""

from __future__ import annotations

from himmel.world.vocabulary import Kind

FURNITURE: tuple[Kind, ...] = ()
