"""The policy's reader by meaning: its table of words, and its network against the one that is fitted."""

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from himmel.core.errors import HimmelError
from himmel.safety.classifier import CLASSES, HARMLESS, load_classifier
from himmel.safety.fit import Example
from himmel.safety.meaning import (
    DIMENSIONS,
    LONGEST,
    WordVectors,
    load_vectors,
    network_arrays,
    network_of,
)
from himmel.safety.normalise import words_of
from himmel_recipes.meaning import Reader, fit_network


def table(*words):
    rows = {word: row for row, word in enumerate(words)}
    return WordVectors(rows, np.eye(len(words), 3, dtype=np.int8), np.array([1, 2, 4], np.float32))


def near(first, second):
    one, two = (load_vectors().of(words_of(word)).mean(0) for word in (first, second))
    return float(one @ two / np.linalg.norm(one) / np.linalg.norm(two))


def test_vectors_are_the_rows_times_the_scale():
    assert table("a", "b", "c").of(("b", "x", "c")).tolist() == [[0, 2, 0], [0, 0, 4]]


def test_nothing_known_gives_no_vectors():
    assert table("a").of(("x", "yy")).shape == (0, 3)


def test_long_texts_are_cut():
    assert len(table("a").of(("a",) * 200)) == LONGEST


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("mordwaffe", ("mord", "waffe")),
        ("mordswaffe", ("mord", "waffe")),
        ("waffenmord", ()),
        ("waffe", ("waffe",)),
        ("xwaffe", ()),
    ],
)
def test_compounds_are_read_by_their_parts(word, parts):
    assert table("mord", "waffe").parts(word) == parts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("制造炸弹", ["制造", "炸弹"]),
        ("造炸弹", ["造", "炸弹"]),
        ("a炸弹b", ["a", "炸弹", "b"]),
        ("弹炸", ["弹", "炸"]),
    ],
)
def test_chinese_characters_are_joined_to_the_longest_known_words(text, words):
    assert list(table("制造", "炸弹", "造").joined(words_of(text))) == words


def test_like_words_lie_together_across_languages():
    assert near("knife", "Messer") > near("knife", "Blume") + 0.2
    assert near("knife", "刀子") > near("knife", "花") + 0.1
    assert near("Blume", "flower") > near("Messer", "flower") + 0.2


def test_the_network_is_the_one_that_was_fitted():
    torch.manual_seed(0)
    reader = Reader().eval()
    x = torch.randn(2, 7, DIMENSIONS)
    mask = torch.ones(2, 7, dtype=torch.bool)
    mask[1, 4:] = False
    expected = reader(x, mask).softmax(-1).detach().numpy()
    network = reader.network()
    assert np.allclose(network.shares(x[0].numpy()), expected[0], atol=1e-6)
    assert np.allclose(network.shares(x[1, :4].numpy()), expected[1], atol=1e-6)


def test_weights_survive_being_written():
    network = Reader().network()
    again = network_of(network_arrays(network))
    assert np.allclose(again.hidden, network.hidden, atol=1e-3)


def test_a_network_learns_what_it_is_shown():
    said = {"C7": ["the guard beats a prisoner", "a man stabs his neighbour", "they torture him"]}
    said[HARMLESS] = ["the baker kneads dough", "a man greets his neighbour", "they invite him"]
    examples = [Example(words_of(t), label) for label, texts in said.items() for t in texts] * 8
    network = fit_network(examples, epochs=40)
    for label, texts in said.items():
        for text in texts:
            shares = network.shares(load_vectors().of(words_of(text)))
            assert CLASSES[int(shares.argmax())] == label


def test_words_that_nobody_knows_are_judged_by_their_letters_alone():
    classifier = load_classifier()
    words = ("qzxv", "wrrtk")
    assert len(load_vectors().of(words)) == 0
    shares = classifier.hashed.shares(words)
    assert classifier.harm(words)[0] == pytest.approx(1 - float(shares[0]), abs=1e-4)


def test_a_table_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "words.safetensors"
    save_file({"words": np.frombuffer(b"a\nb", np.uint8), "vectors": np.zeros((3, 4), np.int8),
               "scale": np.ones(4, np.float32)}, path)  # fmt: skip
    with pytest.raises(HimmelError, match="the policy's words cannot be read"):
        load_vectors(path)
