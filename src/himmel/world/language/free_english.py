"""Free English."""

from __future__ import annotations

from himmel.world.graph import pick
from himmel.world.language.content import TRAIT_GROUPS
from himmel.world.language.english import with_article
from himmel.world.language.free import Free, listed
from himmel.world.language.free_tables import participle, third_person
from himmel.world.language.nouns import ALL_SETTINGS, english_nouns, is_person
from himmel.world.vocabulary import COLOURS, Phrase, entry
from himmel.world.words import LOOKS, TIMES, TRAITS, WEATHERS

_BARE = ("some", "man's")  # nouns that take no article
_DETERMINERS = ("one", "this", "my", "our", "some", "a single", "just one", "that")
_DOES = (
    "{s} {v} {w} {t}", "{t} {s} {v} {w}", "{t}, {s} {v} {w}", "{w}, {s} {v} {t}", "{w} {t} {s} {v}",
    "{s} {w} {v} {t}", "{s}, {t}, {v} {w}", "{s} that {v} {w} {t}", "{s} which {v} {w} {t}",
    "{begin} {s} {v} {w} {t}", "{begin} {t} {s} {v} {w}", "{ask} {s} that {v} {w} {t}",
    "{ask} how {s} {v} {w} {t}", "{s} is {p} {w} {t}", "{s} was {p} {w} {t}",
    "{s} keeps {p} {w} {t}",
    "{t} {s} was {p} {w}", "I like it when {s} {v} {w} {t}", "as {s} {v} {w} {t}",
)  # fmt: skip
_DOING = (
    "{ask} {s} {p} {w} {t}", "{ask} {s} {p} {w} {t}", "{s} {p} {w} {t}", "{s} {w} {p} {t}",
    "{t}, {s} {p} {w}", "{s}, {p} {w}, {t}", "{ask} {s}, {t}, {p} {w}", "{p} {w} {t}: {s}",
    "{w} {s} {p}, {t}", "{ask} {s} {w} {p} {t}", "{ask} {s} {w}, {p}, {t}", "{s} {t} {p} {w}",
)  # fmt: skip
_WISHED = (
    "{wish} {s} to {i} {w} {t}", "{let} {s} {i} {w} {t}", "{s} should {i} {w} {t}",
    "{s} has to {i} {w}, {t}", "can {s} {i} {w} {t}?", "what if {s} would {i} {w} {t}",
    "I saw {s} {i} {w} {t}", "{t} {s} will {i} {w}", "will {s} {i} {w} {t}?",
    "{t}, {let} {s} {i} {w}",
    "what would it look like if {s} were to {i} {w} {t}?", "{s} must {i} {w} {t}",
)  # fmt: skip
_THERE = (
    "{ask} {s} {w} {t}", "{ask} {s} {w} {t}", "{s} {w} {t}", "{t}: {s} {w}", "{s}, {w}, {t}",
    "{w} there is {s}, {t}", "{begin} there is {s} {w} {t}", "{t}, {s} {w}", "{ask} {s} {t} {w}",
)  # fmt: skip
_LISTED_DEED = ("{p}", "{p}", "{v}", "motion: {p}", "it {v}", "action: {i}", "doing what: {p}")
_LATER_DEED = (
    "it {v}", "it should {i}", "make it {i}", "and it {v}", "let it {i}", "what it does: {v}",
    "it is {p}",
    "watch it {i}", "I want it to {i}", "the whole time it {v}", "see how it {v}", "simply {p}",
    "always {p}",
    "the subject {v}",
)  # fmt: skip
_LATER_COLOUR = (
    "it is {c}", "colour: {c}", "the colour is {c}", "make it {c}", "in {c}", "{c} please",
    "of course {c}",
    "I want it {c}", "its colour: {c}", "I'd like it {c}", "everything about it is {c}",
    "it must be {c}",
    "it happens to be {c}", "{c}", "color: {c}", "{c} is its colour",
)  # fmt: skip
_LATER_PLACE = (
    "it all happens {w}",
    "where? {w}",
    "{w}",
    "the place: {w}",
    "this is {w}",
    "it is {w}",
)
_LATER_TIME = (
    "it all happens {t}",
    "when? {t}",
    "{t}",
    "the time: {t}",
    "this is {t}",
    "we are there {t}",
)
_WORN = ("in {c}", "dressed in {c}", "wearing {c}", "in a {c} coat", "in a {c} jacket",
         "with {c} clothes",
         "in {c} clothes", "wearing a {c} sweater")  # fmt: skip


