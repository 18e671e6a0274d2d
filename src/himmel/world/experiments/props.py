"""Things that change their shape: food with a bite, a lamp that burns, a house with a door, a painter."""

from __future__ import annotations

import math

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.paints import GOLD, INK, STEEL, WHITE, WOOD, lightness, mix, shade, trim
from himmel.world.kinds.people import Outfit, walker
from himmel.world.render import Colour, hex_colour, rotation_y, rotation_z

_FLESH, _DOUGH = hex_colour("f3e3b0"), hex_colour("c98f4e")
_DARK, _LEAF, _WARM = hex_colour("17110c"), hex_colour("3f8a35"), (1.0, 0.82, 0.5)


def apple(figure: Figure, paint: Colour, way: int, radius: float, bitten: bool) -> None:
    """An apple of a radius in metres, a large bite out of its side `way` (+1 right, -1 left)."""
    own = Figure(figure.primitives, figure.origin, figure.rotation, radius)
    own.chain([(0, 0, 1.8), (0.05, 0, 2.05), (0.16, 0, 2.2)], (0.07, 0.06), WOOD)
    own.part((-0.28, 0, 2.08), rotation_y(0.5)).ball((0, 0, 0), (0.32, 0.14, 0.1), _LEAF)
    if not bitten:
        own.ball((0, 0, 0.98), (1.0, 1.0, 0.96), paint)
        return
    own.ball((-0.27 * way, 0, 0.98), (0.73, 0.99, 0.96), paint)
    for x, y, z in _HORNS:
        own.ball((x * way, y, z), _HORN, paint)
    own.ball((0.22 * way, 0, 0.98), (0.3, 0.86, 0.5), _FLESH)
    _crumbs(own, way)


_HORN = 0.3
_HORNS = [  # balls that touch the whole apple's skin from within, above and below the bite
    (
        (1 - _HORN) * math.cos(height) * math.cos(turn),
        (1 - _HORN) * math.cos(height) * math.sin(turn),
        0.98 + math.copysign((0.96 - _HORN) * math.sin(abs(height)), height),
    )
    for height in (-1.4, -1.15, -0.9, -0.72, 0.72, 0.9, 1.15, 1.4)
    for turn in (-1.2, -0.8, -0.4, 0.0, 0.4, 0.8, 1.2)
]


def doughnut(figure: Figure, paint: Colour, way: int, radius: float, bitten: bool) -> None:
    """A doughnut on its rim with icing in the colour, a bite out of its side `way`."""
    own = Figure(figure.primitives, figure.origin, figure.rotation, radius)
    steps = 28
    gap = 4 if bitten else 0
    centre = 0 if way > 0 else steps // 2
    for index in range(steps):
        away = min((index - centre) % steps, (centre - index - 1) % steps)
        if away < gap:
            continue
        start, end = (_on_ring(turn / steps) for turn in (index, index + 1))
        own.limb(start, end, 0.34, _DOUGH)
        front = tuple((x, y - 0.13, z) for x, y, z in (start, end))
        own.limb(front[0], front[1], 0.27, paint)
    if bitten:
        for turn in (gap, -gap):
            x, y, z = _on_ring((centre + turn) / steps)
            own.ball((x, y - 0.13, z), 0.3, _FLESH)
        _crumbs(own, way)


def _on_ring(share: float) -> tuple[float, float, float]:
    angle = 2 * math.pi * share
    return (0.66 * math.cos(angle), 0.0, 1.0 + 0.66 * math.sin(angle))


def _crumbs(figure: Figure, way: int) -> None:
    for x, y, size in (
        (1.15, -0.3, 0.09),
        (1.4, -0.1, 0.07),
        (1.05, 0.1, 0.06),
        (1.6, -0.35, 0.05),
    ):
        figure.ball((x * way, y, size), size, _FLESH)


def floor_lamp(figure: Figure, paint: Colour, height: float, burning: bool) -> None:
    """A lamp on a pole, its shade in the colour; burning, shade and bulb shine."""
    own = Figure(figure.primitives, figure.origin, figure.rotation, height)
    own.post((0, 0, 0), 0.14, 0.025, STEEL)
    own.post((0, 0, 0), 0.016, 0.8, STEEL)
    tone = mix(paint, _WARM, 0.12) if burning else paint
    for index in range(5):
        share = index / 4
        own.post(
            (0, 0, 0.72 + 0.055 * index), 0.2 - 0.08 * share, 0.056, tone, emission=0.3 * burning
        )
    own.ball((0, 0, 0.7), (0.1, 0.1, 0.05), _WARM if burning else WHITE, emission=3.0 * burning)


def facade(figure: Figure, paint: Colour, opened: float, view: float) -> None:
    """The front of a house with a gable, two windows and a door that stands open from 0 to 1."""
    own = Figure(figure.primitives, figure.origin, figure.rotation, view)
    edge = trim(paint)
    own.box((0, 0.06, 0.22), (0.3, 0.05, 0.22), paint)
    own.part((0, 0.06, 0.44), rotation_y(math.pi / 4)).box((0, 0, 0), (0.19, 0.045, 0.19), paint)
    for side in (-1, 1):
        slab = own.part((side * 0.165, 0.04, 0.545), rotation_y(side * math.pi / 4))
        slab.box((0, 0, 0), (0.24, 0.08, 0.02), edge)
    for side in (-1, 1):
        own.box((side * 0.2, 0.005, 0.28), (0.06, 0.01, 0.06), WHITE)
        own.box((side * 0.2, 0.0, 0.28), (0.045, 0.01, 0.045), hex_colour("7fb2d8"))
    own.box((0, 0.006, 0.155), (0.095, 0.012, 0.155), WHITE)
    own.box((0, 0.0, 0.15), (0.08, 0.01, 0.15), _DARK)
    leaf = own.part((-0.08, -0.014, 0.15), rotation_z(-1.75 * opened))
    leaf.box((0.08, 0, 0), (0.08, 0.008, 0.148), WOOD)
    leaf.box((0.08, -0.004, 0.06), (0.05, 0.007, 0.05), shade(WOOD, 1.8))
    leaf.box((0.08, -0.004, -0.07), (0.05, 0.007, 0.05), shade(WOOD, 1.8))
    leaf.ball((0.14, -0.012, 0), 0.012, GOLD)


def painter(
    figure: Figure, paint: Colour, phase: float, way: int, height: float, view: float
) -> None:
    """A person in the colour who holds a roller on a pole up to `height` metres, `way` the walk."""
    person = figure.part((0, 0, 0), rotation_z(0.0 if way > 0 else math.pi))
    body = Figure(person.primitives, person.origin, person.rotation, 0.42 * view / 1.95)
    legs = shade(paint, 0.6) if lightness(paint) > 0.02 else paint
    walker(body, Outfit(top=paint, trousers=legs), phase or math.pi / 2, 0.4 if phase else 0.12)
    reach = 0.1 * view  # the board is that far behind the person
    figure.limb((0.03 * way * view, 0, 0.25 * view), (0, reach - 0.05, height), 0.012 * view, INK)
    roller = (0.0, reach - 0.03, height - 0.06 * view)
    figure.post(roller, 0.02 * view, 0.12 * view, mix(paint, INK, 0.25))
