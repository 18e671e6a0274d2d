"""What grounds, skies and paints look like: counted in renders of their own when the parser is made.

Nothing here comes from a model or from the renders that are judged; the seeds are the parser's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, gaussian_filter1d

from himmel.core.rng import derive, numpy_rng
from himmel.core.values import Frames
from himmel.world.clip import make_clip
from himmel.world.graph import Graph, allowed, pick
from himmel.world.vocabulary import COLOURS, KINDS, MOTIONS, SETTINGS, TIMES, names

Floats = NDArray[np.float32]

SIDE = 64  # pixels of the shorter side at which a clip is read
CHROMATIC = 2  # first colours of the vocabulary that give all their trims the same tones
BANDS = 8  # of rows, each with colours of its own
_PROFILE_ROWS = 16
LEVELS = 24  # per colour channel in a table of counts
_BINS = LEVELS**3
_SAMPLES = 10  # renders of every ground at every time
_FLOOR = 2e-7  # a colour that no render showed
_PAINT = 0.7  # share of a subject that wears its paint
_SAME = 8  # levels of 255 by which a paint must differ between two renders to be one


@dataclass(frozen=True)
class Words:
    """What a parser tells apart; the core's words unless told otherwise."""

    kinds: tuple[str, ...] = names(KINDS)
    colours: tuple[str, ...] = names(COLOURS)
    settings: tuple[str, ...] = names(SETTINGS)
    times: tuple[str, ...] = names(TIMES)
    scene: str = "core"


@dataclass(frozen=True, eq=False)
class Tables:
    """Profiles (N, D) with their places (N, 2): indices of setting and time. Log-probabilities of
    colours by bin: subjects (times, colours, bins), behind (settings, times, BANDS, bins) for all that
    is not the subject; painted (times, colours, bins): the share of the subject's pixels of a bin that
    wear its paint, 0 to 1."""

    words: Words
    profiles: Floats
    places: NDArray[np.int64]
    subjects: Floats
    painted: Floats
    behind: Floats


def build_tables(words: Words) -> Tables:
    """Render and count; takes seconds."""
    places, profiles = [], []
    shape = (len(words.settings), len(words.times))
    paints = np.zeros((shape[1], len(words.colours), _BINS), np.float32)
    trims = np.zeros_like(paints)
    behind = np.zeros((*shape, BANDS, _BINS), np.float32)
    for place, shots, ids, painted in _staged(words):
        bins = bins_of(shots)  # (colours, SIDE, SIDE)
        mine = ids == 1
        for colour, seen in enumerate(bins):
            paints[place[1], colour] += count(seen[mine & painted])
            trims[place[1], colour] += count(seen[mine & ~painted])
            for band in range(BANDS):
                rows = slice(band * SIDE // BANDS, (band + 1) * SIDE // BANDS)
                behind[place][band] += count(seen[rows][~mine[rows]])
        profiles.append(profile_of(shots[:1]))
        places.append(place)
    behind = gaussian_filter1d(behind, 0.6, axis=2, mode="nearest")
    paint, trim = shares_of(paints), shares_of(trims)
    return Tables(
        words,
        np.stack(profiles),
        np.array(places),
        subjects=likely(_PAINT * paint + (1 - _PAINT) * trim),
        painted=(paint / (paint + (1 / _PAINT - 1) * trim + _FLOOR)).astype(np.float32),
        behind=likely(shares_of(behind)),
    )


def bins_of(frames: Frames) -> NDArray[np.int64]:
    """The bin of every pixel of frames (..., 3)."""
    levels = frames.astype(np.int64) * LEVELS >> 8
    result: NDArray[np.int64] = (levels[..., 0] * LEVELS + levels[..., 1]) * LEVELS + levels[..., 2]
    return result


def likely(shares: Floats) -> Floats:
    """Log-probabilities; a colour that no render showed is unlikely, not impossible."""
    result: Floats = np.log(shares + _FLOOR)
    return result


def profile_of(frames: Frames) -> Floats:
    """Colour and contrast by height of square frames (T, SIDE, SIDE, 3): (D,) in levels of 255."""
    bands = frames.reshape(len(frames), _PROFILE_ROWS, -1, SIDE, 3).astype(np.float32)
    pixels = bands.transpose(1, 0, 2, 3, 4).reshape(_PROFILE_ROWS, -1, 3)
    middle = np.median(pixels, axis=1)
    low, high = np.percentile(pixels.mean(2), [15, 85], axis=1)
    return np.concatenate([middle.ravel(), high - low]).astype(np.float32)


def _staged(
    words: Words,
) -> Iterator[tuple[tuple[int, int], Frames, NDArray[np.int32], NDArray[np.bool_]]]:
    """Of every place some scenes: frames (colours, SIDE, SIDE, 3) with the subject in every colour,
    its ids, and which pixels wear the paint."""
    for setting, where in enumerate(words.settings):
        for time, when in enumerate(words.times):
            for number in range(_SAMPLES):
                rng = numpy_rng(number, "parser", where, when)
                kind = pick(rng, words.kinds)
                motion = pick(rng, tuple(m for m in names(MOTIONS) if allowed(kind, m)))
                graph = Graph(
                    seed=derive(number, "parser", where, when), scene=words.scene, kind=kind,
                    colour=words.colours[0], setting=where, time=when, motion=motion,
                )  # fmt: skip
                made = [
                    make_clip(replace(graph, colour=colour), SIDE, frames=1)
                    for colour in words.colours
                ]
                shots = np.concatenate([clip.frames for clip in made])
                yield (setting, time), shots, made[0].ids[0], painted_in(shots)


def painted_in(shots: Frames) -> NDArray[np.bool_]:
    """Where a picture changes with the paint: (H, W) of shots (colours, H, W, 3).

    Trims change too where the paint is white or black, so only CHROMATIC colours are looked at.
    """
    spread = shots[:CHROMATIC].max(0).astype(int) - shots[:CHROMATIC].min(0)
    result: NDArray[np.bool_] = spread.max(-1) > _SAME
    return result


def count(bins: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often every bin occurs."""
    return np.bincount(bins.ravel(), minlength=_BINS)


def shares_of(counts: Floats) -> Floats:
    """Counts (..., bins) as smoothed probabilities."""
    cube = counts.reshape(-1, LEVELS, LEVELS, LEVELS)
    smooth = gaussian_filter(cube, (0, 0.8, 0.8, 0.8), mode="nearest").reshape(counts.shape)
    result: Floats = smooth / np.maximum(smooth.sum(-1, keepdims=True), 1)
    return result
