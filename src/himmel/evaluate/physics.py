"""Does a clip obey the numbers it was asked for? Gravity from tracks against gravity asked, and more.

The camera and its scale are known, so a track in pixels is one in metres. A law with unknown numbers is
fitted to the track; the numbers shown are compared with those asked. Motion masks are compared with a
render of the same graph. The pure function `measure` takes any clips: a model's, a folder's, or renders.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from himmel.core.rng import derive
from himmel.core.values import Frames
from himmel.evaluate import laws
from himmel.evaluate.adherence import OnDone, Question
from himmel.evaluate.drawn import draw_questions
from himmel.evaluate.families import (
    SUFFIXES,
    family_questions,
    frames_of,
    median,
    question,
    references,
    statistic,
)
from himmel.evaluate.intervals import Metric, bootstrap, share
from himmel.evaluate.laws import Array, Found
from himmel.evaluate.motion_masks import likeness
from himmel.evaluate.parser.actors import Sight, find_actors, inside, on_plane
from himmel.generate.system import System
from himmel.models.judge import Judge
from himmel.world.clip import WorldClip
from himmel.world.experiments.bench import value_of
from himmel.world.experiments.dynamics import EARTH, pendulum_period, spring_period
from himmel.world.experiments.falling import RAMP_ANGLE
from himmel.world.graph import CORE, Graph, family_of, sample_graph
from himmel.world.poses import camera_of

FAMILIES = (
    "drop", "bounce", "throw", "ramp", "pendulum", "spring", "collision", "dominoes", "stack",
    "conveyor", "buoyancy",
)  # fmt: skip
_TWO = ("collision",)  # families with a second actor that is followed
_EVENTS = ("ground_contact", "bounce", "collision")
_LOST = 0.5  # picture sides by which a thing that is not seen is off its path
_LEAST = 0.1  # relative errors are taken of no less than this


@dataclass(frozen=True)
class Reading:
    """What one clip shows: numbers by name, what was asked instead, times of events, figures without a
    number that was asked for."""

    shown: dict[str, float]
    asked: dict[str, float]
    splits: dict[str, str]
    events: tuple[float, ...] = ()
    due: tuple[float, ...] = ()
    figures: dict[str, float] = field(default_factory=dict)


def physics(
    system: System, judges: dict[str, Judge], n: int, seed: int, on_done: OnDone
) -> dict[str, Metric]:
    """Every figure of the suite by key; ceilings are the same figures of renders."""
    asked = physics_questions(n, seed)
    true = references(asked, system, on_done)
    clips = draw_questions(asked, system, on_done)
    return measure(list(clips), [q.graph for q in asked], true, system.config.defaults.fps)


def physics_questions(n: int, seed: int) -> list[Question]:
    """n questions: every family by turns, and a core ball that bounces under 9.81 m/s^2."""
    cores = n // (len(FAMILIES) + 1)
    asked = family_questions(FAMILIES, n - cores, seed, "physics")
    for i in range(cores):
        number = derive(seed, "physics", CORE, i)
        graph = Graph.from_dict(
            sample_graph(number, scene=CORE).to_dict() | {"kind": "ball", "motion": "jump"}
        )
        asked.append(question(graph, number, ("en", "de")[i % 2]))
    return asked


def measure(
    clips: Sequence[Frames], graphs: Sequence[Graph], true: Sequence[WorldClip], fps: float
) -> dict[str, Metric]:
    """Figures of clips (T, H, W, 3), each of the shape of its reference in `true`."""
    got = [read(*item, fps) for item in zip(clips, graphs, true, strict=True)]
    best = [read(*item, fps) for item in zip(frames_of(true), graphs, true, strict=True)]
    metrics: dict[str, Metric] = {}
    for name in sorted({name for one in best for name in one.shown}):
        for split, suffix in SUFFIXES.items():
            metrics |= _numbers(name, split, suffix, got, best)
    return metrics | _events(got, best, fps) | _figures(got, best)


# ---- one clip ----------------------------------------------------------------------------------


def read(frames: Frames, graph: Graph, reference: WorldClip, fps: float) -> Reading:
    """What one clip shows of a graph. `reference` says how the actors look and where the camera is."""
    ids = (1, 2) if graph.scene in _TWO else (1,)
    sights = find_actors(frames, reference, ids)
    places = [metres(sight, reference, ball=graph.kind == "ball") for sight in sights]
    times = np.arange(len(frames)) / fps
    found = _LAWS[graph.scene](times, places, graph) if graph.scene in _LAWS else None
    shown = _shown(found, graph)
    asked = {name: _asked(graph, name) for name in shown}
    due = tuple(
        event["t"]
        for event in reference.truth["events"]
        if event["id"] == 1 and event["type"] in _EVENTS and graph.scene in _LAWS
    )
    return Reading(
        shown,
        asked,
        {name: _split(graph, name) for name in shown},
        () if found is None else found.events,
        due,
        _own_figures(places[0], reference, found) | likeness(frames, reference.frames),
    )


def metres(sight: Sight, reference: WorldClip, ball: bool = False) -> Array:
    """The track of a thing as places (T, 2), x and height in the plane y = 0; NaN where it is not wholly
    in the picture. A ball's outline lies a little further out than its centre."""
    size = reference.frames.shape[1], reference.frames.shape[2]
    camera = camera_of(reference.truth["camera"][0])
    pixels = sight.track.centroids.copy()
    if ball:
        focal = min(size) / 2 / camera.slope
        middle = np.array([size[1], size[0]]) / 2
        shrink = 1 - sight.track.areas[:, None] / (math.pi * focal**2)
        pixels = middle + (pixels - middle) * shrink
    pixels[~inside(sight.track, size)] = np.nan
    return on_plane(camera, pixels, size)


