"""Toys and sports things."""

from __future__ import annotations

from himmel.world.vocabulary import Kind

TOYS: tuple[Kind, ...] = ()
