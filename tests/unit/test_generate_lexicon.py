"""Unknown words are named; what was drawn instead is said in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from himmel.core.errors import HimmelError
from himmel.generate.lexicon import Lexicon
from himmel.generate.manner import Manner

LEXICON = Lexicon(
    {"a": (), "red": ("colour:red",), "car": ("kind:car",), "grün": (), "snow": (), "man": ()},
    {"setting:meadow": "on a meadow", "time:day": "by day", "motion:still": ""},
)


def test_unknown_words_once_and_in_order():
    assert LEXICON.unknown("A unicorn, a RED car & a unicorn; GRÜN dragon?") == (
        "unicorn",
        "dragon",
    )
    assert LEXICON.unknown("snow-man, snow-drift 12 _!") == ("snow-drift",)
    assert Lexicon().unknown("anything goes") == ()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"time": "day", "kind": "car", "colour": "red", "setting": "meadow", "motion": "still"},
         "a red car on a meadow by day"),
        ({"kind": "elephant"}, "an elephant"),
        ({"colour": "orange", "kind": "ball"}, "an orange ball"),
        ({"colour": "red"}, "something red"),
        ({"setting": "meadow"}, "something on a meadow"),
        ({}, "something"),
    ],
)  # fmt: skip
def test_says_facts(facts, words):
    assert LEXICON.say(facts) == words


@given(st.dictionaries(st.text(min_size=1), st.lists(st.text()).map(tuple)))
def test_json_keeps_everything(words):
    lexicon = Lexicon(words, {"time:day": "by day"}, ("kind", "time"))
    assert Lexicon.from_json(lexicon.to_json()) == lexicon


ENGLISH = Manner(
    plain=("please", "the"),
    deeds=("wait", "rose", "waits"),
    articles=("a", "the"),
    closing=("waits",),
    endings=("ly", "ing"),
    seen=("king",),
    comparing=("like_a",),
)
GERMAN = Manner(
    plain=("bitte", "der", "das", "ein"),
    endings=("lich",),
    noun_endings=("keit",),
    seen=("rosa",),
    comparing=("wie_ein",),
    capitals=True,
)
TALKING = Lexicon(
    {**LEXICON.words, "ein": (), "auf": (), "und": ()},
    manners={"en": ENGLISH, "de": GERMAN},
    wholes=("cherry red",),
)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("please wait, slowly moving, the car", ()),
        ("the king, please", ("king",)),
        ("a violin the car", ("violin",)),
        ("a rose, please", ("rose",)),
        ("please rose, please", ()),
        ("the red viking waits", ("viking",)),
        ("a moving car, please", ()),
        ("the cherry red car, a cherry", ("cherry",)),
        ("the car like a cherry, please", ("like",)),
        ("the red-winged slowly-moving car", ("red-winged",)),
        ("bitte ein Auto, das neben der Geige döst", ("auto", "geige")),
        ("Gemütlich ein Auto", ("auto",)),
        ("ein rosa Auto", ("rosa", "auto")),
        ("das Auto. Geigen bitte, ein Dasein und Einsamkeit", ("auto", "geigen", "dasein")),
        ("bitte der geige lauschen", ("geige", "lauschen")),
        ("ein Auto wie ein Ofen, der Ofen", ("auto", "ofen")),
    ],
)
def test_words_that_show_nothing_are_not_named(text, unknown):
    assert TALKING.unknown(text) == unknown


def test_manners_survive_json():
    assert Lexicon.from_json(TALKING.to_json()) == TALKING
    with pytest.raises(HimmelError, match=r"lexicon\.json"):
        Lexicon.from_json('{"words": {}, "manners": {"en": {"odd": []}}}')


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"words": 3}', "{"])
def test_refuses_other_json(text):
    with pytest.raises(HimmelError, match=r"lexicon\.json"):
        Lexicon.from_json(text)


def test_no_words_are_no_unknown_words():
    assert Lexicon({"a": ()}).unknown("") == ()
