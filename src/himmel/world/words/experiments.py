"""Physics that a prompt can name, changes that last, and what goes on while nobody sees it."""

from __future__ import annotations

from himmel.world.vocabulary import COLOURS, Phrase, names
from himmel.world.words.rows import Family, Quantity

_COLOURS = names(COLOURS)
_SETTINGS = ("tiles", "street", "meadow", "desert", "snow")
_BOXES = ("mug", "chair", "house", "mushroom")
_RUNNERS = ("ball", "car", "bus", "dog", "elephant", "person")
_TIMES = ("day", "evening", "night")

GRAVITY = Quantity(
    "gravity",
    "m/s^2",
    low=1.0,
    high=14.0,
    gap=(5.5, 7.5),
    beyond=25.0,
    named=(
        (
            Phrase(
                "moon",
                ("moon gravity", "lunar gravity", "the moon's gravity"),
                ("Mondschwerkraft", "Mondanziehung"),
            ),
            1.62,
        ),
        (Phrase("mars", ("Mars gravity", "the gravity of Mars"), ("Marsschwerkraft",)), 3.7),
        (
            Phrase(
                "half",
                ("half gravity", "half the earth's gravity", "half of normal gravity"),
                ("halber Schwerkraft", "halber Erdschwerkraft"),
            ),
            4.9,
        ),
        (
            Phrase(
                "earth",
                ("earth gravity", "normal gravity", "the earth's gravity"),
                ("Erdschwerkraft", "normaler Schwerkraft"),
            ),
            9.81,
        ),
        (
            Phrase("double", ("double gravity", "twice the earth's gravity"), ("doppelter Schwerkraft",)),
            19.62,
        ),
        (
            Phrase("jupiter", ("Jupiter gravity", "the gravity of Jupiter"), ("Jupiterschwerkraft",)),
            24.79,
        ),
    ),
)  # fmt: skip

MOMENT = Quantity("moment", "s", 0.3, 1.2, (0.65, 0.8), 1.5)


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


def _speed(low: float, high: float, gap: tuple[float, float], beyond: float) -> Quantity:
    return Quantity("speed", "m/s", low, high, gap, beyond)


EXPERIMENTS: tuple[Family, ...] = (
    _family("drop", GRAVITY, kinds=("ball", "mug", "mushroom", "chair", "snowman", "car")),
    _family("bounce", GRAVITY, Quantity("restitution", "", 0.3, 0.9, (0.55, 0.65), 0.98)),
    _family("throw", GRAVITY, _speed(3.0, 7.0, (4.6, 5.2), 9.0), kinds=("ball", "mug", "mushroom")),
    _family("ramp", Quantity("friction", "", 0.0, 0.45, (0.18, 0.24), 0.8), GRAVITY, kinds=_BOXES),
    _family("pendulum", GRAVITY, Quantity("length", "m", 0.8, 4.0, (1.8, 2.3), 5.0)),
    _family(
        "spring",
        Quantity("stiffness", "N/m", 5.0, 60.0, (25.0, 32.0), 80.0),
        Quantity("mass", "kg", 0.5, 3.0, (1.4, 1.7), 4.0),
    ),
    _family(
        "collision",
        Quantity("mass_ratio", "", 0.25, 4.0, (1.6, 2.2), 8.0),
        Quantity("restitution", "", 0.2, 1.0, (0.55, 0.65)),
        _speed(1.0, 4.0, (2.2, 2.6), 6.0),
    ),
    _family("dominoes", _speed(1.0, 4.0, (2.2, 2.6), 6.0)),
    _family("stack", _speed(3.0, 6.0, (4.0, 4.6), 8.0)),
    _family("conveyor", _speed(0.8, 3.5, (1.8, 2.2), 5.0), kinds=_BOXES),
    _family("buoyancy", Quantity("density", "kg/m^3", 150.0, 2000.0, (550.0, 700.0), 4000.0)),
    _family("paint", MOMENT, kinds=("person",)),
    _family("bite", MOMENT, kinds=("apple", "doughnut")),
    _family(
        "lamp", MOMENT, kinds=("lamp",), motions=("lamp", "lamp-off"), times=("evening", "night")
    ),
    _family("door", MOMENT, kinds=("house",), motions=("door", "door-open")),
    _family("footprints", MOMENT, kinds=("person", "dog", "elephant"), settings=("snow", "desert")),
    _family("screen", _speed(2.0, 3.4, (2.5, 2.8), 4.5), kinds=_RUNNERS),
    _family("look-away", _speed(0.8, 2.7, (1.6, 1.9), 3.4), kinds=_RUNNERS),
)
