"""Alt texts as found in the wild: a few words, about a third of the facts, and not all of it true."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from himmel.world.graph import Graph, family_of, pick
from himmel.world.language import english_sentences, german_sentences
from himmel.world.language.content import TRAIT_GROUPS, Content
from himmel.world.language.english import EnglishTalk
from himmel.world.language.facts import Said, sayable
from himmel.world.language.german import GermanTalk
from himmel.world.language.text import finished, tidy
from himmel.world.vocabulary import COLOURS, KINDS, SETTINGS, TIMES, entry, names
from himmel.world.words import TRAITS
from himmel.world.words.rows import OWN

Talk = EnglishTalk | GermanTalk
TALKS: dict[str, type[EnglishTalk] | type[GermanTalk]] = {"en": EnglishTalk, "de": GermanTalk}
SENTENCES: dict[str, ModuleType] = {"en": english_sentences, "de": german_sentences}

WORDS = range(5, 10)
_SHARE = 0.3  # of the facts are said
_WRONG = 0.2  # of those are not so
_SAID = ("colour", "setting", "time", "motion", "weather", "look", "count", *TRAIT_GROUPS)
_TRIES = 300


def alt_text(graph: Graph, rng: np.random.Generator, language: str, still: bool) -> Said:
    """Five to nine words that state about 30 % of the facts, a fifth of those wrongly."""
    true = sayable(graph)
    if still or graph.scene == "face":
        true.pop("motion", None)
    text, facts = "", dict[str, str]()
    for _ in range(_TRIES):
        facts = _mistaken(graph, rng, _some(graph, rng, true))
        text = _worded(graph, rng, language, facts)
        if len(text.split()) in WORDS:
            break
    right = {name: value for name, value in facts.items() if true.get(name) == value}
    return Said(
        finished(tidy(text), rng), right, {n: v for n, v in facts.items() if n not in right}
    )


def _some(graph: Graph, rng: np.random.Generator, true: dict[str, str]) -> dict[str, str]:
    """The kind and by chance few others; a directed scene is known by its place."""
    rest = [fact for fact in true if fact in _SAID]
    share = max(1, round(_SHARE * len(true)) - 1)
    chosen = {rest[int(i)] for i in rng.permutation(len(rest))[:share]} | {"kind"}
    if "scene" in true:
        chosen = {"kind", "setting", "scene", "motion"}
    return {fact: value for fact, value in true.items() if fact in chosen}


def _mistaken(graph: Graph, rng: np.random.Generator, facts: dict[str, str]) -> dict[str, str]:
    """Some facts as somebody might have mistaken them."""
    if "scene" in facts:
        return facts
    found = dict(facts)
    for fact, value in facts.items():
        others = [other for other in _possible(graph, fact) if other not in (value, OWN)]
        if others and rng.random() < _WRONG:
            found[fact] = pick(rng, others)
    return found


def _possible(graph: Graph, fact: str) -> tuple[str, ...]:
    family = family_of(graph.scene)
    if fact in TRAIT_GROUPS:
        return tuple(t for t in family.traits if entry(TRAITS, t, "trait").group == fact)
    rows = {
        "kind": family.kinds or names(KINDS),
        "colour": names(COLOURS),
        "setting": family.settings or names(SETTINGS),
        "time": family.times or names(TIMES),
        "weather": family.weathers[1:],
        "look": family.looks[1:],
        "count": tuple(str(count) for count in family.counts),
        "motion": ("left", "right") if graph.motion in ("left", "right") else (),
    }
    return rows.get(fact, ())


def _worded(graph: Graph, rng: np.random.Generator, language: str, facts: dict[str, str]) -> str:
    count = int(facts.get("count", graph.count))
    plural = count > 1 or facts["kind"] == "people"
    talk = TALKS[language](Content(graph.scene, facts, plural=plural, values=graph.values), rng)
    sentences = SENTENCES[language]
    front, back = pick(rng, sentences.ALT_FRONT), pick(rng, sentences.ALT_BACK)
    return " ".join(f"{front} {sentences.alt(talk)} {back}".split())
