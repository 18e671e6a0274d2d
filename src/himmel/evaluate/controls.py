"""Are the measures to be trusted? Clips whose score is known beforehand, put before them.

Renders must reach the ceiling. Renders dealt out to other prompts must fall to chance. A still picture,
a film of noise, a cross-fade and a copy of another prompt's render must each be caught by the measure
that is there for it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from himmel.core.rng import numpy_rng
from himmel.core.values import Frames
from himmel.evaluate.adherence import OnDone, questions, render_questions
from himmel.evaluate.intervals import Metric, bootstrap, share
from himmel.evaluate.reading import compare, read_clips
from himmel.evaluate.steadiness import Figures, figures_of
from himmel.generate.system import System
from himmel.models.judge import UNREADABLE, Judge
from himmel.world.graph import Graph

_UNUSUAL = 5  # percent of renders that a measure may call worse than usual
Read = list[dict[str, str]]


def controls(
    system: System, judges: dict[str, Judge], n: int, seed: int, on_done: OnDone
) -> dict[str, Metric]:
    """`renders`, `shuffled`, `still`, `noise`, `cross_fade` and `copy`, each with the figures that tell.

    `.caught` is the share of clips of a control that its measure finds wrong; the ceiling of
    `shuffled.FACT` is chance: how often the reading of one render fits the graph of another.
    """
    asked = questions(n, seed)
    renders, judge = render_questions(asked, system, on_done), next(iter(judges.values()))
    graphs, fps = [q.graph for q in asked], system.config.defaults.fps
    read = read_clips(judge, renders)
    metrics = of_renders(read, graphs) | of_shuffled(read, graphs, seed)
    usual = [figures_of(judge, clip, fps) for clip in renders]
    on_done("measure", 1, 3)
    made = made_wrong(renders, seed)
    metrics |= of_still(judge, made["still"], graphs, fps)
    metrics |= of_noise(judge, made["noise"], graphs)
    on_done("measure", 2, 3)
    metrics |= of_cross_fade(judge, made["cross_fade"], graphs, usual, fps)
    copied = compare(read_clips(judge, made["copy"]), graphs)["all_facts"]
    same = np.array([a.facts == b.facts for a, b in zip(graphs, _turned(graphs), strict=True)])
    metrics["copy.caught"] = share((~copied)[~same] if (~same).any() else ~copied, 1.0)
    on_done("measure", 3, 3)
    return metrics


def still(clip: Frames) -> Frames:
    """The first frame of a clip (T, H, W, 3), all the time."""
    return np.repeat(clip[:1], len(clip), axis=0)


def noise(clip: Frames, rng: np.random.Generator) -> Frames:
    """Noise of the size of a clip."""
    return rng.integers(0, 256, clip.shape, dtype=np.uint8)


def cross_fade(first: Frames, second: Frames) -> Frames:
    """One clip that turns into another of its size."""
    weight = np.linspace(0, 1, len(first))[:, None, None, None]
    mixed: Frames = ((1 - weight) * first + weight * second).round().astype(np.uint8)
    return mixed


def made_wrong(renders: Frames, seed: int) -> dict[str, Frames]:
    """The wrong clips (N, T, H, W, 3) by name, of as many renders."""
    rng, turned = numpy_rng(seed, "controls"), np.roll(renders, 1, axis=0)
    return {
        "still": np.stack([still(clip) for clip in renders]),
        "noise": np.stack([noise(clip, rng) for clip in renders]),
        "cross_fade": np.stack(list(map(cross_fade, renders, turned))),
        "copy": turned,
    }


def _turned(graphs: Sequence[Graph]) -> list[Graph]:
    return [graphs[-1], *graphs[:-1]]


def of_renders(read: Read, graphs: list[Graph]) -> dict[str, Metric]:
    """The share of facts read right from renders, of which all ceilings are made."""
    return {f"renders.{fact}": share(right) for fact, right in compare(read, graphs).items()}


def of_shuffled(read: Read, graphs: list[Graph], seed: int) -> dict[str, Metric]:
    """The same where every reading is held against the graph of another clip, beside chance."""
    if len(read) < 2:
        return {}
    order = deranged(len(read), numpy_rng(seed, "shuffled"))
    right = compare([read[i] for i in order], graphs)
    expected = chance(read, graphs)
    return {f"shuffled.{fact}": share(right[fact], expected[fact]) for fact in right}


def deranged(count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """An order (count,) in which nothing keeps its place; count >= 2."""
    order = rng.permutation(count)
    result = np.empty_like(order)
    result[order] = np.roll(order, 1)
    return result


def chance(read: Read, graphs: list[Graph]) -> dict[str, float]:
    """Per fact the share of all pairs of different clips in which the reading of one fits the other."""
    count = len(read)
    total: dict[str, float] = {}
    for step in range(1, count):
        moved = compare([read[(i + step) % count] for i in range(count)], graphs)
        for fact, right in moved.items():
            total[fact] = total.get(fact, 0.0) + float(right.mean()) / (count - 1)
    return total


def of_still(judge: Judge, clips: Frames, graphs: list[Graph], fps: float) -> dict[str, Metric]:
    """A still picture moves nowhere: `time` sees it in the dynamic degree, `adherence` in the motion."""
    moving = np.array([g.motion != "still" for g in graphs])
    if not moving.any():
        return {}
    clips, asked = clips[moving], [g for g in graphs if g.motion != "still"]
    right = compare(read_clips(judge, clips), asked)["motion"]
    dynamic = [figures_of(judge, clip, fps)["dynamic_degree"] for clip in clips]
    return {
        "still.motion": share(right),
        "still.dynamic_degree": share(dynamic),
        "still.caught": share(~right, 1.0),
    }


def of_noise(judge: Judge, clips: Frames, graphs: list[Graph]) -> dict[str, Metric]:
    """Noise shows nothing: `adherence` must not read what was asked, and should say unreadable."""
    read = read_clips(judge, clips)
    groups = list(read[0])
    unreadable = [np.mean([r[g] == UNREADABLE for g in groups]) for r in read]
    right = compare(read, graphs)["all_facts"]
    return {
        "noise.unreadable": bootstrap(unreadable, unit="share of facts"),
        "noise.caught": share(~right, 1.0),
    }


def of_cross_fade(
    judge: Judge, clips: Frames, graphs: list[Graph], usual: list[Figures], fps: float
) -> dict[str, Metric]:
    """A cross-fade moves smoothly and yet holds nothing fast: `time` sees it in subject or background
    steadiness below those of nineteen in twenty renders, or in a subject that is not there all along."""
    figures = [figures_of(judge, clip, fps) for clip in clips]
    names = ("subject_steadiness", "background_steadiness")
    least = {
        name: np.percentile([f[name] for f in usual if name in f] or [0.0], _UNUSUAL)
        for name in names
    }
    caught = [any(f.get(name, -1.0) < least[name] for name in names) for f in figures]
    right = compare(read_clips(judge, clips), graphs)["all_facts"]
    metrics = {"cross_fade.caught": share(caught, 1.0), "cross_fade.all_facts": share(right)}
    for name in names:
        got, best = ([f[name] for f in made if name in f] for made in (figures, usual))
        if got and best:
            beside = float(np.mean(best))
            metrics[f"cross_fade.{name}"] = bootstrap(got, unit="cosine", ceiling=beside)
    return metrics
