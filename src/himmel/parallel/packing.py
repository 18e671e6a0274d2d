"""Clips of mixed shapes into micro-batches of one shape each, so that every process has as much to do."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from himmel.core.errors import HimmelError

Shape = TypeVar("Shape", bound=Hashable)


def clips_in(budget: float, cost: float) -> int:
    """How many clips of one cost fill a micro-batch; one that is larger than the budget goes alone."""
    return max(1, int(budget / cost + 1e-9))


def pack(shapes: Sequence[Shape], cost: Callable[[Shape], float], budget: float) -> list[list[int]]:
    """Indices of clips in groups of one shape and of at most `budget` together, in order of arrival.

    `cost` is per clip: its tokens, or its floating-point operations, which grow faster than the tokens
    (limiting those evens out steps of long and short clips, arXiv:2605.17923).
    """
    if budget <= 0:
        raise HimmelError(f"a budget of {budget:g} holds no clip; use more")
    groups: dict[Shape, list[list[int]]] = defaultdict(list)
    for index, shape in enumerate(shapes):
        own = groups[shape]
        if not own or len(own[-1]) == clips_in(budget, cost(shape)):
            own.append([])
        own[-1].append(index)
    return [group for own in groups.values() for group in own]


def deal(costs: Sequence[float], ways: int) -> list[list[int]]:
    """Micro-batches by process, the same number each and about as costly, dearest first.

    Every process must compute as many: their exchanges wait for one another. The last `len(costs) %
    ways` of the cheapest are left out. Raises HimmelError where there are fewer than processes.
    """
    each = len(costs) // ways
    if not each:
        raise HimmelError(
            f"{len(costs)} micro-batches do not reach {ways} processes; use a smaller budget"
        )
    order = sorted(range(len(costs)), key=lambda i: -costs[i])[: each * ways]
    hands: list[list[int]] = [[] for _ in range(ways)]
    free = [(0.0, number) for number in range(ways)]
    for index in order:
        held, number = heapq.heappop(free)
        hands[number].append(index)
        if len(hands[number]) < each:
            heapq.heappush(free, (held + costs[index], number))
    return hands


def idle_share(totals: Sequence[float]) -> float:
    """The share of a step that processes wait for the slowest: 0 where all have the same to do."""
    return 1 - sum(totals) / (len(totals) * max(totals))
