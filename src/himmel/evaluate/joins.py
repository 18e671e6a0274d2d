"""The verbs that join films or fill gaps in time, each beside the same done without a model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from himmel.core.values import Frames
from himmel.evaluate import naive
from himmel.evaluate.intervals import bootstrap
from himmel.evaluate.seams import doubled, jump, largest_step, nearer_to_truth, turns_around
from himmel.evaluate.workbench import (
    APPEARANCE,
    JUMP,
    MOST_DB,
    Bench,
    Checks,
    Metrics,
    ended,
    fidelity,
    stretched,
    tallied,
)
from himmel.generate.verbs import Blend, Interpolate, Loop
from himmel.world.clip import make_clip

LOOKED_AT = 9  # frames of a joined film's ends that are asked what they show
HALF = 0.5  # of the way from one film to the other; a hard cut goes all of it in one step
Ways = dict[str, list[Frames]]


def loops(bench: Bench) -> Metrics:
    """done: `facts`, the bridge shows subject and place as they are; `joined`, no step where the bridge
    begins or the film begins anew is a jump; `onward`, no motion turns around there; `single`, the bridge
    shows no two pictures at once. seam: the largest step there over other steps."""
    films = bench.made(Loop(clip=""), bench.prompts, [[clip] for clip in bench.renders])
    length, count = bench.renders.shape[1], len(films[0]) - bench.renders.shape[1]
    ways: Ways = {
        "": films,
        "cut": list(bench.renders),
        "cross_fade": [_bridged(clip, count) for clip in bench.renders],
        "ping_pong": [
            np.concatenate([clip, naive.backwards(clip, len(clip) - 2)]) for clip in bench.renders
        ],
    }
    checks = {way: _looped(bench, made, length, count) for way, made in ways.items()}
    metrics = tallied("loop", checks, _looped(bench, list(bench.whole), length, count, whole=True))
    inner = [jump(np.concatenate([clip, clip[-2:0:-1]]), (3,), True) for clip in bench.renders]
    for way, made in ways.items():
        seams = [jump(film, (length - 1, len(film) - 1), True) for film in made]
        metrics[f"loop.seam{ended(way)}"] = bootstrap(
            seams, unit="step / other steps", ceiling=float(np.mean(inner))
        )
    return metrics


def _looped(
    bench: Bench, films: Sequence[Frames], length: int, count: int, whole: bool = False
) -> Checks:
    """What passes; of whole films nothing but what their last frames show is asked."""
    ends = [film[min(length, len(film) - count) :] for film in films]
    facts = bench.right(ends, bench.graphs, APPEARANCE)
    if whole:
        return {"facts": facts} | dict.fromkeys(("joined", "onward", "single"), facts | True)
    last = len(films[0]) - 1
    seams, places = (length - 1, last), (length - 1, length, last, 0)
    return {
        "facts": facts,
        "joined": np.array([jump(film, seams, True) <= JUMP for film in films]),
        "onward": np.array([not turns_around(film, places) for film in films]),
        "single": np.array([not doubled(f[length:], f[length - 1], f[0]) for f in films]),
    }


def _bridged(clip: Frames, count: int) -> Frames:
    return np.concatenate(
        [clip, naive.faded(clip[-1:].repeat(count, 0), clip[:1].repeat(count, 0))]
    )


def blends(bench: Bench) -> Metrics:
    """done: `ends`, the beginning shows the appearance of the first clip and the end that of the second;
    `middle`, the frame in the middle shows place and kind of one of them, not both or neither; `gradual`,
    no step goes half of the way. largest_step: that step, over the difference of the film's ends."""
    return _blended(bench, "blend", False) | _blended(bench, "connect", True)


