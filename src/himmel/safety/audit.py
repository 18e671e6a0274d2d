"""Who was refused what, without what they wrote: one row a decision, hashes instead of texts.

A row can be found again by the number that the appeal names. The hash is keyed with a file beside the
rows, so that nobody who only has the rows can try out likely prompts.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from himmel.core.errors import HimmelError
from himmel.core.plain import parse_json
from himmel.core.values import Decision, Request

KEY = "decisions.key"
FIELDS = (
    "number", "time", "prompt", "negative", "pictures", "stage", "allowed", "category", "rule", "reason",
    "checks", "appeal",
)  # fmt: skip


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
        """A decision as it is kept: the same request, rule and key give the same number."""
        prompt = self._hash(request.prompt)
        return {
            "number": self._hash(f"{prompt} {decision.stage} {decision.rule}")[:12],
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "prompt": prompt,
            "negative": self._hash(request.negative) if request.negative else None,
            "pictures": list(map(self._hash, request.pictures)),
            **{name: getattr(decision, name) for name in FIELDS[5:11]},
            "appeal": None if decision.allowed else decision.appeal,
        }

    def _hash(self, text: str) -> str:
        return hmac.new(
            self._key(), text.encode("utf-8", "surrogatepass"), hashlib.sha256
        ).hexdigest()

    def _key(self) -> bytes:
        path = self.path.with_name(KEY)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "wb") as file:
                    file.write(secrets.token_bytes(32))
            except FileExistsError:
                pass
            key = path.read_bytes()
        except OSError as error:
            raise HimmelError(f"the key of decisions cannot be kept at {path}: {error}") from None
        if len(key) != 32:
            raise HimmelError(f"{path} is no key of 32 bytes; remove it and a new one is made")
        return key


def read(path: Path) -> list[dict[str, Any]]:
    """All rows of a file. Raises HimmelError for a file that is none."""
    try:
        return [parse_json(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise HimmelError(f"{path} holds no decisions: {error}") from None
