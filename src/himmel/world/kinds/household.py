"""Household things: candle, laptop, telephone, umbrella, vase, teapot, bucket, basket, barrel, book."""

from __future__ import annotations

import math

from himmel.world.kinds.figure import Figure, Look
from himmel.world.kinds.forms import bow, darker, plank, ring, turned
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import (
    GOLD,
    INK,
    PALE_GLASS,
    SLATE,
    STEEL,
    WHITE,
    WOOD,
    lightness,
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
)

_LEATHER = hex_colour("4a2e1c")


def candle(figure: Figure, paint: Colour, phase: float) -> None:
    """A thick candle in a saucer with a handle; its flame wavers with its phase."""
    turned(figure, [(0.7, 0.0), (0.95, 0.16)], STEEL)
    ring(figure, (-1.12, 0, 0.38), 0.27, 0.08, STEEL)
    figure.post((0, 0, 0.15), 0.5, 1.5, paint)
    for angle, long in ((0.3, 0.5), (1.9, 0.3), (3.4, 0.6), (4.8, 0.4)):
        x, y = 0.5 * math.cos(angle), 0.5 * math.sin(angle)
        figure.limb((x, y, 1.6), (x, y, 1.6 - long), 0.09, mix(paint, marking(paint), 0.3))
    figure.limb((0, 0, 1.6), (0, 0, 1.85), 0.05, INK)
    lean = figure.part((0, 0, 1.8), rotation_y(0.15 * math.sin(phase)))
    lean.ball((0, 0, 0.24), (0.2, 0.2, 0.24), hex_colour("ff9a20"), emission=2.0)
    lean.spire((0, 0, 0.3), 0.18, 0.5, hex_colour("ff9a20"), emission=2.0)
    lean.ball((0, 0, 0.18), (0.12, 0.12, 0.16), hex_colour("fff0a0"), emission=2.5)


def laptop(figure: Figure, paint: Colour, phase: float) -> None:
    """An open laptop: keys and a pad below, a lit screen with a window of text."""
    figure.box((0.15, 0, 0.12), (0.95, 1.3, 0.1), paint)
    for row in range(4):
        for column in range(9):
            at = (-0.45 + 0.26 * row, -1.04 + 0.26 * column, 0.24)
            figure.box(at, (0.1, 0.1, 0.03), INK if lightness(paint) > 0.02 else STEEL)
    figure.box((0.82, 0, 0.225), (0.2, 0.38, 0.01), darker(paint))
    lid = figure.part((-0.8, 0, 0.18), rotation_y(-0.3))
    lid.box((0, 0, 0.92), (0.07, 1.3, 0.92), paint)
    lid.box((0.07, 0, 0.95), (0.02, 1.18, 0.78), hex_colour("58a8e8"), emission=0.35)
    lid.box((0.09, 0.35, 0.95), (0.02, 0.6, 0.5), WHITE, emission=0.4)
    for z in (1.25, 1.05, 0.85, 0.65):
        lid.box((0.11, 0.35, z), (0.01, 0.45, 0.04), hex_colour("505860"))


def telephone(figure: Figure, paint: Colour, phase: float) -> None:
    """A telephone with a dial, its handset lying across two forks, and a curled cord."""
    turned(figure, [(1.05, 0.0), (1.0, 0.25), (0.62, 0.95)], paint)
    dial = figure.part((0.66, 0, 0.68), rotation_y(1.05))
    dial.post((0, 0, 0), 0.48, 0.1, marking(paint))
    for index in range(10):
        angle = 0.6 + index * 0.56
        dial.post((0.34 * math.cos(angle), 0.34 * math.sin(angle), 0.08), 0.08, 0.04, INK)
    dial.post((0, 0, 0.08), 0.16, 0.05, paint)
    for side in (-1, 1):
        figure.limb((0, side * 0.4, 0.9), (0, side * 0.45, 1.15), 0.12, STEEL)
        figure.ball((0.02, side * 1.02, 1.12), (0.34, 0.3, 0.3), paint)
    cradle = [(0, -1.0, 1.3), (0, -0.45, 1.5), (0, 0.45, 1.5), (0, 1.0, 1.3)]
    figure.chain(cradle, (0.18, 0.17, 0.18), paint)
    coil = [(-0.1 + 0.1 * (i % 2), 1.15 - 0.02 * i, 0.95 - 0.085 * i) for i in range(11)]
    figure.chain(coil, [0.05] * 10, INK)


