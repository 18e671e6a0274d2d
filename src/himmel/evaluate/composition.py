"""Does a model put together what it never saw together? Counts, relations, new triples, other words."""

from __future__ import annotations

from himmel.core.rng import derive
from himmel.evaluate.adherence import OnDone
from himmel.evaluate.benchmark import CATEGORIES, Entry, build
from himmel.evaluate.intervals import Metric
from himmel.evaluate.sampling import sample_clips
from himmel.evaluate.scoring import Scored, figures, right_of
from himmel.generate.system import System
from himmel.models.judge import Judge
from himmel.world.clip import make_clip

ASKED = ("core", "binding", "triples", "counts", "relations", "paraphrases", "typos")
_BATCH = 16


def composition(
    system: System, judges: dict[str, Judge], n: int, seed: int, on_done: OnDone
) -> dict[str, Metric]:
    """The figures of scoring.figures on about n questions, the categories of ASKED in equal parts."""
    equal = tuple(c for c in CATEGORIES if c.name in ASKED)
    entries = [e for c in equal for e in build(max(1, n // len(equal)), seed, (c,))]
    scored: list[Scored] = []
    for start in range(0, len(entries), _BATCH):
        scored += _score(system, next(iter(judges.values())), entries[start : start + _BATCH])
        on_done("generate", len(scored), len(entries))
    return figures(scored)


def _score(system: System, judge: Judge, entries: list[Entry]) -> list[Scored]:
    seeds = [derive(entry.graph.seed, "noise") % 2**31 for entry in entries]
    clips = sample_clips(system, [entry.prompt for entry in entries], seeds)
    size, scored = system.config.defaults, []
    for clip, entry in zip(clips, entries, strict=True):
        render = make_clip(entry.graph, size.height, size.frames, size.fps, width=size.width)
        got = right_of(judge, clip, entry, render)
        scored.append(Scored(entry, got, right_of(judge, render.frames, entry, render)))
    return scored
