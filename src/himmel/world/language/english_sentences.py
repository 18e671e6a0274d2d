"""English captions: one sentence, a short description, or an alt text."""

from __future__ import annotations

from collections.abc import Iterator

from himmel.world import _english
from himmel.world._english import Verb
from himmel.world.graph import pick
from himmel.world.language.english import EnglishTalk
from himmel.world.language.events import event_sentence
from himmel.world.language.nouns import is_person
from himmel.world.language.stories import story
from himmel.world.language.story_sentences import story_description, story_sentence, tells_story
from himmel.world.vocabulary import COLOURS, entry

FACES = (
    "a close-up of {subject} {place} {when}, {camera}",
    "a portrait of {subject} {place} {when}, {camera}",
    "the face of {subject} {place} {when}, {camera}",
    "head and shoulders of {subject} {place} {when}, {camera}",
    "{subject} looks into the camera {place} {when}, {camera}",
    "{when}, {subject} looks into the camera {place}, {camera}",
)
OPENINGS = (
    "{subject} {finite} {way}",
    "{subject} {finite} {way}",
    "the video shows {subject} {participle} {way}",
    "we see {subject} {participle} {way}",
    "in this clip, {subject} {finite} {way}",
    "{place}, {subject} {finite} {rest}",
)
FACE_OPENINGS = (
    "a close-up shows {subject} {place}",
    "the video shows the face of {subject} {place}",
    "{subject} looks straight into the camera {place}",
)
LIGHT = (
    "the scene is set {when}",
    "it was filmed {when}",
    "all this happens {when}",
    "the scene takes place {when}",
)
DESERTED = ("there are no people in sight", "nobody is to be seen")
NEGATED = "{again} {be} not {another} but {colour}"
PAUSE = "{place}, {when}"  # without a place it would be a pause for nothing
LOOKS = {
    "in": ("the whole film is {look}", "the picture is {look}", "everything is shown {look}"),
    "in a": ("everything is shown {look}",),
    "as": ("everything is shown {look}", "the film is made {look}"),
    "like": ("everything looks {look}",),
}
SHOTS = ("it was filmed {when} {shot}", "the scene is filmed {when} {shot}")
ALT_FRONT = (
    "",
    "",
    "stock video:",
    "video of",
    "my new video:",
    "footage of",
    "so beautiful:",
    "free clip,",
    "look:",
    "clip of",
)
ALT_BACK = (
    "",
    "",
    "- stock footage",
    "| free download",
    "in HD",
    "for my channel",
    "by Anna",
    "(part two)",
    "- stay until the end",
    "from our last holiday",
    "#shorts",
)


def sentence(talk: EnglishTalk, style: str, still: bool) -> str:
    """One untidy sentence that says all facts of the content."""
    if tells_story(talk):
        return story_sentence(talk, style)
    verb = talk.verb()
    if still:
        verb = Verb("", "")
    moving = _moves(talk, verb)
    lone = talk.content.facts.get("motion") == "still" or not verb.finite
    between = talk.between() if lone else ""
    tail = ["" if lone else talk.beside(), talk.look(), talk.shot()]
    slots = _slots(talk, verb, between, moving)
    patterns = _fitting(talk, style, still, bool(verb.finite), tail)
    if between:  # the subject comes before what it stands beside
        patterns = tuple(p for p in patterns if not p.startswith("{place}"))
    if not slots["place"]:
        patterns = tuple(p for p in patterns if PAUSE not in p)
    pattern = pick(talk.rng, patterns)
    text = pattern.format(**slots, camera=", ".join(part for part in tail if part))
    return agreed(text, talk.content.plural)


def _slots(talk: EnglishTalk, verb: Verb, between: str, moving: bool) -> dict[str, str]:
    place = talk.place(moving=moving)
    pieces = [verb.rest or between, place]
    fixed = bool(between) or verb.rest in ("left", "right")
    if talk.content.facts.get("motion") != "toward" and not fixed and talk.chance(0.3):
        pieces.reverse()
    at = place if not moving else talk.place()
    return {
        "subject": talk.subject(),
        "finite": _progressive(talk, verb) if talk.chance(0.25) else verb.finite,
        "participle": verb.participle,
        "way": " ".join(part for part in pieces if part),
        "rest": verb.rest or between,
        "place": at if verb.finite else f"{between} {at}".strip(),
        "when": talk.when(),
    }


def _moves(talk: EnglishTalk, verb: Verb) -> bool:
    motion = talk.content.facts.get("motion")
    return motion in ("left", "right") or bool(
        verb.rest and motion == "toward" and talk.chance(0.5)
    )


def _progressive(talk: EnglishTalk, verb: Verb) -> str:
    if not verb.finite:
        return ""
    return f"{'are' if talk.content.plural else 'is'} {verb.participle}"


