"""A shape of triangles, and the tree of boxes by which a ray finds the few that it may meet."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from himmel.core.errors import HimmelError
from himmel.world.render.shapes import Colour

Floats = npt.NDArray[np.float64]
Picture = npt.NDArray[np.floating]  # (H, W, 3) in linear light

MOST_TRIANGLES = 500_000
_LEAF = 4  # triangles in a leaf, at most
_SLACK = 1e-6  # boxes are larger by this, so that a flat one still has a thickness


@dataclass(frozen=True, eq=False)
class Mesh:
    """T triangles in the box from -1 to 1 along each axis, z upwards; `make_mesh` puts them in order.

    The tree is complete: node n has the children 2n and 2n + 1, the root is 1, and leaf number i (node
    `leaves` + i) holds the `leaf_size` triangles from i * leaf_size on.
    """

    corners: Floats  # (T, 9): a corner and the two edges that leave it
    normals: Floats  # (T, 9): of the three corners
    places: Floats  # (T, 6): of the three corners in the texture
    paint: Floats  # (T, 6): colour, then first texel, width and height of the texture (0: none)
    texels: Floats  # (K, 3)
    boxes: Floats  # (2 * leaves, 7): lowest and highest corner, axis along which a node is split
    leaves: int
    leaf_size: int


@dataclass(frozen=True, eq=False)
class Paints:
    """What M materials look like: `colours` in linear light, of each its texture or None.

    `of` (T,) is the material of every triangle, `places` (T, 3, 2) where its corners lie in the texture.
    """

    of: npt.NDArray[np.intp]
    colours: list[Colour]
    textures: list[Picture | None]
    places: Floats | None = field(default=None)


def make_mesh(corners: Floats, paints: Paints, normals: Floats | None = None) -> Mesh:
    """A mesh of triangles (T, 3, 3) within -1 to 1; `normals` (T, 3, 3) make it smooth.

    Raises HimmelError for none, too many, or corners that are not finite or lie outside.
    """
    count = len(corners)
    if not 0 < count <= MOST_TRIANGLES:
        raise HimmelError(f"a mesh of {count} triangles; it may have 1 to {MOST_TRIANGLES}")
    if not (np.abs(corners) <= 1 + 1e-9).all():
        raise HimmelError("corners of a mesh must lie between -1 and 1 along each axis")
    order, axes, leaves = _in_order(corners)
    corners, of = corners[order], paints.of[order]
    flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    smooth = flat[:, None].repeat(3, 1) if normals is None else normals[order]
    edges = np.concatenate([corners[:, :1], corners[:, 1:] - corners[:, :1]], axis=1)
    table, texels = _paint(paints)
    places = np.zeros((len(order), 6)) if paints.places is None else paints.places[order]
    return Mesh(
        corners=np.ascontiguousarray(edges.reshape(-1, 9)),
        normals=np.ascontiguousarray(smooth.reshape(-1, 9)),
        places=np.ascontiguousarray(places.reshape(-1, 6)),
        paint=table[of],
        texels=texels,
        boxes=_boxes(corners, axes, leaves),
        leaves=leaves,
        leaf_size=len(order) // leaves,
    )


def _in_order(corners: Floats) -> tuple[npt.NDArray[np.intp], list[int], int]:
    """Triangles leaf by leaf, the axis of each inner node from 1 on, and the number of leaves.

    Every node is split in the middle along the axis in which its triangles spread most. Some triangles
    are repeated, so that all leaves are full.
    """
    count = len(corners)
    leaves = 1 << max(0, (-(-count // _LEAF) - 1).bit_length())
    middles = corners.mean(axis=1)
    order = np.resize(np.arange(count), -(-count // leaves) * leaves)
    axes = []
    nodes = 1
    while nodes < leaves:
        here = middles[order].reshape(nodes, -1, 3)
        axis = np.ptp(here, axis=1).argmax(axis=1)
        along = np.take_along_axis(here, axis[:, None, None], axis=2)[..., 0]
        ranks = along.argsort(axis=1, kind="stable")
        order = np.take_along_axis(order.reshape(nodes, -1), ranks, axis=1).ravel()
        axes += axis.tolist()
        nodes *= 2
    return order, axes, leaves


def _boxes(corners: Floats, axes: list[int], leaves: int) -> Floats:
    """The box of every node, those of the leaves last; row 0 is not used."""
    boxes = np.zeros((2 * leaves, 7))
    points = corners.reshape(leaves, -1, 3)
    low, high = points.min(axis=1) - _SLACK, points.max(axis=1) + _SLACK
    first = leaves
    while True:
        boxes[first : 2 * first, :3], boxes[first : 2 * first, 3:6] = low, high
        if first == 1:
            break
        low, high = np.minimum(low[::2], low[1::2]), np.maximum(high[::2], high[1::2])
        first //= 2
    boxes[1:leaves, 6] = axes
    return boxes


def _paint(paints: Paints) -> tuple[Floats, Floats]:
    """One row per material (M, 6), and the texels of all textures one after the other."""
    table, texels, first = np.zeros((len(paints.colours), 6)), [np.zeros((1, 3))], 1
    for row, colour, texture in zip(table, paints.colours, paints.textures, strict=True):
        row[:3] = colour
        if texture is not None:
            height, width = texture.shape[:2]
            row[3:] = first, width, height
            texels.append(np.asarray(texture, float).reshape(-1, 3))
            first += height * width
    return table, np.concatenate(texels)
