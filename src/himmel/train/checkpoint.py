"""Training state on disk: whole folders with checksums, safetensors and JSON only.

A folder is written under a temporary name, flushed and renamed, so a killed writer leaves the
previous folder untouched. Reading takes the newest folder that is whole.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.files import inside, sha256
from himmel.core.plain import parse_json
from himmel.core.tensors import read_safetensors

KEEP = 2


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Everything a run needs to go on: groups of named tensors and plain JSON facts."""

    step: int
    tensors: Mapping[str, Mapping[str, Tensor]]  # group (weights, ema, optimiser) -> name -> tensor
    state: Mapping[str, Any]


def write_checkpoint(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write `folder/step-00001234` whole or not at all and keep the newest two.

    Raises HimmelError when the disk refuses; the earlier checkpoints are untouched then.
    """
    final = Path(folder) / f"step-{checkpoint.step:08d}"
    temporary = final.with_suffix(".tmp")
    try:
        _clear_temporary(Path(folder))
        temporary.mkdir(parents=True)
        _write_files(temporary, checkpoint)
        if final.exists():
            shutil.rmtree(final)
        temporary.rename(final)
        _flush(Path(folder))
    except (OSError, SafetensorError) as error:
        raise HimmelError(
            f"cannot write the checkpoint {final} ({error}); free some space"
        ) from None
    _prune(Path(folder), checkpoint.step)
    return final


def checkpoints(folder: Path) -> list[Path]:
    """The checkpoint folders of a run, oldest first, damaged ones included."""
    found = Path(folder).glob("step-*")
    return sorted(p for p in found if p.is_dir() and p.name[5:].isdigit())


def read_checkpoint(path: Path) -> Checkpoint:
    """Read one folder. Raises DamagedFileError, naming the file, when it is not what was written."""
    path = Path(path)
    try:
        digests = parse_json((path / "checksums.json").read_bytes())
        for name, digest in digests.items():
            if sha256(inside(path, name)) != digest:
                raise DamagedFileError(f"{path / name} does not match its checksum")
        state = parse_json((path / "state.json").read_bytes())
        tensors = {
            Path(name).stem: read_safetensors(path / name)
            for name in digests
            if name.endswith(".safetensors")
        }
    except (OSError, ValueError, AttributeError) as error:
        if isinstance(error, DamagedFileError):
            raise
        raise DamagedFileError(f"the checkpoint {path} cannot be read ({error})") from None
    return Checkpoint(int(path.name[5:]), tensors, state)


def newest_checkpoint(folder: Path, note: Callable[[str], None]) -> Checkpoint | None:
    """The newest whole checkpoint, or None. A damaged one is skipped, and `note` is told."""
    for path in reversed(checkpoints(folder)):
        try:
            return read_checkpoint(path)
        except DamagedFileError as error:
            note(f"skipped a damaged checkpoint: {error}")
    return None


def _write_files(folder: Path, checkpoint: Checkpoint) -> None:
    for group, tensors in checkpoint.tensors.items():
        # A copy of its own for every name: safetensors refuses tensors that share memory.
        whole = {n: t.detach().cpu().clone().contiguous() for n, t in tensors.items()}
        save_file(whole, folder / f"{group}.safetensors")
    _write_json(folder / "state.json", checkpoint.state)
    _write_json(folder / "checksums.json", {p.name: sha256(p) for p in sorted(folder.iterdir())})
    for path in [*folder.iterdir(), folder]:
        _flush(path)


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1, sort_keys=True), encoding="utf-8")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _clear_temporary(folder: Path) -> None:
    for path in folder.glob("step-*.tmp"):
        shutil.rmtree(path)


def _prune(folder: Path, newest: int) -> None:
    # Steps beyond the one just written are damaged leftovers: the run went on from before them.
    older = [p for p in checkpoints(folder) if int(p.name[5:]) <= newest]
    for path in checkpoints(folder):
        if path not in older[-KEEP:]:
            shutil.rmtree(path)
