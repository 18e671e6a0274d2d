"""The seal that the door uses: metadata, then a signature over all of it, then a row in the registry.

A file gets its name only after the three have succeeded; without a working certificate, registry or
disk nothing is published.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from himmel.core.errors import HimmelError
from himmel.core.files import sha256, whole_file
from himmel.core.values import Clip, Frames
from himmel.media.credentials import MEDIA_TYPES
from himmel.media.sequence import is_sequence
from himmel.provenance import identity
from himmel.provenance.credentials import (
    definition,
    new_label,
    read_credentials,
    sidecar_of,
    sign_file,
)
from himmel.provenance.identity import Identity
from himmel.provenance.registry import Registry, Row, mark_of
from himmel.provenance.seal import Manifest, MetadataSeal, Tee, Work
from himmel.provenance.xmp import AI_GENERATED, COMPOSITE


@dataclass(frozen=True)
class SignedSeal(MetadataSeal):
    """A Seal whose files carry C2PA credentials; WebM, which has no place for them, has a sidecar.

    `identity` None: the operator's certificate or our own, read anew for every file; `registry` None:
    that of this installation.
    """

    identity: Identity | None = None
    registry: Registry | None = None

    def check(self) -> None:
        """Raise HimmelError for certificates or a registry that nothing could be published with."""
        self._who().check()
        self._book().check()

    def sign(
        self,
        chunks: Iterator[Frames],
        out: Path,
        fps: float,
        manifest: Manifest,
        parents: Sequence[Path] = (),
        hold: bool = True,
    ) -> tuple[Clip | None, Manifest]:
        """Do what Seal.sign says; a sidecar does not outlive a failure."""
        beside = _sidecar(Path(out))
        before = _stamp(beside)
        try:
            return super().sign(chunks, out, fps, manifest, parents, hold)
        except BaseException:
            if beside is not None and _stamp(beside) != before:
                beside.unlink(missing_ok=True)
            raise

    def source_type(self, parents: Sequence[Path]) -> str:
        """Wholly made by a model where every parent was, and says so with our signature."""
        try:
            found = [read_credentials(parent, identity.anchors()) for parent in parents]
        except OSError as error:
            raise HimmelError(f"a source cannot be read ({error.strerror or error})") from None
        ours = [c for c in found if c is not None and c.state == "trusted"]
        wholly = len(ours) == len(parents) and all(_is_wholly_made(c.stated) for c in ours)
        return AI_GENERATED if wholly else COMPOSITE

    def stream(
        self,
        chunks: Iterator[Frames],
        file: BinaryIO,
        beside: Path,
        fps: float,
        manifest: Manifest,
        parents: Sequence[Path] = (),
    ) -> Manifest:
        """Do what Seal.stream says: the credentials hold for all bytes that were written."""
        self.check()
        work = Work(Path(beside), fps, manifest, tuple(parents), self, hold=False)
        with tempfile.NamedTemporaryFile(suffix=".mp4") as copy:
            work.flow(chunks, Tee(file, copy))
            copy.flush()
            label, told = self._told(work)
            store = sign_file(Path(copy.name), None, told, self._who(), work.parents)
            assert store is not None
            with whole_file(work.out) as temporary:
                temporary.write_bytes(store)
            self._book().add(_row(Path(copy.name), label, work, work.seen.of()))
        return work.stated

    def _told(self, work: Work) -> tuple[str, dict[str, Any]]:
        label = new_label()
        return label, definition(work.stated, label, len(work.parents), _mark(work.stated))

    def last(self, file: Path, work: Work, looks: bytes) -> None:
        """Sign, and enter the file into the registry."""
        kind = None if _sidecar(work.out) else MEDIA_TYPES.get(work.out.suffix.lower(), "image/png")
        label, told = self._told(work)
        store = sign_file(file, kind, told, self._who(), work.parents)
        beside = _sidecar(work.out)
        if store is not None and beside is not None:
            with whole_file(beside) as temporary:
                temporary.write_bytes(store)
        self._book().add(_row(file, label, work, looks))

    def _who(self) -> Identity:
        return self.identity or identity.current_identity()

    def _book(self) -> Registry:
        return self.registry or Registry.own()


def _row(file: Path, label: str, work: Work, looks: bytes) -> Row:
    stated = work.stated
    text = json.dumps(stated, sort_keys=True)
    return Row(
        sha256=sha256(file),
        mark=_mark(stated),
        id=_id(stated),
        manifest_sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        model=str(stated.get("model", "")),
        made_at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        name=work.out.name,
        seal=label,
        fingerprint=looks,
    )


def _id(stated: Manifest) -> str:
    """The manifest's own name for the frames, else one from all that it says."""
    text = json.dumps(stated, sort_keys=True)
    return str(stated.get("id") or hashlib.sha256(text.encode("utf-8")).hexdigest()[:32])


def _mark(stated: Manifest) -> int:
    return mark_of(_id(stated))


def _is_wholly_made(stated: object) -> bool:
    return isinstance(stated, dict) and stated.get("digital_source_type") == AI_GENERATED


def _sidecar(out: Path) -> Path | None:
    return None if is_sequence(out) else sidecar_of(out)


def _stamp(path: Path | None) -> tuple[int, int] | None:
    """Tells one version of a file from the next."""
    if path is None or not path.exists():
        return None
    told = path.stat()
    return told.st_ino, told.st_mtime_ns
