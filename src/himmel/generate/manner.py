"""Which words of a language name nothing that a picture could show, so that no note names them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_STARTS = tuple('.!?:;…\n"„“»«(-–|/+')  # a capital after these need not be a noun's
_ENDS = ("", *".,!?:;…\n)-–|/+")


def places_of(
    phrases: Collection[tuple[str, ...]], words: Sequence[str], last: bool = False
) -> set[int]:
    """Places in `words` where phrases stand; only of their `last` words if so asked."""
    longest = max(map(len, phrases), default=0)
    found = set[int]()
    for at in range(len(words)):
        for end in range(at + 1, min(at + longest, len(words)) + 1):
            if tuple(words[at:end]) in phrases:
                found |= {end - 1} if last else set(range(at, end))
    return found


@dataclass(frozen=True)
class Manner:
    """Which words of a language name nothing to be seen: `plain` ones, and others with certain `endings`
    unless they are `seen`; `deeds` and endings count only where no noun stands. Where nouns have
    `capitals`, small words in a text with capitals name nothing, and of nouns those with `noun_endings`;
    elsewhere a noun stands after an article, or a word behind one, and before a word of `closing` or the
    end. What stands after `comparing` words ("red like_a cherry") is only compared with."""

    plain: tuple[str, ...] = ()
    deeds: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
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
        return len((self._plain | self._deeds).intersection(words))

    @cached_property
    def _deeds(self) -> frozenset[str]:
        return frozenset(self.deeds)

    @cached_property
    def _plain(self) -> frozenset[str]:
        return frozenset(self.plain)

    def noun_like(self, text: str) -> list[bool | None]:
        """Of every word whether it stands or is spelt as a noun; None where nothing tells."""
        spelt = list(WORD.finditer(text))
        if self.capitals:
            return self._capital(text, spelt)
        words = [m.group().lower() for m in spelt]
        ends = [text[m.end() :].lstrip(" ")[:1] in _ENDS for m in spelt]
        following = [*words, ""][1:]
        return [
            True if (end or after in self.closing) and self._after_article(words, at) else None
            for at, (end, after) in enumerate(zip(ends, following, strict=True))
        ]

    def _after_article(self, words: Sequence[str], at: int) -> bool:
        return any(word in self.articles for word in words[max(at - 2, 0) : at])

    def _capital(self, text: str, spelt: Sequence[re.Match[str]]) -> list[bool | None]:
        before = (text[: m.start()].rstrip(" ") for m in spelt)
        starts = [not front or front.endswith(_STARTS) for front in before]
        capital = [m.group()[0].isupper() for m in spelt]
        told = any(c for c, s in zip(capital, starts, strict=True) if not s)
        return [None if s or not told else c for c, s in zip(capital, starts, strict=True)]

    def compared(self, words: Sequence[str]) -> set[int]:
        """Places of the words that something is only compared with: the first after such phrases that is
        not a plain one."""
        found = set()
        for end in sorted(places_of(self._comparing, words, last=True)):
            after = range(end + 1, len(words))
            found.add(next((at for at in after if words[at] not in self._plain), -1))
        return found

    @cached_property
    def _comparing(self) -> frozenset[tuple[str, ...]]:
        return frozenset(tuple(phrase.split("_")) for phrase in self.comparing)

    def overlooks(self, word: str, as_noun: bool | None) -> bool:
        """Whether a word names nothing to be seen."""
        if word in self.seen:
            return False
        if word in self._plain or as_noun is False or (not as_noun and word in self._deeds):
            return True
        return word.endswith(self.noun_endings if as_noun else self.endings)
