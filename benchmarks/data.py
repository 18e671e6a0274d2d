"""How fast the world is rendered: clips per second of one core by size and scene, and by processes."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from himmel.evaluate.intervals import Metric
from himmel.world.clip import make_clip
from himmel.world.dataset import Corpus, render_corpus
from himmel.world.graph import sample_graph
from himmel.world.words import FAMILIES, names
from himmel_benchmarks.harness import exactly, quartiles

SIZES = (64, 128, 192, 256)
FRAMES, FPS = 17, 8.0
SCENES = ("core", "wide")  # at every size; the other families at the smallest
CLIPS = 9  # a figure, after one that warms up
SCALED = 192  # clips that several processes share


def measure(seed: int = 0) -> dict[str, Metric]:
    """Every figure by key: `clips_per_core_second.SCENE.SIZE`, `scaling.PROCESSES`."""
    figures = {}
    for scene in SCENES:
        for size in SIZES:
            figures[f"clips_per_core_second.{scene}.{size}"] = rate(scene, size, seed)
    for family in names(FAMILIES):
        if family not in SCENES:
            figures[f"clips_per_core_second.{family}.{SIZES[0]}"] = rate(family, SIZES[0], seed)
    return figures | scaling(seed)


def rate(scene: str, size: int, seed: int) -> Metric:
    """Clips of 17 frames per second of processor time, one clip each with its quartiles."""
    taken = []
    for number in range(CLIPS + 1):
        graph = sample_graph(seed + number, scene)
        began = time.process_time()
        make_clip(graph, size, FRAMES, FPS)
        taken.append(time.process_time() - began)
    return quartiles([1 / seconds for seconds in taken[1:]], "clips per second of a core")


def scaling(seed: int) -> dict[str, Metric]:
    """How many times faster a corpus is done by more processes; each starts anew and loads its code."""
    counts = [n for n in (2, 4, 8, 16) if n <= (os.cpu_count() or 1)]
    alone = _seconds(1, seed)
    return {f"scaling.{n}": exactly(alone / _seconds(n, seed), "times") for n in counts}


def _seconds(processes: int, seed: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus(count=SCALED, scene="core", seed=seed, shard_size=16)
        began = time.perf_counter()
        render_corpus(Path(folder) / "clips", corpus, processes)
        return time.perf_counter() - began
