"""Fit the classifier: own pairs, compositions of concepts, ordinary captions, and texts from outside.

Nothing that sexualises minors is written or kept: texts that the rules of C1 find are dropped unread, and
compositions are put together in memory from words that name no minor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.plain import parse_json
from himmel.core.rng import numpy_rng
from himmel.safety.classifier import (
    CLASSES,
    HARMLESS,
    Hashed,
    concept_terms,
    features,
    look_alike_words,
    pack,
    rows,
)
from himmel.safety.normalise import Words, readings, words_of
from himmel.safety.rules import load_rules

LANGUAGES = ("en", "de")  # what the policy is measured in
FITTED = (*LANGUAGES, "fr", "es", "zh")  # and what it is fitted to
# Which concepts together mean harm, and which mean none by themselves.
HARMFUL: dict[str, tuple[str, ...]] = {
    "C3": ("terror victim", "terror howto", "terror making", "terror praise", "weapon making howto",
           "terror violent", "terror"),
    "C4": ("sexact", "naked", "naked victim", "sexact victim"),
    "C5": ("tease", "scanty victim", "undress victim", "tease scanty", "tease victim"),
    "C6": ("gore", "gore bodypart", "gore victim", "gore violent"),
    "C7": ("violent victim", "violent beast", "weapon violent", "weapon violent victim",
           "violent bodypart victim"),
    "C8": ("selfharm", "selfharm praise", "selfharm howto", "selfharm victim"),
    "C9": ("group degrade", "hatesign", "hatesign praise", "group degrade sign", "group hatesign"),
    "C11": ("fake election", "fake election sign"),
    "C13": ("drug making", "drug crime", "crime howto", "drug victim", "crime", "drug"),
    "C14": ("disgust bodypart", "horror disgust", "horror bodypart", "disgust victim", "horror violent"),
    "C15": ("time terror sign", "time selfharm", "sign hatesign", "time undress", "flash",
            "sign degrade group",
            "time threat victim", "time gore", "flash violent", "time naked"),
    "C16": ("fake document", "private victim", "fake victim document", "private document",
            "private fake"),
}  # fmt: skip
HARMLESS_SETS = (
    "victim", "beast", "bodypart", "time", "sign", "fiction", "howto", "making", "document", "election",
    "group", "weapon", "threat", "praise", "intel", "howto making", "victim bodypart", "document making",
    "election sign", "group praise", "group victim", "time making", "victim time", "beast bodypart",
    "victim beast", "group election", "fiction victim", "fiction weapon victim", "violent",
    "degrade beast",
    "disgust", "horror", "fake", "scanty", "weapon making", "victim sign", "group fiction",
    "document victim",
    "time threat", "victim making", "fiction horror", "beast horror", "bodypart time", "praise victim",
    "howto document", "private",
)  # fmt: skip


@dataclass(frozen=True)
class Example:
    """A text with its class and how much it counts. words: one reading of the text."""

    words: Words
    label: str
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Pair(Config):
    """Two texts of nearly the same words per language: harmful, harmless. part: `fitted` or `unseen`.
    A language that a pair is not told in has none."""

    category: str
    part: str
    en: tuple[str, ...] = ()
    de: tuple[str, ...] = ()
    fr: tuple[str, ...] = ()
    es: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.every() or any(len(halves) not in (0, 2) for halves in self._told()):
            raise HimmelError(f"a pair has two halves in every language that it is told in: {self}")

    def texts(self, language: str) -> tuple[str, str]:
        """Harmful and harmless in one of LANGUAGES that the pair is told in."""
        harmful, harmless = self.en if language == "en" else self.de
        return harmful, harmless

    def every(self) -> list[tuple[str, str]]:
        """Harmful and harmless in every language that it is told in."""
        return [(halves[0], halves[1]) for halves in self._told() if len(halves) == 2]

    def _told(self) -> list[tuple[str, ...]]:
        return [getattr(self, language) for language in FITTED]


def pairs(part: str | None = None) -> list[Pair]:
    """Our own minimal pairs, of one part or all."""
    text = files("himmel.safety").joinpath("data/pairs.jsonl").read_text(encoding="utf-8")
    every = (Pair.from_dict(parse_json(line)) for line in text.splitlines())
    return [pair for pair in every if part in (None, pair.part)]


def own_examples(given: Sequence[Pair], weight: float = 3.0) -> Iterator[Example]:
    """Both halves of pairs in every language."""
    for pair in given:
        for harmful, harmless in pair.every():
            yield Example(words_of(harmful), pair.category, weight)
            yield Example(words_of(harmless), HARMLESS, weight)


def weighted(examples: Iterable[Example], factor: float) -> Iterator[Example]:
    """Examples that count `factor` times as much."""
    return (replace(example, weight=factor * example.weight) for example in examples)


def look_alikes(amid: dict[str, Sequence[str]], number: int, seed: int = 0) -> Iterator[Example]:
    """Harmless texts with words that share letters with harmful ones."""
    rng = numpy_rng(seed, "safety-look-alikes")
    for language, words in look_alike_words().items():
        for word in words.split():
            for _ in range(number):
                text = str(rng.choice(np.asarray(amid[language])))
                yield Example(
                    words_of(f"{word} {text}" if rng.random() < 0.5 else f"{text} {word}"), HARMLESS
                )
                yield Example(words_of(word), HARMLESS, 0.5)


def of_rules(neutral: dict[str, Sequence[str]], number: int, seed: int = 0) -> Iterator[Example]:
    """`number` word bags for each rule that is no more than evidence, from terms of its tables."""
    rng = numpy_rng(seed, "safety-rules")
    rules = load_rules()
    amid = [t for texts in neutral.values() for t in texts if not _names_minor(words_of(t))]
    for rule in rules.rules:
        if rule.category in CLASSES and rule.category not in ("C3", "C10", "C12"):
            for _ in range(number):
                terms = [
                    _spelled(str(rng.choice(np.asarray(rules.lexicon.tables[name].terms))))
                    for name in rule.tables
                ]
                around = words_of(str(rng.choice(np.asarray(amid))))[: int(rng.integers(1, 7))]
                said = words_of(" ".join(terms))
                both = (*around, *said) if rng.random() < 0.5 else (*said, *around)
                if not _names_minor(both):
                    yield Example(both, rule.category)


def compositions(
    neutral: dict[str, Sequence[str]], number: int, seed: int = 0
) -> Iterator[Example]:
    """`number` word bags for each set of concepts and language, amid words of harmless texts."""
    rng = numpy_rng(seed, "safety-compositions")
    sets = [(combo, label) for label, combos in HARMFUL.items() for combo in combos]
    sets += [(combo, HARMLESS) for combo in HARMLESS_SETS]
    amid = {
        language: [w for text in texts for w in words_of(text) if not _names_minor((w,))]
        for language, texts in neutral.items()
    }
    for combo, label in sets:
        for language in LANGUAGES:
            for _ in range(number):
                yield Example(_composed(rng, combo.split(), language, amid[language]), label, 0.5)


def _composed(
    rng: np.random.Generator, concepts: Sequence[str], language: str, amid: Sequence[str]
) -> Words:
    parts = [
        _spelled(str(rng.choice(np.asarray(concept_terms()[name][language])))) for name in concepts
    ]
    start = int(rng.integers(len(amid) - 8))
    around = list(amid[start : start + int(rng.integers(1, 8))])
    for part in parts:
        at = int(rng.integers(len(around) + 1))
        around[at:at] = words_of(part)
    return tuple(around)


def _spelled(term: str) -> str:
    return term.replace("*", "")


def _names_minor(words: Words) -> bool:
    return bool(load_rules().lexicon.places(words).get("minor"))


def outside_examples(texts: Sequence[tuple[str, str]]) -> Iterator[Example]:
    """(text, class) from outside, without those that the rules of C1 find."""
    for text, label in texts:
        broken = next(load_rules().broken_by(readings(text)), None)
        if broken is None or broken.category != "C1":
            yield Example(words_of(text), label, 1.0 if label == HARMLESS else 2.0)


def fit(examples: Sequence[Example], penalty: float = 8e-6, steps: int = 110) -> Hashed:
    """Minimise the weighted cross entropy with a squared penalty by L-BFGS; needs scipy."""
    from scipy.optimize import minimize

    kept = [e for e in examples if e.words]
    matrix = _matrix([e.words for e in kept])
    labels = np.array([CLASSES.index(e.label) for e in kept])
    weights = np.array([e.weight for e in kept])
    shape = (rows() + 1, len(CLASSES))

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        held = flat.reshape(shape)
        value, slope = _cross_entropy(matrix, labels, weights / weights.sum(), held)
        held_only = np.concatenate([held[:-1], np.zeros_like(held[-1:])])
        return value + penalty / 2 * float((held_only**2).sum()), (
            slope + penalty * held_only
        ).ravel()

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B",
                     options={"maxiter": steps}).x.reshape(shape)  # fmt: skip
    return pack(found[:-1].astype(np.float32), found[-1].astype(np.float32))


def _cross_entropy(
    matrix: Any, labels: NDArray[np.int64], weights: NDArray[np.float64], held: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    scores = matrix @ held[:-1] + held[-1]
    scores -= scores.max(1, keepdims=True)
    shares = np.exp(scores)
    shares /= shares.sum(1, keepdims=True)
    each = np.arange(len(labels))
    value = -float((weights * np.log(shares[each, labels] + 1e-12)).sum())
    shares[each, labels] -= 1
    shares *= weights[:, None]
    return value, np.vstack([matrix.T @ shares, shares.sum(0)])


def _matrix(texts: Sequence[Words]) -> Any:
    from scipy.sparse import csr_matrix

    found = [features(words) for words in texts]
    lines = np.repeat(np.arange(len(found)), [len(f) for f in found])
    columns = np.fromiter((row for f in found for row in f), int)
    values = np.fromiter((v for f in found for v in f.values()), float)
    return csr_matrix((values, (lines, columns)), shape=(len(found), rows()))
