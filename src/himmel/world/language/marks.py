"""Every phrase of the wide world that states a fact, and the small words between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from himmel.world import _english, _german
from himmel.world._grammar import without_leading
from himmel.world.language import (
    english,
    english_sentences,
    events,
    german,
    german_sentences,
    numbers,
    stories,
    story_sentences,
    verbs,
)
from himmel.world.language.declension import Adjective, noun_form
from himmel.world.language.nouns import ALL_KINDS
from himmel.world.language.numbers import tokens_of
from himmel.world.language.plurals import GERMAN_PLURALS, english_plural
from himmel.world.vocabulary import COLOURS, Kind, Phrase
from himmel.world.words import CAMERAS, LOOKS, RELATIONS, SETTINGS, TIMES, TRAITS, WEATHERS

Tokens = tuple[str, ...]
_TABLES: tuple[tuple[str, tuple[Phrase, ...]], ...] = (
    ("time", TIMES),
    ("weather", WEATHERS),
    ("camera", CAMERAS),
    ("look", LOOKS),
)
_ENDINGS = ("e", "er", "es", "en", "em")
_PAIRS = tuple(
    (pair, "kind:people")
    for pair in (
        *(f"two {noun}" for noun in ("people", "persons", "figures", "pedestrians")),
        *(f"zwei {noun}" for noun in ("Menschen", "Personen", "Figuren")),
    )
)
_OVER = frozenset({"across", "through", "over", "along"})
_WHOLE = frozenset({"spring", "ice", "eis"})  # alone these words are other things


def marks() -> Iterator[tuple[str, str]]:
    """Phrases and the fact that each states beside those of the core: ("3 Kühe", "kind:cow")."""
    for kind in ALL_KINDS:
        yield from _nouns(kind)
    for setting in SETTINGS:
        for places, core in ((setting.english, _small_en), (setting.german, _small_de)):
            for place in places:
                yield from ((core(p), f"setting:{setting.name}") for p in (place.at, place.over))
    for fact, table in _TABLES:
        for row in table:
            for phrases, core in ((row.english, _small_en), (row.german, _small_de)):
                yield from ((core(phrase), f"{fact}:{row.name}") for phrase in phrases)
    yield from _shots()
    for phrase in (*english.FIXED_CAMERA, *german.FIXED_CAMERA):
        yield re.sub("^(the|die) ", "", phrase), "camera:fixed"
    for relation in RELATIONS:
        for phrase in (*relation.english, *relation.german):
            yield phrase, f"relation:{relation.name}"
    yield from stories.marks()
    yield from events.marks()
    yield from _traits()
    yield from _colours_denied()
    yield from ((words, "") for words in (*english_sentences.DESERTED, *german_sentences.DESERTED))
    yield from _verbs()
    for words, number in numbers.number_readings().items():
        yield " ".join(words), f"number:{number}"
    yield from ((word, "number:1") for word in ("single", *bent(Adjective("einzeln"))))


def _shots() -> Iterator[tuple[str, str]]:
    """Camera phrases without the verb that a sentence of their own brings: "from the air"."""
    for row in CAMERAS:
        for phrase in (*row.english, *row.german):
            bare = re.sub("^(filmed|seen) | (gefilmt|gesehen)$", "", phrase)
            if bare != phrase:
                yield bare, f"camera:{row.name}"


def _nouns(kind: Kind) -> Iterator[tuple[str, str]]:
    fact = f"kind:{kind.name}"
    if kind.name == "people":
        return
    yield from ((noun, fact) for noun in kind.english)
    yield from ((english_plural(noun), fact) for noun in kind.english)
    for noun in kind.german:
        yield from ((noun_form(noun, case), fact) for case in ("nom", "acc", "gen"))
        if noun.word in GERMAN_PLURALS:
            yield from ((noun_form(noun, case, plural=True), fact) for case in ("nom", "dat"))


def _traits() -> Iterator[tuple[str, str]]:
    for trait in TRAITS:
        fact = f"{trait.group}:{trait.name}"
        yield from ((word, fact) for word in trait.english)
        for word in trait.german:
            yield from ((form, fact) for form in ([word] if " " in word else bent(Adjective(word))))


def _colours_denied() -> Iterator[tuple[str, str]]:
    """ "not red" says nothing about what the colour is."""
    for colour in COLOURS:
        yield f"not {colour.english[0]}", ""
        yield f"nicht {colour.german[0]}", ""


def bent(adjective: Adjective) -> list[str]:
    """A German adjective in all its endings."""
    return [adjective.stem, *(adjective.ending_in(ending) for ending in _ENDINGS)]


def _verbs() -> Iterator[tuple[str, str]]:
    """Verbs that tell a motion by themselves, in both numbers."""
    still = [*_english.STILL, *(v for own in _english.STILL_OF.values() for v in own)]
    still += [verb for own in verbs.ENGLISH_POSTURES.values() for verb in own]
    tables = [("still", still), *_english.IN_PLACE.items()]
    for motion, deeds in tables:
        for verb in deeds:
            finite = verb.finite.removeprefix("is ")
            yield from ((f, f"motion:{motion}") for f in (finite, english.plural_verb(finite)))
            yield verb.participle, f"motion:{motion}"
    yield from (("approach", "motion:toward"), ("come closer", "motion:toward"))
    resting = [*_german.STILL, *(v for own in _german.STILL_OF.values() for v in own)]
    resting += [verb for own in verbs.GERMAN_POSTURES.values() for verb in own]
    resting = [verb for verb in resting if verb.finite not in ("schwebt", "bleibt")]
    yield from ((phrase, "motion:still") for phrase in ("auf der Stelle", "an Ort und Stelle"))
    german_tables = [("still", resting), *_german.IN_PLACE.items()]
    for motion, acts in german_tables:
        for deed in acts:
            yield from (
                (f, f"motion:{motion}") for f in (deed.finite, german.PLURAL_VERBS[deed.finite])
            )
    yield "nähern", "motion:toward"


def _small_en(phrase: str) -> str:
    return _without(phrase, _english.LEADING | _OVER)


def _small_de(phrase: str) -> str:
    return _without(phrase, _german.LEADING)


def _without(phrase: str, leading: frozenset[str]) -> str:
    left = without_leading(leading, phrase)
    return phrase if left.lower() in _WHOLE else left


def scaffold() -> Iterator[str]:
    """Texts of small words, slots in braces."""
    yield from english_sentences.scaffold()
    yield from german_sentences.scaffold()
    yield from stories.scaffold()
    yield from events.scaffold()
    yield from story_sentences.scaffold()
    yield " ".join(_OVER) + " einigen"
    going, gehend = verbs.all_going()
    yield from (f"{v.finite} {english.plural_verb(v.finite)} {v.participle}" for v in going)
    yield from (f"{v.finite} {german.PLURAL_VERBS[v.finite]} {v.reflexive}" for v in gehend)
    yield "dressed bleibt bleiben nicht vom Fleck"


@cache
def table() -> dict[Tokens, tuple[str, ...]]:
    """The facts of every known phrase, the core's readings first."""
    found: dict[Tokens, list[str]] = {}
    core = (*_english.patterns(), *_german.patterns())
    counted = [mark for mark in core if mark[1] != "kind:people"]  # people elsewhere are persons
    for phrase, fact in (*counted, *_PAIRS, *marks()):
        facts = found.setdefault(tuple(tokens_of(phrase)), [])
        if fact and fact not in facts:
            facts.append(fact)
    return {phrase: tuple(facts) for phrase, facts in found.items()}
