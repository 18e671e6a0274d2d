"""Pictures that a person hands in: found, fitted to the clip, and written into its canvas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor

from himmel.conditions.canvas import Canvas
from himmel.conditions.channels import pictures_shown
from himmel.conditions.pixels import picture_at
from himmel.core.cards import Storyboard
from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.files import sha256
from himmel.core.geometry import PixelShape
from himmel.core.values import Frames, Known, Request
from himmel.generate.config import SystemConfig
from himmel.media.apart import frames_of, probe, read_picture
from himmel.media.picture import fitted
from himmel.models.video_codec import VideoCodec


@dataclass(frozen=True, kw_only=True)
class Picture(Config):
    """A file whose picture the clip shows at a frame, counted from 0, kept with a strength in [0, 1]."""

    path: str
    sha256: str
    frame: int
    strength: float


def plan_pictures(
    known: Sequence[Known], config: SystemConfig, pixels: PixelShape
) -> tuple[tuple[Picture, ...], tuple[str, ...]]:
    """The pictures with their frames counted from 0, and notes on what fitting them leaves out.

    Every file is read once here, so that what cannot be used is refused before any work. Raises
    HimmelError for weights that were not trained for it or need what is not given, frames outside the
    clip or named twice, and what media.read_picture refuses.
    """
    pictures: list[Picture] = []
    notes: list[str] = []
    for item in known:
        frame = item.frame + pixels.frames if item.frame < 0 else item.frame
        _check(item, frame, config, pixels, [p.frame for p in pictures])
        notes += _note_on_fit(Path(item.path), pixels)
        digest = sha256(Path(item.path))
        pictures.append(Picture(path=item.path, sha256=digest, frame=frame, strength=item.strength))
    _check_needed(config, {p.frame for p in pictures}, pixels)
    return tuple(pictures), tuple(notes)


def pictures_of(
    request: Request, starts: Sequence[int], config: SystemConfig, pixels: PixelShape
) -> tuple[tuple[Picture, ...], tuple[str, ...]]:
    """The pictures and films with which the segments of a longer film begin, at their frames.

    Raises HimmelError as plan_pictures does, and for a picture inside a film that is not a card's.
    """
    cards = request.cards if isinstance(request, Storyboard) else ()
    if any(item.frame for item in request.known):
        raise HimmelError("a longer film keeps a picture at its beginning; leave the others out")
    given = [(0, item, False) for item in request.known]
    for start, card in zip(starts, cards, strict=True) if cards else ():
        given += [(start, Known(path=p), p == card.clip) for p in (card.image, card.clip) if p]
    pictures: list[Picture] = []
    notes: list[str] = []
    found: tuple[Picture, ...]
    for start, item, is_clip in given:
        if is_clip:
            probe(Path(item.path))
            found = (
                Picture(path=item.path, sha256=sha256(Path(item.path)), frame=0, strength=1.0),
            )
        else:
            found, said = plan_pictures((item,), config, pixels)
            notes += said
        pictures += [picture.replace(frame=start) for picture in found]
    return tuple(pictures), tuple(notes)


def _check(
    item: Known, frame: int, config: SystemConfig, pixels: PixelShape, taken: list[int]
) -> None:
    if not _can(frame, config, pixels):
        what = "to keep pictures inside a clip" if frame else "to begin with a picture"
        raise HimmelError(f"these weights were not trained {what}; leave {item.path} out")
    if config.shows_pictures and item.strength != 1:
        raise HimmelError(f"these weights keep {item.path} whole; leave its strength at 1")
    if not 0 <= frame < pixels.frames:
        raise HimmelError(f"frame {item.frame} lies outside a clip of {pixels.frames} frames")
    if frame in taken:
        raise HimmelError(f"two pictures for frame {frame}; keep one of them")


def _can(frame: int, config: SystemConfig, pixels: PixelShape) -> bool:
    if frame == 0:
        return "first" in config.conditions
    last = frame == pixels.frames - 1 and "last" in config.conditions
    return last or "keyframe" in config.conditions


def _check_needed(config: SystemConfig, given: set[int], pixels: PixelShape) -> None:
    for name, frame, option in (
        ("first", 0, "--image"),
        ("last", pixels.frames - 1, "--last-image"),
    ):
        if name in config.needed and frame not in given:
            raise HimmelError(
                f"these weights draw from a {name} picture; give one with {option} or choose a model "
                "for text to video"
            )


def _note_on_fit(path: Path, pixels: PixelShape) -> list[str]:
    height, width = read_picture(path).shape[:2]
    if height * pixels.width == width * pixels.height:
        return []
    return [
        f"{path.name} is {width}x{height}; its middle is cut out to fit {pixels.width}x{pixels.height}"
    ]


def with_pictures(
    canvas: Canvas,
    pictures: Sequence[Picture],
    codec: VideoCodec,
    pixels: PixelShape,
    shown: bool = False,
) -> Canvas:
    """The canvas with every picture at its frame, or `shown` beside it in channels of their own."""
    frames = {
        p: _values(frame)
        for p, frame in zip(pictures, read_pictures(pictures, pixels), strict=True)
    }
    if shown:
        return pictures_shown(codec, {p.frame: values for p, values in frames.items()})(canvas)
    for picture, values in frames.items():
        canvas = picture_at(codec, values, picture.frame, picture.strength)(canvas)
    return canvas


def read_pictures(pictures: Sequence[Picture], pixels: PixelShape) -> list[Frames]:
    """The pictures, uint8 (H, W, 3) each, in the clip's size."""
    return [fitted(read_picture(Path(p.path)), pixels.width, pixels.height) for p in pictures]


def read_film(picture: Picture, frames: int, fps: float, pixels: PixelShape) -> Tensor:
    """Up to so many first frames of a film, (1, 3, T, H, W) in [-1, 1] in the clip's size."""
    read = islice(frames_of(Path(picture.path), fps=fps), frames)
    shown = [_values(fitted(f.frame, pixels.width, pixels.height)) for f in read]
    if not shown:
        raise HimmelError(f"{picture.path} shows no frames; leave it out")
    return torch.stack(shown, 1)[None]


def _values(frame: Frames) -> Tensor:
    """A picture (3, H, W) in [-1, 1]."""
    return torch.tensor(frame).permute(2, 0, 1).float() / 127.5 - 1


def token_positions(canvas: Canvas, patch: tuple[int, int, int]) -> Tensor | None:
    """Positions (N, 3) of the canvas's tokens, or None where they lie on the grid.

    A token lies where its first cell does, counted in tokens.
    """
    frames, rows, columns = canvas.x0.shape[2:]
    if frames == canvas.frames:
        return None
    if patch[0] != 1:
        raise HimmelError("keyframes need a transformer whose tokens are one latent frame long")
    cells = canvas.positions.view(frames, rows, columns, 3)[:, :: patch[1], :: patch[2]]
    return (cells / torch.tensor(patch)).reshape(-1, 3)
