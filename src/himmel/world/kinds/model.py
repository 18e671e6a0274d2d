"""How a kind is drawn, how large it stands in a scene, and how its limbs keep step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from himmel.world.kinds.figure import Figure
from himmel.world.render import Colour

Draw = Callable[[Figure, Colour, float], None]


@dataclass(frozen=True)
class Model:
    """How a kind is drawn and how large.

    `length` (along x), `width` (along y) and `height` are its extents in its own metres, before
    `scale` brings it to a cover of 10 to 25 % of a core frame. While it moves its phase grows by
    `pace` radians per own metre travelled and by `beat` radians per second. `own` is the sRGB value that
    the colour "own" stands for: what the kind wears when nobody asks for a colour.
    """

    draw: Draw
    scale: float
    length: float
    width: float
    height: float
    pace: float = 0.0
    beat: float = 0.0
    own: str = "b0a8a0"