def _own_figures(places: Array, reference: WorldClip, found: Found | None) -> dict[str, float]:
    """How far the subject is off the path of the reference, and how steady what should stay is."""
    true = np.array(reference.truth["objects"][0]["pos"])[:, [0, 2]]
    camera = camera_of(reference.truth["camera"][0])
    side = 2 * camera.slope * abs(float(camera.eye[1]))  # metres in the picture's shorter side
    off = np.hypot(*(places - true).T) / side
    figures = {}
    if reference.truth["graph"]["scene"] != CORE:  # whose places are feet, not middles
        figures["path"] = float(np.where(np.isfinite(off), off, _LOST).mean())
    if found is not None and "speed" in found.series:
        figures["invariance"] = laws.invariance(found.series["speed"])
    return figures


def _shown(found: Found | None, graph: Graph) -> dict[str, float]:
    """The numbers of a fit under the names of what was asked; NaN for what could not be read."""
    names = _NUMBERS.get(graph.scene, ())
    if found is None:
        return dict.fromkeys(names, math.nan)
    values = dict(found.values)
    if "acceleration" in values:
        angle = values["angle"] if math.isfinite(values["angle"]) else RAMP_ANGLE
        pull = values["acceleration"] / (value_of(graph, "gravity") * math.cos(angle))
        values["friction"] = math.tan(angle) - pull
    if "speeds" in found.series:
        values["momentum"] = _momentum(found.series["speeds"], value_of(graph, "mass_ratio"))
    return {name: float(values.get(name, math.nan)) for name in names}


def _momentum(speeds: Array, ratio: float) -> float:
    """Momentum after a collision over that before it; speeds (4,): both before, both after."""
    before, rest, after, struck = speeds
    return float((ratio * after + struck) / (ratio * before + rest))


def _asked(graph: Graph, name: str) -> float:
    if name == "momentum":
        return 1.0
    if graph.scene == CORE:
        return EARTH
    if name == "period":
        if graph.scene == "spring":
            return spring_period(value_of(graph, "stiffness"), value_of(graph, "mass"))
        return pendulum_period(value_of(graph, "length"), value_of(graph, "gravity"))
    if name == "friction":
        return min(
            value_of(graph, name), math.tan(RAMP_ANGLE)
        )  # more looks the same: nothing moves
    return value_of(graph, name)


def _split(graph: Graph, name: str) -> str:
    """In which split the numbers lie on which a number depends."""
    if graph.scene == CORE:
        return CORE
    depends = {
        "period": ("stiffness", "mass", "length", "gravity"),
        "momentum": ("mass_ratio", "speed", "restitution"),
    }.get(name, (name,))
    quantities = family_of(graph.scene).quantities
    known = [q for q in quantities if q.name in depends and q.name in graph.values]
    found = {q.split(graph.values[q.name]) for q in known}
    return next((split for split in ("beyond", "gap") if split in found), "in")


Places = list[Array]
_LAWS: Mapping[str, Callable[[Array, Places, Graph], Found | None]] = {
    CORE: lambda t, p, g: laws.arcs(t, p[0][:, 1]),
    "drop": lambda t, p, g: laws.drop(t, p[0][:, 1]),
    "bounce": lambda t, p, g: laws.bounce(t, p[0][:, 1]),
    "throw": lambda t, p, g: laws.throw(t, p[0]),
    "ramp": lambda t, p, g: laws.ramp(t, p[0]),
    "pendulum": lambda t, p, g: laws.pendulum(t, p[0], value_of(g, "length")),
    "spring": lambda t, p, g: laws.spring(t, p[0][:, 1]),
    "collision": lambda t, p, g: laws.collision(t, p[0][:, 0], p[1][:, 0]),
    "dominoes": lambda t, p, g: laws.rolling(t, p[0][:, 0]),
    "stack": lambda t, p, g: laws.rolling(t, p[0][:, 0]),
    "conveyor": lambda t, p, g: laws.carried(t, p[0]),
}
_NUMBERS: Mapping[str, tuple[str, ...]] = {
    CORE: ("gravity",),
    "drop": ("gravity",),
    "bounce": ("gravity", "restitution"),
    "throw": ("gravity", "speed"),
    "ramp": ("friction",),
    "pendulum": ("gravity", "period", "length"),
    "spring": ("period",),
    "collision": ("speed", "restitution", "mass_ratio", "momentum"),
    "dominoes": ("speed",),
    "stack": ("speed",),
    "conveyor": ("speed",),
}


