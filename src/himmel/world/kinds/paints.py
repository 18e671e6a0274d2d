"""Colours: the eight paints a subject may wear, and neutral tones that go with each of them."""

from __future__ import annotations

from himmel.world.render import Colour, hex_colour
from himmel.world.vocabulary import COLOUR_HEX

PAINTS: dict[str, Colour] = {name: hex_colour(code) for name, code in COLOUR_HEX.items()}

WHITE = PAINTS["white"]
INK = hex_colour("181414")
STEEL = hex_colour("a4aab4")
SLATE = hex_colour("4a4650")
WOOD = hex_colour("6a4526")
SKIN = hex_colour("d9a27e")
GLASS = hex_colour("22303e")
PALE_GLASS = hex_colour("8fb6d0")
GOLD = hex_colour("f0a020")


def lightness(colour: Colour) -> float:
    """Relative luminance of a linear colour, 0 black to 1 white (Rec. 709 weights)."""
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def shade(colour: Colour, factor: float) -> Colour:
    """The same hue, darker (factor < 1) or brighter."""
    return (colour[0] * factor, colour[1] * factor, colour[2] * factor)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`share` (0..1) of the second colour in the first."""
    red, green, blue = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return (red, green, blue)


def marking(paint: Colour) -> Colour:
    """A neutral tone for stripes and dots that shows on `paint`: white, on white grey."""
    return hex_colour("6c7078") if lightness(paint) > 0.6 else WHITE


def trim(paint: Colour) -> Colour:
    """A neutral tone for roofs and edges that shows on `paint`: slate, on black light grey."""
    return hex_colour("8c8c94") if lightness(paint) < 0.02 else SLATE


def glass(paint: Colour) -> Colour:
    """Window panes that show on `paint`: dark, on black pale."""
    return PALE_GLASS if lightness(paint) < 0.02 else GLASS