def photo_camera(figure: Figure, paint: Colour, phase: float) -> None:
    """A camera: a body with a dark grip, a large lens to the front, a flash and a button."""
    figure = figure.part((0, 0, -0.2))
    figure.box((0, 0, 0.9), (0.42, 1.15, 0.7), paint)
    figure.box((0, 0, 0.85), (0.43, 1.16, 0.3), INK if lightness(paint) > 0.02 else SLATE)
    figure.box((0, 0, 1.7), (0.3, 0.42, 0.2), paint)
    figure.drum((0.6, 0, 0.9), 0.58, 0.3, STEEL)
    figure.drum((0.9, 0, 0.9), 0.5, 0.16, INK)
    figure.drum((1.05, 0, 0.9), 0.38, 0.03, hex_colour("3a5a9a"), reflection=0.2)
    figure.ball((1.07, 0.12, 1.05), (0.03, 0.1, 0.1), WHITE)
    figure.box((0.42, 0.75, 1.38), (0.04, 0.25, 0.14), WHITE, emission=0.3)
    figure.post((0, -0.75, 1.6), 0.16, 0.14, hex_colour("c02020"))
    figure.post((0, 0.8, 1.6), 0.2, 0.1, STEEL)


def umbrella(figure: Figure, paint: Colour, phase: float) -> None:
    """An open umbrella with eight gores on a crooked stick."""
    pale = darker(paint, 0.72)
    gores: Look = {"second_colour": pale, "pattern": Pattern.MERIDIANS, "pattern_scale": 4}
    dome = [(1.4 * math.cos(a), 1.45 + 0.8 * math.sin(a)) for a in (0, 0.25, 0.5, 0.8, 1.1, 1.45)]
    turned(figure, dome, paint, **gores)
    for index in range(8):
        angle = index * math.pi / 4
        figure.ball((1.38 * math.cos(angle), 1.38 * math.sin(angle), 1.43), 0.08, STEEL)
    figure.limb((0, 0, 0.25), (0, 0, 2.5), 0.07, WOOD)
    bow(figure, (0.25, 0, 0.3), 0.25, 0.08, WOOD, math.pi, 2 * math.pi)


def vase(figure: Figure, paint: Colour, phase: float) -> None:
    """A bellied vase with a band and three flowers."""
    figure.post((0, 0, 0), 0.42, 0.1, paint)
    figure.ball((0, 0, 0.72), (0.72, 0.72, 0.68), paint)
    figure.post((0, 0, 0.66), 0.722, 0.12, marking(paint))
    figure.post((0, 0, 1.2), 0.34, 0.3, paint)
    turned(figure, [(0.34, 1.42), (0.56, 1.62)], paint)
    for lean, side, tone in ((-0.45, 0.25, "f4d03a"), (0.1, -0.35, "f08ab0"), (0.5, 0.2, "fafafa")):
        tip = (lean, side, 2.35 - 0.2 * abs(lean))
        figure.limb((0, 0, 1.5), tip, 0.05, hex_colour("3a8a3a"))
        for index in range(6):
            angle = index * math.pi / 3
            at = (tip[0] + 0.05, tip[1] + 0.17 * math.cos(angle), tip[2] + 0.17 * math.sin(angle))
            figure.ball(at, (0.08, 0.12, 0.12), hex_colour(tone))
        figure.ball(tip, (0.17, 0.1, 0.1), GOLD)


