"""How many kinds of the catalogue does a model draw? Each is asked for a few times and read back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import HimmelError
from himmel.core.rng import derive, numpy_rng
from himmel.evaluate.adherence import OnDone, Question, render_questions
from himmel.evaluate.intervals import Metric, share
from himmel.evaluate.reading import read_clips
from himmel.evaluate.sampling import sample_clips
from himmel.generate.system import System
from himmel.models.judge import Judge
from himmel.world import vocabulary, words
from himmel.world.captions import say
from himmel.world.graph import Graph, is_held_out, pick, sample_graph
from himmel.world.vocabulary import COLOURS, names

ENOUGH = 0.8  # of the times that a kind is asked for, for it to count as drawn
CORE = frozenset(names(vocabulary.KINDS))


def kinds(
    system: System, judges: dict[str, Judge], n: int, seed: int, on_done: OnDone
) -> dict[str, Metric]:
    """`drawn`: kinds that the first judge reads in at least 80 % of the clips that ask for them, out of
    `known`, those for which the judge has a name; `kind`: the share of all clips; `.core`: of the core's
    kinds alone. About n questions, at least one for every kind; ceilings are the same of renders."""
    judge = next(iter(judges.values()))
    known = [kind for kind in names(words.KINDS) if kind in judge.config.classes["kind"]]
    asked = questions(known, max(1, round(n / len(known))), seed)
    renders = render_questions(asked, system, on_done)
    clips = sample_clips(
        system,
        [q.prompt for q in asked],
        [q.seed for q in asked],
        on_batch=lambda done: on_done("generate", done, len(asked)),
    )
    wanted = np.array([q.graph.kind for q in asked])
    got, best = (
        np.array([facts["kind"] for facts in read_clips(judge, made)]) == wanted
        for made in (clips, renders)
    )
    return figures(wanted, got, best)


def questions(known: Sequence[str], each: int, seed: int) -> list[Question]:
    """`each` questions per kind, one subject that stands in any place by day, languages by turns."""
    if not known:
        raise HimmelError(
            "the judge has no name for any kind of the world; use a model with its judge"
        )
    asked = []
    for place, kind in enumerate(known):
        for i in range(each):
            number = derive(seed, "kinds", kind, i)
            graph = _plain(number, kind)
            language = ("en", "de")[(place + i) % 2]
            said = say(graph, numpy_rng(number, "prompt"), language, "medium", still=True)
            noise = derive(number, "noise") % 2**31
            asked.append(Question(graph, said.text, noise, language, held_out=False))
    return asked


def _plain(seed: int, kind: str) -> Graph:
    rng = numpy_rng(seed, "kinds")
    colours = [c for c in names(COLOURS) if not is_held_out(kind, c)]
    settings = names(vocabulary.SETTINGS) if kind in CORE else names(words.SETTINGS)
    drawn = sample_graph(seed, "wide").replace(
        kind=kind,
        colour=pick(rng, colours),
        setting=pick(rng, settings),
        time="day",
        motion="still",
        weather="clear",
        look="natural",
        traits=(),
    )
    return drawn.replace(scene="core") if kind in CORE else drawn


def figures(
    wanted: NDArray[np.str_], got: NDArray[np.bool_], best: NDArray[np.bool_]
) -> dict[str, Metric]:
    """Counts and shares of kinds asked for, of what was read right in clips and in renders."""
    metrics = {}
    for suffix, rows in {"": np.ones_like(got), ".core": np.isin(wanted, sorted(CORE))}.items():
        if rows.any():
            per_clip, per_render = (_per_kind(wanted[rows], right[rows]) for right in (got, best))
            drawn, readable = (
                sum(v >= ENOUGH for v in per.values()) for per in (per_clip, per_render)
            )
            metrics[f"drawn{suffix}"] = _count(drawn, readable)
            metrics[f"known{suffix}"] = _count(len(per_clip), len(per_clip))
            metrics[f"kind{suffix}"] = share(got[rows], float(best[rows].mean()))
    return metrics


def _per_kind(wanted: NDArray[np.str_], right: NDArray[np.bool_]) -> dict[str, float]:
    return {kind: float(right[wanted == kind].mean()) for kind in np.unique(wanted)}


def _count(value: int, ceiling: int) -> Metric:
    return Metric(value=value, low=value, high=value, ceiling=ceiling, unit="kinds")
