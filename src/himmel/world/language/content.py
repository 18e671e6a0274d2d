"""What a caption has to say, before any language says it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from himmel.world.language.facts import other_keys
from himmel.world.language.nouns import ALL_SETTINGS
from himmel.world.vocabulary import Phrase, Place, entry
from himmel.world.words import CAMERAS, LOOKS, RELATIONS, TIMES, TRAITS, WEATHERS
from himmel.world.words.rows import Trait

_OPPOSITE = {
    "left": "right",
    "right": "left",
    "behind": "front",
    "front": "behind",
    "on": "under",
    "under": "on",
}
_TABLES: dict[str, tuple[Phrase, ...]] = {
    "time": TIMES,
    "weather": WEATHERS,
    "camera": CAMERAS,
    "look": LOOKS,
    "relation": RELATIONS,
}
TRAIT_GROUPS = ("size", "expression", "material")  # in the order in which adjectives stand


@dataclass(frozen=True)
class Content:
    """Facts to be said, by name, and no others; `plain` asks for the plainest words.

    `plural` says that there is more than one subject, whether or not their number is said; `in_words`
    wants no digits for it. `travels` says that they go somewhere, whether or not it is said where to.
    `values` are the graph's quantities, said or not; `events` times in seconds, all of them to be said.
    `deserted` is to be said of a place without people.
    """

    scene: str
    facts: Mapping[str, str]
    plain: bool = False
    plural: bool = False
    in_words: bool = False
    travels: bool = False
    values: Mapping[str, float] = field(default_factory=dict)
    events: Mapping[str, float] = field(default_factory=dict)
    deserted: bool = False

    def replace(self, facts: Mapping[str, str]) -> Content:
        """The same content with other facts."""
        return dataclasses.replace(self, facts=facts)

    def choose(self, rng: np.random.Generator, options: tuple[str, ...]) -> str:
        """The plainest of the options or any; empty where there is none."""
        if not options:
            return ""
        return options[0 if self.plain else int(rng.integers(len(options)))]

    def wordings(self, fact: str, language: str) -> tuple[str, ...]:
        """All wordings of a time, weather, camera, look or relation; none where it is not said."""
        if fact not in self.facts:
            return ()
        row = entry(_TABLES[fact.rstrip("0123456789")], self.facts[fact], fact)
        return row.english if language == "en" else row.german

    def others(self) -> Iterator[int]:
        """Numbers of the other things that are to be mentioned."""
        return (n for n in range(2) if other_keys(n)[2] in self.facts)

    def traits(self) -> Iterator[Trait]:
        """Traits to be said, as adjectives stand: size, expression, material."""
        for group in TRAIT_GROUPS:
            if group in self.facts:
                yield entry(TRAITS, self.facts[group], "trait")

    def places(self, language: str) -> tuple[Place, ...]:
        """Wordings of the setting; none where it is not said."""
        if "setting" not in self.facts:
            return ()
        setting = entry(ALL_SETTINGS, self.facts["setting"], "setting")
        return setting.english if language == "en" else setting.german


def opposite(relation: str) -> str:
    """Where the subject is as the other thing sees it: a box left of a ball has it to its right."""
    return _OPPOSITE[relation]


def relation_wordings(relation: str, language: str) -> tuple[str, ...]:
    """Prepositions of a relation."""
    row = entry(RELATIONS, relation, "relation")
    return row.english if language == "en" else row.german
