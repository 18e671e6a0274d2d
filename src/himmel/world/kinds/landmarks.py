"""Buildings of the wide world beside house and castle."""

from __future__ import annotations

import math

from himmel.world.kinds.buildings import gabled_roof
from himmel.world.kinds.figure import Figure, Look
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import GLASS, WHITE, WOOD, glass, lightness, marking, shade, trim
from himmel.world.render import Colour, Pattern, Shape, hex_colour, rotation_x, rotation_y

_DOOR, _STONE, _LIT = hex_colour("3a2412"), hex_colour("8a8680"), hex_colour("ffe08a")


def _joint(paint: Colour) -> Colour:
    return shade(paint, 0.62) if lightness(paint) > 0.02 else hex_colour("3a3a40")


def _bricks(paint: Colour, scale: float = 2.2) -> Look:
    return {"second_colour": _joint(paint), "pattern": Pattern.PLANKS, "pattern_scale": scale}


def lighthouse(figure: Figure, paint: Colour, phase: float) -> None:
    """A lighthouse ringed in the paint and white, a gallery and a lamp on top, 3.8 m tall."""
    other = marking(paint)
    figure.post((0, 0, 0), 0.95, 0.2, _STONE)
    for ring in range(5):
        radius = 0.72 - 0.075 * ring
        figure.post((0, 0, 0.2 + 0.5 * ring), radius, 0.5, other if ring % 2 else paint)
    figure.post((0, 0, 2.7), 0.58, 0.1, trim(paint))
    figure.post((0, 0, 2.8), 0.3, 0.45, _LIT, emission=1.0)
    figure.spire((0, 0, 3.25), 0.48, 0.5, paint)
    figure.box((0.68, 0, 0.5), (0.08, 0.16, 0.3), _DOOR)


def windmill(figure: Figure, paint: Colour, phase: float) -> None:
    """A windmill whose four sails turn with the phase, 3.6 m tall."""
    figure.add(Shape.CONE, (0, 0, 1.9), (1.02, 1.02, 1.9), paint)
    figure.post((0, 0, 0), 0.98, 0.15, _STONE)
    figure.ball((0, 0, 2.5), (0.52, 0.52, 0.5), trim(paint))
    figure.drum((0.55, 0, 2.45), 0.1, 0.3, WOOD)
    for blade in range(4):
        sail = figure.part((0.82, 0, 2.45), rotation_x(phase + 0.5 + blade * math.pi / 2))
        sail.box((0, 0.75, 0), (0.03, 0.75, 0.05), WOOD)
        sail.box((0, 0.88, 0.17), (0.03, 0.58, 0.15), marking(paint))
    figure.box((0.88, 0, 0.45), (0.1, 0.2, 0.36), _DOOR)


def church(figure: Figure, paint: Colour, phase: float) -> None:
    """A church: a nave with a steep roof, a tower with a spire and a cross, 4 m tall."""
    roof = trim(paint)
    figure.box((-0.5, 0, 0.75), (1.1, 0.75, 0.75), paint)
    gabled_roof(figure.part((-0.5, 0, 0)), (1.1, 0.75), 1.5, paint, roof)
    figure.box((0.75, 0, 1.2), (0.45, 0.45, 1.2), paint)
    figure.spire((0.75, 0, 2.4), 0.64, 1.25, roof)
    for half in ((0.03, 0.03, 0.28), (0.03, 0.16, 0.03)):
        figure.box((0.75, 0, 3.85), half, hex_colour("f0c040"))
    figure.box((1.2, 0, 0.42), (0.04, 0.22, 0.42), _DOOR)
    figure.drum((1.2, 0, 1.85), 0.22, 0.05, WHITE)
    for side in (-1, 1):
        for x in (-1.1, -0.5, 0.1):
            figure.box((x, side * 0.76, 0.85), (0.12, 0.03, 0.32), glass(paint))


def skyscraper(figure: Figure, paint: Colour, phase: float) -> None:
    """A stepped tower of lit windows with an antenna, 4.1 m tall."""
    look: Look = {"second_colour": glass(paint), "pattern": Pattern.WINDOWS, "pattern_scale": 3.4}
    for half, low, high in ((0.85, 0.0, 1.9), (0.65, 1.9, 2.9), (0.42, 2.9, 3.5)):
        figure.box((0, 0, (low + high) / 2), (half, half, (high - low) / 2), paint, **look)
        figure.box((0, 0, high), (half + 0.03, half + 0.03, 0.04), trim(paint))
    figure.post((0, 0, 3.5), 0.05, 0.6, trim(paint))


