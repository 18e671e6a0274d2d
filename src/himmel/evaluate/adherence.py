"""Does the clip show what the sentence says? Asked of a judge, as a share of its own ceiling.

Half of the prompts are English and half German; half hold pairs of kind and colour that training
never showed. The ceiling is the same judge on renders of the same graphs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from himmel.core.rng import derive, numpy_rng
from himmel.evaluate.agreement import agreements, lower, parse_clips
from himmel.evaluate.intervals import Metric, bootstrap, share
from himmel.evaluate.reading import Right, compare, facts_right
from himmel.evaluate.sampling import sample_clips
from himmel.evaluate.sharpness import beat_ratio, border_ratio, box_of, edge_energy
from himmel.generate.system import System
from himmel.interop.weights import load_config, load_state
from himmel.models.judge import Judge, JudgeConfig
from himmel.world.captions import caption
from himmel.world.clip import make_clip
from himmel.world.graph import Graph, sample_graph

OnDone = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Question:
    """A graph, the sentence that asks for it, and the seed of its noise."""

    graph: Graph
    prompt: str
    seed: int
    language: str
    held_out: bool


def questions(n: int, seed: int) -> list[Question]:
    """n questions on the core vocabulary, every fact said: language and hold-out by turns."""
    asked = []
    for i in range(n):
        language, held_out = ("en", "de")[i % 2], i // 2 % 2 == 1
        number = derive(seed, "adherence", i)
        graph = sample_graph(number, scene="core", held_out=held_out)
        rng = numpy_rng(number, "prompt")
        prompt = caption(graph, rng, language=language, style="medium")
        asked.append(Question(graph, prompt, derive(number, "noise") % 2**31, language, held_out))
    return asked


def load_judge(folder: Path, name: str = "judge") -> Judge:
    """A judge that lies beside a model's weights."""
    judge = Judge(load_config(folder, name, JudgeConfig))
    judge.load_state_dict(load_state(folder, name))
    judge.eval().requires_grad_(False)
    return judge


def render_questions(asked: list[Question], system: System, on_done: OnDone) -> NDArray[np.uint8]:
    """The true clips (N, T, H, W, 3) that the questions ask for, at the model's size."""
    defaults = system.config.defaults
    clips = []
    for done, question in enumerate(asked, 1):
        clip = make_clip(question.graph, defaults.width, defaults.frames, defaults.fps)
        clips.append(clip.frames)
        on_done("render", done, len(asked))
    return np.stack(clips)


def adherence(
    system: System, judges: dict[str, Judge], n: int, seed: int, on_done: OnDone
) -> dict[str, Metric]:
    """Every figure of the suite by key. The first judge is the headline, others carry its name, the last
    of them the parser; `KEY.lower` is the lower of the headline and the parser."""
    asked = questions(n, seed)
    renders = render_questions(asked, system, on_done)
    clips = sample_clips(
        system,
        [q.prompt for q in asked],
        [q.seed for q in asked],
        on_batch=lambda done: on_done("generate", done, n),
    )
    graphs = [q.graph for q in asked]
    metrics: dict[str, Metric] = {}
    for number, (name, judge) in enumerate(judges.items()):
        got, best = facts_right(judge, clips, graphs), facts_right(judge, renders, graphs)
        metrics |= _by_subset(got, best, asked, "" if number == 0 else f".{name}")
    judge, parsed = next(iter(judges.values())), parse_clips(clips)
    got, best = compare(parsed, graphs), compare(parse_clips(renders), graphs)
    metrics |= _by_subset(got, best, asked, ".parser")
    metrics |= lower(metrics) | agreements(judge, clips, parsed)
    return metrics | look(system, judge, clips, renders)


def _by_subset(got: Right, best: Right, asked: list[Question], suffix: str) -> dict[str, Metric]:
    held_out = np.array([q.held_out for q in asked])
    german = np.array([q.language == "de" for q in asked])
    subsets = {"": np.ones_like(german), ".held_in": ~held_out, ".held_out": held_out}
    subsets |= {".en": ~german, ".de": german}
    return {
        f"{group}{subset}{suffix}": share(got[group][rows], float(best[group][rows].mean()))
        for subset, rows in subsets.items()
        for group in got
        if rows.any()
    }


def look(
    system: System, judge: Judge, clips: NDArray[np.uint8], renders: NDArray[np.uint8]
) -> dict[str, Metric]:
    """Sharpness on the subject's box against renders of the same graphs, block edges, and `beat`: how
    much a clip changes from one latent frame to the next over the change within them."""
    sharp = np.array(
        [
            subject_sharpness(judge, clip) / max(subject_sharpness(judge, render), 1e-6)
            for clip, render in zip(clips, renders, strict=True)
        ]
    )
    period, time = system.codec.compression.space, system.codec.compression.time
    edges, true_edges = ([border_ratio(c, period) for c in made] for made in (clips, renders))
    beats, true_beats = ([beat_ratio(c, time) for c in made] for made in (clips, renders))
    return {
        "sharpness": bootstrap(sharp[np.isfinite(sharp)], unit="ratio to renders", ceiling=1.0),
        "block_edges": bootstrap(edges, unit="border / inside", ceiling=float(np.mean(true_edges))),
        "beat": bootstrap(beats, unit="between / within", ceiling=float(np.mean(true_beats))),
    }


@torch.no_grad()
def subject_sharpness(judge: Judge, clip: NDArray[np.uint8]) -> float:
    """Edge energy in the box where the judge sees the subject in the first frame; the whole picture
    where it sees none. clip is (T, H, W, 3); only the first frame is looked at, so that blur from
    motion does not count."""
    verdict = judge(judge.prepare(torch.from_numpy(clip[None])))
    height, width = clip.shape[1:3]
    seen = torch.sigmoid(verdict.mask[0, 0]).numpy()
    box = box_of(seen, (height, width), level=0.3) or (0, 0, width, height)
    return edge_energy(clip[:1], box)
