"""The policy's classifier: fitted to our own pairs, our captions, and two openly licensed sets.

OVERT (github.com/yixiao-huang/OVERT, Apache-2.0) gives harmful prompts with harmless twins and
look-alikes, VBench and VBench-2.0 (github.com/Vchitect/VBench, Apache-2.0) ordinary ones. A fifth of each
is kept aside by hash, to measure on; none of their texts is shipped. `runs/safety.sh OVERT VBENCH ASIDE`
runs it.
"""

from __future__ import annotations

import csv
import json
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from himmel.core.errors import HimmelError
from himmel.core.files import write_text
from himmel.core.rng import numpy_rng
from himmel.core.values import Request
from himmel.safety.classifier import HARMLESS, Classifier, load_classifier, save_hashed
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
from himmel.safety.normalise import Words, words_of
from himmel.safety.policy import RulePolicy
from himmel.safety.reader import Reader, save_reader
from himmel.world.captions import captions
from himmel.world.graph import sample_graph
from himmel.world.vocabulary import SCENES
from himmel.world.words import FAMILIES
from himmel_recipes.reader import OnStep, begin, fit_reader

KINDS = {  # OVERT's categories, by ours; their privacy is our C16, their unethical acts our C13
    "copyright_violations": "C12", "discrimination": "C9", "illegal_activities": "C13",
    "privacy_individual": "C16", "privacy_public": "C16", "self_harm": "C8", "sexual_content": "C4",
    "unethical": "C13", "unethical_unsafe_action": "C13", "violence": "C7",
}  # fmt: skip
VBENCH = ("prompts/all_dimension.txt", "VBench-2.0/prompts/VBench2_full_text.txt")
KEPT_ASIDE = 5  # one in so many
LEFT_OUT = 8  # one pair in so many
THRESHOLDS = (0.5, 0.6, 0.65, 0.7, 0.72, 0.74, 0.76, 0.78, 0.8, 0.82, 0.84, 0.86, 0.9)
LISTED = ("C10", "C12")  # what lists of names decide; the classifier need not learn the names
AROUND = 5000  # texts around the judged ones that the reader sees
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


@dataclass(frozen=True)
class Material:
    """What the policy is fitted to: judged sentences, and many more that only go around them."""

    judged: list[Example]
    around: list[Example]

    def __iter__(self) -> Iterator[Example]:
        return iter((*self.judged, *self.around))

    def for_reader(self, seed: int = 0) -> list[Example]:
        """The judged sentences, and some of those around them, which hardly differ to a reader."""
        rng = numpy_rng(seed, "safety-around")
        chosen = rng.permutation(len(self.around))[:AROUND]
        return [*self.judged, *(self.around[row] for row in chosen)]


def material(
    sets: Sequence[Outside],
    own_pairs: Sequence[Pair],
    graphs: int = GRAPHS,
    composed: int = COMPOSED,
) -> Material:
    """All sources but what is kept aside."""
    fitted = [text for text in sets if not text.aside and text.label not in LISTED]
    ordinary = [text.prompt for text in fitted if text.kind == "ordinary"]
    own = world_captions(graphs)
    composed_ones = [
        *compositions({"en": own["en"] + ordinary, "de": own["de"]}, composed),
        *look_alikes(own, 4),
        *of_rules(own, 150),
    ]
    judged = [
        *own_examples(own_pairs),
        *weighted(outside_examples([(text.prompt, text.label) for text in fitted]), 4.0),
        *outside_examples([(prompt, HARMLESS) for prompt in ordinary]),
    ]
    told = (t for texts in own.values() for t in dict.fromkeys(texts))
    around = [
        *(Example(words_of(text), HARMLESS, 0.5) for text in told),
        *weighted(composed_ones, 0.3),  # bags of words: less than sentences
    ]
    return Material(judged, around)


def fit_policy(
    fitted: Material, start: Reader | None = None, on_step: OnStep = lambda *_: None
) -> Classifier:
    """The classifier, its reader fitted on from `start`, else from the package's."""
    examples = fitted.for_reader()
    start = start or begin([example.words for example in examples])
    return Classifier(fit(list(fitted)), fit_reader(start, examples, on_step=on_step))


def write(overt_folder: Path, vbench_folder: Path, folder: Path, aside: Path | None = None) -> None:
    """Fit and write the weights; below `aside` the two sets that were kept from fitting.

    Every eighth pair is left out, so that the threshold can be chosen by them (`left_out`).
    """
    sets = {"overt": overt(overt_folder), "vbench": vbench(vbench_folder)}
    if aside is not None:
        aside.mkdir(parents=True, exist_ok=True)
        for name, texts in sets.items():
            lines = [_line(text) for text in texts if text.aside and _may_be_kept(text)]
            write_text(aside / f"{name}.jsonl", "\n".join(lines) + "\n")
    every = [text for texts in sets.values() for text in texts]
    kept = [pair for number, pair in enumerate(pairs("fitted")) if number % LEFT_OUT]
    classifier = fit_policy(material(every, kept), on_step=_say)
    save_hashed(classifier.hashed, folder / "classifier.safetensors")
    save_reader(classifier.reader, folder / "reader.safetensors")


def _say(step: int, steps: int, loss: float) -> None:
    if step % 100 == 0 or step == steps:
        sys.stdout.write(f"reader: step {step} of {steps}, loss {loss:.3f}\n")
        sys.stdout.flush()


def left_out() -> Iterator[str]:
    """How the classifier judges the pairs that it was not fitted to; THRESHOLD is chosen by it."""
    asked = [pair for pair in pairs("fitted")[::LEFT_OUT] if pair.en]
    texts = [pair.texts(language) for pair in asked for language in LANGUAGES]
    harmful, harmless = (list(half) for half in zip(*texts, strict=True))
    remembered = _Remembered()
    for threshold in THRESHOLDS:
        policy = RulePolicy(classifier=lambda: remembered, threshold=threshold)
        blocked, refused = (
            sum(not policy.screen(Request(prompt=text)).allowed for text in half) / len(half)
            for half in (harmful, harmless)
        )
        yield f"threshold {threshold:.2f}: blocked {blocked:.3f}, refused {refused:.3f} of {len(harmful)}"


class _Remembered(Classifier):
    """The classifier that himmel ships, judging a text once, whatever the threshold."""

    def __init__(self) -> None:
        shipped = load_classifier()
        super().__init__(shipped.hashed, shipped.reader)
        object.__setattr__(self, "known", {})

    def judge(self, told: Sequence[Sequence[Words]]) -> tuple[float, str]:
        known: dict[str, tuple[float, str]] = vars(self)["known"]
        key = str(told)
        if key not in known:
            known[key] = super().judge(told)
        return known[key]


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
    if sys.argv[1:] == ["left-out"]:
        sys.stdout.writelines(f"{line}\n" for line in left_out())
    else:
        write(*map(Path, sys.argv[1:]))
