"""Nothing leaves the house unmarked: the seal writes reviewed frames together with their manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from himmel import __version__
from himmel.core.errors import HimmelError
from himmel.core.values import Clip, Frames
from himmel.media.formats import WRITE_SUFFIXES
from himmel.media.picture import PICTURE_SUFFIXES, write_picture
from himmel.media.sequence import is_sequence
from himmel.media.write import ClipWriter, form_of
from himmel.provenance import boxes, ebml
from himmel.provenance.chunks import append_chunk
from himmel.provenance.xmp import AI_GENERATED, packet

TOOL = f"himmel {__version__}"
COMMENT = f"Made with AI by {TOOL}; digital source type {AI_GENERATED}"
_WORDS_OF_A_PERSON = ("prompt", "negative")

Manifest = dict[str, Any]  # plain values that JSON can hold


class Seal(Protocol):
    """Marks frames, writes them and says in the file where they come from."""

    def sign(
        self, chunks: Iterator[Frames], out: Path, fps: float, manifest: Manifest
    ) -> tuple[Clip, Manifest]:
        """Write reviewed chunks, uint8 (T, H, W, 3), to `out`, whole or not at all.

        The manifest is read after the last chunk and added last, so a caller may complete it while
        chunks are drawn. Returns the frames that are in the file, before lossy coding, and the
        manifest as it stands there.
        """
        ...


@dataclass(frozen=True)
class MetadataSeal:
    """A Seal that marks by metadata alone: an XMP packet and, in MP4 and WebM, a comment.

    The words of a prompt stay out of the file, only their SHA-256 goes in, unless `include_prompt`.
    `out` is .png, .jpg or, for one frame, .webp; or a film's name as ClipWriter takes it. Of single
    pictures every one carries the manifest.
    """

    include_prompt: bool = False

    def sign(
        self, chunks: Iterator[Frames], out: Path, fps: float, manifest: Manifest
    ) -> tuple[Clip, Manifest]:
        """Do what Seal.sign says. Raises HimmelError for no frames, odd sizes or a foreign suffix."""
        out = Path(out)
        if is_sequence(out) or out.suffix.lower() not in PICTURE_SUFFIXES:
            return self._sign_film(chunks, out, fps, manifest)
        first = list(islice(chunks, 2))  # a clip's first chunk may be one frame, too
        if out.suffix.lower() in WRITE_SUFFIXES and sum(map(len, first)) > 1:
            return self._sign_film(chain(first, chunks), out, fps, manifest)
        frames = _the_only_frame(chain(first, chunks), out)
        stated = complete(manifest, self.include_prompt)
        write_picture(out, frames[0], xmp=_packet(stated))
        return Clip(frames, fps), stated

    def _sign_film(
        self, chunks: Iterable[Frames], out: Path, fps: float, manifest: Manifest
    ) -> tuple[Clip, Manifest]:
        kept: list[Frames] = []
        stated: Manifest = {}

        def add_manifest(file: Path) -> None:
            stated.update(complete(manifest, self.include_prompt))
            _write_packet(file, _packet(stated))

        comment = {"comment": COMMENT} if "comment" in form_of(out).metadata else None
        with ClipWriter(out, fps, comment, finish=add_manifest) as writer:
            for chunk in chunks:
                writer.push(chunk)
                kept.append(chunk)
        return Clip(np.concatenate(kept), fps), stated


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


def _packet(stated: Manifest) -> bytes:
    return packet(stated, TOOL, description=str(stated.get("prompt", "")))


def complete(manifest: Manifest, include_prompt: bool = False) -> Manifest:
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
    stated = {"version": __version__, "digital_source_type": AI_GENERATED}
    return {**kept, **hashes, **(texts if include_prompt else {}), **stated}


def _the_only_frame(chunks: Iterable[Frames], out: Path) -> Frames:
    frames = list(chunks)
    count = sum(len(chunk) for chunk in frames)
    if count != 1:
        raise HimmelError(f"{out.name} is a picture and holds one frame; got {count}, use .mp4")
    return np.concatenate(frames)
