"""Settings, hours, weathers, seasons and looks of the wide world beyond the core's."""

from __future__ import annotations

from himmel.world.vocabulary import Phrase, Place, Setting


def _english(preposition: str, way: str, *phrases: str) -> tuple[Place, ...]:
    return tuple(Place(f"{preposition} {p}", f"{way} {p}") for p in phrases)


def _on(*phrases: str) -> tuple[Place, ...]:
    return _english("on", "across", *phrases)


def _in(*phrases: str) -> tuple[Place, ...]:
    return _english("in", "through", *phrases)


def _einem(way: str, *nouns: tuple[str, str]) -> tuple[Place, ...]:
    """German places of he- and it-words: ("m", "Wald") -> "in einem Wald", "durch einen Wald"."""
    at = {"durch": "in", "über": "auf"}[way]
    article = {"m": "einen", "n": "ein"}
    return tuple(Place(f"{at} einem {n}", f"{way} {article[g]} {n}") for g, n in nouns)


def _einer(way: str, *nouns: str) -> tuple[Place, ...]:
    """German places of feminine nouns: "Bühne" -> "auf einer Bühne", "über eine Bühne"."""
    at = {"durch": "in", "über": "auf"}[way]
    return tuple(Place(f"{at} einer {n}", f"{way} eine {n}") for n in nouns)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "forest",
        _in("a forest", "the forest", "the woods", "a dense forest"),
        (
            *_einem("durch", ("m", "Wald")),
            Place("im Wald", "durch den Wald"),
            Place("in einem dichten Wald", "durch einen dichten Wald"),
        ),
    ),
    Setting(
        "beach",
        _on("a beach", "the beach", "a sandy beach", "the seashore"),
        (
            Place("an einem Strand", "über einen Strand"),
            Place("am Strand", "über den Strand"),
            *_einem("über", ("m", "Sandstrand")),
        ),
    ),
    Setting(
        "alps",
        _in("the alps", "the high alps") + _english("among", "past", "snowy peaks"),
        (
            Place("in den Alpen", "durch die Alpen"),
            Place("im Hochgebirge", "durch das Hochgebirge"),
            Place("zwischen schneebedeckten Gipfeln", "zwischen schneebedeckten Gipfeln"),
        ),
    ),
    Setting(
        "city",
        _in("a big city", "the city centre") + _english("between", "past", "skyscrapers"),
        (
            *_einer("durch", "Großstadt"),
            Place("in der Großstadt", "durch die Großstadt"),
            Place("zwischen Wolkenkratzern", "zwischen Wolkenkratzern"),
        ),
    ),
    Setting(
        "wheat-field",
        _in("a wheat field", "a field of wheat", "a cornfield"),
        _einem("durch", ("n", "Weizenfeld"), ("n", "Kornfeld")),
    ),
    Setting(
        "farm",
        _on("a farm", "the farm", "a farmyard"),
        (
            *_einem("über", ("m", "Bauernhof")),
            Place("auf dem Bauernhof", "über den Bauernhof"),
        ),
    ),
    Setting(
        "room",
        _in("a room", "a living room", "the living room"),
        (
            *_einem("durch", ("n", "Zimmer"), ("n", "Wohnzimmer")),
            Place("im Wohnzimmer", "durch das Wohnzimmer"),
        ),
    ),
    Setting(
        "garden",
        _in("a garden", "the garden", "a flower garden"),
        (
            *_einem("durch", ("m", "Garten"), ("m", "Blumengarten")),
            Place("im Garten", "durch den Garten"),
        ),
    ),
    Setting(
        "moon",
        _on("the moon", "the surface of the moon", "the lunar surface"),
        (
            Place("auf dem Mond", "über den Mond"),
            Place("auf der Mondoberfläche", "über die Mondoberfläche"),
        ),
    ),
    Setting(
        "volcano",
        _on("a volcano", "a lava field", "the slope of a volcano"),
        (
            *_einem("über", ("m", "Vulkan"), ("n", "Lavafeld")),
            Place("am Hang eines Vulkans", "über den Hang eines Vulkans"),
        ),
    ),
    Setting(
        "stage",
        _on("a stage", "a theatre stage", "the stage of a theatre"),
        _einer("über", "Bühne", "Theaterbühne"),
    ),
    Setting(
        "underwater",
        (
            Place("under water", "under water"),
            *_on("the sea floor", "the seabed", "the bottom of the sea"),
        ),
        (
            Place("unter Wasser", "unter Wasser"),
            Place("auf dem Meeresgrund", "über den Meeresgrund"),
            Place("auf dem Meeresboden", "über den Meeresboden"),
        ),
    ),
    Setting(
        "courtyard",
        _in("a castle courtyard", "the courtyard of a castle", "a castle yard"),
        _einem("durch", ("m", "Burghof"), ("m", "Schlosshof")),
    ),
    Setting(
        "ice-rink",
        _on("an ice rink", "the ice", "a skating rink"),
        (
            *_einer("über", "Eisbahn"),
            Place("auf dem Eis", "über das Eis"),
            *_einer("über", "Schlittschuhbahn"),
        ),
    ),
    Setting(
        "stadium",
        _on("a football pitch", "a football field") + _in("a stadium", "a football stadium"),
        (
            *_einem("über", ("n", "Fußballfeld")),
            *_einem("durch", ("n", "Stadion"), ("n", "Fußballstadion")),
        ),
    ),
    Setting(
        "canyon",
        _in("a canyon", "a rocky canyon", "a gorge"),
        (*_einer("durch", "Schlucht", "Felsenschlucht"), *_einem("durch", ("m", "Canyon"))),
    ),
    Setting(
        "playground",
        _on("a playground", "the playground", "an adventure playground"),
        (
            *_einem("über", ("m", "Spielplatz"), ("m", "Kinderspielplatz")),
            Place("auf dem Spielplatz", "über den Spielplatz"),
        ),
    ),
    Setting(
        "harbour",
        _in("a harbour", "the harbour", "a port") + _on("a pier"),
        (
            *_einem("durch", ("m", "Hafen")),
            Place("im Hafen", "durch den Hafen"),
            *_einem("über", ("m", "Pier")),
        ),
    ),
    Setting(
        "station",
        _on("a railway platform", "a platform", "the platform of a railway station"),
        (
            *_einem("über", ("m", "Bahnsteig")),
            Place("auf dem Bahnsteig", "über den Bahnsteig"),
        ),
    ),
)

