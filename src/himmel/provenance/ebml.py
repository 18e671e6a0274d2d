"""The XMP packet of a WebM: a tag named XMP, appended as the last element of its segment.

Elements: RFC 8794 (EBML) and RFC 9559 (Matroska); tags may stand anywhere and more than once. Nothing
in the file moves; only the segment's length is written anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from himmel.core.errors import DamagedFileError
from himmel.provenance.boxes import MAX_PACKET

EBML, SEGMENT = 0x1A45DFA3, 0x18538067
TAGS, TAG, TARGETS, SIMPLE_TAG = 0x1254C367, 0x7373, 0x63C0, 0x67C8
TAG_NAME, TAG_STRING = 0x45A3, 0x4487
NAME = b"XMP"
MAX_ELEMENTS = 100_000  # of a segment; an hour in clusters of a second has fewer
MAX_DEPTH = 3

Element = tuple[int, int, int | None]  # identifier, where the content starts, its length if known


def is_ebml(head: bytes) -> bool:
    """True for the first bytes of a WebM or Matroska file (4 or more)."""
    return head[:4] == EBML.to_bytes(4, "big")


def append_xmp(path: Path, packet: bytes) -> None:
    """Add an XMP packet to a WebM in place.

    Raises DamagedFileError for another file, or one whose segment does not reach to its end.
    """
    named = _element(TAG_NAME, NAME) + _element(TAG_STRING, packet)
    tags = _element(TAGS, _element(TAG, _element(TARGETS, b"") + _element(SIMPLE_TAG, named)))
    with Path(path).open("r+b") as stream:
        start, length = _segment(stream, path)
        stream.seek(start - 12)
        long = stream.read(5) == SEGMENT.to_bytes(4, "big") + b"\x01"  # a length in 8 bytes
        if not long or length is None or start + length != stream.seek(0, 2):
            raise DamagedFileError(f"{Path(path).name} has no place for a manifest")
        stream.write(tags)
        stream.seek(start - 8)
        stream.write(_number(length + len(tags)))


def find_xmp(path: Path) -> bytes | None:
    """The last XMP packet of a WebM, None without one; what follows live clusters is not looked at.

    Raises DamagedFileError for elements that do not fit the file, or a packet beyond MAX_PACKET bytes.
    """
    found = None
    with Path(path).open("rb") as stream:
        start, length = _segment(stream, path)
        end = stream.seek(0, 2) if length is None else start + length
        for kind, at, size in _elements(stream, start, end, path):
            if size is None:
                break
            if kind == TAGS and size <= MAX_PACKET + 1024:
                found = _xmp_of(stream, at, at + size, path) or found
            elif kind == TAGS:
                raise DamagedFileError(f"{Path(path).name} holds tags of {size:,} bytes")
    return found


def _xmp_of(stream: BinaryIO, start: int, end: int, path: Path, deep: int = 0) -> bytes | None:
    """The text of the first tag named XMP between two bytes; tags in tags in tags are not looked at."""
    found: dict[int, bytes] = {}
    for kind, at, size in _elements(stream, start, end, path):
        if kind in (TAG, SIMPLE_TAG) and size is not None:
            inside = _xmp_of(stream, at, at + size, path, deep + 1) if deep < MAX_DEPTH else None
            if inside is not None:
                return inside
        elif kind in (TAG_NAME, TAG_STRING) and size is not None:
            stream.seek(at)
            found[kind] = stream.read(size)
    return found.get(TAG_STRING) if found.get(TAG_NAME) == NAME else None


def _segment(stream: BinaryIO, path: Path) -> tuple[int, int | None]:
    """Where the segment's content starts, and its length where that is known."""
    end = stream.seek(0, 2)
    for kind, start, length in _elements(stream, 0, end, path):
        if kind == SEGMENT:
            return start, length
        if length is None:
            break
    raise DamagedFileError(f"{Path(path).name} is damaged: it holds no segment")


def _elements(stream: BinaryIO, at: int, end: int, path: Path) -> Iterator[Element]:
    """The elements between two bytes; one of unknown length is the last."""
    for _ in range(MAX_ELEMENTS):
        if at >= end:
            return
        stream.seek(at)
        kind, _ = _read_number(stream, path, marked=True)
        length, width = _read_number(stream, path)
        start = stream.tell()
        unknown = length == (1 << 7 * width) - 1
        if not unknown and start + length > end:
            break
        yield kind, start, None if unknown else length
        if unknown:
            return
        at = start + length
    raise DamagedFileError(f"{Path(path).name} is damaged or cut off at byte {at}")


def _read_number(stream: BinaryIO, path: Path, marked: bool = False) -> tuple[int, int]:
    """A number of 1 to 8 bytes, as many as its first byte says, with or without that mark."""
    first = stream.read(1)
    width = 9 - first[0].bit_length() if first else 9
    rest = stream.read(width - 1) if width <= 8 else b""
    if width > 8 or len(rest) < width - 1:
        raise DamagedFileError(f"{Path(path).name} is damaged or cut off")
    value = int.from_bytes(first + rest, "big")
    return (value if marked else value & ((1 << 7 * width) - 1)), width


def _number(length: int) -> bytes:
    """A length in 8 bytes."""
    return (1 << 56 | length).to_bytes(8, "big")


def _element(kind: int, content: bytes) -> bytes:
    return kind.to_bytes((kind.bit_length() + 7) // 8, "big") + _number(len(content)) + content
