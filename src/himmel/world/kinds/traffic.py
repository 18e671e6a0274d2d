"""Road vehicles: truck, fire engine, ambulance, racing car, bicycle, motorcycle, scooter, pram, sled."""

from __future__ import annotations

import math
from itertools import pairwise

from himmel.world.kinds.figure import Figure
from himmel.world.kinds.forms import bow, darker, plank, spoked, wheel
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import INK, STEEL, WHITE, glass, lightness, marking, shade, trim
from himmel.world.kinds.vehicles import wheels
from himmel.world.render import Colour, Pattern, hex_colour, rotation_y

_LIGHT, _BLUE = hex_colour("fff6d0"), hex_colour("2a6cff")
_CROSS, _LEATHER = hex_colour("d01818"), hex_colour("2a1c16")


def _headlights(figure: Figure, x: float, y: float, z: float, size: float = 0.13) -> None:
    for side in (-1, 1):
        figure.ball((x, side * y, z), (0.06, size, size), _LIGHT, emission=0.4)


def truck(figure: Figure, paint: Colour, phase: float) -> None:
    """A long-nosed lorry with a box for its load, two chimneys and three axles."""
    pane = glass(paint)
    figure.box((0, 0, 0.55), (2.25, 0.5, 0.12), trim(paint))
    figure.box((-0.8, 0, 1.6), (1.45, 0.88, 0.95), paint)
    figure.box((-0.8, 0, 1.6), (1.46, 0.89, 0.09), marking(paint))
    figure.box((1.2, 0, 1.22), (0.38, 0.76, 0.68), paint)
    figure.box((1.24, 0, 1.52), (0.36, 0.78, 0.22), pane)
    figure.box((1.22, 0, 1.85), (0.44, 0.8, 0.07), paint)
    figure.box((1.92, 0, 0.92), (0.4, 0.58, 0.36), paint)
    figure.box((2.33, 0, 0.9), (0.03, 0.4, 0.26), STEEL)
    figure.box((2.36, 0, 0.52), (0.08, 0.72, 0.1), STEEL)
    for side in (-1, 1):
        figure.post((0.74, side * 0.82, 0.7), 0.08, 1.9, STEEL)
    wheels(figure, (-1.75, -0.85, 1.75), 0.7, 0.42, phase)
    _headlights(figure, 2.34, 0.55, 0.85)


def fire_engine(figure: Figure, paint: Colour, phase: float) -> None:
    """A fire engine: a ladder raised over the roof, roller doors and blue lights."""
    pane, rung = glass(paint), hex_colour("d8dce2")
    figure.box((0, 0, 1.12), (2.2, 0.82, 0.7), paint)
    figure.box((1.72, 0, 1.45), (0.45, 0.84, 0.26), pane)
    figure.box((1.75, 0, 1.78), (0.46, 0.8, 0.08), paint)
    figure.box((0, 0, 0.72), (2.22, 0.84, 0.09), marking(paint))
    for x in (-1.65, -0.85, -0.05):
        figure.box((x, 0, 1.28), (0.32, 0.84, 0.34), rung,
                   second_colour=shade(rung, 0.6), pattern=Pattern.PLANKS, pattern_scale=6)  # fmt: skip
    for side in (-1, 1):
        plank(figure, (-2.15, side * 0.34, 1.98), (1.9, side * 0.34, 2.5), 0.09, 0.06, rung)
        figure.ball((1.75, side * 0.5, 1.98), (0.16, 0.16, 0.18), _BLUE, emission=0.8)
    for index in range(9):
        share = (index + 0.5) / 9
        x, z = -2.15 + 4.05 * share, 1.98 + 0.52 * share
        figure.limb((x, -0.34, z), (x, 0.34, z), 0.05, rung)
    figure.post((-1.6, 0, 1.8), 0.35, 0.26, STEEL)
    figure.box((2.24, 0, 0.55), (0.08, 0.8, 0.12), WHITE)
    wheels(figure, (-1.35, 1.45), 0.74, 0.42, phase)
    _headlights(figure, 2.22, 0.55, 0.95)


def _cross(figure: Figure, x: float, z: float, half: float, side: float) -> None:
    figure.box((x, side, z), (half * 1.35, 0.012, half * 1.35), WHITE)
    figure.box((x, side, z), (half, 0.025, half / 3), _CROSS)
    figure.box((x, side, z), (half / 3, 0.025, half), _CROSS)


