"""Things that are pointed at and drawn anew wherever they go, beside the same done without following."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from himmel.core.values import Frames
from himmel.evaluate.codec import reconstruct
from himmel.evaluate.intervals import bootstrap
from himmel.evaluate.redrawn import another, borders, cut_in, from_words, rendered, sentence
from himmel.evaluate.sharpness import box_of
from himmel.evaluate.workbench import LOST_DB, Bench, Checks, Metrics, fidelity, tallied
from himmel.generate.follow import discs, followed, near
from himmel.generate.verbs import Edit
from himmel.world.clip import make_clip
from himmel.world.graph import Graph

GONE = 0.5  # radii that a subject has to move
WELL = 2.0
SUBJECT = 1  # its number in a clip's ids
Disc = tuple[NDArray[np.float64], float]  # middles (T, 2), column and row, and a radius


def points(bench: Bench) -> Metrics:
    """Of films whose subject moves. done: `inside`, kind and colour are the new ones; `kept`, what lies
    WELL radii or more from the old subject's middle is the film's: nearer, another shape and its shadow
    may change it; `border`, the disc's edge is no more seen than in the film. astray: how far the disc
    gets away from the subject at most, in radii."""
    found = [(row, subject_of(bench, graph)) for row, graph in enumerate(bench.graphs)]
    moving = [(row, disc) for row, disc in found if disc is not None and _moves(disc)]
    if not moving:
        return {}
    rows = [row for row, _ in moving]
    some = dataclasses.replace(
        bench, asked=[bench.asked[row] for row in rows], renders=bench.renders[rows]
    )
    return _pointed(some, [disc for _, disc in moving])


def subject_of(bench: Bench, graph: Graph) -> Disc | None:
    """Where a render's subject is in every frame; None where it is hidden in one."""
    count, size = bench.renders.shape[1:3]
    ids = make_clip(graph, size, count, bench.fps).ids
    boxes = [box for mask in ids == SUBJECT if (box := box_of(mask, (size, size))) is not None]
    if len(boxes) < count:
        return None
    x0, y0, x1, y1 = np.array(boxes, float).T
    radius = max(x1[0] - x0[0], y1[0] - y0[0]) / 2
    return np.stack([(x0 + x1) / 2, (y0 + y1) / 2], 1), float(radius)


def _moves(disc: Disc) -> bool:
    return bool(np.abs(disc[0] - disc[0][0]).max() > GONE * disc[1])


def _pointed(bench: Bench, subjects: list[Disc]) -> Metrics:
    graphs = [another(graph) for graph in bench.graphs]
    prompts, clips = [sentence(graph) for graph in graphs], [[clip] for clip in bench.renders]
    seen = [
        discs(clip, tuple(places[0]), radius)
        for clip, (places, radius) in zip(bench.renders, subjects, strict=True)
    ]
    true, wide = (
        [_true(at, scale * radius, bench.renders.shape[2:4]) for at, radius in subjects]
        for scale in (1, WELL)
    )
    verb, anew = Edit(clip="", point=(0, 0, 1)), from_words(bench, prompts)
    ways = {
        "": bench.made(verb, prompts, clips, seen),
        "standing": bench.made(verb, prompts, clips, [mask[0] for mask in seen]),
        "pasted": cut_in(anew, bench.renders, seen),
        "unchanged": list(bench.renders),
    }
    best = cut_in(rendered(bench, graphs), bench.renders, true)
    once = [reconstruct(bench.system.codec, clip) for clip in best]

    def checked(made: list[Frames]) -> Checks:
        kept = [
            fidelity(film[~mask], clip[~mask]) >= fidelity(whole[~mask], clip[~mask]) - LOST_DB
            for film, clip, whole, mask in zip(made, bench.renders, bench.whole, wide, strict=True)
        ]
        inside = bench.right(made, graphs, ("kind", "colour"))
        return {"inside": inside, "kept": np.array(kept), "border": borders(bench, made, true)}

    metrics = tallied("point", {way: checked(made) for way, made in ways.items()}, checked(once))
    astray = [
        float(np.abs(np.array(followed(clip, tuple(places[0]), radius)) - places).max() / radius)
        for clip, (places, radius) in zip(bench.renders, subjects, strict=True)
    ]
    return metrics | {"point.astray": bootstrap(astray, unit="radii", ceiling=0.0)}


def _true(places: NDArray[np.float64], radius: float, size: tuple[int, ...]) -> NDArray[np.bool_]:
    return np.stack([near(tuple(place), radius, size) for place in places])
