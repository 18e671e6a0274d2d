"""Where the actors of a known scene are: a render says what they and their place look like, not where
they go, so the tracks of a clip are its own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from himmel.core.values import Frames
from himmel.evaluate.parser.segment import Mask, grown
from himmel.evaluate.parser.tables import LEVELS, Floats, bins_of, count, shares_of
from himmel.evaluate.parser.track import Array, Track, track_of
from himmel.world.clip import WorldClip
from himmel.world.render import Camera

SPREAD = 9.0  # levels of 255 by which a clip's background may be off
_STRAY = 1e-4  # share of background pixels of any colour
_SHADOWS = 0.4  # share of background pixels that lie under shadows, which no one place foretells
_TRUST = 6.0
_DENSITY = (LEVELS / 256) ** 3  # bins to a cubic level
_BRIDGE = 64  # how many bridges fit into the shorter side
_STOUT = 60  # pixels of an actor of which rods and strings are told

# Costs of a way through the parts of all frames.
_CANDIDATES, _SMALLEST, _LARGEST = (
    5,
    0.15,
    3.0,
)  # parts of a frame, and their sizes over the usual one
_MISSING, _CHANGE, _PER_SIDE = 2.0, 0.5, 4.0


@dataclass(frozen=True, eq=False)
class Sight:
    """One actor in a clip: its mask (T, H, W) and its track."""

    mask: Mask
    track: Track


def find_actors(frames: Frames, reference: WorldClip, ids: tuple[int, ...] = (1,)) -> list[Sight]:
    """The actors of a clip (T, H, W, 3) that shows what `reference`, of the same shape, shows.

    Actors are told apart by colour; of those that look alike only one is found.
    """
    bins = bins_of(frames)
    known = bins_of(reference.frames)
    actors = range(1, int(reference.ids.max()) + 1)
    looks = {i: _density(count(known[reference.ids == i])) for i in actors}
    scenery = _density(count(known[reference.ids < 1]))
    place = background(frames, reference)
    near = np.square(frames.astype(np.float32) - place).sum(-1) / (2 * SPREAD**2)
    close = np.exp(-near) / (np.sqrt(2 * np.pi) * SPREAD) ** 3
    sights = []
    for own in ids:
        behind = close + _SHADOWS * scenery[bins] + _STRAY / 256**3
        for other in actors:
            if other != own:
                behind = np.maximum(behind, 0.5 * looks[other][bins])
        odds = np.log(looks[own][bins] + 1e-3 / 256**3) - np.log(behind)
        sights.append(_sight(odds, _usual_size(reference, own)))
    return sights


def background(frames: Frames, reference: WorldClip) -> Floats:
    """What lies behind the actors, (H, W, 3): the clip's own median where that is like the reference's,
    else the reference's; where actors always hide it, what is nearest."""
    own = np.median(frames, axis=0)
    hidden = reference.ids > 0
    shown = np.where(hidden[..., None], np.nan, reference.frames.astype(np.float32))
    never = hidden.all(0)
    known = own.copy()
    known[~never] = np.nanmedian(shown[:, ~never], axis=0)
    distance = np.abs(own - known).max(-1)
    mixed = np.where((distance < 3 * SPREAD)[..., None], own, known)
    if never.any() and not never.all():
        rows, columns = ndimage.distance_transform_edt(
            never, return_distances=False, return_indices=True
        )
        mixed = mixed[rows, columns]
    result: Floats = mixed.astype(np.float32)
    return result


def on_plane(camera: Camera, pixels: Array, size: tuple[int, int], y: float = 0.0) -> Array:
    """Where lines of sight through pixels (N, 2) of a picture of size (height, width) meet the upright
    plane at y: x and z (N, 2) in metres."""
    height, width = size
    shorter = min(height, width)
    right = (2 * pixels[:, :1] - width) / shorter * camera.slope
    up = (height - 2 * pixels[:, 1:]) / shorter * camera.slope
    rays = camera.forward + right * camera.right + up * camera.up
    reach = (y - camera.eye[1]) / rays[:, 1:2]
    points: Array = camera.eye + reach * rays
    return points[:, [0, 2]]