def ambulance(figure: Figure, paint: Colour, phase: float) -> None:
    """A high van with a red cross on every side and blue lights."""
    pane = glass(paint)
    figure.box((-0.45, 0, 1.32), (1.3, 0.82, 0.92), paint)
    figure.box((1.2, 0, 0.92), (0.5, 0.78, 0.52), paint)
    plank(figure, (0.8, 0, 2.05), (1.3, 0, 1.4), 0.1, 0.78, paint)
    figure.box((0.92, 0, 1.6), (0.2, 0.79, 0.22), pane)
    plank(figure, (0.86, 0, 2.06), (1.34, 0, 1.44), 0.06, 0.68, pane)
    figure.box((0, 0, 0.78), (1.72, 0.83, 0.07), marking(paint))
    for side in (-1, 1):
        _cross(figure, -0.55, 1.52, 0.42, side * 0.83)
        figure.ball((0.45, side * 0.45, 2.32), (0.2, 0.18, 0.17), _BLUE, emission=0.8)
    figure.box((-1.76, 0, 1.5), (0.02, 0.5, 0.5), WHITE)
    figure.box((-1.77, 0, 1.5), (0.03, 0.4, 0.13), _CROSS)
    figure.box((-1.77, 0, 1.5), (0.03, 0.13, 0.4), _CROSS)
    wheels(figure, (-1.1, 1.1), 0.7, 0.38, phase)
    _headlights(figure, 1.7, 0.52, 0.85)


def racing_car(figure: Figure, paint: Colour, phase: float) -> None:
    """A flat single-seater with open wheels, wings before and behind and a helmet in the middle."""
    dark, mark = trim(paint), marking(paint)
    figure.chain([(-1.3, 0, 0.62), (0.3, 0, 0.55), (1.9, 0, 0.38)], (0.42, 0.3), paint)
    figure.box((-0.5, 0, 0.45), (0.8, 0.62, 0.25), paint)
    figure.limb((-1.35, 0, 0.98), (-0.55, 0, 0.95), 0.2, paint)
    figure.ball((-0.1, 0, 1.05), 0.27, WHITE)
    figure.box((0.12, 0, 1.06), (0.09, 0.2, 0.08), INK)
    figure.box((2.05, 0, 0.3), (0.28, 0.95, 0.07), paint)
    figure.box((-1.75, 0, 1.25), (0.3, 0.85, 0.07), paint)
    for side in (-1, 1):
        figure.box((2.05, side * 0.98, 0.4), (0.3, 0.05, 0.2), mark)
        figure.box((-1.75, side * 0.88, 1.15), (0.34, 0.05, 0.28), mark)
        figure.box((-1.7, side * 0.35, 0.95), (0.12, 0.05, 0.3), dark)
        figure.drum((0.85, side * 0.28, 0.55), 0.2, 0.14, mark, axis="y")
        wheel(figure, (-1.25, side * 0.85, 0.48), 0.48, 0.26, phase)
        wheel(figure, (1.35, side * 0.8, 0.4), 0.4, 0.2, phase)
    figure.box((1.35, 0, 0.4), (0.08, 0.8, 0.06), dark)


def bicycle(figure: Figure, paint: Colour, phase: float) -> None:
    """A bicycle with a stout frame, mudguards, a handlebar and a saddle."""
    rim = INK if lightness(paint) > 0.02 else hex_colour("6c7078")
    crank = (-0.1, 0, 0.58)
    for x in (-0.95, 0.95):
        spoked(figure, (x, 0, 0.62), 0.54, 0.09, (rim, hex_colour("c8ccd4")), phase, 8)
        front = math.pi * (0.3 if x < 0 else 0.2)
        bow(figure, (x, 0, 0.62), 0.72, 0.07, paint, front, math.pi * 0.95)
    seat, head = (-0.35, 0, 1.32), (0.66, 0, 1.42)
    for start, end in ((crank, seat), (seat, head), (crank, head), ((-0.95, 0, 0.62), crank),
                       ((-0.95, 0, 0.62), seat), (head, (0.95, 0, 0.62))):  # fmt: skip
        figure.limb(start, end, 0.1, paint)
    figure.limb(seat, (-0.4, 0, 1.6), 0.06, STEEL)
    figure.limb((-0.58, 0, 1.66), (-0.2, 0, 1.66), 0.13, _LEATHER)
    figure.limb(head, (0.6, 0, 1.72), 0.07, STEEL)
    for side in (-1, 1):
        figure.chain(
            [(0.6, 0, 1.72), (0.62, side * 0.38, 1.76), (0.4, side * 0.45, 1.7)],
            (0.06, 0.09),
            STEEL,
        )
        turn = phase + (0 if side > 0 else math.pi)
        pedal = (crank[0] + 0.26 * math.cos(turn), side * 0.18, crank[2] - 0.26 * math.sin(turn))
        figure.limb((crank[0], side * 0.12, crank[2]), pedal, 0.05, STEEL)
        figure.box(pedal, (0.12, 0.1, 0.04), INK)
    figure.ball((0.86, 0, 1.42), 0.12, _LIGHT, emission=0.4)


