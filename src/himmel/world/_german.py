"""German sentences about a scene graph: cases, adjective endings and the place of the verb."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from himmel.world._grammar import phrase_in, places, without_leading
from himmel.world.graph import CORE, Graph, pick
from himmel.world.vocabulary import (
    CAMERAS,
    COLOURS,
    KINDS,
    SETTINGS,
    TIMES,
    WEATHERS,
    NamedColour,
    Noun,
    Place,
    entry,
)

_phrase = partial(phrase_in, "german")


@dataclass(frozen=True)
class Verb:
    """What the subject does: "dreht" + "sich", "fährt" + "nach links"; " zu" parts: fährt ... zu."""

    finite: str
    rest: str = ""
    reflexive: str = ""

    @property
    def last(self) -> str:
        """Rest and verb as a relative clause ends: "auf die Kamera zufährt"."""
        if self.rest.endswith(" zu"):
            return f"{self.rest[:-3]} zu{self.finite}"
        return f"{self.rest} {self.finite}".strip()


@dataclass(frozen=True)
class Subject:
    """The subject in the nominative, accusative and dative, and its relative pronoun."""

    nominative: str
    accusative: str
    dative: str
    relative: str


_ARTICLE = {
    "nominative": {"m": "ein", "f": "eine", "n": "ein"},
    "accusative": {"m": "einen", "f": "eine", "n": "ein"},
    "dative": {"m": "einem", "f": "einer", "n": "einem"},
}
_ENDING = {
    "nominative": {"m": "er", "f": "e", "n": "es"},
    "accusative": {"m": "en", "f": "e", "n": "es"},
    "dative": {"m": "en", "f": "en", "n": "en"},
}
_RELATIVE = {"m": "der", "f": "die", "n": "das"}

_MOVES = Verb("bewegt", reflexive="sich")
TRAVEL: dict[str, tuple[Verb, ...]] = {
    "drive": (Verb("fährt"), Verb("rollt"), _MOVES),
    "walk": (Verb("läuft"), Verb("geht"), Verb("rennt"), _MOVES),
    "fly": (Verb("fliegt"), Verb("gleitet"), _MOVES),
    "roll": (Verb("rollt"), _MOVES),
    "slide": (Verb("gleitet"), Verb("rutscht"), _MOVES),
    "float": (Verb("schwebt"), _MOVES),
}
WAYS: dict[str, tuple[str, ...]] = {
    "left": ("nach links", "von rechts nach links"),
    "right": ("nach rechts", "von links nach rechts"),
    "toward": ("auf die Kamera zu", "auf den Betrachter zu", "in Richtung Kamera"),
}
APPROACH = (
    Verb("kommt", "näher"),
    Verb("kommt", "auf die Kamera zu"),
    Verb("nähert", "der Kamera", "sich"),
    Verb("nähert", "", "sich"),
)
STILL = (Verb("rührt", "nicht", "sich"), Verb("verharrt"))
_STANDS = (Verb("steht"), Verb("steht", "still"))
STILL_OF: dict[str, tuple[Verb, ...]] = {
    "drive": (*_STANDS, Verb("wartet"), Verb("parkt")),
    "walk": (*_STANDS, Verb("wartet")),
    "slide": _STANDS,
    "fly": (Verb("steht", "still"),),
    "roll": (Verb("liegt", "still"), Verb("ruht")),
    "float": (),
}
IN_PLACE: dict[str, tuple[Verb, ...]] = {
    "jump": (
        Verb("springt"),
        Verb("hüpft"),
        Verb("springt", "auf und ab"),
        Verb("hüpft", "auf und ab"),
    ),
    "spin": (
        Verb("dreht", "", "sich"),
        Verb("dreht", "im Kreis", "sich"),
        Verb("dreht", "um sich selbst", "sich"),
        Verb("rotiert"),
        Verb("kreiselt"),
    ),
}


@dataclass(frozen=True)
class Staging:
    """How a directed scene is said; adjectives are stems that stand before the colour."""

    nouns: tuple[Noun, ...]
    adjectives: tuple[tuple[str, ...], ...]
    verbs: tuple[Verb, ...]
    places: tuple[Place, ...]


STAGED: dict[str, Staging] = {
    "mountain-road": Staging(
        (Noun("Auto", "n"), Noun("Wagen", "m")),
        ((),),
        (Verb("fährt"), Verb("rollt")),
        (
            Place("auf einer kurvigen Bergstraße", "eine kurvige Bergstraße entlang"),
            Place("auf einer kurvigen Bergstraße", "auf einer kurvigen Bergstraße"),
            Place("auf einer Bergstraße", "über eine Bergstraße"),
            Place("in den Bergen", "durch die Berge"),
            Place("auf einer kurvigen Straße in den Bergen", "auf kurviger Straße durch die Berge"),
        ),
    ),
    "monster": Staging(
        (Noun("Monster", "n"), Noun("Wesen", "n"), Noun("Kreatur", "f")),
        ((), ("flauschig",), ("klein", "flauschig"), ("pelzig",), ("zottelig",)),
        (Verb("kniet"), Verb("sitzt"), Verb("hockt")),
        places(
            "neben einer Kerze",
            "neben einer brennenden Kerze",
            "neben einer schmelzenden Kerze",
            "bei einer flackernden Kerze",
            "bei Kerzenlicht",
            "in einem dunklen Raum neben einer Kerze",
        ),
    ),
    "snowy-city": Staging(
        (Noun("Menschen", "einer"), Noun("Personen", "eine"), Noun("Figuren", "eine")),
        ((),),
        (Verb("gehen"), Verb("laufen"), Verb("spazieren")),
        (
            Place("in einer verschneiten Stadt", "durch eine verschneite Stadt"),
            Place("in einer winterlichen Stadt", "durch eine winterliche Stadt"),
            Place("in einer Stadt im Winter", "durch eine Stadt im Winter"),
            Place("auf einer verschneiten Stadtstraße", "über eine verschneite Stadtstraße"),
        ),
    ),
    "gold-rush": Staging(
        (Noun("Goldgräberstadt", "f"), Noun("Westernstadt", "f"), Noun("Stadt", "f")),
        ((), ("alt",), ("staubig",), ("klein",)),
        (),
        places(
            "im Wilden Westen",
            "zur Zeit des Goldrauschs",
            "während des Goldrauschs",
            "in Kalifornien zur Zeit des Goldrauschs",
        ),
    ),
}

SAYING = (
    "{subject} {finite} {reflexive} {when} {place} {rest}, {camera}",
    "{subject} {finite} {reflexive} {when} {place} {rest}, {camera}",
    "{when} {finite} {reflexive} {subject} {place} {rest}, {camera}",
    "{place} {finite} {reflexive} {when} {subject} {rest}, {camera}",
)
SHOWING = (
    "{subject}, {relative} {reflexive} {when} {place} {last}, {camera}",
    "ein Video von {dative}, {relative} {reflexive} {when} {place} {last}, {camera}",
    "ein kurzes Video von {dative}, {relative} {reflexive} {when} {place} {last}, {camera}",
    "eine Aufnahme von {dative}, {relative} {reflexive} {when} {place} {last}, {camera}",
    "zeige {accusative}, {relative} {reflexive} {when} {place} {last}, {camera}",
    "zeig mir {accusative}, {relative} {reflexive} {when} {place} {last}, {camera}",
    "man sieht {accusative}, {relative} {reflexive} {when} {place} {last}, {camera}",
    "zu sehen ist {subject}, {relative} {reflexive} {when} {place} {last}, {camera}",
    "{camera}: {subject}, {relative} {reflexive} {when} {place} {last}",
    "ein Video, in dem {subject} {reflexive} {when} {place} {last}, {camera}",
)
BARE = (
    "{subject} {place} {when}, {camera}",
    "{subject} {when} {place}, {camera}",
    "{subject} {place}, {when}, {camera}",
)
PICTURE = (
    *BARE,
    "ein Bild von {dative} {place} {when}, {camera}",
    "ein Foto von {dative} {when} {place}, {camera}",
    "zeige {accusative} {place} {when}, {camera}",
    "{when} ist {subject} {place} zu sehen, {camera}",
)
FOOTAGE = (
    *BARE,
    "ein Video von {dative} {place} {when}, {camera}",
    "eine Aufnahme von {dative} {when} {place}, {camera}",
    "zeige {accusative} {place} {when}, {camera}",
)


def sentence(
    graph: Graph, rng: np.random.Generator, said: frozenset[str], *, style: str, still: bool
) -> str:
    """One untidy sentence that says the facts in `said` ("kind" is always said) and no others."""
    verb = _verb(graph, rng, said)
    when = _when(graph, rng, said)
    pattern = pick(rng, _patterns_for(verb, when, said, style=style, still=still))
    subject = _subject(graph, rng, "colour" in said, plain=style == "medium")
    return pattern.format(
        subject=subject.nominative,
        accusative=subject.accusative,
        dative=subject.dative,
        relative=subject.relative,
        finite=verb.finite if verb else "",
        reflexive=verb.reflexive if verb else "",
        rest=verb.rest if verb else "",
        last=verb.last if verb else "",
        place=_place(graph, rng, verb, "{last}" in pattern) if "setting" in said else "",
        when=when,
        camera=_phrase(CAMERAS, graph.camera, rng) if "camera" in said else "",
    ).replace("ist zwei", "sind zwei")


def _patterns_for(
    verb: Verb | None, when: str, said: frozenset[str], *, style: str, still: bool
) -> tuple[str, ...]:
    """The patterns that fit; whatever stands before a verb in second place must not be empty."""
    fitting: tuple[str, ...]
    if verb is None and still:
        fitting = PICTURE
    elif verb is None:
        fitting = FOOTAGE
    elif style == "medium":
        fitting = SAYING
    else:
        fitting = SHOWING if style == "paraphrase" else SAYING + SHOWING
    empty = tuple(
        slot for slot, full in (("{when} ", when), ("{place} ", "setting" in said)) if not full
    )
    return tuple(p for p in fitting if not p.startswith(empty))


def _verb(graph: Graph, rng: np.random.Generator, said: frozenset[str]) -> Verb | None:
    if "motion" not in said:
        return None
    if graph.scene != CORE:
        verbs = STAGED[graph.scene].verbs
        return pick(rng, verbs) if verbs else None
    movement = entry(KINDS, graph.kind, "kind").movement
    if graph.motion == "still":
        return pick(rng, STILL + STILL_OF[movement])
    if graph.motion in IN_PLACE:
        return pick(rng, IN_PLACE[graph.motion])
    if graph.motion == "toward" and rng.random() < 0.5:
        verb = pick(rng, APPROACH)
    else:
        going = pick(rng, TRAVEL[movement])
        verb = Verb(going.finite, pick(rng, WAYS[graph.motion]), going.reflexive)
    return verb if "way" in said else Verb(verb.finite, "", verb.reflexive)


def _place(graph: Graph, rng: np.random.Generator, verb: Verb | None, relative: bool) -> str:
    if graph.scene != CORE:
        place = pick(rng, STAGED[graph.scene].places)
    else:
        place = pick(rng, entry(SETTINGS, graph.setting, "setting").german)
    moves = graph.motion in ("left", "right", "drive", "walk")
    parted = relative and place.over.endswith("entlang")  # the verb would have to join it
    return place.over if verb and moves and not parted else place.at


def _subject(graph: Graph, rng: np.random.Generator, coloured: bool, *, plain: bool) -> Subject:
    colour, fixed = "", False
    if coloured and graph.colour != "none":
        row = entry(COLOURS, graph.colour, "colour")
        colour = row.german[0] if plain else pick(rng, row.german)
        fixed = colour in row.fixed
    if graph.kind == "people":
        return _people(rng, colour, fixed)
    adjectives: tuple[str, ...] = ()
    if graph.scene == CORE:
        nouns = entry(KINDS, graph.kind, "kind").german
        noun = nouns[0] if plain else pick(rng, nouns)
    else:
        noun = pick(rng, STAGED[graph.scene].nouns)
        adjectives = pick(rng, STAGED[graph.scene].adjectives)

    def phrase(case: str) -> str:
        ending = _ENDING[case][noun.gender]
        before = [adjective + ending for adjective in adjectives]
        tint = colour if fixed or not colour else colour + ending
        word = noun.word if case == "nominative" else noun.bent
        return " ".join(w for w in (_ARTICLE[case][noun.gender], *before, tint, word) if w)

    return Subject(
        phrase("nominative"), phrase("accusative"), phrase("dative"), _RELATIVE[noun.gender]
    )


def _people(rng: np.random.Generator, colour: str, fixed: bool) -> Subject:
    noun = pick(rng, STAGED["snowy-city"].nouns)
    text = f"zwei {noun.word}"
    if colour:
        coat = colour if fixed else colour + _ENDING["dative"]["m"]
        text += f", {noun.gender}{pick(rng, (' davon', ''))} in einem {coat} Mantel,"
    return Subject(text, text, text, "die")


def _when(graph: Graph, rng: np.random.Generator, said: frozenset[str]) -> str:
    time = _phrase(TIMES, graph.time, rng, graph.scene) if "time" in said else ""
    weather = _phrase(WEATHERS, graph.weather, rng) if "weather" in said else ""
    return f"{time} {weather}".strip()


_MARKS = {
    "kind:monster": ("Monster", "Wesen", "Kreatur"),
    "kind:people": ("zwei Menschen", "Personen", "Figuren"),
    "kind:town": ("Stadt", "Goldgräberstadt", "Westernstadt"),
    "setting:mountain-road": (
        "Bergstraße",
        "Bergen",
        "Berge",
        "kurvigen Straße",
        "kurviger Straße",
    ),
    "setting:candle-room": ("Kerze", "Kerzenlicht"),
    "setting:snowy-city": (
        "verschneite Stadt",
        "verschneiten Stadt",
        "verschneite Stadtstraße",
        "verschneiten Stadtstraße",
        "winterliche Stadt",
        "winterlichen Stadt",
        "Stadt im Winter",
    ),
    "setting:gold-rush": ("Goldrauschs", "Goldrausch", "Wilden Westen"),
    "camera:follow": ("von hinten",),
    "camera:flyover": ("von oben", "Luftaufnahme", "Vogelperspektive"),
    "motion:left": ("links",),
    "motion:right": ("rechts",),
}
_ARTICLES = ("der", "die", "das", "den", "dem", "eine", "einem", "einen", "einer")
LEADING = frozenset(
    ("auf", "über", "durch", "in", "im", "am", "an", "bei", "aus", "während", *_ARTICLES)
)
_core = partial(without_leading, LEADING)


def patterns() -> Iterator[tuple[str, str]]:
    """Phrases and the fact that each one states, as ("grünen Wiese", "setting:meadow")."""
    for kind in KINDS:
        for noun in kind.german:
            yield from ((word, f"kind:{kind.name}") for word in {noun.word, noun.bent})
    for colour in COLOURS:
        yield from ((word, f"colour:{colour.name}") for word in _inflected(colour))
    for setting in SETTINGS:
        for place in setting.german:
            yield from ((_core(p), f"setting:{setting.name}") for p in (place.at, place.over))
    for group, table in (("time", TIMES), ("weather", WEATHERS), ("camera", CAMERAS)):
        for row in table:
            yield from ((_core(phrase), f"{group}:{row.name}") for phrase in row.german)
    for fact, phrases in _MARKS.items():
        yield from ((phrase, fact) for phrase in phrases)
    yield from (("man sieht", ""), ("im Kreis", ""))
    for motion, verbs in (("still", STILL), *(("still", v) for v in STILL_OF.values())):
        yield from ((verb.finite, f"motion:{motion}") for verb in verbs)
    for motion, verbs in IN_PLACE.items():
        yield from ((verb.finite, f"motion:{motion}") for verb in verbs)
    for motion, ways in WAYS.items():
        yield from ((way.removesuffix(" zu"), f"motion:{motion}") for way in ways)
    yield from ((word, "motion:toward") for word in ("näher", "nähert"))


def _inflected(colour: NamedColour) -> Iterator[str]:
    for stem in colour.german:
        yield stem
        if stem not in colour.fixed:
            yield from (stem + ending for ending in ("e", "er", "es", "en", "em"))


def scaffold() -> Iterator[str]:
    """Texts whose words hold sentences together, facts excepted; slots are in braces."""
    yield from SAYING + SHOWING + BARE + PICTURE + FOOTAGE
    yield " ".join(LEADING)
    yield "ein eine einen einem einer der die das zwei davon sind und Mantel"
    yield from (f"{v.last} {v.reflexive}" for v in APPROACH)
    for verbs in TRAVEL.values():
        yield from (f"{v.finite} zu{v.finite} {v.reflexive}" for v in verbs)
    for verbs in (STILL, *STILL_OF.values(), *IN_PLACE.values()):
        yield from (f"{v.reflexive} {v.rest}" for v in verbs)
    yield from (v.finite for s in STAGED.values() for v in s.verbs)
    for staging in STAGED.values():
        yield from (f"{p.at} {p.over}" for p in staging.places)
        for stem in (stem for stems in staging.adjectives for stem in stems):
            yield from (stem + ending for ending in ("e", "er", "es", "en"))
