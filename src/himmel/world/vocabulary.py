"""Everything the world can show, with its words in English and German.

The tables are the only source: pictures, captions, the lexicon and the evaluation all read them, so a
word that stands here can be drawn and a word that does not stand here cannot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

from himmel.core.errors import HimmelError


@dataclass(frozen=True)
class Noun:
    """A German noun: the word, its gender (m, f, n) and its form after einen / einem if different."""

    word: str
    gender: str
    oblique: str = ""

    @property
    def bent(self) -> str:
        """The form in the accusative and the dative: Elefant -> Elefanten."""
        return self.oblique or self.word


@dataclass(frozen=True)
class Place:
    """A place to be at ("on a green meadow") and to move over ("across a green meadow")."""

    at: str
    over: str


@dataclass(frozen=True)
class Kind:
    """A kind of subject. `height` in metres; `movement` chooses its verbs: drive, walk, fly, ...

    `round` says that it looks alike from every side, so that turning does not show.
    """

    name: str
    height: float
    movement: str
    english: tuple[str, ...]
    german: tuple[Noun, ...]
    round: bool = False


@dataclass(frozen=True)
class NamedColour:
    """A colour with its sRGB value; German adjectives in `fixed` take no ending (lila, orange)."""

    name: str
    hex: str
    english: tuple[str, ...]
    german: tuple[str, ...]
    fixed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """A ground or place; the first wording of each language is the plainest."""

    name: str
    english: tuple[Place, ...]
    german: tuple[Place, ...]


@dataclass(frozen=True)
class Phrase:
    """A fact that is said by a whole phrase: a time of day, a weather, a camera movement."""

    name: str
    english: tuple[str, ...]
    german: tuple[str, ...]


@dataclass(frozen=True)
class Motion:
    """What the subject does in the clip; `travels` when it changes its place on the ground."""

    name: str
    travels: bool


@dataclass(frozen=True)
class DirectedScene:
    """A scene staged by hand: what is fixed in it and what may vary."""

    name: str
    kind: str
    setting: str
    motion: str
    colours: tuple[str, ...]
    times: tuple[str, ...]
    weathers: tuple[str, ...]
    cameras: tuple[str, ...]


def _on(*phrases: str) -> tuple[Place, ...]:
    return tuple(Place(f"on {p}", f"across {p}") for p in phrases)


def _in(*phrases: str) -> tuple[Place, ...]:
    return tuple(Place(f"in {p}", f"through {p}") for p in phrases)


def _places(*pairs: tuple[str, str]) -> tuple[Place, ...]:
    return tuple(Place(at, over) for at, over in pairs)


KINDS: tuple[Kind, ...] = (
    Kind("car", 1.3, "drive", ("car", "automobile"), (Noun("Auto", "n"), Noun("Wagen", "m"))),
    Kind("bus", 2.2, "drive", ("bus", "coach"), (Noun("Bus", "m"), Noun("Reisebus", "m"))),
    Kind("train", 2.4, "drive", ("train",), (Noun("Zug", "m"), Noun("Eisenbahn", "f"))),
    Kind("dog", 1.2, "walk", ("dog", "hound"), (Noun("Hund", "m"),)),
    Kind("elephant", 2.2, "walk", ("elephant",), (Noun("Elefant", "m", "Elefanten"),)),
    Kind("bird", 0.8, "fly", ("bird",), (Noun("Vogel", "m"),)),
    Kind(
        "person",
        1.8,
        "walk",
        ("person", "man", "woman", "figure"),
        (
            Noun("Person", "f"),
            Noun("Mensch", "m", "Menschen"),
            Noun("Mann", "m"),
            Noun("Frau", "f"),
            Noun("Figur", "f"),
        ),
    ),
    Kind("snowman", 2.4, "slide", ("snowman",), (Noun("Schneemann", "m"),)),
    Kind("tree", 3.2, "slide", ("tree",), (Noun("Baum", "m"),)),
    Kind("house", 2.6, "slide", ("house", "cottage"), (Noun("Haus", "n"), Noun("Häuschen", "n"))),
    Kind("castle", 4.0, "slide", ("castle", "fortress"), (Noun("Schloss", "n"), Noun("Burg", "f"))),
    Kind(
        "rocket",
        3.0,
        "fly",
        ("rocket", "spaceship", "space rocket"),
        (Noun("Rakete", "f"), Noun("Raumschiff", "n")),
    ),
    Kind(
        "plane",
        1.0,
        "fly",
        ("plane", "airplane", "aeroplane", "aircraft"),
        (Noun("Flugzeug", "n"), Noun("Flieger", "m")),
    ),
    Kind("ball", 0.9, "roll", ("ball",), (Noun("Ball", "m"), Noun("Kugel", "f"))),
    Kind("mug", 1.0, "slide", ("mug", "cup"), (Noun("Becher", "m"), Noun("Tasse", "f"))),
    Kind("chair", 1.7, "slide", ("chair",), (Noun("Stuhl", "m"),)),
    Kind("mushroom", 1.4, "slide", ("mushroom", "toadstool"), (Noun("Pilz", "m"),)),
    Kind(
        "balloon",
        3.5,
        "float",
        ("balloon", "hot air balloon"),
        (Noun("Ballon", "m"), Noun("Heißluftballon", "m")),
    ),
)

COLOURS: tuple[NamedColour, ...] = (
    NamedColour(
        "red", "d81e1e", ("red", "crimson", "scarlet"), ("rot", "knallrot", "scharlachrot")
    ),
    NamedColour("blue", "2348e0", ("blue", "azure"), ("blau", "tiefblau")),
    NamedColour("green", "1fa43a", ("green", "emerald"), ("grün", "smaragdgrün")),
    NamedColour("yellow", "f5c400", ("yellow", "lemon yellow"), ("gelb", "zitronengelb")),
    NamedColour("orange", "f07a12", ("orange",), ("orange", "orangefarben"), fixed=("orange",)),
    NamedColour("purple", "8a2be2", ("purple", "violet"), ("lila", "violett"), fixed=("lila",)),
    NamedColour("white", "f4f4f4", ("white", "snow white"), ("weiß", "schneeweiß")),
    NamedColour("black", "141414", ("black", "jet black"), ("schwarz", "pechschwarz")),
)

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "meadow",
        _on("a green meadow", "the grass", "green grass", "a field of grass", "a lawn")
        + _in("a meadow", "a green field"),
        _places(
            ("auf einer grünen Wiese", "über eine grüne Wiese"),
            ("auf einer Wiese", "über eine Wiese"),
            ("auf grünem Gras", "über grünes Gras"),
            ("im Gras", "durch das Gras"),
            ("auf dem Rasen", "über den Rasen"),
        ),
    ),
    Setting(
        "desert",
        _in("the desert", "a sandy desert", "the dunes") + _on("sand", "the sand", "yellow sand"),
        _places(
            ("in der Wüste", "durch die Wüste"),
            ("in einer Sandwüste", "durch eine Sandwüste"),
            ("auf dem Sand", "über den Sand"),
            ("auf gelbem Sand", "über gelben Sand"),
            ("in den Dünen", "durch die Dünen"),
        ),
    ),
    Setting(
        "snow",
        _on("a snowy field", "white snow", "snow") + _in("the snow", "a snow covered field"),
        _places(
            ("auf einem verschneiten Feld", "über ein verschneites Feld"),
            ("im Schnee", "durch den Schnee"),
            ("auf weißem Schnee", "über weißen Schnee"),
            ("auf einem Schneefeld", "über ein Schneefeld"),
        ),
    ),
    Setting(
        "street",
        _on("a grey street", "a street", "the road", "asphalt", "an asphalt road"),
        _places(
            ("auf einer grauen Straße", "über eine graue Straße"),
            ("auf einer Straße", "über eine Straße"),
            ("auf Asphalt", "über Asphalt"),
            ("auf dem Asphalt", "über den Asphalt"),
        ),
    ),
    Setting(
        "tiles",
        _on("a checkered floor", "a tiled floor", "tiles", "black and white tiles"),
        _places(
            ("auf einem karierten Boden", "über einen karierten Boden"),
            ("auf einem Fliesenboden", "über einen Fliesenboden"),
            ("auf Fliesen", "über Fliesen"),
            ("auf schwarzweißen Fliesen", "über schwarzweiße Fliesen"),
        ),
    ),
    Setting(
        "water",
        _on(
            "the water", "blue water", "the sea", "a lake", "the ocean", "the surface of the water"
        ),
        _places(
            ("auf dem Wasser", "über das Wasser"),
            ("auf blauem Wasser", "über blaues Wasser"),
            ("auf dem Meer", "über das Meer"),
            ("auf dem Ozean", "über den Ozean"),
        ),
    ),
)

TIMES: tuple[Phrase, ...] = (
    Phrase(
        "day",
        ("at noon", "by day", "in daylight", "during the day", "on a bright day"),
        ("am Mittag", "am Tag", "bei Tageslicht", "tagsüber", "mittags"),
    ),
    Phrase(
        "evening",
        ("at sunset", "in the evening", "at dusk", "in the evening light"),
        ("bei Sonnenuntergang", "am Abend", "in der Dämmerung", "im Abendlicht", "abends"),
    ),
    Phrase(
        "night",
        ("at night", "by night", "in the dark", "in moonlight", "during the night"),
        ("in der Nacht", "bei Nacht", "nachts", "im Dunkeln", "im Mondlicht"),
    ),
)

# True only under the open sky of the core stage: directed scenes bring their own light.
OPEN_SKY: frozenset[str] = frozenset(
    {"at noon", "on a bright day", "in moonlight", "am Mittag", "mittags", "im Mondlicht"}
)

WEATHERS: tuple[Phrase, ...] = (
    Phrase("clear", (), ()),
    Phrase(
        "snow",
        ("in falling snow", "while snow is falling", "in a snowfall", "while it is snowing"),
        ("bei Schneefall", "im Schneetreiben", "bei fallendem Schnee"),
    ),
)

CAMERAS: tuple[Phrase, ...] = (
    Phrase("fixed", (), ()),
    Phrase(
        "follow",
        ("seen from behind", "filmed from behind", "followed by the camera"),
        ("von hinten gesehen", "von hinten gefilmt", "verfolgt von der Kamera"),
    ),
    Phrase(
        "flyover",
        ("seen from above", "filmed from above", "in an aerial shot", "filmed from the air"),
        (
            "von oben gesehen",
            "aus der Luft gefilmt",
            "in einer Luftaufnahme",
            "aus der Vogelperspektive",
        ),
    ),
)

MOTIONS: tuple[Motion, ...] = (
    Motion("still", travels=False),
    Motion("left", travels=True),
    Motion("right", travels=True),
    Motion("jump", travels=False),
    Motion("spin", travels=False),
    Motion("toward", travels=True),
)

_ALL_COLOURS = tuple(c.name for c in COLOURS)

SCENES: tuple[DirectedScene, ...] = (
    DirectedScene(
        "mountain-road",
        kind="car",
        setting="mountain-road",
        motion="drive",
        colours=_ALL_COLOURS,
        times=("day", "evening"),
        weathers=("clear",),
        cameras=("follow", "flyover"),
    ),
    DirectedScene(
        "monster",
        kind="monster",
        setting="candle-room",
        motion="kneel",
        colours=_ALL_COLOURS,
        times=("night",),
        weathers=("clear",),
        cameras=("fixed",),
    ),
    DirectedScene(
        "snowy-city",
        kind="people",
        setting="snowy-city",
        motion="walk",
        colours=_ALL_COLOURS,
        times=("day", "evening", "night"),
        weathers=("snow",),
        cameras=("follow",),
    ),
    DirectedScene(
        "gold-rush",
        kind="town",
        setting="gold-rush",
        motion="still",
        colours=("none",),
        times=("day", "evening"),
        weathers=("clear",),
        cameras=("flyover",),
    ),
)

KIND_HEIGHT: dict[str, float] = {k.name: k.height for k in KINDS} | {"monster": 2.2}
COLOUR_HEX: dict[str, str] = {c.name: c.hex for c in COLOURS}


class _Named(Protocol):
    @property
    def name(self) -> str: ...


NamedT = TypeVar("NamedT", bound=_Named)


def names(table: tuple[NamedT, ...]) -> tuple[str, ...]:
    """The names of a table in order: names(KINDS) == ("car", "bus", ...)."""
    return tuple(entry.name for entry in table)


def entry(table: tuple[NamedT, ...], name: str, what: str) -> NamedT:
    """The row of a table with a name. Raises HimmelError listing the known names of such a `what`."""
    for row in table:
        if row.name == name:
            return row
    raise HimmelError(f"there is no {what} {name!r}; known are {', '.join(names(table))}")


def scene_named(name: str) -> DirectedScene:
    """A directed scene by name. Raises HimmelError naming the scenes there are."""
    return entry(SCENES, name, "scene")