def motorcycle(figure: Figure, paint: Colour, phase: float) -> None:
    """A heavy motorcycle: tank, seat, engine, exhaust pipe, fork and a round lamp."""
    mark = marking(paint)
    for x in (-1.05, 1.15):
        wheel(figure, (x, 0, 0.55), 0.55, 0.16, phase, paint)
        bow(figure, (x, 0, 0.55), 0.66, 0.21, paint, math.pi * 0.22, math.pi * 0.85)
    figure.limb((-1.15, 0, 1.15), (-0.3, 0, 1.05), 0.3, paint)
    figure.ball((0.26, 0, 1.3), (0.62, 0.38, 0.38), paint)
    figure.limb((-0.75, 0, 1.38), (-0.2, 0, 1.3), 0.2, _LEATHER)
    figure.box((0.05, 0, 0.7), (0.36, 0.26, 0.28), STEEL,
               second_colour=shade(STEEL, 0.35), pattern=Pattern.PLANKS, pattern_scale=8)  # fmt: skip
    for side in (-1, 1):
        figure.limb((0.72, side * 0.2, 1.5), (1.15, side * 0.22, 0.55), 0.07, STEEL)
        figure.chain(
            [(0.68, 0, 1.62), (0.6, side * 0.5, 1.78), (0.35, side * 0.6, 1.74)], (0.06, 0.08), INK
        )
        figure.limb((-0.1, side * 0.34, 0.4), (-1.4, side * 0.36, 0.5), 0.11, hex_colour("c8ccd4"))
        figure.ball((0.3, side * 0.36, 1.32), (0.26, 0.05, 0.12), mark)
    figure.ball((0.92, 0, 1.45), (0.16, 0.22, 0.22), STEEL)
    figure.ball((1.0, 0, 1.45), (0.12, 0.18, 0.18), _LIGHT, emission=0.5)


def scooter(figure: Figure, paint: Colour, phase: float) -> None:
    """A kick scooter: a board low over two small wheels and a tall handlebar."""
    for x in (-0.95, 0.95):
        wheel(figure, (x, 0, 0.26), 0.26, 0.12, phase)
    plank(figure, (-0.9, 0, 0.42), (0.62, 0, 0.42), 0.1, 0.3, paint)
    figure.box((-0.15, 0, 0.54), (0.6, 0.24, 0.03), marking(paint))
    figure.limb((0.6, 0, 0.45), (0.86, 0, 0.85), 0.15, paint)
    figure.limb((0.95, 0, 0.3), (0.62, 0, 2.0), 0.13, paint)
    bow(figure, (0.95, 0, 0.26), 0.38, 0.1, paint, math.pi * 0.25, math.pi * 0.75)
    bow(figure, (-0.95, 0, 0.26), 0.38, 0.1, paint, math.pi * 0.35, math.pi * 0.9)
    figure.limb((0.62, -0.6, 2.05), (0.62, 0.6, 2.05), 0.1, STEEL)
    for side in (-1, 1):
        figure.limb((0.62, side * 0.45, 2.05), (0.62, side * 0.75, 2.05), 0.14, INK)


