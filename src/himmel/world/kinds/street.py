"""Things of the street and the playground: traffic light, street lamp, mailbox, flag, tent, swing."""

from __future__ import annotations

import math
from itertools import pairwise

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.forms import darker, fin, plank, turned
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import (
    GOLD,
    INK,
    STEEL,
    WHITE,
    WOOD,
    marking,
    mix,
    trim,
)
from himmel.world.render import Colour, Shape, hex_colour, rotation_x, rotation_y, rotation_z

_LAMPS = ("f02020", "f0b010", "20c040")


def traffic_light(figure: Figure, paint: Colour, phase: float) -> None:
    """A traffic light: red, yellow and green lamps on all four sides of a case on a pole."""
    figure.post((0, 0, 0), 0.45, 0.12, trim(paint))
    figure.post((0, 0, 0.1), 0.16, 0.75, trim(paint))
    figure.box((0, 0, 1.75), (0.52, 0.52, 0.98), paint)
    figure.box((0, 0, 2.76), (0.42, 0.42, 0.06), darker(paint))
    for quarter in range(4):
        side = figure.part((0, 0, 0), rotation_z(quarter * math.pi / 2))
        side.box((0.52, 0, 1.75), (0.02, 0.36, 0.92), INK)
        for index, tone in enumerate(_LAMPS):
            z = 2.35 - 0.6 * index
            side.drum(
                (0.53, 0, z), 0.25, 0.04, hex_colour(tone), emission=0.7 if index == 0 else 0.35
            )
            side.box((0.62, 0, z + 0.27), (0.12, 0.26, 0.04), paint)


def street_lamp(figure: Figure, paint: Colour, phase: float) -> None:
    """An old street lamp: a lit lantern of glass under a hat, on a fluted post."""
    turned(figure, [(0.55, 0.0), (0.38, 0.3), (0.25, 0.55)], paint)
    figure.post((0, 0, 0.5), 0.2, 1.2, paint)
    figure.ball((0, 0, 0.95), (0.3, 0.3, 0.12), paint)
    figure.limb((-0.5, 0, 1.55), (0.5, 0, 1.55), 0.11, paint)
    turned(figure, [(0.42, 1.75), (0.62, 2.35)], hex_colour("ffe8a8"), emission=0.8)
    for index in range(4):
        angle = index * math.pi / 2 + math.pi / 4
        c, s = math.cos(angle), math.sin(angle)
        figure.limb((0.44 * c, 0.44 * s, 1.72), (0.66 * c, 0.66 * s, 2.38), 0.1, paint)
    figure.post((0, 0, 1.66), 0.5, 0.12, paint)
    figure.post((0, 0, 2.35), 0.76, 0.09, paint)
    figure.spire((0, 0, 2.42), 0.74, 0.42, paint)
    figure.ball((0, 0, 2.85), 0.14, paint)


def letter_box(figure: Figure, paint: Colour, phase: float) -> None:
    """A letter box on a post: a round-topped case, a flag up, a letter that looks out."""
    figure.box((0, 0, 0.55), (0.16, 0.16, 0.55), WOOD)
    figure.box((0, 0, 1.35), (1.0, 0.52, 0.3), paint)
    figure.drum((0, 0, 1.62), 0.52, 1.0, paint)
    figure.drum((1.0, 0, 1.62), 0.46, 0.02, darker(paint))
    figure.box((1.0, 0, 1.38), (0.02, 0.46, 0.26), darker(paint))
    figure.box((1.1, 0, 1.62), (0.3, 0.34, 0.03), WHITE)
    for side in (-1, 1):
        figure.box((-0.3, side * 0.56, 1.95), (0.06, 0.04, 0.42), STEEL)
        figure.box((-0.1, side * 0.56, 2.25), (0.24, 0.05, 0.13), hex_colour("d82020"))
        figure.box((0.15, side * 0.53, 1.42), (0.3, 0.02, 0.1), marking(paint))


