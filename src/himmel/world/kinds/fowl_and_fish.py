"""Birds, and animals of the sea. `phase` is the gait, the beat of wings or the sway of a tail."""

from __future__ import annotations

import math

from himmel.world.kinds.beasts import BEAK, PINK, cone, dark, eyes, ink, pair, pale
from himmel.world.kinds.figure import Figure, Point
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import INK, WHITE, marking, shade
from himmel.world.render import Colour, Shape, hex_colour, rotation_x, rotation_y, rotation_z

_COMB, _SPRAY = hex_colour("d82020"), hex_colour("c8ecff")
_YELLOW = hex_colour("f8d020")


def _stilts(figure: Figure, hip: Point, radius: float, colour: Colour, phase: float) -> None:
    """Two bird's legs with three-toed feet under `hip`, walking."""
    x, y, z = hip
    for side in (-1, 1):
        swing = 0.5 * z * math.sin(phase) * side
        raised = 0.15 * z * max(0.0, math.cos(phase) * side) if phase else 0.0
        foot = (x + swing, side * y, 0.05 + raised)
        figure.limb((x, side * y, z), foot, radius, colour)
        for turn in (-0.6, 0.0, 0.6):
            reach = 0.24 * min(1.0, 6 * radius)
            toe = (
                foot[0] + reach * 1.4 * math.cos(turn),
                foot[1] + reach * math.sin(turn),
                foot[2],
            )
            figure.limb(foot, toe, 0.8 * radius, colour)


def _fin(figure: Figure, at: Point, half: Point, colour: Colour, lean: float = 0.0) -> None:
    """A flat triangle that stands on the back, its tip leaning by `lean` radians to the tail."""
    figure.add(Shape.CONE, at, half, colour, rotation_y(-lean))


def penguin(figure: Figure, paint: Colour, phase: float) -> None:
    """A penguin: upright, white front, flippers, orange beak and feet."""
    body = figure.part((0, 0, 0), rotation_x(0.08 * math.sin(phase)))
    body.ball((0, 0, 0.92), (0.5, 0.56, 0.85), paint)
    body.ball((0.16, 0, 0.84), (0.42, 0.44, 0.7), marking(paint))
    body.ball((0.02, 0, 1.75), (0.4, 0.42, 0.4), paint)
    pair(body, (0.2, 0.17, 1.72), (0.22, 0.18, 0.24), marking(paint))
    eyes(body, (0.38, 0.16, 1.82), 0.075)
    cone(body, (0.56, 0, 1.7), 0.12, 0.22, BEAK)
    for side in (-1, 1):
        flap = rotation_x(side * (0.38 + 0.2 * math.sin(phase)))
        body.ball((0.02, side * 0.66, 1.0), (0.2, 0.09, 0.52), paint, rotation=flap)
        step = 0.16 * side * math.sin(phase)
        figure.ball((0.28 + step, side * 0.26, 0.07), (0.3, 0.2, 0.07), BEAK)
    body.ball((-0.5, 0, 0.2), (0.2, 0.16, 0.12), paint)


def duck(figure: Figure, paint: Colour, phase: float) -> None:
    """A drake: dark head over a white collar, broad flat bill, curled white tail, webbed feet."""
    body = figure.part((0, 0, 0), rotation_x(0.1 * math.sin(phase)))
    body.ball((-0.1, 0, 0.78), (0.85, 0.56, 0.52), paint)
    cone(body, (-0.9, 0, 1.05), 0.28, 0.32, marking(paint), -0.8)
    body.limb((0.42, 0, 0.95), (0.5, 0, 1.4), 0.27, paint)
    body.post((0.5, 0, 1.18), 0.31, 0.13, marking(paint))
    body.ball((0.55, 0, 1.58), 0.4, dark(paint))
    body.ball((0.98, 0, 1.5), (0.3, 0.24, 0.06), BEAK)
    body.ball((0.94, 0, 1.42), (0.24, 0.2, 0.05), shade(BEAK, 0.7))
    eyes(body, (0.82, 0.24, 1.72), 0.085)
    for side in (-1, 1):
        wing = rotation_z(side * 0.12) @ rotation_y(0.25)
        body.ball((-0.2, side * 0.52, 0.9), (0.5, 0.1, 0.3), shade(paint, 0.62), rotation=wing)
        step = 0.2 * side * math.sin(phase)
        figure.limb((0.05, side * 0.24, 0.45), (0.05 + step, side * 0.26, 0.1), 0.07, BEAK)
        figure.ball((0.2 + step, side * 0.26, 0.06), (0.26, 0.18, 0.05), BEAK)


