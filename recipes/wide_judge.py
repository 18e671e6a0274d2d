"""The wide judge's stage: many single pictures for what stands there, fewer clips for what moves.

Parts of a corpus are rendered with and without held-out combinations: the judge learns all of them,
only the generator does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from himmel.interop.weights import save_weights
from himmel.models.judge.wide import WideJudge, WideJudgeConfig, spread
from himmel.train.objectives.judge import judge_loss
from himmel.train.optimisers import OptimiserConfig
from himmel.train.schedule import ScheduleConfig
from himmel.world.graph import Graph
from himmel.world.vocabulary import TIMES, names
from himmel.world.words.traits import MATERIALS
from himmel_recipes.codec import save_report
from himmel_recipes.corpus import Corpus, load_corpus
from himmel_recipes.labels import wide_classes, wide_labels
from himmel_recipes.stages import Job, fit, render_part

FRAMES, FPS, SIZE = 9, 4.0, 96  # a clip is two seconds, as the transformer's are
STILL_SHARE = 0.6  # of the steps
HELD_OUT_OF = 5  # one in so many pictures shows a held-out combination
PLAIN_SHARE = 0.25  # of the steps, at the beginning
TESTED = 1_000  # pictures and clips of a part that nothing is trained on


@dataclass(frozen=True)
class Part:
    """One corpus that the wide judge learns from: scenes of a family, some of them held out."""

    scene: str
    stills: int
    clips: int
    holds_out: bool = True


PARTS = (
    Part("wide", 56_000, 4_000),
    Part("core", 10_000, 3_000),
    Part("group", 8_000, 1_000),
    Part("face", 5_000, 0),
    Part("camera", 3_000, 5_000),
    Part("mountain-road", 400, 0, holds_out=False),
    Part("monster", 400, 0, holds_out=False),
    Part("snowy-city", 400, 0, holds_out=False),
    Part("gold-rush", 400, 0, holds_out=False),
)


def judge_wide(job: Job) -> None:
    """Render what the wide judge learns from, train it, and report what it reads of fresh renders."""
    settings = job.settings
    network = build_wide_judge().to(memory_format=torch.channels_last)
    stills, clips = corpora(job, "train", settings.judge.wide_share)
    plain_steps = round(PLAIN_SHARE * settings.judge.wide_steps)
    data = WideJudgeData(stills, clips, plain_steps=plain_steps)
    schedule = ScheduleConfig(steps=settings.judge.wide_steps, warmup=200, cooldown=0.4)
    optimiser = OptimiserConfig(muon_lr=None, adamw_lr=1.5e-3, adamw_weight_decay=0.02)
    trained = fit(job, "judge_wide", network, judge_loss, data, schedule, optimiser)
    report = {}
    for name, found in zip(
        ("stills", "clips"), corpora(job, "test", settings.judge.wide_share), strict=True
    ):
        report |= {f"{c.graphs[0].scene}.{name}": accuracies(trained, c) for c in found}
    save_report(job.folders.run("judge_wide"), report)
    save_weights(
        job.folders.model, "judge_wide", trained.state_dict(), trained.config, dtype="bf16"
    )


def corpora(job: Job, use: str, share: float) -> tuple[list[Corpus], list[Corpus]]:
    """Pictures and clips of every part, rendered where they are not there yet."""
    found: tuple[list[Corpus], list[Corpus]] = ([], [])
    for number, part in enumerate(PARTS):
        for index, frames in enumerate((1, FRAMES)):
            count = round((part.stills, part.clips)[index] * share)
            if use == "test":
                count = min(count, round(TESTED * share)) // 2
            if count:
                what = {"frames": frames, "fps": FPS, "size": SIZE, "scene": part.scene}
                seed = (use == "test") * 100_000 + number * 1_000 + index * 100
                found[index].append(load_corpus(*_halves(job, use, part, seed, count, what)))
    return found


def _halves(
    job: Job, use: str, part: Part, seed: int, count: int, what: dict[str, Any]
) -> list[Path]:
    """The folders of what training may see and of what is held out, where anything is."""
    kinds = (False, True) if part.holds_out else (False,)
    folders = []
    for held_out in kinds:
        name = f"judge-{use}-{part.scene}-{what['frames']}{'-held-out' * held_out}"
        number = max(1, count // HELD_OUT_OF) if held_out else count
        render_part(job, name, seed=seed + held_out, count=number, held_out=held_out, **what)
        folders.append(job.folders.corpus(name))
    return folders


def build_wide_judge() -> WideJudge:
    """An untrained judge for the wide world's vocabulary."""
    return WideJudge(WideJudgeConfig(classes=wide_classes(), size=SIZE))


