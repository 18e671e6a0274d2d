"""The verbs that draw a film or a part of its picture anew, each beside the same done without a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from himmel.core.rng import numpy_rng
from himmel.core.values import Frames
from himmel.evaluate import naive
from himmel.evaluate.codec import reconstruct
from himmel.evaluate.intervals import bootstrap
from himmel.evaluate.sampling import sample_clips
from himmel.evaluate.workbench import (
    BORDER,
    LOST_DB,
    Bench,
    Checks,
    Mask,
    Metrics,
    ended,
    fidelity,
    tallied,
)
from himmel.generate.verbs import Edit
from himmel.world.captions import caption
from himmel.world.clip import make_clip
from himmel.world.graph import Graph, allowed, is_held_out
from himmel.world.vocabulary import COLOURS, KINDS, names

STRENGTHS = {"": None, "light": 0.5, "strong": 0.15}
ALIKE_DB = 3.0  # half the squared error of a film drawn from words alone
SAME = 2  # levels of 255 by which what was left alone may differ
STILL = 1.0  # levels of 255 by which what stands still may change from frame to frame
DETAIL = (0.5, 2.0)  # times the true steps between pixels
Films = Sequence[Frames]


def edits(bench: Bench) -> Metrics:
    """done: `changed`, the colour is the new one; `kept`, all other facts are as they were; `alike`, what
    a true edit leaves alone is nearer to the film handed in than in films drawn from the words alone.
    likeness: the PSNR of that. `.light` keeps more, `.strong` less."""
    graphs = [repainted(graph) for graph in bench.graphs]
    prompts = [sentence(graph) for graph in graphs]
    anew, true = from_words(bench, prompts), rendered(bench, graphs)
    alone = [left_alone(clip, other) for clip, other in zip(bench.renders, true, strict=True)]
    least = float(np.mean(_likeness(bench, anew, alone))) + ALIKE_DB
    ways: dict[str, Films] = {
        way: bench.made(Edit(clip="", strength=held), prompts, [[clip] for clip in bench.renders])
        for way, held in STRENGTHS.items()
    }
    ways |= {"unchanged": list(bench.renders), "anew": anew}
    best = [reconstruct(bench.system.codec, clip) for clip in true]

    def checked(made: Films) -> Checks:
        return {
            "changed": bench.right(made, graphs, ("colour",)),
            "kept": bench.right(made, graphs, ("kind", "setting", "time", "motion")),
            "alike": np.array(_likeness(bench, made, alone)) >= least,
        }

    checks = {way: checked(made) for way, made in ways.items()}
    metrics = tallied("edit", checks, checked(best))
    ceiling = float(np.mean(_likeness(bench, best, alone)))
    for way, made in ways.items():
        metrics[f"edit.likeness{ended(way)}"] = bootstrap(
            _likeness(bench, made, alone), unit="dB", ceiling=ceiling
        )
    return metrics


def left_alone(clip: Frames, true: Frames) -> NDArray[np.bool_]:
    """Pixels (T, H, W) that a true edit of a clip shows as the clip does."""
    alone: NDArray[np.bool_] = np.abs(clip.astype(np.int16) - true).max(-1) <= SAME
    return alone


def inpaints(bench: Bench) -> Metrics:
    """done: `inside`, kind and colour are the new ones; `kept`, what lies outside is the film's;
    `border`, the step across the edge is less than twice the film's. outside: PSNR of what was kept;
    edge: that step over the film's."""
    graphs = [another(graph) for graph in bench.graphs]
    prompts = [sentence(graph) for graph in graphs]
    masks = [middle_of(clip) for clip in bench.renders]
    clips = [[clip] for clip in bench.renders]
    ways: dict[str, Films] = {
        "": bench.made(Edit(clip="", strength=0.0), prompts, clips, masks),
        "pasted": cut_in(from_words(bench, prompts), bench.renders, masks),
        "unchanged": list(bench.renders),
    }
    true = cut_in(rendered(bench, graphs), bench.renders, masks)
    best = [reconstruct(bench.system.codec, clip) for clip in true]

    def checked(made: Films) -> Checks:
        inside = {"inside": bench.right(made, graphs, ("kind", "colour"))}
        return inside | _round(bench, made, masks)

    checks = {way: checked(made) for way, made in ways.items()}
    metrics = tallied("inpaint", checks, checked(best))
    return metrics | _beside(bench, "inpaint", ways, masks)


