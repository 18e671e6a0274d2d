"""Words that no picture shows and that need not be named: read from data/plain.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from himmel.world.language.declension import Adjective
from himmel.world.language.free_tables import ENDINGS, participle, third_person


@cache
def manner(language: str) -> dict[str, tuple[str, ...]]:
    """How a language names things, all in lower case.

    Its "plain" words and "deeds" name nothing to be seen, nor do others with certain "endings" (of nouns,
    "noun_endings"), but for what is "seen" whatever its ending. "articles" and "closing" words show a
    noun, and after "comparing" ones ("like_a") something is only compared with.
    """
    text = resources.files("himmel.world").joinpath("data/plain.toml").read_text("utf-8")
    rows = {name: tuple(words.split()) for name, words in tomllib.loads(text)[language].items()}
    plain, deeds = {*rows["words"], *rows.get("nouns", ())}, {*rows.get("irregular", ())}
    for verb in rows.get("verbs", ()):
        deeds |= {verb, third_person(verb), participle(verb)}
    seen = {word for stem in rows["seen"] for word in (stem, *_bent(language, stem))}
    return {
        "plain": tuple(sorted(plain)),
        "deeds": tuple(sorted(deeds - plain)),
        "articles": rows.get("articles", ()),
        "closing": rows.get("closing", ()),
        "endings": rows["endings"],
        "noun_endings": rows.get("noun_endings", ()),
        "seen": tuple(sorted(seen)),
        "comparing": rows["comparing"],
    }


def _bent(language: str, stem: str) -> tuple[str, ...]:
    return tuple(map(Adjective(stem).ending_in, ENDINGS)) if language == "de" else ()
