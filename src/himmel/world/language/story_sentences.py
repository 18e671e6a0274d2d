"""Captions of experiments: what happens, with place and time before or after it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from himmel.world.graph import pick
from himmel.world.language.events import event_sentence
from himmel.world.language.german import GermanTalk
from himmel.world.language.stories import Talk, is_story, story

_PLACED = {
    "en": {
        "plain": ("{line}, {where} {when}", "{where} {when}, {line}"),
        "framed": (
            "a video: {line}, {where} {when}",
            "{where} {when}: {line}",
            "show this: {line}, {where} {when}",
        ),
        "later": (
            "the scene is set {where} {when}",
            "all this happens {where} {when}",
            "it was filmed {where} {when}",
        ),
    },
    "de": {
        "plain": ("{line}, {when} {where}", "{when} {where}: {line}"),
        "framed": (
            "ein Video: {line}, {when} {where}",
            "{when} {where}: {line}",
            "gezeigt wird: {line}, {when} {where}",
        ),
        "later": (
            "die Szene spielt {when} {where}",
            "das Ganze spielt {when} {where}",
            "gefilmt wurde {when} {where}",
        ),
    },
}


def tells_story(talk: Talk) -> bool:
    """Whether what happens is an experiment, and is to be said."""
    return is_story(talk.content.facts.get("motion", ""))


def story_sentence(talk: Talk, style: str) -> str:
    """One caption in the style short, medium or paraphrase."""
    own = "medium" if style != "short" or talk.chance(0.4) else "short"
    if own == "medium" and not set(talk.content.values) <= set(talk.content.facts):
        own = "short"
    line = story(talk, own)
    frames = _PLACED[_language(talk)]["framed" if style == "paraphrase" else "plain"]
    return pick(talk.rng, frames).format(line=line, **_scene(talk))


def story_description(talk: Talk) -> Iterator[str]:
    """What happens, and why, then where and when."""
    line = story(talk, "descriptive")
    yield re.sub(r"(?<=\. )\w", lambda first: first.group().upper(), line)
    yield event_sentence(talk)
    scene = _scene(talk)
    if any(scene.values()):
        yield pick(talk.rng, _PLACED[_language(talk)]["later"]).format(**scene)


def _scene(talk: Talk) -> dict[str, str]:
    return {"where": talk.place(), "when": talk.when()}


def _language(talk: Talk) -> str:
    return "de" if isinstance(talk, GermanTalk) else "en"


def scaffold() -> Iterator[str]:
    """All patterns."""
    for frames in _PLACED.values():
        for patterns in frames.values():
            yield from patterns
