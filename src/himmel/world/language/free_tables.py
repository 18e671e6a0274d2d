"""The words in which people say things freely: read from data/free_en.toml and data/free_de.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from himmel.world.language.declension import Adjective, noun_form
from himmel.world.language.lists import listed, paired
from himmel.world.language.plurals import GERMAN_PLURALS, english_plural
from himmel.world.vocabulary import COLOURS, KINDS, SCENES, SETTINGS, TIMES, Noun, names

_STAGES = tuple(scene.setting for scene in SCENES)
# Tables whose entries state one fact each: its name, and the names of the rows.
FACTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "kind": ("kind", names(KINDS)),
    "colour": ("colour", names(COLOURS)),
    "colour_after": ("colour", names(COLOURS)),
    "setting": ("setting", names(SETTINGS) + _STAGES),
    "setting_over": ("setting", names(SETTINGS)),
    "setting_scene": ("setting", names(SETTINGS)),
    "time": ("time", names(TIMES)),
    "time_scene": ("time", names(TIMES)),
    "ways": ("motion", ("left", "right", "toward")),
}
DEEDS = {"still": "still", "jump": "jump", "spin": "spin", "approach": "toward"}
_THINGS = ("thing", "not_alone")
_NAMING = ("kind", "colour", "colour_after")  # their words name a thing or its look
ENDINGS = ("e", "er", "es", "en", "em")
_NOUN = re.compile(r"(.+?) ([mfn])(?: (.+))?")
_DOUBLED = frozenset(
    listed("run hop skip sit spin trot jog step get slip scurry bob swim chug plod pad let putter")
) - frozenset(listed("scurry putter"))
_IRREGULAR = paired("be:is do:does go:goes have:has")
_IRREGULAR_ING = paired("be:being lie:lying")


@cache
def tables(language: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """Entries by table and row: tables("en")["kind"]["car"] == ("car", "automobile", ...)."""
    path = resources.files("himmel.world").joinpath(f"data/free_{language}.toml")
    told = tomllib.loads(path.read_text("utf-8"))
    return {
        table: {name: tuple(e.strip() for e in text.split(",")) for name, text in rows.items()}
        for table, rows in told.items()
    }


def entries(language: str, table: str, row: str) -> tuple[str, ...]:
    """The entries of a row; none where there is no such row."""
    return tables(language).get(table, {}).get(row, ())


def stating(language: str) -> Iterator[tuple[str, str, str]]:
    """Every entry that states a fact by itself, with its table: ("hatchback", "kind", "kind:car")."""
    for table, rows in tables(language).items():
        if table in FACTS:
            fact = FACTS[table][0]
            yield from ((e, table, f"{fact}:{name}") for name, row in rows.items() for e in row)
        elif table in DEEDS:
            fact = f"motion:{DEEDS[table]}"
            yield from ((e, table, fact) for row in rows.values() for e in row)


# English verbs and German nouns, adjectives and verbs.


@dataclass(frozen=True)
class Deed:
    """What something does: "drehen" as "sich" ... "im Kreis" + "dreht". `joined` is "zu" of zukommen."""

    finite: str
    infinitive: str
    rest: str = ""
    reflexive: str = ""
    joined: str = ""

    @property
    def after(self) -> str:
        """What follows in a main clause: "auf uns zu"."""
        return f"{self.rest} {self.joined}".strip()

    @property
    def last(self) -> str:
        """The end of a subordinate clause: "auf uns zukommt"."""
        return f"{self.rest} {self.joined}{self.finite}".strip()

    @property
    def wished(self) -> str:
        """The end of a wish: "auf uns zukommen"."""
        return f"{self.rest} {self.joined}{self.infinitive}".strip()

    @property
    def doing(self) -> Adjective:
        """As an adjective: "sich im Kreis drehend"; "seiend" is no German, and nobody asks for it."""
        return Adjective(f"{self.reflexive} {self.wished}d".strip())


def german_deed(entry: str) -> Deed:
    """ "sich auf|macht/machen" as a verb."""
    clause, _, infinitive = entry.partition("/")
    front, _, last = clause.rpartition(" ")
    joined, _, finite = last.rpartition("|")
    reflexive = "sich" if front.startswith("sich") else ""
    return Deed(finite, infinitive, front.removeprefix("sich").strip(), reflexive, joined)


def german_noun(entry: str) -> Noun:
    """ "Welpe m Welpen" as a noun."""
    found = _NOUN.fullmatch(entry)
    assert found is not None, entry
    return Noun(found[1], found[2], found[3] or "")


def german_adjective(entry: str) -> Adjective:
    """ "lila!" as an adjective that takes no ending."""
    return Adjective(entry.removesuffix("!"), fixed=entry.endswith("!"))


def third_person(verb: str) -> str:
    """ "come closer" -> "comes closer", "not move" -> "does not move"."""
    first, _, rest = verb.partition(" ")
    if first == "not":
        return f"does {verb}"
    if first in _IRREGULAR:
        first = _IRREGULAR[first]
    elif first.endswith(("s", "x", "z", "ch", "sh")):
        first += "es"
    elif first.endswith("y") and first[-2] not in "aeiou":
        first = first[:-1] + "ies"
    else:
        first += "s"
    return f"{first} {rest}".strip()


def participle(verb: str) -> str:
    """ "hop around" -> "hopping around", "not move" -> "not moving"."""
    first, _, rest = verb.partition(" ")
    if first == "not":
        return f"not {participle(rest)}"
    if first in _IRREGULAR_ING:
        first = _IRREGULAR_ING[first]
    elif first in _DOUBLED:
        first += first[-1] + "ing"
    elif first.endswith("e") and not first.endswith("ee"):
        first = first[:-1] + "ing"
    else:
        first += "ing"
    return f"{first} {rest}".strip()


# Which words are known by themselves.


def known_words() -> dict[str, tuple[str, ...]]:
    """Lower-case words of entries with the facts that each states by itself: {"hatchback": ("kind:car",),
    "sunset": (), ...}. Words that are known only as a part of what they stand in are left out."""
    found: dict[str, set[str]] = {}
    for language in ("en", "de"):
        for entry, table, fact in stating(language):
            if table in _NAMING and not _is_word(language, entry):
                continue
            for word in words_in(language, table, entry):
                found.setdefault(word, set()).update({fact} if table in _NAMING else ())
        for word in _helping(language):
            found.setdefault(word, set())
    things = not_alone()
    return {
        w: tuple(sorted(facts)) for w, facts in sorted(found.items()) if facts or w not in things
    }


def known_wholes() -> tuple[str, ...]:
    """Phrases of which only the whole is known: "cherry red", "tasse mit henkel"."""
    found = {
        form.lower()
        for language in ("en", "de")
        for entry, table, _ in stating(language)
        if (table in _NAMING and not _is_word(language, entry)) or table == "colour_after"
        for form in _forms(language, table, entry)
    }
    return tuple(sorted(found))


@cache
def not_alone() -> frozenset[str]:
    """Words of phrases that by themselves name something to be seen: "blanket" of "a blanket of snow"."""
    return frozenset(tables("en")["talk"]["not_alone"] + tables("de")["talk"]["not_alone"])


def _is_word(language: str, entry: str) -> bool:
    name = entry.removesuffix("!")
    return (
        german_noun(entry).word if language == "de" and _NOUN.fullmatch(entry) else name
    ).isalpha()


def stating_words() -> dict[str, set[str]]:
    """Every word of an entry with the facts of all the entries in which it stands."""
    told: dict[str, set[str]] = {}
    for language in ("en", "de"):
        for entry, table, fact in stating(language):
            for word in words_in(language, table, entry):
                told.setdefault(word, set()).add(fact)
    return dict(sorted(told.items()))


def words_in(language: str, table: str, entry: str) -> set[str]:
    """Lower-case words of all forms of an entry."""
    return {w for f in _forms(language, table, entry) for w in re.findall(r"[^\W\d_]+", f.lower())}


def _forms(language: str, table: str, entry: str) -> Iterator[str]:
    """The forms in which an entry may stand."""
    if table in DEEDS:
        yield from deed_forms(language, entry)
    elif language == "en":
        yield entry
        if table == "kind" and "'" not in entry:
            yield english_plural(entry)
    elif table == "kind":
        noun = german_noun(entry)
        cases = ("nom", "acc") if " " in noun.word else ("nom", "acc", "gen")
        yield from (noun_form(noun, case) for case in cases)
        if noun.word in GERMAN_PLURALS:
            yield from (noun_form(noun, case, plural=True) for case in ("nom", "dat"))
    elif table == "colour":
        adjective = german_adjective(entry)
        yield from (adjective.stem, *map(adjective.ending_in, ENDINGS))
    else:
        yield entry


def deed_forms(language: str, entry: str) -> tuple[str, ...]:
    """A verb as it may stand in a sentence."""
    if language == "en":
        return (entry, third_person(entry), participle(entry))
    deed = german_deed(entry)
    bent = (deed.doing.ending_in(ending) for ending in ENDINGS)
    return (f"{deed.finite} {deed.reflexive} {deed.after}", deed.last, deed.wished, *bent)


def _helping(language: str) -> Iterator[str]:
    """Words of going and of talk, but for the things that nobody draws."""
    texts = [f for row in tables(language)["going"].values() for e in row for f in
             deed_forms(language, e)]  # fmt: skip
    talk = tables(language)["talk"]
    texts += [e for name in talk if not name.startswith(_THINGS) for e in talk[name]]
    if language == "de":
        texts += [german_adjective(e).ending_in(end) for e in talk["filler"] for end in ENDINGS]
    for text in texts:
        yield from re.findall(r"[^\W\d_]+", re.sub(r"\{\w+\}", " ", text.lower()))
