"""Class names of every fact group, and what a graph or a sentence says about them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor

from himmel.train.objectives.judge import IGNORE
from himmel.world import words
from himmel.world.captions import FREE, LANGUAGES, Said, say
from himmel.world.graph import Graph
from himmel.world.shown import PLAIN, shown
from himmel.world.vocabulary import COLOURS, KINDS, MOTIONS, SCENES, SETTINGS, TIMES
from himmel.world.words.cameras import CAMERAS as CAMERA_MOVES
from himmel.world.words.traits import EXPRESSIONS, MATERIALS, SIZES

CORE = "core"
GROUPS = ("kind", "colour", "setting", "time", "motion")
CORE_STYLES = ("medium", "medium", "short", "paraphrase")
WIDE_STYLES = (
    *["medium", "descriptive", "paraphrase", "short"] * 4,
    "medium",
    "medium",
    "medium",
    "alt",
)
DIRECTED_KINDS = ("monster", "people", "town")


def _names(things: Iterable[object]) -> list[str]:
    return [str(getattr(thing, "name", thing)) for thing in things]


def classes() -> dict[str, list[str]]:
    """Names per group; the directed scenes count as settings of their own."""
    settings = [getattr(scene, "setting", None) or scene.name for scene in SCENES]
    return {
        "kind": [*_names(KINDS), *DIRECTED_KINDS],
        "colour": _names(COLOURS),
        "setting": [*_names(SETTINGS), *settings],
        "time": _names(TIMES),
        "motion": _names(MOTIONS),
    }


def judge_classes() -> dict[str, list[str]]:
    """Names per group of all that a picture or a clip can show, directed scenes included."""
    settings = [getattr(scene, "setting", None) or scene.name for scene in SCENES]
    return {
        "kind": [*_names(words.KINDS), *DIRECTED_KINDS],
        "colour": _names(COLOURS),
        "setting": [*_names(words.SETTINGS), *settings],
        "time": _names(words.TIMES),
        "weather": _names(words.WEATHERS),
        "look": _names(words.LOOKS),
        "material": [PLAIN, *_names(MATERIALS)],
        "expression": _names(EXPRESSIONS),
        "count": ["1", "2", "3", "4", "5"],
        "motion": _names(MOTIONS),
        "camera": ["fixed", *_names(CAMERA_MOVES)],
    }


def judge_labels(graphs: list[Graph]) -> dict[str, Tensor]:
    """Class index per group (N,) of judge_classes, IGNORE where a picture does not tell."""
    rows = {}
    for group, names in judge_classes().items():
        index = {name: i for i, name in enumerate(names)}
        rows[group] = torch.tensor([index.get(shown(g, group), IGNORE) for g in graphs])
    return rows


def text_classes(wide: bool) -> dict[str, list[str]]:
    """Names of every fact that a sentence may state; quantities are left out."""
    if not wide:
        return classes()
    known = judge_classes()
    known["material"] = _names(MATERIALS)
    known["size"] = _names(SIZES)
    known["motion"] += [scene.motion for scene in SCENES if scene.motion not in known["motion"]]
    known["motion"] += [f.name for f in words.FAMILIES if f.motions == (f.name,)]
    known["camera"] = _names(words.CAMERAS)
    return known | {
        "other_kind": known["kind"],
        "other_colour": known["colour"],
        "relation": _names(words.RELATIONS),
    }


def text_labels(said: list[Said], names: dict[str, list[str]]) -> dict[str, Tensor]:
    """Class index per group (N,) of what the sentences say; the last class is `not said`.

    A network's parts may not have dots in their names: "other.kind" is the group other_kind.
    """
    facts = [one.stated for one in said]
    rows = {}
    for group, known in names.items():
        index = {name: i for i, name in enumerate(known)}
        rows[group] = torch.tensor(
            [index.get(f.get(group.replace("_", "."), ""), len(index)) for f in facts]
        )
    return rows


def draw_said(
    graph: Graph, rng: np.random.Generator, still: bool = False, free: float = 0.0
) -> Said:
    """One training sentence with its facts: English and German alike; of the core half with every
    fact, of other scenes a share as short, as long and as wrong as people write them. A share is `free`
    talk."""
    language = ("en", "de")[int(rng.integers(2))]
    if free and rng.random() < free:
        return say(graph, rng, language, FREE, still)
    styles = CORE_STYLES if graph.scene == CORE else WIDE_STYLES
    return say(graph, rng, language, styles[int(rng.integers(len(styles)))], still)


def draw_caption(
    graph: Graph, rng: np.random.Generator, still: bool = False, styles: tuple[str, ...] = ()
) -> str:
    """The words of draw_said, or those of a sentence in one of `styles`."""
    if not styles:
        return draw_said(graph, rng, still).text
    language = LANGUAGES[int(rng.integers(len(LANGUAGES)))]
    return say(graph, rng, language, styles[int(rng.integers(len(styles)))], still).text
