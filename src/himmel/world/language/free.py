"""Sentences as people really say them: loose, wordy, in any order, with talk that states nothing.

They are for readers of text to learn from. Each is put together from the tables of free_tables, so which
facts it states is known. Facts are left out at random, the kind too: then it may speak of a thing that
nobody draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from himmel.world.graph import CORE, Graph, pick
from himmel.world.language.facts import Said, sayable
from himmel.world.language.free_tables import DEEDS, entries, tables
from himmel.world.language.marks import table
from himmel.world.language.nouns import kind_named
from himmel.world.language.numbers import tokens_of
from himmel.world.language.text import tidy, with_typos

_SHARES = {"kind": 0.93, "colour": 0.75, "setting": 0.75, "time": 0.65, "motion": 0.75}
_OTHER_FACTS = 0.4  # weathers, looks and traits of the wide world
_TYPOS = 0.12  # of the sentences are mistyped
_ENDS = (". ", ". ", ", ", ", ", " - ", "; ", " ... ", "! ", ": ", " ")
_LIST = (", ", ", ", " / ", " - ", "; ", ". ", " + ", " | ", "\n", ", and ")


@dataclass
class Free:
    """What a free sentence says, and the chance that words it. `facts` are to be said, no others."""

    graph: Graph
    rng: np.random.Generator
    language: str
    facts: dict[str, str]
    spare: list[str] = field(default_factory=list)  # pieces that stand by themselves

    def chance(self, share: float) -> bool:
        """True in a share of all cases."""
        return bool(self.rng.random() < share)

    def entry(self, name: str, row: str, *plainer: str) -> str:
        """An entry of a table, or of `plainer` words as the grammar has them. What the wide world
        calls by a finer name is not said of its scenes."""
        options = (*entries(self.language, name, row), *plainer)
        if self.graph.scene != CORE:
            options = tuple(e for e in options if _unambiguous(e, row)) or plainer
        return pick(self.rng, options) if options else ""

    def talk(self, name: str) -> str:
        """Something to say that states nothing."""
        options = tables(self.language)["talk"][name]
        if self.graph.scene != CORE:
            options = tuple(word for word in options if not table().get(tuple(tokens_of(word))))
        return pick(self.rng, options)

    def deed(self) -> tuple[str, str]:
        """A verb of the motion, and the way that it goes; none where the motion is not said."""
        motion = self.facts.get("motion", "")
        if not motion:
            return "", ""
        coming = motion == "toward" and self.chance(0.5)
        name = "approach" if coming else {fact: t for t, fact in DEEDS.items()}.get(motion, "")
        movement = kind_named(self.graph.kind).movement
        rows = ("any", movement if self.chance(0.8) else "any")
        if motion in ("left", "right") or (motion == "toward" and not coming):
            return self.entry("going", rows[1]), self.entry("ways", motion)
        own = entries(self.language, name, movement)
        return pick(self.rng, (*entries(self.language, name, "any"), *own, *own)), ""


def _unambiguous(entry: str, row: str) -> bool:
    facts = table().get(tuple(tokens_of(entry)), ())
    return not facts or any(fact.endswith(f":{row}") for fact in facts)


def chosen(graph: Graph, rng: np.random.Generator, still: bool) -> dict[str, str]:
    """The facts of a graph that a free sentence shall state."""
    true = sayable(graph)
    if still or graph.scene == "face":
        true.pop("motion", None)
    shares = _SHARES | dict.fromkeys(("weather", "look"), _OTHER_FACTS)
    return {f: v for f, v in true.items() if f in shares and rng.random() < shares[f]}


def can_say(graph: Graph) -> bool:
    """Whether there is one subject, without company or experiment, in a place that has a row."""
    plain = graph.count == 1 and not graph.others and not graph.values
    return plain and graph.scene in (CORE, "wide", "camera", "face")


def composed(free: Free, main: str) -> Said:
    """The main words with what stands beside them, in any order, as people type."""
    pieces = [p for p in free.spare if p]
    free.rng.shuffle(pieces)
    for share in (0.35, 0.15):
        if free.chance(share):
            pieces.insert(int(free.rng.integers(len(pieces) + 1)), free.talk("aside"))
    before = int(free.rng.integers(len(pieces) + 1)) if free.chance(0.4) else 0
    parts = [*pieces[:before], main, *pieces[before:]]
    return Said(typed(free, _strung(free, [tidy(p) for p in parts if p])), dict(free.facts))


def _strung(free: Free, parts: Sequence[str]) -> str:
    manner, text = pick(free.rng, _ENDS), parts[0]
    for part in parts[1:]:
        end = manner if free.chance(0.7) else pick(free.rng, _ENDS)
        capital = end[0] in ".!" and free.chance(0.8)
        text += end + (part[0].upper() + part[1:] if capital else part)
    return text


def listed(free: Free, parts: Sequence[str]) -> str:
    """Pieces in any order with something between."""
    shuffled = [p for p in parts if p]
    free.rng.shuffle(shuffled)
    return pick(free.rng, _LIST).join(shuffled)


def typed(free: Free, text: str) -> str:
    """With capitals or without, with a full stop or without, now and then mistyped."""
    if free.chance(_TYPOS):
        text = with_typos(text, free.rng, 0.1)
    manner = int(free.rng.integers(6))
    if manner == 0:
        return text.lower()
    text = text if manner == 1 else text[0].upper() + text[1:]
    return (
        text
        if text[-1] in "?.!"
        else text + ("." * (manner > 3) or "!" * (manner == 3 and free.chance(0.2)))
    )
