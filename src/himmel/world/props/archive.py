"""A stranger's zip, read in memory: nothing is unpacked, and no claim in it is believed."""

from __future__ import annotations

import hashlib
import posixpath
import zipfile
import zlib
from pathlib import Path

from himmel.core.errors import DamagedFileError, HimmelError

SUFFIXES = (".sh3f", ".zip")
_MOST_ENTRIES = 20_000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


class Archive:
    """The files of a zip by name. Raises DamagedFileError for what is none or holds too many."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        try:
            self._zip = zipfile.ZipFile(self.path)
            entries = self._zip.infolist()
        except (*_BROKEN, ValueError) as error:
            raise DamagedFileError(
                f"{self.path.name} is no zip that can be read: {error}"
            ) from None
        if len(entries) > _MOST_ENTRIES:
            raise DamagedFileError(
                f"{self.path.name} holds {len(entries)} files; {_MOST_ENTRIES} are the most"
            )
        self._entries = {entry.filename: entry for entry in entries}

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str, most: int) -> bytes:
        """The bytes of a file, `most` at most whatever its header says.

        Raises HimmelError for a name that is not there, and for a larger or damaged file.
        """
        if name not in self._entries:
            raise HimmelError(f"{self.path.name} holds no {name[:120]!r}; the set is not complete")
        try:
            with self._zip.open(self._entries[name]) as stream:
                data = stream.read(most + 1)
        except _BROKEN as error:
            raise DamagedFileError(
                f"{name[:120]!r} in {self.path.name} cannot be read: {error}"
            ) from None
        if len(data) > most:
            raise DamagedFileError(
                f"{name[:120]!r} in {self.path.name} is larger than {most >> 20} MiB; it is refused"
            )
        return data

    def day_of(self, name: str) -> str:
        """The date of a file, as in 2016-02-10."""
        year, month, day = self._entries[name].date_time[:3]
        return f"{year:04}-{month:02}-{day:02}"


def beside(name: str, other: str) -> str:
    """The name of a file that another one in the same zip refers to, from its own folder on.

    Raises HimmelError for one that leads out of the zip.
    """
    found = posixpath.normpath(posixpath.join(posixpath.dirname(name), other.replace("\\", "/")))
    if found.startswith(".."):
        raise HimmelError(
            f"{name[:120]!r} refers to {other[:120]!r} outside its zip; it is refused"
        )
    return found


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
