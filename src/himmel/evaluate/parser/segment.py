"""Which pixels are the subject: those likelier to wear its paint than to belong to ground and sky."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from himmel.core.values import Frames
from himmel.evaluate.parser.tables import (
    BANDS,
    SIDE,
    Floats,
    Tables,
    bins_of,
    likely,
    profile_of,
    shares_of,
)

Mask = NDArray[np.bool_]

STRANGE = 12.0  # levels of 255 between a profile and the nearest known one that are too many
_HIDDEN = 0.25  # share of a profile that a large subject may spoil
_TRUST = 6.0  # a pixel's log-odds count no more than this
_OLD = 0.1  # share of the counted colours of a place where the clip's own are known
_FLAT = np.array([np.zeros((3, 3)), np.ones((3, 3)), np.zeros((3, 3))])  # neighbours in one frame


@dataclass(frozen=True, eq=False)
class Segmented:
    """Indices of setting, time and colour; mask (T, H, W) of the subject; painted (T, H, W): the share
    of a pixel's colour that is the paint's; odds (T, H, W): mean log-odds that it is the subject."""

    setting: int
    time: int
    colour: int
    mask: Mask
    painted: Floats
    odds: Floats


@dataclass(frozen=True, eq=False)
class Seen:
    """A clip against the tables: where it is, the bins of its pixels, what is likely behind them."""

    setting: int
    time: int
    bins: NDArray[np.int64]
    rows: NDArray[np.int64]  # (1, H, 1): the band of every row
    behind: Floats  # (BANDS, bins) log-probabilities

    def odds(self, subject: Floats) -> Floats:
        """Log-odds (T, H, W) of a subject with colours (bins,) against all else, a little smoothed."""
        table = np.clip(subject - self.behind, -_TRUST, _TRUST)
        result: Floats = ndimage.uniform_filter(table[self.rows, self.bins], (0, 3, 3))
        return result


def shrink(frames: Frames, side: int = SIDE) -> Frames:
    """Frames (T, H, W, 3) whose shorter side is `side` pixels, by area."""
    height, width = frames.shape[1:3]
    if min(height, width) == side:
        return frames
    if height % side == 0 == width % side and height // side == (step := width // side):
        total = np.zeros((len(frames), side, side, 3), np.uint32)
        for i in range(step * step):
            total += frames[:, i // step :: step, i % step :: step]
        return np.asarray((total + step * step // 2) // step**2, np.uint8)
    scale = side / min(height, width)
    down = cells(0, height, round(height * scale), height)
    across = cells(0, width, round(width * scale), width)
    lines = (frames.reshape(len(frames) * height, width, 3).transpose(0, 2, 1) @ across.T).reshape(
        len(frames), height, -1
    )
    small = (down @ lines).reshape(len(frames), len(down), 3, -1).transpose(0, 1, 3, 2)
    return (small + 0.5).astype(np.uint8)


def cells(low: float, high: float, number: int, pixels: int) -> Floats:
    """Shares (number, pixels) by which pixels of unit width lie in equal cells from low to high; what
    sticks out of the picture is empty."""
    edges = np.linspace(low, high, number + 1)
    at = np.arange(pixels)
    overlap = np.minimum(edges[1:, None], at + 1) - np.maximum(edges[:-1, None], at)
    return np.asarray(np.maximum(overlap, 0) * number / (high - low), np.float32)


def look(frames: Frames, tables: Tables) -> Seen | None:
    """Find the place of frames (T, H, W, 3), shorter side SIDE or more; None where none is like it."""
    nearest, distance = _place(frames, tables)
    if distance > STRANGE:
        return None
    height, width = frames.shape[1:3]
    square = min(height, width)
    rows = ((np.arange(height) - (height - square) // 2) * BANDS // square).clip(0, BANDS - 1)
    setting, time = (int(index) for index in tables.places[nearest])
    counted = tables.behind[setting, time]
    seen = Seen(setting, time, bins_of(frames), rows[None, :, None], counted)
    anything = np.logaddexp.reduce(tables.subjects[time], 0) - np.log(len(tables.words.colours))
    rough = largest(seen.odds(anything) > 0)
    own = _own_colours(seen, rough)
    behind = likely(_OLD * np.exp(counted) + (1 - _OLD) * own)
    return Seen(setting, time, seen.bins, seen.rows, behind)


def segment(frames: Frames, tables: Tables) -> Segmented | None:
    """The one subject of frames (T, H, W, 3); None where the place is unknown or nothing stands out."""
    if (seen := look(frames, tables)) is None:
        return None
    subjects = tables.subjects[seen.time]
    anything = np.logaddexp.reduce(subjects, 0) - np.log(len(subjects))
    mask = largest(seen.odds(anything) > 0)
    if not mask.any():
        return None
    colour = int(subjects[:, seen.bins[mask]].sum(1).argmax())
    odds = seen.odds(subjects[colour])
    painted = tables.painted[seen.time, colour][seen.bins]
    return Segmented(seen.setting, seen.time, colour, filled(largest(odds > 0)), painted, odds)


def largest(mask: Mask) -> Mask:
    """Of every frame of (T, H, W) the largest part; what is a pixel apart hangs together."""
    labels, _ = ndimage.label(grown(mask), structure=_FLAT)
    labels *= mask
    kept = np.zeros_like(mask)
    for frame, seen in zip(kept, labels, strict=True):
        sizes = np.bincount(seen.ravel())
        if len(sizes) > 1:
            frame[:] = seen == sizes[1:].argmax() + 1
    return kept


def grown(mask: Mask, pixels: int = 1) -> Mask:
    """A mask (T, H, W) and all within so many pixels of it, in its own frame."""
    result: Mask = (
        ndimage.maximum_filter(mask.view(np.uint8), (0, 2 * pixels + 1, 2 * pixels + 1)) > 0
    )
    return result


def filled(mask: Mask) -> Mask:
    """A mask (T, H, W) without the holes of its frames."""
    return np.stack([ndimage.binary_fill_holes(frame) for frame in mask])


def _place(frames: Frames, tables: Tables) -> tuple[int, float]:
    """The nearest known profile and how far away it is."""
    small = shrink(frames[:: max(1, len(frames) // 4)])
    top, left = ((length - SIDE) // 2 for length in small.shape[1:3])
    profile = profile_of(small[:, top : top + SIDE, left : left + SIDE])
    apart = np.sort(np.abs(tables.profiles - profile), axis=1)
    distances = apart[:, : round((1 - _HIDDEN) * len(profile))].mean(1)
    return int(distances.argmin()), float(distances.min())


def _own_colours(seen: Seen, mask: Mask) -> Floats:
    """Shares (BANDS, bins) of colours by height outside of the subject, from every other frame."""
    free = ~grown(mask[::2], 2)
    band = np.broadcast_to(seen.rows, free.shape)
    bins = seen.bins[::2]
    number = seen.behind.shape[1]
    counts = np.bincount((band * number + bins)[free], minlength=BANDS * number)
    table = counts.reshape(BANDS, number).astype(np.float32)
    return shares_of(ndimage.gaussian_filter1d(table, 0.5, axis=0, mode="nearest"))
