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
from himmel.world.poses import pose_of, refuse_inside, rounded
from himmel.world.render import render
from himmel.world.scenes import (
    face,
    gold_rush,
    group,
    monster,
    mountain_road,
    props,
    shots,
    snowy_city,
    wide,
)
from himmel.world.take import Moment, Take

DIRECTORS: dict[str, Callable[[Graph, float], Take]] = {
    CORE: stage.direct,
    "mountain-road": mountain_road.direct,
    "monster": monster.direct,
    "snowy-city": snowy_city.direct,
    "gold-rush": gold_rush.direct,
    "wide": wide.direct,
    "group": group.direct,
    "camera": shots.direct,
    "face": face.direct,
    "props": props.direct,
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
    HimmelError for sizes below 1, and where the camera stands inside an actor.
    """
    width = size if width is None else width
    if min(size, width, frames) < 1 or fps <= 0:
        raise HimmelError(
            f"{frames} frames of {width}x{size} at fps={fps} are no clip; use 1 or more of each"
        )
    take = DIRECTORS[graph.scene](graph, (frames - 1) / fps)
    return film(graph, take, size, frames, fps, with_depth, width)


def film(
    graph: Graph,
    take: Take,
    size: int = 64,
    frames: int = 17,
    fps: float = 8.0,
    with_depth: bool = False,
    width: int | None = None,
) -> WorldClip:
    """Render a take of a graph that is staged already; all else as in `make_clip`."""
    moments = [take.at(index / fps) for index in range(frames)]
    for index, moment in enumerate(moments):
        refuse_inside(moment, take.actors, index / fps)
    pictures = [render(m.scene, m.camera, size if width is None else width, size) for m in moments]
    ids = np.stack([picture.ids for picture in pictures])
    return WorldClip(
        frames=np.stack([picture.rgb for picture in pictures]),
        ids=ids,
        truth=_truth(graph, take, moments, ids, fps),
        depth=np.stack([picture.depth for picture in pictures]) if with_depth else None,
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
                "pos": [rounded(moment.positions[index], 3) for moment in moments],
                "bbox": [_box(mask) for mask in masks],
                "visible": [int(mask.sum()) for mask in masks],
            }
        )
    return {
        "graph": graph.to_dict(),
        "fps": fps,
        "camera": [pose_of(moment.camera) for moment in moments],
        "objects": objects,
        "events": [
            {"t": event.seconds, "type": event.type, "id": event.id}
            for event in take.events
            if event.seconds <= duration
        ],
    }


def _box(mask: NDArray[np.bool_]) -> list[int] | None:
    """[x0, y0, x1, y1] of the true pixels, ends exclusive; None where there is none."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return None
    return [int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1]
