"""Words in pieces, as a transformer reads them: the likeliest cut of each word by a unigram model.

The pieces and how likely each is are XLM-RoBERTa's (Conneau et al. 2019), folded as the policy reads
words: lower-case, umlauts spelled out. Of pieces that are the same then, the likeliest stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from math import inf

from himmel.safety.normalise import Words

START = "▁"  # before the first piece of a word
LONGEST = 16  # characters of a piece
FIRST_CHINESE = "\u4e00"
NEVER = -30.0  # what a character costs that is in no piece: more than any piece


@dataclass(frozen=True, eq=False)
class Pieces:
    """The number of every piece and its log-likelihood; `unknown` is the number of what is in none."""

    numbers: dict[str, int]
    scores: tuple[float, ...]
    unknown: int

    def of(self, words: Words) -> list[int]:
        """The pieces of words in their order; Chinese characters side by side are one word."""
        return [number for word in _joined(words) for number in self.cut(START + word)]

    def likelihood(self, words: Words) -> float:
        """Log-likelihood a character: of several ways to read a text the likeliest is the best guess."""
        known = sum(self.scores[number] for number in self.of(words))
        return known / max(1, sum(map(len, words)))

    def cut(self, word: str) -> tuple[int, ...]:
        """The likeliest pieces that make up a word (Kudo 2018, section 3.1, by Viterbi's recursion)."""
        return _cut(self, word)


def _joined(words: Words) -> Iterator[str]:
    for chinese, run in groupby(words, lambda word: word >= FIRST_CHINESE):
        if chinese:
            yield "".join(run)
        else:
            yield from run


@lru_cache(maxsize=50_000)
def _cut(pieces: Pieces, word: str) -> tuple[int, ...]:
    known, scores, size = pieces.numbers.get, pieces.scores, len(word)
    best = [0.0, *(-inf,) * size]  # of the first n characters
    last = [(0, pieces.unknown)] * (size + 1)  # where their last piece begins, and its number
    for start in range(size):
        before = best[start]
        if before + NEVER > best[start + 1]:
            best[start + 1], last[start + 1] = before + NEVER, (start, pieces.unknown)
        for end in range(start + 1, min(start + LONGEST, size) + 1):
            number = known(word[start:end])
            if number is not None and before + scores[number] > best[end]:
                best[end], last[end] = before + scores[number], (start, number)
    found, end = [], size
    while end:
        end, number = last[end]
        found.append(number)
    return tuple(reversed(found))
