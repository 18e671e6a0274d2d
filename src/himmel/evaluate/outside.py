"""Sentences that nobody's grammar made: does the model read them, draw them, and say what it cannot?

Two hundred were written by hand, half of them German. Every one states some facts of the core; eighty
name a thing beside or instead that no model of ours draws. The same facts, said in the captions' own
grammar, are the measure: how much is lost because a person says it in their own words?
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib import resources

import numpy as np

from himmel.core.plain import parse_json
from himmel.core.rng import derive, numpy_rng
from himmel.evaluate.adherence import OnDone
from himmel.evaluate.intervals import Metric, bootstrap, share
from himmel.evaluate.reading import read_clips
from himmel.evaluate.sampling import sample_clips
from himmel.generate.system import System
from himmel.models.judge import Judge
from himmel.world.captions import caption
from himmel.world.graph import sample_graph

GROUPS = ("kind", "colour", "setting", "time", "motion")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

Told = dict[str, list[bool]]
"""Per group, and for all facts of a sentence at once, whether what was stated came out."""


@dataclass(frozen=True)
class Sentence:
    """A prompt, the facts of the core that it states, and the things in it that are not drawn."""

    language: str
    prompt: str
    facts: dict[str, str]
    unknown: tuple[str, ...]


def sentences() -> list[Sentence]:
    """All of them, in their order."""
    text = resources.files("himmel.evaluate").joinpath("data/outside.jsonl").read_text("utf-8")
    rows = [parse_json(line) for line in text.splitlines()]
    return [Sentence(r["language"], r["prompt"], r["facts"], tuple(r["unknown"])) for r in rows]


def outside(
    system: System, judges: dict[str, Judge], n: int, seed: int, on_done: OnDone
) -> dict[str, Metric]:
    """`named_unknown` and `named_falsely`: shares of things that are not drawn, and of all other words,
    that a note on the prompt names; `read.FACT`: what the text encoder understood; `FACT`: what the
    first judge sees in clips, its ceiling the same facts asked for in the captions' grammar, and
    `lost.FACT` the difference, paired. n above the number of sentences asks each of them again with
    another seed."""
    asked = sentences()
    chosen = [asked[i % len(asked)] for i in numpy_rng(seed, "outside").permutation(len(asked))]
    chosen = [chosen[i % len(chosen)] for i in range(n)]
    metrics = named(system, chosen) | shares(
        told(chosen, [_read(system, s) for s in chosen]), "read."
    )
    judge = next(iter(judges.values()))
    drawn = [s for s in chosen if "kind" in s.facts]
    if not drawn:
        return metrics
    seeds = [derive(seed, "outside", i) % 2**31 for i in range(len(drawn))]
    found = []
    for stage, prompts in (
        ("as said", [s.prompt for s in drawn]),
        ("in the grammar", [plainly(s, i) for s, i in zip(drawn, seeds, strict=True)]),
    ):
        on_batch = partial(_done, on_done, stage, len(drawn))
        clips = sample_clips(system, prompts, seeds, on_batch=on_batch)
        found.append(told(drawn, read_clips(judge, clips)))
    said, plain = found
    ceilings = {group: float(np.mean(plain[group])) for group in plain}
    return metrics | shares(said, "", ceilings) | losses(said, plain)


def _done(on_done: OnDone, stage: str, total: int, done: int) -> None:
    on_done(stage, done, total)


def named(system: System, asked: Sequence[Sentence]) -> dict[str, Metric]:
    """What the notes on words say of things that are not drawn, and of all other words."""
    right, false = [], []
    for sentence in asked:
        notes = set(system.lexicon.unknown(sentence.prompt))
        right += [word in notes for word in sentence.unknown]
        others = [m.group() for m in _WORD.finditer(sentence.prompt.lower())]
        false += [word in notes for word in others if word not in sentence.unknown]
    figures = {"named_unknown": right, "named_falsely": false}
    return {name: share(rows) for name, rows in figures.items() if rows}


def _read(system: System, sentence: Sentence) -> dict[str, str]:
    return system.text.understood(sentence.prompt)


def told(asked: Sequence[Sentence], found: Sequence[dict[str, str]]) -> Told:
    """Which stated facts were found, per group, and "all_facts" per sentence."""
    right: Told = {}
    for sentence, facts in zip(asked, found, strict=True):
        agree = {g: facts.get(g) == v for g, v in sentence.facts.items()}
        for group in GROUPS:
            if group in agree:
                right.setdefault(group, []).append(agree[group])
        right.setdefault("all_facts", []).append(all(agree.values()))
    return right


def shares(right: Told, prefix: str, ceilings: dict[str, float] | None = None) -> dict[str, Metric]:
    """A share per group, with a ceiling where there is one."""
    return {f"{prefix}{g}": share(v, (ceilings or {}).get(g)) for g, v in right.items()}


def losses(said: Told, plain: Told) -> dict[str, Metric]:
    """How much of every fact is lost by the other wording, paired."""
    return {
        f"lost.{g}": bootstrap(np.subtract(plain[g], said[g], dtype=float), unit="share")
        for g in said
    }


def plainly(sentence: Sentence, seed: int) -> str:
    """A caption in the grammar with the facts of a sentence; what it leaves open is drawn."""
    graph = sample_graph(derive(seed, "outside"), scene="core").replace(**sentence.facts)
    return caption(graph, numpy_rng(seed, "plainly"), language=sentence.language, style="medium")
