"""Plants of the wide world."""

from __future__ import annotations

from himmel.world.vocabulary import Kind, Noun

PLANTS: tuple[Kind, ...] = (
    Kind("flower", 2.9, "slide", ("flower", "daisy"), (Noun("Blume", "f"), Noun("Blüte", "f"))),
    Kind("sunflower", 3.1, "slide", ("sunflower",), (Noun("Sonnenblume", "f"),)),
    Kind("tulip", 2.8, "slide", ("tulip",), (Noun("Tulpe", "f"),), round=True),
    Kind("palm", 3.2, "slide", ("palm tree", "palm"), (Noun("Palme", "f"),)),
    Kind("cactus", 2.9, "slide", ("cactus",), (Noun("Kaktus", "m"),)),
    Kind("fir", 3.1, "slide", ("fir tree", "fir"), (Noun("Tanne", "f"),), round=True),
    Kind(
        "christmas-tree",
        3.2,
        "slide",
        ("Christmas tree",),
        (Noun("Weihnachtsbaum", "m"), Noun("Christbaum", "m")),
        round=True,
    ),
    Kind(
        "potted-plant",
        2.6,
        "slide",
        ("potted plant", "pot plant"),
        (Noun("Topfpflanze", "f"), Noun("Zimmerpflanze", "f")),
        round=True,
    ),
    Kind(
        "clover",
        2.8,
        "slide",
        ("four-leaf clover", "clover"),
        (Noun("Kleeblatt", "n"), Noun("Glücksklee", "m")),
    ),
    Kind("bamboo", 3.0, "slide", ("bamboo plant", "bamboo"), (Noun("Bambus", "m"),)),
)
