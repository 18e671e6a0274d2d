"""Reads a sentence by what its words mean: a table of word vectors and a small network over them.

The table (data/words.safetensors) holds words of English, German, French, Spanish and Chinese as Google's
universal-sentence-encoder-multilingual 3 (Apache-2.0) places them, 64 of its 512 directions: words of
like meaning lie together, across languages. `recipes/meaning.py` makes it and fits the network.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import HimmelError
from himmel.core.tensors import read_arrays
from himmel.safety.normalise import Words

DIMENSIONS = 64
LONGEST = 60  # words that are read; the classifier's windows are shorter
PART = 4  # letters of the shortest part of a compound
RUN = 4  # Chinese characters of the longest word
FIRST_CHINESE = "\u4e00"

_WORDS = "data/words.safetensors"
Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class WordVectors:
    """Rows of words, and vectors int8 (V, D) with a scale a direction, float32 (D)."""

    rows: dict[str, int]
    vectors: NDArray[np.int8]
    scale: Array

    def of(self, words: Words) -> Array:
        """Vectors (L, D) of the words that are known, at most LONGEST; L may be 0."""
        rows = [self.rows[part] for word in self.joined(words) for part in self.parts(word)]
        return self.vectors[rows[:LONGEST]] * self.scale

    def joined(self, words: Words) -> Iterator[str]:
        """The words; of Chinese characters, each of which is read as one, the longest known runs."""
        at = 0
        while at < len(words):
            sizes = range(RUN, 1, -1) if words[at] >= FIRST_CHINESE else ()
            size = next((n for n in sizes if "".join(words[at : at + n]) in self.rows), 1)
            yield "".join(words[at : at + size])
            at += size

    def parts(self, word: str) -> tuple[str, ...]:
        """The word, or the two known words that an unknown compound consists of, or nothing."""
        if word in self.rows:
            return (word,)
        return _split(word, self)


@lru_cache(maxsize=20_000)
def _split(word: str, known: WordVectors) -> tuple[str, ...]:
    """Cut at the first place that can be, so that the last part, which says what it is, is longest."""
    for at in range(PART, len(word) - PART + 1):
        first, last = word[:at], word[at:]
        if last in known.rows:
            for head in (first, first.removesuffix("s")):  # Mord-s-waffe
                if head in known.rows:
                    return (head, last)
    return ()


@dataclass(frozen=True, eq=False)
class Network:
    """Weights float32 over vectors (L, D), hidden width H, classes C.

    Every word by itself (H, D), every word with its neighbours (3, H, D), and how much a word counts (D);
    then two layers, (H, 3H) and (C, H). `recipes.meaning.Reader` is the same for fitting.
    """

    word: Array
    word_bias: Array
    near: Array
    near_bias: Array
    count: Array
    hidden: Array
    hidden_bias: Array
    out: Array
    out_bias: Array

    def shares(self, vectors: Array) -> Array:
        """Probability of every class (C) for a sentence's vectors (L, D)."""
        alone = _gelu(vectors @ self.word.T + self.word_bias)  # (L, H)
        padded = np.pad(vectors, ((1, 1), (0, 0)))
        steps = range(len(self.near))
        beside = sum(padded[i : i + len(vectors)] @ self.near[i].T for i in steps)
        beside = _gelu(beside + self.near_bias)  # (L, H)
        weights = _softmax(vectors @ self.count)  # (L)
        pooled = np.concatenate([weights @ alone, beside.max(0), alone.max(0)])  # (3H)
        return _softmax(self.out @ _gelu(self.hidden @ pooled + self.hidden_bias) + self.out_bias)


def network_of(parts: dict[str, NDArray[np.float32]], prefix: str = "network.") -> Network:
    """A network out of arrays by name. Raises KeyError for one that is missing."""
    return Network(*(parts[prefix + f.name].astype(np.float32) for f in fields(Network)))


def network_arrays(network: Network, prefix: str = "network.") -> dict[str, NDArray[np.float16]]:
    """The other way round, in half the bytes."""
    return {prefix + f.name: getattr(network, f.name).astype(np.float16) for f in fields(Network)}


@cache
def load_vectors(path: Path | None = None) -> WordVectors:
    """The table that himmel ships, or one of a file. Raises HimmelError for another kind of file."""
    try:
        parts = read_arrays(path or Path(str(files("himmel.safety").joinpath(_WORDS))))
        words = parts["words"].tobytes().decode().split("\n")
        vectors, scale = parts["vectors"], parts["scale"].astype(np.float32)
        if vectors.shape != (len(words), len(scale)):
            raise ValueError(f"{len(words)} words, vectors {vectors.shape}")
    except (HimmelError, KeyError, ValueError) as error:
        raise HimmelError(f"the policy's words cannot be read: {error}") from None
    return WordVectors({word: row for row, word in enumerate(words)}, vectors, scale)


def _gelu(x: Array) -> Array:
    """GELU by its tanh form (Hendrycks and Gimpel 2016, section 2)."""
    cubed = x + np.float32(0.044715) * x * x * x
    return np.asarray(0.5 * x * (1 + np.tanh(np.float32(np.sqrt(2 / np.pi)) * cubed)), np.float32)


def _softmax(x: Array) -> Array:
    raised = np.exp(x - x.max())
    return np.asarray(raised / raised.sum(), np.float32)
