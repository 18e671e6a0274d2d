"""English sentences about a scene graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from himmel.world._grammar import phrase_in, places, without_leading
from himmel.world.graph import CORE, Graph, pick
from himmel.world.vocabulary import CAMERAS, COLOURS, KINDS, SETTINGS, TIMES, WEATHERS, Place, entry

_phrase = partial(phrase_in, "english")


@dataclass(frozen=True)
class Verb:
    """What the subject does: "drives", "driving" and the rest of it, "to the left"."""

    finite: str
    participle: str
    rest: str = ""


@dataclass(frozen=True)
class Parts:
    """The pieces of a sentence; a fact that is left out is an empty piece."""

    subject: str
    finite: str
    participle: str
    way: str
    rest: str
    place: str
    when: str
    camera: str


# How each movement is said without a direction.
TRAVEL: dict[str, tuple[Verb, ...]] = {
    "drive": (Verb("drives", "driving"), Verb("rolls", "rolling"), Verb("moves", "moving")),
    "walk": (
        Verb("walks", "walking"),
        Verb("runs", "running"),
        Verb("goes", "going"),
        Verb("moves", "moving"),
    ),
    "fly": (Verb("flies", "flying"), Verb("glides", "gliding"), Verb("moves", "moving")),
    "roll": (Verb("rolls", "rolling"), Verb("moves", "moving")),
    "slide": (Verb("glides", "gliding"), Verb("slides", "sliding"), Verb("moves", "moving")),
    "float": (Verb("floats", "floating"), Verb("drifts", "drifting"), Verb("moves", "moving")),
}
WAYS: dict[str, tuple[str, ...]] = {
    "left": ("to the left", "left", "from right to left"),
    "right": ("to the right", "right", "from left to right"),
    "toward": ("toward the camera", "towards the camera", "toward the viewer"),
}
APPROACH = (
    Verb("comes", "coming", "toward the camera"),
    Verb("comes", "coming", "closer"),
    Verb("approaches", "approaching"),
    Verb("approaches the camera", "approaching the camera"),
)
STILL = (
    Verb("does not move", "not moving"),
    Verb("stays in place", "staying in place"),
    Verb("holds still", "holding still"),
)
_STANDS = (Verb("stands", "standing"), Verb("stands still", "standing still"))
_WAITS = Verb("waits", "waiting")
STILL_OF: dict[str, tuple[Verb, ...]] = {
    "drive": (*_STANDS, _WAITS, Verb("is parked", "parked")),
    "walk": (*_STANDS, _WAITS),
    "slide": _STANDS,
    "fly": (Verb("stands still", "standing still"),),
    "roll": (Verb("lies still", "lying still"), Verb("rests", "resting")),
    "float": (),
}
IN_PLACE: dict[str, tuple[Verb, ...]] = {
    "jump": (
        Verb("jumps", "jumping"),
        Verb("jumps up and down", "jumping up and down"),
        Verb("hops", "hopping"),
        Verb("bounces", "bouncing"),
        Verb("bounces up and down", "bouncing up and down"),
    ),
    "spin": (
        Verb("spins", "spinning"),
        Verb("spins around", "spinning around"),
        Verb("turns around", "turning around"),
        Verb("turns on the spot", "turning on the spot"),
        Verb("rotates", "rotating"),
    ),
}


@dataclass(frozen=True)
class Staging:
    """How a directed scene is said. `nouns` come without article; {colour} marks the colour's place."""

    nouns: tuple[str, ...]
    verbs: tuple[Verb, ...]
    places: tuple[Place, ...]


def _along(*phrases: str) -> tuple[Place, ...]:
    return tuple(Place(f"on {p}", f"along {p}") for p in phrases)


STAGED: dict[str, Staging] = {
    "mountain-road": Staging(
        ("a {colour} car", "a {colour} automobile"),
        (Verb("drives", "driving"), Verb("travels", "travelling"), Verb("rolls", "rolling")),
        (
            *_along("a winding mountain road", "a mountain road", "a curvy mountain road"),
            Place("in the mountains", "through the mountains"),
            Place("on a winding road in the mountains", "along a winding road in the mountains"),
        ),
    ),
    "monster": Staging(
        (
            "a {colour} monster",
            "a fluffy {colour} monster",
            "a short fluffy {colour} monster",
            "a little {colour} furry monster",
            "a shaggy {colour} creature",
        ),
        (Verb("kneels", "kneeling"), Verb("sits", "sitting"), Verb("crouches", "crouching")),
        places(
            "beside a candle",
            "next to a burning candle",
            "beside a melting candle",
            "by a flickering candle",
            "beside a lit candle in a dark room",
            "by candlelight",
        ),
    ),
    "snowy-city": Staging(
        (
            "two people, one in a {colour} coat,",
            "two people, one of them in a {colour} jacket,",
            "two persons, one wearing a {colour} coat,",
            "two figures, one in a {colour} coat,",
            "two pedestrians, one in a {colour} jacket,",
        ),
        (Verb("walk", "walking"), Verb("stroll", "strolling"), Verb("go", "going")),
        (
            Place("in a snowy city", "through a snowy city"),
            Place("in a snow covered city", "through a snow covered city"),
            Place("in a wintry city", "through a wintry city"),
            Place("on a snowy city street", "along a snowy city street"),
            Place("in a city in winter", "through a city in winter"),
        ),
    ),
    "gold-rush": Staging(
        (
            "a town",
            "a gold rush town",
            "an old town",
            "a wooden town",
            "an old western town",
            "a dusty town",
        ),
        (),
        places(
            "in the wild west",
            "in the time of the gold rush",
            "during the gold rush",
            "in the old west",
            "in California during the gold rush",
        ),
    ),
}

