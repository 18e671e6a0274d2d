"""The rows of the wide world's tables: what may vary in a family of scenes, and by how much."""

from __future__ import annotations

import math
from dataclasses import dataclass

from himmel.world.vocabulary import Phrase

OWN = "own"  # the colour of a thing of which nobody asked for a colour


@dataclass(frozen=True)
class Trait:
    """A property of the subject beside kind and colour: `group` is material, size or expression.

    `english` are adjectives before the noun ("wooden"), or phrases after it where `after` is set
    ("with a smile"); `german` are adjective stems that take an ending ("hölzern"), or phrases
    ("mit einem Lächeln").
    """

    name: str
    group: str
    english: tuple[str, ...]
    german: tuple[str, ...]
    after: bool = False


@dataclass(frozen=True)
class Quantity:
    """A number that a prompt may ask for, such as a gravity in m/s^2.

    Training draws between `low` and `high` but for the `gap`, which tests interpolation; from `high`
    to `beyond` lies what tests extrapolation. `named` are words for single values ("moon": 1.62).
    """

    name: str
    unit: str
    low: float
    high: float
    gap: tuple[float, float] = (math.inf, math.inf)
    beyond: float = math.nan
    named: tuple[tuple[Phrase, float], ...] = ()

    @property
    def top(self) -> float:
        """The largest value that a scene can show."""
        return self.high if math.isnan(self.beyond) else self.beyond

    def holds(self, value: float) -> bool:
        """Whether a value is finite and lies in the range or beyond it."""
        return math.isfinite(value) and self.low <= value <= self.top

    def split(self, value: float) -> str:
        """Of a value: "in" the range, in the "gap", or "beyond"."""
        if value > self.high:
            return "beyond"
        return "gap" if self.gap[0] <= value <= self.gap[1] else "in"


@dataclass(frozen=True)
class Family:
    """Scenes of one sort, and the names and numbers that may vary in them.

    `counts` are how many subjects there may be, `others` how many further things, `relations` how they
    may stand to the subject.
    """

    name: str
    kinds: tuple[str, ...]
    colours: tuple[str, ...]
    settings: tuple[str, ...]
    times: tuple[str, ...]
    motions: tuple[str, ...]
    weathers: tuple[str, ...] = ("clear",)
    cameras: tuple[str, ...] = ("fixed",)
    looks: tuple[str, ...] = ("natural",)
    traits: tuple[str, ...] = ()
    counts: tuple[int, ...] = (1,)
    others: int = 0
    relations: tuple[str, ...] = ()
    quantities: tuple[Quantity, ...] = ()