# ---- all clips ---------------------------------------------------------------------------------


def _numbers(
    name: str, split: str, suffix: str, got: Sequence[Reading], best: Sequence[Reading]
) -> dict[str, Metric]:
    """NAME.error (median relative error), NAME.slope and NAME.r2 (shown over asked), NAME.readable.

    What cannot be read from the reference either is not asked for; what cannot be read from the clip
    counts as an error of 1.
    """
    pairs = [
        (one.asked[name], one.shown.get(name, math.nan), true.shown[name])
        for one, true in zip(got, best, strict=True)
        if name in true.shown and true.splits[name] == split and math.isfinite(true.shown[name])
    ]
    if not pairs:
        return {}
    asked, shown, ceiling = (np.array(column) for column in zip(*pairs, strict=True))
    errors, best_errors = relative(shown, asked), relative(ceiling, asked)
    metrics = {
        f"{name}.error{suffix}": statistic(
            median, errors.tolist(), unit="relative", ceiling=median(best_errors)
        ),
        f"{name}.readable{suffix}": share(np.isfinite(shown), 1.0),
    }
    return metrics | _regression(name, suffix, asked, shown, ceiling)


def _regression(
    name: str, suffix: str, asked: Array, shown: Array, ceiling: Array
) -> dict[str, Metric]:
    known = np.isfinite(shown)
    if known.sum() < 3 or np.ptp(asked[known]) < 1e-9:
        return {}
    pairs = asked[known].tolist(), shown[known].tolist()
    return {
        f"{name}.slope{suffix}": statistic(slope, *pairs, ceiling=slope(asked, ceiling)),
        f"{name}.r2{suffix}": statistic(fitness, *pairs, ceiling=fitness(asked, ceiling)),
    }


def relative(shown: Array, asked: Array) -> Array:
    """Errors of numbers as shares of what was asked; 1 where nothing could be read."""
    errors = np.abs(shown - asked) / np.maximum(np.abs(asked), _LEAST)
    return np.where(np.isfinite(errors), errors, 1.0)


def slope(asked: Array, shown: Array) -> float:
    """Of the line through (asked, shown) by least squares; NaN where all asked for the same."""
    spread = asked - asked.mean()
    total = float(spread @ spread)
    return float(spread @ shown) / total if total > 1e-12 else math.nan


def fitness(asked: Array, shown: Array) -> float:
    """R^2 of that line."""
    if np.ptp(asked) < 1e-9 or np.ptp(shown) < 1e-12:
        return math.nan
    return float(np.corrcoef(asked, shown)[0, 1] ** 2)


def _events(got: Sequence[Reading], best: Sequence[Reading], fps: float) -> dict[str, Metric]:
    """`event_time`: the share of events that happen within a frame of their time."""
    hits, ceiling = ([_hit(one, fps) for one in readings] for readings in (got, best))
    if not any(hits):
        return {}
    got_flat, best_flat = (list(chain.from_iterable(flags)) for flags in (hits, ceiling))
    return {"event_time": share(got_flat, float(np.mean(best_flat)))}


def _hit(reading: Reading, fps: float) -> list[bool]:
    events = np.array(reading.events)
    return [bool((np.abs(events - due) <= 1 / fps).any()) for due in reading.due]


def _figures(got: Sequence[Reading], best: Sequence[Reading]) -> dict[str, Metric]:
    metrics = {}
    for name, unit in _UNITS.items():
        made = [one.figures[name] for one in got if name in one.figures]
        true = [one.figures[name] for one in best if name in one.figures]
        if made and true:
            metrics[name] = bootstrap(made, unit=unit, ceiling=float(np.mean(true)))
    return metrics


_UNITS = {
    "iou.spatial": "intersection / union",
    "iou.spatiotemporal": "intersection / union",
    "iou.weighted": "minima / maxima",
    "mse": "squared levels in 0..1",
    "path": "picture sides",
    "invariance": "1 / (1 + std / mean)",
}
