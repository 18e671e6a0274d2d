"""What the talk of both languages has in common: chance, traits, counts, relations, look and camera."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from himmel.world.graph import pick
from himmel.world.language.content import Content, opposite, relation_wordings
from himmel.world.language.facts import other_keys
from himmel.world.language.numbers import count_words
from himmel.world.vocabulary import Place


@dataclass
class Talk:
    """Says the facts of a content piece by piece; what it draws by chance comes from `rng`."""

    language: ClassVar[str]
    fixed_camera: ClassVar[tuple[str, ...]]

    content: Content
    rng: np.random.Generator
    said: set[str] = field(default_factory=set)  # the quantities that were said

    def chance(self, share: float) -> bool:
        """True in a share of all cases."""
        return bool(self.rng.random() < share)

    def relation(self, number: int, *, turned: bool = False) -> str:
        """Where the other thing is, or, turned, where the subject is as seen from it."""
        relation = self.content.facts[other_keys(number)[2]]
        relation = opposite(relation) if turned else relation
        return self.content.choose(self.rng, relation_wordings(relation, self.language))

    def look(self) -> str:
        """How the film looks: "in black and white"."""
        return self._phrase("look")

    def shot(self) -> str:
        """What the camera does."""
        if self.content.facts.get("camera") == "fixed":
            return self.content.choose(self.rng, self.fixed_camera)
        return self._phrase("camera")

    def _phrase(self, fact: str) -> str:
        return self.content.choose(self.rng, self.content.wordings(fact, self.language))

    def _traits(self) -> tuple[list[str], list[str], list[str]]:
        """The words of traits: before a colour, materials after it, phrases behind the noun."""
        first, materials, behind = list[str](), list[str](), list[str]()
        for trait in self.content.traits():
            word = self.content.choose(
                self.rng, trait.english if self.language == "en" else trait.german
            )
            if trait.after or (self.language == "de" and " " in word):
                behind.append(word)
            else:
                (materials if trait.group == "material" else first).append(word)
        return first, materials, behind

    def _count(self) -> str:
        """How many, in words or in digits. "Two people" in words are those of the snowy city."""
        number = int(self.content.facts["count"])
        digits = self.chance(0.3) and not self.content.in_words
        if digits or (number == 2 and self.content.facts["kind"] == "person"):
            return str(number)
        return count_words(number, self.language)

    def _place(self) -> Place | None:
        places = self.content.places(self.language)
        if not places:
            return None
        return places[0] if self.content.plain else pick(self.rng, places)
