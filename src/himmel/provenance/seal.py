"""Nothing leaves the house unmarked: the seal writes reviewed frames together with their manifest.

Here is the unsigned half; provenance.signed adds the signature and the registry, and is what the door
uses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np

from himmel import __version__
from himmel.core.errors import HimmelError
from himmel.core.values import Clip, Frames
from himmel.media.formats import CHINA_LABEL, WRITE_SUFFIXES
from himmel.media.picture import PICTURE_SUFFIXES, write_picture
from himmel.media.sequence import is_sequence
from himmel.media.write import ClipWriter, Sink, StreamWriter, form_of
from himmel.provenance import boxes, ebml
from himmel.provenance.chunks import append_chunk
from himmel.provenance.fingerprint import Growing
from himmel.provenance.xmp import AI_GENERATED, COMPOSITE, china_label, packet

TOOL = f"himmel {__version__}"
COMMENT = f"Made with AI by {TOOL}; digital source type {AI_GENERATED}"
_WORDS_OF_A_PERSON = ("prompt", "negative", "drawn_prompt")

Manifest = dict[str, Any]  # plain values that JSON can hold


class Seal(Protocol):
    """Marks frames, writes them and says in the file where they come from."""

    def check(self) -> None:
        """Raise HimmelError for a seal that could sign nothing: before the work, not after it."""
        ...

    def sign(
        self,
        chunks: Iterator[Frames],
        out: Path,
        fps: float,
        manifest: Manifest,
        parents: Sequence[Path] = (),
        hold: bool = True,
    ) -> tuple[Clip | None, Manifest]:
        """Write reviewed chunks, uint8 (T, H, W, 3), to `out`, whole or not at all.

        The manifest is read after the last chunk and added last, so a caller may complete it while
        chunks are drawn. `parents` are the files that the frames were made from. Returns the frames
        that are in the file, before lossy coding, and the manifest as it stands there. Without `hold`
        frames are let go as they are written and None is returned for them.
        """
        ...

    def stream(
        self,
        chunks: Iterator[Frames],
        file: BinaryIO,
        beside: Path,
        fps: float,
        manifest: Manifest,
        parents: Sequence[Path] = (),
    ) -> Manifest:
        """Write reviewed chunks to an open file as MP4 in fragments, while they come.

        The manifest is the last thing in the stream; what seals all bytes of it lies in the file
        `beside`, which appears after the last of them.
        """
        ...


@dataclass(frozen=True)
class MetadataSeal:
    """The part of a seal that is not signed: an XMP packet and, in MP4 and WebM, a comment.

    The words of a prompt stay out of the file, only their SHA-256 goes in, unless `include_prompt`.
    `out` is .png, .jpg or, for one frame, .webp; or a film's name as ClipWriter takes it. Of single
    pictures every one carries the manifest.
    """

    include_prompt: bool = False

    def check(self) -> None:
        """Nothing is needed to write metadata."""

    def sign(
        self,
        chunks: Iterator[Frames],
        out: Path,
        fps: float,
        manifest: Manifest,
        parents: Sequence[Path] = (),
        hold: bool = True,
    ) -> tuple[Clip | None, Manifest]:
        """Do what Seal.sign says. Raises HimmelError for no frames, odd sizes or a foreign suffix."""
        self.check()
        return self.publish(Work(Path(out), fps, manifest, tuple(parents), self, hold), chunks)

    def publish(self, work: Work, chunks: Iterator[Frames]) -> tuple[Clip | None, Manifest]:
        """Write frames to `work.out`, as the picture, pictures or film that its name asks for."""
        if is_sequence(work.out) or work.out.suffix.lower() not in PICTURE_SUFFIXES:
            return work.film(chunks)
        first = list(islice(chunks, 2))  # a clip's first chunk may be one frame, too
        whole = chain(first, chunks)
        if work.out.suffix.lower() in WRITE_SUFFIXES and sum(map(len, first)) > 1:
            return work.film(whole)
        return work.picture(whole)

    def stream(
        self,
        chunks: Iterator[Frames],
        file: BinaryIO,
        beside: Path,
        fps: float,
        manifest: Manifest,
        parents: Sequence[Path] = (),
    ) -> Manifest:
        """Do what Seal.stream says; without a signature there is nothing to put beside it."""
        self.check()
        work = Work(Path(beside), fps, manifest, tuple(parents), self, hold=False)
        work.flow(chunks, file)
        return work.stated

    def source_type(self, parents: Sequence[Path]) -> str:
        """IPTC's digital source type of what is made from `parents`."""
        return COMPOSITE if parents else AI_GENERATED

    def last(self, file: Path, work: Work, looks: bytes) -> None:
        """What is done to a complete file before it gets its name, after everything else; `looks` is
        the fingerprint of its frames."""


