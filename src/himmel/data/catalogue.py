"""Every clip below a folder in one SQLite file: found by hash or address, up to date in a moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from himmel.core.errors import HimmelError
from himmel.core.rights import rights_of
from himmel.core.shards import folders_below, index_of, lines_of

NAME = "catalogue.sqlite"
AGREED = ("licence", "holder", "consent")  # what all records of one clip have to say alike
OnProgress = Callable[[int, int], None]

_TABLES = """
CREATE TABLE IF NOT EXISTS shards (folder TEXT, shard TEXT, lines TEXT, PRIMARY KEY (folder, shard));
CREATE TABLE IF NOT EXISTS clips (sha256 TEXT, source TEXT, licence TEXT, holder TEXT, consent TEXT,
    kin TEXT, sample TEXT, folder TEXT, shard TEXT, place INTEGER);
CREATE INDEX IF NOT EXISTS by_sha256 ON clips (sha256);
CREATE INDEX IF NOT EXISTS by_source ON clips (source);
CREATE INDEX IF NOT EXISTS by_shard ON clips (folder, shard);
CREATE TABLE IF NOT EXISTS removals (key TEXT, day TEXT, reason TEXT, done INTEGER DEFAULT 0);
"""


@dataclass(frozen=True)
class Row:
    """One clip in one shard: its record in short, and where it lies (`folder` below the root)."""

    sha256: str
    source: str
    licence: str
    holder: str
    consent: str
    kin: str
    sample: str
    folder: str
    shard: str
    place: int


@dataclass(frozen=True)
class Pending:
    """A removal that was asked for and is not finished."""

    key: str
    day: str
    reason: str


class Catalogue:
    """The clips below `root`, kept in root/catalogue.sqlite. HimmelError where that cannot be used.

    The shards are the truth: the file may be deleted at any time and is made anew, but for the list of
    removals that are not finished.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(root)
        if not self.root.is_dir():
            raise HimmelError(f"{self.root} is no folder; give one that holds shards")
        try:
            self._base = sqlite3.connect(self.root / NAME)
            self._base.executescript(_TABLES)
        except sqlite3.Error as error:
            raise HimmelError(
                f"{self.root / NAME} cannot be used ({error}); move it away, it is made anew"
            ) from None

    def close(self) -> None:
        """Let the file go."""
        self._base.close()

    def __enter__(self) -> Catalogue:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def refresh(self, on_progress: OnProgress = lambda done, of: None) -> None:
        """Read the shards that have changed since the last time. Raises HimmelError at a bad record."""
        present = dict(self._present())
        known = {(f, s): h for f, s, h in self._base.execute("SELECT * FROM shards")}
        with self._base:
            for gone in set(known) - set(present):
                self._forget(*gone)
            stale = [place for place, lines in present.items() if known.get(place) != lines]
            for done, place in enumerate(stale):
                self._forget(*place)
                self._base.executemany(
                    f"INSERT INTO clips VALUES ({'?, ' * 9}?)", self._rows(*place)
                )
                self._base.execute("INSERT INTO shards VALUES (?, ?, ?)", (*place, present[place]))
                on_progress(done + 1, len(stale))

    def find(self, key: str) -> list[Row]:
        """All places of a clip, by its SHA-256 or an address it came from: the same bytes may lie under
        other addresses, too."""
        by_address = "SELECT sha256 FROM clips WHERE source = ?"
        return self._selected(f"WHERE sha256 = ? OR sha256 IN ({by_address})", key, key)

    def rows(self) -> Iterator[Row]:
        """Every place of every clip, in order."""
        yield from self._selected("")

    def kin(self, groups: Iterable[str]) -> list[Row]:
        """Clips that show the same material as one of some groups."""
        return [row for kin in groups for row in self._selected("WHERE kin = ?", kin)]

    def count(self, column: str) -> dict[str, int]:
        """Number of clips, each counted once, by licence, source, holder or consent; one that lies under
        several sources counts for the first of them by name.

        Raises HimmelError where records of one clip contradict each other.
        """
        if column not in ("source", *AGREED):
            raise HimmelError(f"clips are not counted by {column}")
        for conflict in self.conflicts({column}):
            raise HimmelError(conflict)
        each = f"SELECT MIN({column}) AS said FROM clips GROUP BY sha256"
        by = f"SELECT said, COUNT(*) FROM ({each}) GROUP BY said ORDER BY 2 DESC, 1"
        return dict(self._base.execute(by).fetchall())

    def conflicts(self, columns: Container[str] = AGREED) -> list[str]:
        """One sentence for each clip whose records differ in one of AGREED that is among `columns`."""
        return [
            f"clip {digest} has the {column} {first!r} in one record and {last!r} in another; correct "
            "them, or take the clip out with: himmel data remove"
            for column in AGREED
            if column in columns
            for digest, first, last in self._base.execute(
                f"SELECT sha256, MIN({column}), MAX({column}) FROM clips GROUP BY sha256 "
                f"HAVING MIN({column}) != MAX({column})"
            )
        ]

    def digests(self) -> list[str]:
        """The SHA-256 of every clip, sorted, each once."""
        found = self._base.execute("SELECT DISTINCT sha256 FROM clips ORDER BY sha256")
        return [digest for (digest,) in found]

    @contextmanager
    def removing(self, keys: Iterable[str], day: str, reason: str) -> Iterator[None]:
        """Note a removal before it begins, and that it is finished when it is."""
        keys = list(keys)
        each = [(key,) for key in keys]
        with self._base:
            self._base.executemany("DELETE FROM removals WHERE key = ? AND NOT done", each)
            self._base.executemany(
                "INSERT INTO removals (key, day, reason) VALUES (?, ?, ?)",
                [(key, day, reason) for key in keys],
            )
        yield
        with self._base:
            self._base.executemany("UPDATE removals SET done = 1 WHERE key = ?", each)

    def pending(self) -> list[Pending]:
        """Removals that were interrupted."""
        found = self._base.execute("SELECT key, day, reason FROM removals WHERE NOT done")
        return [Pending(*values) for values in found]

    def _selected(self, where: str, *values: str) -> list[Row]:
        found = self._base.execute(
            f"SELECT * FROM clips {where} ORDER BY folder, shard, place", values
        )
        return [Row(*row) for row in found]

    def _present(self) -> Iterator[tuple[tuple[str, str], str]]:
        for folder in folders_below(self.root):
            name = folder.relative_to(self.root).as_posix()
            for shard, entry in index_of(folder)["shards"].items():
                yield (name, shard), entry["sha256"][1]

    def _forget(self, folder: str, shard: str) -> None:
        for table in ("clips", "shards"):
            self._base.execute(
                f"DELETE FROM {table} WHERE folder = ? AND shard = ?", (folder, shard)
            )

    def _rows(self, folder: str, shard: str) -> Iterator[tuple[str | int, ...]]:
        for place, line in enumerate(lines_of(self.root / folder, shard)):
            r = rights_of(line)
            told = (r.sha256, r.source, r.licence, r.holder, r.consent, r.group)
            yield (*told, str(line.get("id")), folder, shard, place)
