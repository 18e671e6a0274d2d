"""Class names of every fact group, and what a graph or a sentence says about them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor

from himmel.train.objectives.judge import IGNORE
from himmel.world.captions import caption
from himmel.world.graph import Graph
from himmel.world.reading import facts_in
from himmel.world.vocabulary import COLOURS, KINDS, MOTIONS, SCENES, SETTINGS, TIMES

CORE = "core"
GROUPS = ("kind", "colour", "setting", "time", "motion")
DIRECTED_KINDS = ("monster", "people", "town")


def _names(things: Iterable[object]) -> list[str]:
    return [str(getattr(thing, "name", thing)) for thing in things]


def classes() -> dict[str, list[str]]:
    """Names per group; the directed scenes count as settings of their own."""
    settings = [getattr(scene, "setting", None) or scene.name for scene in SCENES]
    return {
        "kind": [*_names(KINDS), *DIRECTED_KINDS],
        "colour": _names(COLOURS),
        "setting": [*_names(SETTINGS), *settings],
        "time": _names(TIMES),
        "motion": _names(MOTIONS),
    }


def judge_labels(graphs: list[Graph]) -> dict[str, Tensor]:
    """Class index per group (N,). Where a fact does not apply (the motion of a directed scene, the
    colour of a town) the label is IGNORE."""
    names = classes()
    rows = {}
    for group in GROUPS:
        index = {name: i for i, name in enumerate(names[group])}
        values = [index.get(getattr(g, group), IGNORE) for g in graphs]
        if group == "motion":
            values = [v if g.scene == CORE else IGNORE for v, g in zip(values, graphs, strict=True)]
        rows[group] = torch.tensor(values)
    return rows


def text_labels(sentences: list[str]) -> dict[str, Tensor]:
    """Class index per group (N,) of what the sentences say; the last class is `not said`."""
    names = classes()
    facts = [facts_in(sentence) for sentence in sentences]
    rows = {}
    for group in GROUPS:
        index = {name: i for i, name in enumerate(names[group])}
        rows[group] = torch.tensor([index.get(f.get(group, ""), len(index)) for f in facts])
    return rows


def draw_caption(graph: Graph, rng: np.random.Generator, still: bool = False) -> str:
    """One training sentence: English and German alike, half of them with every fact."""
    language = ("en", "de")[int(rng.integers(2))]
    style = ("medium", "medium", "short", "paraphrase")[int(rng.integers(4))]
    return caption(graph, rng, language=language, style=style, still=still)
