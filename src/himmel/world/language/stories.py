"""How experiments are told: the patterns of words.experiment_words, filled in and found again."""

from __future__ import annotations

import dataclasses
import re
import string
from collections.abc import Iterator
from functools import cache

from himmel.world import _english, _german
from himmel.world.graph import family_of, pick
from himmel.world.language.declension import noun_phrase, pronoun
from himmel.world.language.english import EnglishTalk
from himmel.world.language.german import PLURAL_VERBS, GermanTalk
from himmel.world.language.lists import listed
from himmel.world.language.numbers import decimal_words, tokens_of
from himmel.world.vocabulary import entry
from himmel.world.words import FAMILIES
from himmel.world.words.experiment_words import LINES, lines, quantity_words
from himmel.world.words.rows import Quantity

Talk = EnglishTalk | GermanTalk
_EXAMPLE = 0.77  # a value that no quantity has a name for
_UNITS = {
    "m/s²": ("metres per second squared", "Metern pro Sekunde zum Quadrat"),
    "m/s": ("metres per second", "Metern pro Sekunde"),
    "m": ("metres", "Metern"),
    "kg": ("kilograms", "Kilogramm"),
    "N/m": ("newtons per metre", "Newton pro Meter"),
    "g/cm³": ("grams per cubic centimetre", "Gramm pro Kubikzentimeter"),
}
_ONE_SECOND = {"en": "after one second", "de": "nach einer Sekunde"}
_NEVER_IN_WORDS = ("moment", "mass_ratio")
_SPELT = 0.3  # share of quantities that are written out
_TELLING_WORDS = frozenset(listed("opens closes eingeschaltet ausgeschaltet"))  # by themselves
_NAMES_OF_MOTION = {"ramp-holds": "ramp", "buoyancy-sinks": "buoyancy"}


def is_story(motion: str) -> bool:
    """Whether a motion is an experiment's."""
    return motion in LINES["en"]


def story(talk: Talk, style: str) -> str:
    """What happens in an experiment, in one or two clauses that begin small."""
    language = "de" if isinstance(talk, GermanTalk) else "en"
    content = talk.content
    told = lines(content.facts["motion"], content.values, language)
    every = tuple(_idiomatic(pattern) for pattern in getattr(told, style))
    known = {*content.facts, "a", "the", "nom", "acc", "dat", "gen", "er"}
    fitting = tuple(p for p in every if _slots(p) <= known and _is_telling(p))
    pattern = pick(talk.rng, fitting or every)
    words = {
        name: _said(talk, name, language) for name in sorted(_slots(pattern) & set(content.values))
    }
    return pattern.format(**_subject(talk), **words)


def _subject(talk: Talk) -> dict[str, str]:
    if isinstance(talk, EnglishTalk):
        return {"a": talk.subject(), "the": talk.again()}
    thing = talk.subject()
    phrases = {case: noun_phrase(thing, case) for case in ("nom", "acc", "dat")}
    return phrases | {"er": pronoun(thing, "nom"), "gen": noun_phrase(thing, "gen")}


def _said(talk: Talk, name: str, language: str) -> str:
    """A quantity by its name, in digits, or written out."""
    quantity = entry(family_of(talk.content.scene).quantities, name, "value")
    value = talk.content.values[name]
    talk.said.add(name)
    if all(value != known for _, known in quantity.named):
        quantity = dataclasses.replace(quantity, named=())
    if name == "moment" and value == 1:
        return _ONE_SECOND[language]
    words = quantity_words(quantity, value, language, int(talk.rng.integers(6)))
    if name in _NEVER_IN_WORDS or not talk.chance(_SPELT):
        return words
    return _written_out(words, language)


def _written_out(words: str, language: str) -> str:
    number = re.search(r"\d+(?:[.,]\d+)?", words)
    if number is None:
        return words
    head, tail = words[: number.start()], words[number.end() :].strip()
    unit = _UNITS[tail][language == "de"] if tail in _UNITS else tail
    value = float(number.group().replace(",", "."))
    return f"{head}{decimal_words(value, language)} {unit}".strip()


