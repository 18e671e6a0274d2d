"""The XMP packet of moving PNG, WebP and GIF: one chunk more, where other programs look for it.

Places: XMP Specification Part 3, sections "PNG" and "GIF 89a"; WebP Container Specification, "Extended
File Format". Files are small beside films, so they are read and written whole.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from pathlib import Path

from himmel.core.errors import DamagedFileError
from himmel.provenance.boxes import MAX_PACKET

Bytes = bytes | mmap.mmap

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_BEGUN = len(_PNG) + 25  # signature and the header chunk; text before the picture is read first
_GIF = (b"GIF87a", b"GIF89a")
_GIF_XMP = b"XMP DataXMP"
# Whoever skips this block by its lengths lands, from any byte of the packet, on the final zeros.
_GIF_TRAILER = b"\x01" + bytes(range(255, -1, -1)) + b"\x00"
_EXTENSION, _PICTURE, _END = 0x21, 0x2C, 0x3B
_HAS_XMP = 0x04  # a flag of WebP's VP8X chunk


def is_gif(head: bytes) -> bool:
    """True for the first bytes of a GIF (6 or more)."""
    return head[:6] in _GIF


def append_chunk(path: Path, packet: bytes) -> None:
    """Add an XMP packet to a moving PNG, WebP or GIF in place. Raises DamagedFileError for others."""
    data = Path(path).read_bytes()
    if data.startswith(_PNG):
        changed = _png(data, packet)
    elif data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8X":
        changed = _webp(data, packet)
    elif is_gif(data):
        place = _pictures_of(data)
        block = bytes([_EXTENSION, 0xFF, len(_GIF_XMP)]) + _GIF_XMP + packet + _GIF_TRAILER
        changed = data[:place] + block + data[place:]
    else:
        raise DamagedFileError(f"{Path(path).name} has no place for a manifest")
    Path(path).write_bytes(changed)


def _png(data: bytes, packet: bytes) -> bytes:
    # keyword, end of keyword, not compressed, method, no language, no translation
    body = b"iTXtXML:com.adobe.xmp" + b"\x00" * 5 + packet
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:_PNG_BEGUN] + chunk + data[_PNG_BEGUN:]


def _webp(data: bytes, packet: bytes) -> bytes:
    padded = packet + b"\x00" * (len(packet) % 2)
    chunk = b"XMP " + struct.pack("<I", len(packet)) + padded
    flags = bytes([data[20] | _HAS_XMP])
    size = struct.pack("<I", len(data) + len(chunk) - 8)
    return data[:4] + size + data[8:20] + flags + data[21:] + chunk


def gif_xmp(path: Path) -> bytes | None:
    """The last XMP packet of a GIF, None without one.

    Raises DamagedFileError for blocks that do not fit the file, or a packet beyond MAX_PACKET bytes.
    """
    with (
        Path(path).open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        found = _gif_xmp(data, path)
    if found is not None and len(found) > MAX_PACKET:
        raise DamagedFileError(f"{Path(path).name} holds an XMP packet of {len(found):,} bytes")
    return found


def _gif_xmp(data: Bytes, path: Path) -> bytes | None:
    found = None
    try:
        at = _pictures_of(data)
        while (kind := data[at]) != _END:
            if kind == _EXTENSION:
                name = data[at + 3 : at + 3 + data[at + 2]]
                end = _skipped(data, at + 2)
                if data[at + 1] == 0xFF and name == _GIF_XMP:
                    found = data[at + 3 + len(name) : end - len(_GIF_TRAILER)]
            elif kind == _PICTURE:  # descriptor, colours of its own, size of the code, data
                end = _skipped(data, at + 11 + _colours(data[at + 9]))
            else:
                raise IndexError
            at = end
    except IndexError:
        raise DamagedFileError(f"{Path(path).name} is damaged or cut off") from None
    return found


def _pictures_of(data: Bytes) -> int:
    """Where the blocks of a GIF begin: after its header and the colours that all frames share."""
    return 13 + _colours(data[10])


def _colours(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _skipped(data: Bytes, at: int) -> int:
    """The byte after a chain of sub-blocks, each led by its length, the last of length 0."""
    while data[at]:
        at += 1 + data[at]
    return at + 1
