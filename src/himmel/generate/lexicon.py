"""Which words a model knows, and how to say what it drew."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from himmel.core.errors import HimmelError
from himmel.core.plain import parse_json

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PART = re.compile(r"['’-]")
_STARTS = tuple('.!?:;…\n"„“»«(-–|/+')  # a capital after these need not be a noun's
DEFAULT_ORDER = ("colour", "kind", "motion", "setting", "time")


@dataclass(frozen=True)
class Manner:
    """Which words of a language name nothing to be seen: `plain` ones, and others with certain `endings`
    unless they are `seen`. Where nouns have `capitals`, small words in a text with capitals name nothing,
    and of nouns those with `noun_endings`. What stands after `comparing` words ("red like a cherry") is
    only compared with."""

    plain: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    noun_endings: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    comparing: tuple[str, ...] = ()
    capitals: bool = False

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Manner:
        """From plain values. Raises TypeError for other ones."""
        rows: dict[str, Any] = {
            name: value if name == "capitals" else tuple(map(str, value))
            for name, value in values.items()
        }
        return cls(**rows)

    def hits(self, words: Sequence[str]) -> int:
        """How many of the words are plain ones of this language."""
        return len(self._plain.intersection(words))

    @cached_property
    def _plain(self) -> frozenset[str]:
        return frozenset(self.plain)

    def noun_like(self, text: str) -> list[bool | None]:
        """Of every word whether its spelling says that it is a noun; None where it does not tell."""
        spelt = list(_WORD.finditer(text))
        before = (text[: m.start()].rstrip(" ") for m in spelt)
        starts = [not front or front.endswith(_STARTS) for front in before]
        capital = [m.group()[0].isupper() for m in spelt]
        told = self.capitals and any(c for c, s in zip(capital, starts, strict=True) if not s)
        return [None if s or not told else c for c, s in zip(capital, starts, strict=True)]

    def compared(self, words: Sequence[str]) -> set[int]:
        """Places of the words that something is only compared with: the first after such phrases that is
        not a plain one."""
        found = set()
        for phrase in (tuple(p.split("_")) for p in self.comparing):
            for at in range(len(words) - len(phrase)):
                if tuple(words[at : at + len(phrase)]) == phrase:
                    after = range(at + len(phrase), len(words))
                    found.add(next((i for i in after if words[i] not in self._plain), -1))
        return found

    def overlooks(self, word: str, as_noun: bool | None) -> bool:
        """Whether a word names nothing to be seen."""
        if word in self.seen:
            return False
        if word in self._plain or as_noun is False:
            return True
        return word.endswith(self.noun_endings if as_noun else self.endings)


@dataclass(frozen=True)
class Lexicon:
    """Lower-cased words with the facts they state, such as ("kind:car",).

    A word without facts only holds sentences together. `phrases` says a fact in English
    ("setting:meadow" -> "on a meadow"); a fact without a phrase is said by its own name, one whose
    phrase is empty is left out. `order` is the order in which facts are said. `manners` says by
    language ("en", "de") which other words name nothing to be seen, see Manner; without any, every word
    that is not listed is unknown.
    """

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = DEFAULT_ORDER
    manners: Mapping[str, Manner] = field(default_factory=dict)

    def unknown(self, text: str) -> tuple[str, ...]:
        """Words of `text` that are not known, each once, in order; none where nothing is listed.

        A compound with hyphens is known when all its parts are. Of other words those are left out that
        name nothing to be seen in the language of the text.
        """
        if not self.words:
            return ()
        found = _WORD.findall(text)
        small = [word.lower() for word in found]
        manner = max(self.manners.values(), key=lambda m: m.hits(small), default=Manner())
        compared = manner.compared(small)
        unknown = (
            word
            for at, (word, as_noun) in enumerate(zip(small, manner.noun_like(text), strict=True))
            if at not in compared
            and not self._knows(word, manner, as_noun)
            and not all(self._knows(part, manner, as_noun) for part in _PART.split(word))
        )
        return tuple(dict.fromkeys(unknown))

    def _knows(self, word: str, manner: Manner, as_noun: bool | None) -> bool:
        return word in self.words or manner.overlooks(word, as_noun)

    def say(self, facts: Mapping[str, str]) -> str:
        """Facts by group ({"kind": "car", "colour": "red"}) as words: a red car."""
        said = {g: self.phrases.get(f"{g}:{facts[g]}", facts[g]) for g in self.order if g in facts}
        words = [word for word in said.values() if word]
        if "kind" not in said:
            return " ".join(["something", *words])
        return " ".join(["an" if words[0][0] in "aeiou" else "a", *words])

    def to_json(self) -> str:
        """Stable JSON, one object."""
        parts = {"words": dict(self.words), "phrases": dict(self.phrases), "order": self.order}
        if self.manners:
            parts["manners"] = {name: asdict(manner) for name, manner in self.manners.items()}
        return json.dumps(parts, ensure_ascii=False, indent=0, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Lexicon:
        """Read what to_json wrote. Raises HimmelError for anything else."""
        try:
            parts = parse_json(text)
            words = {word: tuple(facts) for word, facts in parts["words"].items()}
            manners = {n: Manner.of(m) for n, m in parts.get("manners", {}).items()}
            order = tuple(parts.get("order", DEFAULT_ORDER))
            return cls(words, parts.get("phrases", {}), order, manners)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise HimmelError(
                "the model's lexicon.json is not a lexicon; copy the model again"
            ) from None
