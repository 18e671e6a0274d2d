"""The mark for people: light letters with a dark rim that wander over the picture.

It is drawn at every size and on every ground; cutting it off takes more of the film than its rim, since
it crosses the picture in both directions.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from himmel.core.values import Frames

TEXT, SHORT_TEXT = "made by AI", "AI"
GLYPH = 0.055  # height of a letter as a share of the shorter side
WIDEST = 0.5  # share of the width that the words may take, else SHORT_TEXT stands there
ACROSS, UP = 4.0, 13.0  # seconds from left to right and from the bottom to the top
LETTERS, RIM = 0.95, 0.7  # opacity
_MARGIN = 0.03  # of the shorter side

Alpha = NDArray[np.float32]  # (H, W), 0 to 1


def draw(frames: Frames, fps: float, before: int = 0) -> Frames:
    """Frames uint8 (T, H, W, 3) with the mark; `before` frames of the clip were shown already."""
    marked = frames.copy()
    for number, frame in enumerate(marked):
        _draw_one(frame, (before + number) / fps)
    return marked


def _draw_one(frame: NDArray[np.uint8], seconds: float) -> None:
    """Blend the mark into a frame (H, W, 3), in place."""
    height, width = frame.shape[:2]
    drawn = stamp(height, width)
    blend(frame, drawn, *place(height, width, drawn[0].shape, seconds))


def blend(frame: NDArray[np.uint8], drawn: tuple[Alpha, Alpha], top: int, left: int) -> None:
    """Lay white letters and their dark rim over a frame (H, W, 3), in place, as far as they fit."""
    letters, rim = drawn
    part = frame[top : top + letters.shape[0], left : left + letters.shape[1]]
    inside = slice(part.shape[0]), slice(part.shape[1])
    light, dark = letters[inside][..., None], rim[inside][..., None]
    shown = part * (1 - dark) * (1 - light) + 255 * light
    part[:] = np.rint(shown).astype(np.uint8)


def place(height: int, width: int, size: tuple[int, ...], seconds: float) -> tuple[int, int]:
    """Row and column of the mark's top left corner at a time; it begins at the bottom left."""
    margin = round(_MARGIN * min(height, width))
    down, right = (max(0, n) for n in (height - size[0] - 2 * margin, width - size[1] - 2 * margin))
    row, column = down * (1 - _to_and_fro(seconds / UP)), right * _to_and_fro(seconds / ACROSS)
    return margin + round(row), margin + round(column)


def _to_and_fro(way: float) -> float:
    """From 0 to 1 and back again, twice in 4.

    >>> [_to_and_fro(way) for way in (0, 0.5, 1, 1.5, 2)]
    [0, 0.5, 1, 0.5, 0]
    """
    return 1 - abs(way % 2 - 1)


@lru_cache(maxsize=8)
def stamp(height: int, width: int) -> tuple[Alpha, Alpha]:
    """Opacity of the letters and of their rim for frames of a size."""
    long = _written(TEXT, GLYPH * min(height, width))
    if long[0].shape[1] <= WIDEST * width:
        return long
    return _written(SHORT_TEXT, GLYPH * min(height, width))


def _written(text: str, least: float) -> tuple[Alpha, Alpha]:
    """Opacities of a text whose capitals are at least so many pixels high."""
    from PIL import Image, ImageDraw, ImageFont

    size = max(6, round(least))
    font = ImageFont.load_default(size)
    while (box := font.getbbox("A"))[3] - box[1] < least:
        size += 1
        font = ImageFont.load_default(size)
    stroke = max(1, round(size / 8))
    left, top, right, bottom = font.getbbox(text, stroke_width=stroke)
    planes = []
    for opacity, width in ((LETTERS, 0), (RIM, stroke)):
        sheet = Image.new("L", (int(right - left), int(bottom - top)))
        pen = ImageDraw.Draw(sheet)
        pen.text((-left, -top), text, font=font, fill=255, stroke_width=width)
        planes.append(np.asarray(sheet, np.float32) * np.float32(opacity / 255))
    return planes[0], planes[1]
