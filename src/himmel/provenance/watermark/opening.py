"""The label that China asks for where a film begins (GB 45438-2025): AI and "generated", in letters.

It stands still in the upper left corner for the first two seconds, and in a picture; beside it the mark
of `visible` wanders as everywhere. No font that comes with the libraries has Chinese characters, so
the label is told here stroke by stroke.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from himmel.core.values import Frames
from himmel.provenance.watermark.visible import LETTERS, RIM, Alpha, blend

SECONDS = 2.0
GLYPH = 0.08  # height of the label as a share of the shorter side; the standard asks for 0.05
LEAST = 14  # pixels; below, the characters cannot be read
_MARGIN = 0.03  # of the shorter side
_FINE = 8  # drawn so many times larger, then reduced
_STROKE, _AROUND = 0.09, 0.07  # of the height: of a line, and of the rim on each side

Line = tuple[tuple[float, float], ...]  # places (x, y) from the upper left corner, height 1


@dataclass(frozen=True)
class _Character:
    width: float  # of the height
    lines: tuple[Line, ...]


_LABEL = (
    _Character(0.80, (((0.04, 0.95), (0.36, 0.05), (0.68, 0.95)), ((0.15, 0.64), (0.57, 0.64)))),
    _Character(0.35, (((0.10, 0.05), (0.10, 0.95)),)),
    _Character(  # sheng, to bring forth
        1.08,
        (
            ((0.30, 0.06), (0.24, 0.26), (0.12, 0.46)),
            ((0.25, 0.26), (0.88, 0.26)),
            ((0.18, 0.58), (0.84, 0.58)),
            ((0.06, 0.94), (0.95, 0.94)),
            ((0.52, 0.05), (0.52, 0.94)),
        ),
    ),
    _Character(  # cheng, to become
        1.0,
        (
            ((0.17, 0.25), (0.93, 0.25)),
            ((0.17, 0.25), (0.17, 0.60), (0.05, 0.95)),
            ((0.17, 0.48), (0.44, 0.48), (0.42, 0.78), (0.31, 0.74)),
            ((0.56, 0.05), (0.60, 0.42), (0.72, 0.76), (0.90, 0.94), (0.95, 0.74)),
            ((0.84, 0.42), (0.70, 0.68), (0.46, 0.92)),
            ((0.72, 0.06), (0.84, 0.15)),
        ),
    ),
)


def draw(frames: Frames, fps: float, before: int = 0) -> Frames:
    """Frames uint8 (T, H, W, 3) with the label as long as it stands; `before` were shown already."""
    labelled = max(0, min(len(frames), math.ceil(SECONDS * fps) - before))
    if not labelled:
        return frames
    marked = frames.copy()
    for frame in marked[:labelled]:
        height, width = frame.shape[:2]
        margin = round(_MARGIN * min(height, width))
        blend(frame, stamp(height, width), margin, margin)
    return marked


@lru_cache(maxsize=8)
def stamp(height: int, width: int) -> tuple[Alpha, Alpha]:
    """Opacity of the label and of its rim for frames of a size."""
    size = max(LEAST, math.ceil(GLYPH * min(height, width)))
    return (
        _written(size, _STROKE) * np.float32(LETTERS),
        _written(size, _STROKE + 2 * _AROUND) * np.float32(RIM),
    )


def _written(size: int, stroke: float) -> Alpha:
    """The label `size` pixels high, in lines of a width, with room for its rim; from 0 to 1."""
    tall, rim = size * _FINE, math.ceil(_AROUND * size) * _FINE
    long = math.ceil(size * sum(character.width for character in _LABEL)) * _FINE
    sheet = Image.new("L", (long + 2 * rim, tall + 2 * rim))
    pen, left = ImageDraw.Draw(sheet), float(rim)
    for character in _LABEL:
        for line in character.lines:
            _stroke(pen, [(left + x * tall, rim + y * tall) for x, y in line], stroke * tall)
        left += character.width * tall
    small = sheet.resize((sheet.width // _FINE, sheet.height // _FINE), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / np.float32(255)


def _stroke(pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], width: float) -> None:
    """A line with round ends."""
    pen.line(points, fill=255, width=round(width), joint="curve")
    half = width / 2
    for x, y in points:
        pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