def teapot(figure: Figure, paint: Colour, phase: float) -> None:
    """A round teapot: spout to the front, handle behind, a lid with a knob."""
    figure.post((0, 0, 0), 0.55, 0.12, paint)
    figure.ball((0, 0, 0.85), (1.0, 1.0, 0.8), paint)
    figure.post((0, 0, 0.78), 1.004, 0.12, marking(paint))
    figure.ball((0, 0, 1.5), (0.6, 0.6, 0.26), paint)
    figure.post((0, 0, 1.46), 0.62, 0.06, marking(paint))
    figure.ball((0, 0, 1.84), 0.17, marking(paint))
    spout = [(0.7, 0, 0.6), (1.2, 0, 0.85), (1.42, 0, 1.35), (1.65, 0, 1.55)]
    figure.chain(spout, (0.24, 0.18, 0.14), paint)
    bow(figure, (-0.95, 0, 0.95), 0.52, 0.13, paint, math.pi * 0.35, math.pi * 1.65)


def bottle(figure: Figure, paint: Colour, phase: float) -> None:
    """A bottle with a long neck, a white label and a cork."""
    figure.post((0, 0, 0), 0.5, 1.5, paint)
    figure.ball((0, 0, 1.5), (0.5, 0.5, 0.45), paint)
    figure.post((0, 0, 1.7), 0.19, 0.75, paint)
    figure.post((0, 0, 2.3), 0.23, 0.12, paint)
    figure.post((0, 0, 2.42), 0.15, 0.2, hex_colour("c89860"))
    figure.post((0, 0, 0.45), 0.506, 0.65, marking(paint))
    figure.post((0, 0, 0.68), 0.512, 0.2, mix(paint, INK, 0.35))


def bucket(figure: Figure, paint: Colour, phase: float) -> None:
    """A pail that widens upwards, full of water, with a wire handle standing up."""
    turned(figure, [(0.62, 0.0), (0.95, 1.35)], paint)
    figure.post((0, 0, 1.32), 1.0, 0.1, marking(paint))
    figure.post((0, 0, 1.37), 0.88, 0.06, hex_colour("5ab0e0"))
    bow(figure, (0, 0, 1.35), 0.98, 0.06, STEEL, 0.0, math.pi, plane="xz")
    figure.limb((-0.25, 0, 2.33), (0.25, 0, 2.33), 0.12, WOOD)


def basket(figure: Figure, paint: Colour, phase: float) -> None:
    """A wicker basket with a high handle, full of apples."""
    weave: Look = {"second_colour": darker(paint), "pattern": Pattern.CHECKER, "pattern_scale": 5}
    for index in range(5):
        size = (0.85 + 0.07 * index, 0.6 + 0.06 * index, 0.1)
        figure.add(Shape.CYLINDER, (0, 0, 0.1 + 0.18 * index), size, paint, **weave)
    figure.add(Shape.CYLINDER, (0, 0, 0.95), (1.2, 0.92, 0.08), darker(paint, 0.8))
    for x, y in ((-0.6, 0.2), (-0.2, -0.35), (0.25, 0.3), (0.65, -0.15), (0.05, 0.0)):
        figure.ball((x, y, 1.08), 0.28, hex_colour("c82a1c"))
    bow(figure, (0, 0, 0.95), 1.08, 0.11, paint, 0.0, math.pi)


def barrel(figure: Figure, paint: Colour, phase: float) -> None:
    """A bellied barrel of staves with three iron hoops."""
    staves: Look = {
        "second_colour": darker(paint, 0.7),
        "pattern": Pattern.MERIDIANS,
        "pattern_scale": 9,
    }
    profile = [(0.72, 0.0), (0.9, 0.45), (0.97, 1.0), (0.97, 1.1), (0.9, 1.65), (0.72, 2.1)]
    turned(figure, profile, paint, **staves)
    for z, radius in ((0.22, 0.85), (0.95, 0.985), (1.72, 0.89)):
        figure.post((0, 0, z), radius, 0.15, trim(paint))
    figure.post((0, 0, 2.08), 0.62, 0.03, darker(paint, 0.8))
    figure.drum((0.98, 0, 0.5), 0.12, 0.12, WOOD)