def flag(figure: Figure, paint: Colour, phase: float) -> None:
    """A flag with a pale bar on a pole; its cloth waves with its phase."""
    turned(figure, [(0.45, 0.0), (0.25, 0.2)], STEEL, at=(1.1, 0, 0))
    figure.limb((1.1, 0, 0.1), (1.1, 0, 2.5), 0.1, STEEL)
    figure.ball((1.1, 0, 2.55), 0.15, GOLD)
    swell = [min(1.0, step / 3) * 0.1 * math.sin(0.8 * step + phase) for step in range(10)]
    for step, (near, far) in enumerate(pairwise(swell)):
        at, size = (0.96 - 0.27 * step, (near + far) / 2, 1.65), math.hypot(0.27, far - near) / 2
        turn = rotation_z(math.atan2(near - far, 0.27))
        figure.add(Shape.BOX, at, (size + 0.02, 0.06, 0.8), paint, turn)
        figure.add(Shape.BOX, at, (size + 0.02, 0.08, 0.14), marking(paint), turn)


def tent(figure: Figure, paint: Colour, phase: float) -> None:
    """A ridge tent: two sloping sheets, a dark door that is tied back, pegs and cords."""
    for side in (-1, 1):
        sheet = figure.part((0, side * 0.62, 0.86), rotation_x(side * -0.95))
        sheet.box((0, 0, 0), (1.3, 1.06, 0.05), paint)
        sheet.box((0, side * -0.95, 0), (1.31, 0.1, 0.06), marking(paint))
        sheet.box((-0.1, side * -0.2, 0), (0.4, 0.3, 0.07), marking(paint))
        sheet.box((-0.1, side * -0.2, 0), (0.32, 0.22, 0.08), darker(paint, 0.45))
        figure.limb((1.3, side * 0.2, 1.5), (1.75, side * 0.9, 0.05), 0.03, WHITE)
    for index in range(8):
        wide = 1.16 * (1 - (index + 0.5) / 8)
        z = 0.11 + 0.21 * index
        figure.box((-1.2, 0, z), (0.03, wide, 0.105), paint)
        figure.box((1.2, 0, z), (0.03, wide, 0.105), darker(paint, 0.75))
        if index < 6:
            figure.box((1.23, 0, z), (0.03, wide * 0.42, 0.105), INK)
    figure.limb((-1.35, 0, 1.74), (1.35, 0, 1.74), 0.07, marking(paint))


def hydrant(figure: Figure, paint: Colour, phase: float) -> None:
    """A fire hydrant: a stout body, a domed cap with a nut, three outlets with a chain."""
    figure.post((0, 0, 0), 0.72, 0.16, paint)
    figure.post((0, 0, 0.1), 0.5, 1.5, paint)
    figure.post((0, 0, 0.5), 0.56, 0.1, marking(paint))
    figure.post((0, 0, 1.55), 0.66, 0.14, paint)
    figure.ball((0, 0, 1.68), (0.52, 0.52, 0.45), paint)
    figure.post((0, 0, 2.08), 0.16, 0.22, marking(paint))
    figure.drum((0.5, 0, 1.1), 0.34, 0.2, paint)
    figure.drum((0.72, 0, 1.1), 0.28, 0.07, marking(paint))
    for side in (-1, 1):
        figure.drum((0, side * 0.55, 1.2), 0.26, 0.2, paint, axis="y")
        figure.drum((0, side * 0.78, 1.2), 0.2, 0.08, marking(paint), axis="y")
        figure.chain(_links(side), [0.04] * 4, INK)


def _links(side: int) -> list[tuple[float, float, float]]:
    """A chain that hangs from an outlet to the body."""
    return [
        (0.1 * i, side * (0.8 - 0.09 * i), 0.95 - 0.2 * math.sin(i * math.pi / 4)) for i in range(5)
    ]


