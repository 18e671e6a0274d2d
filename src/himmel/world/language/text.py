"""Texts as people type them: repaired, with capitals or without, and with typing errors."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from himmel.core.letters import without_umlauts

_TYPOS_PER_WORD = 0.15
_LONG_ENOUGH = 4  # letters of a word that is still known with one of them wrong


def tidy(text: str) -> str:
    """Repair what empty slots leave behind: double spaces, stray and doubled commas."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,:])", r"\1", text)
    text = re.sub(r"([,:])(?:\s*,)+", r"\1", text)
    return text.strip(" ,:")


def finished(text: str, rng: np.random.Generator) -> str:
    """As people type: all small at the beginning, or a capital, with or without a full stop."""
    manner = int(rng.integers(3))
    if manner == 0:
        return text
    return text[0].upper() + text[1:] + ("." if manner == 2 else "")


def joined(sentences: Iterable[str]) -> str:
    """Sentences with capitals and full stops; empty ones are left out."""
    whole = (tidy(sentence) for sentence in sentences)
    return " ".join(s[0].upper() + s[1:] + "." for s in whole if s)


def with_typos(text: str, rng: np.random.Generator, share: float = _TYPOS_PER_WORD) -> str:
    """The text with a typing error in about a share of its longer words, to try robustness with.

    Letters are left out, doubled or swapped, umlauts spelt out, and capitals forgotten; numbers stay.
    """

    def spoilt(match: re.Match[str]) -> str:
        word = match.group()
        if len(word) < _LONG_ENOUGH or rng.random() >= share:
            return word
        return _spoilt(word, rng)

    return re.sub(r"[^\W\d_]+", spoilt, text)


def _spoilt(word: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(1, len(word) - 1))
    ways = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        without_umlauts(word),
        word.lower(),
    )
    changed = [way for way in ways if way != word]
    return changed[int(rng.integers(len(changed)))] if changed else word
