"""Does another seed give another clip? What a sentence leaves open should differ, what it says not.

Every prompt is drawn with several seeds. Beside it stand renders that fit the same prompt, with what it
leaves open drawn anew: nobody could vary more without disobeying.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from himmel.core.rng import derive, numpy_rng
from himmel.evaluate.adherence import OnDone
from himmel.evaluate.features import Points
from himmel.evaluate.intervals import Metric, bootstrap
from himmel.evaluate.reading import read_clips
from himmel.evaluate.sampling import sample_clips
from himmel.generate.system import System
from himmel.models.judge import Judge
from himmel.world.captions import caption
from himmel.world.clip import make_clip
from himmel.world.graph import CORE, Graph, allowed, sample_graph
from himmel.world.reading import facts_in

SEEDS = 8  # clips of a prompt
Facts = dict[str, str]


@dataclass(frozen=True)
class OpenPrompt:
    """A sentence, the facts that it states, and as many graphs that fit it as clips are drawn."""

    prompt: str
    stated: Facts
    graphs: tuple[Graph, ...]
    seeds: tuple[int, ...]


def diversity(
    system: System, judges: dict[str, Judge], n: int, seed: int, on_done: OnDone
) -> dict[str, Metric]:
    """`entropy.open` and `entropy.stated` in bits a fact over the clips of a prompt, of facts that it
    leaves open and that it states; `distance`: mean of all pairs, in features of the judge. Means over
    n / 8 prompts, 8 clips each; the ceilings are those of renders that fit the prompts."""
    prompts = open_prompts(max(1, n // SEEDS), seed)
    judge = next(iter(judges.values()))
    drawn, fitting = [], []
    for done, asked in enumerate(prompts, 1):
        clips = sample_clips(system, [asked.prompt] * SEEDS, asked.seeds)
        size = system.config.defaults
        renders = [make_clip(g, size.width, size.frames, size.fps).frames for g in asked.graphs]
        drawn.append(spread(judge, list(clips), asked.stated))
        fitting.append(spread(judge, renders, asked.stated))
        on_done("generate", done, len(prompts))
    return {
        name: bootstrap(
            [of[name] for of in drawn if name in of],
            unit=unit,
            ceiling=float(np.mean([of[name] for of in fitting if name in of])),
        )
        for name, unit in UNITS.items()
        if any(name in of for of in drawn)
    }


UNITS = {
    "entropy.open": "bits a fact",
    "entropy.stated": "bits a fact",
    "distance": "judge's features",
}


def open_prompts(count: int, seed: int) -> list[OpenPrompt]:
    """Sentences of the core that leave something open, English and German by turns."""
    found: list[OpenPrompt] = []
    attempt = 0
    while len(found) < count:
        number = derive(seed, "diversity", attempt)
        attempt += 1
        graph = sample_graph(number, CORE)
        language = ("en", "de")[len(found) % 2]
        prompt = caption(graph, numpy_rng(number, "prompt"), language, "short")
        stated = {k: v for k, v in facts_in(prompt).items() if k in graph.facts}
        if len(stated) < len(graph.facts):
            graphs = tuple(fitting_graph(stated, derive(number, "fit", i)) for i in range(SEEDS))
            seeds = tuple(derive(number, "noise", i) % 2**31 for i in range(SEEDS))
            found.append(OpenPrompt(prompt, stated, graphs, seeds))
    return found


def fitting_graph(stated: Facts, seed: int) -> Graph:
    """A core graph of which the stated facts are true, all others drawn from the seed."""
    for attempt in range(1000):
        drawn = sample_graph(derive(seed, attempt), CORE)
        graph = dataclasses.replace(drawn, **stated)  # type: ignore[arg-type]
        if allowed(graph.kind, graph.motion):
            return graph
    raise AssertionError(f"no motion of {stated} can be seen")


def spread(judge: Judge, clips: Sequence[np.ndarray], stated: Facts) -> dict[str, float]:
    """The figures of the clips of one prompt; a kind of fact that does not occur is left out."""
    stacked = np.stack(clips)
    read = read_clips(judge, stacked)
    open_facts = [entropy([r[g] for r in read]) for g in read[0] if g not in stated]
    told = [entropy([r[g] for r in read]) for g in read[0] if g in stated]
    figures = {"distance": mean_distance(judge.features(torch.from_numpy(stacked)).numpy())}
    if open_facts:
        figures["entropy.open"] = float(np.mean(open_facts))
    if told:
        figures["entropy.stated"] = float(np.mean(told))
    return figures


def entropy(names: Sequence[str]) -> float:
    """Shannon's entropy in bits of how often each name occurs: 0 for one name, log2 k for k alike."""
    _, counts = np.unique(list(names), return_counts=True)
    share = counts / counts.sum()
    return float(-(share * np.log2(share)).sum()) + 0.0


def mean_distance(points: Points) -> float:
    """The mean distance of all pairs of points (N, D); 0 for a single one."""
    if len(points) < 2:
        return 0.0
    between = np.linalg.norm(points[:, None] - points[None], axis=-1)
    return float(between.sum() / (len(points) * (len(points) - 1)))
