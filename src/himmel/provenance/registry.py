"""The registry: a row for everything made here, in one SQLite file.

A watermark says only a number; this file says what it stands for. It belongs to one house (see
identity.owner), because a mark means nothing under another key.
"""

from __future__ import annotations

import heapq
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from itertools import islice
from pathlib import Path
from typing import Any

from himmel.core.env import data_dir
from himmel.core.errors import HimmelError
from himmel.provenance.fingerprint import ALIKE, Bits, distances, unpacked

_WAIT_SECONDS = 10.0
_BLOCK = 512  # rows whose fingerprints are compared at once: some 10 MB of numbers
_SCHEMA = """
CREATE TABLE IF NOT EXISTS house (owner TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS made (
    sha256 TEXT PRIMARY KEY, mark INTEGER NOT NULL, id TEXT NOT NULL, manifest_sha256 TEXT NOT NULL,
    model TEXT NOT NULL, made_at TEXT NOT NULL, name TEXT NOT NULL, seal TEXT NOT NULL,
    fingerprint BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS made_by_mark ON made (mark);
CREATE INDEX IF NOT EXISTS made_by_seal ON made (seal);
"""


@dataclass(frozen=True)
class Row:
    """One file that was made: the SHA-256 of its bytes and of its manifest, mark, name and time.

    mark is the watermark's number, 0 to 2**32 - 1; made_at ISO 8601 in UTC; seal the name of the
    signature in it; fingerprint as provenance.fingerprint makes it.
    """

    sha256: str
    mark: int
    id: str
    manifest_sha256: str
    model: str
    made_at: str
    name: str
    seal: str = ""
    fingerprint: bytes = b""

    def told(self) -> dict[str, Any]:
        """The row as JSON holds it, without the fingerprint."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "fingerprint"}


_COLUMNS = ", ".join(f.name for f in fields(Row))


def registry_path() -> Path:
    """Where the registry of this installation is."""
    return data_dir() / "registry.sqlite"


def mark_of(identity: str) -> int:
    """The watermark's number of a clip: the first 32 bits of its identity in hexadecimal digits.

    >>> mark_of("0000000f00")
    15
    """
    return int(identity[:8], 16)


@dataclass(frozen=True)
class Registry:
    """The rows in `path`; `owner` is who may write. A file that is not there yet holds no rows.

    Every method raises HimmelError for a file that is damaged, locked, full or another house's.
    """

    path: Path
    owner: str = ""

    @classmethod
    def own(cls) -> Registry:
        """The registry of this installation. Makes its keys where there are none."""
        from himmel.provenance.identity import owner

        return cls(registry_path(), owner())

    def add(self, row: Row) -> None:
        """Keep a row; the same file again replaces its row."""
        with self._opened(write=True) as rows:
            marks = ", ".join("?" * len(fields(Row)))
            rows.execute(f"INSERT OR REPLACE INTO made ({_COLUMNS}) VALUES ({marks})", astuple(row))

    def check(self) -> None:
        """Raise HimmelError, as `add` would, where no row could be kept."""
        with self._opened(write=True):
            pass

    def by_mark(self, mark: int) -> list[Row]:
        """What bears a mark, newest first: the same request made twice has one mark."""
        return self._select("WHERE mark = ? ORDER BY made_at DESC", mark)

    def by_sha256(self, sha256: str) -> Row | None:
        """The row of exactly these bytes."""
        return next(iter(self._select("WHERE sha256 = ?", sha256)), None)

    def by_seal(self, seal: str) -> Row | None:
        """The row of the file that bears a signature."""
        return next(iter(self._select("WHERE seal = ?", seal)), None)

    def marks(self) -> list[int]:
        """Every mark that was issued, in order."""
        return [mark for (mark,) in self._read("SELECT DISTINCT mark FROM made ORDER BY mark")]

    def similar(self, seen: Bits, within: float = ALIKE, most: int = 10) -> list[tuple[Row, float]]:
        """Rows that look like hashes (N, 32), and by how many bits of 256 they differ; nearest first.

        Every row is looked at, a block of them at a time.
        """
        pairs = self._compared(seen) if len(seen) else iter(())
        near = (pair for pair in pairs if pair[1] <= within)
        return heapq.nsmallest(most, near, key=lambda pair: pair[1])

    def _compared(self, seen: Bits) -> Iterator[tuple[Row, float]]:
        found = self._read(f"SELECT {_COLUMNS} FROM made WHERE length(fingerprint) > 0")
        while block := [Row(*values) for values in islice(found, _BLOCK)]:
            apart = distances([unpacked(row.fingerprint) for row in block], seen)
            yield from zip(block, apart, strict=True)

    def _select(self, condition: str, *values: Any) -> list[Row]:
        found = self._read(f"SELECT {_COLUMNS} FROM made {condition}", *values)
        return [Row(*columns) for columns in found]

    def _read(self, question: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        if self.path.exists():
            with self._opened(write=False) as rows:
                yield from rows.execute(question, values)

    @contextmanager
    def _opened(self, write: bool) -> Iterator[sqlite3.Connection]:
        try:
            if write:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=_WAIT_SECONDS)) as rows:
                if write:
                    self._prepare(rows)
                self._check_owner(rows)
                with rows:
                    yield rows
        except (sqlite3.Error, OSError, TypeError) as error:
            raise HimmelError(
                f"the registry {self.path} cannot be used ({error}); restore it from a copy, make "
                "room, or move it away to begin a new one"
            ) from None

    def _prepare(self, rows: sqlite3.Connection) -> None:
        _begin_log(rows)
        rows.execute(
            "PRAGMA synchronous = FULL"
        )  # in WAL, less may lose the last rows with the power
        rows.executescript(_SCHEMA)
        with rows:
            rows.execute(
                "INSERT INTO house SELECT ? WHERE NOT EXISTS (SELECT 1 FROM house)", (self.owner,)
            )

    def _check_owner(self, rows: sqlite3.Connection) -> None:
        named = rows.execute("SELECT owner FROM house").fetchone()
        if named is None or named[0] != self.owner:
            raise HimmelError(
                f"the registry {self.path} belongs to another key; restore that key, or move the "
                "registry away to begin a new one"
            )


def _begin_log(rows: sqlite3.Connection) -> None:
    """Write ahead from now on. SQLite's own patience does not cover the first switch, for which it needs
    the file to itself."""
    patience = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            rows.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > patience:
                raise
            time.sleep(0.01)