def igloo(figure: Figure, paint: Colour, phase: float) -> None:
    """A dome of blocks with a round entrance, 1.8 m tall."""
    look: Look = {"second_colour": _joint(paint), "pattern": Pattern.CHECKER, "pattern_scale": 1.7}
    figure.ball((0, 0, 0.0), (1.5, 1.5, 1.75), paint, **look)
    figure.drum((1.45, 0, 0.3), 0.62, 0.45, paint)
    figure.drum((1.9, 0, 0.28), 0.45, 0.02, GLASS if lightness(paint) > 0.02 else _STONE)


def barn(figure: Figure, paint: Colour, phase: float) -> None:
    """A barn with a broken roof and a great door with white crosses, 2.9 m tall."""
    edge, roof = marking(paint), trim(paint)
    figure.box((0, 0, 0.8), (1.35, 1.05, 0.8), paint)
    figure.box((0, 0, 1.75), (1.35, 0.8, 0.4), paint)
    for side in (-1, 1):
        figure.box(
            (0, side * 0.98, 1.82), (1.45, 0.36, 0.05), roof, rotation=rotation_x(-side * 1.05)
        )
        figure.box(
            (0, side * 0.45, 2.32), (1.45, 0.5, 0.05), roof, rotation=rotation_x(-side * 0.42)
        )
    gabled_roof(figure.part((0, 0, 0.35)), (1.33, 0.55), 1.7, paint, paint)
    figure.box((1.36, 0, 0.62), (0.03, 0.6, 0.62), edge)
    figure.box((1.38, 0, 0.6), (0.03, 0.52, 0.54), paint)
    for turn in (0.8, -0.8):
        figure.box((1.4, 0, 0.6), (0.03, 0.68, 0.06), edge, rotation=rotation_x(turn))
    figure.box((1.37, 0, 1.75), (0.03, 0.26, 0.24), edge)


def pyramid(figure: Figure, paint: Colour, phase: float) -> None:
    """A stepped pyramid with a dark entrance, 2.3 m tall."""
    for step in range(9):
        half = 1.75 - 0.19 * step
        tone = paint if step % 2 else shade(paint, 0.85)
        figure.box((0, 0, 0.13 + 0.26 * step), (half, half, 0.13), tone)
    figure.box((1.76, 0, 0.28), (0.03, 0.24, 0.28), _DOOR)


def temple(figure: Figure, paint: Colour, phase: float) -> None:
    """A temple with steps, columns and a low gable, 2.6 m tall."""
    for step in range(3):
        figure.box(
            (0, 0, 0.08 + 0.14 * step), (1.5 - 0.12 * step, 1.65 - 0.12 * step, 0.08), _STONE
        )
    figure.box((-0.25, 0, 1.1), (0.7, 0.95, 0.7), shade(paint, 0.5))
    for y in (-1.15, -0.58, 0.0, 0.58, 1.15):
        figure.post((1.0, y, 0.44), 0.17, 1.3, paint)
        figure.post((-1.0, y, 0.44), 0.17, 1.3, paint)
    figure.box((0, 0, 1.82), (1.25, 1.42, 0.12), paint)
    turned = figure.part((0, 0, 0.94), rotation=None)
    for step in range(6):
        half = 1.42 * (1 - step / 6.2)
        turned.box((0, 0, 1.06 + 0.11 * step), (1.25, half, 0.06), paint)


def bridge(figure: Figure, paint: Colour, phase: float) -> None:
    """A bridge with two towers, cables and a deck, seen from its side, 2.4 m tall, 4 m long."""
    figure.box((0, 0, 0.75), (0.42, 2.0, 0.1), hex_colour("55555c"))
    for y in (-1.05, 1.05):
        for x in (-0.42, 0.42):
            figure.box((x, y, 1.2), (0.1, 0.13, 1.2), paint)
        figure.box((0, y, 2.1), (0.42, 0.1, 0.1), paint)
        figure.box((0, y, 1.5), (0.42, 0.1, 0.08), paint)
    for x in (-0.42, 0.42):
        main = [
            (x, y, 1.0 + 1.35 * (y / 1.05) ** 2) for y in (-1.05, -0.7, -0.35, 0, 0.35, 0.7, 1.05)
        ]
        figure.chain(main, [0.06] * 6, paint)
        for side in (-1, 1):
            figure.limb((x, side * 1.05, 2.35), (x, side * 2.0, 0.85), 0.06, paint)
        for _, y, z in main[1:-1]:
            figure.limb((x, y, 0.8), (x, y, z), 0.035, paint)
        figure.box((x, 0, 0.88), (0.04, 2.0, 0.05), paint)