def signpost(figure: Figure, paint: Colour, phase: float) -> None:
    """A signpost with three arrows that point to different sides."""
    figure.limb((0, 0, 0.1), (0, 0, 2.7), 0.13, WOOD)
    for z, turn in ((2.3, 0.3), (1.75, math.pi + 0.2), (1.2, -0.35)):
        arrow = figure.part((0, 0, z), rotation_z(turn))
        arrow.box((0.35, 0, 0), (0.85, 0.17, 0.22), paint)
        fin(arrow, (1.15, 0, 0), (0.24, 0.17), 0.42, paint, rotation_y(math.pi / 2))
        for side in (-1, 1):
            arrow.box((0.4, side * 0.175, 0), (0.55, 0.015, 0.07), marking(paint))


def swing(figure: Figure, paint: Colour, phase: float) -> None:
    """A swing in a frame of two A's; its seat swings with its phase."""
    for y in (-1.2, 1.2):
        for x in (-0.75, 0.75):
            figure.limb((0, y, 2.4), (x, y * 1.1, 0.1), 0.12, paint)
        figure.limb((-0.38, y, 1.2), (0.38, y, 1.2), 0.08, paint)
    figure.limb((0, -1.3, 2.4), (0, 1.3, 2.4), 0.14, paint)
    seat = figure.part((0, 0, 2.4), rotation_y(0.55 * math.sin(phase) + 0.25))
    for y in (-0.45, 0.45):
        seat.limb((0, y, 0), (0, y, -1.65), 0.04, INK)
    seat.box((0, 0, -1.68), (0.28, 0.62, 0.07), mix(paint, marking(paint), 0.5))


def playground_slide(figure: Figure, paint: Colour, phase: float) -> None:
    """A children's slide: a ladder behind, a chute with rims that runs down to the front."""
    chute = [(-0.75, 0, 2.0), (0.9, 0, 0.5), (1.5, 0, 0.35)]
    for start, end in pairwise(chute):
        plank(figure, start, end, 0.06, 0.42, marking(paint))
        for side in (-0.46, 0.46):
            rim = [(x, side, z + 0.12) for x, _, z in (start, end)]
            plank(figure, rim[0], rim[1], 0.17, 0.07, paint)
    figure.box((-0.95, 0, 2.0), (0.3, 0.45, 0.07), paint)
    for side in (-0.46, 0.46):
        figure.limb((-1.2, side, 2.5), (-1.55, side, 0.1), 0.1, paint)
        figure.limb((-0.7, side, 2.0), (-0.7, side, 0.1), 0.1, paint)
        figure.limb((-1.2, side, 2.5), (-0.65, side, 2.15), 0.08, paint)
        figure.limb((1.3, side, 0.35), (1.3, side, 0.1), 0.1, paint)
    for index in range(6):
        x, z = -1.52 + 0.055 * index, 0.3 + 0.32 * index
        figure.limb((x, -0.46, z), (x, 0.46, z), 0.07, paint)


MODELS: dict[str, Model] = {
    "traffic-light": Model(traffic_light, 0.92, 1.48, 1.48, 2.82, own="3a4a3e"),
    "street-lamp": Model(street_lamp, 0.87, 1.52, 1.52, 2.99, own="2e3a34"),
    "mailbox": Model(letter_box, 1.09, 2.4, 1.22, 2.38, own="2a5a9a"),
    "flag": Model(flag, 0.96, 2.89, 0.83, 2.7, beat=5.0, own="c82a2a"),
    "tent": Model(tent, 0.88, 3.2, 2.55, 1.81, own="d88a2a"),
    "fire-hydrant": Model(hydrant, 1.13, 1.51, 1.72, 2.3, own="c82818"),
    "signpost": Model(signpost, 0.92, 3.04, 1.09, 2.83, own="c8a068"),
    "swing": Model(swing, 1.02, 1.74, 2.88, 2.54, beat=3.0, own="c83a2a"),
    "playground-slide": Model(playground_slide, 0.96, 3.19, 1.12, 2.6, own="2a80c8"),
}
