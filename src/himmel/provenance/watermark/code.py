"""A mark of 32 bits as eight symbols of eight bits, any four of which give it back.

A Reed-Solomon code (Reed and Solomon, 1960) over GF(256) with x^8 + x^4 + x^3 + x^2 + 1: the four bytes
of a mark are a polynomial's coefficients, the symbols its values at eight points. Two marks share at
most three symbols, so a sum of eight soft scores decides and never one symbol alone.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

DATA, SYMBOLS, ALPHABET = 4, 8, 256
LARGEST_MARK = 2**32 - 1
_POLYNOMIAL = 0x11D
_TRIED = 3  # of every trusted symbol its best readings

Words = NDArray[np.uint8]  # (N, SYMBOLS)
Scores = NDArray[np.float32]  # (SYMBOLS, ALPHABET)


@cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Powers of the generator 2, twice round, and logarithms to it."""
    powers, logarithms, value = np.zeros(510, np.uint8), np.zeros(256, np.int64), 1
    for exponent in range(255):
        powers[exponent] = powers[exponent + 255] = value
        logarithms[value] = exponent
        value = value << 1 ^ (_POLYNOMIAL if value & 0x80 else 0)
    return powers, logarithms


def _times(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.uint8]:
    powers, logarithms = _tables()
    found: NDArray[np.uint8] = powers[logarithms[a] + logarithms[b]]
    found[(a == 0) | (b == 0)] = 0
    return found


def _matrix_product(values: NDArray[np.uint8], matrix: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(N, K) times (K, M) in GF(256)."""
    terms = _times(values[:, :, None], matrix[None])
    sums: NDArray[np.uint8] = np.bitwise_xor.reduce(terms, axis=1)
    return sums


@cache
def _generator() -> NDArray[np.uint8]:
    """(DATA, SYMBOLS): powers 0 to 3 of the points 1 to 8."""
    points = np.arange(1, SYMBOLS + 1, dtype=np.uint8)
    rows = [np.ones(SYMBOLS, np.uint8)]
    while len(rows) < DATA:
        rows.append(_times(rows[-1], points))
    return np.stack(rows)


def _inverse(matrix: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Of a square matrix in GF(256), by Gauss and Jordan; ours are Vandermonde's and have one."""
    powers, logarithms = _tables()
    size = len(matrix)
    both = np.concatenate([matrix, np.eye(size, dtype=np.uint8)], axis=1)
    for column in range(size):
        pivot = column + int(np.flatnonzero(both[column:, column])[0])
        both[[column, pivot]] = both[[pivot, column]]
        reciprocal = powers[(255 - logarithms[both[column, column]]) % 255]
        both[column] = _times(both[column], reciprocal)
        for row in range(size):
            if row != column:
                both[row] ^= _times(both[column], both[row, column])
    return both[:, size:]


def encode(marks: NDArray[np.uint32]) -> Words:
    """Marks (N,) -> symbols (N, SYMBOLS)."""
    data = np.asarray(marks, ">u4").reshape(-1, 1).view(np.uint8)
    return _matrix_product(data, _generator())


def marks_of(data: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Data bytes (N, DATA) -> marks (N,)."""
    return np.ascontiguousarray(data).view(">u4")[:, 0].astype(np.uint32)


@cache
def _back(chosen: tuple[int, ...]) -> NDArray[np.uint8]:
    """(DATA, DATA): from the symbols at four places to the data."""
    return _inverse(np.ascontiguousarray(_generator()[:, list(chosen)]))


def likeliest(scores: Scores) -> tuple[int, float]:
    """The mark with the highest sum of scores among those that four good symbols point to.

    `scores[i, v]` says how much speaks for value v of symbol i. Of every choice of four symbols the
    best readings are completed to whole words, so a mark is missed only where five symbols fail.
    """
    best = np.argsort(-scores, axis=1)[:, :_TRIED].astype(np.uint8)
    picks = np.asarray(list(product(range(_TRIED), repeat=DATA)))
    found: list[NDArray[np.uint32]] = []
    for chosen in combinations(range(SYMBOLS), DATA):
        read = np.stack([best[i][picks[:, n]] for n, i in enumerate(chosen)], axis=1)
        found.append(marks_of(_matrix_product(read, _back(chosen))))
    marks = np.unique(np.concatenate(found))
    totals = totals_of(scores, encode(marks))
    first = int(totals.argmax())
    return int(marks[first]), float(totals[first])


def totals_of(scores: Scores, words: Words) -> NDArray[np.float32]:
    """Sums of scores of words (N, SYMBOLS)."""
    sums: NDArray[np.float32] = scores[np.arange(SYMBOLS), words].sum(1)
    return sums
