"""The door read backwards: what is known of a file. Surfaces come here, not to provenance."""

from __future__ import annotations

from himmel.provenance.verify import Layer, Verdict, verify

__all__ = ["Layer", "Verdict", "verify"]
