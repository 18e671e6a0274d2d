"""One clip against what its prompt states: which facts are right, in the clip and in its render."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from himmel.core.values import Frames
from himmel.evaluate.benchmark import Entry
from himmel.evaluate.intervals import Metric, share
from himmel.evaluate.measures import measured
from himmel.evaluate.reading import read_clips
from himmel.models.judge import Judge
from himmel.world.clip import WorldClip
from himmel.world.shown import shown
from himmel.world.vocabulary import names
from himmel.world.words.experiments import EXPERIMENTS

Right = dict[str, bool]


@dataclass(frozen=True)
class Scored:
    """What is right of one clip, and of the render of the same graph."""

    entry: Entry
    got: Right
    best: Right


def readable(judge: Judge, entry: Entry) -> dict[str, str]:
    """The stated facts that a judge has a name for and that the graph's clip shows for certain: of two
    things the picture does not say which one is meant, and under a moving camera all things move. Of
    experiments, which no judge was taught, nothing is asked but what is measured."""
    if entry.graph.scene in names(EXPERIMENTS):
        return {}
    return {
        group: name
        for group, name in entry.facts.items()
        if name in judge.config.classes.get(group, ()) and shown(entry.graph, group) == name
    }


def right_of(judge: Judge, clip: Frames, entry: Entry, reference: WorldClip) -> Right:
    """Which facts a clip (T, H, W, 3) shows as stated: those of the judge by name, those of measures.py,
    `binding` (kind and colour), and `all_facts`; empty where none can be read.

    `reference` is a render of the entry's graph; the clip has its shape."""
    asked = readable(judge, entry)
    read = read_clips(judge, clip[None])[0]
    right = {group: read[group] == name for group, name in asked.items()}
    if {"kind", "colour"} <= set(asked):
        right["binding"] = right["kind"] and right["colour"]
    right |= measured(clip, entry, reference)
    return {**right, "all_facts": all(right.values())} if right else {}


def wrong(right: Right) -> Right:
    """Everything wrong that could have been right: the score of a film that is not there."""
    return dict.fromkeys(right, False)


def figures(scored: Sequence[Scored]) -> dict[str, Metric]:
    """`FACT` of all clips, `CATEGORY.FACT`, and `all_facts` by language, each beside its ceiling.

    What a render of the same graph is read as wrong counts as well: the ceiling says how often."""
    groups: dict[str, Iterable[Scored]] = {"": scored}
    groups |= _by(scored, lambda s: f"{s.entry.category}.")
    metrics = {
        f"{prefix}{fact}": _share([s for s in some if fact in s.best], fact)
        for prefix, some in groups.items()
        for fact in dict.fromkeys(name for s in some for name in s.best)
    }
    told = [s for s in scored if "all_facts" in s.best]
    for language, some in _by(told, lambda s: s.entry.language).items():
        metrics[f"all_facts.{language}"] = _share(some, "all_facts")
    return metrics


def _by(scored: Sequence[Scored], key: Callable[[Scored], str]) -> dict[str, Sequence[Scored]]:
    found: dict[str, list[Scored]] = {}
    for one in scored:
        found.setdefault(key(one), []).append(one)
    return dict(found)


def _share(scored: Sequence[Scored], fact: str) -> Metric:
    return share([s.got[fact] for s in scored], float(np.mean([s.best[fact] for s in scored])))
