"""Several clips on one picture, each as a row of frames under its title."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from himmel.core.errors import HimmelError
from himmel.core.letters import without_marks
from himmel.core.values import Frames

BACKGROUND, INK = (18, 18, 22), (235, 235, 240)
GAP = 8  # pixels between cells
LINE = 18  # pixels for a title
FONT_SIZE = 13


def contact_sheet(
    clips: Sequence[Frames], titles: Sequence[str], columns: int = 2, frames_per_clip: int = 4
) -> Image.Image:
    """Lay clips, each uint8 (T, H, W, 3), out on a grid, `frames_per_clip` frames side by side.

    Frames are spread evenly from the first to the last; a cell is as large as the largest clip needs.
    A title that is too long ends in an ellipsis, and its umlauts are spelt out: the font that comes
    with Pillow draws boxes for them. Raises HimmelError when nothing came or titles and clips differ
    in number.
    """
    if not clips or len(clips) != len(titles) or columns < 1 or frames_per_clip < 1:
        raise HimmelError(
            f"a sheet needs clips and one title each, in 1 or more columns of 1 or more frames; got "
            f"{len(clips)} clips, {len(titles)} titles, {columns} columns of {frames_per_clip} frames"
        )
    strips = [_strip(clip, frames_per_clip) for clip in clips]
    width = max(strip.shape[1] for strip in strips) + GAP
    height = max(strip.shape[0] for strip in strips) + GAP + LINE
    columns = min(columns, len(strips))
    rows = -(-len(strips) // columns)
    sheet = Image.new("RGB", (columns * width + GAP, rows * height + GAP), BACKGROUND)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(FONT_SIZE)
    for index, (strip, title) in enumerate(zip(strips, titles, strict=True)):
        left, top = index % columns * width + GAP, index // columns * height + GAP
        draw.text((left, top), _fitting(title, width - GAP, font), INK, font)
        sheet.paste(Image.fromarray(strip), (left, top + LINE))
    return sheet


def _strip(clip: Frames, count: int) -> Frames:
    """Evenly spread frames side by side: (H, n W, 3)."""
    if clip.ndim != 4 or not len(clip):
        raise HimmelError(f"a clip is uint8 (T, H, W, 3) with T >= 1; got {clip.shape}")
    picks = np.unique(np.linspace(0, len(clip) - 1, count).round().astype(int))
    return np.concatenate(list(clip[picks]), axis=1)


def _fitting(title: str, width: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    title = without_marks(" ".join(title.split()))
    if font.getlength(title) <= width:
        return title
    while title and font.getlength(title + "...") > width:
        title = title[:-1]
    return title.rstrip() + "..."
