"""Two judges on the same clips: the parser's figures beside the learned judge's, the lower one, and how
often both read the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from himmel.evaluate.intervals import Metric, share
from himmel.evaluate.parser import core_parser
from himmel.evaluate.reading import read_clips
from himmel.models.judge import Judge

Facts = list[dict[str, str]]


def parse_clips(frames: NDArray[np.uint8]) -> Facts:
    """Facts of clips (N, T, H, W, 3) by the parser of the core's words."""
    return core_parser().read(frames)


def agreements(judge: Judge, clips: NDArray[np.uint8], parsed: Facts) -> dict[str, Metric]:
    """`agreement.KEY`: the share of clips of which both judges say the same; see `agreeing`."""
    return agreeing(read_clips(judge, clips), parsed)


def agreeing(read: Sequence[dict[str, str]], parsed: Sequence[dict[str, str]]) -> dict[str, Metric]:
    """The same from what both have read, for the facts that both read. That nothing can be read is an
    answer like others."""
    same = {
        group: np.array(
            [one[group] == other[group] for one, other in zip(read, parsed, strict=True)]
        )
        for group in read[0]
        if group in parsed[0]
    }
    same["all_facts"] = np.logical_and.reduce(list(same.values()))
    return {f"agreement.{group}": share(values) for group, values in same.items()}


def lower(metrics: dict[str, Metric], suffix: str = ".parser") -> dict[str, Metric]:
    """`KEY.lower` for every KEY that the parser has a figure of too: the worse of both counts."""
    return {
        f"{key}.lower": min(metric, metrics[key + suffix], key=lambda one: one.value)
        for key, metric in metrics.items()
        if key + suffix in metrics
    }
