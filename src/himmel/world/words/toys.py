"""Toys, sports things, things to wear and things of the street."""

from __future__ import annotations

from himmel.world.vocabulary import Kind, Noun

TOYS: tuple[Kind, ...] = (
    Kind(
        "teddy-bear",
        2.6,
        "slide",
        ("teddy bear", "teddy"),
        (Noun("Teddybär", "m", "Teddybären"), Noun("Teddy", "m")),
    ),
    Kind("doll", 2.6, "slide", ("doll", "rag doll"), (Noun("Puppe", "f"),)),
    Kind("rocking-horse", 2.6, "slide", ("rocking horse",), (Noun("Schaukelpferd", "n"),)),
    Kind("kite", 2.6, "fly", ("kite",), (Noun("Papierdrachen", "m"), Noun("Flugdrachen", "m"))),
    Kind("spinning-top", 2.6, "slide", ("spinning top",), (Noun("Kreisel", "m"),)),
    Kind("dice", 1.7, "slide", ("dice",), (Noun("Würfel", "m"),)),
    Kind(
        "pawn",
        2.6,
        "slide",
        ("pawn", "chess pawn"),
        (Noun("Schachbauer", "m", "Schachbauern"),),
        round=True,
    ),
    Kind("chess-king", 2.6, "slide", ("chess king",), (Noun("Schachkönig", "m"),), round=True),
    Kind(
        "rubber-duck",
        2.5,
        "slide",
        ("rubber duck",),
        (Noun("Badeente", "f"), Noun("Quietscheente", "f")),
    ),
    Kind("basketball-hoop", 2.6, "slide", ("basketball hoop",), (Noun("Basketballkorb", "m"),)),
    Kind("tennis-racket", 2.6, "slide", ("tennis racket",), (Noun("Tennisschläger", "m"),)),
    Kind(
        "bowling-pin", 2.6, "slide", ("bowling pin", "skittle"), (Noun("Kegel", "m"),), round=True
    ),
    Kind("dumbbell", 1.8, "slide", ("dumbbell", "barbell"), (Noun("Hantel", "f"),)),
    Kind("target", 2.6, "slide", ("target", "archery target"), (Noun("Zielscheibe", "f"),)),
    Kind(
        "football-goal", 2.0, "slide", ("football goal", "soccer goal"), (Noun("Fußballtor", "n"),)
    ),
    Kind("trophy", 2.6, "slide", ("trophy",), (Noun("Pokal", "m"),)),
    Kind("present", 2.1, "slide", ("present", "gift"), (Noun("Geschenk", "n"),)),
    Kind("crown", 1.9, "slide", ("crown",), (Noun("Krone", "f"),)),
    Kind(
        "top-hat",
        1.9,
        "slide",
        ("top hat",),
        (Noun("Zylinder", "m"), Noun("Zylinderhut", "m")),
        round=True,
    ),
    Kind("rubber-boot", 2.6, "slide", ("rubber boot", "rain boot"), (Noun("Gummistiefel", "m"),)),
    Kind(
        "sneaker",
        1.8,
        "slide",
        ("sneaker", "sports shoe"),
        (Noun("Turnschuh", "m"), Noun("Sportschuh", "m")),
    ),
    Kind(
        "glasses", 1.6, "slide", ("pair of glasses", "pair of spectacles"), (Noun("Brille", "f"),)
    ),
    Kind(
        "ring",
        2.6,
        "slide",
        ("ring", "diamond ring"),
        (Noun("Ring", "m"), Noun("Diamantring", "m")),
    ),
    Kind(
        "wristwatch",
        2.6,
        "slide",
        ("wristwatch", "watch"),
        (Noun("Armbanduhr", "f"), Noun("Uhr", "f")),
    ),
    Kind(
        "traffic-light",
        2.6,
        "slide",
        ("traffic light",),
        (Noun("Ampel", "f"), Noun("Verkehrsampel", "f")),
    ),
    Kind(
        "street-lamp",
        2.6,
        "slide",
        ("street lamp", "streetlight"),
        (Noun("Straßenlaterne", "f"), Noun("Laterne", "f")),
        round=True,
    ),
    Kind("mailbox", 2.6, "slide", ("mailbox", "letter box"), (Noun("Briefkasten", "m"),)),
    Kind("flag", 2.6, "slide", ("flag",), (Noun("Fahne", "f"), Noun("Flagge", "f"))),
    Kind("tent", 1.6, "slide", ("tent",), (Noun("Zelt", "n"),)),
    Kind(
        "fire-hydrant",
        2.6,
        "slide",
        ("fire hydrant", "hydrant"),
        (Noun("Hydrant", "m", "Hydranten"),),
    ),
    Kind("signpost", 2.6, "slide", ("signpost",), (Noun("Wegweiser", "m"),)),
    Kind("swing", 2.6, "slide", ("swing",), (Noun("Schaukel", "f"),)),
    Kind(
        "playground-slide",
        2.5,
        "slide",
        ("playground slide",),
        (Noun("Rutsche", "f"), Noun("Rutschbahn", "f")),
    ),
)