@dataclass
class Work:
    """One file, or one sequence of pictures, on its way out. Frames are kept only with `hold`.

    `beside` is a sidecar that was written, under its own name or one that it has for now.
    """

    out: Path
    fps: float
    manifest: Manifest
    parents: tuple[Path, ...]
    seal: MetadataSeal
    hold: bool = True
    kept: list[Frames] = field(default_factory=list)
    seen: Growing = field(default_factory=Growing)
    stated: Manifest = field(default_factory=dict)
    done: int = 0
    beside: Path | None = None

    def picture(self, chunks: Iterable[Frames]) -> tuple[Clip | None, Manifest]:
        """Write the only frame."""
        frames = _the_only_frame(self._watched(chunks), self.out)
        self._state()
        finish = partial(self.seal.last, work=self, looks=self.seen.of())
        write_picture(self.out, frames[0], xmp=self.packet, finish=finish)
        return self._clip(), self.stated

    def film(self, chunks: Iterable[Frames]) -> tuple[Clip | None, Manifest]:
        """Write frames as they come."""
        told = self._fields() if form_of(self.out).metadata else None
        with ClipWriter(self.out, self.fps, told, finish=self._finish_film) as writer:
            for chunk in self._watched(chunks):
                writer.push(chunk)
        return self._clip(), self.stated

    def flow(self, chunks: Iterable[Frames], file: Sink) -> None:
        """Write frames into a stream as they come, and then what is stated."""
        with StreamWriter(file, self.fps, self._fields()) as writer:
            for chunk in self._watched(chunks):
                writer.push(chunk)
                file.flush()
        self._state()
        file.write(boxes.xmp_box(self.packet))
        file.flush()

    @property
    def packet(self) -> bytes:
        """The XMP packet of what is stated."""
        return packet(self.stated, TOOL, description=str(self.stated.get("prompt", "")))

    def _watched(self, chunks: Iterable[Frames]) -> Iterator[Frames]:
        for chunk in chunks:
            self.seen.add(chunk)
            if self.hold:
                self.kept.append(chunk)
            yield chunk

    def _fields(self) -> dict[str, str]:
        """What a film says in its container's own fields."""
        label = china_label(self.manifest)
        return {"comment": COMMENT, **({CHINA_LABEL: label} if label else {})}

    def _clip(self) -> Clip | None:
        return Clip(np.concatenate(self.kept), self.fps) if self.hold else None

    def _state(self) -> None:
        source = self.seal.source_type(self.parents)
        self.stated = complete(self.manifest, self.seal.include_prompt, source)

    def _finish_film(self, file: Path) -> None:
        """A film comes here once, single pictures one by one."""
        if not self.stated:
            self._state()
        _write_packet(file, self.packet)
        part = (self.done, self.done + 1) if is_sequence(self.out) else (0, None)
        self.done += 1
        self.seal.last(file, self, self.seen.of(*part))


class Tee:
    """Writes to two files."""

    def __init__(self, *files: Sink) -> None:
        self._files = files

    def write(self, data: bytes) -> int:
        """The same bytes to each."""
        for file in self._files:
            file.write(data)
        return len(data)

    def flush(self) -> None:
        """Hand on what waits."""
        for file in self._files:
            file.flush()


def _write_packet(file: Path, xmp: bytes) -> None:
    """Add an XMP packet to a finished film, in place. Raises DamagedFileError for one without room."""
    with file.open("rb") as stream:
        head = stream.read(12)
    if boxes.is_mp4(head):
        boxes.append_xmp(file, xmp)
    elif ebml.is_ebml(head):
        ebml.append_xmp(file, xmp)
    else:
        append_chunk(file, xmp)


def complete(
    manifest: Manifest, include_prompt: bool = False, source_type: str = AI_GENERATED
) -> Manifest:
    """The manifest as a seal writes it: with version and source type, prompts as their SHA-256.

    >>> sorted(complete({"seed": 7, "prompt": "a red bus"}))
    ['digital_source_type', 'prompt_sha256', 'seed', 'version']
    """
    texts = {k: str(manifest[k]) for k in _WORDS_OF_A_PERSON if manifest.get(k)}
    kept = {k: v for k, v in manifest.items() if k not in _WORDS_OF_A_PERSON}
    hashes = {
        f"{k}_sha256": hashlib.sha256(v.encode("utf-8", "surrogatepass")).hexdigest()
        for k, v in texts.items()
    }
    stated = {"version": __version__, "digital_source_type": source_type}
    return {**kept, **hashes, **(texts if include_prompt else {}), **stated}


def _the_only_frame(chunks: Iterable[Frames], out: Path) -> Frames:
    frames = list(chunks)
    count = sum(len(chunk) for chunk in frames)
    if count != 1:
        raise HimmelError(f"{out.name} is a picture and holds one frame; got {count}, use .mp4")
    return np.concatenate(frames)
