"""What becomes of a film over a minute: facts, colours, sharpness, seams and speed, second by second.

Each film is drawn window by window as the door draws it, and read before the seal; no more of it is held
than the judge looks at. Slopes are fitted to the readings of each film and averaged over films.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import label

from himmel.core.errors import HimmelError
from himmel.core.rng import derive
from himmel.core.values import Frames, Request
from himmel.evaluate.adherence import OnDone, Question, questions, render_questions
from himmel.evaluate.distribution import kid
from himmel.evaluate.features import extractors, points
from himmel.evaluate.intervals import Metric, bootstrap, ratio, share
from himmel.evaluate.reading import facts_right
from himmel.evaluate.sharpness import edge_energy
from himmel.evaluate.steadiness import track
from himmel.generate.layout import lay_out
from himmel.generate.longer import LongPlan
from himmel.generate.rollout import roll_out
from himmel.generate.system import System
from himmel.generate.timeline import CONTINUE, starts_of, window_of
from himmel.models.judge import Judge

SECONDS = 60.0
_LEAST_STEP = 0.5  # levels of 255: a still film has no seams
HALF = 0.5  # of a cell; where a subject fills more, it is there


@dataclass
class Reading:
    """A window of a film: what is right of it, and how it looks. objects: separate subjects in a frame,
    as most frames have them."""

    right: dict[str, bool]
    objects: float
    colour: NDArray[np.float64]  # mean of R, G, B
    sharpness: float
    speed: float  # picture sides a frame, of the subject's centre


@dataclass
class Course:
    """All readings of a film, one each second, and the changes from frame to frame; `offsets` are the
    places in their shots of the frames that the changes lead to, 0 at a cut. `ends` are the first and the
    last frames that were read."""

    readings: list[Reading] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    ends: list[Frames] = field(default_factory=list)


def drift(
    system: System,
    judges: dict[str, Judge],
    n: int,
    seed: int,
    on_done: OnDone,
    seconds: float = SECONDS,
) -> dict[str, Metric]:
    """Every figure by key. `FACT.second_2` and `FACT.second_60` (or the end of shorter films) are
    shares of films, `FACT.kept` the second over the first; `X.slope` is the change in a minute;
    `colour_distance` is to the film's first reading, in levels; `sharpness` and `speed` are `.kept`, the
    end over the beginning; `objects` counts separate subjects; `kid.FEATURES` is the distance of all
    films' beginnings, and of their ends, to renders of other questions; `seam` is the step between the
    windows of a shot over all other steps, `cut` that between shots, and `shots` how many a film has. A
    reading is of the newest frames of one shot, as many as the judge looks at: nobody can read a motion
    across a cut.

    Raises HimmelError for films of a single window.
    """
    asked, judge = questions(n, seed), next(iter(judges.values()))
    renders = render_questions(asked, system, on_done)
    best = facts_right(judge, renders, [q.graph for q in asked])
    courses = []
    for question in asked:
        plan = plan_of(question, system, seconds)
        courses.append(read_course(plan, system, judge, question))
        on_done("drift", len(courses), n)
    others = render_questions(questions(n, derive(seed, "other renders")), system, on_done)
    ceilings = {fact: float(right.mean()) for fact, right in best.items()}
    return {
        **_facts(courses, ceilings, seconds),
        **_looks(courses, seconds),
        **_distances(courses, (renders, others), judge, seconds),
        **_seam(courses, plan, system),
    }


def plan_of(question: Question, system: System, seconds: float) -> LongPlan:
    """The plan of a long film for a question."""
    request = Request(prompt=question.prompt, seed=question.seed, seconds=seconds)
    plan = lay_out(request, system.config, Path("film.mp4"), system.text.understood)
    if not isinstance(plan, LongPlan):
        raise HimmelError(f"{seconds:g} seconds are one window and cannot drift; ask for more")
    return plan


def read_course(plan: LongPlan, system: System, judge: Judge, question: Question) -> Course:
    """Draw a film and read it each second."""
    span, rate, course = window_of(system.config), round(plan.fps), Course()
    begins = shots_of(plan)
    last: deque[Frames] = deque(maxlen=span)
    whole: list[Frames] = []  # the newest frames of one shot that are a window long
    offset = 0
    for number, frame in enumerate(islice(_frames(plan, system), plan.shown.frames)):
        offset = 0 if number in begins else offset + 1
        if last:
            course.steps.append(float(np.abs(frame.astype(np.int16) - last[-1]).mean()))
            course.offsets.append(offset)
        last.append(frame)
        if offset >= span - 1:
            whole = list(last)
        if whole and (number + 1 - span) % rate == 0:
            course.readings.append(_read(np.stack(whole), judge, question))
            course.ends = [*course.ends[:1], np.stack(whole)]
    return course


def shots_of(plan: LongPlan) -> set[int]:
    """The frames with which shots begin."""
    starts = zip(starts_of(plan.segments), plan.segments, strict=True)
    return {start for start, segment in starts if segment.transition != CONTINUE}


def _frames(plan: LongPlan, system: System) -> Iterator[Frames]:
    for chunk in roll_out(plan, system):
        yield from chunk


def _read(clip: Frames, judge: Judge, question: Question) -> Reading:
    right = facts_right(judge, clip[None], [question.graph])
    _, mask = judge.cells(torch.from_numpy(clip[None]))
    places = track(mask[0])
    return Reading(
        right={fact: bool(values[0]) for fact, values in right.items()},
        objects=float(np.median([label(frame > HALF)[1] for frame in mask[0].numpy()])),
        colour=clip.mean((0, 1, 2)),
        sharpness=edge_energy(clip, (0, 0, clip.shape[2], clip.shape[1])),
        speed=float(np.linalg.norm(np.diff(places, axis=0), axis=1).mean()),
    )


def _facts(courses: list[Course], ceilings: dict[str, float], seconds: float) -> dict[str, Metric]:
    metrics: dict[str, Metric] = {}
    for fact, ceiling in ceilings.items():
        series = np.array([[r.right[fact] for r in c.readings] for c in courses], float)
        first, end = series[:, 0], series[:, -1]
        metrics[f"{fact}.second_2"] = share(first, ceiling)
        metrics[f"{fact}.second_{seconds:.0f}"] = share(end, ceiling)
        metrics[f"{fact}.kept"] = ratio(end, first)
        metrics[f"{fact}.slope"] = bootstrap(slopes(series), unit="share a minute")
    return metrics


def _looks(courses: list[Course], seconds: float) -> dict[str, Metric]:
    colour = np.array([[r.colour for r in c.readings] for c in courses])  # (N, K, 3)
    away = np.linalg.norm(colour - colour[:, :1], axis=2)
    sharp = np.array([[r.sharpness for r in c.readings] for c in courses])
    speed = np.array([[r.speed for r in c.readings] for c in courses])
    objects = np.array([[r.objects for r in c.readings] for c in courses])
    relative = sharp / np.maximum(sharp[:, :1], 1e-6)
    return {
        f"colour_distance.second_{seconds:.0f}": bootstrap(away[:, -1], unit="levels of 255"),
        "colour_distance.slope": bootstrap(slopes(away), unit="levels a minute"),
        "sharpness.kept": ratio(sharp[:, -1], sharp[:, 0]),
        "sharpness.slope": bootstrap(slopes(relative), unit="of the first reading a minute"),
        "speed.kept": ratio(speed[:, -1], speed[:, 0]),
        "objects.second_2": bootstrap(objects[:, 0], unit="subjects"),
        f"objects.second_{seconds:.0f}": bootstrap(objects[:, -1], unit="subjects"),
        "objects.slope": bootstrap(slopes(objects), unit="subjects a minute"),
    }


def _distances(
    courses: list[Course], renders: tuple[Frames, Frames], judge: Judge, seconds: float
) -> dict[str, Metric]:
    """KID of beginnings and ends to renders of other questions; the ceiling is that of renders of the
    same questions. Fewer than two films have none."""
    if len(courses) < 2:
        return {}
    named = extractors(judge)
    same, other = (points(named, clips) for clips in renders)
    best = {name: kid(same[name], other[name]).value for name in named}
    metrics: dict[str, Metric] = {}
    for place, when in ((0, "second_2"), (-1, f"second_{seconds:.0f}")):
        shown = points(named, (course.ends[place] for course in courses))
        for name in named:
            metrics[f"kid.{name}.{when}"] = kid(shown[name], other[name], ceiling=best[name])
    return metrics


def _seam(courses: list[Course], plan: LongPlan, system: System) -> dict[str, Metric]:
    first = window_of(system.config)
    every = (plan.rolling.window - plan.rolling.history) * system.codec.compression.time
    seams = [seam(c.steps, joints(c.offsets, first, every)) for c in courses]
    cuts = [seam(c.steps, np.array(c.offsets) == 0) for c in courses]
    shots = np.array([1.0 + sum(offset == 0 for offset in c.offsets) for c in courses])
    unit = "step / other steps"
    return {
        "seam": bootstrap([s for s in seams if s is not None] or [0.0], unit=unit),
        "cut": bootstrap([c for c in cuts if c is not None] or [0.0], unit=unit),
        "shots": bootstrap(shots, unit="shots a film"),
    }


def joints(offsets: list[int], first: int, every: int) -> NDArray[np.bool_]:
    """Which frames, by their places in their shots, begin a window: first, first + every ..."""
    places = np.array(offsets)
    begin: NDArray[np.bool_] = (places >= first) & ((places - first) % every == 0)
    return begin


def seam(steps: list[float], chosen: NDArray[np.bool_]) -> float | None:
    """The change at the chosen steps over that at all others; None where one of the two is nothing."""
    if not chosen.any() or chosen.all():
        return None
    changes = np.maximum(steps, _LEAST_STEP)
    return float(changes[chosen].mean() / changes[~chosen].mean())


def slopes(series: NDArray[np.float64]) -> NDArray[np.float64]:
    """Least-squares slopes (N,) of readings (N, K), one each second, per minute; 0 for one reading."""
    count = series.shape[1]
    if count < 2:
        return np.zeros(len(series))
    time = np.arange(count) - (count - 1) / 2
    result: NDArray[np.float64] = 60 * (series * time).sum(1) / (time * time).sum()
    return result
