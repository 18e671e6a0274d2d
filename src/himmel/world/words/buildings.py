"""Buildings of the wide world."""

from __future__ import annotations

from himmel.world.vocabulary import Kind, Noun

BUILDINGS: tuple[Kind, ...] = (
    Kind("lighthouse", 3.8, "slide", ("lighthouse",), (Noun("Leuchtturm", "m"),), round=True),
    Kind(
        "windmill", 3.6, "slide", ("windmill", "mill"), (Noun("Windmühle", "f"), Noun("Mühle", "f"))
    ),
    Kind("church", 4.0, "slide", ("church", "chapel"), (Noun("Kirche", "f"), Noun("Kapelle", "f"))),
    Kind(
        "skyscraper",
        4.1,
        "slide",
        ("skyscraper", "high-rise"),
        (Noun("Wolkenkratzer", "m"), Noun("Hochhaus", "n")),
    ),
    Kind("igloo", 1.8, "slide", ("igloo",), (Noun("Iglu", "n"),)),
    Kind("barn", 2.9, "slide", ("barn",), (Noun("Scheune", "f"),)),
    Kind("pyramid", 2.3, "slide", ("pyramid",), (Noun("Pyramide", "f"),)),
    Kind("temple", 2.6, "slide", ("temple", "Greek temple"), (Noun("Tempel", "m"),)),
    Kind(
        "bridge",
        2.4,
        "slide",
        ("bridge", "suspension bridge"),
        (Noun("Brücke", "f"), Noun("Hängebrücke", "f")),
    ),
    Kind(
        "well",
        2.7,
        "slide",
        ("well", "draw well"),
        (Noun("Brunnen", "m"), Noun("Ziehbrunnen", "m")),
    ),
    Kind("pagoda", 4.0, "slide", ("pagoda",), (Noun("Pagode", "f"),)),
    Kind("factory", 3.0, "slide", ("factory",), (Noun("Fabrik", "f"),)),
)
