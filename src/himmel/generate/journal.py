"""A checkpoint of a roll-out: the latent frames that were shown, in their order, beside the film to be.

A record is written when the frames of a whole window have passed the review. A process that was killed
leaves at most one record that is cut off, which counts as not written.
"""

from __future__ import annotations

import json
import math
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Self

import torch
from torch import Tensor

from himmel.core.errors import HimmelError

SUFFIX = ".rolling"
_CHECK = 4  # bytes of CRC-32 after every record


def journal_of(out: Path) -> Path:
    """Where the checkpoint of a film lies."""
    return out.with_name(out.name + SUFFIX)


class Journal:
    """Latent frames (C, h, w) in float32: `replay` gives those of an earlier run, `append` adds to them.

    Without a file it keeps nothing. At the end of its `with` block it stays, unless it was told to end
    or is empty.
    """

    def __init__(self, file: BinaryIO | None = None, cells: tuple[int, ...] = ()) -> None:
        """`file` stands behind its head."""
        self._file, self._cells = file, cells
        self._head = self._place = file.tell() if file else 0
        self._old = self._records() if file else None
        self._ended = False

    @classmethod
    def beside(cls, path: Path, identity: str, cells: tuple[int, ...], resume: bool) -> Journal:
        """A journal in a file. Raises HimmelError where there is nothing to resume, it is of another
        film, or nothing can be written."""
        head = json.dumps({"film": identity, "cells": list(cells)}).encode() + b"\n"
        if resume:
            _check_head(path, head)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("r+b" if resume else "w+b", buffering=0)
            file.write(head)
        except OSError as error:
            raise HimmelError(f"cannot write {path}: {error.strerror or error}") from None
        return cls(file, cells)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is None:
            return
        empty = self._file.seek(0, 2) == self._head
        self._file.close()
        if self._ended or empty:
            Path(self._file.name).unlink(missing_ok=True)

    def replay(self, count: int) -> Tensor | None:
        """The next `count` latent frames (1, C, count, h, w), None where they have to be drawn."""
        if self._old is None or self._file is None:
            return None
        before = self._place
        found = [latent for _, latent in zip(range(count), self._old, strict=False)]
        if len(found) == count:
            return torch.stack(found, 1)[None]
        self._old = None
        self._file.truncate(before)
        return None

    def append(self, latents: Tensor) -> None:
        """Keep latent frames (1, C, n, h, w); they are on the disk when this returns.

        Raises HimmelError where they cannot be written.
        """
        if self._file is None:
            return
        records = [x.float().contiguous().numpy().tobytes() for x in latents[0].unbind(1)]
        try:
            self._file.seek(0, 2)
            for data in records:
                self._file.write(data + zlib.crc32(data).to_bytes(_CHECK, "big"))
            os.fsync(self._file.fileno())
        except OSError as error:
            raise HimmelError(
                f"cannot write {self._file.name}: {error.strerror or error}; the film can be resumed"
            ) from None

    def end(self) -> None:
        """The film is there, or shall never be: nothing is left to resume."""
        self._ended = True

    def _records(self) -> Iterator[Tensor]:
        assert self._file is not None
        size = 4 * math.prod(self._cells)
        while True:
            self._file.seek(self._place)
            record = self._file.read(size + _CHECK)
            data, check = record[:size], record[size:]
            if len(check) != _CHECK or zlib.crc32(data) != int.from_bytes(check, "big"):
                return
            self._place += len(record)
            yield torch.frombuffer(bytearray(data), dtype=torch.float32).reshape(self._cells)


def _check_head(path: Path, head: bytes) -> None:
    try:
        with path.open("rb") as file:
            found = file.readline(len(head))
    except OSError:
        raise HimmelError(
            f"there is nothing to resume: {path.name} is not there; leave --resume out"
        ) from None
    if found != head:
        raise HimmelError(
            f"{path.name} was begun with other words, numbers or weights; repeat those, or leave "
            "--resume out to begin anew"
        )
