"""A checkpoint of a roll-out: the latent frames that were shown, in their order, beside the film to be.

A record is written when the frames of a whole window have passed the review. A process that was killed
leaves at most one record that is cut off, which counts as not written. While a process draws the film the
file is locked, so that no other one writes into it; Windows has no such locks.
"""

from __future__ import annotations

import json
import math
import os
import zlib
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import BinaryIO, Literal, Self

import torch
from torch import Tensor

from himmel.core.errors import HimmelError

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None  # type: ignore[assignment]

SUFFIX = ".rolling"
_CHECK = 4  # bytes of CRC-32 after every record; it begins with the record's number


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
        film, another process draws the film, or nothing can be written."""
        head = json.dumps({"film": identity, "cells": list(cells)}).encode() + b"\n"
        try:
            file = _resumed(path, head) if resume else _begun(path, head)
        except OSError as error:
            raise HimmelError(f"cannot write {path}: {error.strerror or error}") from None
        return cls(file, cells)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is None:
            return
        done = self._ended or self._file.seek(0, 2) == self._head
        if done and fcntl:  # while it is locked, or that of the next process might be taken away
            Path(self._file.name).unlink(missing_ok=True)
        self._file.close()
        if done and not fcntl:  # Windows takes away no open file
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
            first = self._number(self._file.seek(0, 2))
            for number, data in enumerate(records, first):
                self._file.write(data + zlib.crc32(data, number).to_bytes(_CHECK, "big"))
            os.fsync(self._file.fileno())
        except OSError as error:
            raise HimmelError(
                f"cannot write {self._file.name}: {error.strerror or error}; the film can be resumed"
            ) from None

    def end(self) -> None:
        """The film is there, or shall never be: nothing is left to resume."""
        self._ended = True

    @property
    def _size(self) -> int:
        return 4 * math.prod(self._cells)

    def _number(self, place: int) -> int:
        """Of the record that begins at a place in the file."""
        return (place - self._head) // (self._size + _CHECK)

    def _records(self) -> Iterator[Tensor]:
        assert self._file is not None
        while True:
            number = self._number(self._file.seek(self._place))
            record = self._file.read(self._size + _CHECK)
            data, check = record[: self._size], record[self._size :]
            if len(check) != _CHECK or zlib.crc32(data, number) != int.from_bytes(check, "big"):
                return
            self._place += len(record)
            yield torch.frombuffer(bytearray(data), dtype=torch.float32).reshape(self._cells)


def _begun(path: Path, head: bytes) -> FileIO:
    """A new file, or an old one emptied: not before it is locked, as somebody may be writing into it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = _locked(path, "a+b")
    file.truncate(0)
    file.write(head)
    return file


def _resumed(path: Path, head: bytes) -> FileIO:
    try:
        file = _locked(path, "r+b")
    except FileNotFoundError:
        raise HimmelError(
            f"there is nothing to resume: {path.name} is not there; leave --resume out"
        ) from None
    if file.read(len(head)) != head:
        file.close()
        raise HimmelError(
            f"{path.name} was begun with other words, numbers or weights; repeat those, or leave "
            "--resume out to begin anew"
        )
    return file


def _locked(path: Path, mode: Literal["r+b", "a+b"]) -> FileIO:
    """The file, which is this process's alone until it is closed.

    Raises HimmelError where it is another's, and OSError where it cannot be opened.
    """
    file = path.open(mode, buffering=0)
    if not fcntl:
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        film = path.name.removesuffix(SUFFIX)
        raise HimmelError(
            f"another process is drawing {film}; wait for it or choose another name"
        ) from None
    except OSError:  # a file system that has no locks
        return file
    if not _lies_at(path, file):  # whoever had it took it away before it was locked
        file.close()
        return _locked(path, mode)
    return file


def _lies_at(path: Path, file: FileIO) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
