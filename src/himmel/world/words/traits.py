"""Materials, sizes and expressions."""

from __future__ import annotations

from himmel.world.words.rows import Trait

MATERIALS: tuple[Trait, ...] = (
    Trait("wooden", "material", ("wooden",), ("hölzern",)),
    Trait("metal", "material", ("metal", "metallic"), ("metallisch",)),
    Trait("stone", "material", ("stone", "stony"), ("steinern",)),
    Trait("brick", "material", ("brick",), ("gemauert",)),
    Trait("fluffy", "material", ("fluffy", "furry", "shaggy"), ("flauschig", "pelzig", "zottig")),
    Trait("golden", "material", ("golden",), ("golden",)),
    Trait("checkered", "material", ("checkered", "chequered"), ("kariert",)),
    Trait("striped", "material", ("striped", "stripy"), ("gestreift",)),
    Trait("dotted", "material", ("dotted", "spotted"), ("gepunktet", "getupft")),
)
SIZES: tuple[Trait, ...] = (
    Trait("small", "size", ("small", "tiny", "little"), ("klein", "winzig")),
    Trait("large", "size", ("huge", "giant", "large"), ("groß", "riesig", "gigantisch")),
)
EXPRESSIONS: tuple[Trait, ...] = (
    Trait(
        "happy",
        "expression",
        ("happy", "smiling", "cheerful", "laughing"),
        ("fröhlich", "glücklich", "lächelnd", "lachend"),
    ),
    Trait(
        "sad",
        "expression",
        ("sad", "crying", "unhappy", "tearful"),
        ("traurig", "weinend", "unglücklich"),
    ),
    Trait(
        "angry", "expression", ("angry", "furious", "enraged"), ("wütend", "zornig", "verärgert")
    ),
    Trait(
        "surprised",
        "expression",
        ("surprised", "astonished", "amazed"),
        ("überrascht", "erstaunt", "verblüfft"),
    ),
    Trait(
        "scared",
        "expression",
        ("scared", "frightened", "terrified", "fearful"),
        ("ängstlich", "verängstigt", "erschrocken"),
    ),
    Trait(
        "disgusted",
        "expression",
        ("disgusted", "revolted", "nauseated"),
        ("angewidert", "angeekelt"),
    ),
)