def chicken(figure: Figure, paint: Colour, phase: float) -> None:
    """A chicken: red comb and wattles, a pointed beak, a fan of tail feathers, thin yellow legs."""
    _stilts(figure, (0.0, 0.22, 0.7), 0.06, BEAK, phase)
    figure.ball((0, 0, 0.95), (0.66, 0.48, 0.48), paint)
    figure.limb((0.4, 0, 1.1), (0.58, 0, 1.62), 0.24, paint)
    for step in range(5):
        lean = rotation_y(-0.1 - 0.2 * step)
        feather = figure.part((-0.42, 0.07 * (step % 2), 1.1), lean)
        feather.ball((0, 0, 0.45), (0.13, 0.12, 0.5), dark(paint) if step % 2 else paint)
    head = figure.part((0.62, 0, 1.7 + 0.04 * math.sin(2 * phase)))
    head.ball((0, 0, 0), 0.27, paint)
    for x, z in ((-0.14, 0.28), (0.02, 0.34), (0.18, 0.28)):
        head.ball((x, 0, z), (0.1, 0.06, 0.15), _COMB)
    cone(head, (0.36, 0, -0.02), 0.11, 0.17, BEAK)
    pair(head, (0.24, 0.06, -0.24), (0.07, 0.06, 0.14), _COMB)
    eyes(head, (0.15, 0.18, 0.08), 0.07)
    for side in (-1, 1):
        figure.ball((-0.08, side * 0.46, 0.98), (0.38, 0.1, 0.26), shade(paint, 0.7))


def owl(figure: Figure, paint: Colour, phase: float) -> None:
    """An owl: huge round eyes in pale discs, ear tufts, folded wings, a speckled breast."""
    figure.ball((0, 0, 0.9), (0.56, 0.62, 0.82), paint)
    figure.ball((0.2, 0, 0.78), (0.42, 0.44, 0.58), pale(paint))
    for z in (0.5, 0.75, 1.0):
        for y in (-0.18, 0.0, 0.18):
            figure.ball((0.58 - 0.25 * abs(z - 0.75), y, z), (0.05, 0.06, 0.04), dark(paint))
    head = figure.part((0.06, 0, 1.62), rotation_z(0.3 * math.sin(0.5 * phase)))
    head.ball((0, 0, 0), (0.5, 0.6, 0.46), paint)
    for side in (-1, 1):
        head.ball((0.34, side * 0.25, 0.04), (0.16, 0.27, 0.28), pale(paint))
        head.ball((0.45, side * 0.24, 0.05), (0.1, 0.18, 0.18), _YELLOW)
        head.ball((0.52, side * 0.23, 0.05), (0.06, 0.1, 0.1), INK)
        head.add(
            Shape.CONE, (0, side * 0.4, 0.48), (0.12, 0.14, 0.24), paint, rotation_x(-side * 0.4)
        )
        lift = rotation_x(side * (0.12 + (0.5 + 0.5 * math.sin(phase) if phase else 0)))
        wing = figure.part((-0.05, side * 0.5, 1.25), lift)
        wing.ball((0, side * 0.1, -0.42), (0.34, 0.12, 0.6), shade(paint, 0.6))
        figure.ball((0.35, side * 0.22, 0.08), (0.2, 0.14, 0.09), BEAK)
    cone(head, (0.55, 0, -0.1), 0.09, 0.14, BEAK, 2.4)


