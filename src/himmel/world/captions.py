"""Captions of a scene graph in English and German, the facts they state, and all words they may use."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from himmel.core.errors import HimmelError
from himmel.core.rng import numpy_rng
from himmel.world import _english, _german
from himmel.world.graph import Graph, family_of
from himmel.world.language import free, free_english, free_german
from himmel.world.language.events import Event
from himmel.world.language.facts import Said, judged
from himmel.world.language.tell import tell, tell_directed
from himmel.world.language.text import finished, tidy
from himmel.world.reading import FUNCTION_WORDS, core_lexicon, facts_in, lexicon

__all__ = [
    "FREE",
    "FUNCTION_WORDS",
    "LANGUAGES",
    "STYLES",
    "Said",
    "caption",
    "captions",
    "core_lexicon",
    "lexicon",
    "plainly",
    "say",
    "sayings",
    "tidy",
]

_SENTENCE = {"en": _english.sentence, "de": _german.sentence}
LANGUAGES = tuple(_SENTENCE)
SENTENCES = ("short", "medium", "paraphrase")
STYLES = (*SENTENCES, "descriptive", "alt")
FREE = "free"  # no grammar of captions: for readers of text to learn from
_FREE = {"en": free_english.sentence, "de": free_german.sentence}
_FACTS = frozenset({"kind", "colour", "setting", "time", "motion", "way", "weather", "camera"})


def caption(
    graph: Graph,
    rng: np.random.Generator,
    language: str = "en",
    style: str = "short",
    still: bool = False,
) -> str:
    """One caption; all that it says is true of the graph, unless it is an alt text.

    `short` leaves facts out at random but never the kind; `medium` says all of them in plain words;
    `paraphrase` says all of them with synonyms and other frames ("show ...", "a video of ...");
    `descriptive` says all of them in two to four sentences; `alt` has five to nine words as found in
    the wild, about 30 % of the facts, and some of those are wrong: `say` tells which; `free` is loose
    talk, of one subject alone, with some of the facts. `still` leaves the motion out, for pictures.
    Raises HimmelError for an unknown language or style.
    """
    return say(graph, rng, language, style, still).text


def say(
    graph: Graph,
    rng: np.random.Generator,
    language: str = "en",
    style: str = "short",
    still: bool = False,
    events: Sequence[Event] = (),
) -> Said:
    """A caption as `caption` makes it, with the facts that it states, right ones and wrong ones.

    A description also says when things happen, where `events` are given: (seconds, type, actor).
    """
    if language not in LANGUAGES:
        raise HimmelError(f"no captions in {language!r}; use {' or '.join(LANGUAGES)}")
    if style not in (*STYLES, FREE):
        raise HimmelError(f"there is no caption style {style!r}; use {', '.join((*STYLES, FREE))}")
    if style == FREE:
        return _free(graph, rng, language, still)
    in_family = bool(family_of(graph.scene).name)
    if style in SENTENCES and not in_family:
        text = _of_the_core(graph, rng, language, style, still)
        return judged(graph, text, facts_in(text))
    if style == "descriptive" and graph.scene != "core" and not in_family:
        return tell_directed(graph, rng, language, still)
    return tell(graph, rng, language, style, still, events)


def _free(graph: Graph, rng: np.random.Generator, language: str, still: bool) -> Said:
    """Free talk, or a paraphrase of what free talk has no words for."""
    if not free.can_say(graph):
        return say(graph, rng, language, "paraphrase", still)
    talk = free.Free(graph, rng, language, free.chosen(graph, rng, still))
    return free.composed(talk, _FREE[language](talk))


def _of_the_core(
    graph: Graph, rng: np.random.Generator, language: str, style: str, still: bool
) -> str:
    """The sentences with which models were trained; they stay as they are, letter by letter."""
    said = _dropped(rng) if style == "short" else _FACTS
    if still:
        said -= {"motion"}
    return finished(tidy(_SENTENCE[language](graph, rng, said, style=style, still=still)), rng)


def plainly(graph: Graph, facts: Collection[str]) -> str:
    """The one English caption of a graph of the core, in the plainest grammar, that says the kind and
    these facts: what a sentence in any other words means."""
    said = frozenset({"kind", *facts} | ({"way"} if "motion" in facts else set()))
    rng = numpy_rng(0, "world", "plainly")
    return tidy(_english.sentence(graph, rng, said, style="medium", still="motion" not in said))


def captions(graph: Graph, language: str = "en", still: bool = False, count: int = 12) -> list[str]:
    """Distinct captions of a graph for a listing, short, medium and paraphrase in turn; the same on
    every call."""
    return [said.text for said in sayings(graph, language, still, count)]


def sayings(
    graph: Graph,
    language: str = "en",
    still: bool = False,
    count: int = 12,
    styles: tuple[str, ...] = SENTENCES,
) -> list[Said]:
    """Distinct captions with their facts, the styles in turn; the same on every call."""
    rng = numpy_rng(graph.seed, "world", "captions", language)
    found: dict[str, Said] = {}
    for attempt in range(20 * count):
        if len(found) == count:
            break
        said = say(graph, rng, language, styles[attempt % len(styles)], still)
        found.setdefault(said.text, said)
    return list(found.values())


def _dropped(rng: np.random.Generator) -> frozenset[str]:
    """Each fact but the kind is left out by chance; a direction ("way") less often."""
    kept = {fact for fact in sorted(_FACTS) if rng.random() < (0.8 if fact == "way" else 0.5)}
    return frozenset(kept | {"kind"})
