"""How German nouns, articles and adjectives bend: four cases, three genders, two numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from himmel.core.errors import HimmelError
from himmel.world.language.plurals import plural_of
from himmel.world.vocabulary import Noun

CASES = ("nom", "acc", "dat", "gen")
ARTICLES = ("definite", "indefinite", "none", "negative")

# Columns are m, f, n and the plural; rows are the cases.
_COLUMN = {"m": 0, "f": 1, "n": 2, "pl": 3}
_DEFINITE = {
    "nom": ("der", "die", "das", "die"),
    "acc": ("den", "die", "das", "die"),
    "dat": ("dem", "der", "dem", "den"),
    "gen": ("des", "der", "des", "der"),
}
_EIN = {
    "nom": ("", "e", "", "e"),
    "acc": ("en", "e", "", "e"),
    "dat": ("em", "er", "em", "en"),
    "gen": ("es", "er", "es", "er"),
}
# Without an article the adjective shows the case itself; only before -s of the genitive it does not.
_STRONG = {
    "nom": ("er", "e", "es", "e"),
    "acc": ("en", "e", "es", "e"),
    "dat": ("em", "er", "em", "en"),
    "gen": ("en", "er", "en", "er"),
}
_WEAK = {
    "nom": ("e", "e", "e", "en"),
    "acc": ("en", "e", "e", "en"),
    "dat": ("en", "en", "en", "en"),
    "gen": ("en", "en", "en", "en"),
}
_PRONOUN = {
    "nom": ("er", "sie", "es", "sie"),
    "acc": ("ihn", "sie", "es", "sie"),
    "dat": ("ihm", "ihr", "ihm", "ihnen"),
}
_RELATIVE = {
    "nom": ("der", "die", "das", "die"),
    "acc": ("den", "die", "das", "die"),
    "dat": ("dem", "der", "dem", "denen"),
}
_IRREGULAR_STEMS = {"dunkel": "dunkl", "hoch": "hoh", "teuer": "teur", "sauer": "saur"}
_SAME_IN_GENITIVE = ("Kaktus", "Bambus", "Globus", "Zirkus")
_ES_IN_GENITIVE = ("bus", "nis", "bis")  # des Busses, des Kürbisses


@dataclass(frozen=True)
class Adjective:
    """A German adjective's stem; `fixed` ones take no ending (lila, rosa, orange)."""

    stem: str
    fixed: bool = False

    def ending_in(self, ending: str) -> str:
        """The adjective with an ending: "dunkel" + "er" -> "dunkler"."""
        if self.fixed:
            return self.stem
        stem = self.stem
        for word, changed in _IRREGULAR_STEMS.items():
            if stem.endswith(word):
                stem = stem.removesuffix(word) + changed
        return stem.removesuffix("e") + ending


@dataclass(frozen=True)
class Thing:
    """What a noun phrase names: a noun with its adjectives, one or more of it."""

    noun: Noun
    adjectives: tuple[Adjective, ...] = ()
    plural: bool = False
    number: str = ""  # "drei", "3"; only in the plural
    after: str = ""  # "aus Holz", "mit einem Lächeln"

    @property
    def gender(self) -> str:
        """The column of the tables: m, f, n, or pl."""
        return "pl" if self.plural else self.noun.gender


def noun_form(noun: Noun, case: str, plural: bool = False) -> str:
    """The noun in a case: Ball -> Bällen, Elefant -> Elefanten, Haus -> Hauses.

    Raises HimmelError for a noun whose plural nobody wrote down.
    """
    if plural:
        word = plural_of(noun)
        return word if case != "dat" or word.endswith(("n", "s")) else word + "n"
    if case == "nom" or noun.gender == "f":
        return noun.word
    if noun.oblique:
        return noun.oblique
    return _genitive(noun.word) if case == "gen" else noun.word


def _genitive(word: str) -> str:
    if word in _SAME_IN_GENITIVE:
        return word
    if word.lower().endswith(_ES_IN_GENITIVE):
        return word + "ses"
    heavy = word.endswith(("d", "t", "sch")) and len(re.findall("[aeiouyäöü]+", word.lower())) == 1
    return word + ("es" if heavy or word.endswith(("s", "ß", "x", "z")) else "s")


def article_of(article: str, case: str, gender: str) -> str:
    """The article before a noun; empty where there is none, as before an indefinite plural."""
    column = _COLUMN[gender]
    if article == "definite":
        return _DEFINITE[case][column]
    if article == "negative":
        return "kein" + _EIN[case][column]
    if article == "indefinite" and gender != "pl":
        return "ein" + _EIN[case][column]
    return ""


def ending_of(article: str, case: str, gender: str) -> str:
    """The ending of an adjective after an article (weak, mixed, or strong where there is none)."""
    column = _COLUMN[gender]
    if article == "definite":
        return _WEAK[case][column]
    if article == "none" or (article == "indefinite" and gender == "pl"):
        return _STRONG[case][column]
    shows_nothing = _EIN[case][column] == ""
    return _STRONG[case][column] if shows_nothing else _WEAK[case][column]


def noun_phrase(thing: Thing, case: str, article: str = "indefinite") -> str:
    """Article, number, adjectives and noun: "einem roten Ball", "die drei kleinen Häuser".

    Raises HimmelError for a case or article that German has not.
    """
    if case not in CASES or article not in ARTICLES:
        raise HimmelError(f"there is no {article!r} article in the case {case!r}; use {CASES}")
    ending = ending_of(article, case, thing.gender)
    bent = (adjective.ending_in(ending) for adjective in thing.adjectives)
    parts = (
        article_of(article, case, thing.gender),
        thing.number + {"dat": "n", "gen": "r"}.get(case, "") * (thing.number == "einige"),
        *bent,
        noun_form(thing.noun, case, thing.plural),
        thing.after,
    )
    return " ".join(part for part in parts if part)


def pronoun(thing: Thing, case: str) -> str:
    """er, sie, es in a case: "links von ihm"."""
    return _PRONOUN[case][_COLUMN[thing.gender]]


def relative_pronoun(thing: Thing, case: str = "nom") -> str:
    """der, die, das at the head of a relative clause: "ein Ball, der"."""
    return _RELATIVE[case][_COLUMN[thing.gender]]
