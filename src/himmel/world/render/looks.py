"""Looks: what becomes of a finished picture, told from its ids and depth where light is not enough."""

from __future__ import annotations

from collections.abc import Callable

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
    return np.clip(0.5 + 1.2 * (luma - 0.47), 0, 1)


def black_and_white(rgb: Floats, ids: Ints, depth: Floats) -> Floats:
    """All three channels alike."""
    return np.repeat(_grey(rgb), 3, axis=2)


def sepia(rgb: Floats, ids: Ints, depth: Floats) -> Floats:
    """Brown tones that darken towards the corners."""
    height, width = ids.shape
    y, x = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None]
    corner = np.float32(1) - 0.22 * (x * x + y * y).astype(np.float32)[..., None] ** 1.5
    tone = np.array([0.62, 0.92, 1.45], np.float32)  # exponents: light stays cream, dark goes brown
    return (0.06 + 0.94 * _grey(rgb) ** tone) * np.clip(corner, 0, 1)


def toy(rgb: Floats, ids: Ints, depth: Floats) -> Floats:
    """Glaring colours, and a lens so near that only the subject's distance is sharp."""
    reach = np.minimum(depth, 40.0)
    unsharp = np.clip(np.abs(1 / reach - 1 / _FOCUS) * 9 - 0.15, 0, 1)
    unsharp = np.where(ids >= 1, 0, unsharp).astype(np.float32)[..., None]
    radius = max(1, round(len(ids) / 28))
    soft = rgb + (_blurred(rgb, radius) - rgb) * unsharp
    luma = (soft @ _LUMA)[..., None]
    vivid = np.clip(luma + 1.75 * (soft - luma), 0, 1)
    return np.clip(1.12 * vivid**0.9, 0, 1)


def neon(rgb: Floats, ids: Ints, depth: Floats) -> Floats:
    """Dark surfaces with rims that glow in their colour."""
    luma = rgb.max(axis=2, keepdims=True)
    hue = (rgb / np.maximum(luma, 0.08)) ** 1.6
    rim = _blurred(_rims(rgb, ids, depth), 1)
    inside = np.where(ids >= 1, 0.3, 0.1).astype(np.float32)[..., None]
    lines = _spread(hue * np.minimum(2.2 * rim, 1.0), max(1, round(len(ids) / 40)))
    return np.clip(inside * rgb * rgb + lines, 0, 1)


def paper(rgb: Floats, ids: Ints, depth: Floats) -> Floats:
    """Flat sheets in few tones, each with a pale edge and a shadow on what lies behind."""
    smooth = _blurred(rgb, 1)
    luma = smooth.max(axis=2, keepdims=True)
    flat = smooth * (np.ceil(luma * 4) / 4 / np.maximum(luma, 0.02))
    sheets = _sheets(ids, depth)
    step = max(1, round(len(ids) / 64))
    behind = np.ones(ids.shape, np.float32)
    behind[step:, step:] = np.where(sheets[:-step, :-step] > sheets[step:, step:], 0.55, 1)
    edge = np.zeros(ids.shape, bool)
    for shift in range(1, step + 1):
        for axis in (0, 1):
            for sign in (-shift, shift):
                edge |= sheets > np.roll(sheets, sign, axis)
    edge &= sheets > 0
    edge[:step], edge[-step:], edge[:, :step], edge[:, -step:] = False, False, False, False
    cut = np.where(edge[..., None], np.float32(0.95), flat * behind[..., None])
    return np.clip(cut, 0, 1)


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
            picture = (high - np.take(zero, range(n), axis=axis)) / np.float32(width)
    return picture


def _spread(lines: Floats, radius: int) -> Floats:
    """Lines with a halo of light round them."""
    return lines + 1.4 * _blurred(lines, radius)


def _sheets(ids: Ints, depth: Floats) -> Ints:
    """(H, W) layers from far to near: sky 0, ground 1, scenery by distance, tracked things on top."""
    near = np.clip(12 - np.log2(np.maximum(depth, 1.0)) * 2, 2, 12).astype(np.int32)
    return np.where(ids == -2, 0, np.where(ids == -1, 1, np.where(ids == 0, near, 20 + ids)))


def _rims(rgb: Floats, ids: Ints, depth: Floats) -> Floats:
    """(H, W, 1) strength of the edges: of things, of distances, of colours."""
    reach = np.log(np.minimum(depth, 200.0))
    reach = np.where(ids == -1, 0, reach).astype(np.float32)
    strength = np.zeros(ids.shape, np.float32)
    for axis in (0, 1):
        tone = np.abs(np.diff(rgb, axis=axis)).max(axis=2) * 2.2 - 0.25
        jump = (np.abs(np.diff(ids, axis=axis)) > 0) | (np.abs(np.diff(reach, axis=axis)) > 0.12)
        found = np.clip(np.maximum(tone, jump), 0, 1)
        here = (slice(0, -1), slice(None)) if axis == 0 else (slice(None), slice(0, -1))
        strength[here] = np.maximum(strength[here], found)
    return strength[..., None]
