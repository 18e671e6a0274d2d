"""Prompts by category with the graphs that they describe: what a benchmark asks of any model.

Every entry is drawn from the seed and its own number in its category, so a longer benchmark begins like
a shorter one. The graph is what is checked by a checksum, not pixels: renders differ in their last digit
between machines.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from himmel.core.config import Config
from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.files import inside, sha256, write_text
from himmel.core.plain import parse_json
from himmel.core.rng import derive, numpy_rng
from himmel.world.captions import LANGUAGES, say
from himmel.world.clip import DIRECTORS
from himmel.world.graph import CORE, Graph, sample_graph

VERSION = 1  # of the rules below; entries of another version are another benchmark
SIZE, FRAMES, FPS = 128, 17, 8.0  # of reference clips: pixels of a side, frames, frames a second
COUNT = 1000
PROMPTS, ABOUT = "prompts.jsonl", "benchmark.json"
FROZEN = Path(__file__).parent / "data"  # version 1, whatever words and rules become

_TRIES = 400  # graphs until one has what its category asks for


@dataclass(frozen=True, kw_only=True)
class Entry(Config):
    """One question: the prompt, the facts that it states, and a graph of which they are true.

    `id` names the film that answers it; `sha256` is that of the graph's canonical JSON.
    """

    id: str
    category: str
    language: str
    prompt: str
    facts: dict[str, str]
    graph: Graph
    sha256: str


@dataclass(frozen=True)
class Category:
    """What its prompts have in common: scenes by turns, a share of the whole, how it is worded.

    `fits` is what a graph of it must have beside.
    """

    name: str
    tests: str
    share: float
    scenes: tuple[str, ...]
    held_out: bool = False
    styles: tuple[str, ...] = ("medium",)
    typos: bool = False
    fits: Callable[[Graph], bool] = field(default=lambda graph: True)


CATEGORIES = (
    Category("core", "subjects, colours, places, times and motions", 0.14, (CORE,)),
    Category("binding", "pairs of kind and colour never trained on", 0.1, (CORE,), held_out=True),
    Category("kinds", "the whole catalogue, in every place, light and look", 0.12, ("wide",)),
    Category("faces", "what a face expresses", 0.04, ("face",)),
    Category("triples", "kind, colour and motion never together", 0.06, ("wide",), held_out=True),
    Category("counts", "two to five of a kind", 0.07, ("group",), fits=lambda g: g.count > 1),
    Category(
        "relations",
        "how things stand to each other",
        0.07,
        ("group",),
        fits=lambda g: bool(g.others),
    ),
    Category(
        "physics",
        "falls, bounces, throws, ramps, pendulums, springs, collisions, chains",
        0.14,
        (
            *("drop", "bounce", "throw", "ramp", "pendulum", "spring", "collision"),
            *("dominoes", "stack", "conveyor", "buoyancy"),
        ),
    ),
    Category(
        "camera", "moves of the camera", 0.08, ("camera",), fits=lambda g: g.camera != "fixed"
    ),
    Category(
        "permanence",
        "what is hidden goes on, what is changed stays changed",
        0.08,
        ("screen", "look-away", "paint", "bite", "lamp", "door", "footprints"),
    ),
    Category(
        "paraphrases",
        "the core in other words and longer ones",
        0.05,
        (CORE,),
        styles=("paraphrase", "descriptive"),
    ),
    Category("typos", "the core with slips of the keyboard", 0.05, (CORE,), typos=True),
)


def chosen(count: int = COUNT, seed: int = 0) -> list[Entry]:
    """The frozen benchmark, or the first prompts of each of its categories; for another seed, or for
    more prompts than it has, a draft by the same rules. Raises HimmelError as build and read do."""
    if seed != 0 or not 1 <= count <= COUNT:
        return build(count, seed)
    left = {category.name: number for category, number in counts(count).items()}
    taken = []
    for entry in read(FROZEN):
        left[entry.category] -= 1
        if left[entry.category] >= 0:
            taken.append(entry)
    return taken


def build(
    count: int = COUNT, seed: int = 0, categories: tuple[Category, ...] = CATEGORIES
) -> list[Entry]:
    """About `count` entries, each category with its share and at least one of them, English and German
    by turns. Raises HimmelError for count < 1."""
    if count < 1:
        raise HimmelError(f"{count} prompts make no benchmark; use 1 or more")
    return [
        entry
        for category, number in counts(count, categories).items()
        for entry in entries_of(category, number, seed)
    ]


def counts(count: int, categories: tuple[Category, ...] = CATEGORIES) -> dict[Category, int]:
    """How many prompts each category gets of `count`."""
    whole = sum(category.share for category in categories)
    return {c: max(1, round(count * c.share / whole)) for c in categories}


def entries_of(category: Category, count: int, seed: int) -> Iterator[Entry]:
    """The first entries of a category. Raises HimmelError where its scenes cannot be drawn."""
    for number in range(count):
        name = f"{category.name}-{number + 1:04d}"
        own = derive(seed, "benchmark", VERSION, name)
        scene = category.scenes[number // len(LANGUAGES) % len(category.scenes)]
        graph = _graph_for(category, scene, own)
        language, rng = LANGUAGES[number % len(LANGUAGES)], numpy_rng(own, "prompt")
        style = category.styles[number // len(LANGUAGES) % len(category.styles)]
        said = say(graph, rng, language, style)
        yield Entry(
            id=name,
            category=category.name,
            language=language,
            prompt=with_typos(said.text, rng) if category.typos else said.text,
            facts=dict(said.facts),
            graph=graph,
            sha256=graph_sha256(graph),
        )


def _graph_for(category: Category, scene: str, seed: int) -> Graph:
    for attempt in range(_TRIES):
        graph = sample_graph(derive(seed, attempt), scene, category.held_out)
        if category.fits(graph) and can_be_staged(graph):
            return graph
    raise HimmelError(
        f"the scene {scene!r} shows nothing that the category {category.name!r} needs"
    )


def can_be_staged(graph: Graph) -> bool:
    """Whether a graph has a director and is not refused, as when a camera would stand in a thing."""
    try:
        DIRECTORS[graph.scene](graph, (FRAMES - 1) / FPS)
    except (HimmelError, KeyError):
        return False
    return True


def with_typos(text: str, rng: np.random.Generator) -> str:
    """A slip in every fourth word of five letters or more, at least in one: two letters swapped, one
    doubled or one left out, never the first or the last."""
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not long:
        return text
    for i in rng.choice(long, size=max(1, len(long) // 4), replace=False):
        words[i] = _slip(words[i], int(rng.integers(1, len(words[i]) - 2)), int(rng.integers(3)))
    return " ".join(words)


def _slip(word: str, at: int, manner: int) -> str:
    if manner == 0 and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if manner == 1:
        return word[: at + 1] + word[at:]
    return word[:at] + word[at + 1 :]


def graph_sha256(graph: Graph) -> str:
    """SHA-256 of a graph as JSON with sorted keys and no spaces."""
    text = json.dumps(graph.to_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def write(folder: Path, entries: list[Entry], seed: int) -> dict[str, Any]:
    """Write PROMPTS, one entry a line, and ABOUT: version, seed, counts, size of reference clips, and
    the checksum of PROMPTS. Gives what ABOUT says."""
    lines = "".join(f"{_line(entry)}\n" for entry in entries)
    write_text(folder / PROMPTS, lines)
    names = [entry.category for entry in entries]
    about = {
        "name": "himmel",
        "version": VERSION,
        "seed": seed,
        "count": len(entries),
        "categories": {name: names.count(name) for name in dict.fromkeys(names)},
        "reference": {"width": SIZE, "height": SIZE, "frames": FRAMES, "fps": FPS},
        "sha256": sha256(folder / PROMPTS),
    }
    write_text(folder / ABOUT, json.dumps(about, indent=1) + "\n")
    return about


def _line(entry: Entry) -> str:
    plain = {**entry.to_dict(), "graph": entry.graph.to_dict()}
    return json.dumps(plain, ensure_ascii=False)


def read(path: Path) -> list[Entry]:
    """The entries of a benchmark's folder or of its PROMPTS. Raises HimmelError for a file that is
    missing or empty or has an id twice, DamagedFileError where a checksum does not hold."""
    path = Path(path) / PROMPTS if Path(path).is_dir() else Path(path)
    if not path.is_file():
        raise HimmelError(
            f"{path} does not exist; write one with: himmel evaluate benchmark --out {path.parent}"
        )
    _check_whole(path)
    entries = [_entry(path, n, line) for n, line in _lines(path)]
    ids = [entry.id for entry in entries]
    if not ids or len(set(ids)) < len(ids):
        twice = next((name for name in ids if ids.count(name) > 1), None)
        fault = f"has {twice!r} twice" if twice else "holds no prompts"
        raise HimmelError(f"{path} {fault}; write it anew")
    return entries


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise DamagedFileError(f"{path} is no text; name the file {PROMPTS}") from None
    return ((n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip())


def _entry(path: Path, number: int, line: str) -> Entry:
    try:
        entry = Entry.from_json(line)
        for name in (entry.id, entry.category):  # files are called by them
            inside(path.parent, name)
    except HimmelError as error:
        raise DamagedFileError(f"{path}, line {number}: {error}") from None
    if graph_sha256(entry.graph) != entry.sha256:
        raise DamagedFileError(f"{path}, line {number}: the graph of {entry.id!r} was changed")
    return entry


def _check_whole(path: Path) -> None:
    about = path.with_name(ABOUT)
    if not about.is_file():
        return
    try:
        digest = parse_json(about.read_bytes())["sha256"]
    except (ValueError, KeyError, TypeError):
        raise DamagedFileError(f"{about} is not what this program writes; write it anew") from None
    if digest != sha256(path):
        raise DamagedFileError(f"{path} is not the file that {about.name} lists; copy both again")