def crate(figure: Figure, paint: Colour, phase: float) -> None:
    """A wooden crate of boards with a frame and a diagonal brace on each side."""
    dark = darker(paint, 0.55)
    figure.box((0, 0, 0.95), (0.86, 0.86, 0.86), paint,
               second_colour=dark, pattern=Pattern.PLANKS, pattern_scale=3)  # fmt: skip
    for u in (-0.86, 0.86):
        for v in (-0.86, 0.86):
            figure.box((u, v, 0.95), (0.12, 0.12, 0.95), paint)
            figure.box((u, 0, 0.95 + v), (0.12, 0.95, 0.11), paint)
            figure.box((0, u, 0.95 + v), (0.95, 0.12, 0.11), paint)
    tone = darker(paint, 0.75)
    for side in (-0.88, 0.88):
        plank(figure, (-0.8, side, 0.2), (0.8, side, 1.7), 0.12, 0.08, tone)
        brace = figure.part((side, 0, 0.95), rotation_x(0.76))
        brace.box((0, 0, 0), (0.08, 1.1, 0.12), tone)


def suitcase(figure: Figure, paint: Colour, phase: float) -> None:
    """A suitcase: rounded corners, two straps, corner caps and a handle on top."""
    figure.box((0, 0, 0.95), (1.25, 0.4, 0.85), paint)
    figure.box((0, 0, 0.95), (1.27, 0.05, 0.87), INK)
    for x in (-0.75, 0.75):
        figure.box((x, 0, 0.95), (0.11, 0.43, 0.88), _LEATHER)
        figure.box((x, 0, 1.35), (0.14, 0.45, 0.09), GOLD)
    for x in (-1.14, 1.14):
        for z in (0.2, 1.7):
            figure.box((x, 0, z), (0.16, 0.43, 0.14), marking(paint))
    handle = [(-0.35, 0, 1.82), (-0.3, 0, 2.1), (0.3, 0, 2.1), (0.35, 0, 1.82)]
    figure.chain(handle, (0.08, 0.1, 0.08), _LEATHER)


def backpack(figure: Figure, paint: Colour, phase: float) -> None:
    """A rucksack: a round-topped bag, a front pocket, a flap, straps behind, a rolled mat."""
    figure.box((0, 0, 0.9), (0.42, 0.75, 0.8), paint)
    figure.limb((0, -0.35, 1.65), (0, 0.35, 1.65), 0.42, paint)
    figure.box((0.5, 0, 0.6), (0.16, 0.5, 0.42), darker(paint, 0.75))
    figure.box((0.55, 0, 0.98), (0.15, 0.54, 0.1), paint)
    figure.box((0.42, 0, 1.45), (0.06, 0.62, 0.22), darker(paint, 0.75))
    for side in (-1, 1):
        figure.box((0.5, side * 0.3, 1.3), (0.04, 0.07, 0.32), _LEATHER)
        figure.box((0.55, side * 0.3, 1.1), (0.03, 0.1, 0.09), GOLD)
        strap = [(-0.35, side * 0.42, 1.8), (-0.75, side * 0.45, 1.3), (-0.4, side * 0.5, 0.3)]
        figure.chain(strap, (0.11, 0.11), _LEATHER)
    figure.limb((0, -0.8, 2.2), (0, 0.8, 2.2), 0.24, marking(paint))
    for y in (-0.45, 0.45):
        figure.drum((0, y, 2.2), 0.26, 0.06, _LEATHER, axis="y")


