"""The judge: reads what a clip shows back out of its frames, and which of it cannot be read."""

from himmel.models.judge.finder import Finder, cut, square_round
from himmel.models.judge.model import UNREADABLE, Judge, JudgeConfig, Near, Verdict, spread

__all__ = [
    "UNREADABLE",
    "Finder",
    "Judge",
    "JudgeConfig",
    "Near",
    "Verdict",
    "cut",
    "spread",
    "square_round",
]
