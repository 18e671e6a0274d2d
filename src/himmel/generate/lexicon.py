"""Which words a model knows, and how to say what it drew."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property

from himmel.core.errors import HimmelError
from himmel.core.plain import parse_json
from himmel.generate.manner import WORD, Manner, places_of

_PART = re.compile(r"['’-]")
DEFAULT_ORDER = ("colour", "kind", "motion", "setting", "time")


@dataclass(frozen=True)
class Lexicon:
    """Lower-cased words with the facts they state, such as ("kind:car",).

    A word without facts only holds sentences together. `phrases` says a fact in English
    ("setting:meadow" -> "on a meadow"); a fact without a phrase is said by its own name, one whose
    phrase is empty is left out. `order` is the order in which facts are said. `manners` says by
    language ("en", "de") which other words name nothing to be seen, see Manner; without any, every word
    that is not listed is unknown. `wholes` are phrases whose words are known together, not each by itself
    ("cherry red").
    """

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = DEFAULT_ORDER
    manners: Mapping[str, Manner] = field(default_factory=dict)
    wholes: tuple[str, ...] = ()

    @cached_property
    def _wholes(self) -> frozenset[tuple[str, ...]]:
        return frozenset(tuple(WORD.findall(phrase)) for phrase in self.wholes)

    def unknown(self, text: str) -> tuple[str, ...]:
        """Words of `text` that are not known, each once, in order; none where nothing is listed.

        A compound with hyphens is known when all its parts are. Of other words those are left out that
        name nothing to be seen in the language of the text.
        """
        if not self.words:
            return ()
        small = [word.lower() for word in WORD.findall(text)]
        manner = max(self.manners.values(), key=lambda m: m.hits(small), default=Manner())
        passed = manner.compared(small) | places_of(self._wholes, small)
        unknown = (
            word
            for at, (word, as_noun) in enumerate(zip(small, manner.noun_like(text), strict=True))
            if at not in passed
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
        if self.wholes:
            parts["wholes"] = self.wholes
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
            wholes = tuple(map(str, parts.get("wholes", ())))
            return cls(words, parts.get("phrases", {}), order, manners, wholes)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise HimmelError(
                "the model's lexicon.json is not a lexicon; copy the model again"
            ) from None
