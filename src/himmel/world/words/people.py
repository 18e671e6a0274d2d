"""People and people-like figures of the wide world, told apart by what they wear."""

from __future__ import annotations

from himmel.world.vocabulary import Kind, Noun

PEOPLE: tuple[Kind, ...] = (
    Kind(
        "child",
        1.6,
        "walk",
        ("child", "kid", "boy"),
        (Noun("Kind", "n"), Noun("Junge", "m", "Jungen")),
    ),
    Kind(
        "grandfather",
        1.8,
        "walk",
        ("grandfather", "old man", "grandpa"),
        (Noun("Großvater", "m"), Noun("Opa", "m"), Noun("Greis", "m")),
    ),
    Kind("cook", 2.2, "walk", ("cook", "chef"), (Noun("Koch", "m"), Noun("Küchenchef", "m"))),
    Kind(
        "firefighter",
        1.9,
        "walk",
        ("firefighter", "fireman"),
        (Noun("Feuerwehrmann", "m"), Noun("Feuerwehrfrau", "f")),
    ),
    Kind(
        "police",
        1.9,
        "walk",
        ("police officer", "policeman", "policewoman", "cop"),
        (Noun("Polizist", "m", "Polizisten"), Noun("Polizistin", "f")),
    ),
    Kind("knight", 2.0, "walk", ("knight",), (Noun("Ritter", "m"),)),
    Kind("king", 2.1, "walk", ("king",), (Noun("König", "m"),)),
    Kind(
        "queen",
        2.1,
        "walk",
        ("queen", "princess"),
        (Noun("Königin", "f"), Noun("Prinzessin", "f")),
    ),
    Kind(
        "pirate", 2.0, "walk", ("pirate",), (Noun("Pirat", "m", "Piraten"), Noun("Seeräuber", "m"))
    ),
    Kind("cowboy", 2.0, "walk", ("cowboy",), (Noun("Cowboy", "m"),)),
    Kind(
        "astronaut",
        2.0,
        "walk",
        ("astronaut", "spaceman", "cosmonaut"),
        (Noun("Astronaut", "m", "Astronauten"), Noun("Raumfahrer", "m")),
    ),
    Kind("clown", 2.2, "walk", ("clown",), (Noun("Clown", "m"),)),
    Kind(
        "wizard",
        2.4,
        "walk",
        ("wizard", "magician", "sorcerer"),
        (Noun("Zauberer", "m"), Noun("Magier", "m")),
    ),
    Kind(
        "santa",
        2.0,
        "walk",
        ("Santa Claus", "Father Christmas", "Santa"),
        (Noun("Weihnachtsmann", "m"), Noun("Nikolaus", "m")),
    ),
    Kind(
        "superhero",
        2.2,
        "walk",
        ("superhero",),
        (Noun("Superheld", "m", "Superhelden"),),
    ),
    Kind(
        "ballerina",
        2.2,
        "slide",
        ("ballerina", "ballet dancer", "dancer"),
        (Noun("Ballerina", "f"), Noun("Tänzerin", "f")),
    ),
    Kind("angel", 2.2, "float", ("angel",), (Noun("Engel", "m"),)),
    Kind("skeleton", 2.0, "walk", ("skeleton",), (Noun("Skelett", "n"), Noun("Gerippe", "n"))),
    Kind("robot", 2.2, "walk", ("robot",), (Noun("Roboter", "m"),)),
    Kind("mermaid", 2.0, "slide", ("mermaid",), (Noun("Meerjungfrau", "f"), Noun("Nixe", "f"))),
    Kind("ghost", 2.0, "float", ("ghost",), (Noun("Gespenst", "n"), Noun("Geist", "m"))),
)
