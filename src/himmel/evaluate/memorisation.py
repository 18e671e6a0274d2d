"""Does a model repeat its training clips? How near the nearest one lies, against clips never trained on.

A clip's distance to the nearest of N training clips says little for itself, since the world is small
and two clips of one sentence are alike. Its ratio to the distance to the nearest of N clips that
training never saw says more: near 1 for what is new, near 0 for a copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import HimmelError
from himmel.core.rng import derive
from himmel.core.shards import read_all
from himmel.core.values import Frames
from himmel.evaluate.adherence import OnDone, questions, render_questions
from himmel.evaluate.codec import reconstruct
from himmel.evaluate.drawn import draw_questions
from himmel.evaluate.features import Points, points, small_pixels
from himmel.evaluate.intervals import Metric, bootstrap, share
from himmel.generate.system import System
from himmel.models.judge import Judge
from himmel.world.clip import make_clip
from himmel.world.graph import CORE, Graph, sample_graph

COPIED = 0.6  # a ratio below it, by what the judge reads and by pixels, makes a copy
TRAINED_ON = 1000  # the seed of the core clips that the recipe `embedded` draws
LEAST_CLIPS, MOST_COPIES, LEAST_FOUND = 500, 0.005, 0.9  # of a release
_KNOWN = 4  # training clips to a question, where no corpus is given
_PLANTED = 32
_SIDE, _FRAMES, _FPS = 64, 17, 8.0  # of those clips
_SMALLEST = 1e-9

Example = tuple[Graph, Frames]


def memorisation(
    system: System,
    judges: dict[str, Judge],
    n: int,
    seed: int,
    on_done: OnDone,
    corpus: Path | None = None,
) -> dict[str, Metric]:
    """`copies`: share of clips that are copies, and `ratio.FEATURES`: nearest training clip over nearest
    of as many that training never saw; the ceilings are the same of fresh renders. `planted`: the share
    found of training clips that were put among the drawn ones, through the codec, as a model would.

    Training clips are all shards of the folder `corpus`, else renders of the first training seeds.
    """
    named = {"judge": next(iter(judges.values())).features, "pixels": small_pixels}
    graphs: list[Graph] = []
    # First of all, so that a corpus that cannot be read is known before films are drawn for minutes.
    known = points(named, _noted(training_clips(_KNOWN * n, corpus), graphs))
    asked = questions(n, seed)
    fresh = render_questions(asked, system, on_done)
    clips = draw_questions(asked, system, on_done)
    unknown = points(named, unseen_clips(graphs, seed))
    planted = [_as_a_model_would(system, graph) for graph in graphs[:_PLANTED]]
    made = {who: points(named, s) for who, s in (("drawn", clips), ("fresh", fresh))}
    made["planted"] = points(named, planted)
    ratios = {
        who: {name: ratio(found[name], known[name], unknown[name]) for name in named}
        for who, found in made.items()
    }
    return figures(ratios)


def figures(ratios: dict[str, dict[str, NDArray[np.float64]]]) -> dict[str, Metric]:
    """The suite's figures from the ratios of clips that were drawn, fresh, and planted."""
    metrics = {
        f"ratio.{name}": bootstrap(
            drawn, unit="known / unknown", ceiling=float(ratios["fresh"][name].mean())
        )
        for name, drawn in ratios["drawn"].items()
    }
    found = {who: copied(list(of.values())) for who, of in ratios.items()}
    metrics["copies"] = share(found["drawn"], float(found["fresh"].mean()))
    metrics["planted"] = share(found["planted"], 1.0)
    return metrics


def release_gate(report: Mapping[str, Any]) -> None:
    """Let a model be released whose report of this suite shows that it repeats nothing.

    Raises HimmelError for fewer than LEAST_CLIPS clips, for more than MOST_COPIES of copies, or where
    fewer than LEAST_FOUND of the planted copies were found: then the measurement says nothing.
    """
    metrics = report.get("metrics", {})
    if report.get("name") != "memorisation" or not {"copies", "planted"} <= set(metrics):
        raise HimmelError("this is no report of: himmel evaluate memorisation --json")
    found, copies = metrics["planted"]["value"], metrics["copies"]["value"]
    if report["n"] < LEAST_CLIPS:
        raise HimmelError(f"{report['n']} clips are too few to release by; use --n {LEAST_CLIPS}")
    if found < LEAST_FOUND:
        raise HimmelError(f"only {found:.0%} of planted copies were found, so this says nothing")
    if copies > MOST_COPIES:
        raise HimmelError(
            f"{copies:.1%} of the clips repeat training clips, more than {MOST_COPIES:.1%}; do not "
            "release these weights"
        )


def nearest(x: Points, others: Points) -> NDArray[np.float64]:
    """The distance (N,) of every point (N, D) to the nearest of the others (M, D)."""
    squared = (x**2).sum(1)[:, None] + (others**2).sum(1) - 2 * x @ others.T
    result: NDArray[np.float64] = np.sqrt(squared.clip(0).min(1))
    return result


def ratio(x: Points, known: Points, unknown: Points) -> NDArray[np.float64]:
    """Distance to the nearest known point over that to the nearest unknown one; near 0 for a copy."""
    result: NDArray[np.float64] = nearest(x, known) / nearest(x, unknown).clip(_SMALLEST)
    return result


def copied(ratios: list[NDArray[np.float64]]) -> NDArray[np.bool_]:
    """Which clips are copies: by all sorts of features, because by one alone some are by chance."""
    result: NDArray[np.bool_] = np.logical_and.reduce([values < COPIED for values in ratios])
    return result


def training_clips(count: int, corpus: Path | None = None) -> Iterator[Example]:
    """The clips of a folder of shards, else the first that the recipe trains on. Raises HimmelError for
    a folder without shards or whose clips do not say what they show."""
    if corpus is None:
        for index in range(count):
            graph = sample_graph(derive(TRAINED_ON, "world", index), CORE)
            yield graph, make_clip(graph, _SIDE, _FRAMES, _FPS).frames
        return
    for shard in read_all([corpus]):
        for frames, sample in zip(shard.arrays["frames"], shard.samples, strict=True):
            if "graph" not in sample:
                raise HimmelError(f"{corpus} holds clips without a graph; give shards of the world")
            yield Graph.from_dict(sample["graph"]), frames


def unseen_clips(graphs: list[Graph], seed: int) -> Iterator[Frames]:
    """As many clips as there are graphs, of the same scenes, from seeds of their own."""
    for index, graph in enumerate(graphs):
        other = sample_graph(derive(seed, "never trained on", index), graph.scene)
        yield make_clip(other, _SIDE, _FRAMES, _FPS).frames


def _noted(examples: Iterator[Example], graphs: list[Graph]) -> Iterator[Frames]:
    for graph, frames in examples:
        graphs.append(graph)
        yield frames


def _as_a_model_would(system: System, graph: Graph) -> Frames:
    defaults = system.config.defaults
    clip = make_clip(graph, defaults.height, defaults.frames, defaults.fps, width=defaults.width)
    return reconstruct(system.codec, clip.frames)
