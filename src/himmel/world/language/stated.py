"""What a prompt states as a whole: its facts, if there is no word whose sense they leave out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from himmel.core.errors import HimmelError
from himmel.world import _english, _german
from himmel.world.language import marks, verbs
from himmel.world.language.content import opposite
from himmel.world.language.declension import Adjective
from himmel.world.language.english import plural_verb
from himmel.world.language.german import PLURAL_VERBS
from himmel.world.language.lists import listed
from himmel.world.language.nouns import ALL_KINDS
from himmel.world.language.numbers import tokens_of
from himmel.world.language.reader import Unit, units_of
from himmel.world.reading import CAR, facts_in
from himmel.world.vocabulary import COLOURS, SCENES
from himmel.world.words import CAMERAS, LOOKS, SETTINGS, TIMES, TRAITS, WEATHERS

_EMPTY_EN = frozenset(
    listed(
        "a an the in on at of by with from through across along over into onto to and there is are "
        "it its this that we see show shows shown showing me make makes picture video film clip footage "
        "scene shot filmed seen was set place takes happens all during while which please image photo "
        "camera"
    )
)
_EMPTY_DE = frozenset(
    listed(
        "ein eine einer einem einen eines der die das den dem des in im am an bei mit von vom zur zum zu "
        "auf ueber durch und es ist sind wird wurde man sieht sehen sieh zeig zeige zeigt mir video film "
        "clip szene aufnahme gefilmt gezeigt spielt spielen sich wo wir ab ganze bitte bild foto aus "
        "waehrend kurzes kamera"
    )
)
_ONE_OF_TWO = "eine einer davon Mantel"
_ALONE = frozenset({"number:1"})  # "one" and "ein" count nothing


def stated(prompt: str) -> tuple[dict[str, str], bool]:
    """The facts of a prompt, and whether its subject goes somewhere and nobody says where to.

    Raises HimmelError, naming the word, where telling the facts again would lose something: a word that
    is not known or that no fact holds, or two facts of one name.
    """
    units, facts = units_of(prompt), facts_in(prompt)
    if "kind" not in facts:
        raise HimmelError("it names no subject that the world knows")
    travels = False
    for unit in units:
        if _is_held(unit, facts):
            continue
        if not unit.facts and set(unit.words) <= going():
            travels = True
        elif not set(unit.words) <= staged_words(scene_of(facts)):
            raise HimmelError(f'"{" ".join(unit.words)}" would be lost')
    return facts, travels and "motion" not in facts


def _is_held(unit: Unit, facts: dict[str, str]) -> bool:
    """Whether what a unit says stands in the facts, of the subject or of another thing; a preposition
    may stand before a place as well as before a thing."""
    if set(unit.words) <= _EMPTY_EN | _EMPTY_DE:
        return True
    return any(_holds(facts, name, value) for name, value in unit.facts)


def _holds(facts: dict[str, str], name: str, value: str) -> bool:
    if f"{name}:{value}" in _ALONE:
        return True
    if name == "relation":
        ways = {value, opposite(value)}
        return any(k.startswith("relation") and v in ways for k, v in facts.items())
    group = "count" if name == "number" else name
    return any(k.rpartition(".")[2] == group and v == value for k, v in facts.items())


@cache
def going() -> frozenset[str]:
    """Verbs of which only a direction makes a motion: "drives", "rolling", "fährt"."""
    english, german = verbs.all_going()
    forms = [f for v in english for f in (v.finite, plural_verb(v.finite), v.participle)]
    forms += [f for v in german for f in (v.finite, PLURAL_VERBS[v.finite])]
    return frozenset(word for form in forms for word in tokens_of(form)) - {"is"}


def scene_of(facts: Mapping[str, str]) -> str:
    """The directed scene that facts belong to, also where only its subject is named; "" for none."""
    only = (s for s in SCENES if s.kind == facts.get("kind") and s.kind != CAR)
    meant = next((s.name for s in only if facts.get("setting", s.setting) == s.setting), "")
    return facts.get("scene", meant)


@cache
def staged_words(scene: str) -> frozenset[str]:
    """Words with which a directed scene is told, "an old western town": they are part of it."""
    if scene not in _english.STAGED:
        return frozenset()
    english, german = _english.STAGED[scene], _german.STAGED[scene]
    told = [*english.nouns, *(noun.word for noun in german.nouns)]
    told += [_ONE_OF_TWO] if scene == "snowy-city" else []
    told += [f"{v.finite} {v.participle}" for v in english.verbs]
    told += [f"{v.finite} {v.rest} {v.reflexive}" for v in german.verbs]
    told += [f"{p.at} {p.over}" for p in (*english.places, *german.places)]
    told += [
        form for own in german.adjectives for word in own for form in marks.bent(Adjective(word))
    ]
    return frozenset(word for text in told for word in tokens_of(text.replace("{colour}", " ")))


def language_of(prompt: str) -> str:
    """de where more of the words are German than English, else en."""
    words, (english, german) = set(tokens_of(prompt)), _vocabularies()
    return "de" if len(words & (german - english)) > len(words & (english - german)) else "en"


@cache
def _vocabularies() -> tuple[frozenset[str], frozenset[str]]:
    english, german = list[str](), list[str]()
    for own, eigen in _worded():
        english += own
        german += eigen
    english += [noun for kind in ALL_KINDS for noun in kind.english]
    german += [noun.word for kind in ALL_KINDS for noun in kind.german]
    english += [place.at for row in SETTINGS for place in row.english]
    german += [place.at for row in SETTINGS for place in row.german]
    both = ((english, _EMPTY_EN), (german, _EMPTY_DE))
    first, second = (
        frozenset(word for phrase in phrases for word in tokens_of(phrase)) | small
        for phrases, small in both
    )
    return first, second


def _worded() -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    yield from ((row.english, row.german) for row in COLOURS)
    yield from ((row.english, row.german) for row in TRAITS)
    yield from ((row.english, row.german) for row in (*TIMES, *WEATHERS, *LOOKS, *CAMERAS))