def flamingo(figure: Figure, paint: Colour, phase: float) -> None:
    """A flamingo on one long leg: S-shaped neck, bent beak with a black tip."""
    figure.ball((-0.1, 0, 1.4), (0.68, 0.46, 0.44), paint)
    for side in (-1, 1):
        figure.ball((-0.2, side * 0.4, 1.46), (0.54, 0.12, 0.3), shade(paint, 0.66))
    cone(figure, (-0.78, 0, 1.35), 0.24, 0.3, paint, -1.8)
    neck = [
        (0.35, 0, 1.45), (0.72, 0, 1.6), (0.78, 0, 1.9), (0.52, 0, 2.12), (0.5, 0, 2.4),
        (0.7, 0, 2.56),
    ]  # fmt: skip
    figure.chain(neck, (0.19, 0.16, 0.15, 0.14, 0.14), paint)
    head = figure.part((0.76, 0, 2.54))
    head.ball((0, 0, 0), (0.25, 0.22, 0.22), paint)
    head.limb((0.18, 0, -0.02), (0.36, 0, -0.1), 0.125, hex_colour("f4e0d0"))
    head.limb((0.38, 0, -0.12), (0.42, 0, -0.36), 0.11, INK)
    eyes(head, (0.1, 0.16, 0.06), 0.07)
    if phase:
        _stilts(figure, (-0.05, 0.14, 1.2), 0.075, PINK, phase)
        return
    figure.limb((-0.05, 0.1, 1.2), (0, 0.06, 0.07), 0.075, PINK)
    figure.limb((0, 0.06, 0.07), (0.32, 0.06, 0.06), 0.065, PINK)
    figure.chain(
        [(-0.05, -0.14, 1.2), (0.38, -0.16, 0.8), (-0.15, -0.12, 0.55)], (0.075, 0.065), PINK
    )


def swan(figure: Figure, paint: Colour, phase: float) -> None:
    """A swan: a long S-shaped neck, raised wings, an orange bill with a black mask."""
    figure = figure.part((-0.1, 0, 0))
    figure.ball((-0.2, 0, 0.5), (1.0, 0.6, 0.5), paint)
    cone(figure, (-1.15, 0, 0.72), 0.28, 0.32, paint, -0.9)
    nod = 0.05 * math.sin(phase)
    neck = [
        (0.55, 0, 0.7),
        (0.92, 0, 1.0),
        (0.82, 0, 1.4),
        (0.62 + nod, 0, 1.75),
        (0.72 + nod, 0, 2.1),
        (0.95 + nod, 0, 2.2),
    ]
    figure.chain(neck, (0.22, 0.17, 0.14, 0.13, 0.13), paint)
    head = figure.part((1.0 + nod, 0, 2.2))
    head.ball((0, 0, 0), (0.24, 0.19, 0.18), paint)
    head.ball((0.18, 0, 0.02), (0.1, 0.11, 0.1), ink(paint))
    cone(head, (0.4, 0, -0.08), 0.11, 0.24, BEAK, 1.85)
    eyes(head, (0.1, 0.14, 0.07), 0.05)
    for side in (-1, 1):
        for step in range(3):
            turn = rotation_z(-side * 0.2) @ rotation_y(0.45 + 0.2 * step)
            at = (-0.35 - 0.18 * step, side * (0.55 - 0.05 * step), 0.82 + 0.08 * step + abs(nod))
            figure.ball(at, (0.5, 0.11, 0.24), shade(paint, 0.92 - 0.12 * step), rotation=turn)


def peacock(figure: Figure, paint: Colour, phase: float) -> None:
    """A peacock with its tail spread: a wheel of feathers, an eye on each, a small crown."""
    figure = figure.part((-0.2, 0, 0))
    _stilts(figure, (0.0, 0.16, 0.62), 0.055, BEAK, phase)
    eye = hex_colour("f0c030") if paint[0] < 0.6 else hex_colour("3a8a5a")
    for step in range(13):
        turn = (step - 6) * 0.245
        fan = figure.part((-0.2, 0, 0.75), rotation_x(-turn) @ rotation_y(-0.2))
        fan.ball((0, 0, 0.85), (0.05, 0.17, 0.8), paint if step % 2 else shade(paint, 0.55))
        fan.ball((0.04, 0, 1.42), (0.05, 0.15, 0.2), eye)
        fan.ball((0.08, 0, 1.42), (0.05, 0.09, 0.12), INK)
    figure.ball((0.1, 0, 0.85), (0.52, 0.36, 0.38), paint)
    figure.chain([(0.4, 0, 1.0), (0.5, 0, 1.35), (0.52, 0, 1.72)], (0.2, 0.15), paint)
    head = figure.part((0.55, 0, 1.78))
    head.ball((0, 0, 0), 0.19, paint)
    cone(head, (0.26, 0, -0.03), 0.07, 0.14, BEAK)
    eyes(head, (0.12, 0.12, 0.05), 0.05)
    for y in (-0.1, 0.0, 0.1):
        head.limb((0, 0.3 * y, 0.15), (-0.02, y, 0.38), 0.02, dark(paint))
        head.ball((-0.02, y, 0.4), 0.05, paint)


