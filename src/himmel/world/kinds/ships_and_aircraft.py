"""Vehicles of water and air: sailing boat, ship, submarine, helicopter, ufo, airship, parachute."""

from __future__ import annotations

import math

from himmel.world.kinds.figure import Figure, Look
from himmel.world.kinds.forms import fin, hull, ring, turned
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import (
    GOLD,
    INK,
    SKIN,
    STEEL,
    WHITE,
    WOOD,
    glass,
    marking,
    mix,
    shade,
    trim,
)
from himmel.world.render import (
    Colour,
    Pattern,
    Shape,
    hex_colour,
    rotation_x,
    rotation_y,
    rotation_z,
)

_PANE = hex_colour("8fd0f0")


def sailing_boat(figure: Figure, paint: Colour, phase: float) -> None:
    """A sailing boat with a mainsail in its colour and a pale jib; it rocks with its phase."""
    boat = figure.part((0, 0, 0), rotation_x(0.08 * math.sin(phase)))
    hull(boat, 1.45, 0.52, 0.6, paint)
    boat.add(Shape.CYLINDER, (0, 0, 0.62), (1.5, 0.56, 0.05), marking(paint))
    boat.box((-0.3, 0, 0.74), (0.45, 0.28, 0.12), WOOD)
    boat.limb((0.15, 0, 0.6), (0.15, 0, 3.35), 0.07, WOOD)
    boat.limb((0.15, 0, 0.95), (-1.3, 0, 0.95), 0.06, WOOD)
    fin(boat, (-0.5, 0, 1.0), (0.78, 0.06), 2.25, paint, rotation_y(0.24))
    fin(boat, (0.72, 0, 0.95), (0.5, 0.06), 1.9, mix(marking(paint), paint, 0.1), rotation_y(-0.22))
    fin(boat, (0.15, 0, 3.22), (0.1, 0.03), 0.4, marking(paint), rotation_y(-math.pi / 2))


def ship(figure: Figure, paint: Colour, phase: float) -> None:
    """A steamship: a long hull, white decks with portholes, two funnels and a mast."""
    vessel = figure.part((0, 0, 0), rotation_y(0.03 * math.sin(phase)))
    hull(vessel, 2.1, 0.62, 0.95, paint)
    vessel.box((1.35, 0, 1.0), (0.45, 0.3, 0.14), paint)
    vessel.add(Shape.CYLINDER, (0, 0, 0.93), (2.08, 0.63, 0.05), marking(paint))
    deck = marking(paint)
    vessel.box((-0.25, 0, 1.15), (1.15, 0.44, 0.2), deck)
    vessel.box((-0.15, 0, 1.5), (0.85, 0.36, 0.18), deck)
    for index in range(5):
        vessel.box((-1.1 + 0.42 * index, 0, 1.18), (0.1, 0.46, 0.08), glass(WHITE))
    vessel.box((0.35, 0, 1.53), (0.32, 0.38, 0.08), glass(WHITE))
    for x in (-0.6, 0.2):
        funnel = vessel.part((x, 0, 1.6), rotation_y(-0.12))
        funnel.post((0, 0, 0), 0.24, 0.85, paint)
        funnel.post((0, 0, 0.62), 0.25, 0.25, trim(paint))
    vessel.limb((1.1, 0, 1.0), (1.1, 0, 2.2), 0.05, WOOD)
    for side in (-1, 1):
        for x in (-0.9, -0.45, 0.0, 0.45, 0.9):
            vessel.ball((x, side * 0.5, 0.6), (0.09, 0.09, 0.09), deck)


