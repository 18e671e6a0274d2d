"""The judge's stage: two judges, one hardened against blur and noise, one that never met them."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from himmel.evaluate.reading import facts_right
from himmel.models.judge import Judge, JudgeConfig
from himmel_recipes.corpus import Corpus
from himmel_recipes.labels import classes, judge_labels
from himmel_recipes.settings import Settings


def build_judge(settings: Settings) -> Judge:
    """An untrained judge for the world's vocabulary."""
    config = JudgeConfig(
        classes=classes(), size=settings.encoder_size, widths=settings.judge.widths
    )
    return Judge(config)


class JudgeData:
    """Batches of clips with labels and the subject's share of every cell."""

    def __init__(self, judge: Judge, corpus: Corpus, batch: int = 32) -> None:
        self.judge, self.corpus, self.batch = judge, corpus, batch
        self.labels = judge_labels(corpus.graphs)
        count = judge.config.frames
        self.spread = np.linspace(0, corpus.frames.shape[1] - 1, count).round().astype(int)

    def __call__(self, step: int, rng: np.random.Generator) -> dict[str, Tensor]:
        """The batch of one step."""
        index = rng.integers(len(self.corpus.frames), size=self.batch)
        frames = torch.from_numpy(self.corpus.frames[index][:, self.spread])
        masks = torch.from_numpy(self.corpus.masks(index)[:, self.spread]).float()
        labels = {f"label.{name}": values[index] for name, values in self.labels.items()}
        shares = F.avg_pool2d(masks, 8)  # (B, F, S / 8, S / 8)
        pixels = frames.permute(0, 1, 4, 2, 3).float() / 127.5 - 1
        return {"frames": pixels, "mask": shares, **labels}


def accuracy(judge: Judge, corpus: Corpus) -> dict[str, float]:
    """Share of facts read right from renders: the ceiling of every score of this judge."""
    judge.eval()
    right = facts_right(judge, corpus.frames, corpus.graphs)
    return {name: float(values.mean()) for name, values in right.items()}
