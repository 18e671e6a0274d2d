"""Verbs of kinds that neither walk nor roll nor slide as others do, in both languages."""

from __future__ import annotations

from himmel.world import _english, _german
from himmel.world._english import Verb as English
from himmel.world._german import Verb as German
from himmel.world.language.lists import listed
from himmel.world.language.nouns import LYING, kind_named

_WAYS_OF_GOING = {
    "swim": "fish shark whale dolphin octopus swan turtle",
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
    "crawl": (German("krabbelt"), German("kriecht")),
    "slither": (German("schlängelt", reflexive="sich"), German("kriecht")),
    "flutter": (German("flattert"), German("fliegt")),
    "buzz": (German("fliegt"), German("summt")),
    "waddle": (German("watschelt"), German("läuft")),
    "trot": (German("trabt"), German("läuft"), German("geht")),
    "soar": (German("fliegt"), German("gleitet")),
}
ENGLISH_LYING = (English("lies", "lying"), English("rests", "resting"))
GERMAN_LYING = (German("liegt"), German("ruht"))
_IN_THE_AIR = frozenset(listed("bee butterfly dragon owl"))
ENGLISH_HOVERING = (English("hovers", "hovering"), English("hovers in place", "hovering in place"))
GERMAN_HOVERING = (German("schwebt", "auf der Stelle"),)


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
    if kind in LYING:
        own = ENGLISH_LYING
    elif kind in _IN_THE_AIR:
        own = ENGLISH_HOVERING
    else:
        own = _english.STILL_OF.get(kind_named(kind).movement, ())
    return _english.STILL + own + own  # the verb of its own kind is the usual one


def german_staying(kind: str) -> tuple[German, ...]:
    """Verbs for a kind that keeps still: what lies does not stand."""
    if kind in LYING:
        own = GERMAN_LYING
    elif kind in _IN_THE_AIR:
        own = GERMAN_HOVERING
    else:
        own = _german.STILL_OF.get(kind_named(kind).movement, ())
    return _german.STILL + own + own


def all_going() -> tuple[tuple[English, ...], tuple[German, ...]]:
    """Every verb of going in both languages."""
    english = (*_ENGLISH.values(), *_english.TRAVEL.values())
    german = (*_GERMAN.values(), *_german.TRAVEL.values())
    return tuple(v for vs in english for v in vs), tuple(v for vs in german for v in vs)
