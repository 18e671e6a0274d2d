"""What was said before stays said afterwards, for every graph, style and language; nothing is lost."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from himmel.core.errors import HimmelError
from himmel.core.rng import numpy_rng
from himmel.generate.lexicon import Lexicon
from himmel.generate.system import LEXICON, SHIPPED, load_config
from himmel.world.captions import LANGUAGES, STYLES, say
from himmel.world.graph import CORE, sample_graph
from himmel.world.language.stated import language_of, stated
from himmel.world.reading import facts_in
from himmel.world.upsample import upsample
from himmel.world.vocabulary import SCENES, names
from himmel.world.words import FAMILIES

PACKAGED = load_config("default").facts
WORDS = Lexicon.from_json((SHIPPED / "default" / LEXICON).read_text(encoding="utf-8"))
ADDED = {"setting", "time", "weather", "look", "camera", "motion", "scene"}


def drawable(text):
    return not WORDS.unknown(text)


def prompt_of(seed, scene, language, style):
    rng = numpy_rng(seed, "prompt", style)
    return say(sample_graph(seed, scene), rng, language, style).text


@given(
    st.integers(0, 10**6),
    st.sampled_from([CORE, *names(SCENES), *names(FAMILIES)]),
    st.sampled_from(LANGUAGES),
    st.sampled_from(STYLES),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_facts_before_are_facts_after(seed, scene, language, style, core):
    prompt = prompt_of(seed, scene, language, style)
    known, fits = (PACKAGED, drawable) if core else (None, lambda text: True)
    try:
        told = upsample(prompt, seed, known, fits)
    except HimmelError:
        return
    before, after = facts_in(prompt), facts_in(told)
    assert {name: after.get(name) for name in before} == before
    assert after.keys() - before.keys() <= ADDED
    assert fits(told) and language_of(told) == language_of(prompt)
    assert upsample(prompt, seed, known, fits) == told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scene", [CORE, "mountain-road", "monster", "snowy-city", "gold-rush"])
def test_plain_prompts_of_the_core_are_told_again_in_words_of_the_weights(scene, language):
    for seed in range(6):
        told = upsample(prompt_of(seed, scene, language, "medium"), seed, PACKAGED, drawable)
        assert {"setting", "time"} <= facts_in(told).keys()


@pytest.mark.parametrize("scene", ["wide", "group", "camera"])
def test_most_prompts_of_the_wide_world_are_told_again(scene):
    told = 0
    for seed in range(12):
        for language in LANGUAGES:
            with suppress(HimmelError):
                told += bool(upsample(prompt_of(seed, scene, language, "medium"), seed))
    assert told >= 18


def test_what_is_silent_is_filled_in_the_language_of_the_prompt():
    told = upsample("a red car", 1, PACKAGED, drawable)
    assert facts_in(told) | {"kind": "car", "colour": "red"} == facts_in(told)
    assert {"setting", "time"} <= facts_in(told).keys() and language_of(told) == "en"
    assert language_of(upsample("ein roter Ball", 1, PACKAGED, drawable)) == "de"


def test_a_verb_of_going_gets_a_direction():
    for seed in range(4):
        assert facts_in(upsample("a ball rolls", seed))["motion"] in ("left", "right")


def test_seeds_differ():
    assert len({upsample("a red car", seed, PACKAGED, drawable) for seed in range(8)}) > 3


def test_only_what_the_weights_know_is_filled_in():
    known = {"setting": ["snow"], "time": ["night"]}
    facts = facts_in(upsample("a red car", 3, known))
    assert facts == {"kind": "car", "colour": "red", "setting": "snow", "time": "night"}


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        ("a red car and a dog", '"dog" would be lost'),
        ("a car that is not red", '"not red" would be lost'),
        ("an elephant dances", '"dances" would be lost'),
        ("a red car by day, at night", '"night" would be lost'),
        ("a red car and a blue car", '"blue" would be lost'),
        ("an old car", '"old" would be lost'),
        ("a meadow at night", "names no subject"),
        ("", "names no subject"),
        ("a ball falls under a gravity of 2 m/s²", "experiment"),
    ],
)
def test_what_would_be_lost_is_left_as_it_is_written(prompt, reason):
    with pytest.raises(HimmelError, match=reason):
        upsample(prompt, 0)


def test_words_that_the_weights_lack():
    with pytest.raises(HimmelError, match="no caption"):
        upsample("a smiling king", 0, PACKAGED, drawable)


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_is_told_again_or_left_with_a_reason(text):
    try:
        facts = stated(text)[0]
    except HimmelError as error:
        assert str(error)
    else:
        assert facts["kind"]