def outpaints(bench: Bench) -> Metrics:
    """Of films that are the middle of renders. done: `facts`, the whole film shows all; `kept`, the
    middle is the film's; `border`, its edge is no more seen than in the render; `filled`, what is
    around has half to twice the detail of the render, across and up. around: PSNR of that to it."""
    masks = [~middle_of(clip) for clip in bench.renders]
    given = [_grown(clip, mask, "edge") for clip, mask in zip(bench.renders, masks, strict=True)]
    verb = Edit(clip="", strength=0.0)
    ways: dict[str, Films] = {
        "": bench.made(verb, bench.prompts, [[clip] for clip in given], masks),
        "edges": given,
        "mirrored": [
            _grown(clip, mask, "symmetric") for clip, mask in zip(bench.renders, masks, strict=True)
        ],
    }

    def checked(made: Films) -> Checks:
        rows = zip(made, bench.renders, masks, strict=True)
        filled = np.array([_detailed(film, clip, mask) for film, clip, mask in rows])
        facts = {"facts": bench.right(made, bench.graphs)}
        return facts | _round(bench, made, masks) | {"filled": filled}

    checks = {way: checked(made) for way, made in ways.items()}
    metrics = tallied("outpaint", checks, checked(list(bench.whole)))
    for way, made in ways.items():
        off = [
            fidelity(f[:, m], c[:, m]) for f, c, m in zip(made, bench.renders, masks, strict=True)
        ]
        metrics[f"outpaint.around{ended(way)}"] = bootstrap(off, unit="dB")
    return metrics | _beside(bench, "outpaint", ways, masks)


def cinemagraphs(bench: Bench) -> Metrics:
    """done: `facts`, the film shows all, motion included; `still`, nothing moves outside; `border`, its
    edge is no more seen than in the film handed in."""
    masks = [middle_of(clip) for clip in bench.renders]
    pasted = cut_in(list(bench.renders), bench.renders[:, :1], masks)
    verb = Edit(clip="", box=(0, 0, 1, 1), still=True)
    ways: dict[str, Films] = {
        "": bench.made(verb, bench.prompts, [[clip] for clip in pasted], masks),
        "pasted": pasted,
        "frozen": [naive.frozen(clip[:1], len(clip)) for clip in bench.renders],
    }

    def checked(made: Films) -> Checks:
        rows = zip(made, masks, strict=True)
        still = np.array([_moved(film, ~mask) <= STILL for film, mask in rows])
        facts = {"facts": bench.right(made, bench.graphs), "still": still}
        return facts | {"border": borders(bench, made, masks)}

    checks = {way: checked(made) for way, made in ways.items()}
    best = checked(list(bench.whole))
    metrics = tallied("cinemagraph", checks, best | {"still": best["still"] | True})
    return metrics | {
        key: metric
        for key, metric in _beside(bench, "cinemagraph", ways, masks).items()
        if ".edge" in key
    }


def _round(bench: Bench, made: Films, masks: Sequence[Mask]) -> Checks:
    """What is kept of the films handed in where nothing is drawn, and how well it meets what is."""
    kept = [
        _outside(film, clip, mask) >= _outside(once, clip, mask) - LOST_DB
        for film, clip, once, mask in zip(made, bench.renders, bench.whole, masks, strict=True)
    ]
    return {"kept": np.array(kept), "border": borders(bench, made, masks)}


def borders(bench: Bench, made: Films, masks: Sequence[Mask]) -> NDArray[np.bool_]:
    """Of which films the edge of what is drawn is seen no more than twice as much as in the renders."""
    return np.array(_edges(bench, made, masks)) <= BORDER


def _edges(bench: Bench, made: Films, masks: Sequence[Mask]) -> list[float]:
    rows = zip(made, bench.renders, masks, strict=True)
    return [border(film, mask) / max(border(clip, mask), 0.5) for film, clip, mask in rows]


def _beside(bench: Bench, name: str, ways: Mapping[str, Films], masks: Sequence[Mask]) -> Metrics:
    rows = list(zip(bench.renders, masks, strict=True))
    codec = [_outside(once, *row) for once, row in zip(bench.whole, rows, strict=True)]
    metrics: Metrics = {}
    for way, made in ways.items():
        outside = [_outside(film, *row) for film, row in zip(made, rows, strict=True)]
        metrics[f"{name}.outside{ended(way)}"] = bootstrap(
            outside, unit="dB", ceiling=float(np.mean(codec))
        )
        metrics[f"{name}.edge{ended(way)}"] = bootstrap(
            _edges(bench, made, masks), unit="ratio to renders", ceiling=1.0
        )
    return metrics