class WideJudgeData:
    """Batches of pictures or of clips, with labels and the subject's share of every cell.

    The first `plain_steps` show plain scenes alone: of kinds in all looks, weathers and materials at
    once a new judge learns none, of plain ones it knows nine in ten after a thousand steps, and then it
    recognises them in the rest (records/judge).
    """

    def __init__(
        self,
        stills: Sequence[Corpus],
        clips: Sequence[Corpus],
        batches: tuple[int, int] = (64, 14),
        plain_steps: int = 0,
    ) -> None:
        self.plain_steps = plain_steps
        self.plain = [[_plain_rows(c) for c in part] for part in (stills, clips)]
        self.sources = [[(c, wide_labels(c.graphs)) for c in part] for part in (stills, clips)]
        self.batches = batches

    def __call__(self, step: int, rng: np.random.Generator) -> dict[str, Tensor]:
        """The batch of one step."""
        moving = int(rng.random() >= STILL_SHARE)
        sources, size = self.sources[moving], self.batches[moving]
        known = [np.arange(len(corpus.frames)) for corpus, _ in sources]
        if step < self.plain_steps:
            known = self.plain[moving]
        counts = np.array([len(rows) for rows in known])
        parts = rng.choice(len(sources), size=size, p=counts / counts.sum())
        rows = [(int(p), int(known[p][rng.integers(counts[p])])) for p in parts]
        frames = torch.stack([torch.from_numpy(sources[p][0].frames[i]) for p, i in rows])
        masks = np.concatenate([sources[p][0].masks(np.array([i])) for p, i in rows])
        labels = {
            f"label.{group}": torch.stack([sources[p][1][group][i] for p, i in rows])
            for group in sources[0][1]
        }
        x = frames.permute(0, 1, 4, 2, 3).float() / 127.5 - 1
        looked = spread(x.shape[1], min(3, x.shape[1]))
        mask = torch.from_numpy(masks).float()[:, looked]
        if not moving and rng.random() < 0.5:
            x, mask = x.flip(-1), mask.flip(-1)
        x, mask = moved(x, mask, rng)
        return {"frames": x, "mask": F.avg_pool2d(mask, 8), **labels}


def is_plain(graph: Graph) -> bool:
    """Whether a scene shows its subject as it is: no look, weather or material, light of the core."""
    return (
        graph.look == "natural"
        and graph.weather in ("clear", "snow")
        and graph.time in names(TIMES)
        and not set(graph.traits) & set(names(MATERIALS))
    )


def _plain_rows(corpus: Corpus) -> np.ndarray:
    """Row numbers of plain scenes; all rows where there are none."""
    rows = np.flatnonzero([is_plain(graph) for graph in corpus.graphs])
    return rows if len(rows) else np.arange(len(corpus.graphs))


def moved(x: Tensor, mask: Tensor, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Clips (B, F, 3, S, S) and masks (B, f, S, S), the batch cut a little closer and off centre."""
    size = x.shape[-1]
    side = int(rng.integers(int(0.86 * size), size + 1))
    top, left = (int(rng.integers(0, size - side + 1)) for _ in range(2))
    rows, columns = slice(top, top + side), slice(left, left + side)
    return _enlarged(x[..., rows, columns], size), _enlarged(mask[:, :, None, rows, columns], size)[
        :, :, 0
    ]


def _enlarged(x: Tensor, size: int) -> Tensor:
    flat = F.interpolate(x.flatten(0, 1), size=(size, size), mode="bilinear", antialias=True)
    return flat.unflatten(0, x.shape[:2])


def accuracies(judge: WideJudge, corpus: Corpus, batch: int = 64) -> dict[str, float]:
    """Share of facts read right, per group that the corpus tells of."""
    judge.eval()
    labels, read = wide_labels(corpus.graphs), []
    with torch.inference_mode():
        for start in range(0, len(corpus.frames), batch):
            clip = torch.from_numpy(corpus.frames[start : start + batch])
            verdict = judge(judge.prepare(clip))
            read.append({name: logits.argmax(-1) for name, logits in verdict.facts.items()})
    report = {}
    for group in read[0]:
        answers = torch.cat([r[group] for r in read])
        known = labels[group] >= 0
        if known.any():
            report[group] = float((answers == labels[group])[known].float().mean())
    return report