def inside(track: Track, size: tuple[int, int]) -> NDArray[np.bool_]:
    """In which frames (T,) the thing is seen and touches no edge of a picture of size (height, width)."""
    height, width = size
    with np.errstate(invalid="ignore"):
        low, high = track.boxes[:, :2].min(1) > 0, track.boxes[:, 2:] < (width, height)
    result: NDArray[np.bool_] = track.seen & low & high.all(1)
    return result


def _sight(odds: Floats, usual: float) -> Sight:
    """Follow the part that goes on most smoothly and is about as large as `usual` pixels."""
    smooth = ndimage.uniform_filter(np.clip(odds, -_TRUST, _TRUST), (0, 3, 3))
    bridge = round(min(odds.shape[1:]) / _BRIDGE)
    parts = [_parts(frame, usual, bridge) for frame in smooth > 0]
    mask = np.zeros(odds.shape, bool)
    for frame, part in zip(mask, _smoothest(parts, usual), strict=True):
        if part is not None:
            frame[:] = ndimage.binary_fill_holes(part)
    return Sight(mask, track_of(mask, _sharpness(smooth)))


def _parts(mask: Mask, usual: float, bridge: int) -> list[Mask]:
    """The parts of a mask (H, W) that may be the actor, the largest first; parts up to 2 `bridge` pixels
    apart are one, and what is thinner than three pixels, a rod or a string, belongs to none."""
    if usual > _STOUT:
        mask = ndimage.binary_opening(mask, np.ones((3, 3), bool))
    labels, number = ndimage.label(grown(mask[None], bridge)[0])
    labels *= mask
    sizes = np.bincount(labels.ravel(), minlength=number + 1)[1:]
    order = np.argsort(-sizes)[:_CANDIDATES]
    return [labels == k + 1 for k in order if _SMALLEST < sizes[k] / usual < _LARGEST]


def _smoothest(parts: list[list[Mask]], usual: float) -> list[Mask | None]:
    """Of every frame the part, or none, on the cheapest way through all frames: steps cost their length
    as a share of the shorter side, sizes how far they are off."""
    nodes: list[list[Mask | None]] = [[*found, None] for found in parts]
    costs, origins = [_node_costs(nodes[0], usual)], []
    for before, now in pairwise(nodes):
        steps = np.array([[_step(a, b) for a in before] for b in now]) + costs[-1]
        origins.append(steps.argmin(1))
        costs.append(steps.min(1) + _node_costs(now, usual))
    place = int(costs[-1].argmin())
    way = [place]
    for origin in reversed(origins):
        way.append(int(origin[way[-1]]))
    return [found[k] for found, k in zip(nodes, reversed(way), strict=True)]


def _node_costs(found: list[Mask | None], usual: float) -> Array:
    sizes = [_MISSING if part is None else abs(np.log2(part.sum() / usual)) for part in found]
    return np.array(sizes, float)


def _step(first: Mask | None, second: Mask | None) -> float:
    if first is None or second is None:
        return 0.0 if first is second else _CHANGE
    apart = np.subtract(_middle(first), _middle(second))
    return float(_PER_SIDE * np.hypot(*apart) / min(first.shape))


def _middle(mask: Mask) -> tuple[float, float]:
    rows, columns = np.nonzero(mask)
    return float(rows.mean()), float(columns.mean())


def _sharpness(odds: Floats) -> Floats:
    """From log-odds the share of a pixel that the actor covers: soft at the rim, 1 within."""
    result: Floats = np.clip(0.5 + odds / 4, 0.05, 1)
    return result


def _usual_size(reference: WorldClip, own: int) -> float:
    """The median of an actor's pixels in the frames that show it."""
    sizes = (reference.ids == own).sum((1, 2))
    return float(np.median(sizes[sizes > 0])) if sizes.any() else 1.0


def _density(counts: NDArray[np.int64]) -> Floats:
    result: Floats = shares_of(counts.astype(np.float32)) * _DENSITY
    return result
