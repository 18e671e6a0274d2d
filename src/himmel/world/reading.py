"""Read a prompt with the words of the world: which facts it states, which words cannot be drawn."""

from __future__ import annotations

import re
from functools import cache

from himmel.core.letters import without_umlauts
from himmel.world import _english, _german
from himmel.world.language import marks, reader
from himmel.world.vocabulary import SCENES

CAR = "car"  # of the mountain road; cars drive elsewhere too


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, split at everything that is no letter."""
    return re.findall(r"[^\W\d_]+", text.lower())


@cache
def lexicon() -> dict[str, tuple[str, ...]]:
    """Every lower-case word the captions can use, with the facts it states by itself.

    {"car": ("kind:car",), "rotes": ("colour:red",), "the": (), ...}. A word that states a fact only in
    a phrase ("hot air balloon") has none of its own.
    """
    found = {word: set(facts) for word, facts in core_lexicon().items()}
    for phrase, fact in marks.marks():
        _add(found, words_of(phrase), fact)
    for text in marks.scaffold():
        _add(found, words_of(_without_slots(text)), "")
    return {word: tuple(sorted(found[word])) for word in sorted(found)}


def core_lexicon() -> dict[str, tuple[str, ...]]:
    """The lexicon of the core and the directed scenes alone, with which models were trained."""
    found: dict[str, set[str]] = {word: set() for word in FUNCTION_WORDS}
    for phrase, fact in _all_patterns():
        _add(found, words_of(phrase), fact)
    return {word: tuple(sorted(found[word])) for word in sorted(found)}


def _add(found: dict[str, set[str]], words: list[str], fact: str) -> None:
    for word in words:
        found.setdefault(word, set())
    if len(words) == 1 and fact:
        found[words[0]].add(fact)


def facts_in(text: str) -> dict[str, str]:
    """The facts a prompt states: {"kind": "car", "colour": "red", "motion": "left"}.

    Names are those of himmel.world.language.facts.Said. Where a fact is stated twice the first counts.
    The place of a directed scene implies its motion, and the scene itself is named under "scene".
    """
    units = reader.units_of(text)
    facts = reader.read(units)
    if not any(_names_a_scene(unit) for unit in units):
        return facts
    return _directed(text) | {f: v for f, v in facts.items() if f in ("time", "camera", "weather")}


def _names_a_scene(unit: reader.Unit) -> bool:
    """Whether a phrase belongs to a directed scene alone; a candle may also stand somewhere else."""
    if kind := unit.value("kind"):
        return kind in {scene.kind for scene in SCENES} - {CAR}
    return unit.value("setting") in {scene.setting for scene in SCENES}


def _directed(text: str) -> dict[str, str]:
    """The facts of a directed scene, which only the core's words describe."""
    facts: dict[str, str] = {}
    for _, stated in _matches(words_of(text)):
        for group, _, value in (fact.partition(":") for fact in stated):
            facts.setdefault(group, value)
    for scene in SCENES:
        if facts.get("setting") == scene.setting:
            facts.setdefault("motion", scene.motion)
            facts["scene"] = scene.name
    return facts


def unknown_words(text: str) -> list[str]:
    """The words of a prompt that the world cannot draw, each once, in the order of the text."""
    left = (word for unit in reader.units_of(text) if not unit.known for word in unit.words)
    small = _folded_small_words()
    folded = {w for w in left if w not in small and not w[0].isdigit()}
    return list(dict.fromkeys(w for w in words_of(text) if without_umlauts(w) in folded))


def _matches(words: list[str]) -> list[tuple[range, tuple[str, ...]]]:
    """Where known phrases stand, the longest first at every place, without overlaps."""
    folded, found, at = [without_umlauts(word) for word in words], [], 0
    while at < len(folded):
        for length in range(min(_longest(), len(folded) - at), 0, -1):
            facts = _patterns().get(tuple(folded[at : at + length]))
            if facts is not None:
                found.append((range(at, at + length), facts))
                at += length
                break
        else:
            at += 1
    return found


def _all_patterns() -> list[tuple[str, str]]:
    return [*_english.patterns(), *_german.patterns()]


@cache
def _patterns() -> dict[tuple[str, ...], tuple[str, ...]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for phrase, fact in _all_patterns():
        facts = found.setdefault(tuple(without_umlauts(word) for word in words_of(phrase)), [])
        if fact and fact not in facts:
            facts.append(fact)
    return {phrase: tuple(facts) for phrase, facts in found.items()}


@cache
def _longest() -> int:
    return max(len(phrase) for phrase in _patterns())


@cache
def _folded_small_words() -> frozenset[str]:
    words = (w for text in marks.scaffold() for w in words_of(_without_slots(text)))
    return frozenset(without_umlauts(word) for word in (*FUNCTION_WORDS, *words))


def _without_slots(text: str) -> str:
    return re.sub(r"\{\w+\}", " ", text)


def _function_words() -> frozenset[str]:
    found: set[str] = set()
    for text in (*_english.scaffold(), *_german.scaffold()):
        words = words_of(_without_slots(text))
        covered = {i for span, _ in _matches(words) for i in span}
        found.update(word for i, word in enumerate(words) if i not in covered)
    return frozenset(found)


FUNCTION_WORDS: frozenset[str] = _function_words()