def fish(figure: Figure, paint: Colour, phase: float) -> None:
    """A fish that hovers: tall narrow body, two pale bands, tail and fins, round eyes, thick lips."""
    body = figure.part((0.15, 0, 1.2))
    body.ball((0, 0, 0), (0.95, 0.4, 0.66), paint)
    for x, ring in ((0.3, 0.955), (-0.36, 0.935)):
        body.add(Shape.SPHERE, (x, 0, 0), (0.13, 0.405 * ring, 0.67 * ring), marking(paint))
    sway = 0.35 * math.sin(phase)
    tail = body.part((-0.85, 0, 0), rotation_z(sway))
    for side in (-1, 1):
        lobe = rotation_y(side * 0.75)
        tail.ball((-0.35, 0, side * 0.26), (0.42, 0.07, 0.2), shade(paint, 0.62), rotation=lobe)
    _fin(body, (-0.15, 0, 0.76), (0.5, 0.06, 0.3), shade(paint, 0.62), 0.5)
    for side in (-1, 1):
        flap = rotation_z(-side * (0.7 + 0.3 * math.sin(2 * phase)))
        body.ball((0.1, side * 0.52, -0.2), (0.3, 0.06, 0.18), shade(paint, 0.62), rotation=flap)
    body.ball((0.9, 0, -0.12), (0.12, 0.15, 0.07), PINK)
    body.ball((0.88, 0, -0.22), (0.1, 0.13, 0.06), shade(PINK, 0.7))
    eyes(body, (0.66, 0.24, 0.18), 0.13)


def shark(figure: Figure, paint: Colour, phase: float) -> None:
    """A shark: high back fin, white belly, gills, a mouth full of teeth, an upright tail."""
    figure = figure.part((0.15, 0, 0))
    body = figure.part((0.1, 0, 0.95))
    body.ball((0, 0, 0), (1.15, 0.52, 0.56), paint)
    body.ball((0.1, 0, -0.14), (0.98, 0.47, 0.46), marking(paint))
    cone(body, (0.95, 0, 0.12), 0.4, 0.4, paint)
    _fin(body, (-0.1, 0, 0.76), (0.42, 0.07, 0.46), paint, 0.45)
    tail = body.part((-1.0, 0, 0.05), rotation_z(0.35 * math.sin(phase)))
    tail.limb((0.1, 0, 0), (-0.2, 0, 0.05), 0.16, paint)
    tail.ball((-0.36, 0, 0.36), (0.2, 0.06, 0.5), paint, rotation=rotation_y(-0.6))
    tail.ball((-0.28, 0, -0.22), (0.15, 0.06, 0.32), paint, rotation=rotation_y(0.6))
    for side in (-1, 1):
        wing = body.part((0.3, side * 0.36, -0.2), rotation_z(side * 0.5) @ rotation_x(-side * 0.5))
        wing.ball((0, side * 0.4, 0), (0.22, 0.5, 0.06), paint)
        for x in (0.42, 0.54, 0.66):
            body.box((x - 0.1, side * 0.45, 0.05), (0.02, 0.04, 0.14), ink(paint))
    body.ball((0.86, 0, -0.26), (0.28, 0.34, 0.14), hex_colour("7a1420"))
    for step in range(7):
        turn = -1.2 + 0.4 * step
        at = (0.86 + 0.27 * math.cos(turn), 0.32 * math.sin(turn), -0.21)
        body.add(Shape.CONE, at, (0.05, 0.05, 0.08), WHITE, rotation_x(math.pi))
    eyes(body, (0.88, 0.3, 0.2), 0.08)


