"""Sentences written by hand: what they state exists, what is counted is counted right."""

from types import SimpleNamespace

import pytest

from himmel.evaluate.outside import Sentence, losses, named, plainly, sentences, told
from himmel.generate.lexicon import Lexicon
from himmel.world import vocabulary, words

KNOWN = {
    "kind": vocabulary.KINDS,
    "colour": vocabulary.COLOURS,
    "setting": vocabulary.SETTINGS,
    "time": vocabulary.TIMES,
    "motion": vocabulary.MOTIONS,
}


def test_every_sentence_states_facts_of_the_core_and_names_what_no_world_has():
    found = sentences()
    assert len(found) == 200
    assert sum(s.language == "de" for s in found) == 100
    assert len({s.prompt for s in found}) == 200
    for sentence in found:
        assert sentence.facts
        for group, name in sentence.facts.items():
            assert name in vocabulary.names(KNOWN[group]), sentence
        assert all(word in sentence.prompt.lower() for word in sentence.unknown)
    kinds = set(vocabulary.names(words.KINDS))
    assert not kinds & {word for s in found for word in s.unknown}


def test_facts_count_where_they_are_stated():
    asked = [
        Sentence("en", "a red car", {"kind": "car", "colour": "red"}, ()),
        Sentence("en", "a dog", {"kind": "dog"}, ()),
    ]
    found = told(asked, [{"kind": "car", "colour": "blue"}, {"kind": "dog", "time": "night"}])
    assert found == {"kind": [True, True], "colour": [False], "all_facts": [False, True]}
    lost = losses(found, {"kind": [True, True], "colour": [True], "all_facts": [True, True]})
    assert lost["lost.colour"].value == 1
    assert lost["lost.all_facts"].value == pytest.approx(0.5)


def test_a_thing_that_is_not_drawn_is_named_and_other_words_are_not():
    lexicon = Lexicon({"a": (), "red": ("colour:red",), "car": ("kind:car",)})
    asked = [Sentence("en", "A red car, please, with a walrus", {"kind": "car"}, ("walrus",))]
    metrics = named(SimpleNamespace(lexicon=lexicon), asked)
    assert metrics["named_unknown"].value == 1
    assert metrics["named_falsely"].value == pytest.approx(2 / 6)  # please, with


def test_the_same_facts_in_the_grammar():
    sentence = Sentence("de", "", {"kind": "dog", "colour": "red", "time": "night"}, ())
    assert plainly(sentence, 3) == plainly(sentence, 3)
    assert "Hund" in plainly(sentence, 3)
