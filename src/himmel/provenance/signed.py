"""The seal that the door uses: metadata, then a signature over all of it, then a row in the registry.

A file gets its name only after the three have succeeded; without a working certificate, registry or
disk nothing is published.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from himmel.core.env import operators_certificate
from himmel.core.errors import HimmelError
from himmel.core.files import sha256, whole_file
from himmel.core.values import Clip, Frames
from himmel.media.credentials import MEDIA_TYPES
from himmel.media.sequence import is_sequence
from himmel.provenance import identity
from himmel.provenance.credentials import (
    SIDECAR,
    Credentials,
    definition,
    new_label,
    read_credentials,
    readable,
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

    def publish(self, work: Work, chunks: Iterator[Frames]) -> tuple[Clip | None, Manifest]:
        """Do what MetadataSeal.publish says. A sidecar stays if, and only if, its film has got its name;
        else the film that was there before keeps its own."""
        before = _stamp(work.out)
        try:
            return super().publish(work, chunks)
        finally:
            _settle(work, named=_stamp(work.out) != before)

    def source_type(self, parents: Sequence[Path]) -> str:
        """Wholly made by a model where every parent was, and says so with our signature."""
        anchors = identity.anchors() if parents else b""
        found = [_credentials_of(parent, anchors) for parent in parents]
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
            label, store = self._signed(Path(copy.name), None, work)
            assert store is not None
            with whole_file(work.out) as temporary:
                temporary.write_bytes(store)
                self._book().add(_row(Path(copy.name), label, work, work.seen.of()))
        return work.stated

    def last(self, file: Path, work: Work, looks: bytes) -> None:
        """Sign, and enter the file into the registry."""
        kind = None if _sidecar(work.out) else MEDIA_TYPES.get(work.out.suffix.lower(), "image/png")
        label, store = self._signed(file, kind, work)
        if store is not None:
            work.beside = _place_beside(work.out)
            with whole_file(work.beside) as temporary:
                temporary.write_bytes(store)
        self._book().add(_row(file, label, work, looks))

    def _signed(self, file: Path, kind: str | None, work: Work) -> tuple[str, bytes | None]:
        """The name of the signature, and the credentials where they do not lie inside."""
        who, label = self._who(), new_label()
        told = definition(work.stated, label, len(work.parents), _mark(work.stated))
        store = sign_file(file, kind, told, who, work.parents)
        if self.identity is None and operators_certificate() is not None:
            identity.remember(who.chain)
        return label, store

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
        name=readable(work.out),
        seal=label,
        fingerprint=looks,
    )


def _id(stated: Manifest) -> str:
    """The manifest's own name for the frames, else one from all that it says."""
    text = json.dumps(stated, sort_keys=True)
    return str(stated.get("id") or hashlib.sha256(text.encode("utf-8")).hexdigest()[:32])


def _mark(stated: Manifest) -> int:
    return mark_of(_id(stated))


def _credentials_of(source: Path, anchors: bytes) -> Credentials | None:
    """None as well for those that nobody could look at: they prove nothing, and stop nothing."""
    try:
        return read_credentials(source, anchors)
    except OSError as error:
        raise HimmelError(f"a source cannot be read ({error.strerror or error})") from None
    except HimmelError:
        return None


def _is_wholly_made(stated: object) -> bool:
    return isinstance(stated, dict) and stated.get("digital_source_type") == AI_GENERATED


def _sidecar(out: Path) -> Path | None:
    return None if is_sequence(out) else sidecar_of(out)


def _place_beside(out: Path) -> Path:
    """Where a new sidecar is written. A new film never stands without one, so its sidecar comes first;
    where a film or a sidecar is already, that pair has to last until the new film has its name."""
    beside = out.with_suffix(SIDECAR)
    if beside.is_dir():  # found now, because afterwards the old film is gone
        raise HimmelError(f"cannot write {beside}: it is a folder; move it away")
    taken = out.exists() or beside.exists()
    return beside.with_name(f".{uuid.uuid4().hex}{SIDECAR}") if taken else beside


def _settle(work: Work, named: bool) -> None:
    """Give a sidecar its name, or take it away where the film did not get its own."""
    if work.beside is None:
        return
    if not named:
        work.beside.unlink(missing_ok=True)
        return
    try:
        work.beside.replace(work.out.with_suffix(SIDECAR))
    except OSError as error:
        raise HimmelError(
            f"{work.out.name} is written, but its sidecar lies in {work.beside.name} "
            f"({error.strerror or error}); rename it to {work.out.stem}{SIDECAR}"
        ) from None


def _stamp(path: Path) -> tuple[int, int] | None:
    """Tells one version of a file from the next."""
    if not path.exists():
        return None
    told = path.stat()
    return told.st_ino, told.st_mtime_ns
