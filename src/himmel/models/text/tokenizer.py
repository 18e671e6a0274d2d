"""Words to numbers. A word outside the vocabulary is spelled in bytes, or passed over where the reader
has never learnt to spell.

The numbers: 0 is padding, 1..256 are the bytes, 257 opens every text (its state sums the text up),
258 announces a spelled word, and the words follow from 259.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from himmel.core.errors import HimmelError
from himmel.core.plain import parse_json

PADDING, SUMMARY, SPELLED, FIRST_WORD = 0, 257, 258, 259
SPARED = 4  # positions that stay padding where a text can be told in fewer words
_WORD = re.compile(r"[^\W_]+")  # letters and digits of any script


def split_words(text: str) -> list[str]:
    """The lower-cased words and numbers of a text, in order; punctuation only separates them."""
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def normalised(text: str) -> str:
    """A text as the encoder sees it: its words with one space between."""
    return " ".join(split_words(text))


@dataclass(frozen=True)
class Tokenizer:
    """A fixed vocabulary. Build one with `Tokenizer.from_words` or `Tokenizer.from_json`.

    >>> Tokenizer.from_words(["red", "car"]).encode("A red car!", 8)
    [257, 258, 98, 259, 260, 0, 0, 0]
    """

    words: tuple[str, ...]
    spells: bool = True
    light: tuple[str, ...] = ()

    @classmethod
    def from_words(
        cls, words: Iterable[str], spells: bool = True, light: tuple[str, ...] = ()
    ) -> Self:
        """A vocabulary of the given words in their order; entries of several words are taken apart.

        One that `spells` not passes over other words: to a transformer that has met only captions a
        text is then what it would be without them. With `light` words a text that would leave no
        padding is told without those, and then cut: attention rests on padding.
        """
        parts = dict.fromkeys(part for word in words for part in split_words(word))
        return cls(tuple(parts), spells, light)

    @property
    def size(self) -> int:
        """How many different numbers `encode` can give: the encoder's `vocab_size`."""
        return FIRST_WORD + len(self.words)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {word: FIRST_WORD + i for i, word in enumerate(self.words)}

    def number(self, word: str) -> int:
        """The number of a word of the vocabulary, PADDING of any other."""
        return self._index.get(word, PADDING)

    def encode(self, text: str, length: int) -> list[int]:
        """Exactly `length` numbers: the opening one, the words, then padding. Longer texts are cut."""
        ids, room = self._told(text, length)
        ids = ids[:room]
        return ids + [PADDING] * (length - len(ids))

    def cuts(self, text: str, length: int) -> bool:
        """Whether `encode` leaves out the end of a text."""
        ids, room = self._told(text, length)
        return len(ids) > room

    def _told(self, text: str, length: int) -> tuple[list[int], int]:
        """All numbers of a text, and how many there is room for."""
        words = split_words(text)
        ids = self._numbers(words)
        if not self.light or len(ids) <= length - SPARED:
            return ids, length
        heavy = [word for word in words if word not in self.light]
        return self._numbers(heavy), max(length - SPARED, 1)

    def _numbers(self, words: list[str]) -> list[int]:
        return [SUMMARY, *(i for word in words for i in self._spell(word))]

    def _spell(self, word: str) -> list[int]:
        known = self._index.get(word)
        if known is not None:
            return [known]
        return [SPELLED, *(b + 1 for b in word.encode())] if self.spells else []

    def decode(self, ids: Iterable[int]) -> str:
        """The normalised text behind numbers made by `encode`; a letter cut in half reads as U+FFFD.

        Raises HimmelError for a number outside the vocabulary.
        """
        return " ".join(self._read(ids))

    def _read(self, ids: Iterable[int]) -> Iterator[str]:
        spelled: bytearray | None = None
        for number in ids:
            if not 0 <= number < self.size:
                raise HimmelError(f"token {number} is outside the vocabulary of {self.size}")
            if PADDING < number < SUMMARY:
                spelled = bytearray() if spelled is None else spelled
                spelled.append(number - 1)
                continue
            if spelled:
                yield spelled.decode(errors="replace")
            spelled = None
            if number >= FIRST_WORD:
                yield self.words[number - FIRST_WORD]
        if spelled:
            yield spelled.decode(errors="replace")

    def unknown(self, text: str) -> list[str]:
        """The words of a text that are not in the vocabulary, each once, in order."""
        return list(dict.fromkeys(word for word in split_words(text) if word not in self._index))

    def to_json(self) -> str:
        """The vocabulary as a JSON object."""
        told: dict[str, object] = {"version": 1, "words": self.words}
        told |= {} if self.spells else {"spells": False}
        told |= {"light": self.light} if self.light else {}
        return json.dumps(told, ensure_ascii=False, indent=0)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what to_json wrote. Raises HimmelError for anything else."""
        try:
            values = parse_json(text)
            words = values["words"] if values["version"] == 1 else None
            spells, light = bool(values.get("spells", True)), values.get("light", [])
        except (ValueError, TypeError, KeyError, AttributeError):
            words = None
        if not isinstance(words, list) or not all(isinstance(w, str) for w in words):
            raise HimmelError(
                "this is not a vocabulary of himmel; use the tokenizer.json of a model"
            )
        if len(set(words)) != len(words) or any(split_words(w) != [w] for w in words):
            raise HimmelError("the vocabulary holds a doubled word or one that no text can contain")
        return cls(tuple(words), spells, tuple(map(str, light)))
