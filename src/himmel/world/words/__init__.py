"""The wide world's tables: the core's rows first, then what the other families add."""

from __future__ import annotations

from himmel.world import vocabulary as core
from himmel.world.vocabulary import COLOURS, Kind, Phrase, Setting, names
from himmel.world.words import cameras, places, traits
from himmel.world.words.animals import ANIMALS
from himmel.world.words.buildings import BUILDINGS
from himmel.world.words.experiments import EXPERIMENTS
from himmel.world.words.food import FOOD
from himmel.world.words.furniture import FURNITURE
from himmel.world.words.people import PEOPLE
from himmel.world.words.plants import PLANTS
from himmel.world.words.rows import OWN, Family, Trait
from himmel.world.words.tools import TOOLS
from himmel.world.words.toys import TOYS
from himmel.world.words.vehicles import VEHICLES

KINDS: tuple[Kind, ...] = (
    core.KINDS + ANIMALS + PEOPLE + VEHICLES + FURNITURE + FOOD + TOOLS + PLANTS + BUILDINGS + TOYS
)
SETTINGS: tuple[Setting, ...] = core.SETTINGS + places.SETTINGS
TIMES: tuple[Phrase, ...] = core.TIMES + places.TIMES
WEATHERS: tuple[Phrase, ...] = core.WEATHERS + places.WEATHERS
CAMERAS: tuple[Phrase, ...] = core.CAMERAS + cameras.CAMERAS
LOOKS: tuple[Phrase, ...] = places.LOOKS
RELATIONS: tuple[Phrase, ...] = cameras.RELATIONS
TRAITS: tuple[Trait, ...] = traits.MATERIALS + traits.SIZES + traits.EXPRESSIONS
ROUND = frozenset(kind.name for kind in KINDS if kind.round)

_COLOURS = (OWN, *names(COLOURS))
_MOTIONS = names(core.MOTIONS)

WIDE = Family(
    "wide",
    kinds=names(KINDS),
    colours=_COLOURS,
    settings=names(SETTINGS),
    times=names(TIMES),
    motions=_MOTIONS,
    weathers=names(WEATHERS),
    looks=names(LOOKS),
    traits=names(traits.MATERIALS) + names(traits.SIZES),
)
GROUP = Family(
    "group",
    kinds=names(KINDS),
    colours=_COLOURS,
    settings=names(SETTINGS),
    times=names(TIMES),
    motions=("still", "jump"),
    counts=(1, 1, 1, 1, 2, 3, 4, 5),  # as often one with others as several alone
    others=2,
    relations=names(RELATIONS),
)
CAMERA = Family(
    "camera",
    kinds=names(KINDS),
    colours=_COLOURS,
    settings=names(SETTINGS),
    times=names(TIMES),
    motions=("still", "left", "right"),
    cameras=("fixed", *names(cameras.CAMERAS)),
)
_HEADS = (  # people whose face is free: no visor, no bare bone
    "person", "child", "grandfather", "cook", "firefighter", "police", "king", "queen", "pirate",
    "cowboy", "wizard", "santa", "clown", "superhero",
)  # fmt: skip
FACE = Family(
    "face",
    kinds=_HEADS,
    colours=_COLOURS,
    settings=names(SETTINGS),
    times=names(TIMES),
    motions=("still",),
    traits=names(traits.EXPRESSIONS),
)
FAMILIES: tuple[Family, ...] = (WIDE, GROUP, CAMERA, FACE, *EXPERIMENTS)
