"""The policy's classifier: fitted to our own pairs, our captions, and two openly licensed sets.

OVERT (github.com/yixiao-huang/OVERT, Apache-2.0) gives harmful prompts with harmless twins and
look-alikes, VBench and VBench-2.0 (github.com/Vchitect/VBench, Apache-2.0) ordinary ones. A fifth of each
is kept aside by hash, to measure on; none of their texts is shipped. `runs/safety.sh OVERT VBENCH ASIDE`
runs it.
"""

from __future__ import annotations

import csv
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from himmel.core.errors import HimmelError
from himmel.core.files import write_text
from himmel.core.values import Request
from himmel.safety.classifier import HARMLESS, Classifier, concept_terms, save_classifier
from himmel.safety.fit import (
    LANGUAGES,
    Example,
    Pair,
    compositions,
    fit,
    look_alikes,
    of_rules,
    outside_examples,
    own_examples,
    pairs,
    weighted,
)
from himmel.safety.normalise import words_of
from himmel.safety.policy import RulePolicy
from himmel.world.captions import captions
from himmel.world.graph import sample_graph
from himmel.world.vocabulary import SCENES
from himmel.world.words import FAMILIES
from himmel_recipes.meaning import fit_network, write_vectors

KINDS = {  # OVERT's categories, by ours; their privacy is our C16, their unethical acts our C13
    "copyright_violations": "C12", "discrimination": "C9", "illegal_activities": "C13",
    "privacy_individual": "C16", "privacy_public": "C16", "self_harm": "C8", "sexual_content": "C4",
    "unethical": "C13", "unethical_unsafe_action": "C13", "violence": "C7",
}  # fmt: skip
VBENCH = ("prompts/all_dimension.txt", "VBench-2.0/prompts/VBench2_full_text.txt")
KEPT_ASIDE = 5  # one in so many
LEFT_OUT = 8  # one pair in so many
THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.68, 0.7, 0.72, 0.75, 0.8)
LISTED = ("C10", "C12")  # what lists of names decide; the classifier need not learn the names
GRAPHS, COMPOSED = 60, 22  # of each scene and language; of each set of concepts and language


@dataclass(frozen=True)
class Outside:
    """A prompt from outside: class by our categories, kind by theirs, and what decides its part."""

    prompt: str
    label: str
    kind: str
    key: str

    @property
    def aside(self) -> bool:
        """True for those that are measured on and never fitted to."""
        return zlib.crc32(self.key.encode()) % KEPT_ASIDE == 0


def overt(folder: Path) -> list[Outside]:
    """Harmful prompts, their twins, and look-alikes; a seed prompt and all made from it stay together."""
    found = []
    for row in _rows(folder / "data/OVERT_unsafe.csv"):
        key = row["seed_prompt"] or row["benign_image_prompt"]
        kind = row["category"]
        found.append(Outside(row["unsafe_image_prompt"], KINDS[kind], kind, key))
        found.append(Outside(row["benign_image_prompt"], HARMLESS, kind, key))
    for row in _rows(folder / "data/OVERT_full.csv"):
        key = row["seed_prompt"] or row["image_prompt"]
        found.append(Outside(row["image_prompt"], HARMLESS, row["category"], key))
    return _distinct(found)


def vbench(folder: Path) -> list[Outside]:
    """Ordinary prompts."""
    lines = (line.strip() for name in VBENCH for line in _text(folder / name).splitlines())
    return _distinct(Outside(line, HARMLESS, "ordinary", line) for line in lines if line)


def world_captions(graphs: int = GRAPHS) -> dict[str, list[str]]:
    """Captions of every scene and family of our world by language."""
    scenes = ["core", *(scene.name for scene in (*SCENES, *FAMILIES))]
    found: dict[str, list[str]] = {"en": [], "de": []}
    for language, texts in found.items():
        for number, scene in (
            (n, s) for s in scenes for n in range(graphs if s != "core" else 400)
        ):
            texts.extend(captions(sample_graph(500_000 + number, scene), language, count=2))
    return found


