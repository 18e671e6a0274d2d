"""PNG, JPEG and WebP, still or moving: to frames and back, with the XMP packet they carry."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence, PngImagePlugin

from himmel.core.errors import HimmelError
from himmel.core.files import whole_file
from himmel.media.guard import check_limit, check_name, check_size, plain_errors
from himmel.media.source import STILL_SUFFIXES, Colours, decoded, opened
from himmel.media.write import check_frames

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
_PILLOW_SUFFIXES = (*PICTURE_SUFFIXES, ".apng")
LANCZOS, BICUBIC = Image.Resampling.LANCZOS, Image.Resampling.BICUBIC


def write_picture(
    path: Path,
    frame: NDArray[np.uint8],
    *,
    xmp: bytes = b"",
    finish: Callable[[Path], None] | None = None,
) -> None:
    """Write one frame, uint8 (H, W, 3), as .png, .jpg or .webp, with an XMP packet if there is one.

    `finish` is called with the complete file before it gets its name: the place for what comes last.
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
        if finish is not None:
            finish(temporary)


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
    """A picture, or the first frame of a moving one, upright as uint8 (H, W, 3).

    Transparency is dropped. Raises HimmelError for a file that is missing, no picture by name or
    content, damaged or too large.
    """
    path = Path(path)
    if path.suffix.lower() not in STILL_SUFFIXES:
        return next(picture_frames(path))[0]
    with opened(path) as source:
        for frame, _ in decoded(source, 0.0):
            return Colours()(frame)
    raise HimmelError(f"{path.name} holds no picture; it is damaged or cut off")


def fitted(
    picture: NDArray[np.uint8], width: int, height: int, filter: Image.Resampling = LANCZOS
) -> NDArray[np.uint8]:
    """The largest part from the middle of (H, W, 3) that has the aspect asked, at width x height."""
    image = Image.fromarray(picture)
    if image.size == (width, height):
        return picture
    cut = ImageOps.fit(image, (width, height), filter)
    return np.asarray(cut)


def is_picture(path: Path) -> bool:
    """Whether a file is one of the kinds that Pillow reads here, by its name."""
    return Path(path).suffix.lower() in _PILLOW_SUFFIXES


def picture_frames(path: Path) -> Iterator[tuple[NDArray[np.uint8], Fraction]]:
    """Frames of a PNG, JPEG or WebP, uint8 (H, W, 3), and the seconds at which they appear.

    Raises HimmelError as read_picture does.
    """
    seconds = Fraction(0)
    with _opened_picture(path) as picture:
        for frame in _moving(picture):
            yield _rgb(ImageOps.exif_transpose(frame)), seconds
            seconds += _milliseconds(frame) / 1000


def probe_picture(path: Path) -> tuple[int, int, int, float, str, bool]:
    """(width, height, frames, seconds, codec, has transparency); a still lasts 0 seconds.

    Raises HimmelError as read_picture does.
    """
    with _opened_picture(path) as picture:
        alpha = picture.has_transparency_data
        codec = str(picture.format).lower()
        durations = [_milliseconds(frame) for frame in _moving(picture)]
        picture.seek(0)
        width, height = ImageOps.exif_transpose(picture).size
    seconds = float(sum(durations) / 1000) if len(durations) > 1 else 0.0
    return width, height, len(durations), seconds, codec, alpha


def _moving(picture: Image.Image) -> Iterator[Image.Image]:
    """All frames but the still that an APNG keeps for programs that show only one."""
    frames = ImageSequence.Iterator(picture)
    if picture.info.get("default_image"):
        next(frames)
    for frame in frames:
        frame.load()
        yield frame


def _milliseconds(frame: Image.Image) -> Fraction:
    """How long a frame stays; APNG's delays are fractions of a second with a small divisor."""
    return Fraction(frame.info.get("duration", 0)).limit_denominator(10_000)


def _rgb(picture: Image.Image) -> NDArray[np.uint8]:
    if picture.mode.startswith("I;16"):  # Pillow would clip 16 bits of grey at 255
        grey = np.asarray(picture).astype(np.uint16) >> 8
        return np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)
    return np.asarray(picture.convert("RGB"))


def picture_xmp(path: Path) -> bytes | None:
    """The XMP packet of a PNG, JPEG or WebP, None without one. Raises as read_picture does."""
    with _opened_picture(path) as picture:
        packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp")
        return packet.encode("utf-8") if isinstance(packet, str) else packet


@contextmanager
def _opened_picture(path: Path) -> Iterator[Image.Image]:
    path = Path(path)
    check_name(path, _PILLOW_SUFFIXES + STILL_SUFFIXES, "a picture")
    with plain_errors(path, "a picture"), warnings.catch_warnings():
        # Pillow only warns of large pictures; the limit below is stricter and refuses them.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(path, formats=("PNG", "JPEG", "WEBP")) as picture:
            check_size(path, *picture.size)
            check_limit(path, "frames", getattr(picture, "n_frames", 1))
            yield picture
