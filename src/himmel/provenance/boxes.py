"""The XMP box of an MP4: appended after the last box, so that no offset in the file moves.

Box layout: ISO/IEC 14496-12 section 4.2; the identifier of XMP: XMP Specification Part 3, section
"MPEG-4".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from himmel.core.errors import DamagedFileError

XMP_UUID = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")
MAX_PACKET = 1 << 20
MAX_BOXES = 10_000  # top-level boxes
MAX_STREAMED = 100_000  # of a stream: an hour in fragments of a tenth of a second has 72,000
_STREAMED = (
    64  # bytes that a box of a stream has at the least, on the average: those of bombs have 8
)
_HEADER = struct.Struct(">I4s")


def is_mp4(head: bytes) -> bool:
    """True for the first bytes of an MP4 or MOV file (8 or more)."""
    return head[4:8] == b"ftyp"


def append_xmp(path: Path, packet: bytes) -> None:
    """Add an XMP packet to an MP4 in place. Raises DamagedFileError for a file that is no MP4."""
    with Path(path).open("r+b") as stream:
        for _ in _boxes(stream, path):
            pass  # walks to the end, where another box may stand
        stream.seek(0, 2)
        stream.write(xmp_box(packet))


def xmp_box(packet: bytes) -> bytes:
    """A box that holds an XMP packet, to stand at the end of an MP4."""
    size = _HEADER.size + len(XMP_UUID) + len(packet)
    return _HEADER.pack(size, b"uuid") + XMP_UUID + packet


def find_xmp(path: Path) -> bytes | None:
    """The last XMP packet of an MP4, None without one.

    Raises DamagedFileError for boxes that do not fit the file, or a packet beyond MAX_PACKET bytes.
    """
    packet = None
    with Path(path).open("rb") as stream:
        for kind, start, size in _boxes(stream, path):
            stream.seek(start)
            if kind != b"uuid" or stream.read(len(XMP_UUID)) != XMP_UUID:
                continue
            length = size - len(XMP_UUID)
            if length > MAX_PACKET:
                raise DamagedFileError(f"{Path(path).name} holds an XMP packet of {length:,} bytes")
            packet = stream.read(length)
    return packet


def _too_many(count: int, size: int) -> bool:
    """Whether no film has so many boxes in so many bytes."""
    return count >= MAX_BOXES and (count >= MAX_STREAMED or size < count * _STREAMED)


def _boxes(stream: BinaryIO, path: Path) -> Iterator[tuple[bytes, int, int]]:
    """Top-level boxes as (kind, where the content starts, its length)."""
    end = stream.seek(0, 2)
    at = count = 0
    while at < end:
        stream.seek(at)
        header = stream.read(_HEADER.size)
        if len(header) < _HEADER.size or _too_many(count, at):
            raise DamagedFileError(f"{Path(path).name} is damaged or cut off at byte {at}")
        size, kind = _HEADER.unpack(header)
        used = _HEADER.size
        if size == 1:  # a 64-bit length follows
            size, used = int.from_bytes(stream.read(8), "big"), used + 8
        elif size == 0:  # up to the end of the file
            size = end - at
        if size < used or at + size > end:
            raise DamagedFileError(f"{Path(path).name} is damaged or cut off at byte {at}")
        yield kind, at + used, size - used
        at, count = at + size, count + 1
