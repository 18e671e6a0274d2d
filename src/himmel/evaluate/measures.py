"""What is measured of one clip beside what a judge names: counts, relations, laws, moves, what stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from himmel.core.values import Frames
from himmel.evaluate import permanence, physics
from himmel.evaluate.benchmark import FPS, Entry
from himmel.evaluate.instances import count_things, relations_right
from himmel.evaluate.moves import usual_moves
from himmel.world.clip import WorldClip

OFF = 0.2  # share by which a number may be off what was asked
ASIDE = 0.1  # picture sides by which a path without a number may be off


@dataclass(frozen=True)
class Measure:
    """Whether it is asked of an entry, and whether a clip (T, H, W, 3) of the shape of the entry's render
    is right; None where the render itself does not show it."""

    asked: Callable[[Entry], bool]
    right: Callable[[Frames, Entry, WorldClip], bool | None]


def _count(clip: Frames, entry: Entry, reference: WorldClip) -> bool:
    ids = [thing["id"] for thing in reference.truth["objects"]]
    return count_things(clip, reference, ids) == len(ids)


def _relation(clip: Frames, entry: Entry, reference: WorldClip) -> bool:
    return relations_right(clip, reference)


def _law(clip: Frames, entry: Entry, reference: WorldClip) -> bool | None:
    """All numbers that a track shows are within OFF of those asked; where there are none, the path."""
    graph = entry.graph
    reading = physics.read(clip, graph, reference, FPS)
    if not reading.shown:
        path = reading.figures.get("path")
        return None if path is None else path <= ASIDE
    shown = np.array([reading.shown[name] for name in reading.shown])
    asked = np.array([reading.asked[name] for name in reading.shown])
    return bool((physics.relative(shown, asked) <= OFF).all())


def _move(clip: Frames, entry: Entry, reference: WorldClip) -> bool:
    return usual_moves().name(clip) == entry.graph.camera


def _stays(clip: Frames, entry: Entry, reference: WorldClip) -> bool | None:
    """What was hidden comes out when and where it must and as the same, or what changed stays changed."""
    if entry.graph.scene in permanence.HIDING:
        back = permanence.read_return(clip, reference, FPS)
        return None if back is None else back.identity
    change = permanence.read_change(clip, reference, FPS)
    return None if change is None else change.kept


def _shows(scenes: tuple[str, ...]) -> Callable[[Entry], bool]:
    return lambda entry: entry.graph.scene in scenes


def _states(fact: str) -> Callable[[Entry], bool]:
    return lambda entry: fact in entry.facts


MEASURES: dict[str, Measure] = {
    "count": Measure(_states("count"), _count),
    "relation": Measure(_states("relation"), _relation),
    "law": Measure(_shows(physics.FAMILIES), _law),
    "move": Measure(_states("camera"), _move),
    "permanence": Measure(_shows((*permanence.HIDING, *permanence.CHANGING)), _stays),
}


def measured(clip: Frames, entry: Entry, reference: WorldClip) -> dict[str, bool]:
    """What is right by every measure that is asked of the entry and that its render shows."""
    found = {
        name: measure.right(clip, entry, reference)
        for name, measure in MEASURES.items()
        if measure.asked(entry)
    }
    return {name: right for name, right in found.items() if right is not None}
