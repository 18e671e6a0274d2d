"""German captions: one sentence, a short description, or an alt text."""

from __future__ import annotations

from collections.abc import Iterator

from himmel.world import _german
from himmel.world._german import Verb
from himmel.world.graph import pick
from himmel.world.language.declension import Thing, noun_phrase, pronoun, relative_pronoun
from himmel.world.language.events import event_sentence
from himmel.world.language.facts import other_keys
from himmel.world.language.german import GermanTalk
from himmel.world.language.nouns import is_person
from himmel.world.language.stories import story
from himmel.world.language.story_sentences import story_description, story_sentence, tells_story
from himmel.world.language.verbs import german_standing
from himmel.world.vocabulary import COLOURS, entry

FACES = (
    "eine Nahaufnahme von {dative} {place} {when}, {camera}",
    "ein Porträt von {dative} {place} {when}, {camera}",
    "das Gesicht {genitive} {place} {when}, {camera}",
    "{place} blickt {subject} {when} in die Kamera, {camera}",
    "{when} blickt {subject} {place} in die Kamera, {camera}",
    "{subject} in Großaufnahme {place} {when}, {camera}",
)
OPENINGS = (
    "{subject} {finite} {reflexive} {place} {rest}",
    "{subject} {finite} {reflexive} {place} {rest}",
    "das Video zeigt {accusative}, {relative} {reflexive} {place} {last}",
    "man sieht {accusative}, {relative} {reflexive} {place} {last}",
    "zu sehen {be} {subject}, {relative} {reflexive} {place} {last}",
    "{place} {finite} {reflexive} {subject} {rest}",
)
FACE_OPENINGS = (
    "eine Nahaufnahme zeigt {accusative} {place}",
    "das Video zeigt das Gesicht {genitive} {place}",
    "{place} blickt {subject} direkt in die Kamera",
)
LIGHT = (
    "die Szene spielt {when}",
    "gefilmt wurde {when}",
    "das Ganze spielt {when}",
    "aufgenommen wurde die Szene {when}",
)
DESERTED = ("Menschen sind nicht zu sehen", "es ist kein Mensch zu sehen")
NEGATED = "{again} {be} nicht {another}, sondern {colour}"
PAUSE = "{place}, {when}"  # without a place it would be a pause for nothing
LOOKS = {
    "in": ("der ganze Film ist {look}", "alles ist {look} gehalten"),
    "als": ("alles ist {look} dargestellt", "gezeigt wird alles {look}"),
    "wie": ("alles sieht aus {look}", "alles wirkt {look}"),
    "im": ("alles ist {look} gehalten",),
}
SHOTS = ("gefilmt wurde {when} {shot}", "gefilmt ist die Szene {when} {shot}")
ALT_FRONT = (
    "",
    "",
    "Stockvideo:",
    "Video von gestern:",
    "mein neues Video:",
    "Clip:",
    "so schön:",
)
ALT_BACK = (
    "",
    "",
    "- Stockvideo",
    "| kostenlos herunterladen",
    "in HD",
    "für meinen Kanal",
    "(Teil zwei)",
    "- bitte bis zum Ende schauen",
    "aus unserem letzten Urlaub",
    "#shorts",
)


def sentence(talk: GermanTalk, style: str, still: bool) -> str:
    """One untidy sentence that says all facts of the content."""
    if tells_story(talk):
        return story_sentence(talk, style)
    subject, verb = talk.subject(), None if still else talk.verb()
    lone = talk.content.facts.get("motion") == "still" or verb is None
    between = talk.between() if lone else ""
    tail = ["" if lone else talk.beside(subject), talk.look(), talk.shot()]
    when = talk.when()
    here = (
        bool(talk.content.places("de")) and not between
    )  # the subject comes before its neighbours
    empty = tuple(slot for slot, full in (("{when}", when), ("{place}", here)) if not full)
    patterns = _patterns(talk, style, still, verb is not None, tail)
    patterns = tuple(p for p in patterns if not p.startswith(empty))
    if not here and not between:
        patterns = tuple(p for p in patterns if PAUSE not in p)
    pattern = pick(talk.rng, patterns)
    return pattern.format(
        **slots(talk, subject, verb, between, pattern),
        when=when,
        camera=", ".join(part for part in tail if part),
    )


def slots(
    talk: GermanTalk, subject: Thing, verb: Verb | None, between: str, pattern: str
) -> dict[str, str]:
    """The pieces of a sentence but for time and camera."""
    motion = talk.content.facts.get("motion")
    place = talk.place(moving=motion in ("left", "right"))
    if "{last}" in pattern and place.endswith("entlang"):  # the verb would have to join it
        place = talk.place()
    way, last = (verb.rest, verb.last) if verb else ("", "")
    early = way == "still" or (motion in ("left", "right") and talk.chance(0.6))
    if verb and early and not pattern.startswith("{place}"):
        place, way, last = f"{way} {place}", "", verb.finite
    return {
        "subject": noun_phrase(subject, "nom"),
        "accusative": noun_phrase(subject, "acc"),
        "dative": noun_phrase(subject, "dat"),
        "genitive": noun_phrase(subject, "gen"),
        "relative": relative_pronoun(subject),
        "finite": verb.finite if verb else "",
        "reflexive": verb.reflexive if verb else "",
        "rest": way,
        "last": last,
        "place": f"{between} {place}".strip(),
    }


