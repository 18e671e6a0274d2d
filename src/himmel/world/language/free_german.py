"""Free German."""

from __future__ import annotations

from himmel.world.graph import pick
from himmel.world.language.declension import Adjective, Thing, noun_phrase, relative_pronoun
from himmel.world.language.free import Free, listed
from himmel.world.language.free_tables import Deed, german_adjective, german_deed, german_noun
from himmel.world.language.nouns import ALL_SETTINGS, german_nouns, is_person
from himmel.world.vocabulary import COLOURS, Phrase, entry
from himmel.world.words import LOOKS, TIMES, TRAITS, WEATHERS

_DOES = (
    "{nom} {f} {r} {t} {w} {x}", "{nom} {f} {r} {w} {x} {t}", "{nom} {f} {r} {t} {w} {x}",
    "{begin} {nom} {f} {r} {t} {w} {x}", "{t} {f} {r} {nom} {w} {x}", "{w} {f} {r} {nom} {t} {x}",
    "{t} {w} {f} {r} {nom} {x}", "{nom} {w} {f} {r} {t} {x}", "{begin} {t} {f} {r} {nom} {w} {x}",
)  # fmt: skip
_WHO = (
    "{ask} {acc}, {rel} {r} {t} {w} {last}", "{dat_ask} {dat}, {rel} {r} {t} {w} {last}",
    "{nom}, {rel} {r} {t} {w} {last}", "{nom} {t}, {rel} {r} {w} {last}",
    "{nom} {w}, {rel} {r} {t} {last}",
    "{ask} {acc} {t}, {rel} {r} {w} {last}", "{dat_ask} {dat} {w}, {rel} {r} {t} {last}",
    "{ask} {acc} {r} {t} {w} {inf}", "{w} {acc}, {rel} {r} {t} {last}",
)  # fmt: skip
_WISHED = (
    "{nom} soll {r} {t} {w} {inf}", "lass {acc} {r} {t} {w} {inf}",
    "ich sehe {acc} {r} {t} {w} {inf}",
    "kann {nom} {r} {t} {w} {inf}?", "wie {nom} {r} {t} {w} {last}",
    "zeig mir, wie {nom} {r} {t} {w} {last}",
    "ich möchte, dass {nom} {r} {t} {w} {last}", "kannst du machen, dass {nom} {r} {t} {w} {last}?",
    "ein Video, in dem {nom} {r} {t} {w} {last}", "{t} soll {nom} {r} {w} {inf}",
    "{nom} darf {r} {t} {w} {inf}",
    "ich wünsche mir, dass {nom} {r} {t} {w} {last}", "schön wäre, wenn {nom} {r} {t} {w} {last}",
    "was wäre, wenn {nom} {r} {t} {w} {last}?", "lasst {acc} {t} {r} {w} {inf}",
    "{nom} beim {w} {inf}, {t}",
    "{nom} muss {r} {t} {w} {inf}", "ein Clip, in dem {t} {nom} {r} {w} {last}",
    "könntest du {acc} {r} {t} {w} {inf} lassen?", "man sieht, wie {nom} {r} {t} {w} {last}",
)  # fmt: skip
_THERE = (
    "{ask} {acc} {w} {t}", "{ask} {acc} {t} {w}", "{dat_ask} {dat} {w} {t}", "{nom} {w} {t}",
    "{t}: {nom} {w}",
    "{nom}, {w}, {t}", "{w} gibt es {acc}, {t}", "{begin} {nom} {w} {t}", "{dat_ask} {dat} {t} {w}",
    "{nom} {t} {w}", "{t} {w} {nom}", "{w}, {t}, {nom}",
)  # fmt: skip
_LISTED_DEED = (
    "{f} {r} {x}",
    "{r} {last}",
    "Bewegung: {r} {inf}",
    "soll {r} {inf}",
    "{r} {doing}",
    "Aktion: {r} {inf}",
)
_LATER_DEED = (
    "{it} {f} {r} {x}", "{it} soll {r} {inf}", "lass {acc_it} {r} {inf}", "dabei {f} {it} {r} {x}",
    "und {it} {f} {r} {x}", "die ganze Zeit {f} {it} {r} {x}", "man sieht, wie {it} {r} {last}",
    "{it} will {r} {inf}", "Bewegung: {r} {inf}", "und soll {r} {inf}", "immerzu {f} {it} {r} {x}",
)  # fmt: skip
_LATER_COLOUR = (
    "{it} ist {c}", "Farbe: {c}", "die Farbe ist {c}", "mach {acc_it} {c}", "{c} bitte",
    "natürlich {c}", "{c}",
    "ich will {acc_it} in {c}", "{it} soll {c} sein", "alles an {dat_it} ist {c}",
    "und zwar {c}", "am besten {c}",
    "ganz {c}",
)  # fmt: skip
_LATER_PLACE = (
    "das Ganze spielt {w}",
    "wo? {w}",
    "{w}",
    "der Ort: {w}",
    "wir sind {w}",
    "und zwar {w}",
)
_LATER_TIME = (
    "das Ganze spielt {t}",
    "wann? {t}",
    "{t}",
    "die Zeit: {t}",
    "wir sind da {t}",
    "und zwar {t}",
)
_WORN = (
    "in {C}",
    "ganz in {C}",
    "in {c}er Kleidung",
    "mit {c}er Jacke",
    "in {c}em Mantel",
    "mit {c}em Pullover",
)
_ARTICLES = ("indefinite",) * 8 + ("definite", "none")
_IT = {"m": ("er", "ihn", "ihm"), "f": ("sie", "sie", "ihr"), "n": ("es", "es", "ihm")}


