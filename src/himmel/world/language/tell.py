"""Say a graph of any scene in any style, and know which facts were said."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from himmel.world import _english, _german
from himmel.world.graph import Graph
from himmel.world.language.alt import SENTENCES, TALKS, alt_text
from himmel.world.language.content import Content
from himmel.world.language.events import Event, told
from himmel.world.language.facts import Said, sayable
from himmel.world.language.lists import listed
from himmel.world.language.nouns import is_person
from himmel.world.language.stories import is_story
from himmel.world.language.text import finished, joined, tidy

_WILD = frozenset(
    listed("meadow desert snow water forest beach alps moon volcano underwater canyon")
)
_TRAVELS = ("left", "right", "toward")


def tell(
    graph: Graph,
    rng: np.random.Generator,
    language: str,
    style: str,
    still: bool,
    events: Sequence[Event] = (),
) -> Said:
    """A caption of the new grammar with the facts it states."""
    facts = sayable(graph)
    if still or graph.scene == "face":  # a portrait holds still
        facts.pop("motion", None)
    if style == "alt":
        return alt_text(graph, rng, language, still)
    content = _content(graph, rng, facts, style)
    if style == "descriptive" and not still:
        content = dataclasses.replace(content, events=told(events))
    talk = TALKS[language](content, rng)
    sentences = SENTENCES[language]
    if style == "descriptive":
        text = joined(sentences.descriptive(talk))
    else:
        text = finished(tidy(sentences.sentence(talk, style, still)), rng)
    unsaid = set(graph.values) - talk.said
    facts = {name: value for name, value in content.facts.items() if name not in unsaid}
    return Said(text, facts | {f"event.{name}": f"{s:g}" for name, s in content.events.items()})


def tell_directed(graph: Graph, rng: np.random.Generator, language: str, still: bool) -> Said:
    """A description of a directed scene: its own sentence, then light and camera."""
    facts = {fact: value for fact, value in sayable(graph).items() if value != "fixed"}
    said = frozenset({"kind", "colour", "setting", "weather"} | (set() if still else {"motion"}))
    own = {"en": _english.sentence, "de": _german.sentence}[language]
    opening = own(graph, rng, said, style="medium", still=still)
    later = {str(f): facts[f] for f in ("kind", "time", "camera") if f in facts}
    talk = TALKS[language](Content(graph.scene, later), rng)
    return Said(joined([opening, *SENTENCES[language].light_and_camera(talk)]), facts)


def _content(graph: Graph, rng: np.random.Generator, facts: dict[str, str], style: str) -> Content:
    """All facts, or for a short caption some of them."""
    travels = graph.motion in _TRAVELS and "motion" in facts
    if style == "short":
        facts = _dropped(rng, facts)
    if facts.get("camera") == "fixed" and not (style == "descriptive" and _notable(graph, rng)):
        del facts["camera"]
    if facts.get("count") == "1" and (graph.others or rng.random() < 0.75):
        del facts["count"]
    if graph.scene == "face" or (style == "short" and rng.random() < 0.5):
        travels = False
    return Content(
        graph.scene,
        facts,
        plain=style == "medium",
        in_words=style == "descriptive",
        plural=graph.count > 1,
        travels=travels,
        deserted=style == "descriptive" and _deserted(graph, rng),
        values=graph.values,
    )


def _notable(graph: Graph, rng: np.random.Generator) -> bool:
    """Whether a camera that stands still is worth a word: now and then, and where others move."""
    return not is_story(graph.motion) and rng.random() < (0.5 if graph.scene == "camera" else 0.15)


def _deserted(graph: Graph, rng: np.random.Generator) -> bool:
    """Whether to say that there are no people, which is sure where nobody is and nobody lives; beside
    what is large people stand to show its size."""
    kinds = {graph.kind, *(other.kind for other in graph.others)}
    wild = graph.setting in _WILD and not any(is_person(kind) for kind in kinds)
    return (
        wild and "large" not in graph.traits and not is_story(graph.motion) and rng.random() < 0.1
    )


def _dropped(rng: np.random.Generator, facts: Mapping[str, str]) -> dict[str, str]:
    """Each fact but the kind is left out by chance; of another thing all or nothing is said."""
    kept = {fact: rng.random() < 0.5 for fact in facts}
    for fact in facts:
        mark = fact.removeprefix("other")[:1] if fact.startswith("other") else ""
        if mark:
            whole = kept["relation" + (mark if mark.isdigit() else "")]
            kept[fact] = whole and (fact.endswith("kind") or kept[fact])
    left = {f: v for f, v in facts.items() if kept[f] or f == "kind"}
    if "relation" in left or "relation2" not in left:
        return left
    return {
        fact.replace("2", ""): value for fact, value in left.items()
    }  # the only one is the first
