"""Questions about families of scenes: what training may have seen, what lies in a gap, what beyond."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence

import numpy as np

from himmel.core.rng import derive, numpy_rng
from himmel.core.values import Frames
from himmel.evaluate.adherence import OnDone, Question
from himmel.evaluate.intervals import Metric
from himmel.generate.system import System
from himmel.world.captions import caption
from himmel.world.clip import WorldClip, make_clip
from himmel.world.graph import Graph, family_of, sample_graph
from himmel.world.words.rows import Quantity

SPLITS = ("in", "gap", "beyond")
SUFFIXES = {"in": "", "gap": ".gap", "beyond": ".beyond", "core": ".core"}


def family_questions(
    families: Sequence[str], n: int, seed: int, name: str, splits: Sequence[str] = SPLITS
) -> list[Question]:
    """n questions, families by turns, then splits, then languages; every fact is said."""
    asked = []
    for i in range(n):
        number = derive(seed, name, i)
        family, turn = families[i % len(families)], i // len(families)
        graph = moved(sample_graph(number, scene=family), splits[turn % len(splits)])
        asked.append(question(graph, number, ("en", "de")[turn // len(splits) % 2]))
    return asked


def question(graph: Graph, number: int, language: str = "en") -> Question:
    """A graph with a sentence that says all of it and noise of its own."""
    prompt = caption(graph, numpy_rng(number, "prompt"), language=language, style="medium")
    return Question(graph, prompt, derive(number, "noise") % 2**31, language, held_out=False)


def moved(graph: Graph, split: str) -> Graph:
    """The same graph with one of its quantities in another split, if one has such values."""
    rng = numpy_rng(graph.seed, "split", split)
    able = [q for q in family_of(graph.scene).quantities if _range(q, split) is not None]
    if split == "in" or not able:
        return graph
    quantity = able[int(rng.integers(len(able)))]
    value = round(float(rng.uniform(*(_range(quantity, split) or (0, 0)))), 2)
    return dataclasses.replace(graph, values={**graph.values, quantity.name: value})


def split_of(graph: Graph) -> str:
    """Where the values of a graph lie: "beyond" if one does, else "gap" if one does, else "in"."""
    found = {
        quantity.split(graph.values[quantity.name])
        for quantity in family_of(graph.scene).quantities
        if quantity.name in graph.values
    }
    return next((split for split in ("beyond", "gap") if split in found), "in")


def references(asked: Sequence[Question], system: System, on_done: OnDone) -> list[WorldClip]:
    """What the questions ask for, rendered at the model's size."""
    defaults = system.config.defaults
    made = []
    for done, one in enumerate(asked, 1):
        made.append(
            make_clip(
                one.graph, defaults.height, defaults.frames, defaults.fps, width=defaults.width
            )
        )
        on_done("render", done, len(asked))
    return made


def statistic(
    measure: Callable[..., float],
    *columns: Sequence[float],
    unit: str = "",
    ceiling: float | None = None,
    draws: int = 500,
) -> Metric:
    """A figure of columns of equal length with its 95 % percentile bootstrap interval over rows."""
    table = np.array(columns, float)
    rng = np.random.default_rng(0)
    rows = rng.integers(table.shape[1], size=(draws, table.shape[1]))
    drawn = [measure(*table[:, row]) for row in rows]
    known = [value for value in drawn if math.isfinite(value)] or [0.0]
    low, high = np.percentile(known, [2.5, 97.5])
    return Metric(
        value=measure(*table), low=float(low), high=float(high), ceiling=ceiling, unit=unit
    )


def median(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """The median as a float."""
    return float(np.median(values))


def _range(quantity: Quantity, split: str) -> tuple[float, float] | None:
    if split == "gap" and math.isfinite(quantity.gap[0]):
        return quantity.gap
    if split == "beyond" and not math.isnan(quantity.beyond):
        return quantity.high + 0.01, quantity.beyond
    return None


def frames_of(clips: Sequence[WorldClip]) -> list[Frames]:
    """The pictures of renders."""
    return [clip.frames for clip in clips]