def pram(figure: Figure, paint: Colour, phase: float) -> None:
    """A baby's carriage: a deep body under a folding hood, four spoked wheels, a bent handle."""
    fold = shade(paint, 0.6) if lightness(paint) > 0.02 else hex_colour("3a3a40")
    for x in (-0.62, 0.62):
        for y in (-0.42, 0.42):
            spoked(figure, (x, y, 0.38), 0.31, 0.07, (INK, STEEL), phase)
    figure.limb((-0.6, 0, 0.62), (0.6, 0, 0.62), 0.06, STEEL)
    figure.ball((0, 0, 1.2), (1.0, 0.52, 0.55), paint)
    figure.box((0, 0, 1.32), (0.93, 0.5, 0.14), paint)
    figure.box((-0.35, 0, 1.47), (0.55, 0.44, 0.04), WHITE)
    for index in range(5):
        lean = rotation_y(-0.15 + 0.35 * index)
        tone = paint if index % 2 == 0 else fold
        hood = figure.part((0.25, 0, 1.35), lean)
        hood.box((0, 0, 0.4), (0.14, 0.52, 0.42), tone)
    figure.ball((-0.05, 0, 1.62), 0.2, hex_colour("e8b890"))
    for side in (-1, 1):
        figure.chain(
            [(-0.8, side * 0.4, 1.25), (-1.2, side * 0.4, 1.85), (-1.4, side * 0.4, 1.9)],
            (0.06, 0.06), STEEL,
        )  # fmt: skip
    figure.limb((-1.4, -0.42, 1.9), (-1.4, 0.42, 1.9), 0.1, INK)


def sled(figure: Figure, paint: Colour, phase: float) -> None:
    """A toboggan: boards on two runners that bend up to them at the front, and a cord."""
    low = darker(paint, 0.6)
    for side in (-1, 1):
        y = side * 0.5
        figure.limb((-1.35, y, 0.11), (1.0, y, 0.11), 0.11, low)
        bow(figure, (1.0, y, 0.5), 0.39, 0.11, low, -math.pi / 2, math.pi * 0.5)
        for x in (-1.0, -0.1, 0.75):
            figure.box((x, y, 0.45), (0.1, 0.09, 0.35), low)
    for y in (-0.5, -0.17, 0.17, 0.5):
        figure.box((-0.15, y, 0.88), (1.25, 0.14, 0.09), paint)
    for x in (-1.2, 0.9):
        figure.box((x, 0, 0.95), (0.1, 0.66, 0.05), marking(paint))
    cord = [(1.3, 0.45, 0.8), (1.8, 0, 0.5), (1.3, -0.45, 0.8)]
    figure.chain(cord, (0.05, 0.05), hex_colour("d8c8a0"))


def skateboard(figure: Figure, paint: Colour, phase: float) -> None:
    """A skateboard with both ends bent up, on four small bright wheels."""
    board = [(-1.45, 0, 0.85), (-1.0, 0, 0.55), (1.0, 0, 0.55), (1.45, 0, 0.85)]
    for start, end in pairwise(board):
        plank(figure, start, end, 0.08, 0.46, paint)
    figure.box((0, 0, 0.635), (0.95, 0.4, 0.02), hex_colour("3a3a40"))
    for x in (-0.85, 0.85):
        figure.box((x, 0, 0.42), (0.16, 0.25, 0.1), STEEL)
        for side in (-1, 1):
            wheel(figure, (x, side * 0.36, 0.24), 0.24, 0.13, phase, WHITE)


MODELS: dict[str, Model] = {
    "truck": Model(truck, 0.65, 4.7, 1.8, 2.6, pace=2.4, own="3a6ea8"),
    "fire-engine": Model(fire_engine, 0.67, 4.54, 1.8, 2.59, pace=2.4, own="c81818"),
    "ambulance": Model(ambulance, 0.79, 3.56, 1.72, 2.49, pace=2.6, own="f0f0ec"),
    "racing-car": Model(racing_car, 0.69, 4.44, 2.28, 1.43, pace=2.1, own="c81e1e"),
    "bicycle": Model(bicycle, 0.91, 3.33, 1.08, 1.85, pace=1.6, own="2a7a58"),
    "motorcycle": Model(motorcycle, 0.82, 3.72, 1.36, 1.86, pace=1.8, own="8a1820"),
    "scooter": Model(scooter, 1.12, 2.73, 1.78, 2.19, pace=3.8, own="2aa0a8"),
    "pram": Model(pram, 1.14, 2.57, 1.04, 2.18, pace=2.6, own="3a5890"),
    "sled": Model(sled, 0.92, 3.31, 1.32, 1.0, own="a8743c"),
    "skateboard": Model(skateboard, 1.02, 2.99, 1.04, 0.92, pace=4.0, own="3aa86a"),
}
