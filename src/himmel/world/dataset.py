"""Render a corpus of clips into shards: in several processes, and on from where it stopped."""

from __future__ import annotations

import dataclasses
import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.files import write_text
from himmel.core.rng import derive
from himmel.core.shards import Shard, files_of, index_of, write_shard
from himmel.world.graph import Graph, sample_graph
from himmel.world.rights import rights_of_clip

if TYPE_CHECKING:
    from himmel.world.clip import WorldClip

SUBJECT_ID = 1
DRAWS = 2_000  # one kind of 250 is missed by so many once in 3,000 samples

OnProgress = Callable[[int, int], None]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Corpus(Config):
    """What a folder of shards holds; `corpus.json` in the folder. Equal corpora are equal clips.

    `size` is the height of the frames in pixels, and their width where `width` is None; `scene` as in
    sample_graph, None is the mixture; with `kinds` only scenes about one of these are drawn.
    Raises HimmelError for counts and sizes below 1, and for kinds that the scene does not have.
    """

    count: int
    size: int = 64
    width: int | None = None
    seed: int = 0
    scene: str | None = None
    held_out: bool = False
    frames: int = 17
    fps: float = 8.0
    shard_size: int = 128
    kinds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("count", "size", "width", "frames", "fps", "shard_size"):
            if (value := getattr(self, name)) is not None and value <= 0:
                raise HimmelError(f"{name}={getattr(self, name)} makes no clips; use more than 0")
        self.graph(0)  # refuses an unknown scene at once

    @property
    def shards(self) -> int:
        """Number of shards; the last may be shorter."""
        return -(-self.count // self.shard_size)

    def samples(self, number: int) -> range:
        """The sample numbers that belong to a shard."""
        start = number * self.shard_size
        return range(start, min(start + self.shard_size, self.count))

    def graph(self, index: int) -> Graph:
        """The scene graph of a sample; with `kinds` the first of one of them in a row of draws."""
        for turn in range(DRAWS):
            path = (index, turn) if turn else (index,)
            graph = sample_graph(derive(self.seed, "world", *path), self.scene, self.held_out)
            if not self.kinds or graph.kind in self.kinds:
                return graph
        raise HimmelError(f"scenes of {self.scene!r} show none of {', '.join(self.kinds)}")


def render_corpus(
    folder: Path,
    corpus: Corpus,
    processes: int = 1,
    on_progress: OnProgress = lambda done, of: None,
) -> None:
    """Render the shards that `folder` does not hold yet, in the order in which they are finished.

    Arrays per shard: `frames` uint8 (N, T, H, W, 3) and `mask` uint8 (N, T, H, ceil(W / 8)), the
    pixels of the subject packed as by numpy.packbits. A sample line has id, graph, truth and rights.
    Only this process writes, so a kill at any time costs the unfinished shards and nothing else.
    `on_progress` gets (clips done, clips in all). Raises HimmelError when the folder holds another
    corpus, when a process was killed, or when the disk refuses. One call per folder at a time.
    """
    _claim(folder, corpus)
    missing = list(_missing(folder, corpus))
    done = corpus.count - sum(len(corpus.samples(number)) for number in missing)
    on_progress(done, corpus.count)
    for number, shard in _rendered(corpus, missing, processes):
        write_shard(folder, number, shard)
        done += len(shard.samples)
        on_progress(done, corpus.count)


def _claim(folder: Path, corpus: Corpus) -> None:
    """Mark the folder as that of a corpus, or refuse it when it is another's.

    A corpus may grow: sample i is the same clip whatever the count.
    """
    path = folder / "corpus.json"
    if path.exists():
        found = Corpus.from_json(path.read_text(encoding="utf-8"))
        grown = found.replace(count=max(found.count, corpus.count))
        asked = corpus.to_dict()
        for name, value in grown.to_dict().items():
            if value != asked[name]:
                raise HimmelError(
                    f"{folder} holds clips with {name}={value}, not {asked[name]}; "
                    f"use another folder or the same settings"
                )
        if grown != found:
            write_text(path, grown.to_json())
    elif index_of(folder)["shards"]:
        raise HimmelError(f"{folder} holds shards of something else; use another folder")
    else:
        write_text(path, corpus.to_json())


def _missing(folder: Path, corpus: Corpus) -> Iterator[int]:
    """Numbers of the shards to render; clips that were removed for their rights are not missing."""
    listed = index_of(folder)["shards"]
    for number in range(corpus.shards):
        name = f"{number:05d}"
        entry = listed.get(name, {})
        held = entry.get("samples", 0) + entry.get("removed", 0)
        files = files_of(folder, name, entry)
        if held != len(corpus.samples(number)) or not all(file.exists() for file in files):
            yield number


def _rendered(
    corpus: Corpus, numbers: Iterable[int], processes: int
) -> Iterator[tuple[int, Shard]]:
    """Shards as they are finished; here when one process is enough, else in fresh ones."""
    queue = list(numbers)
    processes = min(processes, len(queue))
    if processes <= 1:
        yield from ((number, render_shard(corpus, number)) for number in queue)
        return
    # Fresh processes: forking one that already computes with threads may lock up.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, initializer=_leave_ctrl_c_to_the_parent) as pool:
        try:
            yield from _as_finished(pool, corpus, queue, ahead=processes + 1)
        except BrokenProcessPool:
            raise HimmelError(
                "a rendering process was killed, perhaps for want of memory; run the command again "
                "with fewer processes, it goes on where it stopped"
            ) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _as_finished(
    pool: ProcessPoolExecutor, corpus: Corpus, numbers: Iterable[int], ahead: int
) -> Iterator[tuple[int, Shard]]:
    """Keep a few shards in work and no more, so that finished ones do not pile up in memory."""
    waiting = iter(numbers)
    working: dict[Future[Shard], int] = {}
    while True:
        for number in islice(waiting, ahead - len(working)):
            working[pool.submit(render_shard, corpus, number)] = number
        if not working:
            return
        finished, _ = wait(working, return_when=FIRST_COMPLETED)
        for future in finished:
            yield working.pop(future), future.result()


def _leave_ctrl_c_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def render_shard(corpus: Corpus, number: int) -> Shard:
    """Render one shard of a corpus in this process."""
    from himmel.world.clip import make_clip

    frames, masks, samples = [], [], []
    for index in corpus.samples(number):
        graph = corpus.graph(index)
        clip = make_clip(graph, corpus.size, corpus.frames, corpus.fps, width=corpus.width)
        frames.append(clip.frames)
        masks.append(np.packbits(clip.ids == SUBJECT_ID, axis=-1))
        samples.append(_line(corpus, index, graph, clip))
    return Shard({"frames": np.stack(frames), "mask": np.stack(masks)}, samples)


def _line(corpus: Corpus, index: int, graph: Graph, clip: WorldClip) -> dict[str, Any]:
    return {
        "id": f"world-{corpus.seed}-{index:06d}",
        "graph": graph.to_dict(),
        "truth": {name: value for name, value in clip.truth.items() if name != "graph"},
        "rights": rights_of_clip(clip.frames, graph),
    }
