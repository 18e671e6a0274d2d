"""Which part of the picture is drawn anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.geometry import PixelShape
from himmel.generate.follow import near
from himmel.media.apart import read_picture
from himmel.media.guard import MAX_PIXELS
from himmel.media.picture import fitted

Box = tuple[int, int, int, int]  # x, y, width, height
Point = tuple[int, int, int]  # x, y, radius
Mask = NDArray[np.bool_]  # (H, W)
_WHITE = 128


@dataclass(frozen=True, kw_only=True)
class Region(Config):
    """One of: a picture whose white is drawn, a box in pixels of the clip, a disc round a point of its
    first frame that follows what is there, a larger canvas around it.

    sha256: of the mask's file. still: what is not drawn shows the first frame all the time.
    """

    mask: str | None = None
    sha256: str | None = None
    box: Box | None = None
    point: Point | None = None
    canvas: tuple[int, int] | None = None
    still: bool = False

    def disc(
        self, width: int, height: int, pixels: PixelShape
    ) -> tuple[tuple[float, float], float] | None:
        """Middle and radius of the point's disc in the model's picture of a clip of width x height;
        None without a point. Raises HimmelError for a point outside of the clip or what is seen of it."""
        if self.point is None:
            return None
        x, y, radius = self.point
        scale = max(pixels.width / width, pixels.height / height)
        place = (
            (x - width / 2) * scale + pixels.width / 2,
            (y - height / 2) * scale + pixels.height / 2,
        )
        if radius < 1 or not (0 <= place[0] < pixels.width and 0 <= place[1] < pixels.height):
            raise HimmelError(
                f"the point {x},{y},{radius} does not lie in what is seen of a clip of {width}x{height}; "
                "write x,y,radius in its pixels"
            )
        return place, radius * scale


def drawn_pixels(region: Region, width: int, height: int, pixels: PixelShape) -> Mask:
    """True (H, W) where the model's picture is drawn, for a clip of width x height; of what is followed
    where it is drawn in the first frame.

    Raises HimmelError for a mask of another size, a box or canvas that does not fit the clip, a part
    that is empty or leaves nothing to keep, and what media.read_picture refuses.
    """
    if (disc := region.disc(width, height, pixels)) is not None:
        return checked(near(*disc, (pixels.height, pixels.width)))
    if region.canvas is not None:
        drawn = _around(region.canvas, width, height)
    elif region.box is not None:
        drawn = _inside(region.box, width, height)
    else:
        drawn = _white(Path(str(region.mask)), width, height)
    shown = fitted(np.repeat(np.uint8(255) * drawn[..., None], 3, 2), pixels.width, pixels.height)
    return checked(shown[..., 0] >= _WHITE)


def checked(drawn: Mask) -> Mask:
    """The same mask. Raises HimmelError where all or nothing is drawn."""
    if not drawn.any():
        raise HimmelError("nothing would be drawn anew; make the part to draw larger")
    if drawn.all():
        raise HimmelError("nothing would be kept; make the part to draw smaller")
    return drawn


def _around(canvas: tuple[int, int], width: int, height: int) -> Mask:
    if canvas[0] < width or canvas[1] < height or canvas == (width, height):
        raise HimmelError(
            f"a canvas of {canvas[0]}x{canvas[1]} is not larger than the clip of {width}x{height}"
        )
    if canvas[0] * canvas[1] > MAX_PIXELS:
        raise HimmelError(
            f"a canvas of {canvas[0]}x{canvas[1]} is too large; at most {MAX_PIXELS:,} pixels are read"
        )
    drawn = np.ones((canvas[1], canvas[0]), bool)
    left, top = (canvas[0] - width) // 2, (canvas[1] - height) // 2
    drawn[top : top + height, left : left + width] = False
    return drawn


def _inside(box: Box, width: int, height: int) -> Mask:
    x, y, wide, tall = box
    if x < 0 or y < 0 or wide < 1 or tall < 1 or x + wide > width or y + tall > height:
        raise HimmelError(
            f"the box {x},{y},{wide},{tall} does not lie in a clip of {width}x{height}; write "
            "x,y,width,height in its pixels"
        )
    drawn = np.zeros((height, width), bool)
    drawn[y : y + tall, x : x + wide] = True
    return drawn


def _white(path: Path, width: int, height: int) -> Mask:
    picture = read_picture(path)
    if picture.shape[:2] != (height, width):
        raise HimmelError(
            f"the mask {path.name} is {picture.shape[1]}x{picture.shape[0]} and the clip "
            f"{width}x{height}; give both one size"
        )
    return np.asarray(picture.mean(2) >= _WHITE)