def _patterns(
    talk: GermanTalk, style: str, still: bool, acts: bool, tail: list[str]
) -> tuple[str, ...]:
    """The patterns for a style, their verbs in the subject's number."""
    if talk.content.scene == "face":
        return FACES
    if not acts:
        patterns: tuple[str, ...] = _german.PICTURE if still else _german.FOOTAGE
    elif style == "medium":
        patterns = _german.SAYING
    else:
        shows = _german.SHOWING
        patterns = shows if style == "paraphrase" else _german.SAYING + shows
    leads = tail[:2] == ["", ""] and tail[2] and not tail[2].startswith(("die ", "der "))
    patterns = tuple(p for p in patterns if leads or not p.startswith("{camera}"))
    return (
        tuple(p.replace("ist {", "sind {") for p in patterns) if talk.content.plural else patterns
    )


def descriptive(talk: GermanTalk) -> Iterator[str]:
    """Two to four sentences, first what happens, then what is beside it, then light and camera."""
    if tells_story(talk):
        yield from story_description(talk)
        return
    facts = talk.content.facts
    # A person is not blue, but in blue.
    contrast = "colour" in facts and talk.chance(0.15) and not is_person(facts["kind"])
    kept = {name: value for name, value in facts.items() if name != "colour" or not contrast}
    opening = GermanTalk(talk.content.replace(kept), talk.rng)
    subject = opening.subject()
    yield _opening(opening, subject)
    talk.named = pronoun(subject, "nom")
    yield event_sentence(talk)
    if contrast:
        yield _contrast(talk, subject)
    if others := _others(talk, subject):
        yield others
    yield from light_and_camera(talk)
    if talk.content.deserted:
        yield pick(talk.rng, DESERTED)


def _opening(talk: GermanTalk, subject: Thing) -> str:
    verb = talk.verb()
    patterns: tuple[str, ...] = OPENINGS if talk.content.places("de") else OPENINGS[:-1]
    if talk.content.scene == "face":
        patterns = FACE_OPENINGS if talk.content.places("de") else FACE_OPENINGS[:-1]
    elif verb is None:
        patterns = ("das Video zeigt {accusative} {place}",)
    pattern = pick(talk.rng, patterns)
    be = "sind" if talk.content.plural else "ist"
    return pattern.format(**slots(talk, subject, verb, "", pattern), be=be)


def _contrast(talk: GermanTalk, subject: Thing) -> str:
    colour = talk.content.facts["colour"]
    others = tuple(row.german[0] for row in COLOURS if row.name != colour)
    return NEGATED.format(
        again=noun_phrase(talk.again(subject), "nom", "definite"),
        be="sind" if talk.content.plural else "ist",
        another=pick(talk.rng, others),
        colour=entry(COLOURS, colour, "colour").german[0],
    )


def _others(talk: GermanTalk, subject: Thing) -> str:
    parts: list[str] = []
    again = noun_phrase(talk.again(subject), "dat", "definite")
    for n in talk.content.others():
        it = pronoun(subject, "dat") if parts or talk.chance(0.6) else again
        other = noun_phrase(talk.other(n), "nom")
        verb = "" if parts else _stands(talk, n) + " "
        parts.append(f"{talk.relation(n)} {it} {verb}{other}")
    return " und ".join(parts)


def _stands(talk: GermanTalk, number: int) -> str:
    """How the other thing is where it is."""
    kind = talk.content.facts[other_keys(number)[0]]
    return "befindet sich" if talk.chance(0.2) else german_standing(kind)


def light_and_camera(talk: GermanTalk) -> Iterator[str]:
    """Sentences about time, weather, camera and look, as far as they are to be said."""
    when, shot, look = talk.when(), talk.shot(), talk.look()
    alone = shot.startswith(("die ", "der "))  # a sentence of its own: "die Kamera schwenkt"
    if shot and not alone:
        shot = shot.removesuffix(" gefilmt").removesuffix(" gesehen")
        yield pick(talk.rng, SHOTS).format(when=when, shot=shot)
    elif when:
        yield pick(talk.rng, LIGHT).format(when=when)
    if look:
        look = _look(talk, look)
    yield ", und ".join(part for part in (shot if alone else "", look) if part)


def _look(talk: GermanTalk, look: str) -> str:
    return pick(talk.rng, LOOKS.get(look.partition(" ")[0], ("alles ist {look}",))).format(
        look=look
    )


def alt(talk: GermanTalk) -> str:
    """Five to nine words as people type them under their films."""
    if tells_story(talk):
        chunks = [story(talk, "short"), talk.place(), talk.when()]
        return " ".join(chunk for chunk in chunks if chunk)
    subject, verb = talk.subject(), talk.verb()
    article = "none" if talk.chance(0.6) else "indefinite"
    chunks = [
        noun_phrase(subject, "nom", article),
        f"{verb.finite} {verb.reflexive} {verb.rest}".strip() if verb else "",
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
    yield f"{NEGATED} er sie es ein paar einige und mit ihm ihr ihnen ist sind der die das dem den des"
    yield "steht befindet sich liegt alles eines"
