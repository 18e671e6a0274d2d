"""Does a clip hold together over time? Flicker, warp error, steadiness, smoothness, movement.

Where VBench (Huang and others, 2024) has a figure of the same name, its formula is taken over; what
differs is said beside each function. Every figure stands beside the same figure of renders: a number
for itself says little, because a still picture is perfectly steady.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from himmel.core.values import Frames
from himmel.evaluate.adherence import OnDone, questions, render_questions
from himmel.evaluate.drawn import draw_questions
from himmel.evaluate.intervals import Metric, bootstrap, share
from himmel.evaluate.sharpness import luma
from himmel.generate.system import System
from himmel.models.judge import Judge
from himmel.nn.flow import flow_between, seen_in_both, warped

Figures = dict[str, float]

_FAST_SHARE = 0.05  # of the pixels, the fastest ones
_FAST = 6 / 256  # of the shorter side, from frame to frame
_MOVING = 4 / 16  # of the steps must be fast
_RATE = 8.0  # frames a second that the limits are meant for
_SEEN = 0.3  # share of a cell above which it belongs to the subject


def steadiness(
    system: System, judges: dict[str, Judge], n: int, seed: int, on_done: OnDone
) -> dict[str, Metric]:
    """Every figure of the suite `time` by key, the ceiling being the mean over renders of the same
    questions. `.still` and `.moving` are of questions that ask for it."""
    asked = questions(n, seed)
    renders = render_questions(asked, system, on_done)
    clips = draw_questions(asked, system, on_done)
    judge, fps = next(iter(judges.values())), system.config.defaults.fps
    got, best = ([figures_of(judge, clip, fps) for clip in made] for made in (clips, renders))
    still = np.array([q.graph.motion == "still" for q in asked])
    metrics: dict[str, Metric] = {}
    for suffix, rows in {"": np.ones_like(still), ".still": still, ".moving": ~still}.items():
        if rows.any():
            metrics |= compared(_only(rows, got), _only(rows, best), suffix)
    return metrics


def figures_of(judge: Judge, clip: Frames, fps: float) -> Figures:
    """All figures of one clip (T, H, W, 3); see UNITS. What a clip does not have is left out, as the
    track of a subject that the judge does not see."""
    features, mask = judge.cells(torch.from_numpy(clip[None]))
    flow, error = motion_of(clip)
    figures = {
        "flicker": flicker(clip),
        "warp_error": error,
        "smoothness": smoothness(clip),
        "dynamic_degree": float(is_dynamic(flow, fps)),
        "motion": float(np.mean(fastest(flow))) / min(clip.shape[1:3]),
    }
    subject = mask[0] > _SEEN
    for name, cells in {"subject_steadiness": subject, "background_steadiness": ~subject}.items():
        if cells.flatten(1).any(1).all():
            figures[name] = steady(pooled(features[0], cells))
    if "subject_steadiness" in figures:
        figures["jerk"] = jerk(track(mask[0]))
    return figures


UNITS = {
    "flicker": "1 - change / 255",
    "warp_error": "squared levels in 0..1",
    "smoothness": "1 - error / 255",
    "dynamic_degree": "share of clips that move",
    "motion": "picture sides a frame, the fastest 5 %",
    "subject_steadiness": "cosine",
    "background_steadiness": "cosine",
    "jerk": "picture sides a frame squared",
}


def compared(got: list[Figures], best: list[Figures], suffix: str = "") -> dict[str, Metric]:
    """Means with intervals, each beside the same mean of renders."""
    metrics = {}
    for name, unit in UNITS.items():
        values, ceiling = ([f[name] for f in figures if name in f] for figures in (got, best))
        if not values:
            continue
        beside = float(np.mean(ceiling)) if ceiling else None
        of_clips = name == "dynamic_degree"
        metrics[name + suffix] = (
            share(values, beside) if of_clips else bootstrap(values, unit=unit, ceiling=beside)
        )
    return metrics


def _only(rows: NDArray[np.bool_], figures: list[Figures]) -> list[Figures]:
    return [figure for figure, row in zip(figures, rows, strict=True) if row]


def flicker(clip: Frames) -> float:
    """VBench's temporal_flickering: 1 minus the mean change from frame to frame, in shares of 255.

    VBench takes it of clips that stand still; so read `flicker.still`. 1 for a single frame."""
    if len(clip) < 2:
        return 1.0
    return 1 - float(np.abs(np.diff(clip.astype(np.float32), axis=0)).mean()) / 255


def smoothness(clip: Frames) -> float:
    """VBench's motion_smoothness with a plain interpolation: every second frame is held against what
    lies between its neighbours. VBench interpolates by a network (AMT), here it is the mean of the two,
    so fast motion costs more; compare with renders alone. 1 below three frames."""
    kept = clip[::2].astype(np.float32)
    if len(kept) < 2:
        return 1.0
    between = (kept[:-1] + kept[1:]) / 2
    left_out = clip[1::2][: len(between)]
    return 1 - float(np.abs(left_out - between).mean()) / 255


def motion_of(clip: Frames) -> tuple[Tensor, float]:
    """Flow (T - 1, 2, H, W) of a clip and its warp error.

    The warp error is that of Lai and others (2018): the next frame is brought back along the motion and
    squared differences are averaged over the pixels that both frames show; their flow is a network's.
    """
    grey = torch.from_numpy(luma(clip))[:, None] / 255
    if len(grey) < 2:
        return torch.zeros(0, 2, *grey.shape[-2:]), 0.0
    there = flow_between(grey[:-1], grey[1:])
    back = flow_between(grey[1:], grey[:-1])
    both = seen_in_both(there, back)
    video = torch.from_numpy(clip).permute(0, 3, 1, 2).float() / 255
    error = (video[:-1] - warped(video[1:], there)).square().mean(1, keepdim=True)
    return there, float((error * both).sum() / both.sum().clamp(min=1))


def fastest(flow: Tensor) -> NDArray[np.float32]:
    """Per step the mean speed in pixels of the fastest twentieth of the picture."""
    speed = flow.square().sum(1).sqrt().flatten(1)
    count = max(1, int(_FAST_SHARE * speed.shape[1]))
    result: NDArray[np.float32] = speed.topk(count, 1).values.mean(1).numpy()
    return result


def is_dynamic(flow: Tensor, fps: float) -> bool:
    """VBench's dynamic_degree: whether in a quarter of the steps the fastest twentieth of the picture
    moves by 6 pixels of 256. VBench's flow is RAFT's. Flow (T - 1, 2, H, W); at more than 8 frames a
    second a step is shorter, and so is the limit (VBench skips frames instead)."""
    limit = _FAST * min(flow.shape[-2:]) * _RATE / fps
    needed = max(1, round(_MOVING * (len(flow) + 1)))
    return int((fastest(flow) > limit).sum()) >= needed


def pooled(features: Tensor, cells: Tensor) -> Tensor:
    """Features (T, C, h, w) averaged over the marked cells (T, h, w), of every frame: (T, C)."""
    weights = cells.float()[:, None]
    return (features * weights).sum((2, 3)) / weights.sum((2, 3)).clamp(min=1e-6)


def steady(vectors: Tensor) -> float:
    """VBench's subject_consistency: the mean likeness (cosine, not below 0) of every frame (T, C) to
    the one before and to the first. VBench's features are DINO's and CLIP's, of whole frames; here they
    are the judge's, of the subject's cells or of all others. 1 for a single frame."""
    if len(vectors) < 2:
        return 1.0
    before = torch.cosine_similarity(vectors[1:], vectors[:-1]).clamp(min=0)
    first = torch.cosine_similarity(vectors[1:], vectors[:1]).clamp(min=0)
    return float((before + first).mean() / 2)


def track(mask: Tensor) -> NDArray[np.float64]:
    """The subject's centre (T, 2) in picture sides, x before y, from its shares of cells (T, h, w)."""
    weights = (mask * (mask > _SEEN)).double()
    total = weights.sum((1, 2)).clamp(min=1e-9)
    rows, columns = (torch.arange(n, dtype=torch.float64) + 0.5 for n in mask.shape[1:])
    x = (weights.sum(1) * columns).sum(1) / total / len(columns)
    y = (weights.sum(2) * rows).sum(1) / total / len(rows)
    return torch.stack([x, y], 1).numpy()


def jerk(places: NDArray[np.float64]) -> float:
    """Mean length of the second differences of a track (T, 2); 0 for steady motion."""
    if len(places) < 3:
        return 0.0
    return float(np.linalg.norm(np.diff(places, n=2, axis=0), axis=1).mean())
