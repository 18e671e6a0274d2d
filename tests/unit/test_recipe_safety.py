"""What the policy is fitted to, and that both parts of the classifier come out of it."""

import pytest

from himmel.core.errors import HimmelError
from himmel.safety.classifier import CLASSES, HARMLESS
from himmel.safety.fit import Pair
from himmel.safety.normalise import words_of
from himmel_recipes.safety import Outside, fit_policy, material, overt

PAIRS = [
    Pair(category="C7", part="fitted", en=("he beats a man", "he greets a man"),
         fr=("il frappe un homme", "il salue un homme")),
    Pair(category="C8", part="fitted", de=("er verletzt sich", "er freut sich")),
]  # fmt: skip
OUTSIDE = [
    Outside("a brutal fight", "C7", "violence", "a"),
    Outside("a quiet lake", HARMLESS, "ordinary", "b"),
    Outside("a famous mouse", "C12", "copyright_violations", "c"),
]


@pytest.fixture(scope="module")
def fitted():
    return material(OUTSIDE, PAIRS, graphs=1, composed=1)


def test_both_halves_in_every_language_are_judged(fitted):
    told = {example.words: example.label for example in fitted.judged}
    assert told[words_of("il frappe un homme")] == "C7"
    assert told[words_of("er freut sich")] == HARMLESS


def test_what_is_kept_aside_and_what_lists_decide_is_not_fitted_to(fitted):
    told = {example.words for example in fitted.judged}
    for text in OUTSIDE:
        there = words_of(text.prompt) in told
        assert there == (not text.aside and text.label != "C12"), text


def test_the_reader_sees_all_that_is_judged_and_some_around(fitted):
    some = fitted.for_reader()
    assert some[: len(fitted.judged)] == fitted.judged
    assert len(some) <= len(fitted.judged) + 5000
    assert fitted.for_reader() == some  # by the same seed


def test_a_folder_without_the_set_says_what_to_clone(tmp_path):
    with pytest.raises(HimmelError, match="clone its repository"):
        overt(tmp_path)


def test_both_opinions_are_fitted(fitted):
    from test_safety_reader import tiny

    classifier = fit_policy(type(fitted)(fitted.judged, fitted.around[:20]), start=tiny(layers=1))
    shares = classifier.reader.shares([words_of("he beats a man")])
    assert shares.shape == (1, len(CLASSES))
    assert 0 <= classifier.judge([[words_of("he beats a man")]])[0] <= 1
