"""Does the camera do what was asked? Poses from known landmarks, epipolar geometry, the kind of move.

Poses can be found only where a clip shows the landmarks of its reference: renders, and clips that were
given a picture of it. For all others the corners that a clip itself shows must move as the asked poses
say, and the way the whole picture flows must be that of the asked move.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from himmel.core.camera import axes_of
from himmel.core.values import Frames
from himmel.evaluate.adherence import OnDone, Question
from himmel.evaluate.corners import find_patch, follow, patch_at
from himmel.evaluate.drawn import draw_questions
from himmel.evaluate.families import family_questions, frames_of, median, references, statistic
from himmel.evaluate.intervals import Metric, bootstrap, share
from himmel.evaluate.moves import usual_moves
from himmel.evaluate.parser.segment import Mask, grown
from himmel.evaluate.pose import Array, find_pose, turn_between
from himmel.evaluate.sharpness import luma
from himmel.generate.system import System
from himmel.models.judge import Judge
from himmel.world.clip import DIRECTORS, WorldClip
from himmel.world.graph import Graph
from himmel.world.poses import camera_of
from himmel.world.render import Camera, render
from himmel.world.take import Take
from himmel.world.views import essential, landmarks

_READ = 3  # frames of a clip in which poses are sought, evenly spread
_BETWEEN = 0.5  # frames by which the pictures that patches are cut from are off
_NEAR = 0.02  # metres between two cameras below which only a turn is seen
_LOST_DEGREES, _LOST_METRES = 90.0, 5.0  # what counts for a pose that is not found
_WAY = 1.0  # metres of way from which errors are taken as shares of it
_STEPS = 6  # of a clip, evenly spread, in which corners are followed
_FEWEST = 4  # corners that say something


@dataclass(frozen=True)
class Reading:
    """Of one clip: the share of frames with a pose, its errors in degrees and metres and, where a camera
    is to go somewhere, as a share of the way; the epipolar error in picture sides, and the move."""

    posed: float
    degrees: float
    metres: float
    way: float
    epipolar: float
    move: str


def camera(
    system: System, judges: dict[str, Judge], n: int, seed: int, on_done: OnDone
) -> dict[str, Metric]:
    """Every figure of the suite by key; ceilings are the same figures of renders."""
    asked = camera_questions(n, seed)
    true = references(asked, system, on_done)
    clips = draw_questions(asked, system, on_done)
    return measure(list(clips), [q.graph for q in asked], true, system.config.defaults.fps)


def camera_questions(n: int, seed: int) -> list[Question]:
    """n questions of the family "camera"."""
    return family_questions(("camera",), n, seed, "camera")


def measure(
    clips: Sequence[Frames], graphs: Sequence[Graph], true: Sequence[WorldClip], fps: float
) -> dict[str, Metric]:
    """Figures of clips (T, H, W, 3), each of the shape of its reference in `true`."""
    got = [read(*item, fps) for item in zip(clips, graphs, true, strict=True)]
    best = [read(*item, fps) for item in zip(frames_of(true), graphs, true, strict=True)]
    metrics = {
        "pose.readable": bootstrap(
            [one.posed for one in got],
            unit="share of frames",
            ceiling=float(np.mean([one.posed for one in best])),
        )
    }
    for name, key, unit in _FIGURES:
        made, ceiling = (np.array([getattr(one, name) for one in r]) for r in (got, best))
        due = np.isfinite(ceiling)
        if due.any():
            best_figure = median(ceiling[due])
            metrics[key] = statistic(median, made[due].tolist(), unit=unit, ceiling=best_figure)
    return metrics | _moves(graphs, got, best)


_FIGURES = (
    ("degrees", "pose.turn_error", "degrees"),
    ("metres", "pose.place_error", "m"),
    ("way", "pose.way_error", "share of the way"),
    ("epipolar", "epipolar_error", "picture sides"),
)


def _moves(
    graphs: Sequence[Graph], got: Sequence[Reading], best: Sequence[Reading]
) -> dict[str, Metric]:
    """`move`: the share of clips whose move is the asked one, and the same per move."""
    asked = np.array([graph.camera for graph in graphs])
    right, ceiling = (np.array([r.move for r in readings]) == asked for readings in (got, best))
    metrics = {"move": share(right, float(ceiling.mean()))}
    for name in sorted(set(asked.tolist())):
        rows = asked == name
        metrics[f"move.{name}"] = share(right[rows], float(ceiling[rows].mean()))
    return metrics


# ---- one clip ----------------------------------------------------------------------------------


def read(frames: Frames, graph: Graph, reference: WorldClip, fps: float) -> Reading:
    """What the camera of one clip does, against the poses that its graph asks for."""
    cameras = [camera_of(pose) for pose in reference.truth["camera"]]
    take = DIRECTORS[graph.scene](graph, (len(frames) - 1) / fps)
    sought = np.linspace(0, len(frames) - 1, _READ).round().astype(int).tolist()
    found = [pose_in(frames[i], take, i, fps) for i in sought]
    degrees, metres = pose_errors(found, [cameras[i] for i in sought])
    way = sum(float(np.linalg.norm(b.eye - a.eye)) for a, b in pairwise(cameras))
    return Reading(
        posed=float(np.mean([pose is not None for pose in found])),
        degrees=degrees,
        metres=metres,
        way=metres / way if way > _WAY else math.nan,
        epipolar=epipolar_error(frames, cameras, reference.ids > 0),
        move=usual_moves().name(frames),
    )


def pose_in(frame: Frames, take: Take, index: int, fps: float) -> Camera | None:
    """The camera of one frame (H, W, 3), by landmarks of the take that are found near their places.

    Their patches come from a picture that the take's camera took half a frame away, so that a render does
    not find itself.
    """
    height, width = frame.shape[:2]
    aspect, side = width / height, min(height, width)
    beside = take.at((index + (_BETWEEN if index == 0 else -_BETWEEN)) / fps)
    picture = render(beside.scene, beside.camera, width, height)
    known = landmarks(take, beside.camera, index / fps, aspect=aspect)
    shown = known.seen(picture.depth)
    asked = take.at(index / fps).camera
    expected = asked.project(known.points, aspect)
    before, after = luma(picture.rgb).astype(float), luma(frame).astype(float)
    points, places = [], []
    for point, place, due in zip(
        known.points[shown], known.places[shown], expected[shown], strict=True
    ):
        patch = patch_at(before, place[:2] * (width, height), max(3, side // 24))
        hit = (
            None
            if patch is None
            else find_patch(patch, after, due[:2] * (width, height), max(4, side // 12))
        )
        if hit is not None:
            shift = (
                np.mod(place[:2] * (width, height), 1) - 0.5
            )  # a landmark is not a pixel's middle
            points.append(point)
            places.append((hit[0] + shift) / (width, height))
    if not points:
        return None
    return find_pose(np.array(points), np.array(places), asked, aspect)


def pose_errors(found: Sequence[Camera | None], asked: Sequence[Camera]) -> tuple[float, float]:
    """Mean errors of cameras against those asked for: direction in degrees, place in metres."""
    degrees, metres = [], []
    for pose, true in zip(found, asked, strict=True):
        degrees.append(_LOST_DEGREES if pose is None else turn_between(pose, true))
        off = _LOST_METRES if pose is None else float(np.linalg.norm(pose.eye - true.eye))
        metres.append(min(off, _LOST_METRES))
    return float(np.mean(degrees)), float(np.mean(metres))


def epipolar_error(frames: Frames, cameras: Sequence[Camera], moving: Mask) -> float:
    """The median over steps of the median error of corners in picture sides, 1 where too few are found.

    Corners of one frame are found in the next; the asked cameras say on which line (Sampson's distance)
    or, where the camera only turns, at which place they must be. A still picture satisfies the former, so
    this figure says little without that of the move. moving (T, H, W): what moves by itself is left out.
    """
    size = frames.shape[1], frames.shape[2]
    held, found = grown(moving, max(2, min(size) // 32)), []
    for first in np.unique(np.linspace(0, len(frames) - 2, _STEPS).round().astype(int)):
        pairs = follow(frames[first], frames[first + 1])
        rows, columns = pairs[:, 1].astype(int), pairs[:, 0].astype(int)
        pairs = pairs[~held[first][rows, columns]]
        if len(pairs) >= _FEWEST:
            off = pair_errors(pairs, cameras[first], cameras[first + 1], size)
            found.append(float(np.median(off)))
    return min(1.0, float(np.median(found))) if len(found) > 1 else 1.0


def pair_errors(pairs: Array, first: Camera, second: Camera, size: tuple[int, int]) -> Array:
    """Errors (N,) in picture sides of corresponding places (N, 4) in pixels of size (height, width)."""
    one, other = (
        _rays(pairs[:, k : k + 2], camera, size) for k, camera in ((0, first), (2, second))
    )
    if float(np.linalg.norm(first.eye - second.eye)) < _NEAR:
        expected = one @ (axes_of(second) @ axes_of(first).T).T
        off = expected[:, :2] / expected[:, 2:] - other[:, :2]
        return np.asarray(np.hypot(*off.T) / (2 * second.slope))
    return sampson(essential(first, second), one, other) / (2 * second.slope)


def sampson(matrix: Array, one: Array, other: Array) -> Array:
    """Sampson's distance (N,) of rays (N, 3) with depth 1 to the epipolar constraint, first order:
    |x2 E x1| / sqrt of the sum of squares of the first two parts of E x1 and of E' x2."""
    there, back = one @ matrix.T, other @ matrix
    size = np.square(there[:, :2]).sum(1) + np.square(back[:, :2]).sum(1)
    result: Array = np.abs((other * there).sum(1)) / np.sqrt(np.maximum(size, 1e-12))
    return result


def _rays(pixels: Array, camera: Camera, size: tuple[int, int]) -> Array:
    """Places in pixels (N, 2) as rays (N, 3) with depth 1: to the right, down, ahead."""
    height, width = size
    scale = 2 * camera.slope / min(height, width)
    x, y = (pixels[:, 0] - width / 2) * scale, (pixels[:, 1] - height / 2) * scale
    return np.stack([x, y, np.ones(len(pixels))], axis=1)
