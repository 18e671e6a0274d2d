"""Read the facts that a text states: what is said of the subject, and what of things beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from himmel.world.language.content import opposite
from himmel.world.language.facts import other_keys
from himmel.world.language.lists import listed
from himmel.world.language.marks import table
from himmel.world.language.numbers import number_at, tokens_of
from himmel.world.language.stories import is_story, measures

_ADJECTIVES = ("colour", "size", "expression", "material", "number")
_ARTICLES = frozenset(
    listed("a an the one another ein eine einen einem einer eines der die das den dem des")
)
_DEFINITE = frozenset(listed("the der die das den dem"))
_BEFORE_QUANTITIES = frozenset(listed("under with at bei mit"))
QUANTITIES = frozenset(name for name, *_ in measures())
_PRONOUNS = frozenset(listed("it him her them ihm ihr ihnen"))
_AND = frozenset({"and", "und", "is", "there", "ist"})


@dataclass(frozen=True)
class Unit:
    """A known phrase or a single word, with the facts it states: (("kind", "ball"),)."""

    words: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    known: bool = True

    def value(self, name: str) -> str:
        """What it says about a fact; empty if nothing."""
        return next((value for fact, value in self.facts if fact == name), "")

    @property
    def is_adjective(self) -> bool:
        """Whether it may stand between an article and a noun."""
        return any(fact in _ADJECTIVES for fact, _ in self.facts)


def units_of(text: str) -> list[Unit]:
    """The text cut into known phrases, the longest first at every place, and single words."""
    words, found, at = tokens_of(text), [], 0
    while at < len(words):
        unit = _longest(words, at)
        found.append(unit)
        at += len(unit.words)
    return found


def _measured(words: Sequence[str], at: int) -> Unit | None:
    """A quantity with its value: "a gravity of 3.7 m/s²", "nach 0,8 Sekunden"."""
    for name, front, unit in measures():
        begin = at + len(front)
        if tuple(words[at:begin]) != front or (found := number_at(words, begin)) is None:
            continue
        end = begin + found[1]
        if tuple(words[end : end + len(unit)]) == unit:
            whole = tuple(words[at : end + len(unit)])
            return Unit(whole, ((name, f"{found[0]:g}"),))
    return None


def _longest(words: Sequence[str], at: int) -> Unit:
    if measured := _measured(words, at):
        return measured
    known = table()
    for length in range(min(_most(), len(words) - at), 0, -1):
        phrase = tuple(words[at : at + length])
        if phrase in known and not _lacks_quantity(phrase, words, at + length):
            return Unit(phrase, tuple(_split(fact) for fact in known[phrase]))
    if words[at].isdecimal():
        return Unit((words[at],), (("number", words[at]),))
    return Unit((words[at],), known=False)


def _lacks_quantity(phrase: Sequence[str], words: Sequence[str], end: int) -> bool:
    """ "bounces under" tells of an experiment before "a gravity of 2 m/s²", but not before "water"."""
    motion = next((fact for fact in table()[tuple(phrase)] if fact.startswith("motion:")), "")
    if phrase[-1] not in _BEFORE_QUANTITIES or not is_story(motion.removeprefix("motion:")):
        return False
    after_article = end < len(words) and words[end] in _ARTICLES
    begins = (end, end + 1) if after_article else (end,)
    following = (_longest(words, begin) for begin in begins if begin < len(words))
    return not any(name in QUANTITIES for unit in following for name, _ in unit.facts)


def _split(fact: str) -> tuple[str, str]:
    name, _, value = fact.partition(":")
    return name, value


@cache
def _most() -> int:
    return max(len(phrase) for phrase in table())


@dataclass
class Reading:
    """The facts found so far, and what is still open: adjectives without noun, a relation."""

    facts: dict[str, str] = field(default_factory=dict)
    waiting: list[tuple[str, str]] = field(default_factory=list)
    relation: str = ""  # a preposition whose noun comes next
    beside: str = ""  # "behind it" whose thing comes next
    orphan: str = ""  # a further thing of which nobody said yet where it is
    orphan_look: list[tuple[str, str]] = field(default_factory=list)
    owner: str | None = ""  # of the noun just named: the subject, another thing, or the orphan
    others: int = 0
    event: str = ""  # something that happens, whose time comes next

    def take(self, unit: Unit, before: Unit, units_after: Sequence[Unit]) -> None:
        """Go on by one unit."""
        kind = unit.value("kind")
        noun_follows = bool(units_after) and (
            units_after[0].is_adjective or bool(units_after[0].value("kind"))
        )
        if unit.is_adjective and (not kind or noun_follows):
            self.waiting += [f for f in unit.facts if f[0] in _ADJECTIVES][:1]
        elif kind:
            self._noun(kind, before)
        elif unit.value("relation"):
            self._flush()
            self.relation = unit.value("relation")
        elif self.relation and unit.words[0] in _PRONOUNS:
            self._of_subject()
        elif unit.words[0] not in _ARTICLES or unit.facts:
            self._other_word(unit)

    def _noun(self, kind: str, before: Unit) -> None:
        definite = before.words[-1] in _DEFINITE
        again = kind == self.facts.get("kind")
        if "kind" not in self.facts:
            self.facts["kind"] = kind
            self._adjectives("", counted=True)
        elif self.relation and again and definite:
            self._of_subject()
        elif self.relation:
            self._place_other(kind, opposite(self.relation))
        elif self.beside:
            self._place_other(kind, self.beside)
        elif not again or not definite:
            self.orphan, self.orphan_look, self.waiting = kind, self.waiting, []
            self.owner = None
        else:
            self.owner = ""
        self.waiting = []

    def _of_subject(self) -> None:
        """ "behind it": of the thing just named, or of the one that comes next."""
        if self.orphan:
            kind, self.waiting, relation = self.orphan, self.orphan_look, self.relation
            self.orphan, self.orphan_look = "", []
            self._place_other(kind, relation)
        else:
            self.beside = self.relation
        self.relation = ""

    def _place_other(self, kind: str, relation: str) -> None:
        name, _, where = other_keys(self.others)
        self.facts |= {name: kind, where: relation}
        self.owner = name.removesuffix("kind")
        self._adjectives(self.owner)
        self.others += 1
        self.relation = self.beside = ""

    def _adjectives(self, owner: str, counted: bool = False) -> None:
        for fact, value in self.waiting:
            if fact != "number":
                self.facts.setdefault(owner + fact, value)
            elif counted:
                self.facts.setdefault("count", value)
        self.waiting = []

    def _flush(self) -> None:
        """Adjectives after a noun belong to it: "the ball is red", "a woman in red"."""
        if self.owner is None:
            self.orphan_look, self.waiting = [*self.orphan_look, *self.waiting], []
        else:
            self._adjectives(self.owner)

    def _other_word(self, unit: Unit) -> None:
        self._flush()
        if unit.words[0] not in _AND and not (self.beside and unit.value("motion")):
            self.relation = ""
        if self.beside and unit.value("motion") == "still":
            return
        for name, value in unit.facts[:1]:
            if name == "event":
                self.event = value
            elif name == "moment" and self.event:
                self.facts[f"event.{self.event}"], self.event = value, ""
            else:
                self._state(name, value)

    def _state(self, name: str, value: str) -> None:
        """The first statement counts, but that something hops is part of how it bounces."""
        if name == "motion" and is_story(value) and not is_story(self.facts.get(name, "")):
            self.facts[name] = value
        self.facts.setdefault(name, value)


def read(units: Sequence[Unit]) -> dict[str, str]:
    """The facts a text states, by name; where a fact is stated twice the first counts."""
    reading = Reading()
    before = Unit(("",))
    for at, unit in enumerate(units):
        head = before if not before.is_adjective else _head(units, at)
        reading.take(unit, head, units[at + 1 :])
        before = unit
    reading._flush()
    return reading.facts


def _head(units: Sequence[Unit], at: int) -> Unit:
    """The last unit before the adjectives that stand before a noun."""
    while at > 0 and units[at - 1].is_adjective:
        at -= 1
    return units[at - 1] if at > 0 else Unit(("",))
