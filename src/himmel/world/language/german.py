"""The pieces of a German sentence, bent as their place in it asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from himmel.world import _german
from himmel.world._german import Verb
from himmel.world.graph import pick
from himmel.world.language.declension import (
    Adjective,
    Thing,
    noun_phrase,
    pronoun,
)
from himmel.world.language.facts import other_keys
from himmel.world.language.lists import paired
from himmel.world.language.nouns import german_nouns, is_person
from himmel.world.language.talk import Talk
from himmel.world.language.verbs import german_going, german_staying
from himmel.world.vocabulary import COLOURS, Noun, entry

PLURAL_VERBS = paired(
    "fährt:fahren rollt:rollen bewegt:bewegen läuft:laufen geht:gehen rennt:rennen "
    "fliegt:fliegen gleitet:gleiten rutscht:rutschen schwebt:schweben kommt:kommen "
    "nähert:nähern rührt:rühren verharrt:verharren steht:stehen wartet:warten parkt:parken "
    "liegt:liegen ruht:ruhen springt:springen hüpft:hüpfen dreht:drehen rotiert:rotieren "
    "kreiselt:kreiseln kniet:knien sitzt:sitzen hockt:hocken schwimmt:schwimmen ist:sind "
    "kriecht:kriechen befindet:befinden krabbelt:krabbeln schlängelt:schlängeln "
    "flattert:flattern summt:summen watschelt:watscheln trabt:traben bleibt:bleiben"
)
_SOME = ("ein paar", "einige")
FIXED_CAMERA = (
    "die Kamera bewegt sich nicht",
    "die Kamera steht still",
    "in einer festen Einstellung",
)


@dataclass
class GermanTalk(Talk):
    """German pieces."""

    language = "de"
    fixed_camera = FIXED_CAMERA

    named: str = "es"  # er, sie or es, after the noun by which the subject went last

    def subject(self) -> Thing:
        """The subject with all that is said of it."""
        thing = self._subject()
        self.named = pronoun(thing, "nom")
        return thing

    def _subject(self) -> Thing:
        facts = self.content.facts
        first, materials, behind = self._traits()
        clothes = self._clothes(facts)
        colour = [] if clothes else self._colour(facts.get("colour", ""))
        adjectives = [*map(Adjective, first), *colour, *map(Adjective, materials)]
        if facts.get("count") == "1":
            adjectives.insert(0, Adjective("einzeln"))
        return Thing(
            self._noun(facts["kind"]),
            tuple(adjectives),
            plural=self.content.plural,
            number=self._number(),
            after=" ".join((clothes, *behind)).strip(),
        )

    def _number(self) -> str:
        if not self.content.plural:
            return ""
        if "count" not in self.content.facts:
            return "zwei" if self.content.facts["kind"] == "people" else pick(self.rng, _SOME)
        return self._count()

    def _noun(self, kind: str) -> Noun:
        nouns = german_nouns(kind)
        plainest = self.content.plain or self.content.plural
        return nouns[0] if plainest else pick(self.rng, nouns)

    def _clothes(self, facts: Mapping[str, str], of: str = "") -> str:
        """Ein Mensch ist nicht blau, sondern in Blau."""
        colour = facts.get(f"{of}colour", "")
        if not colour or not is_person(facts[f"{of}kind"]):
            return ""
        return f"in {entry(COLOURS, colour, 'colour').german[0].capitalize()}"

    def _colour(self, colour: str) -> list[Adjective]:
        if not colour:
            return []
        row = entry(COLOURS, colour, "colour")
        word = self.content.choose(self.rng, row.german)
        if word == "orange":  # correct as it is, but it reads as if an ending were lost
            word = "orangefarben"
        return [Adjective(word, word in row.fixed)]

    def again(self, thing: Thing) -> Thing:
        """The subject once more, bare: "der Ball"."""
        return Thing(thing.noun, plural=thing.plural)

    def other(self, number: int) -> Thing:
        """The other thing."""
        kind, colour, _ = other_keys(number)
        facts = self.content.facts
        nouns = german_nouns(facts[kind])
        noun = nouns[0] if self.content.plain else pick(self.rng, nouns)
        if clothes := self._clothes(facts, kind.removesuffix("kind")):
            return Thing(noun, after=clothes)
        return Thing(noun, tuple(self._colour(facts.get(colour, ""))))

    def between(self) -> str:
        """Where the subject is among the others: "links von einer Kiste und hinter einem Baum"."""
        parts = (
            f"{self.relation(n, turned=True)} {noun_phrase(self.other(n), 'dat')}"
            for n in self.content.others()
        )
        return " und ".join(parts)

    def beside(self, subject: Thing) -> str:
        """What else there is: "rechts von ihm eine blaue Kiste und hinter ihm ein Baum"."""
        it = pronoun(subject, "dat")
        parts = (
            f"{self.relation(n)} {it} {noun_phrase(self.other(n), 'nom')}"
            for n in self.content.others()
        )
        return " und ".join(parts)

    def verb(self) -> Verb | None:
        """What the subject does, in its number; None where nothing is said of it."""
        verb = self._verb()
        if verb is None or not self.content.plural:
            return verb
        return Verb(PLURAL_VERBS[verb.finite], verb.rest, verb.reflexive)

    def _verb(self) -> Verb | None:
        motion, kind = self.content.facts.get("motion", ""), self.content.facts["kind"]
        if motion == "still":
            return pick(self.rng, german_staying(kind))
        if motion in _german.IN_PLACE:
            return pick(self.rng, _german.IN_PLACE[motion])
        if motion == "toward" and self.chance(0.5):
            return pick(self.rng, _german.APPROACH)
        going = pick(self.rng, german_going(kind))
        if motion in _german.WAYS:
            return Verb(going.finite, pick(self.rng, _german.WAYS[motion]), going.reflexive)
        return going if self.content.travels else None

    def place(self, *, moving: bool = False) -> str:
        """Where it happens: "auf einer Wiese", and of what moves "über eine Wiese"."""
        place = self._place()
        if place is None:
            return ""
        return place.over if moving else place.at

    def when(self) -> str:
        """Time and weather: "am Abend bei Regen"."""
        pair = (self._phrase("time"), self._phrase("weather"))
        return " ".join(part for part in pair if part)
