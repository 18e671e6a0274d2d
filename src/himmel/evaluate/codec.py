"""What the codec alone costs: the judge on reconstructions against the same judge on renders."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from himmel.evaluate.adherence import OnDone, look, questions, render_questions
from himmel.evaluate.agreement import agreements, lower, parse_clips
from himmel.evaluate.intervals import Metric, bootstrap, ratio, share
from himmel.evaluate.reading import Right, compare, facts_right
from himmel.generate.decode import to_frames
from himmel.generate.system import System
from himmel.models.judge import Judge
from himmel.models.video_codec import VideoCodec


@torch.inference_mode()
def reconstruct(codec: VideoCodec, frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """One clip (T, H, W, 3) through the codec and back."""
    video = torch.from_numpy(frames).permute(3, 0, 1, 2)[None].float() / 127.5 - 1
    return to_frames(codec.decode(codec.encode(video)))


def psnr(frames: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Peak signal-to-noise ratio in dB of two clips alike in shape."""
    error = np.square(frames.astype(np.float64) - other).mean()
    return float(10 * np.log10(255**2 / max(error, 1e-10)))


def codec_gate(
    system: System, judges: dict[str, Judge], n: int, seed: int, on_done: OnDone
) -> dict[str, Metric]:
    """Share of facts read right from reconstructions, the ceiling being renders; PSNR; sharpness.

    `kept.*` is the one over the other and missing where the ceiling is 0: nothing was there to keep.
    `.moving` counts only subjects that move. `.parser` is the second judge's, `.lower` the lower of both.
    """
    asked = questions(n, seed)
    graphs = [q.graph for q in asked]
    renders = render_questions(asked, system, on_done)
    made = []
    for clip in renders:
        made.append(reconstruct(system.codec, clip))
        on_done("reconstruct", len(made), n)
    clips = np.stack(made)
    moving = np.array([g.motion != "still" for g in graphs])
    metrics = {"psnr": bootstrap(list(map(psnr, renders, clips)), unit="dB")}
    judge = next(iter(judges.values()))
    parsed = parse_clips(clips)
    readings = {
        "": (facts_right(judge, clips, graphs), facts_right(judge, renders, graphs)),
        ".parser": (compare(parsed, graphs), compare(parse_clips(renders), graphs)),
    }
    for name, (got, best) in readings.items():
        for suffix, rows in {"": np.ones_like(moving), ".moving": moving}.items():
            if rows.any():
                metrics |= kept(_only(rows, got), _only(rows, best), suffix + name)
    metrics |= lower(metrics) | agreements(judge, clips, parsed)
    return metrics | look(system, judge, clips, renders)


def kept(got: Right, best: Right, suffix: str = "") -> dict[str, Metric]:
    """Per group the share that was read right, and that share over the one of `best`, the ceiling.

    A ceiling of 0 leaves nothing to divide by: `kept` is missing there.
    """
    metrics = {}
    for group, right in got.items():
        ceiling = float(best[group].mean())
        metrics[group + suffix] = share(right, ceiling)
        if ceiling > 0:
            metrics[f"kept.{group}{suffix}"] = ratio(right, best[group], unit="share of ceiling")
    return metrics


def _only(rows: NDArray[np.bool_], right: Right) -> Right:
    return {group: values[rows] for group, values in right.items()}
