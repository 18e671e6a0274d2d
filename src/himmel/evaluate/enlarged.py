"""Films at twice their size, beside the same done without a model."""

from __future__ import annotations

import dataclasses

import numpy as np

from himmel.core.geometry import PixelShape
from himmel.core.values import Frames
from himmel.evaluate.intervals import bootstrap
from himmel.evaluate.workbench import MOST_DB, Bench, Metrics, ended, fidelity, tallied
from himmel.generate.sizes import shown_as
from himmel.models.upscaler import Upscaler
from himmel.world.clip import make_clip

FACTOR = 2
NEARER_DB = 1.0  # a fifth of the squared error less


def enlargements(bench: Bench) -> Metrics:
    """done: films that come nearer to the render of twice the size than by bicubic enlargement, by
    NEARER_DB or more. likeness: PSNR to that render. Weights without an upscaler have no figures."""
    if bench.system.upscaler is None:
        return {}
    size, length = FACTOR * bench.renders.shape[2], bench.renders.shape[1]
    true = [make_clip(graph, size, length, bench.fps).frames for graph in bench.graphs]
    ways = {
        "": [_enlarged(clip, bench.system.upscaler) for clip in bench.renders],
        "bicubic": [_enlarged(clip, None) for clip in bench.renders],
        "repeat": [clip.repeat(FACTOR, 1).repeat(FACTOR, 2) for clip in bench.renders],
    }
    likeness = {
        way: np.array([fidelity(film, truth) for film, truth in zip(films, true, strict=True)])
        for way, films in ways.items()
    }
    least = likeness["bicubic"] + NEARER_DB
    checks = {way: {"nearer": found >= least} for way, found in likeness.items()}
    metrics = tallied("upscale", checks, {"nearer": np.ones(len(true), bool)})
    for way, found in likeness.items():
        metrics[f"upscale.likeness{ended(way)}"] = bootstrap(
            found.tolist(), unit="dB", ceiling=MOST_DB
        )
    return metrics


def _enlarged(clip: Frames, upscaler: Upscaler | None) -> Frames:
    drawn = PixelShape(*clip.shape[:3])
    shown = dataclasses.replace(drawn, height=FACTOR * drawn.height, width=FACTOR * drawn.width)
    return np.concatenate(list(shown_as(iter([clip]), drawn, shown, upscaler)))
