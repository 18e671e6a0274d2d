"""Rules over terms: which words, which together, how near, and which phrases are harmless.

A *term* is one or more words; `*` ends a word that may go on ("kidnap*"), `#` is a number below 18.
A *table* is a list of terms with phrases that do not count ("killer whale*"). A *rule* applies when each
of its tables has a term in the prompt, at most `within` words apart if that is given.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.safety.normalise import Words, words_of

ADULT = 18
Span = tuple[int, int]  # first word, last word + 1
Entry = tuple[Words, str, bool]  # words of a term, its table, whether it is a harmless phrase


@dataclass(frozen=True, kw_only=True)
class Category(Config):
    """A kind of content. `hard`: no operator may allow it. `mlcommons`: codes of that taxonomy."""

    name: str
    hard: bool
    mlcommons: tuple[str, ...]
    en: str
    de: str


@dataclass(frozen=True, kw_only=True)
class Table(Config):
    """Terms, and harmless phrases inside which they do not count."""

    terms: tuple[str, ...]
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rule(Config):
    """Applies when every table has a term in the prompt.

    `within`: at most so many words after or before the first table's term; `ordered`: only after it.
    """

    id: str
    category: str
    tables: tuple[str, ...]
    within: int | None = None
    ordered: bool = False


class Lexicon:
    """Finds the terms of all tables in one pass, in time that does not grow with their number."""

    def __init__(self, tables: dict[str, Table]) -> None:
        self.tables = tables
        self._index: dict[str, list[Entry]] = {}
        self._beginning = lru_cache(maxsize=20_000)(self._look_up)  # most words come again
        for name, table in tables.items():
            for harmless, terms in ((False, table.terms), (True, table.unless)):
                for term in terms:
                    words = _term_words(term)
                    entries = self._index.setdefault(words[0].rstrip("*"), [])
                    entries.append((words, name, harmless))
        self._longest = max(map(len, self._index), default=0)  # of a key

    def places(self, words: Words) -> dict[str, list[int]]:
        """Where terms of each table begin, harmless phrases aside."""
        found: dict[str, list[Span]] = {}
        harmless: dict[str, list[Span]] = {}
        for span, table, is_harmless in self._occurrences(words):
            (harmless if is_harmless else found).setdefault(table, []).append(span)
        return {
            table: [
                start for start, end in spans if not _inside(start, end, harmless.get(table, ()))
            ]
            for table, spans in found.items()
        }

    def _occurrences(self, words: Words) -> Iterator[tuple[Span, str, bool]]:
        for start, word in enumerate(words):
            for term, table, is_harmless in self._beginning(word):
                have = words[start : start + len(term)]
                if len(have) == len(term) and all(map(_same, term[1:], have[1:])):
                    yield (start, start + len(term)), table, is_harmless

    def _look_up(self, word: str) -> tuple[Entry, ...]:
        """Terms whose first word this is."""
        near = (entry for key in self._keys(word) for entry in self._index.get(key, ()))
        return tuple(entry for entry in near if _same(entry[0][0], word))

    def _keys(self, word: str) -> Iterator[str]:
        yield from (word[:end] for end in range(1, min(len(word), self._longest) + 1))
        if word.isdigit():
            yield "#"


@dataclass(frozen=True, eq=False)
class Rules:
    """Everything in rules.json."""

    categories: dict[str, Category]
    rules: tuple[Rule, ...]
    lexicon: Lexicon

    def broken_by(self, readings: Sequence[Words]) -> Iterator[Rule]:
        """Rules that apply to one of the readings, in the order of the file: gravest first."""
        places = [self.lexicon.places(words) for words in readings]
        for rule in self.rules:
            if any(_applies(rule, found) for found in places):
                yield rule


@cache
def load_rules() -> Rules:
    """The rules that himmel ships, with the names of data/names.json in their tables."""
    data = _shipped("rules.json")
    for table, names in _shipped("names.json").items():
        data["tables"][table]["terms"] += names["terms"]
    return build_rules(data)


def _shipped(name: str) -> dict[str, Any]:
    text = files("himmel.safety").joinpath(f"data/{name}").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def build_rules(data: dict[str, Any]) -> Rules:
    """Rules from plain values. Raises HimmelError for unknown keys, categories or tables."""
    categories = {name: Category.from_dict(c, name) for name, c in data["categories"].items()}
    tables = {name: Table.from_dict(t, name) for name, t in data["tables"].items()}
    rules = tuple(Rule.from_dict(rule) for rule in data["rules"])
    for rule in rules:
        if unknown := {rule.category, *rule.tables} - {*categories, *tables}:
            raise HimmelError(f"rule {rule.id}: {sorted(unknown)} is neither category nor table")
    return Rules(categories, rules, Lexicon(tables))


def _applies(rule: Rule, places: dict[str, list[int]]) -> bool:
    first, *others = (places.get(name, []) for name in rule.tables)
    if rule.within is None:
        return bool(first) and all(others)
    before, after = (0 if rule.ordered else rule.within), rule.within
    return any(all(any(-before <= b - a <= after for b in o) for o in others) for a in first)


def _term_words(term: str) -> Words:
    words: list[str] = []
    for part in re.findall(r"#|[^#\s]+", term):
        inner = [part] if part == "#" else list(words_of(part.rstrip("*")))
        words += [*inner[:-1], inner[-1] + "*" * part.endswith("*")]
    return tuple(words)


def _inside(start: int, end: int, spans: Iterable[Span]) -> bool:
    return any(start < last and first < end for first, last in spans)


def _same(term: str, word: str) -> bool:
    if term == "#":
        return word.isdigit() and len(word) < 3 and int(word) < ADULT
    return word.startswith(term[:-1]) if term.endswith("*") else word == term
