"""Which facts a caption states: true ones, and in alt texts false ones; both by name."""

from __future__ import annotations

from dataclasses import dataclass, field

from himmel.world.graph import Graph, family_of
from himmel.world.vocabulary import SCENES, entry, names
from himmel.world.words import TRAITS
from himmel.world.words.rows import OWN

# What a caption is silent about, because it is so unless somebody says otherwise.
_UNSAID = {
    "colour": ("none", OWN),
    "weather": ("clear",),
    "look": ("natural",),
}


@dataclass(frozen=True)
class Said:
    """A caption with the facts it states: {"kind": "ball", "other.kind": "box", "gravity": "1.62"}.

    `wrong` are stated too, but are not so; only alt texts have any. Names are those of a graph
    (kind, colour, count, setting, time, weather, look, motion, camera), the groups of its traits
    (material, size, expression), its values in their units, and for other things other.kind,
    other.colour and relation, with other2 and relation2 for a second one.
    """

    text: str
    facts: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def stated(self) -> dict[str, str]:
        """All that the text claims, true or not."""
        return {**self.facts, **self.wrong}


def other_keys(number: int) -> tuple[str, str, str]:
    """Names of kind, colour and relation of the other thing with a number from 0."""
    mark = "" if number == 0 else str(number + 1)
    return f"other{mark}.kind", f"other{mark}.colour", f"relation{mark}"


def sayable(graph: Graph) -> dict[str, str]:
    """Every fact of a graph that a caption may state, by name."""
    facts = {f: str(getattr(graph, f)) for f in ("kind", "colour", "setting", "time", "motion")}
    facts |= {f: str(getattr(graph, f)) for f in ("weather", "camera", "look")}
    facts |= {"count": str(graph.count)} if len(family_of(graph.scene).counts) > 1 else {}
    facts |= {entry(TRAITS, name, "trait").group: name for name in graph.traits}
    for number, other in enumerate(graph.others):
        kind, colour, relation = other_keys(number)
        facts |= {kind: other.kind, colour: other.colour, relation: other.relation}
    facts |= {name: f"{value:g}" for name, value in graph.values.items()}
    facts |= {"scene": graph.scene} if graph.scene in names(SCENES) else {}
    return {name: value for name, value in facts.items() if not _silent(name, value)}


def _silent(name: str, value: str) -> bool:
    return value in _UNSAID.get(name.rpartition(".")[2], ())


def judged(graph: Graph, text: str, read: dict[str, str]) -> Said:
    """Facts that were read from a text, sorted by whether they hold in the graph."""
    true = sayable(graph)
    facts = {name: value for name, value in read.items() if true.get(name) == value}
    return Said(text, facts, {n: v for n, v in read.items() if n not in facts})
