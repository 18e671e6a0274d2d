"""What a clip of a graph shows: which facts a viewer could be asked for."""

from __future__ import annotations

from himmel.world import words
from himmel.world.graph import CORE, Graph
from himmel.world.vocabulary import entry
from himmel.world.words.rows import OWN

PLAIN = "plain"
_PALE = ("colour", "time", "weather")  # what a picture without its own colours does not tell
_HIDING = frozenset({"black-and-white", "sepia", "neon"})
_MOVING = (CORE, "wide", "group")  # scenes whose motions have the core's names


def shown(graph: Graph, group: str) -> str:
    """The name that a viewer would give to a group (kind, colour, material, camera ...), "" where the
    clip shows nothing that could be asked for."""
    if group == "count":
        return str(graph.count) if graph.scene in _MOVING and not graph.others else ""
    if group in ("material", "expression"):
        return _trait(graph, group)
    if group == "motion":
        return graph.motion if graph.scene in _MOVING else ""
    if group == "camera":
        return graph.camera if graph.scene in (*_MOVING, "camera") else ""
    if graph.others and group in ("kind", "colour"):
        return ""  # of two things the picture does not say which one is the subject
    if group in _PALE and graph.look in _HIDING:
        return ""
    if group == "colour" and graph.colour == OWN:
        return ""  # a kind's natural colours have no single name
    return str(getattr(graph, group))


def _trait(graph: Graph, group: str) -> str:
    found = [t for t in graph.traits if entry(words.TRAITS, t, "trait").group == group]
    if found:
        return found[0]
    return PLAIN if group == "material" and graph.scene in (CORE, "wide") else ""
