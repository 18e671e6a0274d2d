"""The judge's stage: many single pictures for what stands there, fewer clips for what moves.

Parts of a corpus are rendered with and without held-out combinations: the judge learns all of them,
only the generator does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from himmel.interop.weights import load_state, save_weights
from himmel.models.judge import Judge, JudgeConfig, spread, square_round
from himmel.train.objectives.judge import find_loss, judge_loss, near_loss
from himmel.train.optimisers import OptimiserConfig
from himmel.train.schedule import ScheduleConfig
from himmel.world.graph import Graph
from himmel.world.vocabulary import TIMES, names
from himmel.world.words.traits import MATERIALS
from himmel_recipes.codec import save_report
from himmel_recipes.corpus import Corpus, load_corpus
from himmel_recipes.labels import judge_classes, judge_labels
from himmel_recipes.stages import Job, fit, render_part

FRAMES, FPS, SIZE = 9, 4.0, 96  # a clip is two seconds, as the transformer's are
STILLS, CLIPS = 1, FRAMES
STILL_SHARE = 0.6  # of the steps
BATCHES = {STILLS: 64, CLIPS: 14}
HELD_OUT_OF = 5  # one in so many pictures shows a held-out combination
PLAIN_SHARE = 0.15  # of the steps, at the beginning
APART = (
    10_000_000  # seeds of its corpora begin here, beyond those of any that a generator trains on
)
TESTED = 1_000  # pictures and clips of a part that nothing is trained on


@dataclass(frozen=True)
class Part:
    """One corpus that the judge learns from: scenes of a family, some of them held out."""

    scene: str
    stills: int
    clips: int
    holds_out: bool = True


PARTS = (
    Part("wide", 100_000, 4_000),
    Part("core", 8_000, 2_000),
    Part("group", 4_000, 400),
    Part("face", 4_000, 0),
    Part("camera", 2_000, 3_000),
    Part("mountain-road", 400, 0, holds_out=False),
    Part("monster", 400, 0, holds_out=False),
    Part("snowy-city", 400, 0, holds_out=False),
    Part("gold-rush", 400, 0, holds_out=False),
)


def judge_near(job: Job) -> None:
    """Train the judge's second look alone, in squares round the true subject: it has the most to
    learn and learns it from pictures."""
    judge = build_judge()
    steps = job.settings.judge.near_steps
    data = NearData({STILLS: corpora(job, "train", STILLS)}, plain_steps=round(PLAIN_SHARE * steps))
    near = judge.near.to(memory_format=torch.channels_last)
    schedule = ScheduleConfig(steps=steps, warmup=100, cooldown=0.35)
    trained = fit(job, "judge_near", near, near_loss, data, schedule, _optimiser(job))
    save_weights(job.folders.model, "judge_near", trained.state_dict(), judge.config, dtype="fp32")


def judge_find(job: Job) -> None:
    """Train what finds the subject: where the square lies, kinds are read or lost."""
    judge = build_judge()
    data = JudgeData({frames: corpora(job, "train", frames) for frames in (STILLS, CLIPS)})
    finder = judge.finder.to(memory_format=torch.channels_last)
    schedule = ScheduleConfig(steps=job.settings.judge.find_steps, warmup=100, cooldown=0.4)
    trained = fit(job, "judge_find", finder, find_loss, data, schedule, _optimiser(job))
    save_weights(job.folders.model, "judge_find", trained.state_dict(), judge.config, dtype="fp32")


def judge(job: Job) -> None:
    """Train the whole judge, its second look and what finds the subject as `judge_near` and
    `judge_find` left them, and report what it reads of fresh renders."""
    network = build_judge()
    network.near.load_state_dict(load_state(job.folders.model, "judge_near"))
    network.finder.load_state_dict(load_state(job.folders.model, "judge_find"))
    network.finder.requires_grad_(False)
    data = JudgeData({frames: corpora(job, "train", frames) for frames in (STILLS, CLIPS)})
    schedule = ScheduleConfig(steps=job.settings.judge.steps, warmup=200, cooldown=0.4)
    network = network.to(memory_format=torch.channels_last)
    trained = fit(job, "judge", network, judge_loss, data, schedule, _optimiser(job))
    report = {}
    for frames, name in ((STILLS, "stills"), (CLIPS, "clips")):
        found = corpora(job, "test", frames)
        report |= {f"{c.graphs[0].scene}.{name}": accuracies(trained, c) for c in found}
    save_report(job.folders.run("judge"), report)
    save_weights(job.folders.model, "judge", trained.state_dict(), trained.config, dtype="bf16")


def _optimiser(job: Job) -> OptimiserConfig:
    rate = job.settings.judge.rate
    return OptimiserConfig(muon_lr=None, adamw_lr=rate, adamw_weight_decay=0.02)


def corpora(job: Job, use: str, frames: int) -> list[Corpus]:
    """Pictures or clips of every part, rendered where they are not there yet."""
    found = []
    for number, part in enumerate(PARTS):
        count = round((part.stills if frames == STILLS else part.clips) * job.settings.judge.share)
        if use == "test":
            count = min(count, round(TESTED * job.settings.judge.share)) // 2
        if count:
            what = {"frames": frames, "fps": FPS, "size": SIZE, "scene": part.scene}
            seed = APART + (use == "test") * 100_000 + number * 1_000 + (frames == CLIPS) * 100
            found.append(load_corpus(*_halves(job, use, part, seed, count, what)))
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


def build_judge() -> Judge:
    """An untrained judge for the wide world's vocabulary."""
    return Judge(JudgeConfig(classes=judge_classes(), size=SIZE))


