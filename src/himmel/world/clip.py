"""A graph becomes frames, object ids and exact truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import HimmelError
from himmel.core.values import Frames
from himmel.world import experiments, stage
from himmel.world.graph import CORE, Graph
from himmel.world.render import render
from himmel.world.scenes import gold_rush, monster, mountain_road, snowy_city, wide
from himmel.world.take import Moment, Take

DIRECTORS: dict[str, Callable[[Graph, float], Take]] = {
    CORE: stage.direct,
    "mountain-road": mountain_road.direct,
    "monster": monster.direct,
    "snowy-city": snowy_city.direct,
    "gold-rush": gold_rush.direct,
    "wide": wide.direct,
    **experiments.DIRECTORS,
}


@dataclass(frozen=True, eq=False)
class WorldClip:
    """A rendered clip: frames uint8 (T, H, W, 3), ids int32 (T, H, W), depth float32 or None.

    In `ids` the subject is 1, further actors count on, 0 is scenery, -1 ground, -2 sky. `truth` is
    plain JSON: graph, fps, per frame camera, per object kind, colour, pos, bbox and visible pixels,
    and events with their times in seconds. A bbox is [x0, y0, x1, y1] in pixels, ends exclusive.
    """

    frames: Frames
    ids: NDArray[np.int32]
    truth: dict[str, Any]
    depth: NDArray[np.float32] | None = None


def make_clip(
    graph: Graph,
    size: int = 64,
    frames: int = 17,
    fps: float = 8.0,
    with_depth: bool = False,
    width: int | None = None,
) -> WorldClip:
    """Render a graph: the same graph and arguments give the same bytes on one machine.

    `size` is the height of the frame in pixels, and its width unless `width` says another; the field of
    view spans the shorter side, so the subject is as large in it in every aspect. Frame i shows the time
    i / fps, so one frame is a picture of the beginning. Depth is in metres along the ray. Raises
    HimmelError for sizes below 1.
    """
    width = size if width is None else width
    if min(size, width, frames) < 1 or fps <= 0:
        raise HimmelError(
            f"{frames} frames of {width}x{size} at fps={fps} are no clip; use 1 or more of each"
        )
    duration = (frames - 1) / fps
    take = DIRECTORS[graph.scene](graph, duration)
    moments = [take.at(index / fps) for index in range(frames)]
    shots = [render(moment.scene, moment.camera, width, size) for moment in moments]
    ids = np.stack([shot.ids for shot in shots])
    return WorldClip(
        frames=np.stack([shot.rgb for shot in shots]),
        ids=ids,
        truth=_truth(graph, take, moments, ids, fps),
        depth=np.stack([shot.depth for shot in shots]) if with_depth else None,
    )


def _truth(
    graph: Graph, take: Take, moments: list[Moment], ids: NDArray[np.int32], fps: float
) -> dict[str, Any]:
    duration = (len(moments) - 1) / fps
    objects = []
    for index, actor in enumerate(take.actors):
        masks = ids == actor.id
        objects.append(
            {
                "id": actor.id,
                "kind": actor.kind,
                "colour": actor.colour,
                "pos": [_rounded(moment.positions[index], 3) for moment in moments],
                "bbox": [_box(mask) for mask in masks],
                "visible": [int(mask.sum()) for mask in masks],
            }
        )
    return {
        "graph": graph.to_dict(),
        "fps": fps,
        "camera": [_camera(moment) for moment in moments],
        "objects": objects,
        "events": [
            {"t": event.seconds, "type": event.type, "id": event.id}
            for event in take.events
            if event.seconds <= duration
        ],
    }


def _camera(moment: Moment) -> dict[str, Any]:
    camera = moment.camera
    return {
        "eye": _rounded(camera.eye, 3),
        "forward": _rounded(camera.forward, 4),
        "fov": round(float(camera.fov_degrees), 2),
    }


def _rounded(values: Any, digits: int) -> list[float]:
    return [round(float(value), digits) for value in values]


def _box(mask: NDArray[np.bool_]) -> list[int] | None:
    """[x0, y0, x1, y1] of the true pixels, ends exclusive; None where there is none."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return None
    return [int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1]
