"""How speed is measured: in one process, in turns, with the machine's own limits beside it.

A machine is slower at one moment than at another, so subjects are never timed one after the other:
every round runs all of them forwards and then backwards (A B C, C B A), and a ratio is formed within
a round. What is reported is the median over rounds with its quartiles.
"""

from __future__ import annotations

import statistics
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from himmel.core.rng import torch_rng
from himmel.evaluate.intervals import Metric

Work = Callable[[], object]

WARM_UPS, ROUNDS = 2, 7


def workload(name: str, device: str = "cpu") -> dict[str, Any]:
    """The sizes of a benchmark on a device, from NAME.toml in this folder."""
    text = Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8")
    sizes: dict[str, Any] = tomllib.loads(text)[torch.device(device).type]
    return sizes


def clock() -> float:
    """Seconds. One thread's own time where there is one thread: others cannot lengthen that.

    Where a GPU is in use it has done all that it was given.
    """
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.thread_time() if torch.get_num_threads() == 1 else time.perf_counter()


@dataclass(frozen=True)
class Times:
    """Seconds of every subject in every round (two runs of it)."""

    rounds: Mapping[str, list[float]]

    def seconds(self, name: str) -> Metric:
        """One run."""
        return quartiles([taken / 2 for taken in self.rounds[name]], "seconds")

    def ratio(self, name: str, other: str) -> Metric:
        """How long `name` takes where `other` takes 1, formed round by round."""
        pairs = zip(self.rounds[name], self.rounds[other], strict=True)
        return quartiles([mine / theirs for mine, theirs in pairs], "ratio")

    def rate(self, name: str, flops: float) -> Metric:
        """Floating-point operations per second of a subject that does `flops` of them."""
        return quartiles([2e-9 * flops / taken for taken in self.rounds[name]], "GFLOP/s")

    def rate_share(self, name: str, flops: float, limit: str, limit_flops: float) -> Metric:
        """The rate of `name` as a share of that of `limit`, formed round by round."""
        pairs = zip(self.rounds[name], self.rounds[limit], strict=True)
        return quartiles([flops / limit_flops * most / mine for mine, most in pairs], "share")


def interleave(subjects: Mapping[str, Work], rounds: int = ROUNDS, runs: int = 1) -> Times:
    """Time all subjects in turns; `runs` calls count as one where a call is short."""
    for work in list(subjects.values()) * WARM_UPS:
        work()
    taken: dict[str, list[float]] = {name: [] for name in subjects}
    order = list(subjects)
    for number in range(rounds):
        turn = order if number % 2 == 0 else order[::-1]
        spent = dict.fromkeys(order, 0.0)
        for name in (*turn, *turn[::-1]):
            spent[name] += _timed(subjects[name], runs)
        for name, seconds in spent.items():
            taken[name].append(seconds / runs)
    return Times(taken)


def _timed(work: Work, runs: int) -> float:
    began = clock()
    for _ in range(runs):
        work()
    return clock() - began


def quartiles(values: list[float], unit: str) -> Metric:
    """The median with the first and third quartile in place of an interval."""
    if len(values) == 1:
        return Metric(value=values[0], low=values[0], high=values[0], unit=unit)
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return Metric(value=middle, low=low, high=high, unit=unit)


def exactly(value: float, unit: str) -> Metric:
    """A figure that repeats to the last digit."""
    return quartiles([value], unit)


def relative_error(got: Tensor, exact: Tensor) -> float:
    """|got - exact| / |exact|, as lengths of vectors."""
    return float((got.double() - exact.double()).norm() / exact.double().norm())


@dataclass(frozen=True)
class Limit:
    """Work that runs at the machine's own best rate, to hold other rates against."""

    work: Work
    flops: float


def limits(dtype: torch.dtype, seed: int = 0, device: str = "cpu") -> dict[str, Limit]:
    """A product of matrices, plain attention and a convolution, of the sizes that networks have; on a
    GPU large enough that starting them does not count."""
    rng, times = torch_rng(seed, "limits"), 1 if device == "cpu" else 8

    def drawn(*shape: int) -> Tensor:
        return torch.randn(shape, generator=rng).to(device, dtype)

    rows, matrix = (drawn(times * n, times * 1536) for n in (1560, 1536))
    heads = drawn(3, 1, 12, times * 780, 128)
    picture, filters = drawn(4 * times, 96, 64, 64), drawn(96, 96, 3, 3)
    picture = picture.to(memory_format=torch.channels_last)
    filters = filters.to(memory_format=torch.channels_last)
    return {
        "gemm": Limit(lambda: F.linear(rows, matrix), 2 * 1560 * 1536**2 * times**3),
        "attention": Limit(
            lambda: F.scaled_dot_product_attention(*heads.unbind()),
            4 * 12 * (times * 780) ** 2 * 128,
        ),
        "conv": Limit(
            lambda: F.conv2d(picture, filters, padding=1), 2 * 4 * times * 64 * 64 * 96**2 * 9
        ),
    }


def limit_rates(times: Times, found: Mapping[str, Limit]) -> dict[str, Metric]:
    """GFLOP/s of the limits, by `limit.NAME`."""
    return {f"limit.{name}": times.rate(name, limit.flops) for name, limit in found.items()}
