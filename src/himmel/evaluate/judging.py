"""Are the judges to be believed? Fresh renders whose facts are known, read as they are and harmed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle, islice

import numpy as np
from numpy.typing import NDArray

from himmel.core.rng import derive, numpy_rng
from himmel.core.values import Frames
from himmel.evaluate.adherence import OnDone
from himmel.evaluate.agreement import parse_clips
from himmel.evaluate.codec import reconstruct
from himmel.evaluate.harms import blurred, noisy, recoded
from himmel.evaluate.intervals import Metric, share
from himmel.evaluate.reading import read_clips
from himmel.generate.system import System
from himmel.models.judge import Judge
from himmel.world.clip import make_clip
from himmel.world.graph import CORE, Graph, sample_graph
from himmel.world.shown import shown

SCENES = (CORE, "wide", "wide", "group", CORE, "wide", "face", CORE, "camera")  # by turns
HOLDING_OUT = (CORE, "wide")  # scenes of which every second render is a held-out combination

Facts = list[dict[str, str]]
Right = dict[str, dict[int, bool]]  # by group, of the clips that show something of it


def judging(
    system: System, judges: dict[str, Judge], n: int, seed: int, on_done: OnDone
) -> dict[str, Metric]:
    """`GROUP.SCENE`: the share of renders that the first judge reads right, also of held-in and held-out
    combinations; `.blur`, `.noise`, `.recoded` and `.codec` (there and back through the model's codec)
    of the same renders harmed, the ceiling being the whole ones; `.parser` the parser's on the core."""
    graphs, held_out = judged_graphs(n, seed)
    defaults = system.config.defaults
    clips = []
    for graph in graphs:
        made = make_clip(graph, defaults.width, defaults.frames, defaults.fps)
        clips.append(made.frames)
        on_done("render", len(clips), n)
    renders, rng, judge = np.stack(clips), numpy_rng(seed, "judges"), next(iter(judges.values()))
    right = rights(read_clips(judge, renders), graphs)
    metrics = _by_scene(right, graphs, held_out)
    metrics |= _of_parser(renders, graphs)
    harms: dict[str, Callable[[Frames], Frames]] = {
        "blur": blurred,
        "noise": lambda clip: noisy(clip, rng),
        "recoded": lambda clip: recoded(clip, defaults.fps),
        "codec": lambda clip: reconstruct(system.codec, clip),
    }
    for done, (name, harm) in enumerate(harms.items(), 1):
        harmed = rights(read_clips(judge, np.stack(list(map(harm, renders)))), graphs)
        metrics |= _harmed(name, harmed, right, graphs)
        on_done("harm", done, len(harms))
    return dict(sorted(metrics.items()))


def judged_graphs(n: int, seed: int) -> tuple[list[Graph], list[bool]]:
    """n graphs, scenes by turns, and which of them are held-out combinations: every second one of core
    and wide."""
    graphs, held_out = [], []
    seen = dict.fromkeys(SCENES, 0)
    for i, scene in enumerate(islice(cycle(SCENES), n)):
        held_out.append(scene in HOLDING_OUT and seen[scene] % 2 == 1)
        seen[scene] += 1
        graphs.append(sample_graph(derive(seed, "judges", i), scene, held_out[-1]))
    return graphs, held_out


def rights(read: Facts, graphs: Sequence[Graph]) -> Right:
    """Which readings are right, of the facts that a clip shows and its judge reads."""
    return {
        group: {
            i: one[group] == name
            for i, (one, graph) in enumerate(zip(read, graphs, strict=True))
            if (name := shown(graph, group))
        }
        for group in read[0]
    }


def _by_scene(right: Right, graphs: Sequence[Graph], held_out: Sequence[bool]) -> dict[str, Metric]:
    metrics: dict[str, Metric] = {}
    for group, known in right.items():
        for scene in dict.fromkeys(SCENES):
            rows = [i for i in known if graphs[i].scene == scene]
            subsets = {"": rows}
            if scene in HOLDING_OUT:
                subsets |= {".held_in": [i for i in rows if not held_out[i]]}
                subsets |= {".held_out": [i for i in rows if held_out[i]]}
            metrics |= {
                f"{group}.{scene}{suffix}": share([known[i] for i in some])
                for suffix, some in subsets.items()
                if some
            }
    return metrics


def _harmed(name: str, harmed: Right, whole: Right, graphs: Sequence[Graph]) -> dict[str, Metric]:
    metrics = {}
    for group, known in harmed.items():
        for scene in dict.fromkeys(SCENES):
            rows = [i for i in known if graphs[i].scene == scene]
            if rows:
                before = float(np.mean([whole[group][i] for i in rows]))
                metrics[f"{group}.{scene}.{name}"] = share([known[i] for i in rows], before)
    return metrics


def _of_parser(renders: NDArray[np.uint8], graphs: Sequence[Graph]) -> dict[str, Metric]:
    rows = [i for i, graph in enumerate(graphs) if graph.scene == CORE]
    if not rows:
        return {}
    right = rights(parse_clips(renders[rows]), [graphs[i] for i in rows])
    return {
        f"{group}.{CORE}.parser": share(list(known.values()))
        for group, known in right.items()
        if known
    }
