"""The rights records of what himmel renders and draws: filled by code, the same for the same clip."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from himmel.core.rights import OWN, SILENT, Evidence, OptOut, Rights
from himmel.media.pdq import pdq, some_frames, to_hex
from himmel.world.graph import Graph
from himmel.world.props.catalogue import Prop
from himmel.world.props.library import SCENE, demanded

WORLD, TRANSFORMER = "himmel world", "himmel transformer"
HOLDER, LICENCE = "himmel contributors", "CC0-1.0"
DEDICATED = "2026-11-23"  # the day of the dedication
DEDICATION = (
    "Clips that himmel renders from scene graphs, and latents that its own models draw for training, "
    "are dedicated to the public domain by their makers under CC0 1.0 Universal."
)


def rights_of_clip(frames: NDArray[np.uint8], graph: Graph) -> dict[str, Any]:
    """The record of a rendered clip (T, H, W, 3): our own, or with a prop that of its creator."""
    if graph.scene != SCENE:
        return own_rights(frames, graph.to_dict())
    return rights_of_prop(frames, demanded().chosen(graph.kind, graph.seed))


def rights_of_prop(frames: NDArray[np.uint8], prop: Prop) -> dict[str, Any]:
    """The record of a clip that shows somebody's model: its creator, and the licence of its zip.

    All clips of a model are one group. The catalogue is no web page, so nothing is said of training
    beyond the licence; its day is that of the licence's text.
    """
    licence = prop.licence
    return Rights(
        source=f"{WORLD}, with the model {prop.id} of {prop.archive.name}",
        licence=licence.name,
        holder=prop.creator,
        evidence=Evidence(sha256=licence.sha256, date=licence.date),
        opt_out=OptOut(robots=SILENT, tdmrep=SILENT, ai_txt=SILENT, cawg=SILENT, date=licence.date),
        consent="nobody",
        sha256=_sha256(np.ascontiguousarray(frames).tobytes()),
        pdq=tuple(to_hex(pdq(some_frames(frames)))),
        group=f"{WORLD.replace(' ', '-')}-prop-{_sha256(prop.id.encode())[:16]}",
    ).to_dict()


def own_rights(values: NDArray[Any], made_from: object, source: str = WORLD) -> dict[str, Any]:
    """The record of a clip (frames uint8 (T, H, W, 3)) or of latents that were made here.

    made_from: plain values that say what it was made from; what is made from the same is one group.
    """
    cause = json.dumps(made_from, sort_keys=True, ensure_ascii=False)
    hashes = to_hex(pdq(some_frames(values))) if values.dtype == np.uint8 else []
    return Rights(
        source=source,
        licence=LICENCE,
        holder=HOLDER,
        evidence=Evidence(sha256=_sha256(DEDICATION.encode()), date=DEDICATED),
        opt_out=OptOut(robots=OWN, tdmrep=OWN, ai_txt=OWN, cawg=OWN, date=DEDICATED),
        consent="nobody",
        sha256=_sha256(np.ascontiguousarray(values).tobytes()),
        pdq=tuple(hashes),
        group=f"{source.replace(' ', '-')}-{_sha256(cause.encode())[:16]}",
    ).to_dict()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
