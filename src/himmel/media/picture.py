"""Pictures: one frame to PNG, JPEG or WebP and back, with the XMP packet they carry."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, PngImagePlugin

from himmel.core.errors import HimmelError
from himmel.core.files import whole_file
from himmel.media.guard import check_name, check_size, plain_errors
from himmel.media.write import check_frames

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


def write_picture(path: Path, frame: NDArray[np.uint8], *, xmp: bytes = b"") -> None:
    """Write one frame, uint8 (H, W, 3), as .png, .jpg or .webp, with an XMP packet if there is one.

    Raises HimmelError for another suffix, a frame of another form, or a place that refuses it.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in PICTURE_SUFFIXES:
        raise HimmelError(
            f"{Path(path).name}: use a picture name with {', '.join(PICTURE_SUFFIXES)}"
        )
    check_frames(np.asarray(frame)[None])
    with whole_file(path) as temporary:
        Image.fromarray(np.ascontiguousarray(frame)).save(temporary, **_options(suffix, xmp))


def _options(suffix: str, xmp: bytes) -> dict[str, Any]:
    if suffix == ".png":
        info = PngImagePlugin.PngInfo()
        if xmp:
            info.add_itxt("XML:com.adobe.xmp", xmp.decode("utf-8"))
        return {"format": "PNG", "pnginfo": info}
    named = {"xmp": xmp} if xmp else {}
    if suffix == ".webp":
        return {"format": "WEBP", "quality": 95, **named}
    return {"format": "JPEG", "quality": 95, "subsampling": 0, **named}


def read_picture(path: Path) -> NDArray[np.uint8]:
    """A picture upright as uint8 (H, W, 3); transparency is dropped.

    Raises HimmelError for a file that is missing, no PNG, JPEG or WebP, damaged or too large.
    """
    with _opened_picture(path) as picture:
        return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))


def picture_xmp(path: Path) -> bytes | None:
    """The XMP packet of a PNG, JPEG or WebP, None without one. Raises as read_picture does."""
    with _opened_picture(path) as picture:
        packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp")
        return packet.encode("utf-8") if isinstance(packet, str) else packet


@contextmanager
def _opened_picture(path: Path) -> Iterator[Image.Image]:
    path = Path(path)
    check_name(path, PICTURE_SUFFIXES, "a picture")
    with plain_errors(path, "a picture"), warnings.catch_warnings():
        # Pillow only warns of large pictures; the limit below is stricter and refuses them.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(path, formats=("PNG", "JPEG", "WEBP")) as picture:
            check_size(path, *picture.size)
            yield picture
