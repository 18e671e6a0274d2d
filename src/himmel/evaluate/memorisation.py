"""Does a model repeat its training clips? How near the nearest one lies, as the model could draw it.

A model draws a clip as its codec can tell it, and a codec loses more of a clip than often lies between
it and another of this small world. Whether a clip is a copy is therefore asked of what the codec makes of
the training clips that lie nearest. How new clips are on the whole, their ratio says: distance to the
nearest of N training clips over that to the nearest of N clips that training never saw, near 1 for what
is new, near 0 for copies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from himmel.conditions.canvas import blank
from himmel.conditions.canvas import known as held
from himmel.core.errors import HimmelError
from himmel.core.geometry import PixelShape
from himmel.core.rng import derive
from himmel.core.shards import read_all
from himmel.core.values import Frames
from himmel.evaluate.adherence import OnDone, questions, render_questions
from himmel.evaluate.codec import reconstruct
from himmel.evaluate.drawn import draw_questions
from himmel.evaluate.features import Extractor, Points, points, small_pixels
from himmel.evaluate.intervals import Metric, bootstrap, share
from himmel.evaluate.sampling import sample_latents
from himmel.generate.decode import to_frames
from himmel.generate.system import System
from himmel.models.judge import Judge
from himmel.world.captions import captions
from himmel.world.clip import make_clip
from himmel.world.graph import CORE, Graph, sample_graph

COPIED = 5.5  # of 255, root mean square over `small_pixels`: what lies nearer is a copy
TRAINED_ON = 1000  # the seed of the core clips that the recipe `embedded` draws
LEAST_CLIPS, MOST_COPIES, LEAST_FOUND = 500, 0.005, 0.9  # of a release
_KNOWN = 4  # training clips to a question, where no corpus is given
_COMPARED = 2000  # clips of either side of a ratio
_LOOKED_AT = 2  # of the nearest training clips
_PLANTED, _HELD = 32, 0.6  # how many, and how much of one is given to the model that draws it again
_SIDE, _FRAMES, _FPS = 64, 17, 8.0  # of those clips
_SMALLEST = 1e-9
_PIXELS = "pixels"

Example = tuple[Graph, Frames]
Distances = NDArray[np.float64]


def memorisation(
    system: System,
    judges: dict[str, Judge],
    n: int,
    seed: int,
    on_done: OnDone,
    corpus: Path | None = None,
) -> dict[str, Metric]:
    """`copies`: share of clips that are copies, and `ratio.FEATURES`; the ceilings are the same of fresh
    renders. `planted`: the share found of training clips that the model was given and drew again.

    Training clips are all shards of the folder `corpus`, else renders of the first training seeds. A
    ratio compares with the first _COMPARED of them.
    """
    named = {"judge": next(iter(judges.values())).features, _PIXELS: small_pixels}
    graphs: list[Graph] = []
    # First of all, so that a corpus that cannot be read is known before films are drawn for minutes.
    some, known = _training_points(named, _noted(training_clips(_KNOWN * n, corpus), graphs))
    asked = questions(n, seed)
    fresh = render_questions(asked, system, on_done)
    clips = draw_questions(asked, system, on_done)
    unknown = points(named, unseen_clips(graphs[:_COMPARED], seed))
    told = [reconstruct(system.codec, clip) for clip in fresh]  # as a model would draw them
    planted = drawn_again(system, graphs[:_PLANTED])
    made = {who: points(named, s) for who, s in (("drawn", clips), ("fresh", fresh))}
    ratios = {
        who: {name: ratio(found[name], some[name], unknown[name]) for name in named}
        for who, found in made.items()
    }
    return figures(
        ratios,
        {
            who: told_distance(system, films, known, graphs)
            for who, films in (("drawn", clips), ("fresh", told), ("planted", planted))
        },
    )


def figures(
    ratios: dict[str, dict[str, Distances]], distances: dict[str, Distances]
) -> dict[str, Metric]:
    """The suite's figures from the ratios of clips that were drawn and fresh, and from the distances of
    those and of planted ones."""
    metrics = {
        f"ratio.{name}": bootstrap(
            drawn, unit="known / unknown", ceiling=float(ratios["fresh"][name].mean())
        )
        for name, drawn in ratios["drawn"].items()
    }
    found = {who: distance < COPIED for who, distance in distances.items()}
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
    return np.asarray(np.sqrt(_squared(x, others).min(1)))


def ratio(x: Points, known: Points, unknown: Points) -> NDArray[np.float64]:
    """Distance to the nearest known point over that to the nearest unknown one; near 0 for a copy."""
    result: NDArray[np.float64] = nearest(x, known) / nearest(x, unknown).clip(_SMALLEST)
    return result


def told_distance(
    system: System, clips: Iterable[Frames], known: Points, graphs: Sequence[Graph]
) -> Distances:
    """How far (N,) clips lie, of 255, from what the codec makes of those training clips that are nearest
    to them by their `small_pixels` (M, D). The graphs (M) are of those."""
    made = points({_PIXELS: small_pixels}, clips)[_PIXELS]
    told: dict[int, Points] = {}

    def distance(clip: Points, number: int) -> float:
        if number not in told:
            films = [reconstruct(system.codec, film) for film in _shown(system, graphs[number])]
            told[number] = points({_PIXELS: small_pixels}, films)[_PIXELS]
        return 255 * float(np.sqrt(np.square(clip - told[number]).mean(1)).min())

    near = _squared(made, known).argsort(1)[:, :_LOOKED_AT]
    return np.array(
        [
            min(distance(clip, int(number)) for number in numbers)
            for clip, numbers in zip(made, near, strict=True)
        ]
    )


@torch.inference_mode()
def drawn_again(system: System, graphs: Sequence[Graph]) -> list[Frames]:
    """Training clips that the model was given noisy, with their sentence: copies as it makes them."""
    defaults, codec = system.config.defaults, system.codec
    clips = [_as_the_model_sees(system, graph) for graph in graphs]
    videos = [torch.from_numpy(clip).permute(3, 0, 1, 2).float() / 127.5 - 1 for clip in clips]
    latents = torch.cat([codec.encode(video[None]) for video in videos])
    shape = codec.compression.latent(PixelShape(defaults.frames, defaults.height, defaults.width))
    canvas = held(latents, strength=_HELD)(blank(shape, len(latents)))
    said = [captions(graph, "en", count=1)[0] for graph in graphs]
    seeds = range(len(said))
    drawn = sample_latents(system, said, seeds, defaults.steps, defaults.guidance, canvas)
    return [to_frames(codec.decode(one[None])) for one in drawn]


def _training_points(
    named: dict[str, Extractor], clips: Iterator[Frames]
) -> tuple[dict[str, Points], Points]:
    """All features of the first clips, and the pixels of all: the judge takes its time."""
    some = points(named, islice(clips, _COMPARED))
    first = next(clips, None)
    if first is None:
        return some, some[_PIXELS]
    rest = points({_PIXELS: small_pixels}, chain([first], clips))
    return some, np.concatenate([some[_PIXELS], rest[_PIXELS]])


def _squared(x: Points, others: Points) -> Distances:
    squared: Distances = (x**2).sum(1)[:, None] + (others**2).sum(1) - 2 * x @ others.T
    return squared.clip(0)


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


def _as_the_model_sees(system: System, graph: Graph, shrunk: int = 1) -> Frames:
    defaults = system.config.defaults
    height, width = defaults.height // shrunk, defaults.width // shrunk
    return make_clip(graph, height, defaults.frames, defaults.fps, width=width).frames


def _shown(system: System, graph: Graph) -> tuple[Frames, Frames]:
    """As training may have shown a clip: at the model's size, and at half of it, pixels doubled: a fine
    pattern is not the same in both."""
    small = _as_the_model_sees(system, graph, 2)
    return _as_the_model_sees(system, graph), small.repeat(2, 1).repeat(2, 2)