# A slot of a fact that is left out is empty; `tidy` in captions.py repairs spaces and commas.
SAYING = (
    "{subject} {finite} {way} {when}, {camera}",
    "{subject} {finite} {way} {when}, {camera}",
    "{when}, {subject} {finite} {way}, {camera}",
    "{place}, {subject} {finite} {rest} {when}, {camera}",
    "{place} {when}, {subject} {finite} {rest}, {camera}",
)
SHOWING = (
    "{subject} {participle} {way} {when}, {camera}",
    "{when}, {subject} {participle} {way}, {camera}",
    "a video of {subject} {participle} {way} {when}, {camera}",
    "a short clip of {subject} {participle} {way} {when}, {camera}",
    "footage of {subject} {participle} {way} {when}, {camera}",
    "there is {subject} {participle} {way} {when}, {camera}",
    "{when}, there is {subject} {participle} {way}, {camera}",
    "show {subject} {participle} {way} {when}, {camera}",
    "show me {subject} {participle} {way} {when}, {camera}",
    "make a video of {subject} {participle} {way} {when}, {camera}",
    "{camera}, {subject} {participle} {way} {when}",
    "a video in which {subject} {finite} {way} {when}, {camera}",
    "a scene {when}: {subject} {finite} {way}, {camera}",
)
BARE = (
    "{subject} {place} {when}, {camera}",
    "{subject} {place}, {when}, {camera}",
    "{when}, {subject} {place}, {camera}",
    "{place} {when}, {subject}, {camera}",
)
PICTURE = (
    *BARE,
    "a picture of {subject} {place} {when}, {camera}",
    "an image of {subject} {place} {when}, {camera}",
    "a photo of {subject} {place} {when}, {camera}",
    "there is {subject} {place} {when}, {camera}",
    "show {subject} {place} {when}, {camera}",
)
FOOTAGE = (
    *BARE,
    "a video of {subject} {place} {when}, {camera}",
    "footage of {subject} {place} {when}, {camera}",
    "show {subject} {place} {when}, {camera}",
)


def sentence(
    graph: Graph, rng: np.random.Generator, said: frozenset[str], *, style: str, still: bool
) -> str:
    """One untidy sentence that says the facts in `said` ("kind" is always said) and no others."""
    parts = _parts(graph, rng, said, plain=style == "medium")
    if not parts.finite:
        pattern = pick(rng, PICTURE if still else FOOTAGE)
    elif style == "paraphrase" or (style == "short" and rng.random() < 0.5):
        pattern = pick(rng, SHOWING)
    else:
        pattern = pick(rng, SAYING)
    text = pattern.format(**vars(parts))
    return text.replace("there is two", "there are two")


def _parts(graph: Graph, rng: np.random.Generator, said: frozenset[str], *, plain: bool) -> Parts:
    verb = _verb(graph, rng) if "motion" in said else Verb("", "")
    rest = verb.rest
    if "way" not in said and graph.motion in WAYS and rest:
        rest = ""
    place = _place(graph, rng) if "setting" in said else Place("", "")
    moves = graph.motion in ("left", "right", "drive", "walk") or (rest and rng.random() < 0.5)
    pieces = [rest, place.over if moves else place.at]
    if graph.motion not in ("toward",) and rng.random() < 0.3:
        pieces.reverse()
    finite = verb.finite
    if finite and rng.random() < 0.25:
        finite = _progressive(graph, verb)
    return Parts(
        subject=_subject(graph, rng, "colour" in said, plain=plain),
        finite=finite,
        participle=verb.participle,
        way=" ".join(pieces),
        rest=rest,
        place=place.at,
        when=_when(graph, rng, said),
        camera=_phrase(CAMERAS, graph.camera, rng) if "camera" in said else "",
    )


def _progressive(graph: Graph, verb: Verb) -> str:
    be = "are" if graph.kind == "people" else "is"
    return f"{be} {verb.participle}"


def _verb(graph: Graph, rng: np.random.Generator) -> Verb:
    if graph.scene != CORE:
        verbs = STAGED[graph.scene].verbs
        return pick(rng, verbs) if verbs else Verb("", "")
    movement = next(k.movement for k in KINDS if k.name == graph.kind)
    if graph.motion == "still":
        return pick(rng, STILL + STILL_OF[movement])
    if graph.motion in IN_PLACE:
        return pick(rng, IN_PLACE[graph.motion])
    if graph.motion == "toward" and rng.random() < 0.5:
        return pick(rng, APPROACH)
    going = pick(rng, TRAVEL[movement])
    return Verb(going.finite, going.participle, pick(rng, WAYS[graph.motion]))


