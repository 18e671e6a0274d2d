"""Films to look at beside the figures: what a model drew, what a folder holds, what renders show.

Drawn films come through the door, so those in a report are reviewed and sealed like all others.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from himmel.core.rng import derive
from himmel.core.values import Frames, Request
from himmel.evaluate.adherence import questions
from himmel.evaluate.benchmark import FPS, FRAMES, SIZE, Entry
from himmel.generate.door import generate
from himmel.generate.system import System
from himmel.world.clip import make_clip
from himmel.world.graph import Graph

WriteFilm = Callable[[Path, Frames, float], None]
LARGEST = 2_000_000  # bytes of a film that is shown in a report
TYPES = {".mp4": "video/mp4", ".webm": "video/webm"}


@dataclass(frozen=True)
class Film:
    """One film as bytes, with its media type, or none and why not."""

    label: str
    data: bytes = b""
    media_type: str = ""
    missing: str = ""


@dataclass(frozen=True)
class Exhibit:
    """Films of one prompt side by side."""

    name: str
    prompt: str
    films: tuple[Film, ...]


def drawn_exhibits(system: System, count: int, seed: int, write: WriteFilm) -> list[Exhibit]:
    """The first questions of a suite's seed: drawn by the model, and rendered."""
    exhibits = []
    for number, question in enumerate(questions(count, seed), 1):
        film = _film("model", partial(draw, system, question.prompt, question.seed))
        films = (film, _render(question.graph, write))
        exhibits.append(Exhibit(f"question {number}", question.prompt, films))
    return exhibits


def folder_exhibits(
    entries: list[Entry], films: dict[str, Path], count: int, write: WriteFilm
) -> list[Exhibit]:
    """Entries spread over a benchmark, with the films that a folder has of them, and renders."""
    chosen = entries[:: max(1, len(entries) // max(count, 1))][:count]
    return [
        Exhibit(e.id, e.prompt, (_of_folder(films.get(e.id)), _render(e.graph, write)))
        for e in chosen
    ]


def draw(system: System, prompt: str, seed: int, out: Path) -> str:
    """Draw a film through the door; gives the reason where it was refused, else nothing."""
    result = generate(Request(prompt=prompt, seed=seed), system, out)
    return "" if result.allowed else result.decisions[-1].reason


def seed_of(entry: Entry, index: int) -> int:
    """The seed of the noise of an entry's film with an index."""
    return derive(entry.graph.seed, "noise", index) % 2**31


def _render(graph: Graph, write: WriteFilm) -> Film:
    clip = make_clip(graph, SIZE, FRAMES, FPS)

    def rendered(out: Path) -> str:
        write(out, clip.frames, FPS)
        return ""

    return _film("render", rendered)


def _film(label: str, write: Callable[[Path], str]) -> Film:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "film.mp4"
        if reason := write(out):
            return Film(label, missing=f"refused: {reason}")
        return Film(label, out.read_bytes(), TYPES[out.suffix])


def _of_folder(path: Path | None) -> Film:
    if path is None:
        return Film("film", missing="missing")
    media_type = TYPES.get(path.suffix.lower())
    if media_type is None or path.stat().st_size > LARGEST:
        return Film("film", missing=f"{path.name} is too large or no film that browsers play")
    return Film("film", path.read_bytes(), media_type)