def whale(figure: Figure, paint: Colour, phase: float) -> None:
    """A whale: a huge round head, a pale grooved belly, raised flukes, a spout of water."""
    figure = figure.part((0.2, 0, 0))
    figure.ball((0.2, 0, 0.9), (1.2, 0.86, 0.82), paint)
    figure.ball((0.36, 0, 0.74), (1.08, 0.78, 0.66), pale(paint))
    for y in (-0.45, -0.15, 0.15, 0.45):
        figure.ball((0.8 - 0.5 * abs(y), y, 0.52), (0.66, 0.03, 0.42), dark(paint))
    rise = 0.15 * math.sin(phase)
    stem = [(-0.6, 0, 0.95), (-1.2, 0, 1.05 + 0.5 * rise), (-1.5, 0, 1.5 + rise)]
    figure.chain(stem, (0.5, 0.26), paint)
    for side in (-1, 1):
        fluke = rotation_z(-side * 0.5) @ rotation_x(side * 0.3)
        figure.ball((-1.6, side * 0.42, 1.72 + rise), (0.24, 0.46, 0.1), paint, rotation=fluke)
        fin = rotation_x(-side * 0.5) @ rotation_z(side * 0.4)
        figure.ball((0.3, side * 1.0, 0.5), (0.24, 0.42, 0.08), paint, rotation=fin)
    eyes(figure, (0.98, 0.64, 1.06), 0.09)
    for turn in (-0.75, -0.3, 0.3, 0.75):
        top = (0.2, 0.55 * math.sin(turn), 1.7 + 0.62 * math.cos(turn))
        figure.chain(
            [(0.2, 0, 1.65), (0.2, 0.35 * math.sin(turn), 2.15), top], (0.06, 0.07), _SPRAY
        )
        figure.ball((0.2, 1.2 * top[1], top[2] - 0.16), 0.1, _SPRAY)


def dolphin(figure: Figure, paint: Colour, phase: float) -> None:
    """A dolphin in mid-leap: an arched back, a beak, a curved fin, a pale belly."""
    body = figure.part((0, 0, 0.2 * math.sin(phase) * 0.3))
    spine = [(-1.1, 0, 0.55), (-0.7, 0, 1.0), (-0.2, 0, 1.3), (0.3, 0, 1.4), (0.7, 0, 1.35)]
    body.chain(spine, (0.2, 0.32, 0.42, 0.42), paint)
    body.chain([(x + 0.04, 0, z - 0.12) for x, _, z in spine[1:]], (0.26, 0.36, 0.37), pale(paint))
    body.ball((0.86, 0, 1.32), (0.36, 0.36, 0.34), paint)
    body.limb((1.05, 0, 1.22), (1.42, 0, 1.08), 0.13, paint)
    body.limb((1.05, 0, 1.12), (1.36, 0, 0.99), 0.1, pale(paint))
    _fin(body, (-0.08, 0, 1.85), (0.3, 0.07, 0.32), paint, 0.65)
    for side in (-1, 1):
        fluke = rotation_z(side * 0.5)
        body.ball((-1.25, side * 0.3, 0.38), (0.2, 0.38, 0.08), paint, rotation=fluke)
        fin = rotation_z(side * 0.6) @ rotation_x(-side * 0.7)
        body.ball((0.35, side * 0.52, 1.0), (0.16, 0.36, 0.07), paint, rotation=fin)
    eyes(body, (1.06, 0.26, 1.4), 0.065)