def submarine(figure: Figure, paint: Colour, phase: float) -> None:
    """A submarine: a round hull with portholes, a tower with a periscope, fins and a propeller."""
    body = figure.part((0, 0, 0.68))
    body.limb((-1.1, 0, 0), (1.15, 0, 0), 0.66, paint)
    body.add(Shape.CONE, (-1.75, 0, 0), (0.6, 0.6, 0.5), paint, rotation_y(-math.pi / 2))
    body.add(Shape.CYLINDER, (0.15, 0, 0.85), (0.55, 0.32, 0.42), paint)
    body.add(Shape.CYLINDER, (0.15, 0, 1.25), (0.6, 0.36, 0.06), marking(paint))
    body.chain([(0.25, 0, 1.2), (0.25, 0, 1.75), (0.55, 0, 1.75)], (0.09, 0.09), STEEL)
    for side in (-1, 1):
        for x in (-0.75, 0.05, 0.85):
            body.drum((x, side * 0.6, 0.1), 0.24, 0.08, marking(paint), axis="y")
            body.drum((x, side * 0.62, 0.1), 0.17, 0.09, _PANE, axis="y")
        body.box((-1.6, side * 0.45, 0), (0.28, 0.35, 0.06), shade(paint, 0.7))
    body.box((-1.6, 0, 0.45), (0.28, 0.06, 0.4), shade(paint, 0.7))
    screw = body.part((-2.25, 0, 0), rotation_x(phase))
    screw.box((0, 0, 0), (0.06, 0.12, 0.5), GOLD)
    screw.box((0, 0, 0), (0.06, 0.5, 0.12), GOLD)


def helicopter(figure: Figure, paint: Colour, phase: float) -> None:
    """A helicopter on skids: a glass nose, a thin tail, a large rotor above, a small one behind."""
    pane = glass(paint)
    figure.ball((0.35, 0, 1.2), (0.95, 0.66, 0.72), paint)
    figure.ball((0.82, 0, 1.32), (0.58, 0.5, 0.42), pane, reflection=0.15)
    figure.box((0.78, 0, 1.3), (0.07, 0.57, 0.5), paint)
    figure.chain([(-0.2, 0, 1.4), (-0.9, 0, 1.42), (-1.7, 0, 1.55)], (0.34, 0.21), paint)
    fin(figure, (-1.65, 0, 1.45), (0.32, 0.08), 0.8, paint, rotation_y(-0.35))
    figure.box((0.1, 0.66, 1.15), (0.26, 0.03, 0.3), marking(paint))
    figure.box((0.1, -0.66, 1.15), (0.26, 0.03, 0.3), marking(paint))
    for side in (-1, 1):
        figure.limb((-0.55, side * 0.6, 0.1), (1.25, side * 0.6, 0.1), 0.09, STEEL)
        for x in (-0.15, 0.8):
            figure.limb((x, side * 0.35, 0.7), (x, side * 0.6, 0.1), 0.07, STEEL)
    figure.post((0.25, 0, 1.85), 0.12, 0.32, STEEL)
    rotor = figure.part((0.25, 0, 2.2), rotation_z(phase))
    rotor.box((0, 0, 0), (1.4, 0.16, 0.05), INK)
    rotor.box((0, 0, 0), (0.16, 1.4, 0.05), INK)
    tail = figure.part((-1.7, 0.22, 1.7), rotation_y(phase))
    tail.box((0, 0, 0), (0.45, 0.04, 0.08), INK)
    tail.box((0, 0, 0), (0.08, 0.04, 0.45), INK)


def ufo(figure: Figure, paint: Colour, phase: float) -> None:
    """A flying saucer that hovers: a disc, a ring of lamps, a glass dome with a green pilot."""
    saucer = figure.part((0, 0, 1.05), rotation_z(phase))
    saucer.ball((0, 0, 0), (1.6, 1.6, 0.36), paint)
    saucer.ball((0, 0, 0.2), (0.95, 0.95, 0.36), paint)
    saucer.ball((0, 0, 0.5), (0.62, 0.62, 0.62), hex_colour("a8e4f4"), reflection=0.2)
    saucer.post((0, 0, 0.38), 0.68, 0.12, marking(paint))
    saucer.ball((0, 0, -0.3), (0.7, 0.7, 0.25), trim(paint))
    for index in range(10):
        angle = index * math.pi / 5
        lamp = GOLD if index % 2 == 0 else hex_colour("fff6d0")
        at = (1.38 * math.cos(angle), 1.38 * math.sin(angle), 0.08)
        saucer.ball(at, (0.17, 0.17, 0.13), lamp, emission=0.7)
    for index in range(3):
        angle = index * 2 * math.pi / 3 + 0.4
        c, s = math.cos(angle), math.sin(angle)
        saucer.limb((0.6 * c, 0.6 * s, -0.3), (0.95 * c, 0.95 * s, -0.88), 0.07, STEEL)
        saucer.ball((0.95 * c, 0.95 * s, -0.92), (0.16, 0.16, 0.1), STEEL)