def repainted(graph: Graph) -> Graph:
    """The graph with a subject of another colour, of pairs that training has seen."""
    colours = [c for c in names(COLOURS) if c != graph.colour and not is_held_out(graph.kind, c)]
    rng = numpy_rng(graph.seed, "verbs", "colour")
    return graph.replace(colour=colours[int(rng.integers(len(colours)))])


def another(graph: Graph) -> Graph:
    """The graph with a subject of another kind and colour that moves as the first one did."""
    kinds = [k for k in names(KINDS) if k != graph.kind and allowed(k, graph.motion)]
    rng = numpy_rng(graph.seed, "verbs", "kind")
    return repainted(graph.replace(kind=kinds[int(rng.integers(len(kinds)))]))


def sentence(graph: Graph) -> str:
    """What asks for a graph, in English, with all its facts."""
    return caption(graph, numpy_rng(graph.seed, "verbs", "prompt"), style="medium")


def middle_of(clip: Frames) -> Mask:
    """The middle half of a picture in both directions, where subjects are: True inside."""
    height, width = clip.shape[1:3]
    mask = np.zeros((height, width), bool)
    mask[height // 4 : height - height // 4, width // 4 : width - width // 4] = True
    return mask


def border(clip: Frames, mask: Mask) -> float:
    """Mean step in levels of 255 from a pixel to its neighbour where a mask (H, W) or (T, H, W) begins
    or ends."""
    values, found = clip.astype(np.float64), []
    masks = np.broadcast_to(mask, clip.shape[:3])
    for axis in (1, 2):
        edge = np.diff(masks.astype(np.int8), axis=axis) != 0
        found.append(np.abs(np.diff(values, axis=axis))[edge].ravel())
    return float(np.concatenate(found).mean())


def _detailed(film: Frames, clip: Frames, mask: Mask) -> bool:
    """Whether the steps inside a mask (H, W) are as large as in a clip, in both directions, about."""
    for axis in (0, 1):
        inside = np.minimum(
            mask.take(range(1, mask.shape[axis]), axis),
            mask.take(range(mask.shape[axis] - 1), axis),
        )
        made, true = (
            np.abs(np.diff(f.astype(np.float64), axis=axis + 1))[:, inside].mean()
            for f in (film, clip)
        )
        if not DETAIL[0] <= made / max(true, 0.5) <= DETAIL[1]:
            return False
    return True


def _grown(clip: Frames, mask: Mask, mode: str) -> Frames:
    """What a clip shows outside a mask (H, W), grown over the rest as numpy.pad does it."""
    rows, columns = np.flatnonzero(~mask.all(1)), np.flatnonzero(~mask.all(0))
    top, left = rows[0], columns[0]
    inner = clip[:, top : rows[-1] + 1, left : columns[-1] + 1]
    around = (len(mask) - 1 - rows[-1], len(mask[0]) - 1 - columns[-1])
    sides = ((0, 0), (top, around[0]), (left, around[1]), (0, 0))
    grown: Frames = np.pad(inner, sides, mode=mode)  # type: ignore[call-overload]
    return grown


def _moved(film: Frames, where: Mask) -> float:
    """Mean change from frame to frame where a mask (H, W) is True, in levels of 255."""
    return float(np.abs(np.diff(film.astype(np.float64), axis=0))[:, where].mean())


def cut_in(films: Films, onto: Films | NDArray[np.uint8], masks: Sequence[Mask]) -> list[Frames]:
    """One film inside of masks (H, W) or (T, H, W), another around them."""
    rows = zip(films, onto, masks, strict=True)
    return [np.where(mask[..., None], film, clip) for film, clip, mask in rows]


def rendered(bench: Bench, graphs: Sequence[Graph]) -> list[Frames]:
    """What graphs show, as long and large as the bench's films."""
    count, size = bench.renders.shape[1:3]
    return [make_clip(graph, size, count, bench.fps).frames for graph in graphs]


def _outside(film: Frames, clip: Frames, mask: Mask) -> float:
    return fidelity(film[:, ~mask], clip[:, ~mask])


def _likeness(bench: Bench, films: Films, alone: Sequence[NDArray[np.bool_]]) -> list[float]:
    """PSNR to the films handed in, of the pixels named."""
    rows = zip(films, bench.renders, alone, strict=True)
    return [fidelity(film[mask], clip[mask]) for film, clip, mask in rows]


def from_words(bench: Bench, prompts: Sequence[str]) -> list[Frames]:
    """Films from words alone."""
    return list(sample_clips(bench.system, prompts, [q.seed for q in bench.asked]))