def sentence(free: Free) -> str:
    """The main words; what else is to be said goes into `free.spare`."""
    deed, way = _deed(free)
    subject = _subject(free)
    place, time = _place(free, bool(way)), _time(free)
    if free.chance(0.3):
        place = f"{place} {_beside(free)}"
    _others(free)
    slots = _slots(free, subject, deed, way)
    free.spare = [piece.format_map(slots) for piece in free.spare]
    if free.chance(0.12):
        did = pick(free.rng, _LISTED_DEED).format_map(slots) if deed else ""
        return listed(free, (slots["nom"], did, place, time))
    attribute = deed is not None and free.chance(0.12)
    if deed and free.chance(0.2) and not attribute:
        free.spare.append(pick(free.rng, _LATER_DEED).format_map(slots))
        deed = None
    if deed and attribute:
        doing = Adjective(f"{slots['r']} {slots['doing']}".strip())
        adjectives = (doing, *subject.adjectives)
        slots |= _cases(free, Thing(subject.noun, adjectives, after=subject.after))
        deed = None
    groups = (_DOES, _WHO, _WISHED) if deed else (_THERE,)
    pattern = pick(free.rng, pick(free.rng, groups))
    how = free.talk("how") if free.chance(0.2) else ""
    return pattern.format_map(slots | {"w": f"{how} {place}".strip(), "t": time})


def _deed(free: Free) -> tuple[Deed | None, str]:
    verb, way = free.deed()
    return (german_deed(verb), way) if verb else (None, "")


def _slots(free: Free, subject: Thing, deed: Deed | None, way: str) -> dict[str, str]:
    it, acc_it, dat_it = _IT[subject.noun.gender]
    slots = {"it": it, "acc_it": acc_it, "dat_it": dat_it, "rel": relative_pronoun(subject)}
    slots |= {name: free.talk(name) for name in ("ask", "begin")} | {
        "dat_ask": free.talk("ask_dative")
    }
    if deed:
        slots |= {"f": deed.finite, "r": deed.reflexive, "x": f"{way} {deed.after}".strip()}
        joined = way.removesuffix(" zu") + " zu" if way.endswith(" zu") else f"{way} "
        slots |= {
            name: f"{joined}{end}".strip()
            for name, end in (("last", deed.last), ("inf", deed.wished))
        }
        slots["doing"] = slots["inf"] + "d"
    return slots | _cases(free, subject)