def _blended(bench: Bench, name: str, connect: bool) -> Metrics:
    others = np.roll(bench.renders, 1, axis=0)
    pairs = list(zip(bench.renders, others, strict=True))
    verb = Blend(clip="", other="", connect=connect)
    told, others = verb.replace(becomes="what the other shows"), np.roll(bench.prompts, 1).tolist()
    films = bench.made(told, bench.prompts, pairs, becoming=others)
    new = abs(2 * bench.renders.shape[1] - len(films[0]))
    faded = [
        np.concatenate([one, naive.across(one[-1:], other[:1], new + 2)[1:-1], other])
        if connect
        else np.concatenate([one[:-new], naive.faded(one[-new:], other[:new]), other[new:]])
        for one, other in pairs
    ]
    cut = [np.concatenate([one, other]) for one, other in pairs]
    ways: Ways = {
        "": films,
        "wordless": bench.made(verb, [""] * len(pairs), pairs),
        "cut": cut,
        "cross_fade": faded,
    }
    checks = {way: _merged(bench, made) for way, made in ways.items()}
    whole = np.roll(bench.whole, 1, axis=0)
    best = {
        "ends": _merged(
            bench, [np.concatenate(two) for two in zip(bench.whole, whole, strict=True)]
        )["ends"]
    }
    metrics = tallied(
        name, checks, best | dict.fromkeys(("middle", "gradual"), best["ends"] | True)
    )
    for way, made in ways.items():
        metrics[f"{name}.largest_step{ended(way)}"] = bootstrap(
            [largest_step(film) for film in made], unit="step / difference"
        )
    return metrics


def _merged(bench: Bench, films: Sequence[Frames]) -> Checks:
    graphs = bench.graphs, [*bench.graphs[-1:], *bench.graphs[:-1]]
    length = bench.renders.shape[1]
    looked = min(LOOKED_AT, length)
    ends = [film[:looked] for film in films], [film[-looked:] for film in films]
    both = [
        bench.right(stretched(end, length), of, APPEARANCE)
        for end, of in zip(ends, graphs, strict=True)
    ]
    middle = stretched([film[len(film) // 2 :][:1] for film in films], length)
    shown = [bench.right(middle, of, ("kind", "setting")) for of in graphs]
    return {
        "ends": both[0] & both[1],
        "middle": shown[0] | shown[1],
        "gradual": np.array([largest_step(film) < HALF for film in films]),
    }


def interpolations(bench: Bench) -> Metrics:
    """done: the share of drawn frames that lie nearer to what a render at twice the rate shows then than
    to both frames given round them, in films in which something moves; between: PSNR of all to it. The
    verb draws nothing through the codec unless it is told to, so the ceiling is the render."""
    length, size = bench.renders.shape[1], bench.renders.shape[2]
    true = [make_clip(g, size, 2 * length - 1, 2 * bench.fps).frames for g in bench.graphs]
    given = [clip[::2] for clip in true]
    verb = Interpolate(clip="", fps=2 * bench.fps)
    films = bench.made(verb, bench.prompts, [[clip] for clip in given], slowed=2)
    ways: Ways = {
        "": [film[1::2] for film in films],
        "repeat": [clip[:-1] for clip in given],
        "cross_fade": [naive.between(clip) for clip in given],
    }
    metrics: Metrics = {}
    for way, made in ways.items():
        metrics[f"interpolate.done{ended(way)}"] = bootstrap(
            _nearer(made, true), unit="share", ceiling=1.0
        )
        metrics[f"interpolate.between{ended(way)}"] = bootstrap(
            _likeness(made, true), unit="dB", ceiling=MOST_DB
        )
    return metrics


def _nearer(made: Sequence[Frames], true: Sequence[Frames]) -> list[float]:
    """Of films in which something moves."""
    found = [nearer_to_truth(f, t[1::2], t[::2]) for f, t in zip(made, true, strict=True)]
    return [share for share in found if not np.isnan(share)]


def _likeness(made: Sequence[Frames], true: Sequence[Frames]) -> list[float]:
    return [fidelity(film, clip[1::2]) for film, clip in zip(made, true, strict=True)]
