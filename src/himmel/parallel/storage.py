"""Tensors in shards on disk: PyTorch's distributed checkpoints, as safetensors.

Every process writes what it holds with its place in the whole, and reads the pieces that it needs, so a
team of another size, or a process of its own, goes on from the same files. PyTorch's usual file of
metadata is a pickle, which could run code; this format has none.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

PREFIX = "shard-"  # of the files that belong together
Template = Callable[[str, torch.Size, torch.dtype], Tensor]


def write_shards(folder: Path, tensors: dict[str, Tensor]) -> None:
    """Write named tensors into a folder that exists; every process of the team has to call it."""
    from torch.distributed.checkpoint.hf_storage import HuggingFaceStorageWriter
    from torch.distributed.checkpoint.state_dict_saver import save

    writer = HuggingFaceStorageWriter(str(folder), save_distributed=True)
    save(dict(tensors), storage_writer=writer)


def own_files(folder: Path, rank: int) -> list[Path]:
    """The files that a process has written; none where all its shards are empty."""
    return sorted(folder.glob(f"{PREFIX}{rank + 1:05d}-*"))


def read_shards(folder: Path, template: Template | None = None) -> dict[str, Tensor]:
    """All tensors of a folder: in shards like `template(name, shape, dtype)`, or whole without one.

    With a template every process of the team has to call it.
    """
    from torch.distributed.checkpoint.hf_storage import HuggingFaceStorageReader
    from torch.distributed.checkpoint.state_dict_loader import load

    reader = HuggingFaceStorageReader(str(folder))
    made = template or (lambda name, shape, dtype: torch.empty(shape, dtype=dtype))
    held = reader.read_metadata().state_dict_metadata.items()
    tensors = {name: made(name, m.size, m.properties.dtype) for name, m in held}  # type: ignore[union-attr]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="torch.distributed is disabled")  # as intended
        load(dict(tensors), storage_reader=reader, no_dist=template is None)
    return tensors
