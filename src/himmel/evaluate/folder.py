"""Score a folder of films, named by prompt, that any model made for a benchmark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from himmel.core.errors import HimmelError
from himmel.core.values import Frames
from himmel.evaluate.benchmark import FPS, FRAMES, SIZE, Entry
from himmel.evaluate.intervals import Metric
from himmel.evaluate.scoring import Scored, figures, right_of, wrong
from himmel.media.apart import frames_of
from himmel.models.judge import Judge
from himmel.world.clip import make_clip

MOST_FRAMES = 4096  # of a film that is read
_BESIDE = (
    ".json",
    ".jsonl",
    ".txt",
    ".md",
    ".csv",
    ".vtt",
)  # what may lie beside a film, under its name

OnDone = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Found:
    """Which file answers which prompt; prompts without one; files that nobody asked for."""

    films: dict[str, Path]
    missing: tuple[str, ...]
    extra: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """The figures of a folder and a plain sentence for everything that was not as it should be."""

    metrics: dict[str, Metric]
    notes: tuple[str, ...]


def find(folder: Path, entries: list[Entry]) -> Found:
    """Match the files of a folder with prompts by name. Raises HimmelError for a folder that is missing
    or holds no film of the benchmark."""
    if not folder.is_dir():
        raise HimmelError(f"{folder} is no folder; name one that holds films called ID.mp4")
    wanted = {entry.id for entry in entries}
    films: dict[str, Path] = {}
    extra = []
    for path in sorted(folder.iterdir()):
        is_film = path.is_file() and path.suffix.lower() not in _BESIDE
        if is_film and path.stem in wanted and path.stem not in films:
            films[path.stem] = path
        else:
            extra.append(path.name)
    if not films:
        example = f"{entries[0].id}.mp4"
        raise HimmelError(
            f"{folder} holds no film of this benchmark; name films by the prompts' ids, as {example}"
        )
    missing = tuple(entry.id for entry in entries if entry.id not in films)
    return Found(films, missing, tuple(extra))


def score_folder(
    folder: Path,
    entries: list[Entry],
    judge: Judge,
    on_done: OnDone = lambda stage, done, of: None,
) -> Verdict:
    """The figures of scoring.figures, and `films.scored`, `.missing`, `.broken` and `.extra`.

    A film that is missing or cannot be read counts as wrong in all that its render can show; files that
    nobody asked for are listed and change nothing. Raises HimmelError as find does.
    """
    found = find(Path(folder), entries)
    scored, broken = [], dict[str, str]()
    for done, entry in enumerate(entries, 1):
        reference = make_clip(entry.graph, SIZE, FRAMES, FPS)
        best = right_of(judge, reference.frames, entry, reference)
        got = wrong(best)
        if (path := found.films.get(entry.id)) is not None:
            try:
                got = right_of(judge, fit(path), entry, reference)
            except HimmelError as error:
                broken[path.name] = str(error)
        scored.append(Scored(entry, got, best))
        on_done("score", done, len(entries))
    numbers = {
        "scored": len(found.films) - len(broken),
        "missing": len(found.missing),
        "broken": len(broken),
        "extra": len(found.extra),
    }
    return Verdict(figures(scored) | _counted(numbers), _notes(found, broken))


def _counted(numbers: dict[str, int]) -> dict[str, Metric]:
    return {
        f"films.{name}": Metric(value=number, low=number, high=number, unit="files")
        for name, number in numbers.items()
    }


def _notes(found: Found, broken: dict[str, str]) -> tuple[str, ...]:
    return (
        *(f"missing, counted as wrong: {name}" for name in found.missing),
        *(f"broken, counted as wrong: {name} ({why})" for name, why in broken.items()),
        *(f"extra, not scored: {name}" for name in found.extra),
    )


def fit(path: Path, size: int = SIZE, count: int = FRAMES) -> Frames:
    """A film as the judge needs it: the middle square, `size` pixels, `count` frames spread from the
    first to the last by their times. A single picture is repeated. Raises HimmelError for a file that is
    no film, is damaged, or has more than MOST_FRAMES frames."""
    frames: list[Frames] = []
    times: list[float] = []
    for timed in frames_of(path):
        if len(frames) == MOST_FRAMES:
            raise HimmelError(f"{path.name} has more than {MOST_FRAMES} frames; cut it")
        frames.append(_square(timed.frame, size))
        times.append(timed.seconds)
    wanted = np.linspace(times[0], times[-1], count)
    nearest = np.abs(np.asarray(times)[None] - wanted[:, None]).argmin(1)
    return np.stack([frames[i] for i in nearest])


def _square(frame: Frames, size: int) -> Frames:
    """The middle square of a picture (H, W, 3), by area."""
    height, width = frame.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    cut = torch.from_numpy(np.ascontiguousarray(frame[top : top + side, left : left + side]))
    small = F.adaptive_avg_pool2d(cut.permute(2, 0, 1).float(), size)
    result: Frames = small.round().clamp(0, 255).byte().permute(1, 2, 0).numpy()
    return result