def _slots(pattern: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name}


def _chunks(pattern: str) -> Iterator[tuple[str, ...]]:
    """The words between the slots of a pattern."""
    for literal, *_ in string.Formatter().parse(pattern):
        if tokens := tuple(tokens_of(literal)):
            yield tokens


@cache
def _all_patterns() -> tuple[tuple[str, str], ...]:
    """Every pattern with the motion it tells."""
    return tuple(
        (_NAMES_OF_MOTION.get(motion, motion), pattern)
        for table in LINES.values()
        for motion, told in table.items()
        for patterns in dataclasses.astuple(told)
        for pattern in map(_idiomatic, patterns)
    )


def _idiomatic(pattern: str) -> str:
    """In writing a German door is that of a house in the genitive."""
    return pattern.replace("Tür von {dat}", "Tür {gen}")


@cache
def _telling() -> dict[tuple[str, ...], str]:
    """Chunks that only one motion's patterns have and that say enough, with that motion."""
    owners: dict[tuple[str, ...], set[str]] = {}
    for motion, pattern in _all_patterns():
        for chunk in _chunks(pattern):
            owners.setdefault(chunk, set()).add(motion)
    plain = _plain_words()
    core = {tuple(tokens_of(phrase)) for phrase, _ in (*_english.patterns(), *_german.patterns())}
    return {
        chunk: min(motions)
        for chunk, motions in owners.items()
        if len(motions) == 1
        and chunk not in core
        and not plain.issuperset(chunk)
        and (len(chunk) > 1 or chunk[0] in _TELLING_WORDS)
    }


def _plain_words() -> set[str]:
    """Words that are said of anything that moves or rests."""
    verbs = " ".join((*PLURAL_VERBS, *PLURAL_VERBS.values()))
    texts = (*_english.scaffold(), *_german.scaffold(), verbs, "mit und bei with and under at")
    return {word for text in texts for word in tokens_of(text)}


def _is_telling(pattern: str) -> bool:
    """Whether it cannot be taken for another motion: "a ball bounces" might be a jump."""
    return any(chunk in _telling() for chunk in _chunks(pattern))


def marks() -> Iterator[tuple[str, str]]:
    """The chunks of all patterns, with the motion where only one has them, and named quantities."""
    for _, pattern in _all_patterns():
        for chunk in _chunks(pattern):
            if chunk in _telling():
                yield " ".join(chunk), f"motion:{_telling()[chunk]}"
    yield from ((words, "moment:1") for words in _ONE_SECOND.values())
    for quantity in _quantities():
        for phrase, value in quantity.named:
            for words in (*phrase.english, *phrase.german):
                yield words, f"{quantity.name}:{value:g}"


def scaffold() -> Iterator[str]:
    """All patterns, for their small words."""
    yield from (pattern for _, pattern in _all_patterns())
    for quantity in _quantities():
        yield from (
            re.sub(r"[\d.,]+", " ", quantity_words(quantity, _EXAMPLE, lang)) for lang in LINES
        )
    yield from (" ".join(words) for words in _UNITS.values())
    yield "point Komma one second einer Sekunde"


@cache
def _quantities() -> tuple[Quantity, ...]:
    found = {quantity.name: quantity for family in FAMILIES for quantity in family.quantities}
    return tuple(found.values())


Measure = tuple[str, tuple[str, ...], tuple[str, ...]]


@cache
def measures() -> tuple[Measure, ...]:
    """Of every quantity its name and the words before and after its number, the longest first."""
    found: set[Measure] = set()
    for quantity in _quantities():
        for language in ("en", "de"):
            words = quantity_words(quantity, _EXAMPLE, language)
            head, tail = re.split(r"0[.,]77", words)
            tails = {tail.strip(), *_UNITS.get(tail.strip(), ())}
            for unit in tails:
                front = tuple(w for w in tokens_of(head) if w not in ("a", "einer"))
                found.add((quantity.name, front, tuple(tokens_of(unit))))
    return tuple(sorted(found, key=lambda m: -len(m[1]) - len(m[2])))
