"""Verbs of kinds that neither walk nor roll nor slide as others do, in both languages."""

from __future__ import annotations

from himmel.world import _english, _german
from himmel.world._english import Verb as English
from himmel.world._german import Verb as German
from himmel.world.language.lists import listed
from himmel.world.language.nouns import kind_named

_WAYS_OF_GOING = {
    "swim": "fish shark whale dolphin octopus swan turtle mermaid",
    "sail": "sailing-boat ship submarine",
    "crawl": "snail spider ladybird crab",
    "slither": "snake",
    "flutter": "butterfly",
    "buzz": "bee",
    "waddle": "penguin duck",
    "trot": "horse zebra unicorn camel deer",
    "soar": "dragon owl",
}
_GOES = {kind: way for way, kinds in _WAYS_OF_GOING.items() for kind in listed(kinds)}
_ENGLISH = {
    "swim": (English("swims", "swimming"), English("glides", "gliding")),
    "sail": (English("sails", "sailing"), English("glides", "gliding")),
    "crawl": (English("crawls", "crawling"), English("moves", "moving")),
    "slither": (English("slithers", "slithering"), English("crawls", "crawling")),
    "flutter": (English("flutters", "fluttering"), English("flies", "flying")),
    "buzz": (English("flies", "flying"), English("buzzes", "buzzing")),
    "waddle": (English("waddles", "waddling"), English("walks", "walking")),
    "trot": (English("trots", "trotting"), English("walks", "walking"), English("runs", "running")),
    "soar": (English("flies", "flying"), English("glides", "gliding")),
}
_GERMAN = {
    "swim": (German("schwimmt"), German("gleitet")),
    "sail": (German("fährt"), German("gleitet")),
    "crawl": (German("krabbelt"), German("kriecht")),
    "slither": (German("schlängelt", reflexive="sich"), German("kriecht")),
    "flutter": (German("flattert"), German("fliegt")),
    "buzz": (German("fliegt"), German("summt")),
    "waddle": (German("watschelt"), German("läuft")),
    "trot": (German("trabt"), German("läuft"), German("geht")),
    "soar": (German("fliegt"), German("gleitet")),
}
# How things are where they are: what is drawn upright does not lie, whatever people say of it.
_POSTURES = {
    "lie": "apple pear pumpkin strawberry cheese bread burger doughnut pretzel egg grapes pizza "
    "watermelon banana cherry corn carrot snake book crown",
    "hover": "bee butterfly dragon owl helicopter ufo airship kite parachute",
    "stand": "bicycle scooter pram skateboard wheelbarrow",
    "be": "hammer saw axe pliers scissors key padlock pencil flashlight magnet shield violin guitar "
    "trumpet anchor umbrella magnifying-glass tennis-racket wrench wheel cogwheel ring wristwatch "
    "glasses dumbbell top-hat dice frying-pan light-bulb broom rake shovel clover "
    "lollipop ice-cream",
}
_POSTURE = {kind: posture for posture, kinds in _POSTURES.items() for kind in listed(kinds)}
ENGLISH_POSTURES: dict[str, tuple[English, ...]] = {
    "lie": (English("lies", "lying"), English("rests", "resting")),
    "hover": (English("hovers", "hovering"), English("hovers in place", "hovering in place")),
    "stand": _english.STILL_OF["slide"],
    "be": (English("sits", "sitting"), English("rests", "resting")),
}
GERMAN_POSTURES: dict[str, tuple[German, ...]] = {
    "lie": (German("liegt"), German("liegt", "still")),
    "hover": (German("schwebt", "auf der Stelle"),),
    "stand": _german.STILL_OF["slide"],
    "be": (German("bleibt", "an Ort und Stelle"), German("rührt", "nicht vom Fleck", "sich")),
}


def english_going(kind: str) -> tuple[English, ...]:
    """Verbs for a kind that goes somewhere."""
    movement = kind_named(kind).movement
    usual = _english.TRAVEL.get(movement, _english.TRAVEL["slide"])
    return _ENGLISH[_GOES[kind]] if kind in _GOES else usual


def german_going(kind: str) -> tuple[German, ...]:
    """Verbs for a kind that goes somewhere."""
    movement = kind_named(kind).movement
    usual = _german.TRAVEL.get(movement, _german.TRAVEL["slide"])
    return _GERMAN[_GOES[kind]] if kind in _GOES else usual


def english_staying(kind: str) -> tuple[English, ...]:
    """Verbs for a kind that keeps still: what lies does not stand."""
    usual = _english.STILL_OF.get(kind_named(kind).movement, ())
    own = ENGLISH_POSTURES[_POSTURE[kind]] if kind in _POSTURE else usual
    return _english.STILL + own + own  # the verb of its own kind is the usual one


def german_staying(kind: str) -> tuple[German, ...]:
    """Verbs for a kind that keeps still: what lies does not stand."""
    usual = _german.STILL_OF.get(kind_named(kind).movement, ())
    own = GERMAN_POSTURES[_POSTURE[kind]] if kind in _POSTURE else usual
    return _german.STILL[:1] + own + own


def german_standing(kind: str) -> str:
    """The verb that says where a kind is: steht, liegt or befindet sich."""
    posture = _POSTURE.get(kind, "")
    if posture in ("hover", "be") or kind_named(kind).movement in ("fly", "float"):
        return "befindet sich"
    return "liegt" if posture == "lie" else "steht"


def all_going() -> tuple[tuple[English, ...], tuple[German, ...]]:
    """Every verb of going in both languages."""
    english = (*_ENGLISH.values(), *_english.TRAVEL.values())
    german = (*_GERMAN.values(), *_german.TRAVEL.values())
    return tuple(v for vs in english for v in vs), tuple(v for vs in german for v in vs)
