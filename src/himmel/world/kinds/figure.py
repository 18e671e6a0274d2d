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
from himmel.world.render.shapes import CENTRE, LENGTH_RATIO, ROTATION

Array = NDArray[np.float64]
Point = Sequence[float] | Array
Look = dict[str, Any]  # keyword arguments of Primitives.add: pattern, second_colour, emission, ...

_ANGULAR = (Pattern.PLAIN, Pattern.MERIDIANS, Pattern.FUR)  # patterns that do not count metres


@dataclass(frozen=True)
class Finish:
    """What becomes of the surfaces that wear `paint`: another colour, a look, and fur where `strands`."""

    paint: Colour
    colour: Colour
    look: Look
    strands: float = 0.0

    def on(self, shape: Shape, colour: Colour, look: Look) -> tuple[Shape, Colour, Look]:
        """Shape, colour and look of a body that asked for these."""
        if colour != self.paint:
            return shape, colour, look
        furry = self.strands > 0 and shape in (Shape.SPHERE, Shape.CAPSULE)
        kept = {key: value for key, value in look.items() if key == "emission"}
        changed = kept | self.look | ({"length_ratio": self.strands} if furry else {})
        return Shape.FUR if furry else shape, self.colour, changed


@dataclass(frozen=True)
class Figure:
    """Adds shapes given in local metres; position, heading and scale are taken care of here.

    `rotation` (3, 3) turns local into world directions, `scale` multiplies every length, `finish` is the
    material of the painted surfaces.
    """

    primitives: Primitives
    origin: Array
    rotation: Array
    scale: float = 1.0
    finish: Finish | None = None

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
        return Figure(self.primitives, self.point(centre), turned, self.scale, self.finish)

    def add(
        self, shape: Shape, centre: Point, half: Point, colour: Colour, rotation: Array | None = None,
        **look: Any,
    ) -> None:  # fmt: skip
        """Add one shape of half size `half` (3,); `look` goes to Primitives.add unchanged."""
        if self.finish is not None:
            shape, colour, look = self.finish.on(shape, colour, look)
        look = self._scaled(look)
        turned = self.rotation if rotation is None else self.rotation @ rotation
        size = (half[0] * self.scale, half[1] * self.scale, half[2] * self.scale)
        self.primitives.add(shape, self.point(centre), size, colour, rotation=turned, **look)

    def _scaled(self, look: Look) -> Look:
        """A look whose cells are as large in the figure's metres as it says."""
        if look.get("pattern", Pattern.PLAIN) in _ANGULAR:
            return look
        return look | {"pattern_scale": look.get("pattern_scale", 1.0) / self.scale}

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
        if self.finish is not None and colour == self.finish.paint:
            shape, colour, look = self.finish.on(Shape.CAPSULE, colour, look)
            look = self._scaled(look)
            if shape == Shape.FUR:
                self._fur(start, end, radius, colour, look)
                return
        self.primitives.limb(
            self.point(start), self.point(end), radius * self.scale, colour, **look
        )

    def _fur(self, start: Point, end: Point, radius: float, colour: Colour, look: Look) -> None:
        """An ellipsoid of fur in the place of a capsule."""
        plain = Primitives()
        plain.limb(self.point(start), self.point(end), radius * self.scale, colour)
        capsule = plain.rows[0]
        thick = 1.1 * radius * self.scale
        half = (thick, thick, thick * (0.9 + 0.85 * capsule[LENGTH_RATIO]))
        turn = capsule[ROTATION].reshape(3, 3)
        self.primitives.add(Shape.FUR, capsule[CENTRE], half, colour, rotation=turn, **look)

    def chain(self, points: Sequence[Point], radii: Sequence[float], colour: Colour) -> None:
        """Capsules end to end, one radius each: a smooth trunk, tail or handle."""
        for start, end, radius in zip(points[:-1], points[1:], radii, strict=True):
            self.limb(start, end, radius, colour)
