"""What the grammars of both languages share."""

from __future__ import annotations

from collections.abc import Set
from typing import Literal

import numpy as np

from himmel.world.graph import CORE, pick
from himmel.world.vocabulary import OPEN_SKY, Phrase, Place, entry


def places(*phrases: str) -> tuple[Place, ...]:
    """Places that are said alike whether the subject moves or rests."""
    return tuple(Place(phrase, phrase) for phrase in phrases)


def phrase_in(
    language: Literal["english", "german"],
    table: tuple[Phrase, ...],
    name: str,
    rng: np.random.Generator,
    scene: str = CORE,
) -> str:
    """One phrase for a row of a table that suits the scene; empty where there is none."""
    options: tuple[str, ...] = getattr(entry(table, name, "phrase"), language)
    if scene != CORE:
        options = tuple(phrase for phrase in options if phrase not in OPEN_SKY)
    return pick(rng, options) if options else ""


def without_leading(small: Set[str], phrase: str) -> str:
    """The phrase without its leading small words: "on a green meadow" -> "green meadow"."""
    words = phrase.split()
    while words[0] in small:
        words = words[1:]
    return " ".join(words)
