"""Where batches come from: stored latents, and a thread that computes the next batch meanwhile."""

from __future__ import annotations

import itertools
import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.rights import check_rights
from himmel.core.rng import numpy_rng
from himmel.core.shards import entry_of, files_of, index_of, lines_of
from himmel.core.tensors import data_start, read_header

Batch = Mapping[str, Any]  # name -> numpy array or tensor, (B, ...) each
Data = Callable[[int, np.random.Generator], Batch]

SCALE = "_scale"
_DTYPES = {
    "F32": np.float32, "F16": np.float16, "I8": np.int8, "U8": np.uint8,
    "I16": np.int16, "I32": np.int32, "I64": np.int64, "BOOL": np.bool_,
}  # fmt: skip


def to_device(batch: Batch, device: torch.device) -> dict[str, Tensor]:
    """Tensors on a device, without waiting for the copy."""
    tensors = {n: torch.as_tensor(v) for n, v in batch.items()}
    if device.type == "cuda":
        tensors = {n: t.pin_memory() if t.device.type == "cpu" else t for n, t in tensors.items()}
    return {n: t.to(device, non_blocking=True) for n, t in tensors.items()}


def place(step: int, part: int) -> tuple[int, ...]:
    """What names the randomness of a micro-batch; the first one's is that of the step."""
    return (step, part) if part else (step,)


class Prefetcher:
    """Batches of consecutive steps, computed `ahead` of their use by one thread.

    `parts` are the numbers of the micro-batches of a step that are wanted here; they come in turn.
    Every batch depends on (seed, step, part) alone, so running ahead changes nothing but the waiting.
    An error in `data` is raised by the `next` that would have returned its batch.
    """

    def __init__(
        self, data: Data, seed: int, first: int, ahead: int = 2, parts: Sequence[int] = (0,)
    ) -> None:
        self._data, self._seed, self._ahead = data, seed, ahead
        self._steps = ((step, part) for step in itertools.count(first) for part in parts)
        self._pending: deque[Future[Batch]] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="batches")

    def _compute(self, step: int, part: int) -> Batch:
        return self._data(step, numpy_rng(self._seed, "data", *place(step, part)))

    def __iter__(self) -> Prefetcher:
        return self

    def __next__(self) -> Batch:
        while len(self._pending) <= self._ahead:
            self._pending.append(self._thread.submit(self._compute, *next(self._steps)))
        return self._pending.popleft().result()

    def close(self) -> None:
        """Stop the thread; what it computed ahead is dropped."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Prefetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class LatentStore:
    """Rows of arrays in shard folders, read from disk where they lie.

    An array `latent` of whole numbers with `latent_scale` (N, C) beside it means
    latent * latent_scale, channel by channel; `rows` gives float32 then.

    >>> store = LatentStore([folder])                               # doctest: +SKIP
    >>> store.rows("latent", [5, 2]).shape                          # doctest: +SKIP
    (2, 96, 5, 4, 4)
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.samples: list[dict[str, Any]] = []
        self._parts: list[dict[str, np.ndarray]] = []
        for folder in map(Path, folders):
            for name in sorted(index_of(folder)["shards"]):
                self._parts.append(_mapped(files_of(folder, name, entry_of(folder, name))[0]))
                self.samples += lines_of(folder, name)
        check_rights(self.samples)
        if not self.samples:
            raise HimmelError(f"{', '.join(map(str, folders))}: no shards here; write some first")
        sizes = [len(next(iter(part.values()))) for part in self._parts]
        self._starts = np.cumsum([0, *sizes])
        if self._starts[-1] != len(self.samples):
            raise DamagedFileError(f"{len(self.samples)} lines for {self._starts[-1]} stored rows")

    def __len__(self) -> int:
        return len(self.samples)

    def rows(self, name: str, indices: Sequence[int] | np.ndarray) -> np.ndarray:
        """A copy of some rows of an array, (len(indices), ...), unscaled to float32 if scaled."""
        values = self._gather(name, indices)
        if name + SCALE not in self._parts[0]:
            return values
        scale = self._gather(name + SCALE, indices).astype(np.float32)  # (B, C)
        return values * scale.reshape(*scale.shape, *[1] * (values.ndim - 2))

    def _gather(self, name: str, indices: Sequence[int] | np.ndarray) -> np.ndarray:
        if name not in self._parts[0]:
            raise HimmelError(
                f"no array {name!r} in the shards; they hold {sorted(self._parts[0])}"
            )
        which = np.searchsorted(self._starts, indices, side="right") - 1
        return np.stack(
            [self._parts[s][name][i - self._starts[s]] for s, i in zip(which, indices, strict=True)]
        )


def to_int8(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whole numbers (N, C, ...) in -127..127 and the scale (N, C) that undoes the rounding."""
    peak = np.abs(values).reshape(*values.shape[:2], -1).max(-1)
    scale = np.maximum(peak / 127, 1e-12).astype(np.float32)
    spread = scale.reshape(*scale.shape, *[1] * (values.ndim - 2))
    return np.rint(values / spread).astype(np.int8), scale


def _mapped(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a safetensors file as memory maps."""
    try:
        header, start = read_header(path), data_start(path)
        if path.stat().st_size != start + max(e["data_offsets"][1] for e in header.values()):
            raise DamagedFileError(f"{path} is cut short; render or copy it again")
        return {n: _array(path, start, entry) for n, entry in header.items()}
    except (OSError, ValueError, KeyError, OverflowError, MemoryError) as error:
        if isinstance(error, HimmelError):
            raise
        raise DamagedFileError(f"{path} cannot be read ({error})") from None


def _array(path: Path, start: int, entry: dict[str, Any]) -> np.ndarray:
    shape = tuple(entry["shape"])
    if not math.prod(shape):
        return np.zeros(shape, _DTYPES[entry["dtype"]])
    offset = start + entry["data_offsets"][0]
    return np.memmap(path, _DTYPES[entry["dtype"]], mode="r", offset=offset, shape=shape)
