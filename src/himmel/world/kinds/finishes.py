"""Materials: what a subject's painted surfaces are made of."""

from __future__ import annotations

from dataclasses import dataclass

from himmel.world.kinds.figure import Finish
from himmel.world.kinds.paints import INK, lightness, mix, shade
from himmel.world.render import Colour, Pattern, hex_colour
from himmel.world.words.rows import OWN


@dataclass(frozen=True)
class Material:
    """How a colour looks in a material.

    `own` is the material's colour where nobody asked for one, and `share` of it is mixed into any other.
    All is darker by `tone`, for what mirrors the bright sky. The second colour
    of the pattern is `second`, or the first times `depth`.
    """

    pattern: Pattern
    scale: float
    own: str = ""
    share: float = 0.0
    second: str = ""
    depth: float = 0.55
    tone: float = 1.0
    reflection: float = 0.0
    strands: float = 0.0


MATERIALS: dict[str, Material] = {
    "wooden": Material(Pattern.GRAIN, 3.4, "a8743c", 0.14, depth=0.3),
    "metal": Material(Pattern.PLANKS, 2.0, "b8bec8", 0.1, depth=0.25, tone=0.5, reflection=0.7),
    "stone": Material(Pattern.MOTTLED, 5.0, "8c8a86", 0.5, depth=0.16),
    "brick": Material(Pattern.BRICKS, 4.0, "a04a32", second="d8d0c4"),
    "fluffy": Material(Pattern.FUR, 18.0, depth=0.5, strands=18.0),
    "golden": Material(Pattern.MOTTLED, 2.6, "f0a008", 1.0, depth=0.5, tone=0.85, reflection=0.5),
    "checkered": Material(Pattern.CHECKER, 3.0, second="f4f4f4"),
    "striped": Material(Pattern.STRIPES, 3.0, second="f4f4f4"),
    "dotted": Material(Pattern.DOTS, 3.2, second="f4f4f4"),
}


def finish_of(material: str, colour: str, paint: Colour) -> Finish:
    """The finish of a material in a named colour whose linear value is `paint`.

    The kind is to be drawn in the finish's own `paint`: that of the material where `colour` is "own", and
    always where the material has but one colour (gold).
    """
    made = MATERIALS[material]
    if made.own and (colour == OWN or made.share == 1.0):
        paint = first = hex_colour(made.own)
    else:
        first = mix(paint, hex_colour(made.own), made.share) if made.own else paint
    first = shade(first, made.tone)
    look = {
        "second_colour": _second(made, first),
        "pattern": made.pattern,
        "pattern_scale": made.scale,
        "reflection": made.reflection,
    }
    return Finish(paint, first, look, made.strands)


def _second(made: Material, first: Colour) -> Colour:
    """The pattern's other colour: dark on pale ones, pale on black."""
    if not made.second:
        return shade(first, made.depth) if lightness(first) > 0.02 else hex_colour("484850")
    return INK if lightness(first) > 0.38 else hex_colour(made.second)
