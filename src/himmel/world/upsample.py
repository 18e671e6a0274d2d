"""A prompt told again as a caption, with what nobody said filled in from a seed.

What was said stays said: a prompt with a word whose sense would be lost is left as it is written, and a
caption counts only when reading it gives the facts of the prompt and those filled in, and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np

from himmel.core.errors import HimmelError
from himmel.core.rng import numpy_rng
from himmel.world.graph import family_of, pick
from himmel.world.language.retell import retold
from himmel.world.language.stated import language_of, scene_of, stated
from himmel.world.language.stories import is_story
from himmel.world.reading import facts_in
from himmel.world.vocabulary import scene_named
from himmel.world.words.rows import OWN, Family
from himmel.world.words.vetoes import sensible

Known = Mapping[str, Collection[str]]
_DRAWS = 48
_PLAIN_SHARE = 0.6  # of weathers, looks and cameras: the plain one, of which nothing is said
_SILENT = {"weather": "clear", "look": "natural", "camera": "fixed"}
_TRAITS = ("material", "size", "expression")


def upsample(
    prompt: str,
    seed: int,
    known: Known | None = None,
    fits: Callable[[str], bool] = lambda text: True,
) -> str:
    """The caption of a prompt in its own language, the same for the same seed.

    `known` are the values by group that may be filled in (None: all of the world's), `fits` says whether
    a text can be read by whoever draws it. Raises HimmelError, saying why, for a prompt that is better
    left as it is written.
    """
    (facts, travels), language = stated(prompt), language_of(prompt)
    if is_story(facts.get("motion", "")):
        raise HimmelError("it tells an experiment")
    styles = ("descriptive", "medium") if known is None or "weather" in known else ("core",)
    for draw in range(_DRAWS):
        rng = numpy_rng(seed, "upsample", prompt, draw)
        wanted = _filled(facts, travels, rng, known)
        if draw < _DRAWS // 2 and not _can_be_seen(wanted):
            continue
        for style in styles:
            text = retold(wanted, rng, language, style)
            if text and fits(text) and facts_in(text) == wanted:
                return text
    raise HimmelError("these weights have no caption for it")


def _filled(
    stated: Mapping[str, str], travels: bool, rng: np.random.Generator, known: Known | None
) -> dict[str, str]:
    """The facts of a prompt and, where it is silent, setting, hour, weather, look and camera."""
    facts = dict(stated)
    if scene := scene_of(facts):
        return _of_scene(facts | {"scene": scene}, rng, known)
    family = _family(facts, rng, known)
    if travels:
        facts["motion"] = pick(rng, ("left", "right"))
    for group in ("setting", "time"):
        _fill(facts, group, getattr(family, f"{group}s"), rng, known)
    for group, plain in _SILENT.items():
        options = getattr(family, f"{group}s")
        if len(options) > 1 and rng.random() >= _PLAIN_SHARE:
            _fill(facts, group, tuple(o for o in options if o != plain), rng, known)
    return facts


def _fill(
    facts: dict[str, str],
    group: str,
    options: tuple[str, ...],
    rng: np.random.Generator,
    known: Known | None,
) -> None:
    if known is not None:
        options = tuple(o for o in options if o in known.get(group, ()))
    if group not in facts and options:
        facts[group] = pick(rng, options)


def _of_scene(
    facts: dict[str, str], rng: np.random.Generator, known: Known | None
) -> dict[str, str]:
    """A directed scene brings its own weather; hour and camera are among those it has."""
    staged = scene_named(facts["scene"])
    facts = {"setting": staged.setting, "motion": staged.motion, **facts}
    _fill(facts, "time", staged.times, rng, known)
    for group in ("weather", "camera"):
        options = tuple(o for o in getattr(staged, f"{group}s") if o != _SILENT[group])
        _fill(facts, group, options, rng, known)
    return facts


def _family(facts: Mapping[str, str], rng: np.random.Generator, known: Known | None) -> Family:
    """The family of scenes whose facts a prompt states; one of one subject where nothing tells."""
    if "count" in facts or "other.kind" in facts:
        return family_of("group")
    if "camera" in facts:
        return family_of("camera")
    if any(name in facts for name in (*_TRAITS, "weather", "look")):
        return family_of("wide")
    moving = known is None or len(known.get("camera", ())) > 1
    fitting = facts.get("motion", "still") in family_of("camera").motions
    return family_of("camera" if moving and fitting and rng.random() < 0.4 else "wide")


def _can_be_seen(facts: Mapping[str, str]) -> bool:
    if facts.get("camera") == "follow-shot" and facts.get("motion", "still") == "still":
        return False
    if "scene" in facts:
        return True
    return sensible(
        setting=facts.get("setting", "meadow"),
        time=facts.get("time", "day"),
        weather=facts.get("weather", "clear"),
        look=facts.get("look", "natural"),
        kind=facts["kind"],
        colour=facts.get("colour", OWN),
        motion=facts.get("motion", "still"),
        traits=tuple(facts[name] for name in _TRAITS if name in facts),
    )
