"""Who was refused what, without what they wrote: one row a decision, hashes instead of texts and films.

A row can be found again by the number that the appeal names. The hash is keyed with a file beside the
rows, so that nobody who only has the rows can try out likely prompts. Rows of an earlier himmel have no
`clips`, and their `pictures` are hashes of names.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from himmel.core.cards import Storyboard
from himmel.core.errors import HimmelError
from himmel.core.files import sha256
from himmel.core.plain import parse_json
from himmel.core.values import Decision, Request

KEY = "decisions.key"
UNREAD = "unread:"  # stands before the hash of a name, where the file could not be read
_DECIDED = ("stage", "allowed", "category", "rule", "reason", "checks")
FIELDS = ("number", "time", "prompt", "negative", "pictures", "clips", *_DECIDED, "appeal")


@dataclass(frozen=True)
class Audit:
    """Appends rows to a file of JSON lines. Raises HimmelError where it cannot be written."""

    path: Path

    def add(self, request: Request, decision: Decision) -> str:
        """Write a row; returns its number, 12 hexadecimal digits."""
        row = self.row(request, decision)
        line = (json.dumps(row, ensure_ascii=False) + "\n").encode()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                if os.write(handle, line) != len(line):
                    raise OSError("the disk took only a part of the row")
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise HimmelError(f"the decision cannot be written to {self.path}: {error}") from None
        return str(row["number"])

    def row(self, request: Request, decision: Decision) -> dict[str, Any]:
        """A decision as it is kept: the same request, files, rule and key give the same number, and any
        other thing asked, or bytes of a picture or film, another one."""
        pictures, clips = _given(request)
        marks = {path: self._content(path) for path in (*pictures, *clips)}
        asked = _marked(request.to_dict(), marks)
        number = json.dumps(
            [asked, decision.stage, decision.rule, decision.category], sort_keys=True
        )
        return {
            "number": self._hash(number)[:12],
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "prompt": self._hash(request.prompt),
            "negative": self._hash(request.negative) if request.negative else None,
            "pictures": [marks[path] for path in pictures],
            "clips": [marks[path] for path in clips],
            **{name: getattr(decision, name) for name in _DECIDED},
            "appeal": None if decision.allowed else decision.appeal,
        }

    def _content(self, path: str) -> str:
        """The keyed hash of a file's SHA-256; of its name, and marked, where it cannot be read."""
        try:
            return self._hash(sha256(Path(path)))
        except (OSError, ValueError):
            return UNREAD + self._hash(path)

    def _hash(self, text: str) -> str:
        return hmac.new(
            self._key(), text.encode("utf-8", "surrogatepass"), hashlib.sha256
        ).hexdigest()

    def _key(self) -> bytes:
        path = self.path.with_name(KEY)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                _make_key(path)
            key = path.read_bytes()
        except OSError as error:
            raise HimmelError(f"the key of decisions cannot be kept at {path}: {error}") from None
        if len(key) != 32:
            raise HimmelError(f"{path} is no key of 32 bytes; remove it and a new one is made")
        return key


def _make_key(path: Path) -> None:
    """Put a whole key in place, never over another: who comes second goes on with the first one's."""
    key = secrets.token_bytes(32)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{KEY}-")
    try:
        _write(handle, key)
        _into_place(Path(name), path, key)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()


def _into_place(temporary: Path, path: Path, key: bytes) -> None:
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # a disk without links, such as FAT: the key may be seen half-written, but once
        _write(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), key)


def _write(handle: int, key: bytes) -> None:
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())


def _given(request: Request) -> tuple[list[str], list[str]]:
    """Pictures and films that a person hands in, those of a storyboard's cards included."""
    cards = request.cards if isinstance(request, Storyboard) else ()
    pictures = [*request.pictures, *(card.image for card in cards if card.image)]
    return pictures, [*request.clips, *(card.clip for card in cards if card.clip)]


def _marked(value: Any, marks: Mapping[str, str]) -> Any:
    """Plain values with hashes of files in place of their names: a copy of a film is the same film."""
    if isinstance(value, dict):
        return {name: _marked(held, marks) for name, held in value.items()}
    if isinstance(value, list):
        return [_marked(held, marks) for held in value]
    return marks.get(value, value) if isinstance(value, str) else value


def read(path: Path) -> list[dict[str, Any]]:
    """All rows of a file, older ones as they are. Raises HimmelError for a file that is none."""
    try:
        with path.open(encoding="utf-8") as lines:
            return [parse_json(line) for line in lines]
    except (OSError, ValueError) as error:
        raise HimmelError(f"{path} holds no decisions: {error}") from None
