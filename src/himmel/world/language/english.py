"""The pieces of an English sentence: noun phrases, verbs, places, and where the camera goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from himmel.world import _english
from himmel.world._english import Verb
from himmel.world.graph import pick
from himmel.world.language.facts import other_keys
from himmel.world.language.nouns import english_nouns, english_pronoun, is_person
from himmel.world.language.plurals import english_plural
from himmel.world.language.talk import Talk
from himmel.world.language.verbs import english_going, english_staying
from himmel.world.vocabulary import COLOURS, entry

# Written with a vowel and spoken without one, and the other way round.
_SPOKEN_WITH_A = ("uni", "uku", "ufo", "eur", "one", "use", "uti", "ura")
_SPOKEN_WITH_AN = ("hour", "honest", "heir")
_PLURAL_VERBS = {"is": "are", "does": "do", "goes": "go", "flies": "fly", "has": "have"}
_FLIERS = ("bird", "plane", "rocket", "balloon")
FIXED_CAMERA = ("the camera does not move", "the camera stands still", "in a static shot")


def with_article(phrase: str) -> str:
    """The phrase with a or an, as it is spoken: "an hourglass", "a unicorn", "an orange car"."""
    small = phrase.lower()
    if small.startswith(_SPOKEN_WITH_AN):
        return f"an {phrase}"
    if small.startswith(_SPOKEN_WITH_A):
        return f"a {phrase}"
    return f"{'an' if small[0] in 'aeiou' else 'a'} {phrase}"


def plural_verb(finite: str) -> str:
    """The verb for more than one: "rolls" -> "roll", "is parked" -> "are parked"."""
    first, _, rest = finite.partition(" ")
    if first in _PLURAL_VERBS:
        first = _PLURAL_VERBS[first]
    elif first.endswith(("ches", "shes", "sses")):
        first = first[:-2]
    else:
        first = first.removesuffix("s")
    return f"{first} {rest}".strip()


@dataclass
class EnglishTalk(Talk):
    """English pieces."""

    language = "en"
    fixed_camera = FIXED_CAMERA

    noun: str = ""  # by which the subject went last

    def subject(self, article: str = "a") -> str:
        """ "three big red balls", "a smiling woman with a hat"; article a, the or none."""
        facts = self.content.facts
        first, materials, behind = self._traits()
        clothes = self._clothes(facts)
        colour = "" if clothes else self._colour(facts.get("colour", ""))
        adjectives = " ".join(word for word in (*first, colour, *materials) if word)
        noun = self.noun = self._noun(facts["kind"])
        tail = " ".join((clothes, *behind)).strip()
        return self._counted(adjectives, noun, tail, article)

    def _counted(self, adjectives: str, noun: str, tail: str, article: str) -> str:
        if not self.content.plural:
            words = f"{adjectives} {noun} {tail}".strip()
            single = self.content.facts.get("count") == "1"
            words = f"single {words}" if single else words
            return {"a": with_article(words), "the": f"the {words}"}.get(article, words)
        number = self._count() if "count" in self.content.facts else self._some()
        if article == "the":
            number = "the" if number in ("some", "a few") else f"the {number}"
        return " ".join(w for w in (number, adjectives, english_plural(noun), tail) if w)

    def _some(self) -> str:
        return (
            "two" if self.content.facts["kind"] == "people" else pick(self.rng, ("some", "a few"))
        )

    def _noun(self, kind: str) -> str:
        nouns = english_nouns(kind)
        return nouns[0] if self.content.plural else self.content.choose(self.rng, nouns)

    def _clothes(self, facts: Mapping[str, str], of: str = "") -> str:
        """A person is not blue, but in blue."""
        colour = facts.get(f"{of}colour", "")
        if not colour or not is_person(facts[f"{of}kind"]):
            return ""
        dressed = "dressed " * self.chance(0.3)
        return f"{dressed}in {entry(COLOURS, colour, 'colour').english[0]}"

    def _colour(self, colour: str) -> str:
        if not colour:
            return ""
        return self.content.choose(self.rng, entry(COLOURS, colour, "colour").english)

    def again(self) -> str:
        """The subject once more: "the ball", "the balls"."""
        noun = self.noun or english_nouns(self.content.facts["kind"])[0]
        return f"the {english_plural(noun) if self.content.plural else noun}"

    def pronoun(self) -> str:
        """it, him, her or them."""
        return english_pronoun(self.content.facts["kind"], self.content.plural)

    def other(self, number: int) -> str:
        """The other thing: "a blue box"."""
        kind, colour, _ = other_keys(number)
        facts = self.content.facts
        noun = self.content.choose(self.rng, english_nouns(facts[kind]))
        if clothes := self._clothes(facts, kind.removesuffix("kind")):
            return with_article(f"{noun} {clothes}")
        return with_article(f"{self._colour(facts.get(colour, ''))} {noun}".strip())

    def between(self) -> str:
        """Where the subject is among the others: "to the left of a box and behind a tree"."""
        parts = (f"{self.relation(n, turned=True)} {self.other(n)}" for n in self.content.others())
        return " and ".join(parts)

    def beside(self) -> str:
        """What else there is: "with a blue box behind it and a tree to the left of it"."""
        it = self.pronoun()
        parts = [f"{self.other(n)} {self.relation(n)} {it}" for n in self.content.others()]
        return f"with {' and '.join(parts)}" if parts else ""

    def verb(self) -> Verb:
        """What the subject does, in its number; empty where nothing is said of it."""
        verb = self._verb()
        return (
            Verb(plural_verb(verb.finite), verb.participle, verb.rest)
            if self.content.plural
            else verb
        )

    def _verb(self) -> Verb:
        motion, kind = self.content.facts.get("motion", ""), self.content.facts["kind"]
        if motion == "still":
            return pick(self.rng, english_staying(kind))
        if motion in _english.IN_PLACE:
            return pick(self.rng, _english.IN_PLACE[motion])
        if motion == "toward" and self.chance(0.5):
            return pick(self.rng, _english.APPROACH)
        going = pick(self.rng, english_going(kind))
        if motion in _english.WAYS:
            return Verb(going.finite, going.participle, pick(self.rng, _english.WAYS[motion]))
        return going if self.content.travels else Verb("", "")

    def place(self, *, moving: bool = False) -> str:
        """Where it happens: "on a meadow", and of what moves "across a meadow"."""
        place = self._place()
        if place is None:
            return ""
        if not moving:
            return place.at
        flies = self.content.facts["kind"] in _FLIERS
        return place.over.replace("across", "over") if flies else place.over

    def when(self) -> str:
        """Time and weather: "at dusk in falling snow"."""
        pair = [self._phrase("time"), self._phrase("weather")]
        if self.chance(0.3) and not pair[1].startswith("while"):
            pair.reverse()
        return " ".join(part for part in pair if part)
