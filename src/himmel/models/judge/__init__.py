"""The judge: reads kind, colour, setting, time of day and motion back out of frames."""

from himmel.models.judge.model import UNREADABLE, Judge, JudgeConfig, Verdict

__all__ = ["UNREADABLE", "Judge", "JudgeConfig", "Verdict"]
