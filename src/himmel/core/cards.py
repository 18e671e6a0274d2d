"""Requests whose words change over time: a storyboard is cards on one timeline."""

from __future__ import annotations

from dataclasses import dataclass

from himmel.core.config import Config
from himmel.core.values import Request


@dataclass(frozen=True, kw_only=True)
class Card(Config):
    """A stretch of a storyboard: from when it lasts, in seconds, and what it shows.

    transition says how the film gets there: cut, dissolve, or continue, which goes on from the frames
    before with these words. image is the picture the card begins with, clip a film whose frames it
    shows first. cast are the names of what the card shows that others may show again.
    """

    at: float
    prompt: str
    transition: str = "cut"
    image: str | None = None
    clip: str | None = None
    cast: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Storyboard(Request):
    """A request whose words change over time: the first card begins at 0, seconds is the end of the
    last; `prompt` holds the first card's words."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, kw_only=True)
class Part(Request):
    """One card of a storyboard, as the policy reads it: its words, with what it begins with."""

    films: tuple[str, ...] = ()

    @property
    def clips(self) -> tuple[str, ...]:
        """The film of the card, if it has one."""
        return self.films
