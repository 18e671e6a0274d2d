"""Which nouns name a kind without doubt, and where the wide world's places are."""

from __future__ import annotations

from functools import cache

from himmel.world import _english, _german
from himmel.world.language.lists import listed
from himmel.world.props.library import kind_given
from himmel.world.vocabulary import SCENES, Kind, Noun, Setting, entry, names
from himmel.world.words import KINDS, SETTINGS
from himmel.world.words.people import PEOPLE

# Words that English counts by pieces only, so that "a bread" is never said.
_UNCOUNTED = frozenset(
    {"bread", "cheese", "ice cream", "bamboo", "popcorn", "sushi", "toast", "meat"}
)

# Kinds of the directed scenes, of which the catalogue has no rows.
_STAGED_KINDS = (
    Kind(
        "monster",
        2.2,
        "walk",
        ("monster", "creature"),
        (Noun("Monster", "n"), Noun("Wesen", "n"), Noun("Kreatur", "f")),
    ),
    Kind("town", 4.0, "slide", ("town",), (Noun("Stadt", "f"), Noun("Westernstadt", "f"))),
    Kind("people", 1.8, "walk", ("person",), (Noun("Mensch", "m", "Menschen"),)),
)
ALL_KINDS: tuple[Kind, ...] = (*KINDS, *_STAGED_KINDS)
ALL_SETTINGS: tuple[Setting, ...] = (
    *SETTINGS,
    *(
        Setting(s.setting, _english.STAGED[s.name].places, _german.STAGED[s.name].places)
        for s in SCENES
    ),
)

_PERSONS = frozenset({"person", *names(PEOPLE)}) - {"robot", "ghost", "skeleton"}

# What people are called by he or she.
_MALE = frozenset(listed("grandfather king knight santa wizard"))
_FEMALE = frozenset(listed("queen ballerina mermaid"))


def kind_named(name: str) -> Kind:
    """The row of a kind, those of directed scenes included."""
    return next((kind for kind in ALL_KINDS if kind.name == name), None) or (
        kind_given(name) or entry(ALL_KINDS, name, "kind")
    )


@cache
def english_nouns(name: str) -> tuple[str, ...]:
    """English nouns of a kind, the plainest first, without those that name an earlier kind."""
    nouns = kind_named(name).english
    taken = {noun.lower() for kind in _before(name) for noun in kind.english}
    kept = tuple(n for n in nouns if n.lower() not in taken and n not in _UNCOUNTED)
    return kept or nouns[:1]


@cache
def german_nouns(name: str) -> tuple[Noun, ...]:
    """German nouns of a kind, the plainest first, without those that name an earlier kind."""
    nouns = kind_named(name).german
    taken = {noun.word.lower() for kind in _before(name) for noun in kind.german}
    return tuple(n for n in nouns if n.word.lower() not in taken) or nouns[:1]


def _before(name: str) -> list[Kind]:
    """The rows above that of a kind; all of them for a prop, which is none of the world's kinds."""
    known = [kind.name for kind in ALL_KINDS]
    return [*ALL_KINDS[: known.index(name) if name in known else None]]


def is_person(kind: str) -> bool:
    """Whether a colour is that of somebody's clothes."""
    return kind in _PERSONS


def english_pronoun(kind: str, plural: bool) -> str:
    """it, him, her or them, as after a preposition."""
    if kind in _MALE | _FEMALE and not plural:
        return "him" if kind in _MALE else "her"
    return "them" if plural or kind == "people" or is_person(kind) else "it"