class JudgeData:
    """Batches of pictures or of clips, with labels and the subject's share of every cell.

    sources: corpora by their number of frames. The first `plain_steps` show plain scenes alone: of kinds
    in all looks, weathers and materials at once a new judge learns none, of plain ones it knows nine in
    ten after a thousand steps, and then it recognises them in the rest (records/judge).
    """

    def __init__(self, sources: Mapping[int, Sequence[Corpus]], plain_steps: int = 0) -> None:
        self.plain_steps = plain_steps
        self.plain = {n: [_plain_rows(c) for c in found] for n, found in sources.items()}
        self.sources = {
            n: [(c, judge_labels(c.graphs)) for c in part] for n, part in sources.items()
        }

    def __call__(self, step: int, rng: np.random.Generator) -> dict[str, Tensor]:
        """The batch of one step."""
        frames = STILLS if rng.random() < STILL_SHARE or CLIPS not in self.sources else CLIPS
        sources = self.sources[frames]
        known = [np.arange(len(corpus.frames)) for corpus, _ in sources]
        if step < self.plain_steps:
            known = self.plain[frames]
        counts = np.array([len(rows) for rows in known])
        parts = rng.choice(len(sources), size=BATCHES[frames], p=counts / counts.sum())
        rows = [(int(p), int(known[p][rng.integers(counts[p])])) for p in parts]
        labels = {
            f"label.{group}": torch.stack([sources[p][1][group][i] for p, i in rows])
            for group in sources[0][1]
        }
        x, mask = _pixels([(sources[p][0], i) for p, i in rows])
        if frames == STILLS and rng.random() < 0.5:
            x, mask = x.flip(-1), mask.flip(-1)
        x, mask = moved(x, mask, rng)
        return {"frames": x, "mask": F.avg_pool2d(mask, 4), **labels}


class NearData(JudgeData):
    """The same with the square round the subject, as little off as the finder's may be."""

    def __call__(self, step: int, rng: np.random.Generator) -> dict[str, Tensor]:
        """The batch of one step."""
        batch = super().__call__(step, rng)
        square = square_round(batch["mask"][:, 0])
        off = torch.from_numpy(rng.normal(size=square.shape)).to(square)
        middle = square[:, :2] + 0.1 * square[:, 2:] * off[:, :2]
        half = (square[:, 2:] * (0.12 * off[:, 2:]).exp()).clamp(0.2, 1.0)
        return {**batch, "square": torch.cat([middle, half], 1)}


def _pixels(rows: list[tuple[Corpus, int]]) -> tuple[Tensor, Tensor]:
    """Frames (B, F, 3, S, S) in [-1, 1] and, of those that are looked at, the masks (B, f, S, S)."""
    frames = torch.stack([torch.from_numpy(corpus.frames[i]) for corpus, i in rows])
    masks = np.concatenate([corpus.masks(np.array([i])) for corpus, i in rows])
    looked = spread(frames.shape[1], min(3, frames.shape[1]))
    return frames.permute(0, 1, 4, 2, 3).float() / 127.5 - 1, torch.from_numpy(masks).float()[
        :, looked
    ]


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


def accuracies(judge: Judge, corpus: Corpus, batch: int = 64) -> dict[str, float]:
    """Share of facts read right, per group that the corpus tells of."""
    judge.eval()
    labels, read = judge_labels(corpus.graphs), []
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
