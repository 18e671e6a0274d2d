"""What props are called: which names of a catalogue can stand in a sentence, and with which gender."""

from __future__ import annotations

import re
from functools import cache

from himmel.world.language.lists import listed
from himmel.world.props.catalogue import Prop
from himmel.world.vocabulary import Kind, Noun
from himmel.world.words import KINDS

# Makers and their products, as words of a name or an identifier. A prop that has one is left out.
BRANDS = frozenset(
    listed(
        "adidas apple audi beetle bmw chevrolet citroen coca daf fiat ford harley honda ibook ikea imac "
        "ipad iphone jacuzzi kitchenaid lego leon mercedes nike nintendo opel pepsi peterbilt peugeot "
        "playstation ps porsche renault rubik rubix samsung skoda smart sony thonet toyota vespa "
        "volkswagen volvo vw winchester xbox yamaha"
    )
)
# Names, or their last words, that say something else than is shown, are misspelt, or mean a person.
_MISLEADING = frozenset(
    {"ashtray", "bath", "barnum", "boy", "bz", "children game", "child hut", "extension", "female",
     "flipper", "gaz water heater", "girl", "hashtray", "island", "male", "motorbike", "penbox", "puff",
     "room", "short", "socket", "teck chair", "tool", "trunck", "wood bank"}
)  # fmt: skip
_UNCOUNTED = frozenset(listed("bamboo bread butter clothing milk pottery soap sugar"))
_KEPT_CAPITALS = frozenset({"Christmas", "French", "Japanese", "Osaka", "Siamese"})
_LOWEST = 3  # letters of a German noun that may be the end of a longer one
# Gender of German nouns and of all that end in them.
_GENDERS = {
    "m": "abstreifer ahorn anzug beamer beutel bierkrug block boiler bund busch bügel container "
    "decker dimmer drucker fernseher ficus flakon flügel futon grill haken halter helm herd "
    "hocker hut hydrant kalender kamin kamm karton kasten kessel kocher körper kühler laden "
    "laib lautsprecher leuchter lift lkw löffel löscher maker marker melder mixer mäher ofen "
    "pavillon platz player reifen rock sack safe schalter schlafsack schornstein schrank "
    "schrauber schuh schwamm sessel steig stein stift strauß streifen streuer stuhl ständer "
    "suv tacker teller teppich tisch toaster topf trockner turm van ventilator verstärker "
    "vorhang zaun zieher übergang",
    "f": "ablage akazie anlage bank bedienung box buche bulldogge bürste decke dose erweiterung "
    "fritteuse gabel garderobe haube hecke hose hütte jacke kabine kamera kanne kiefer "
    "klingel kommode kutsche lilie maschine matratze matte mikrowelle mütze orchidee packung "
    "palette pappel pflanze platte presse röhre schachtel scheibe schüssel socke spüle stange "
    "steckdose säule tasche tonne treppe truhe tür wand wanne weste wippe yucca zeitung "
    "zypresse",
    "n": "aquarium band becken bidet boot brett feld fenster fläschchen gefäß geländer gerät "
    "gestell glas handtuch handy hähnchen keyboard kissen kleid kännchen lineal messer modell "
    "mädchen puzzle radio regal schild set spiel spielzeug steak tablet tablett thermometer "
    "tor trampolin töpfchen urinal werkzeug whiteboard xylophon",
}  # fmt: skip


def name_of(prop: Prop) -> str:
    """The kind that a prop is: its English name in small letters with hyphens; empty where it has none.

    A name fits that is a countable singular of plain letters and says what is shown.
    """
    noun = english_noun(prop.english)
    plain = noun.lower()
    last = plain.rpartition(" ")[2]
    if not re.fullmatch(r"[a-z]+(?:[ -][a-z]+)*", plain) or plain in _MISLEADING:
        return ""
    if last in _UNCOUNTED or last in _MISLEADING:
        return ""
    kind = plain.replace(" ", "-")
    plural = last.endswith("s") and not last.endswith(("ss", "us"))
    return "" if plural and kind not in _of_the_world() else kind


def english_noun(name: str) -> str:
    """A name as it stands in a sentence: "Bar stool" -> "bar stool", "Japanese lantern" as it is."""
    return " ".join(
        word if word in _KEPT_CAPITALS or word.isupper() else word.lower() for word in name.split()
    )


def has_brand(prop: Prop) -> bool:
    """Whether a name or an identifier holds a maker's word: "Ford Focus", "fordFocus"."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", f"{prop.english} {prop.id.partition('#')[2]}")
    return any(word.lower() in BRANDS for word in words)


def german_noun(name: str) -> Noun | None:
    """The noun with its gender; None for phrases and for words whose gender is not known."""
    last = name.lower().rpartition("-")[2]
    if " " in name or not last:
        return None
    ends = (last[start:] for start in range(len(last)))
    gender = next((_genders()[end] for end in ends if end in _genders()), "")
    return Noun(name, gender) if gender else None


def kind_of(name: str, props: list[Prop]) -> Kind | None:
    """The words for all props of one name; None where German has none.

    What the world knows already keeps the world's words.
    """
    if name in _of_the_world():
        return _of_the_world()[name]
    named = (german_noun(prop.german) for prop in props)
    german = tuple(dict.fromkeys(noun for noun in named if noun is not None))
    english = (english_noun(props[0].english),)
    return Kind(name, 2.0, "slide", english, german) if german else None


@cache
def _of_the_world() -> dict[str, Kind]:
    return {kind.name: kind for kind in KINDS}


@cache
def _genders() -> dict[str, str]:
    """Of every noun whose gender is known, in small letters; short ones stand only for themselves."""
    world = {noun.word.lower(): noun.gender for kind in KINDS for noun in kind.german}
    ends = {word: gender for word, gender in world.items() if len(word) >= _LOWEST}
    return ends | {word: gender for gender, words in _GENDERS.items() for word in listed(words)}