TIMES: tuple[Phrase, ...] = (
    Phrase(
        "dawn",
        ("at sunrise", "at dawn", "at daybreak"),
        ("bei Sonnenaufgang", "in der Morgenröte", "bei Tagesanbruch"),
    ),
    Phrase(
        "morning",
        ("in the morning", "on a sunny morning", "in the morning light"),
        ("am Morgen", "morgens", "im Morgenlicht", "an einem sonnigen Morgen"),
    ),
    Phrase(
        "blue-hour",
        ("in the blue hour", "at twilight", "after sunset"),
        ("in der blauen Stunde", "im Zwielicht", "nach Sonnenuntergang"),
    ),
    Phrase(
        "full-moon",
        ("under a full moon", "by the light of the full moon", "on a night with a full moon"),
        ("bei Vollmond", "unter dem Vollmond", "in einer Vollmondnacht"),
    ),
    Phrase(
        "stars",
        ("under the stars", "under a starry sky", "on a starry night"),
        ("unter den Sternen", "unter dem Sternenhimmel", "in einer sternklaren Nacht"),
    ),
)

# Weathers and seasons: a clip has one of them.
WEATHERS: tuple[Phrase, ...] = (
    Phrase(
        "rain",
        ("in the rain", "while it is raining", "in pouring rain"),
        ("im Regen", "bei Regen", "bei strömendem Regen"),
    ),
    Phrase(
        "fog",
        ("in the fog", "in thick fog", "in foggy weather"),
        ("im Nebel", "in dichtem Nebel", "bei nebligem Wetter"),
    ),
    Phrase(
        "storm",
        ("in a thunderstorm", "during a thunderstorm", "while lightning flashes"),
        ("bei Gewitter", "während eines Gewitters", "bei Blitz und Donner"),
    ),
    Phrase(
        "overcast",
        ("under a cloudy sky", "in cloudy weather", "in dull weather"),
        ("unter bewölktem Himmel", "bei bewölktem Himmel", "bei trübem Wetter"),
    ),
    Phrase(
        "wind",
        ("in strong wind", "in windy weather", "while the wind is blowing"),
        ("bei starkem Wind", "bei windigem Wetter", "im starken Wind"),
    ),
    Phrase(
        "autumn",
        ("in autumn", "in late autumn", "while leaves are falling"),
        ("im Herbst", "im Spätherbst", "bei fallendem Laub"),
    ),
    Phrase(
        "spring",
        ("in spring", "in springtime", "while the trees are in blossom"),
        ("im Frühling", "im Frühjahr", "zur Baumblüte"),
    ),
    Phrase(
        "rainbow",
        ("under a rainbow", "with a rainbow in the sky", "beneath a rainbow"),
        ("unter einem Regenbogen", "mit einem Regenbogen am Himmel"),
    ),
)

LOOKS: tuple[Phrase, ...] = (
    Phrase("natural", (), ()),
    Phrase(
        "black-and-white",
        ("in black and white", "as a black and white film", "in shades of grey"),
        ("in Schwarzweiß", "als Schwarzweißfilm", "in Graustufen"),
    ),
    Phrase(
        "sepia",
        ("in sepia", "in sepia tones", "like an old photograph"),
        ("in Sepia", "in Sepiatönen", "wie ein altes Foto"),
    ),
    Phrase(
        "toy",
        ("as a toy world", "in a toy look", "like a miniature world"),
        ("als Spielzeugwelt", "wie Spielzeug", "wie eine Miniaturwelt"),
    ),
    Phrase(
        "neon",
        ("in neon colours", "in glowing neon lines", "as neon art"),
        ("in Neonfarben", "in leuchtenden Neonlinien", "als Neonkunst"),
    ),
    Phrase(
        "paper",
        ("cut out of paper", "as a paper cutout", "in a paper cutout style"),
        ("aus Papier geschnitten", "als Papiercollage", "im Papierstil"),
    ),
)
