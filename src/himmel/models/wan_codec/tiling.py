"""Pictures too large for memory: overlapping tiles, joined by a linear blend where they overlap."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from himmel.core.errors import HimmelError


@dataclass(frozen=True, kw_only=True)
class Tiling:
    """Size of a tile and distance between two, in pixels; the defaults are those of diffusers."""

    height: int = 256
    width: int = 256
    stride_height: int = 192
    stride_width: int = 192

    def __post_init__(self) -> None:
        inside = 0 < self.stride_height <= self.height and 0 < self.stride_width <= self.width
        if not inside:
            raise HimmelError("tiles leave gaps; use a stride of 1 up to the size of a tile")

    def holds(self, height: int, width: int) -> bool:
        """True where a picture is no larger than one tile."""
        return height <= self.height and width <= self.width

    def shrunk(self, factor: int) -> Tiling:
        """The same tiles in units of `factor` pixels. Raises HimmelError where they do not divide."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        if odd := [f"{name}={value}" for name, value in values.items() if value % factor]:
            raise HimmelError(f"a tiling's {odd[0]} is not a multiple of {factor} pixels")
        return Tiling(**{name: value // factor for name, value in values.items()})


def cut(x: Tensor, tiling: Tiling) -> list[list[Tensor]]:
    """Rows of tiles of (B, C, T, H, W); those at the right and lower edge are smaller."""
    return [
        [
            x[..., top : top + tiling.height, left : left + tiling.width]
            for left in range(0, x.shape[-1], tiling.stride_width)
        ]
        for top in range(0, x.shape[-2], tiling.stride_height)
    ]


def join(tiles: list[list[Tensor]], tiling: Tiling) -> Tensor:
    """The inverse of cut: every tile fades in over its upper, then over its left neighbour."""
    down, right = tiling.height - tiling.stride_height, tiling.width - tiling.stride_width
    above: list[Tensor] = []
    rows = []
    for row in tiles:
        blended: list[Tensor] = []
        for column, given in enumerate(row):
            tile = _fade(above[column], given, down, -2) if above else given
            blended.append(_fade(blended[-1], tile, right, -1) if blended else tile)
        above = blended
        kept = [t[..., : tiling.stride_height, : tiling.stride_width] for t in blended]
        rows.append(torch.cat(kept, -1))
    return torch.cat(rows, -2)


def _fade(before: Tensor, tile: Tensor, extent: int, axis: int) -> Tensor:
    """`tile`, its first `extent` rows or columns mixed with the last ones of its neighbour."""
    extent = min(before.shape[axis], tile.shape[axis], extent)
    if not extent:
        return tile
    share = torch.arange(extent, device=tile.device, dtype=tile.dtype) / extent
    share = share.view(-1, *[1] * (-1 - axis))
    end = before.narrow(axis, before.shape[axis] - extent, extent)
    mixed = end * (1 - share) + tile.narrow(axis, 0, extent) * share
    return torch.cat([mixed, tile.narrow(axis, extent, tile.shape[axis] - extent)], axis)