def sentence(free: Free) -> str:
    """The main words; what else is to be said goes into `free.spare`."""
    verb, way = free.deed()
    verb, how = f"{verb} {way}".strip(), free.talk("how") * free.chance(0.2)
    place, time = _place(free), _time(free)
    subject = _subject(free)
    if free.chance(0.3):
        thing = free.talk("beside").format(thing=_thing(free))
        if free.chance(0.5):
            subject = f"{subject} {thing}"
        else:
            place = f"{place} {thing}"
    _others(free)
    if free.chance(0.12):
        deed = _said(pick(free.rng, _LISTED_DEED), verb) if verb else ""
        return listed(free, (subject, deed, place, time))
    if verb and free.chance(0.2):
        free.spare.append(_said(pick(free.rng, _LATER_DEED), verb))
        verb = ""
    groups = (_DOES, _DOING, _WISHED) if verb else (_THERE,)
    pattern = pick(free.rng, pick(free.rng, groups))
    talk = {name: free.talk(name) for name in ("ask", "wish", "let", "begin")}
    slots = {"s": subject, "w": f"{how} {place}".strip(), "t": time, **talk, **_verb(verb)}
    return pattern.format_map(slots)


def _verb(verb: str) -> dict[str, str]:
    return {"i": verb, "v": third_person(verb), "p": participle(verb)} if verb else {}


def _said(pattern: str, verb: str) -> str:
    return pattern.format_map(_verb(verb))


def _subject(free: Free) -> str:
    """The noun with as much of the colour as stands beside it."""
    noun = _noun(free)
    before, after = _colour(free)
    filler = free.talk("filler") if free.chance(0.35) else ""
    words = [filler, before, noun]
    if filler and before and free.chance(0.3):
        words[0], words[1] = before, filler
    phrase = " ".join(word for word in words if word)
    if not noun.startswith(_BARE) and noun != "something":
        phrase = _with_determiner(free, phrase)
    return f"{phrase} {after}".strip()


def _with_determiner(free: Free, phrase: str) -> str:
    manner = free.rng.random()
    if manner < 0.72:
        return with_article(phrase)
    if manner < 0.8:
        return f"the {phrase}"
    return phrase if manner < 0.9 else f"{pick(free.rng, _DETERMINERS)} {phrase}"


def _noun(free: Free) -> str:
    if "kind" not in free.facts:
        return "something" if free.chance(0.2) else pick_thing(free)
    kind = free.facts["kind"]
    return free.entry("kind", kind, *english_nouns(kind))


def pick_thing(free: Free) -> str:
    """A thing that nobody draws."""
    return free.talk("thing")


def _thing(free: Free) -> str:
    look = free.talk("thing_look") if free.chance(0.35) else ""
    return with_article(f"{look} {pick_thing(free)}".strip())


def _colour(free: Free) -> tuple[str, str]:
    """Before the noun and behind it; or a piece of its own."""
    colour = free.facts.get("colour", "")
    if not colour:
        return "", ""
    word = free.entry("colour", colour, *entry(COLOURS, colour, "colour").english)
    manner = free.rng.random()
    if manner < 0.2:
        phrase = free.entry("colour_after", colour)
        if free.chance(0.6):
            return "", phrase
        free.spare.append(f"it is {phrase}")
        return "", ""
    if manner < 0.4:
        free.spare.append(pick(free.rng, _LATER_COLOUR).format(c=word))
        return "", ""
    if is_person(free.graph.kind) and free.chance(0.6):
        return "", pick(free.rng, _WORN).format(c=word)
    return (word, "") if manner < 0.93 else ("", f"in {word}")


def _place(free: Free) -> str:
    setting = free.facts.get("setting", "")
    if not setting:
        return ""
    own = entry(ALL_SETTINGS, setting, "setting").english
    at = free.entry("setting", setting, *(p.at for p in own), *(p.over for p in own))
    if free.chance(0.75):
        return at
    scene = free.entry("setting_scene", setting)
    free.spare.append(
        scene if scene and free.chance(0.7) else pick(free.rng, _LATER_PLACE).format(w=at)
    )
    return ""


def _time(free: Free) -> str:
    time = free.facts.get("time", "")
    if not time:
        return ""
    when = free.entry("time", time, *entry(TIMES, time, "time").english)
    if free.chance(0.7):
        return when
    scene = free.entry("time_scene", time)
    free.spare.append(
        scene if scene and free.chance(0.7) else pick(free.rng, _LATER_TIME).format(t=when)
    )
    return ""


def _others(free: Free) -> None:
    """Facts of the wide world for which the grammar's words are loose enough."""
    rows: dict[str, tuple[Phrase, ...]] = {"weather": WEATHERS, "look": LOOKS}
    for fact, rows_of in rows.items():
        if fact in free.facts:
            free.spare.append(pick(free.rng, entry(rows_of, free.facts[fact], fact).english))
    for name in free.graph.traits:
        trait = entry(TRAITS, name, "trait")
        if trait.group in TRAIT_GROUPS and "kind" in free.facts and free.chance(0.5):
            free.facts[trait.group] = name
            word = pick(free.rng, trait.english)
            free.spare.append(word if trait.after else f"it is {word}")
