"""Bodies of a scene: unit shapes, moved, turned, stretched and painted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from himmel.core.errors import HimmelError

if TYPE_CHECKING:
    from himmel.world.render.mesh import Mesh

Colour = tuple[float, float, float]
Vector = Sequence[float] | npt.NDArray[np.floating]
Matrix = npt.NDArray[np.float64]

# Columns of a primitive's row.
CENTRE, HALF_SIZE, ROTATION = slice(0, 3), slice(3, 6), slice(6, 15)
LOOK = slice(15, 26)  # colour, second colour, pattern, scale, emission, reflection, seed
LENGTH_RATIO, KIND, OBJECT_ID = 26, 27, 28
COLUMNS = 29

_IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


class Shape(IntEnum):
    """Unit shapes about the origin, z upwards; half sizes stretch them.

    SPHERE has radius 1, BOX reaches from -1 to 1, CYLINDER and CONE have radius 1 and reach from
    z = -1 to z = 1 (the cone's apex), CAPSULE has radius 1 round a line of half length
    `length_ratio`, FUR is a sphere of strands whose density is `length_ratio`, MESH are triangles in the
    box from -1 to 1.
    """

    SPHERE = 0
    BOX = 1
    CYLINDER = 2
    CONE = 3
    CAPSULE = 4
    FUR = 5
    MESH = 6


class Pattern(IntEnum):
    """How the second colour is laid over the first; the scale is cells per metre.

    STRIPES and PLANKS follow the body's own z axis (x on the ground), WINDOWS are panes on the
    walls of a box (lit ones emit), MERIDIANS are `scale` pairs of sectors round the z axis,
    FUR darkens roots, MOTTLED is smooth noise. DOTS, BRICKS and GRAIN (boards of wood) lie on each face:
    the axis that a surface faces most drops out.
    """

    PLAIN = 0
    CHECKER = 1
    STRIPES = 2
    WINDOWS = 3
    PLANKS = 4
    FUR = 5
    MOTTLED = 6
    MERIDIANS = 7
    DOTS = 8
    BRICKS = 9
    GRAIN = 10


def as_tuple(values: Vector) -> tuple[float, float, float]:
    """Three plain floats, whatever held them."""
    x, y, z = values
    return (float(x), float(y), float(z))


def hex_colour(code: str) -> Colour:
    """Linear light of a written colour: hex_colour("d81e1e"); a leading # is allowed."""
    digits = code.removeprefix("#")
    try:
        red, green, blue = bytes.fromhex(digits)
    except ValueError:
        raise HimmelError(f'"{code}" is not a colour; write six hex digits, "d81e1e"') from None
    return ((red / 255) ** 2.2, (green / 255) ** 2.2, (blue / 255) ** 2.2)


def rotation_x(angle: float) -> Matrix:
    """(3, 3) turn about the x axis by `angle` radians, y towards z."""
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def rotation_y(angle: float) -> Matrix:
    """(3, 3) turn about the y axis by `angle` radians, z towards x."""
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def rotation_z(angle: float) -> Matrix:
    """(3, 3) turn about the z axis by `angle` radians, x towards y."""
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def _axes_along(direction: npt.NDArray[np.float64]) -> Matrix:
    """A rotation whose z axis is the given unit direction."""
    side = (1.0, 0.0, 0.0) if abs(direction[0]) < 0.9 else (0.0, 1.0, 0.0)
    x = _cross(side, direction)
    x /= np.linalg.norm(x)
    return np.stack([x, _cross(direction, x), direction], axis=1)


def _cross(a: Vector, b: Vector) -> npt.NDArray[np.float64]:
    # np.cross spends more time on its checks than on six products, and scenes need thousands.
    (a0, a1, a2), (b0, b1, b2) = a, b
    return np.array([a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0])


class Primitives:
    """A growing list of bodies, one row of numbers each.

    `object_id` is what the id picture shows for the bodies added next: 0 for scenery, 1 and up
    for things that are tracked.
    """

    def __init__(self) -> None:
        self.object_id = 0
        self.meshes: list[Mesh] = []
        self._count = 0
        self._rows = np.empty((64, COLUMNS))

    def __len__(self) -> int:
        return self._count

    @property
    def rows(self) -> npt.NDArray[np.float64]:
        """The bodies so far as (N, COLUMNS), a view."""
        return self._rows[: self._count]

    def copy(self) -> Primitives:
        """An independent list with the same bodies, to draw moving things over fixed scenery."""
        other = Primitives()
        other.object_id, other._count = self.object_id, self._count
        other._rows, other.meshes = self._rows.copy(), self.meshes.copy()
        return other

    def add(  # noqa: PLR0913 - one body has these many properties, all but four with defaults
        self,
        shape: Shape,
        centre: Vector,
        half_size: Vector,
        colour: Colour,
        *,
        rotation: Matrix | None = None,
        second_colour: Colour | None = None,
        pattern: Pattern = Pattern.PLAIN,
        pattern_scale: float = 1.0,
        emission: float = 0.0,
        reflection: float = 0.0,
        seed: float = 0.0,
        length_ratio: float = 0.0,
    ) -> None:
        """Add one body: metres, colours in linear light.

        `emission` is light of its own in units of its colour (above 0.9 it casts no shadow),
        `reflection` the mirror's share from 0 to 1, `seed` varies WINDOWS. Raises HimmelError
        where a half size is not positive.
        """
        if not min(half_size) > 0:
            raise HimmelError(f"half sizes of a body must be positive, got {tuple(half_size)}")
        if self._count == len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        turn = _IDENTITY if rotation is None else np.asarray(rotation).ravel()
        second = colour if second_colour is None else second_colour
        look = (*colour, *second, pattern, pattern_scale, emission, reflection, seed)
        tail = (length_ratio, shape, self.object_id)
        self._rows[self._count] = (*centre, *half_size, *turn, *look, *tail)
        self._count += 1

    def mesh(
        self, mesh: Mesh, centre: Vector, half_size: Vector, *, rotation: Matrix | None = None
    ) -> None:
        """Add triangles in their own colours; `half_size` is that of the box which they fill."""
        self.meshes.append(mesh)
        self.add(
            Shape.MESH,
            centre,
            half_size,
            (0.5, 0.5, 0.5),
            rotation=rotation,
            length_ratio=len(self.meshes) - 1,
        )

    def limb(
        self, start: Vector, end: Vector, radius: float, colour: Colour, **look: float | Colour
    ) -> None:
        """Add a capsule from `start` to `end`; `look` takes the keywords of `add`."""
        first, last = np.asarray(start, float), np.asarray(end, float)
        length = max(float(np.linalg.norm(last - first)), 1e-9)
        direction = (last - first) / length if length > 1e-9 else np.array([0.0, 0.0, 1.0])
        self.add(
            Shape.CAPSULE,
            (first + last) / 2,
            (radius, radius, radius),
            colour,
            rotation=_axes_along(direction),
            length_ratio=length / 2 / radius,
            **look,  # type: ignore[arg-type]
        )