def well(figure: Figure, paint: Colour, phase: float) -> None:
    """A stone well under a little roof in the paint, with a bucket on its rope, 2.7 m tall."""
    figure.post((0, 0, 0), 0.9, 0.85, _STONE, **_bricks(_STONE, 3.0))
    figure.post((0, 0, 0.8), 0.7, 0.08, hex_colour("1f4a70"))
    for y in (-0.8, 0.8):
        figure.box((0, y, 1.2), (0.08, 0.08, 1.0), WOOD)
    figure.drum((0, 0, 1.75), 0.09, 0.85, WOOD, axis="y")
    figure.limb((0, 0, 1.2), (0, 0, 1.75), 0.03, hex_colour("d8c8a0"))
    figure.post((0, 0, 0.98), 0.2, 0.28, shade(WOOD, 1.5))
    for side in (-1, 1):
        slope = rotation_y(side * 0.75)
        figure.box((side * 0.48, 0, 2.3), (0.72, 1.15, 0.07), paint, rotation=slope)


def pagoda(figure: Figure, paint: Colour, phase: float) -> None:
    """A pagoda of four storeys with wide roofs in the paint, 4 m tall."""
    wall = hex_colour("e8dcc4") if lightness(paint) < 0.5 else hex_colour("8a3a2a")
    for storey in range(4):
        low, half = 0.85 * storey, 0.78 - 0.13 * storey
        figure.box((0, 0, low + 0.35), (half, half, 0.35), wall)
        figure.box((half, 0, low + 0.32), (0.02, 0.16, 0.28), _DOOR)
        figure.spire((0, 0, low + 0.62), 1.45 * half + 0.45, 0.5, paint)
    figure.post((0, 0, 3.6), 0.05, 0.45, hex_colour("f0c040"))


def factory(figure: Figure, paint: Colour, phase: float) -> None:
    """A factory hall with a saw-tooth roof and two smoking chimneys, 3 m tall."""
    figure.box((0, 0, 0.6), (0.9, 1.5, 0.6), paint)
    for y in (-1.0, 0.0, 1.0):
        figure.box((0, y + 0.1, 1.28), (0.9, 0.52, 0.05), trim(paint), rotation=rotation_x(0.55))
        figure.box((0, y + 0.48, 1.35), (0.88, 0.03, 0.24), glass(paint))
        figure.box((0.9, y, 0.7), (0.03, 0.3, 0.22), glass(paint))
    for y in (-0.75, 0.1):
        figure.post((-0.5, y, 1.2), 0.2, 1.5, paint)
        figure.post((-0.5, y, 2.45), 0.22, 0.12, marking(paint))
        for puff in range(3):
            rise = 0.26 * puff + 0.06 * math.sin(phase + puff)
            figure.ball(
                (-0.5, y + 0.16 * puff, 2.85 + rise), 0.2 + 0.05 * puff, hex_colour("b4b4b8")
            )


MODELS: dict[str, Model] = {
    "lighthouse": Model(lighthouse, 0.82, 1.9, 1.9, 3.75, own="d02a2a"),
    "windmill": Model(windmill, 0.84, 2.1, 3.1, 3.9, beat=2.0, own="c8b48c"),
    "church": Model(church, 0.78, 2.95, 1.75, 4.1, own="e4dccc"),
    "skyscraper": Model(skyscraper, 0.8, 1.75, 1.75, 4.1, own="7a90a8"),
    "igloo": Model(igloo, 0.92, 3.4, 3.0, 1.75, own="dce8f2"),
    "barn": Model(barn, 0.76, 2.95, 2.4, 2.75, own="a82a20"),
    "pyramid": Model(pyramid, 0.8, 3.5, 3.5, 2.35, own="d8b46a"),
    "temple": Model(temple, 0.68, 3.0, 3.3, 2.65, own="e0d8c4"),
    "bridge": Model(bridge, 0.86, 1.1, 4.1, 2.4, own="b83a20"),
    "well": Model(well, 0.88, 1.9, 2.3, 2.85, own="9a4a2c"),
    "pagoda": Model(pagoda, 0.82, 3.1, 3.1, 4.05, own="b02a24"),
    "factory": Model(factory, 0.86, 1.85, 3.0, 3.6, beat=2.0, own="9a5a44"),
}
