"""The learning-rate factor as a pure function of the step: warm up, hold, cool down.

A clock may choose the step at which the cooldown begins, and nothing else: once chosen, the step is
part of the training state, so a resumed run follows the same curve.
"""

from __future__ import annotations

from dataclasses import dataclass

from himmel.core.config import Config
from himmel.core.errors import HimmelError


@dataclass(frozen=True, kw_only=True)
class ScheduleConfig(Config):
    """Shape of the curve.

    steps >= 1: the most steps a run takes. warmup >= 0: steps of linear rise. cooldown in [0, 1):
    the last share of all steps, falling linearly to `final` (of the full rate).
    """

    steps: int
    warmup: int = 100
    cooldown: float = 0.4
    final: float = 0.03

    def __post_init__(self) -> None:
        if self.steps < 1 or self.warmup < 0:
            raise HimmelError(
                f"a schedule of {self.steps} steps with {self.warmup} of warm-up cannot run; "
                "use 1 step or more and a warm-up of 0 or more"
            )
        if not (0 <= self.cooldown < 1 and 0 <= self.final <= 1):
            raise HimmelError(
                f"cooldown={self.cooldown} and final={self.final} are shares; "
                "use 0 <= cooldown < 1 and 0 <= final <= 1"
            )


@dataclass(frozen=True)
class Schedule:
    """A curve with its cooldown placed: by the number of steps, or at a step chosen by a clock."""

    config: ScheduleConfig
    cooldown_start: int | None = None

    @property
    def start(self) -> int:
        """First step of the cooldown."""
        if self.cooldown_start is not None:
            return self.cooldown_start
        return self.config.steps - round(self.config.steps * self.config.cooldown)

    @property
    def end(self) -> int:
        """Number of steps in the whole run. A clock's cooldown keeps its share of all steps."""
        if self.cooldown_start is None:
            return self.config.steps
        share = self.config.cooldown / (1 - self.config.cooldown)
        return min(self.start + max(1, round(self.start * share)), self.config.steps)

    def factor(self, step: int) -> float:
        """Share of the full learning rate at a step counted from 0, in (0, 1]."""
        rise = min(1.0, (step + 1) / max(self.config.warmup, 1))
        if step < self.start:
            return rise
        fall = min(1.0, (step - self.start + 1) / max(self.end - self.start, 1))
        return rise * (1 - (1 - self.config.final) * fall)

    def at_clock(self, step: int, elapsed: float, budget: float) -> Schedule:
        """Begin the cooldown after `step` steps if so much of the budget (any unit) is used.

        Returns itself where the cooldown has begun already or the hold still has time.
        """
        due = elapsed >= budget * (1 - self.config.cooldown)
        if self.cooldown_start is not None or step >= self.start or not due:
            return self
        return Schedule(self.config, step)
