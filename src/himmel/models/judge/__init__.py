"""The judge: reads what a clip shows back out of its frames, and which of it cannot be read."""

from himmel.models.judge.model import (
    UNREADABLE,
    Judge,
    JudgeConfig,
    Near,
    Verdict,
    cut,
    spread,
    square_round,
)

__all__ = [
    "UNREADABLE",
    "Judge",
    "JudgeConfig",
    "Near",
    "Verdict",
    "cut",
    "spread",
    "square_round",
]