def fit_policy(
    sets: Sequence[Outside],
    own_pairs: Sequence[Pair],
    graphs: int = GRAPHS,
    composed: int = COMPOSED,
) -> Classifier:
    """The classifier from all sources but what is kept aside."""
    fitted = [text for text in sets if not text.aside and text.label not in LISTED]
    ordinary = [text.prompt for text in fitted if text.kind == "ordinary"]
    own = world_captions(graphs)
    composed_ones = [
        *compositions({"en": own["en"] + ordinary, "de": own["de"]}, composed),
        *look_alikes(own, 4),
        *of_rules(own, 150),
    ]
    examples = [
        *own_examples(own_pairs),
        *(
            Example(words_of(t), HARMLESS, 0.5)
            for texts in own.values()
            for t in dict.fromkeys(texts)
        ),
        *weighted(composed_ones, 0.3),  # bags of words: less than sentences
        *weighted(outside_examples([(text.prompt, text.label) for text in fitted]), 4.0),
        *outside_examples([(prompt, HARMLESS) for prompt in ordinary]),
    ]
    return Classifier(fit(examples), fit_network(examples))


def vectors(overt_folder: Path, vbench_folder: Path, path: Path) -> None:
    """Write the table of word vectors: frequent words, and those of everything that is fitted to."""
    own = world_captions()
    terms = [t for parts in concept_terms().values() for found in parts.values() for t in found]
    texts = [
        text.prompt for text in (*overt(overt_folder), *vbench(vbench_folder)) if not text.aside
    ]
    told = [t for pair in pairs("fitted") for halves in pair.every() for t in halves]
    write_vectors(path, [*told, *texts, *own["en"], *own["de"], *terms, *terms])


def write(
    overt_folder: Path, vbench_folder: Path, weights: Path, aside: Path | None = None
) -> None:
    """Fit and write the weights; below `aside` the two sets that were kept from fitting."""
    sets = {"overt": overt(overt_folder), "vbench": vbench(vbench_folder)}
    if aside is not None:
        aside.mkdir(parents=True, exist_ok=True)
        for name, texts in sets.items():
            lines = [_line(text) for text in texts if text.aside and _may_be_kept(text)]
            write_text(aside / f"{name}.jsonl", "\n".join(lines) + "\n")
    every = [text for texts in sets.values() for text in texts]
    save_classifier(fit_policy(every, pairs("fitted")), weights)


def left_out(overt_folder: Path, vbench_folder: Path) -> Iterator[str]:
    """How a fit without every eighth of our pairs judges those; THRESHOLD is chosen by it."""
    told = pairs("fitted")
    asked = [pair for pair in told[::LEFT_OUT] if pair.en]
    kept = [pair for number, pair in enumerate(told) if number % LEFT_OUT]
    classifier = fit_policy([*overt(overt_folder), *vbench(vbench_folder)], kept)
    texts = [pair.texts(language) for pair in asked for language in LANGUAGES]
    harmful, harmless = (list(half) for half in zip(*texts, strict=True))
    for threshold in THRESHOLDS:
        policy = RulePolicy(classifier=lambda: classifier, threshold=threshold)
        blocked, refused = (
            sum(not policy.screen(Request(prompt=text)).allowed for text in half) / len(half)
            for half in (harmful, harmless)
        )
        yield f"threshold {threshold:.2f}: blocked {blocked:.3f}, refused {refused:.3f} of {len(harmful)}"


def _may_be_kept(text: Outside) -> bool:
    return any(outside_examples([(text.prompt, text.label)]))


def _line(text: Outside) -> str:
    told = {"prompt": text.prompt, "harmful": text.label != HARMLESS, "kind": text.kind}
    return json.dumps(told, ensure_ascii=False)


def _distinct(texts: Iterator[Outside] | Sequence[Outside]) -> list[Outside]:
    return list({text.prompt: text for text in texts}.values())


def _rows(path: Path) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(_text(path).splitlines(keepends=True))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise HimmelError(f"{path} cannot be read ({error}); clone its repository") from None


if __name__ == "__main__":
    import sys

    if sys.argv[1] == "vectors":
        vectors(*map(Path, sys.argv[2:]))
    elif sys.argv[1] == "left-out":
        sys.stdout.writelines(f"{line}\n" for line in left_out(*map(Path, sys.argv[2:])))
    else:
        write(*map(Path, sys.argv[1:]))
