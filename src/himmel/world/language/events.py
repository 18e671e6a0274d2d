"""When things happen, in words: "first it touches the ground after 0.8 seconds, then ..."."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from himmel.world.language.english import EnglishTalk
from himmel.world.language.german import GermanTalk
from himmel.world.language.nouns import is_person
from himmel.world.language.numbers import decimal_words, digits
from himmel.world.language.stories import Talk

# What it does in English; in German the verb, what follows its subject, and a sentence by itself.
EVENTS: dict[str, tuple[str, tuple[str, str, str]]] = {
    "ground_contact": ("touches the ground", ("berührt", "den Boden", "den Boden berührt {he}")),
    "bounce": ("bounces off the ground", ("prallt", "vom Boden ab", "der erste Aufprall kommt")),
    "collision": ("makes contact", ("stößt", "an", "der Zusammenstoß kommt")),
    "topple": ("topples over", ("kippt", "um", "zum Kippen kommt {he}")),
    "hidden": ("passes out of sight", ("verschwindet", "aus dem Blick", "verschwunden ist {he}")),
    "seen": ("comes into sight again", ("kommt", "wieder in Sicht", "wieder zu sehen ist {he}")),
}
Event = tuple[float, str, int]  # seconds, type, actor
_MOST = 2  # events of one sentence
_SPELT = 0.3  # share of times that are written out
SUBJECT = 1


def told(events: Sequence[Event]) -> dict[str, float]:
    """The first events of the subject that have words, by type, with their times in seconds."""
    found: dict[str, float] = {}
    for seconds, name, actor in sorted(events):
        if actor == SUBJECT and name in EVENTS and len(found) < _MOST:
            found.setdefault(name, round(seconds, 1))
    return found


def event_sentence(talk: Talk) -> str:
    """One sentence about the events in their order; empty where there is none."""
    events = list(talk.content.events.items())
    if isinstance(talk, GermanTalk):
        parts = [_german(talk, *event, alone=len(events) == 1) for event in events]
        return f"zuerst {', dann '.join(parts)}" if len(events) > 1 else "".join(parts)
    parts = [_english(talk, *event, again=not n) for n, event in enumerate(events)]
    return f"first {', then '.join(parts)}" if len(events) > 1 else "".join(parts)


def _english(talk: EnglishTalk, name: str, seconds: float, *, again: bool) -> str:
    person = is_person(talk.content.facts["kind"])
    who = talk.again() if again or person else "it"
    return (
        f"{who} {EVENTS[name][0]} after {_number(talk, seconds, 'en')} second{'s' * (seconds != 1)}"
    )


def _german(talk: GermanTalk, name: str, seconds: float, *, alone: bool) -> str:
    verb, rest, single = EVENTS[name][1]
    number = _number(talk, seconds, "de")
    time = "nach 1 Sekunde" if seconds == 1 else f"nach {number} Sekunden"
    return (
        f"{single.format(he=talk.named)} {time}" if alone else f"{verb} {talk.named} {time} {rest}"
    )


def _number(talk: Talk, seconds: float, language: str) -> str:
    write = decimal_words if talk.chance(_SPELT) else digits
    return write(seconds, language)


def marks() -> Iterator[tuple[str, str]]:
    """Phrases that name an event; its time comes next."""
    for name, (english, (verb, _, single)) in EVENTS.items():
        yield english, f"event:{name}"
        for he in ("er", "sie", "es"):
            yield f"{verb} {he}", f"event:{name}"
            yield single.format(he=he), f"event:{name}"


def scaffold() -> Iterator[str]:
    """Small words of these sentences."""
    yield "first then after seconds zuerst dann nach Sekunden"
    yield from (rest for _, (_, rest, _) in EVENTS.values())
