"""Which words a model knows, and how to say what it drew."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from himmel.core.errors import HimmelError
from himmel.core.plain import parse_json

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PART = re.compile(r"['’-]")
DEFAULT_ORDER = ("colour", "kind", "motion", "setting", "time")


@dataclass(frozen=True)
class Lexicon:
    """Lower-cased words with the facts they state, such as ("kind:car",).

    A word without facts only holds sentences together. `phrases` says a fact in English
    ("setting:meadow" -> "on a meadow"); a fact without a phrase is said by its own name, one whose
    phrase is empty is left out. `order` is the order in which facts are said.
    """

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = DEFAULT_ORDER

    def unknown(self, text: str) -> tuple[str, ...]:
        """Words of `text` that are not known, each once, in order; none where nothing is listed.

        A compound with hyphens is known when all its parts are.
        """
        if not self.words:
            return ()
        found = [m.group() for m in _WORD.finditer(text.lower())]
        return tuple(dict.fromkeys(w for w in found if not self._knows(w)))

    def _knows(self, word: str) -> bool:
        return word in self.words or all(part in self.words for part in _PART.split(word))

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
        return json.dumps(parts, ensure_ascii=False, indent=0, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Lexicon:
        """Read what to_json wrote. Raises HimmelError for anything else."""
        try:
            parts = parse_json(text)
            words = {word: tuple(facts) for word, facts in parts["words"].items()}
            return cls(words, parts.get("phrases", {}), tuple(parts.get("order", DEFAULT_ORDER)))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise HimmelError(
                "the model's lexicon.json is not a lexicon; copy the model again"
            ) from None
