"""How many things of a sort a clip shows, and how two of them stand to each other.

A render of what was asked says which colours the things have and how large they are, not where they
are: whatever has these colours rather than those of the rest of the render is one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from himmel.core.values import Frames
from himmel.world.clip import WorldClip

Mask = NDArray[np.bool_]

_LEVELS = 16  # of a colour channel in a table of counts
_STRAY = 1e-4  # share of pixels that may have any colour
_READ = 5  # frames of a clip that are counted
_SURE = 1.75  # log-odds of a pixel that counts
_FRAGMENT = 0.35  # of the usual size, below which a part is no thing
_APART = (
    0.05  # of the narrower one's width, the gap that two things beside each other have at least
)
_ON, _UNDER = 0.3, 0.02  # of the lower one's height, into which the upper one reaches at most


@dataclass(frozen=True)
class Box:
    """Edges in pixels, ends exclusive."""

    left: int
    top: int
    right: int
    bottom: int


def colour_odds(frames: Frames, reference: WorldClip, ids: Sequence[int]) -> NDArray[np.float64]:
    """Log-odds (T, H, W) that a pixel belongs to the actors `ids` of the reference, by colour alone."""
    bins = _bins(reference.frames)
    own = np.isin(reference.ids, ids)
    odds = np.log(_shares(bins[own]) + 1e-9) - np.log(_shares(bins[~own]))
    smooth: NDArray[np.float64] = ndimage.uniform_filter(odds[_bins(frames)], (0, 3, 3))
    return smooth


def _bins(frames: Frames) -> NDArray[np.int64]:
    levels = frames.astype(np.int64) * _LEVELS // 256
    result: NDArray[np.int64] = (levels[..., 0] * _LEVELS + levels[..., 1]) * _LEVELS + levels[
        ..., 2
    ]
    return result


def _shares(bins: NDArray[np.int64]) -> NDArray[np.float64]:
    """How often each colour occurs (LEVELS cubed,), a little of it given to its neighbours."""
    counts = np.bincount(bins, minlength=_LEVELS**3).reshape((_LEVELS,) * 3).astype(np.float64)
    spread = ndimage.gaussian_filter(counts, 0.6, mode="nearest").ravel()
    result: NDArray[np.float64] = (1 - _STRAY) * spread / max(spread.sum(), 1) + _STRAY / len(
        spread
    )
    return result


def count_things(frames: Frames, reference: WorldClip, ids: Sequence[int]) -> int:
    """How many things like the actors `ids` of the reference a clip (T, H, W, 3) of its size shows: the
    middle one of several frames' counts."""
    usual = _usual_size(reference, ids)
    spread = np.unique(np.linspace(0, len(frames) - 1, _READ).round().astype(int))
    odds = colour_odds(frames[spread], reference, ids)
    return int(np.median([len(_parts(frame > _SURE, _FRAGMENT * usual)) for frame in odds]))


def boxes_of(frames: Frames, reference: WorldClip) -> list[Box] | None:
    """The box of every actor of the reference in the middle frame of a clip; None where one is unseen."""
    ids = [thing["id"] for thing in reference.truth["objects"]]
    middle = frames[len(frames) // 2][None]
    odds = np.stack([colour_odds(middle, reference, [i])[0] for i in ids])
    best = odds.argmax(0)
    boxes = []
    for number, own in enumerate(ids):
        mask = (odds[number] > _SURE) & (best == number)
        parts = _parts(mask, _FRAGMENT * _usual_size(reference, [own]))
        if not parts:
            return None
        boxes.append(_box(max(parts, key=lambda part: int(part.sum()))))
    return boxes


def relation_of(subject: Box, other: Box) -> str:
    """How the other stands to the subject in the picture: left, right, on, under, front or behind."""
    narrow = min(subject.right - subject.left, other.right - other.left)
    gap = max(subject.left, other.left) - min(subject.right, other.right)
    if gap > _APART * narrow:
        return "left" if other.left < subject.left else "right"
    if other.bottom <= subject.top + _ON * (subject.bottom - subject.top):
        return "on"
    if subject.bottom <= other.top + _UNDER * (other.bottom - other.top):
        return "under"
    return "front" if other.bottom > subject.bottom else "behind"


def relations_right(frames: Frames, reference: WorldClip) -> bool:
    """Whether every other thing of the reference's graph stands in a clip as it was asked."""
    boxes = boxes_of(frames, reference)
    asked = [other["relation"] for other in reference.truth["graph"].get("others", ())]
    if boxes is None or len(boxes) != len(asked) + 1:
        return False
    return [relation_of(boxes[0], box) for box in boxes[1:]] == asked


def _usual_size(reference: WorldClip, ids: Sequence[int]) -> float:
    """Pixels of one of the actors where it is seen at all."""
    sizes = [int((frame == i).sum()) for frame in reference.ids for i in ids]
    seen = [size for size in sizes if size]
    return float(np.median(seen)) if seen else 1.0


def _parts(mask: Mask, fewest: float) -> list[Mask]:
    mask = ndimage.binary_closing(np.pad(mask, 1))[1:-1, 1:-1]
    labels, number = ndimage.label(mask, structure=np.ones((3, 3)))
    sizes = np.bincount(labels.ravel())
    return [labels == k for k in range(1, number + 1) if sizes[k] >= max(fewest, 1)]


def _box(mask: Mask) -> Box:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