def octopus(figure: Figure, paint: Colour, phase: float) -> None:
    """An octopus: a tall round head with big eyes over eight curling arms with pale suckers."""
    figure.ball((-0.1, 0, 1.35), (0.62, 0.62, 0.72), paint)
    figure.ball((0.02, 0, 0.82), (0.5, 0.5, 0.4), paint)
    for arm in range(8):
        turn = 2 * math.pi * (arm + 0.5) / 8
        wave = 0.12 * math.sin(phase + 1.3 * arm)
        limb = figure.part((0, 0, 0), rotation_z(turn + wave))
        bends = [
            (0.3, 0, 0.6),
            (0.7, 0.05, 0.28),
            (1.1, 0.2, 0.16),
            (1.32, 0.42, 0.3),
            (1.2, 0.55, 0.5),
        ]
        limb.chain(bends, (0.19, 0.16, 0.12, 0.09), paint)
        for x, y, z in ((0.72, -0.1, 0.26), (1.0, -0.02, 0.18), (1.22, 0.12, 0.18)):
            limb.ball((x, y, z), 0.07, pale(paint))
    eyes(figure, (0.44, 0.24, 1.28), 0.18)


def crab(figure: Figure, paint: Colour, phase: float) -> None:
    """A crab: a broad flat shell, two raised claws, eyes on stalks, six bent legs."""
    figure = figure.part((-0.12, 0, 0))
    figure.ball((0, 0, 0.62), (0.6, 0.85, 0.36), paint)
    figure.ball((0.16, 0, 0.5), (0.5, 0.7, 0.24), pale(paint))
    for side in (-1, 1):
        for row in range(3):
            x = -0.4 + 0.35 * row
            lift = 0.12 * max(0.0, math.sin(phase + 2.1 * row + side)) if phase else 0.0
            leg = [
                (x, side * 0.6, 0.6),
                (x - 0.05, side * 1.12, 0.82 + lift),
                (x - 0.1, side * 1.36, 0.08 + lift),
            ]
            figure.chain(leg, (0.09, 0.07), paint)
        arm = [(0.4, side * 0.62, 0.65), (0.72, side * 1.0, 0.85), (0.74, side * 0.92, 1.15)]
        figure.chain(arm, (0.12, 0.12), paint)
        claw = figure.part((0.74, side * 0.9, 1.32), rotation_x(side * 0.2))
        claw.ball((0, 0, 0.05), (0.16, 0.28, 0.26), paint)
        claw.ball(
            (0, side * 0.16, 0.38), (0.12, 0.11, 0.28), paint, rotation=rotation_x(side * 0.35)
        )
        claw.ball(
            (0, -side * 0.18, 0.34), (0.11, 0.09, 0.22), paint, rotation=rotation_x(-side * 0.3)
        )
        figure.limb((0.42, side * 0.22, 0.85), (0.5, side * 0.24, 1.15), 0.05, paint)
    eyes(figure, (0.52, 0.24, 1.22), 0.12)
    figure.ball((0.6, 0, 0.66), (0.06, 0.2, 0.05), INK)


MODELS: dict[str, Model] = {
    "penguin": Model(penguin, 1.25, 1.5, 1.7, 2.15, pace=6.0, own="24282e"),
    "duck": Model(duck, 1.25, 2.4, 1.3, 2.18, pace=6.0, own="a8845c"),
    "chicken": Model(chicken, 1.33, 2.3, 1.1, 2.19, pace=6.0, own="f4ece0"),
    "owl": Model(owl, 1.3, 1.3, 1.6, 2.32, beat=6.0, own="8a5a30"),
    "flamingo": Model(flamingo, 1.13, 2.4, 1.0, 2.9, pace=4.0, own="f77fa4"),
    "swan": Model(swan, 1.12, 3.0, 1.4, 2.62, beat=3.0, own="f6f6f6"),
    "peacock": Model(peacock, 1.05, 1.5, 3.2, 2.37, pace=5.0, own="1478a0"),
    "fish": Model(fish, 1.26, 2.6, 1.4, 2.22, beat=6.0, own="f07018"),
    "shark": Model(shark, 1.15, 3.0, 2.1, 2.12, beat=5.0, own="76838f"),
    "whale": Model(whale, 1.0, 3.3, 2.7, 2.36, beat=3.0, own="3f62a0"),
    "dolphin": Model(dolphin, 1.14, 3.1, 1.5, 2.1, beat=5.0, own="6f8ca8"),
    "octopus": Model(octopus, 1.0, 3.0, 3.0, 2.07, beat=4.0, own="d4587a"),
    "crab": Model(crab, 1.1, 1.5, 2.9, 1.97, pace=6.0, own="dc4020"),
}
