"""The manifest of a file, whatever a stranger did to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from himmel.core.errors import HimmelError
from himmel.media.picture import PICTURE_SUFFIXES, picture_xmp
from himmel.provenance.boxes import find_xmp, is_mp4
from himmel.provenance.xmp import manifest_of


def read_manifest(path: Path) -> dict[str, Any] | None:
    """What the seal wrote into an MP4, PNG, JPEG or WebP; None for a file without our manifest.

    Nothing is verified here: a manifest can be copied from one file to another. Raises HimmelError
    for a file that is missing, damaged or carries an altered manifest.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            head = stream.read(12)
        packet = _packet(path, head)
    except OSError as error:
        raise HimmelError(f"{path} cannot be read ({error.strerror or error})") from None
    return manifest_of(packet) if packet else None


def _packet(path: Path, head: bytes) -> bytes | None:
    if is_mp4(head):
        return find_xmp(path)
    return picture_xmp(path) if path.suffix.lower() in PICTURE_SUFFIXES else None
