"""A benchmark's figures in the form that `--json` prints, with what else the machine was doing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import torch

from himmel.core.env import processor_seconds, threads
from himmel.evaluate.intervals import Metric
from himmel.evaluate.suites import is_loaded, machine

Measured = tuple[Mapping[str, Metric], str]  # figures by key, and which weights they are of
MOST_BY_OTHERS = 0.25  # of the cores' time


def report(name: str, seed: int, runs: int, measure: Callable[[], Measured]) -> dict[str, Any]:
    """Measure, and say how much of the cores' time others took meanwhile: `loaded` above a quarter."""
    torch.set_num_threads(threads())
    loaded, others = is_loaded(), Others()
    metrics, weights = measure()
    share = others.share()
    return {
        "name": name,
        "seed": seed,
        "n": runs,
        "machine": {**machine(), "others_share": round(share, 3), **accelerator()},
        "loaded": loaded or share > MOST_BY_OTHERS,
        "weights": weights,
        "metrics": {key: metric.to_dict() for key, metric in metrics.items()},
    }


class Others:
    """What other processes take of the cores from here on."""

    def __init__(self) -> None:
        self._began = (*processor_seconds(), time.process_time())

    def share(self) -> float:
        """Of all the time that the cores had, 0 to 1; 0 where the system does not say."""
        now = (*processor_seconds(), time.process_time())
        busy, had, own = (b - a for a, b in zip(self._began, now, strict=True))
        return min(1.0, max(0.0, (busy - own) / had)) if had > 0 else 0.0


def accelerator() -> dict[str, str]:
    """The GPU in use, if any."""
    if not (torch.cuda.is_available() and torch.cuda.is_initialized()):
        return {}
    return {"accelerator": torch.cuda.get_device_name()}
