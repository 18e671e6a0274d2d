"""Captions of a scene graph from a grammar, in English and German, and all words they may use."""

from __future__ import annotations

import re

import numpy as np

from himmel.core.errors import HimmelError
from himmel.core.rng import numpy_rng
from himmel.world import _english, _german
from himmel.world.graph import Graph
from himmel.world.reading import FUNCTION_WORDS, lexicon

__all__ = ["FUNCTION_WORDS", "LANGUAGES", "STYLES", "caption", "captions", "lexicon"]

_SENTENCE = {"en": _english.sentence, "de": _german.sentence}
LANGUAGES = tuple(_SENTENCE)
STYLES = ("short", "medium", "paraphrase")
_FACTS = frozenset({"kind", "colour", "setting", "time", "motion", "way", "weather", "camera"})


def caption(
    graph: Graph,
    rng: np.random.Generator,
    language: str = "en",
    style: str = "short",
    still: bool = False,
) -> str:
    """One caption in which everything that is said is true of the graph.

    `short` leaves facts out at random but never the kind; `medium` says all of them in plain words;
    `paraphrase` says all of them with synonyms and other frames ("show ...", "a video of ...").
    `still` leaves the motion out, for pictures. Raises HimmelError for an unknown language or style.
    """
    if language not in LANGUAGES:
        raise HimmelError(f"no captions in {language!r}; use {' or '.join(LANGUAGES)}")
    if style not in STYLES:
        raise HimmelError(f"there is no caption style {style!r}; use {', '.join(STYLES)}")
    said = _dropped(rng) if style == "short" else _FACTS
    if still:
        said -= {"motion"}
    return _finished(tidy(_SENTENCE[language](graph, rng, said, style=style, still=still)), rng)


def captions(graph: Graph, language: str = "en", still: bool = False, count: int = 12) -> list[str]:
    """Distinct captions of a graph, all styles in turn, for a listing; the same on every call."""
    rng = numpy_rng(graph.seed, "world", "captions", language)
    found: dict[str, None] = {}
    for attempt in range(20 * count):
        if len(found) == count:
            break
        found.setdefault(caption(graph, rng, language, STYLES[attempt % 3], still))
    return list(found)


def _dropped(rng: np.random.Generator) -> frozenset[str]:
    """Each fact but the kind is left out by chance; a direction ("way") less often."""
    kept = {fact for fact in sorted(_FACTS) if rng.random() < (0.8 if fact == "way" else 0.5)}
    return frozenset(kept | {"kind"})


def tidy(text: str) -> str:
    """Repair what empty slots leave behind: double spaces, stray and doubled commas."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,:])", r"\1", text)
    text = re.sub(r"([,:])(?:\s*,)+", r"\1", text)
    return text.strip(" ,:")


def _finished(text: str, rng: np.random.Generator) -> str:
    """As people type: all small at the beginning, or a capital, with or without a full stop."""
    manner = int(rng.integers(3))
    if manner == 0:
        return text
    return text[0].upper() + text[1:] + ("." if manner == 2 else "")
