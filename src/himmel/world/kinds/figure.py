"""A figure's own frame: x to its front, y to its left, z up, the origin on the ground below it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from himmel.world.render import (
    Colour,
    Pattern,
    Primitives,
    Shape,
    rotation_x,
    rotation_y,
    rotation_z,
)

Array = NDArray[np.float64]
Point = Sequence[float] | Array
Look = dict[str, Any]  # keyword arguments of Primitives.add: pattern, second_colour, emission, ...

_ANGULAR = (Pattern.PLAIN, Pattern.MERIDIANS, Pattern.FUR)  # patterns that do not count metres


@dataclass(frozen=True)
class Figure:
    """Adds shapes given in local metres; position, heading and scale are taken care of here.

    `rotation` (3, 3) turns local into world directions, `scale` multiplies every length.
    """

    primitives: Primitives
    origin: Array
    rotation: Array
    scale: float = 1.0

    @classmethod
    def at(
        cls, primitives: Primitives, position: Point, heading: float = 0.0, scale: float = 1.0
    ) -> Figure:
        """A figure standing at `position` (3,), its front turned `heading` radians from world x."""
        return cls(primitives, np.asarray(position, float), rotation_z(heading), scale)

    def point(self, local: Point) -> Array:
        """World coordinates (3,) of a local point."""
        offset: Array = self.rotation @ np.asarray(local, float) * self.scale
        return self.origin + offset

    def part(self, centre: Point, rotation: Array | None = None) -> Figure:
        """A frame of its own for a part (a head, a wing) that turns about `centre`."""
        turned = self.rotation if rotation is None else self.rotation @ rotation
        return Figure(self.primitives, self.point(centre), turned, self.scale)

    def add(
        self, shape: Shape, centre: Point, half: Point, colour: Colour, rotation: Array | None = None,
        **look: Any,
    ) -> None:  # fmt: skip
        """Add one shape of half size `half` (3,); `look` goes to Primitives.add unchanged."""
        if look.get("pattern", Pattern.PLAIN) not in _ANGULAR:
            look["pattern_scale"] = look.get("pattern_scale", 1.0) / self.scale
        turned = self.rotation if rotation is None else self.rotation @ rotation
        size = (half[0] * self.scale, half[1] * self.scale, half[2] * self.scale)
        self.primitives.add(shape, self.point(centre), size, colour, rotation=turned, **look)

    def ball(self, centre: Point, half: Point | float, colour: Colour, **look: Any) -> None:
        """An ellipsoid, or a sphere when `half` is one number."""
        size = (half, half, half) if isinstance(half, (int, float)) else half
        self.add(Shape.SPHERE, centre, size, colour, **look)

    def box(self, centre: Point, half: Point, colour: Colour, **look: Any) -> None:
        """A box along the figure's axes."""
        self.add(Shape.BOX, centre, half, colour, **look)

    def post(self, foot: Point, radius: float, height: float, colour: Colour, **look: Any) -> None:
        """An upright cylinder that stands on `foot`."""
        centre = (foot[0], foot[1], foot[2] + height / 2)
        self.add(Shape.CYLINDER, centre, (radius, radius, height / 2), colour, **look)

    def spire(self, foot: Point, radius: float, height: float, colour: Colour, **look: Any) -> None:
        """An upright cone that stands on `foot`."""
        centre = (foot[0], foot[1], foot[2] + height / 2)
        self.add(Shape.CONE, centre, (radius, radius, height / 2), colour, **look)

    def drum(
        self,
        centre: Point,
        radius: float,
        half: float,
        colour: Colour,
        axis: str = "x",
        **look: Any,
    ) -> None:
        """A cylinder lying along the local x or y axis."""
        turn = rotation_y(math.pi / 2) if axis == "x" else rotation_x(math.pi / 2)
        self.add(Shape.CYLINDER, centre, (radius, radius, half), colour, turn, **look)

    def limb(self, start: Point, end: Point, radius: float, colour: Colour, **look: Any) -> None:
        """A capsule between two local points."""
        self.primitives.limb(
            self.point(start), self.point(end), radius * self.scale, colour, **look
        )

    def chain(self, points: Sequence[Point], radii: Sequence[float], colour: Colour) -> None:
        """Capsules end to end, one radius each: a smooth trunk, tail or handle."""
        for start, end, radius in zip(points[:-1], points[1:], radii, strict=True):
            self.limb(start, end, radius, colour)
