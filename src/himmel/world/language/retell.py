"""Say facts that belong to no graph: those of a prompt, with what was filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from himmel.core.errors import HimmelError
from himmel.world import _english, _german
from himmel.world.graph import CORE, Graph
from himmel.world.language.alt import SENTENCES, TALKS
from himmel.world.language.content import Content
from himmel.world.language.text import joined
from himmel.world.vocabulary import scene_named

_CORE_SENTENCES = {"en": _english.sentence, "de": _german.sentence}
_FACTS = ("kind", "colour", "setting", "time", "motion", "weather", "camera")
_STAND_INS = {"colour": "red", "setting": "meadow", "time": "day", "motion": "still"}


def retold(facts: Mapping[str, str], rng: np.random.Generator, language: str, style: str) -> str:
    """A caption of facts in a style: "descriptive", "medium", or "core", the core's plain sentence.

    Empty where the style cannot say them.
    """
    try:
        if style == "core":
            return joined([_core(facts, rng, language)])
        if "scene" in facts:
            return _directed(facts, rng, language) if style == "descriptive" else ""
        return _told(facts, rng, language, style)
    except (HimmelError, KeyError):
        return ""


def _core(facts: Mapping[str, str], rng: np.random.Generator, language: str) -> str:
    """A sentence of the core's own grammar, with the said facts of a graph and no others."""
    said = frozenset(facts) | {"way"}
    if not set(facts) <= {*_FACTS, "scene"}:
        return ""
    return _CORE_SENTENCES[language](_graph(facts), rng, said, style="medium", still=False)


def _graph(facts: Mapping[str, str]) -> Graph:
    scene = facts.get("scene", CORE)
    given: dict[str, Any] = {name: facts[name] for name in _FACTS if name in facts}
    if scene == CORE:
        return Graph(seed=0, **{**_STAND_INS, **given})
    staged = scene_named(scene)
    own: dict[str, Any] = {
        "colour": staged.colours[0],
        "time": staged.times[0],
        "weather": staged.weathers[0],
        "camera": staged.cameras[0],
        "setting": staged.setting,
        "motion": staged.motion,
        "kind": staged.kind,
    }
    return Graph(seed=0, scene=scene, **{**own, **given})


def _directed(facts: Mapping[str, str], rng: np.random.Generator, language: str) -> str:
    """A directed scene's own sentence, then light and camera."""
    opening = {n: v for n, v in facts.items() if n not in ("time", "camera")}
    later = {n: facts[n] for n in ("kind", "time", "camera") if n in facts}
    talk = TALKS[language](Content(facts["scene"], later), rng)
    return joined([_core(opening, rng, language), *SENTENCES[language].light_and_camera(talk)])


def _told(facts: Mapping[str, str], rng: np.random.Generator, language: str, style: str) -> str:
    content = Content(
        "wide",
        dict(facts),
        plain=style == "medium",
        in_words=style == "descriptive",
        plural=int(facts.get("count", 1)) > 1,
    )
    talk = TALKS[language](content, rng)
    if style == "descriptive":
        return joined(SENTENCES[language].descriptive(talk))
    return joined([SENTENCES[language].sentence(talk, style, False)])