def _cases(free: Free, thing: Thing) -> dict[str, str]:
    article = pick(free.rng, _ARTICLES)
    return {case: noun_phrase(thing, case, article) for case in ("nom", "acc", "dat")}


def _subject(free: Free) -> Thing:
    kind = free.facts.get("kind", "")
    noun = german_noun(free.talk("thing"))
    if kind:
        nouns = {n.word: n for n in german_nouns(kind)}
        word = free.entry("kind", kind, *nouns)
        noun = nouns.get(word) or german_noun(word)
    colour, after = _colour(free)
    filler = [german_adjective(free.talk("filler"))] if free.chance(0.35) else []
    return Thing(noun, (*filler, *colour), after=after)


def _colour(free: Free) -> tuple[list[Adjective], str]:
    """Before the noun and behind it; or a piece of its own."""
    colour = free.facts.get("colour", "")
    if not colour:
        return [], ""
    word = german_adjective(free.entry("colour", colour, *entry(COLOURS, colour, "colour").german))
    manner = free.rng.random()
    if manner < 0.2:
        phrase = free.entry("colour_after", colour)
        if free.chance(0.6):
            return [], phrase
        free.spare.append(f"{{it}} ist {phrase}")
        return [], ""
    if manner < 0.4:
        free.spare.append(pick(free.rng, _LATER_COLOUR).replace("{c}", word.stem))
        return [], ""
    if is_person(free.graph.kind) and not word.fixed and " " not in word.stem and free.chance(0.5):
        worn = pick(free.rng, _WORN).format(C=word.stem.capitalize(), c=word.ending_in(""))
        return [], worn
    return [word], ""


def _place(free: Free, travels: bool) -> str:
    setting = free.facts.get("setting", "")
    if not setting:
        return ""
    over = travels and free.chance(0.6)
    own = entry(ALL_SETTINGS, setting, "setting").german
    plain = tuple(p.over if over else p.at for p in own)
    place = free.entry("setting_over" if over else "setting", setting, *plain)
    if free.chance(0.75):
        return place
    scene = free.entry("setting_scene", setting)
    free.spare.append(
        scene if scene and free.chance(0.7) else pick(free.rng, _LATER_PLACE).format(w=place)
    )
    return ""


def _time(free: Free) -> str:
    time = free.facts.get("time", "")
    if not time:
        return ""
    when = free.entry("time", time, *entry(TIMES, time, "time").german)
    if free.chance(0.7):
        return when
    scene = free.entry("time_scene", time)
    free.spare.append(
        scene if scene and free.chance(0.7) else pick(free.rng, _LATER_TIME).format(t=when)
    )
    return ""


def _beside(free: Free) -> str:
    """ "neben einem rosa Saxofon", a thing that nobody draws."""
    look = (german_adjective(free.talk("thing_look")),) if free.chance(0.35) else ()
    thing = Thing(german_noun(free.talk("thing")), look)
    cases = {case: noun_phrase(thing, case) for case in ("nom", "dat")}
    return free.talk("beside").format_map(cases)


def _others(free: Free) -> None:
    """Facts of the wide world for which the grammar's words are loose enough."""
    rows: dict[str, tuple[Phrase, ...]] = {"weather": WEATHERS, "look": LOOKS}
    for fact, rows_of in rows.items():
        if fact in free.facts:
            free.spare.append(pick(free.rng, entry(rows_of, free.facts[fact], fact).german))
    for name in free.graph.traits:
        trait = entry(TRAITS, name, "trait")
        if "kind" in free.facts and free.chance(0.5):
            free.facts[trait.group] = name
            word = pick(free.rng, trait.german)
            free.spare.append(word if " " in word else f"{{it}} ist {word}")
