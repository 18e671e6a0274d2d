"""Does what is out of sight go on, and does what has changed stay changed?

A thing that passed behind a screen, or went on while the camera looked away, must come out when and where
a render of the same graph has it, and be the same thing. A change is read as a share: 0 as the place was
before it, 1 as it is afterwards. `measure` takes any clips: a model's, a folder's, or renders.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from himmel.core.values import Frames
from himmel.evaluate.adherence import OnDone
from himmel.evaluate.drawn import draw_questions
from himmel.evaluate.families import family_questions, frames_of, references
from himmel.evaluate.intervals import Metric, bootstrap, share
from himmel.evaluate.parser.actors import Sight, find_actors
from himmel.evaluate.parser.segment import grown
from himmel.evaluate.parser.shape import describe
from himmel.evaluate.parser.tables import Floats
from himmel.evaluate.parser.track import Array, track_of
from himmel.generate.system import System
from himmel.models.judge import Judge
from himmel.world.clip import WorldClip
from himmel.world.graph import Graph

HIDING = ("screen", "look-away")
CHANGING = ("paint", "bite", "lamp", "door", "footprints")
_ITSELF = ("bite", "lamp", "door")  # here the subject is what changes
_WHOLE = 0.6  # share of its usual area from which a thing counts as out
_SPANS = (0.0, 0.3, 0.6, 0.9)  # lower edges in seconds of bins of the hidden time
_SAME_SHAPE = 0.5  # distance of silhouettes before and after, as a share of their length
_SAME_COLOUR = 30.0  # levels of 255 between mean colours before and after
_CHANGED = 16  # levels of 255 by which a place must differ to be part of a change
_HALF = 0.5
_LEAST = 4  # pixels by which a change can be read
_LATE = 1.5  # frames by which a thing may come out early or late
_ASIDE = 0.1  # picture sides by which it may be off its place
_LOOKED_AT = 4  # frames before and after the gap in which it is looked at
_LOST = 0.5  # picture sides by which a thing that does not come back is off its place


@dataclass(frozen=True)
class Return:
    """How a thing came back: whether when and where it must, and as the same; errors in seconds and
    picture sides."""

    returns: bool
    time_error: float
    place_error: float
    identity: bool
    hidden: float  # seconds that it was to be out of sight


@dataclass(frozen=True)
class Change:
    """How a change was shown: whether it was made and whether it was still there at the end, the error
    of its moment in seconds, the mean error of its share, and what of it was lost by the end."""

    made: bool
    kept: bool
    moment_error: float
    course_error: float
    drift: float


def permanence(
    system: System, judges: dict[str, Judge], n: int, seed: int, on_done: OnDone
) -> dict[str, Metric]:
    """Every figure of the suite by key; ceilings are the same figures of renders."""
    asked = family_questions((*HIDING, *CHANGING), n, seed, "permanence")
    true = references(asked, system, on_done)
    clips = draw_questions(asked, system, on_done)
    return measure(list(clips), [q.graph for q in asked], true, system.config.defaults.fps)


def measure(
    clips: Sequence[Frames], graphs: Sequence[Graph], true: Sequence[WorldClip], fps: float
) -> dict[str, Metric]:
    """Figures of clips (T, H, W, 3), each of the shape of its reference in `true`."""
    metrics: dict[str, Metric] = {}
    for scene in HIDING:
        rows = [i for i, graph in enumerate(graphs) if graph.scene == scene]
        made, best = (
            [read_return(frames[i], true[i], fps) for i in rows]
            for frames in (clips, frames_of(true))
        )
        metrics |= _returns(scene, made, best)
    for scene in CHANGING:
        rows = [i for i, graph in enumerate(graphs) if graph.scene == scene]
        changes, ceiling = (
            [read_change(frames[i], true[i], fps) for i in rows]
            for frames in (clips, frames_of(true))
        )
        metrics |= _changes(scene, changes, ceiling)
    return metrics


# ---- out of sight ------------------------------------------------------------------------------


def read_return(frames: Frames, reference: WorldClip, fps: float) -> Return | None:
    """How the subject of a clip comes back; None where the reference does not hide it wholly or does not
    show it again."""
    usual = reference.truth["objects"][0]["visible"]
    spans = hidden_span(usual)
    if spans is None:
        return None
    last, first = spans
    steady = at_rest(reference)
    before = [i for i in range(last + 1) if steady[i]]
    after = [i for i in range(first, len(frames)) if steady[i]]
    if not before or not after:
        return None
    kept = [*before, *after]
    part = WorldClip(reference.frames[kept], reference.ids[kept], reference.truth)
    seen = find_actors(frames[kept], part)[0]
    hidden = (first - last - 1) / fps
    return _compared(seen, part, frames[kept], len(before), hidden, np.array(kept) / fps)


def hidden_span(visible: Sequence[int]) -> tuple[int, int] | None:
    """The last frame before a thing is wholly hidden and the first after it, from its visible pixels."""
    shown = np.asarray(visible) > 0
    hidden = np.flatnonzero(~shown)
    inner = [i for i in hidden if shown[:i].any() and shown[i:].any()]
    if not inner:
        return None
    return int(np.flatnonzero(shown[: inner[0]])[-1]), int(
        inner[0] + np.flatnonzero(shown[inner[0] :])[0]
    )


def at_rest(reference: WorldClip) -> NDArray[np.bool_]:
    """In which frames (T,) the camera looks as it did in the first."""
    ways = np.array([camera["forward"] for camera in reference.truth["camera"]])
    result: NDArray[np.bool_] = np.abs(ways - ways[0]).max(1) < 1e-3
    return result


def _compared(
    seen: Sight, part: WorldClip, frames: Frames, before: int, hidden: float, times: Array
) -> Return:
    """All hold the frames before the thing was hidden, `before` of them, and those after."""
    side, true = min(frames.shape[1:3]), track_of(part.ids == 1)
    whole = _WHOLE * float(np.median(true.areas[true.seen]))
    out, due = (np.flatnonzero(t.areas[before:] >= whole) + before for t in (seen.track, true))
    if not len(due):
        due = np.arange(before, len(times))
    if not len(out):
        return Return(False, float(times[-1] - times[due[0]]), _LOST, False, hidden)
    off = np.linalg.norm(seen.track.centroids[due] - true.centroids[due], axis=1) / side
    place = float(np.where(np.isfinite(off), off, _LOST).mean())
    late = abs(float(times[out[0]] - times[due[0]]))
    returns = late <= _LATE * float(times[1] - times[0]) and place <= _ASIDE
    return Return(returns, late, place, returns and _is_same(seen, frames, before, out), hidden)


def _is_same(seen: Sight, frames: Frames, before: int, out: NDArray[np.intp]) -> bool:
    """Whether some silhouette and colour after the gap are alike one from before it."""
    early = np.flatnonzero(seen.track.areas[:before] > 0)
    if not len(early):
        return False
    most = seen.track.areas[early].max()
    early = early[seen.track.areas[early] >= _WHOLE * most][-_LOOKED_AT:]
    first, then = ([_look(seen, frames, i) for i in rows] for rows in (early, out[:_LOOKED_AT]))
    return any(_alike(one, other) for one in first for other in then)


def _alike(first: tuple[Array, Array], second: tuple[Array, Array]) -> bool:
    shape = float(np.linalg.norm(first[0] - second[0]) / np.linalg.norm(first[0]))
    colour = float(np.abs(first[1] - second[1]).max())
    return colour < _SAME_COLOUR and shape < _SAME_SHAPE


def _look(seen: Sight, frames: Frames, index: int) -> tuple[Array, Array]:
    mask = seen.mask[index]
    shape = describe(frames[index], mask, np.ones(mask.shape, np.float32))
    return shape.astype(float), frames[index][mask].mean(0)


def _returns(
    scene: str, made: Sequence[Return | None], best: Sequence[Return | None]
) -> dict[str, Metric]:
    pairs = [(m, b) for m, b in zip(made, best, strict=True) if m is not None and b is not None]
    metrics: dict[str, Metric] = {}
    for low, high in zip((-1.0, *_SPANS), (math.inf, *_SPANS[1:], math.inf), strict=True):
        rows = [(m, b) for m, b in pairs if low <= b.hidden < high]
        suffix = "" if low < 0 else f".hidden_{round(1000 * low)}_ms"
        if rows:
            metrics |= {f"{scene}.{key}{suffix}": metric for key, metric in _summary(rows).items()}
    return metrics


def _summary(rows: Sequence[tuple[Return, Return]]) -> dict[str, Metric]:
    made, best = zip(*rows, strict=True)
    return {
        "returns": share([m.returns for m in made], float(np.mean([b.returns for b in best]))),
        "identity": share([m.identity for m in made], float(np.mean([b.identity for b in best]))),
        "time_error": bootstrap(
            [m.time_error for m in made],
            unit="s",
            ceiling=float(np.mean([b.time_error for b in best])),
        ),
        "place_error": bootstrap(
            [m.place_error for m in made],
            unit="picture sides",
            ceiling=float(np.mean([b.place_error for b in best])),
        ),
    }


# ---- changes that stay -------------------------------------------------------------------------


def read_change(frames: Frames, reference: WorldClip, fps: float) -> Change | None:
    """How a clip shows the change of its reference; None where the reference shows none."""
    true, made = course(reference.frames, reference), course(frames, reference)
    if true is None or made is None:
        return None
    known = np.isfinite(made)
    if known.mean() < _HALF:
        return Change(False, False, len(frames) / fps, 1.0, 1.0)
    made = np.interp(np.arange(len(made)), np.flatnonzero(known), made[known])
    is_made = bool(made[: len(made) // 2].min() < _HALF < made.max())
    end = float(made[-3:].mean())
    return Change(
        is_made,
        is_made and end > _HALF,
        abs(crossing(made) - crossing(true)) / fps,
        float(np.abs(made - true).mean()),
        max(0.0, float(made.max()) - end) if is_made else 1.0,
    )


def course(frames: Frames, reference: WorldClip) -> Array | None:
    """The share of a change in every frame (T,) of a clip: its colours on the line from the reference's
    first picture to its last, where these differ and no one stands before it. NaN where a frame is like
    neither; None where the pictures do not differ."""
    first, last = (reference.frames[i].astype(np.float32) for i in (0, -1))
    region = np.abs(last - first).max(-1) > _CHANGED
    hidden = np.zeros(reference.ids.shape, bool)
    if reference.truth["graph"]["scene"] not in _ITSELF:
        hidden = grown(reference.ids > 0, 2)
        region &= ~hidden[0] & ~hidden[-1]
    if region.sum() < _LEAST:
        return None
    shares = [
        _share_of(frame[region & ~covered], first[region & ~covered], last[region & ~covered])
        for frame, covered in zip(frames, hidden, strict=True)
    ]
    return np.array(shares)


def _share_of(pixels: Frames, first: Floats, last: Floats) -> float:
    """How far pixels (N, 3) have gone from their first colours to their last ones; see course."""
    way, gone = last - first, pixels - first
    length = float(np.square(way).sum())
    nearest = min(float(np.square(gone).sum()), float(np.square(gone - way).sum()))
    if len(pixels) < _LEAST or nearest > length:
        return math.nan
    return float(np.clip((gone * way).sum() / length, -0.5, 1.5))


def crossing(shares: Array) -> float:
    """The frame, between two, in which a change is half done; the last one where it never is."""
    over = np.flatnonzero(shares > _HALF)
    if not len(over) or over[0] == 0:
        return 0.0 if len(over) else float(len(shares) - 1)
    low, high = shares[over[0] - 1], shares[over[0]]
    return float(over[0] - 1 + (_HALF - low) / (high - low))


def _changes(
    scene: str, made: Sequence[Change | None], best: Sequence[Change | None]
) -> dict[str, Metric]:
    rows = [(m, b) for m, b in zip(made, best, strict=True) if m is not None and b is not None]
    if not rows:
        return {}
    metrics = {}
    for name in ("made", "kept"):
        got, ceiling = ([getattr(pair[k], name) for pair in rows] for k in (0, 1))
        metrics[f"{scene}.{name}"] = share(got, float(np.mean(ceiling)))
    for name, unit in {"moment_error": "s", "course_error": "share", "drift": "share"}.items():
        values, lowest = ([getattr(pair[k], name) for pair in rows] for k in (0, 1))
        metrics[f"{scene}.{name}"] = bootstrap(values, unit=unit, ceiling=float(np.mean(lowest)))
    return metrics
