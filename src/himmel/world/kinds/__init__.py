"""The kinds of subject: how each is drawn, how large it stands in a core scene, how it moves."""

from __future__ import annotations

from dataclasses import replace

from himmel.core.errors import HimmelError
from himmel.world.kinds import (
    buildings,
    characters,
    creatures,
    folk,
    food,
    fowl_and_fish,
    furniture,
    gear,
    household,
    instruments,
    landmarks,
    machines,
    mammals,
    people,
    plants,
    reptiles,
    ships_and_aircraft,
    small_animals,
    sports,
    street,
    things,
    tools,
    toys,
    traffic,
    vehicles,
    worn,
)
from himmel.world.kinds.figure import Figure, Point
from himmel.world.kinds.finishes import finish_of
from himmel.world.kinds.model import Model
from himmel.world.kinds.paints import PAINTS
from himmel.world.render import Colour, Primitives, hex_colour
from himmel.world.words.rows import OWN

MODELS: dict[str, Model] = {
    "car": Model(vehicles.car, 0.88, 3.5, 1.6, 1.6, pace=2.6, own="c03028"),
    "bus": Model(vehicles.bus, 0.62, 4.7, 1.8, 2.3, pace=2.4, own="e8b020"),
    "train": Model(vehicles.train, 0.68, 4.2, 1.9, 3.0, pace=2.2, own="2a6a4a"),
    "dog": Model(creatures.dog, 1.28, 2.35, 0.8, 1.8, pace=6.0, own="a8703a"),
    "elephant": Model(creatures.elephant, 0.9, 3.2, 1.9, 2.15, pace=4.0, own="8a8a92"),
    "bird": Model(creatures.bird, 1.08, 2.8, 2.9, 2.5, beat=6.0, own="4a90d0"),
    "person": Model(people.person, 1.42, 0.8, 1.2, 2.0, pace=4.2, own="3a6ab0"),
    "snowman": Model(people.snowman, 1.05, 1.4, 2.2, 2.65, own="f2f4f8"),
    "tree": Model(things.tree, 0.86, 2.6, 2.4, 3.3, own="3f8a3a"),
    "house": Model(buildings.house, 0.7, 3.0, 2.4, 3.05, own="e0c8a0"),
    "castle": Model(buildings.castle, 0.68, 2.9, 2.9, 4.0, own="b0a898"),
    "rocket": Model(vehicles.rocket, 0.92, 2.0, 2.0, 3.2, own="e4e4ea"),
    "plane": Model(vehicles.plane, 1.0, 3.2, 3.4, 2.2, beat=7.0, own="dfe6f0"),
    "ball": Model(things.ball, 0.92, 2.0, 2.0, 2.0, pace=1.0, own="e05a3a"),
    "mug": Model(things.mug, 0.95, 2.2, 1.6, 1.9, own="3a7ab0"),
    "chair": Model(things.chair, 1.0, 1.5, 1.5, 2.55, own="9a6a3a"),
    "mushroom": Model(things.mushroom, 0.95, 2.2, 2.2, 2.3, own="d0281e"),
    "balloon": Model(vehicles.balloon, 0.84, 2.2, 2.2, 3.35, own="e0662a"),
}
MODELS |= food.MODELS | plants.MODELS | landmarks.MODELS
MODELS |= mammals.MODELS | small_animals.MODELS | fowl_and_fish.MODELS | reptiles.MODELS
MODELS |= folk.MODELS | characters.MODELS
MODELS |= traffic.MODELS | machines.MODELS | ships_and_aircraft.MODELS
MODELS |= furniture.MODELS | household.MODELS | tools.MODELS | gear.MODELS | instruments.MODELS
MODELS |= toys.MODELS | sports.MODELS | worn.MODELS | street.MODELS


def paint_of(kind: str, colour: str) -> Colour:
    """The linear colour that a kind wears: one of the named ones, or its own."""
    return hex_colour(MODELS[kind].own) if colour == OWN else PAINTS[colour]


def draw(
    kind: str, primitives: Primitives, position: Point, heading: float, phase: float, colour: str,
    *, scale: float = 1.0, material: str = "",
) -> None:  # fmt: skip
    """Add a kind in one of the named colours, its foot at `position` (3,) in metres.

    `heading` radians turn its front from world x towards y; `phase` radians drive wheels, legs and
    wings (0 is at rest), `material` is one of `finishes.MATERIALS`. Raises HimmelError for a kind that
    the world does not know.
    """
    if kind not in MODELS:
        raise HimmelError(f"there is no kind {kind!r} to draw; known are {', '.join(MODELS)}")
    figure, paint = Figure.at(primitives, position, heading, scale), paint_of(kind, colour)
    if material:
        finish = finish_of(material, colour, paint)
        figure, paint = replace(figure, finish=finish), finish.paint
    MODELS[kind].draw(figure, paint, phase)