def _place(graph: Graph, rng: np.random.Generator) -> Place:
    if graph.scene != CORE:
        return pick(rng, STAGED[graph.scene].places)
    place = pick(rng, entry(SETTINGS, graph.setting, "setting").english)
    if graph.kind in ("bird", "plane", "rocket", "balloon"):
        return Place(place.at, place.over.replace("across", "over"))
    return place


def _subject(graph: Graph, rng: np.random.Generator, coloured: bool, *, plain: bool) -> str:
    colour = ""
    if coloured and graph.colour != "none":
        words = entry(COLOURS, graph.colour, "colour").english
        colour = words[0] if plain else pick(rng, words)
    if graph.scene == CORE:
        nouns = entry(KINDS, graph.kind, "kind").english
        return with_article(f"{colour} {nouns[0] if plain else pick(rng, nouns)}".strip())
    noun = pick(rng, STAGED[graph.scene].nouns)
    if graph.scene == "snowy-city" and not colour:
        return noun.split(",")[0]
    bare = noun.format(colour=colour).split(" ", 1)
    if bare[0] in ("a", "an"):
        return with_article(" ".join(bare[1].split()))
    return _repair_articles(" ".join(bare))


def with_article(phrase: str) -> str:
    """The phrase with a or an: "an orange car", "a house"."""
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


def _repair_articles(text: str) -> str:
    words = text.split()
    for i, (word, following) in enumerate(pairwise(words)):
        if word == "a" and following[0] in "aeiou":
            words[i] = "an"
    return " ".join(words)


def _when(graph: Graph, rng: np.random.Generator, said: frozenset[str]) -> str:
    time = _phrase(TIMES, graph.time, rng, graph.scene) if "time" in said else ""
    weather = _phrase(WEATHERS, graph.weather, rng) if "weather" in said else ""
    pair = [time, weather]
    return " ".join(pair if rng.random() < 0.5 else pair[::-1]).strip()


_KIND_MARKS = {
    "kind:monster": ("monster", "creature"),
    "kind:people": ("people", "two people", "persons", "figures", "pedestrians"),
    "kind:town": ("town",),
    "setting:mountain-road": ("mountain road", "mountains", "winding road"),
    "setting:candle-room": ("candle", "candlelight"),
    "setting:snowy-city": ("city", "snowy city", "snow covered city", "city street"),
    "setting:gold-rush": ("gold rush", "wild west", "western", "old west"),
    "camera:follow": ("from behind",),
    "camera:flyover": ("from above", "aerial"),
}
LEADING = frozenset(("on", "in", "at", "by", "the", "a", "an", "of", "during", "while", "it", "is"))
_core = partial(without_leading, LEADING)


def patterns() -> Iterator[tuple[str, str]]:
    """Phrases and the fact that each one states, as ("hot air balloon", "kind:balloon")."""
    for kind in KINDS:
        yield from ((noun, f"kind:{kind.name}") for noun in kind.english)
    for colour in COLOURS:
        yield from ((word, f"colour:{colour.name}") for word in colour.english)
    for setting in SETTINGS:
        yield from ((_core(p.at), f"setting:{setting.name}") for p in setting.english)
    for group, table in (("time", TIMES), ("weather", WEATHERS), ("camera", CAMERAS)):
        for row in table:
            yield from ((_core(phrase), f"{group}:{row.name}") for phrase in row.english)
    for fact, phrases in _KIND_MARKS.items():
        yield from ((phrase, fact) for phrase in phrases)
    for motion, verbs in _telling_verbs():
        for verb in verbs:
            said = (verb.rest,) if verb.rest else (_core(verb.finite), verb.participle)
            yield from ((phrase, f"motion:{motion}") for phrase in said)


def _telling_verbs() -> Iterator[tuple[str, tuple[Verb, ...]]]:
    yield "still", STILL
    yield from (("still", verbs) for verbs in STILL_OF.values())
    yield from IN_PLACE.items()
    yield "toward", APPROACH
    for motion, ways in WAYS.items():
        yield motion, tuple(Verb("", "", way) for way in ways)


def scaffold() -> Iterator[str]:
    """Texts whose words hold sentences together, facts excepted; slots are in braces."""
    yield from SAYING + SHOWING + BARE + PICTURE + FOOTAGE
    yield " ".join(LEADING)
    yield "are across through over along and"
    for verbs in (*TRAVEL.values(), APPROACH, *(s.verbs for s in STAGED.values())):
        yield from (f"{v.finite} {v.participle}" for v in verbs)
    for staging in STAGED.values():
        yield from staging.nouns
        yield from (f"{p.at} {p.over}" for p in staging.places)
