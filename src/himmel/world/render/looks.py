"""Looks: what becomes of a finished picture, told from its ids and depth where light is not enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from himmel.core.errors import HimmelError

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_FOCUS = 6.5  # metres: what a miniature shows sharp
_GRADE = 255.0


def _grey(rgb: Floats) -> Floats:
    """(H, W, 1) brightness with the contrast of old film."""
    luma = (rgb @ _LUMA)[..., None]
    return _clipped(1.12 * luma**0.9 - 0.05)


def black_and_white(rgb: Floats, ids: Ints, depth: Floats) -> Floats:
    """All three channels alike."""
    return np.repeat(_grey(rgb), 3, axis=2)


def sepia(rgb: Floats, ids: Ints, depth: Floats) -> Floats:
    """Brown tones that darken towards the corners."""
    height, width = ids.shape
    y, x = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None]
    corner = np.float32(1) - 0.22 * (x * x + y * y).astype(np.float32)[..., None] ** 1.5
    tone = np.array([0.62, 0.92, 1.45], np.float32)  # exponents: light stays cream, dark goes brown
    return _clipped((0.06 + 0.94 * _grey(rgb) ** tone) * corner)


def toy(rgb: Floats, ids: Ints, depth: Floats) -> Floats:
    """Glaring colours, and a lens so near that only the subject's distance is sharp."""
    reach = np.minimum(depth, 40.0)
    blur = np.clip(np.abs(1 / reach - 1 / _FOCUS) * 9 - 0.15, 0, 1)
    unsharp = np.where(ids >= 1, 0, blur).astype(np.float32)[..., None]
    radius = max(1, round(len(ids) / 28))
    behind = (ids < 1).astype(np.float32)[
        ..., None
    ]  # the subject must not bleed into its surroundings
    around = _blurred(rgb * behind, radius) / np.maximum(_blurred(behind, radius), 1e-3)
    soft = rgb + (around - rgb) * unsharp
    luma = (soft @ _LUMA)[..., None]
    vivid = np.clip(luma + 1.75 * (soft - luma), 0, 1)
    return _clipped(1.12 * vivid**0.9)


def neon(rgb: Floats, ids: Ints, depth: Floats) -> Floats:
    """Dark surfaces with rims that glow in their colour."""
    luma = rgb.max(axis=2, keepdims=True)
    hue = (rgb / np.maximum(luma, 0.08)) ** 1.6
    rim = _blurred(_rims(rgb, ids, depth), 1)
    inside = np.where(ids >= 1, 0.3, 0.1).astype(np.float32)[..., None]
    lines = _spread(hue * np.minimum(2.2 * rim, 1.0), max(1, round(len(ids) / 40)))
    return _clipped(inside * rgb * rgb + lines)


def paper(rgb: Floats, ids: Ints, depth: Floats) -> Floats:
    """Flat sheets in few tones, each with a pale edge and a shadow on what lies behind."""
    step = max(1, round(len(ids) / 90))
    sky = ids == -2
    calm = _blurred(rgb, 1)
    calm[sky] = rgb[sky].mean(axis=0) if sky.any() else 0
    value = calm.max(axis=2, keepdims=True)
    vivid = np.clip(value + 1.25 * (calm - value), 0, 1)  # the hue stays, its value goes in steps
    flat = np.clip(vivid * (np.round(value * 3 + 0.3) / 3 / np.maximum(value, 0.02)), 0, 1)
    near = 1 / depth
    above = np.roll(near, (2 * step, 2 * step), (0, 1))
    shadow = above > 1.15 * near + 0.004
    shadow[: 2 * step], shadow[:, : 2 * step] = False, False
    shaded = np.where(shadow[..., None], 0.6 * flat, flat)
    edge = _fronts(ids, depth, step) | (~sky & _shifted(sky, step, 0))
    return np.where(edge[..., None], np.float32(0.97), shaded)


Look = Callable[[Floats, Ints, Floats], Floats]
LOOKS: dict[str, Look] = {
    "black-and-white": black_and_white,
    "sepia": sepia,
    "toy": toy,
    "neon": neon,
    "paper": paper,
}


def styled(look: str, rgb: Bytes, ids: Ints, depth: Floats) -> Bytes:
    """The picture uint8 (H, W, 3) in a look; "natural" leaves it as it is.

    `ids` and `depth` (H, W) are those of the Shot. Raises HimmelError for an unknown look.
    """
    if look == "natural":
        return rgb
    if look not in LOOKS:
        raise HimmelError(f"there is no look {look!r}; use natural, {', '.join(LOOKS)}")
    changed = LOOKS[look](rgb.astype(np.float32) / _GRADE, ids, depth)
    return (changed * _GRADE + 0.5).astype(np.uint8)


def _clipped(picture: npt.NDArray[np.floating]) -> Floats:
    return np.asarray(np.clip(picture, 0, 1), np.float32)


def _blurred(picture: Floats, radius: int) -> Floats:
    """Two passes of a box of 2 `radius` + 1 pixels each way; borders repeat."""
    for _ in range(2):
        for axis in (0, 1):
            pad = [(radius, radius) if axis == a else (0, 0) for a in range(picture.ndim)]
            sums = np.cumsum(np.pad(picture, pad, mode="edge"), axis=axis, dtype=np.float32)
            first = np.take(sums, [0], axis=axis)
            zero = np.concatenate([np.zeros_like(first), sums], axis=axis)
            n, width = picture.shape[axis], 2 * radius + 1
            high = np.take(zero, range(width, width + n), axis=axis)
            picture = np.asarray((high - np.take(zero, range(n), axis=axis)) / width, np.float32)
    return picture


def _spread(lines: Floats, radius: int) -> Floats:
    """Lines with a halo of light round them."""
    return lines + 1.4 * _blurred(lines, radius)


def _fronts(ids: Ints, depth: Floats, step: int) -> npt.NDArray[np.bool_]:
    """(H, W) what lies within `step` pixels of a jump in distance, on the nearer side.

    The inverse of the distance is linear over a plane, so its second difference is zero but at jumps.
    """
    near = 1 / depth
    front = np.zeros(ids.shape, bool)
    for axis in (0, 1):
        sides = [_shifted(near, sign * step, axis) for sign in (-1, 1)]
        front |= 2 * near - sides[0] - sides[1] > 0.1 * near + 0.003
        for sign in (-step, step):
            front |= (ids >= 1) & (_shifted(ids, sign, axis) != ids)
    return front


def _shifted(picture: npt.NDArray[Any], by: int, axis: int) -> npt.NDArray[Any]:
    """The picture moved along an axis; its border is repeated."""
    index = np.clip(np.arange(picture.shape[axis]) - by, 0, picture.shape[axis] - 1)
    return np.take(picture, index, axis)


def _rims(rgb: Floats, ids: Ints, depth: Floats) -> Floats:
    """(H, W, 1) strength of the edges: of things, of distances, of colours."""
    strength = _fronts(ids, depth, 1).astype(np.float32)
    for axis in (0, 1):
        tone = np.abs(rgb - _shifted(rgb, -1, axis)).max(axis=2) * 2.2 - 0.25
        sky = (ids == -2) != (_shifted(ids, -1, axis) == -2)
        strength = np.maximum(strength, np.clip(np.maximum(tone, sky), 0, 1))
    return strength[..., None]
