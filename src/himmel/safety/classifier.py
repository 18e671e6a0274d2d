"""A small classifier of our own: how likely a text asks for harm, and for which kind.

Two parts, each over `harmless` and the categories. `Reader` (reader.py) reads the whole sentence.
`Hashed` is a softmax regression: a text is the sum of hashed words, neighbours and letter groups, of
*concepts* (data/concepts.json: "weapon", "victim", "fake" ... in several languages) and their pairs, and
of the tables of rules.json. Concepts carry what English texts taught over to German.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import HimmelError
from himmel.core.files import whole_file
from himmel.core.plain import parse_json
from himmel.core.tensors import read_arrays
from himmel.safety.normalise import Words, words_of
from himmel.safety.reader import Reader, load_reader
from himmel.safety.rules import Lexicon, Table, load_rules

HARMLESS = "harmless"
CLASSES = (HARMLESS, *(f"C{number}" for number in range(3, 17)))  # C1 and C2 are rules alone
BUCKETS = 1 << 15
WINDOW, STRIDE = 48, 24  # words: a long text cannot water down one harmful passage
READ = 0.6  # how much of the judgement is the reader's
CONCEPT, PAIR, TABLE = 0.5, 0.35, 0.5  # values of these features beside a text of length 1
_GROUPS = (3, 4, 5)
_WEIGHTS = "data/classifier.safetensors"

Array = NDArray[np.float32]
Features = dict[int, float]  # row of the weights -> value


@dataclass(frozen=True, eq=False)
class Hashed:
    """Softmax regression: weights int8 (rows, classes) with a scale and a bias float32 (classes) each."""

    weights: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.weights.shape != (rows(), len(CLASSES)):
            raise HimmelError(
                f"the classifier's weights are {self.weights.shape}, needed {(rows(), len(CLASSES))}; "
                "fit them again with runs/safety"
            )

    def shares(self, words: Words) -> NDArray[np.float32]:
        """Probability of every class for one reading, float32 (classes)."""
        found = features(words)
        picked = self.weights[list(found)].astype(np.float32)
        values = np.fromiter(found.values(), np.float32, len(found))
        scores = self.scale * (values @ picked) + self.bias
        raised = np.exp(scores - scores.max())
        return np.asarray(raised / raised.sum(), np.float32)


@dataclass(frozen=True, eq=False)
class Classifier:
    """Two opinions that err in different places: on letters and words, and on the whole sentence."""

    hashed: Hashed
    reader: Reader

    def judge(self, told: Sequence[Sequence[Words]]) -> tuple[float, str]:
        """Probability of harm of texts, each with the ways to read it, and the likeliest category.

        Letters and words are looked at in every way, the sentence in the likeliest one, which costs more.
        Log odds of harm are the mean of both opinions', each at its worst; READ parts are the reader's.
        """
        every = [way for ways in told for way in ways]
        likeliest = [max(ways, key=self.reader.pieces.likelihood) for ways in told]
        if not every:
            return 0.0, HARMLESS
        hashed = _worst(np.stack([self.hashed.shares(part) for part in _parts(every)]))
        read = _worst(self.reader.shares(_parts(likeliest)))
        odds = (1 - READ) * _log_odds(hashed) + READ * _log_odds(read)
        both = hashed[1:] ** (1 - READ) * read[1:] ** READ
        return 1 / (1 + math.exp(-odds)), CLASSES[1 + int(both.argmax())]


def _parts(readings: Sequence[Words]) -> list[Words]:
    return list(dict.fromkeys(part for reading in readings for part in windows(reading)))


def _worst(shares: Array) -> Array:
    found: Array = shares[shares[:, 0].argmin()]  # (N, C) -> (C)
    return found


def _log_odds(shares: Array) -> float:
    harmless = min(max(float(shares[0]), 1e-6), 1 - 1e-6)
    return math.log((1 - harmless) / harmless)


def windows(words: Words) -> Iterator[Words]:
    """A reading, and overlapping parts of a long one."""
    yield words
    if len(words) > WINDOW:
        for start in range(0, len(words) - STRIDE, STRIDE):
            yield words[start : start + WINDOW]


def features(words: Words) -> Features:
    """Rows and values of a reading: hashed parts with length 1 together, then concepts and tables."""
    counted = Counter(bucket for word in words for bucket in _buckets(word))
    counted.update(_bucket(f"b {a} {b}") for a, b in pairwise(words))
    length = math.sqrt(sum(counted.values())) or 1.0
    found = {bucket: math.sqrt(number) / length for bucket, number in counted.items()}
    return found | dict.fromkeys(_known(words), TABLE) | _concepts(words)


def _concepts(words: Words) -> Features:
    names = _concept_rows()
    present = sorted(name for name, places in load_concepts().places(words).items() if places)
    single = {names[(name,)]: CONCEPT for name in present}
    return single | {names[pair]: PAIR for pair in combinations(present, 2)}


def _known(words: Words) -> Iterator[int]:
    places = load_rules().lexicon.places(words)
    return (row for name, row in _table_rows().items() if places.get(name))


@lru_cache(maxsize=20_000)
def _buckets(word: str) -> tuple[int, ...]:
    if word in _whole_words():
        return ()
    framed = f"<{word}>"
    groups = [f"c {framed[i : i + n]}" for n in _GROUPS for i in range(len(framed) - n + 1)]
    return tuple(_bucket(part) for part in (f"w {word}", *groups))


@cache
def look_alike_words() -> dict[str, str]:
    """Harmless words by language that share letters with harmful ones; they do not count."""
    text = files("himmel.safety").joinpath("data/look_alikes.json").read_text(encoding="utf-8")
    found: dict[str, str] = parse_json(text)
    return found


@cache
def _whole_words() -> frozenset[str]:
    return frozenset(word for text in look_alike_words().values() for word in words_of(text))


def _bucket(part: str) -> int:
    return crc32(part.encode()) % BUCKETS


@cache
def load_concepts() -> Lexicon:
    """The concepts that himmel ships, all languages of one in one table."""
    return Lexicon(
        {
            name: Table(
                terms=tuple(t for key, terms in parts.items() if key != "unless" for t in terms),
                unless=tuple(parts.get("unless", ())),
            )
            for name, parts in concept_terms().items()
        }
    )


@cache
def concept_terms() -> dict[str, dict[str, list[str]]]:
    """Terms of every concept by language; `unless` are phrases inside which they do not count."""
    text = files("himmel.safety").joinpath("data/concepts.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, list[str]]] = parse_json(text)
    return found


@cache
def _concept_rows() -> dict[tuple[str, ...], int]:
    names = sorted(load_concepts().tables)
    every = [*((name,) for name in names), *combinations(names, 2)]
    return {key: BUCKETS + row for row, key in enumerate(every)}


@cache
def _table_rows() -> dict[str, int]:
    start = BUCKETS + len(_concept_rows())
    return {name: start + row for row, name in enumerate(sorted(load_rules().lexicon.tables))}


def rows() -> int:
    """How many rows the weights have."""
    return BUCKETS + len(_concept_rows()) + len(_table_rows())


@cache
def load_classifier(path: Path | None = None) -> Classifier:
    """The classifier that himmel ships, or one whose hashed part is of a file.

    Raises HimmelError for other weights.
    """
    try:
        parts = read_arrays(path or Path(str(files("himmel.safety").joinpath(_WEIGHTS))))
        hashed = Hashed(parts["weights"], parts["scale"], parts["bias"])
    except (HimmelError, KeyError, ValueError) as error:
        raise HimmelError(f"the classifier's weights cannot be read: {error}") from None
    return Classifier(hashed, load_reader())


def save_hashed(hashed: Hashed, path: Path) -> None:
    """Write the weights, whole or not at all."""
    from safetensors.numpy import save

    parts: dict[str, NDArray[Any]] = {
        "weights": hashed.weights,
        "scale": hashed.scale,
        "bias": hashed.bias,
    }
    with whole_file(path) as temporary:
        temporary.write_bytes(save(parts))


def pack(weights: NDArray[np.float32], bias: NDArray[np.float32]) -> Hashed:
    """Weights float32 (rows, classes), rounded to 8 bits a class."""
    scale = np.maximum(np.abs(weights).max(0), 1e-9) / 127
    return Hashed(np.round(weights / scale).astype(np.int8), scale.astype(np.float32), bias)
