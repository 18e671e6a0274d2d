"""Words that no picture shows and that need not be named: read from data/plain.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from himmel.world.language.declension import Adjective
from himmel.world.language.free_tables import ENDINGS, participle, third_person


@cache
def manner(language: str) -> dict[str, tuple[str, ...]]:
    """How a language names things, in lower case: its "plain" words, the "endings" of others that name
    nothing to be seen (of nouns, "noun_endings"), what is "seen" whatever its ending, and after which
    words something is only compared with ("like_a")."""
    text = resources.files("himmel.world").joinpath("data/plain.toml").read_text("utf-8")
    rows = {name: tuple(words.split()) for name, words in tomllib.loads(text)[language].items()}
    plain = {*rows["words"], *rows.get("nouns", ()), *rows.get("irregular", ())}
    for verb in rows.get("verbs", ()):
        plain |= {verb, third_person(verb), participle(verb)}
    seen = {word for stem in rows["seen"] for word in (stem, *_bent(language, stem))}
    return {
        "plain": tuple(sorted(plain)),
        "endings": rows["endings"],
        "noun_endings": rows.get("noun_endings", ()),
        "seen": tuple(sorted(seen)),
        "comparing": rows["comparing"],
    }


def _bent(language: str, stem: str) -> tuple[str, ...]:
    return tuple(map(Adjective(stem).ending_in, ENDINGS)) if language == "de" else ()