def airship(figure: Figure, paint: Colour, phase: float) -> None:
    """A zeppelin low over the ground: a long hull with ribs, a gondola and four tail fins."""
    pale = mix(paint, marking(paint), 0.22)
    ship_ = figure.part((0, 0, 1.55))
    ribs: Look = {"second_colour": pale, "pattern": Pattern.MERIDIANS, "pattern_scale": 6}
    ship_.add(Shape.SPHERE, (0, 0, 0), (0.86, 0.86, 2.0), paint, rotation_y(math.pi / 2), **ribs)
    for quarter in range(4):
        tail = ship_.part((-1.45, 0, 0), rotation_x(quarter * math.pi / 2))
        fin(tail, (-0.05, 0, 0.2), (0.5, 0.07), 0.85, shade(paint, 0.65), rotation_y(-0.35))
    ship_.limb((0.0, 0, -0.95), (0.75, 0, -0.95), 0.22, marking(paint))
    ship_.box((0.38, 0, -0.92), (0.4, 0.23, 0.08), glass(WHITE))
    for x in (0.0, 0.75):
        ship_.limb((x, 0, -0.6), (x, 0, -0.95), 0.06, INK)
    screw = ship_.part((-0.3, 0, -0.95), rotation_x(phase))
    screw.box((0, 0, 0), (0.04, 0.06, 0.35), INK)


def parachute(figure: Figure, paint: Colour, phase: float) -> None:
    """A round parachute with gores; its jumper hangs just above the ground."""
    pale = mix(paint, marking(paint), 0.35)
    gores: Look = {"second_colour": pale, "pattern": Pattern.MERIDIANS, "pattern_scale": 4}
    dome = [(1.5 * math.cos(a), 2.2 + 0.95 * math.sin(a)) for a in (0, 0.25, 0.5, 0.8, 1.1, 1.4)]
    turned(figure, dome, paint, **gores)
    ring(figure, (0, 0, 2.2), 1.47, 0.06, paint, plane="xy")
    swing = 0.15 * math.sin(phase)
    hands = (swing, 0.0, 1.15)
    for index in range(6):
        angle = index * math.pi / 3
        rim = (1.45 * math.cos(angle), 1.45 * math.sin(angle), 2.2)
        figure.limb(rim, hands, 0.03, INK)
    figure.limb((swing, 0, 0.65), (swing, 0, 1.0), 0.2, trim(paint))
    figure.ball((swing, 0, 1.32), 0.2, SKIN)
    for side in (-1, 1):
        figure.limb((swing, side * 0.12, 0.6), (swing + 0.1, side * 0.14, 0.15), 0.11, trim(paint))
        figure.limb((swing, side * 0.2, 1.0), (swing, side * 0.4, 1.5), 0.09, trim(paint))


MODELS: dict[str, Model] = {
    "sailing-boat": Model(sailing_boat, 0.76, 3.0, 1.12, 3.42, beat=3.0, own="2a60a8"),
    "ship": Model(ship, 0.73, 4.2, 1.26, 2.49, beat=2.5, own="2a3448"),
    "submarine": Model(submarine, 0.74, 4.12, 1.6, 2.52, beat=7.0, own="e8b820"),
    "helicopter": Model(helicopter, 0.8, 3.8, 2.8, 2.25, beat=9.0, own="2a6a9a"),
    "ufo": Model(ufo, 0.95, 3.2, 3.2, 2.17, beat=2.0, own="a0a8b0"),
    "airship": Model(airship, 0.76, 4.0, 2.0, 2.55, beat=9.0, own="b8bcc0"),
    "parachute": Model(parachute, 0.83, 3.06, 2.99, 3.14, beat=2.0, own="d84a1e"),
}
