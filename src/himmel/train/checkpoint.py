"""Training state on disk: whole folders with checksums, safetensors and JSON only.

A folder is written under a temporary name, flushed and renamed, so a killed writer leaves the
previous folder untouched. Reading takes the newest folder that is whole. A team writes its shards into
one folder, which a team of any size or a process of its own can read.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import defaultdict
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
from himmel.parallel import Team, placed_like, read_shards, write_shards
from himmel.parallel.storage import PREFIX, Template, own_files

KEEP = 2


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Everything a run needs to go on: groups of named tensors and plain JSON facts."""

    step: int
    tensors: Mapping[str, Mapping[str, Tensor]]  # group (weights, ema, optimiser) -> name -> tensor
    state: Mapping[str, Any]


def write_checkpoint(folder: Path, checkpoint: Checkpoint, team: Team | None = None) -> Path:
    """Write `folder/step-00001234` whole or not at all and keep the newest two.

    With a team every process has to call it. Raises HimmelError when the disk refuses; the earlier
    checkpoints are untouched then.
    """
    final = Path(folder) / f"step-{checkpoint.step:08d}"
    temporary = final.with_suffix(".tmp")
    try:
        if team is None:
            _begin(temporary)
            _write_files(temporary, checkpoint)
            _finish(temporary, final)
        else:
            team.first(lambda: _begin(temporary))
            _write_shards(temporary, checkpoint, team)
            team.first(lambda: _finish(temporary, final))
    except (OSError, SafetensorError) as error:
        raise HimmelError(
            f"cannot write the checkpoint {final} ({error}); free some space"
        ) from None
    return final


def _begin(temporary: Path) -> None:
    _clear_temporary(temporary.parent)
    temporary.mkdir(parents=True)


def _finish(temporary: Path, final: Path) -> None:
    if final.exists():
        shutil.rmtree(final)
    temporary.rename(final)
    _flush(final.parent)
    _prune(final.parent, int(final.name[5:]))


def checkpoints(folder: Path) -> list[Path]:
    """The checkpoint folders of a run, oldest first, damaged ones included."""
    found = Path(folder).glob("step-*")
    return sorted(p for p in found if p.is_dir() and p.name[5:].isdigit())


def read_checkpoint(path: Path) -> Checkpoint:
    """Read one folder. Raises DamagedFileError, naming the file, when it is not what was written."""
    path = Path(path)
    try:
        names = _checked(path)
        state = parse_json((path / "state.json").read_bytes())
        tensors = _grouped(read_shards(path)) if _in_shards(names) else _read_whole(path, names)
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


def newest_for_team(
    folder: Path, note: Callable[[str], None], team: Team, template: Template
) -> Checkpoint | None:
    """The same for all processes of a team, each tensor in shards as `template` is.

    The leader looks for the newest whole folder; everybody reads its part of it.
    """
    path = team.first(lambda: _newest_whole(folder, note))
    if path is None:
        return None
    state = parse_json((path / "state.json").read_bytes())
    if any(path.glob(f"{PREFIX}*")):
        return Checkpoint(int(path.name[5:]), _grouped(read_shards(path, template)), state)
    full = _flat(read_checkpoint(path).tensors)
    spread = {n: placed_like(template(n, t.shape, t.dtype), t) for n, t in full.items()}
    return Checkpoint(int(path.name[5:]), _grouped(spread), state)


def _newest_whole(folder: Path, note: Callable[[str], None]) -> Path | None:
    for path in reversed(checkpoints(folder)):
        try:
            _checked(path)
            return path
        except (DamagedFileError, OSError, ValueError, AttributeError) as error:
            note(f"skipped a damaged checkpoint: {error}")
    return None


def _checked(path: Path) -> list[str]:
    """The names of a folder's files. Raises DamagedFileError for one that is not what was written."""
    digests = parse_json((path / "checksums.json").read_bytes())
    for name, digest in digests.items():
        if sha256(inside(path, name)) != digest:
            raise DamagedFileError(f"{path / name} does not match its checksum")
    return list(digests)


def _in_shards(names: list[str]) -> bool:
    return any(name.startswith(PREFIX) for name in names)


def _read_whole(path: Path, names: list[str]) -> dict[str, dict[str, Tensor]]:
    found = (name for name in names if name.endswith(".safetensors"))
    return {Path(name).stem: read_safetensors(path / name) for name in found}


def _flat(tensors: Mapping[str, Mapping[str, Tensor]]) -> dict[str, Tensor]:
    return {f"{group}/{n}": t for group, named in tensors.items() for n, t in named.items()}


def _grouped(flat: Mapping[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    groups: dict[str, dict[str, Tensor]] = defaultdict(dict)
    for key, tensor in flat.items():
        group, _, name = key.partition("/")
        groups[group][name] = tensor
    return dict(groups)


def _write_files(folder: Path, checkpoint: Checkpoint) -> None:
    for group, tensors in checkpoint.tensors.items():
        # A copy of its own for every name: safetensors refuses tensors that share memory.
        whole = {n: t.detach().cpu().clone().contiguous() for n, t in tensors.items()}
        save_file(whole, folder / f"{group}.safetensors")
    _write_json(folder / "state.json", checkpoint.state)
    _write_json(folder / "checksums.json", {p.name: sha256(p) for p in sorted(folder.iterdir())})
    for path in [*folder.iterdir(), folder]:
        _flush(path)


def _write_shards(folder: Path, checkpoint: Checkpoint, team: Team) -> None:
    write_shards(folder, _flat(checkpoint.tensors))
    own = own_files(folder, team.rank)
    for path in own:
        _flush(path)
    told = team.gathered({path.name: sha256(path) for path in own})
    if team.leads:
        _write_json(folder / "state.json", checkpoint.state)
        digests = {name: digest for each in told for name, digest in each.items()}
        digests["state.json"] = sha256(folder / "state.json")
        _write_json(folder / "checksums.json", digests)
        for path in (folder / "state.json", folder / "checksums.json", folder):
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
