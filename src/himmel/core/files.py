"""Files that appear whole or not at all, and their checksums."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from himmel.core.errors import DamagedFileError, HimmelError

_LONGEST_NAME = 1024  # bytes, folders included
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\..*)?", re.IGNORECASE)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a temporary name beside `path`; move it into place on success, remove it otherwise.

    Raises HimmelError when the folder cannot be written or the disk is full.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = hidden_name(path.parent, path.suffix)
        temporary.touch(0o666, exist_ok=False)
        mode = temporary.stat().st_mode
    except OSError as error:
        raise HimmelError(f"cannot write {path}: {error.strerror or error}") from None
    try:
        yield temporary
        _into_place(temporary, path, mode)
    except OSError as error:
        raise HimmelError(f"cannot write {path}: {error.strerror or error}") from None
    finally:
        temporary.unlink(missing_ok=True)


def hidden_name(folder: Path, suffix: str = "") -> Path:
    """A name in a folder that nobody has and that `ls` does not show.

    What is made under it with the mode 0o666 or 0o777 gets what the user's umask leaves of that, which
    tempfile's own names do not, and which no program can ask for while it has several threads.
    """
    return folder / f".{secrets.token_hex(8)}{suffix}"


def surely(question: Callable[[], bool]) -> bool:
    """The answer of path.is_file and its like; no where the system gives none, as for long names.

    >>> surely(Path("a" * 300).is_file)
    False
    """
    try:
        return question()
    except OSError:
        return False


def _into_place(temporary: Path, path: Path, mode: int) -> None:
    with temporary.open("rb") as stream:
        os.fsync(stream.fileno())
    temporary.chmod(mode)  # other programs may have written it anew
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def inside(folder: Path, name: str) -> Path:
    """`folder`/`name` for a name that came out of a file: an index, a list of checksums, a benchmark.

    Raises DamagedFileError for a name that leads out of the folder, on this system or on another:
    absolute, with `..`, a backslash, a drive or a stream, a control character, a blank or full stop at
    an end, or a device of Windows. Links are followed: the hub's cache consists of them.
    """
    folder = Path(folder)
    parts = name.split("/")
    if len(name.encode("utf-8", "replace")) > _LONGEST_NAME or any(map(_leads_astray, parts)):
        raise DamagedFileError(
            f"{name[:80]!r} is no name of a file inside {folder}; do not trust it"
        )
    return folder / name


def _leads_astray(part: str) -> bool:
    odd = any(c in '\\:"<>|?*' or not c.isprintable() for c in part)
    padded = part != part.rstrip(" .").lstrip(" ")
    return odd or padded or not part or bool(_DEVICE.fullmatch(part))


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
