"""Physics that a prompt can name, changes that last, and what goes on while nobody sees it.

The motion of an experiment is its family's name; a lamp that is switched off and a door that opens have
motions of their own ("lamp-off", "door-open"). How experiments are told stands in experiment_words.
"""

from __future__ import annotations

from himmel.world.vocabulary import COLOURS, Phrase, names
from himmel.world.words.rows import Family, Quantity

_COLOURS = names(COLOURS)
_SETTINGS = ("tiles", "street", "meadow", "desert", "snow")
_TIMES = ("day", "evening", "night")
_FALLERS = ("ball", "mug", "apple", "teddy-bear", "dice", "crate", "bucket", "pumpkin", "chair")
_THROWN = ("ball", "apple", "teddy-bear", "mug")
_BOXES = ("crate", "dice", "suitcase", "house", "mug")
_HUNG = ("ball", "apple", "pumpkin")
_RUNNERS = ("ball", "car", "bus", "truck", "dog", "cat", "horse", "elephant")
_WALKERS = ("person", "astronaut", "dog", "bear", "elephant", "dinosaur")

_EARTH = Phrase(
    "earth",
    ("earth gravity", "normal gravity", "the earth's gravity"),
    ("Erdschwerkraft", "normaler Schwerkraft"),
)
_MOON = Phrase(
    "moon",
    ("moon gravity", "lunar gravity", "the moon's gravity"),
    ("Mondschwerkraft", "der Schwerkraft des Mondes"),
)
_MARS = Phrase(
    "mars",
    ("Mars gravity", "the gravity of Mars"),
    ("Marsschwerkraft", "der Schwerkraft des Mars"),
)
_HALF = Phrase(
    "half",
    ("half gravity", "half the earth's gravity", "half of normal gravity"),
    ("halber Schwerkraft", "halber Erdschwerkraft"),
)
_DOUBLE = Phrase(
    "double",
    ("double gravity", "twice the earth's gravity"),
    ("doppelter Schwerkraft", "doppelter Erdschwerkraft"),
)
_JUPITER = Phrase(
    "jupiter",
    ("Jupiter gravity", "the gravity of Jupiter"),
    ("Jupiterschwerkraft", "der Schwerkraft des Jupiter"),
)
_CORK = Phrase("cork", ("the density of cork",), ("der Dichte von Kork",))
_ICE = Phrase("ice", ("the density of ice",), ("der Dichte von Eis",))
_STONE = Phrase("stone", ("the density of stone",), ("der Dichte von Stein",))
_EQUAL = Phrase("equal", ("the same mass",), ("gleicher Masse",))
_DOUBLE_MASS = Phrase("double", ("twice the mass",), ("doppelter Masse",))
_HALF_MASS = Phrase("half", ("half the mass",), ("halber Masse",))
_SMOOTH = Phrase("none", ("no friction",), ("verschwindender Reibung",))

GRAVITY = Quantity(
    "gravity",
    "m/s^2",
    low=1.0,
    high=14.0,
    gap=(5.5, 7.5),
    beyond=25.0,
    named=(
        (_MOON, 1.62),
        (_MARS, 3.7),
        (_HALF, 4.9),
        (_EARTH, 9.81),
        (_DOUBLE, 19.62),
        (_JUPITER, 24.79),
    ),
)
RESTITUTION = Quantity("restitution", "", low=0.3, high=0.9, gap=(0.55, 0.65), beyond=0.98)
FRICTION = Quantity(
    "friction", "", low=0.0, high=0.45, gap=(0.18, 0.24), beyond=0.8, named=((_SMOOTH, 0.0),)
)
LENGTH = Quantity("length", "m", low=0.8, high=4.0, gap=(1.8, 2.3), beyond=5.0)
STIFFNESS = Quantity("stiffness", "N/m", low=5.0, high=60.0, gap=(25.0, 32.0), beyond=80.0)
MASS = Quantity("mass", "kg", low=0.5, high=3.0, gap=(1.4, 1.7), beyond=4.0)
MASS_RATIO = Quantity(
    "mass_ratio",
    "",
    low=0.25,
    high=4.0,
    gap=(2.4, 2.9),
    beyond=8.0,
    named=((_HALF_MASS, 0.5), (_EQUAL, 1.0), (_DOUBLE_MASS, 2.0)),
)
DENSITY = Quantity(
    "density",
    "g/cm^3",
    low=0.15,
    high=2.0,
    gap=(0.6, 0.75),
    beyond=4.0,
    named=((_CORK, 0.24), (_ICE, 0.92), (_STONE, 2.6)),
)
MOMENT = Quantity("moment", "s", low=0.3, high=1.2, gap=(0.65, 0.8), beyond=1.5)


def _speed(low: float, high: float, gap: tuple[float, float], beyond: float) -> Quantity:
    return Quantity("speed", "m/s", low, high, gap, beyond)


def _family(
    name: str,
    *quantities: Quantity,
    kinds: tuple[str, ...] = ("ball",),
    motions: tuple[str, ...] = (),
    settings: tuple[str, ...] = _SETTINGS,
    times: tuple[str, ...] = _TIMES,
) -> Family:
    """A family whose motion is its own name unless it has several."""
    return Family(name, kinds, _COLOURS, settings, times, motions or (name,), quantities=quantities)


EXPERIMENTS: tuple[Family, ...] = (
    _family("drop", GRAVITY, kinds=_FALLERS),
    _family("bounce", GRAVITY, RESTITUTION),
    _family("throw", GRAVITY, _speed(3.0, 7.0, (4.6, 5.2), 9.0), kinds=_THROWN),
    _family("ramp", FRICTION, GRAVITY, kinds=_BOXES),
    _family("pendulum", GRAVITY, LENGTH, kinds=_HUNG),
    _family("spring", STIFFNESS, MASS, kinds=_HUNG),
    _family("collision", MASS_RATIO, RESTITUTION, _speed(1.0, 4.0, (2.2, 2.6), 6.0)),
    _family("dominoes", _speed(1.0, 4.0, (2.2, 2.6), 6.0)),
    _family("stack", _speed(3.6, 6.6, (4.5, 5.0), 9.0)),
    _family("conveyor", _speed(0.8, 3.5, (1.8, 2.2), 5.0), kinds=_BOXES),
    _family("buoyancy", DENSITY),
    _family("paint", MOMENT, kinds=("person",)),
    _family("bite", MOMENT, kinds=("apple", "doughnut")),
    _family(
        "lamp", MOMENT, kinds=("lamp",), motions=("lamp", "lamp-off"), times=("evening", "night")
    ),
    _family("door", MOMENT, kinds=("house",), motions=("door", "door-open")),
    _family("footprints", MOMENT, kinds=_WALKERS, settings=("snow", "desert")),
    _family("screen", _speed(2.2, 3.4, (2.6, 2.9), 4.0), kinds=_RUNNERS),
    _family("look-away", _speed(0.8, 2.5, (1.5, 1.8), 3.0), kinds=_RUNNERS),
)
