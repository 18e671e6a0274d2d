"""Read a prompt with the words of the world: which facts it states, which words cannot be drawn."""

from __future__ import annotations

import re
from functools import cache

from himmel.core.letters import without_umlauts
from himmel.world import _english, _german
from himmel.world.vocabulary import SCENES


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, split at everything that is no letter."""
    return re.findall(r"[^\W\d_]+", text.lower())


def lexicon() -> dict[str, tuple[str, ...]]:
    """Every lower-case word the captions can use, with the facts it states by itself.

    {"car": ("kind:car",), "rotes": ("colour:red",), "the": (), ...}. A word that states a fact only in
    a phrase ("hot air balloon") has none of its own.
    """
    found: dict[str, set[str]] = {word: set() for word in FUNCTION_WORDS}
    for phrase, fact in _all_patterns():
        words = words_of(phrase)
        for word in words:
            found.setdefault(word, set())
        if len(words) == 1 and fact:
            found[words[0]].add(fact)
    return {word: tuple(sorted(found[word])) for word in sorted(found)}


def facts_in(text: str) -> dict[str, str]:
    """The facts a prompt states: {"kind": "car", "colour": "red", "motion": "left"}.

    Where a fact is stated twice the first counts. The place of a directed scene implies its motion,
    and the scene itself is named under "scene".
    """
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
    words = words_of(text)
    known = {i for span, _ in _matches(words) for i in span}
    small = _folded_function_words()
    left = (w for i, w in enumerate(words) if i not in known and without_umlauts(w) not in small)
    return list(dict.fromkeys(left))


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
def _folded_function_words() -> frozenset[str]:
    return frozenset(without_umlauts(word) for word in FUNCTION_WORDS)


def _function_words() -> frozenset[str]:
    found: set[str] = set()
    for text in (*_english.scaffold(), *_german.scaffold()):
        words = words_of(re.sub(r"\{\w+\}", " ", text))
        covered = {i for span, _ in _matches(words) for i in span}
        found.update(word for i, word in enumerate(words) if i not in covered)
    return frozenset(found)


FUNCTION_WORDS: frozenset[str] = _function_words()
