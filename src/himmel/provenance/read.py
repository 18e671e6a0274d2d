"""The manifest of a file, whatever a stranger did to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from himmel.core.errors import HimmelError
from himmel.media.apart import picture_xmp
from himmel.media.picture import is_picture
from himmel.provenance import boxes, chunks, ebml
from himmel.provenance.xmp import manifest_of


def read_manifest(path: Path) -> dict[str, Any] | None:
    """What the seal wrote into a film or picture; None for a file without our manifest.

    Nothing is verified here: a manifest can be copied from one file to another. Raises HimmelError
    for a file that is missing, damaged or carries an altered manifest.
    """
    packet = read_packet(path)
    return manifest_of(packet) if packet else None


def read_packet(path: Path) -> bytes | None:
    """The XMP packet of a film or picture, ours or another's; None without one.

    Raises HimmelError for a file that is missing or damaged.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            head = stream.read(12)
        return _packet(path, head)
    except OSError as error:
        raise HimmelError(f"{path} cannot be read ({error.strerror or error})") from None


def _packet(path: Path, head: bytes) -> bytes | None:
    if boxes.is_mp4(head):
        return boxes.find_xmp(path)
    if ebml.is_ebml(head):
        return ebml.find_xmp(path)
    if chunks.is_gif(head):
        return chunks.gif_xmp(path)
    return picture_xmp(path) if is_picture(path) else None