def book(figure: Figure, paint: Colour, phase: float) -> None:
    """A thick closed book that stands upright: pages to the front, a title on either cover."""
    paper: Look = {
        "second_colour": hex_colour("b8ac90"),
        "pattern": Pattern.CHECKER,
        "pattern_scale": 9,
    }
    figure.box((0.02, 0, 1.2), (0.85, 0.3, 1.1), hex_colour("f4ecd8"), **paper)
    figure.add(Shape.CYLINDER, (-0.85, 0, 1.2), (0.2, 0.38, 1.2), paint)
    for side in (-1, 1):
        figure.box((0.02, side * 0.34, 1.2), (0.92, 0.07, 1.2), paint)
        figure.box((0.1, side * 0.42, 1.65), (0.55, 0.015, 0.22), marking(paint))
        figure.box((0.1, side * 0.42, 0.6), (0.4, 0.015, 0.07), marking(paint))
        figure.drum((0.1, side * 0.42, 1.05), 0.22, 0.015, GOLD, axis="y")
    for z in (0.4, 2.0):
        figure.add(Shape.CYLINDER, (-0.85, 0, z), (0.23, 0.41, 0.08), GOLD)


def mirror(figure: Figure, paint: Colour, phase: float) -> None:
    """A standing mirror: an oval glass in a frame that hangs between two posts."""
    glass = figure.part((0, 0, 1.5), rotation_y(-0.12))
    flat = rotation_y(math.pi / 2)
    glass.add(Shape.CYLINDER, (0, 0, 0), (1.15, 0.72, 0.09), paint, flat)
    for side in (-0.08, 0.08):
        glass.add(
            Shape.CYLINDER, (side, 0, 0), (0.95, 0.54, 0.03), PALE_GLASS, flat, reflection=0.75
        )
    for side in (-1, 1):
        figure.limb((0, side * 0.88, 0.3), (0, side * 0.88, 2.0), 0.1, paint)
        figure.ball((0, side * 0.88, 2.1), 0.15, paint)
        figure.limb((-0.5, side * 0.88, 0.12), (0.5, side * 0.88, 0.12), 0.12, paint)
        figure.limb((0, side * 0.88, 1.5), (0, side * 0.7, 1.5), 0.08, GOLD)
    figure.limb((0, -0.88, 0.3), (0, 0.88, 0.3), 0.09, paint)


def broom(figure: Figure, paint: Colour, phase: float) -> None:
    """A besom on its bristles: a bundle of twigs in the colour, bound twice, on a wooden stick."""
    figure.limb((0, 0, 1.2), (0, 0, 2.6), 0.11, WOOD)
    for index in range(9):
        angle = index * 2 * math.pi / 9
        c, s = math.cos(angle), math.sin(angle)
        tone = paint if index % 2 else darker(paint, 0.8)
        figure.limb((0.26 * c, 0.26 * s, 1.25), (0.5 * c, 0.5 * s, 0.25), 0.24, tone)
    figure.limb((0, 0, 1.3), (0, 0, 0.3), 0.3, paint)
    for z, radius in ((1.02, 0.54), (1.25, 0.49)):
        figure.post((0, 0, z), radius, 0.1, marking(paint))
    figure.ball((0, 0, 1.42), (0.42, 0.42, 0.18), paint)


def frying_pan(figure: Figure, paint: Colour, phase: float) -> None:
    """A frying pan, tipped to the front so that the fried egg in it shows."""
    pan = figure.part((1.0, 0, 0.1), rotation_y(0.42)).part((-1.05, 0, 0))
    turned(pan, [(1.0, 0.0), (1.25, 0.36)], paint)
    pan.post((0, 0, 0.34), 1.29, 0.05, marking(paint))
    pan.post((0, 0, 0.36), 1.15, 0.05, darker(paint, 0.5))
    pan.ball((0.1, 0.05, 0.42), (0.8, 0.66, 0.08), WHITE)
    pan.ball((0.2, 0.0, 0.48), (0.32, 0.32, 0.17), GOLD)
    pan.limb((-1.2, 0, 0.3), (-1.35, 0, 0.4), 0.12, STEEL)
    pan.limb((-1.4, 0, 0.42), (-2.0, 0, 0.7), 0.18, paint)


