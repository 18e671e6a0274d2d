"""Vehicles of the wide world."""

from __future__ import annotations

from himmel.world.vocabulary import Kind, Noun

VEHICLES: tuple[Kind, ...] = (
    Kind("truck", 1.7, "drive", ("truck", "lorry"), (Noun("Lastwagen", "m"), Noun("Laster", "m"))),
    Kind(
        "fire-engine",
        1.7,
        "drive",
        ("fire engine", "fire truck"),
        (Noun("Feuerwehrauto", "n"), Noun("Löschfahrzeug", "n")),
    ),
    Kind(
        "ambulance",
        2.0,
        "drive",
        ("ambulance",),
        (Noun("Krankenwagen", "m"), Noun("Rettungswagen", "m")),
    ),
    Kind(
        "racing-car",
        1.0,
        "drive",
        ("racing car", "race car"),
        (Noun("Rennwagen", "m"), Noun("Rennauto", "n")),
    ),
    Kind("bicycle", 1.7, "roll", ("bicycle", "bike"), (Noun("Fahrrad", "n"),)),
    Kind("motorcycle", 1.5, "drive", ("motorcycle", "motorbike"), (Noun("Motorrad", "n"),)),
    Kind(
        "scooter",
        2.5,
        "roll",
        ("scooter", "kick scooter"),
        (Noun("Roller", "m"), Noun("Tretroller", "m")),
    ),
    Kind("pram", 2.5, "roll", ("pram", "baby carriage"), (Noun("Kinderwagen", "m"),)),
    Kind("sled", 0.9, "slide", ("sled", "sledge"), (Noun("Schlitten", "m"),)),
    Kind("skateboard", 0.9, "roll", ("skateboard",), (Noun("Skateboard", "n"),)),
    Kind("tractor", 2.0, "drive", ("tractor",), (Noun("Traktor", "m"), Noun("Trecker", "m"))),
    Kind("tank", 1.7, "drive", ("tank", "battle tank"), (Noun("Panzer", "m"),)),
    Kind("excavator", 2.1, "drive", ("excavator", "digger"), (Noun("Bagger", "m"),)),
    Kind(
        "crane", 2.6, "slide", ("crane", "tower crane"), (Noun("Kran", "m"), Noun("Baukran", "m"))
    ),
    Kind("forklift", 2.5, "drive", ("forklift", "forklift truck"), (Noun("Gabelstapler", "m"),)),
    Kind("wheelbarrow", 1.7, "roll", ("wheelbarrow",), (Noun("Schubkarre", "f"),)),
    Kind("sailing-boat", 2.6, "slide", ("sailing boat", "sailboat"), (Noun("Segelboot", "n"),)),
    Kind("ship", 1.8, "slide", ("ship", "steamship"), (Noun("Schiff", "n"), Noun("Dampfer", "m"))),
    Kind(
        "submarine", 1.9, "slide", ("submarine",), (Noun("U-Boot", "n"), Noun("Unterseeboot", "n"))
    ),
    Kind(
        "helicopter",
        1.8,
        "fly",
        ("helicopter", "chopper"),
        (Noun("Hubschrauber", "m"), Noun("Helikopter", "m")),
    ),
    Kind("ufo", 2.1, "fly", ("flying saucer", "UFO"), (Noun("Ufo", "n"),), round=True),
    Kind(
        "airship",
        1.9,
        "fly",
        ("airship", "zeppelin"),
        (Noun("Luftschiff", "n"), Noun("Zeppelin", "m")),
    ),
    Kind("parachute", 2.6, "float", ("parachute",), (Noun("Fallschirm", "m"),), round=True),
)