def _fitting(
    talk: EnglishTalk, style: str, still: bool, acts: bool, tail: list[str]
) -> tuple[str, ...]:
    """The patterns for a style; nothing but a phrase may stand before the subject."""
    if talk.content.scene == "face":
        return FACES
    if not acts:
        return _english.PICTURE if still else _english.FOOTAGE
    shows = style == "paraphrase" or (style == "short" and talk.chance(0.5))
    patterns = _english.SHOWING if shows else _english.SAYING
    leads = tail[:2] == ["", ""] and not tail[2].startswith("the ")
    return tuple(p for p in patterns if leads or not p.startswith("{camera}"))


def agreed(text: str, plural: bool) -> str:
    """Verbs of the patterns in the subject's number."""
    if not plural:
        return text
    text = text.replace("there is ", "there are ", 1)
    return text.replace(" looks ", " look ", 1)


def descriptive(talk: EnglishTalk) -> Iterator[str]:
    """Two to four sentences, first what happens, then what is beside it, then light and camera."""
    if tells_story(talk):
        yield from story_description(talk)
        return
    facts = talk.content.facts
    # A person is not blue, but in blue.
    contrast = "colour" in facts and talk.chance(0.15) and not is_person(facts["kind"])
    opening = _without(talk, "colour") if contrast else talk
    yield _opening(opening)
    talk.noun = opening.noun
    yield event_sentence(talk)
    if contrast:
        yield _contrast(talk)
    if others := _others(talk):
        yield others
    yield from light_and_camera(talk)
    if talk.content.deserted:
        yield pick(talk.rng, DESERTED)


def _without(talk: EnglishTalk, fact: str) -> EnglishTalk:
    kept = {name: value for name, value in talk.content.facts.items() if name != fact}
    return EnglishTalk(talk.content.replace(kept), talk.rng)


def _opening(talk: EnglishTalk) -> str:
    verb = talk.verb()
    slots = _slots(talk, verb, "", _moves(talk, verb))
    if talk.content.scene == "face":
        pattern = pick(talk.rng, FACE_OPENINGS)
    elif verb.finite:
        pattern = pick(talk.rng, OPENINGS if slots["place"] else OPENINGS[:-1])
    else:
        pattern = "the video shows {subject} {place}"
    return agreed(pattern.format(**slots), talk.content.plural)


def _contrast(talk: EnglishTalk) -> str:
    colour = talk.content.facts["colour"]
    others = tuple(row.english[0] for row in COLOURS if row.name != colour)
    return NEGATED.format(
        again=talk.again(),
        be="are" if talk.content.plural else "is",
        another=pick(talk.rng, others),
        colour=entry(COLOURS, colour, "colour").english[0],
    )


def _others(talk: EnglishTalk) -> str:
    parts: list[str] = []
    for n in talk.content.others():
        it = talk.pronoun() if parts or talk.chance(0.6) else talk.again()
        verb = "there is" if not parts else pick(talk.rng, ("there is", "is"))
        parts.append(f"{talk.relation(n)} {it} {verb} {talk.other(n)}")
    return " and ".join(parts)


def light_and_camera(talk: EnglishTalk) -> Iterator[str]:
    """Sentences about time, weather, camera and look, as far as they are to be said."""
    when, shot, look = talk.when(), talk.shot(), talk.look()
    alone = shot.startswith("the ")  # a sentence of its own: "the camera pans left"
    if shot and not alone:
        yield pick(talk.rng, SHOTS).format(
            when=when, shot=shot.removeprefix("filmed ").removeprefix("seen ")
        )
    elif when:
        yield pick(talk.rng, LIGHT).format(when=when)
    if look:
        look = _look(talk, look)
    yield ", and ".join(part for part in (shot if alone else "", look) if part)


def _look(talk: EnglishTalk, look: str) -> str:
    head = "in a" if look.startswith("in a ") else look.partition(" ")[0]
    return pick(talk.rng, LOOKS.get(head, ("everything is {look}",))).format(look=look)


def alt(talk: EnglishTalk) -> str:
    """Five to nine words as people type them under their films."""
    if tells_story(talk):
        chunks = [story(talk, "short"), talk.place(), talk.when()]
        return " ".join(chunk for chunk in chunks if chunk)
    verb = talk.verb()
    chunks = [
        talk.subject("none" if talk.chance(0.6) else "a"),
        f"{verb.participle} {verb.rest}".strip(),
        talk.between(),
        talk.place(),
        talk.when(),
        talk.look(),
        talk.shot(),
    ]
    return " ".join(chunk for chunk in chunks if chunk)


def scaffold() -> Iterator[str]:
    """Texts whose words hold sentences together; slots are in braces."""
    yield from DESERTED
    yield from FACES + OPENINGS + FACE_OPENINGS + LIGHT + SHOTS + ALT_FRONT + ALT_BACK
    yield from (pattern for patterns in LOOKS.values() for pattern in patterns)
    yield "everything is"
    yield f"{NEGATED} single some a few with and of it him her them there is are the then first"