def light_bulb(figure: Figure, paint: Colour, phase: float) -> None:
    """A light bulb, screw below, its glass in the colour and faintly lit."""
    figure.ball((0, 0, 1.65), 0.85, paint, emission=0.25)
    turned(figure, [(0.42, 0.55), (0.62, 1.1)], paint, emission=0.25)
    for z in (0.2, 0.36, 0.52):
        figure.post((0, 0, z - 0.06), 0.42, 0.1, STEEL)
    figure.post((0, 0, 0.14), 0.36, 0.5, shade(STEEL, 0.6))
    figure.ball((0, 0, 0.12), (0.2, 0.2, 0.12), INK)


def hourglass(figure: Figure, paint: Colour, phase: float) -> None:
    """An hourglass: two glass bulbs of sand between two discs on four posts."""
    sand = hex_colour("e0b060")
    for z in (0.0, 2.2):
        figure.post((0, 0, z), 0.88, 0.2, paint)
    for index in range(4):
        angle = index * math.pi / 2 + math.pi / 4
        x, y = 0.72 * math.cos(angle), 0.72 * math.sin(angle)
        figure.limb((x, y, 0.15), (x, y, 2.25), 0.1, paint)
    bulb = hex_colour("d4e8f0")
    figure.spire((0, 0, 0.2), 0.6, 1.15, sand)
    figure.add(
        Shape.CONE, (0, 0, 1.62), (0.6, 0.6, 0.58), bulb, rotation_x(math.pi), reflection=0.1
    )
    figure.add(Shape.CONE, (0, 0, 1.45), (0.45, 0.45, 0.42), sand, rotation_x(math.pi))
    figure.post((0, 0, 1.05), 0.12, 0.3, bulb)


MODELS: dict[str, Model] = {
    "candle": Model(candle, 1.0, 2.38, 1.82, 2.6, beat=5.0, own="e8dcc0"),
    "laptop": Model(laptop, 0.93, 2.51, 2.6, 1.96, own="a8acb2"),
    "telephone": Model(telephone, 1.12, 2.09, 2.64, 1.68, own="b02828"),
    "photo-camera": Model(photo_camera, 1.05, 1.53, 2.32, 1.7, own="8a8e94"),
    "umbrella": Model(umbrella, 1.01, 2.92, 2.92, 2.57, own="7a2a5a"),
    "vase": Model(vase, 1.0, 1.44, 1.44, 2.6, own="3a6ab0"),
    "teapot": Model(teapot, 0.9, 3.38, 2.01, 2.01, own="d8d4e0"),
    "bottle": Model(bottle, 0.99, 1.02, 1.02, 2.62, own="2a6a3a"),
    "bucket": Model(bucket, 1.06, 2.08, 2.0, 2.45, own="8a98a4"),
    "basket": Model(basket, 1.23, 2.4, 1.84, 2.11, own="c8964a"),
    "barrel": Model(barrel, 1.03, 2.08, 1.97, 2.11, own="9a6430"),
    "crate": Model(crate, 0.85, 1.96, 1.96, 1.92, own="b8864a"),
    "suitcase": Model(suitcase, 1.0, 2.6, 0.9, 2.2, own="a8683a"),
    "backpack": Model(backpack, 1.05, 1.56, 2.08, 2.46, own="3a7a4a"),
    "book": Model(book, 1.0, 2.02, 0.87, 2.4, own="7a2a2a"),
    "mirror": Model(mirror, 0.98, 1.24, 2.06, 2.65, own="a8743c"),
    "broom": Model(broom, 0.96, 1.45, 1.46, 2.71, own="d8b05a"),
    "frying-pan": Model(frying_pan, 1.0, 3.06, 2.58, 2.16, own="3a3c42"),
    "light-bulb": Model(light_bulb, 1.04, 1.7, 1.7, 2.5, own="f4e8b0"),
    "hourglass": Model(hourglass, 1.08, 1.76, 1.76, 2.4, own="8a5028"),
}
