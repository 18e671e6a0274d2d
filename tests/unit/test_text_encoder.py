"""Words to numbers and back, and states that are zero where nothing was said."""

import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from himmel.core.errors import HimmelError
from himmel.models.text import FactHeads, TextEncoder, TextEncoderConfig, Tokenizer
from himmel.models.text.tokenizer import FIRST_WORD, SPELLED, SUMMARY, normalised

WORDS = Tokenizer.from_words(["red", "bus", "grüner", "hüpft", "mountain-road", "red"])
SMALL = TextEncoderConfig(
    vocab_size=WORDS.size, width=16, layers=2, heads=2, length=12, output_dim=6
)


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=40)
    | st.lists(st.sampled_from(["red", "Grüner", "x9", "ß", "bus,"])).map(" ".join)
)
def test_nothing_is_lost(text):
    ids = WORDS.encode(text, 400)
    assert len(ids) == 400
    assert WORDS.decode(ids) == normalised(text)
    assert normalised(normalised(text)) == normalised(text)


@given(st.text(max_size=20), st.integers(1, 30))
def test_length_is_kept_and_ids_are_in_the_vocabulary(text, length):
    ids = WORDS.encode(text, length)
    assert len(ids) == length
    assert ids[0] == SUMMARY
    assert all(0 <= i < WORDS.size for i in ids)
    WORDS.decode(ids)


def test_known_words_take_one_number_and_others_their_bytes():
    assert WORDS.encode("Ein GRÜNER Bus", 8) == [
        SUMMARY, SPELLED, ord("e") + 1, ord("i") + 1, ord("n") + 1, FIRST_WORD + 2, FIRST_WORD + 1, 0,
    ]  # fmt: skip
    assert WORDS.words == ("red", "bus", "grüner", "hüpft", "mountain", "road")


def test_other_words_may_be_passed_over():
    terse = Tokenizer.from_words(WORDS.words, spells=False)
    assert terse.encode("Ein GRÜNER, äh, Bus", 4) == WORDS.encode("grüner bus", 4)
    assert terse.encode("ein x", 3) == [SUMMARY, 0, 0]
    assert Tokenizer.from_json(terse.to_json()) == terse != WORDS


def test_a_long_text_is_told_without_its_light_words():
    light = Tokenizer.from_words(["red", "bus", "the"], spells=False, light=("the",))
    assert (
        light.encode("the red bus", 8)
        == [SUMMARY, FIRST_WORD + 2, FIRST_WORD, FIRST_WORD + 1] + [0] * 4
    )
    assert light.encode("the red, the the bus", 8) == light.encode("red bus", 8)
    assert light.encode("red " * 9, 8) == [SUMMARY] + [FIRST_WORD] * 3 + [0] * 4
    assert Tokenizer.from_json(light.to_json()) == light
    assert light.cuts("red " * 4, 8) and not light.cuts("red the red the red", 8)
    assert WORDS.cuts("red " * 8, 8) and not WORDS.cuts("red " * 7, 8)


def test_unknown_words_are_named_once():
    assert WORDS.unknown("A red zebra, a ZEBRA hüpft 3 times") == ["a", "zebra", "3", "times"]


def test_vocabulary_survives_json():
    assert Tokenizer.from_json(WORDS.to_json()) == WORDS


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"version": 2, "words": []}', '{"version": 1, "words": [1]}', '{"version": 1}',
     json.dumps({"version": 1, "words": ["red", "red"]}),
     json.dumps({"version": 1, "words": ["two words"]})],
)  # fmt: skip
def test_foreign_vocabularies_are_refused(text):
    with pytest.raises(HimmelError, match="vocabulary"):
        Tokenizer.from_json(text)


def test_numbers_outside_the_vocabulary_are_refused():
    with pytest.raises(HimmelError, match="outside"):
        WORDS.decode([WORDS.size])


def awake():
    encoder = TextEncoder(SMALL)
    rng = torch.Generator().manual_seed(0)
    for parameter in encoder.parameters():
        parameter.data.add_(torch.randn(parameter.shape, generator=rng) * 0.2)
    return encoder.eval()


@torch.no_grad()
def test_padding_is_zero_and_changes_nothing():
    encoder = awake()
    short = torch.tensor([WORDS.encode("red bus", 5)])
    long = torch.tensor([WORDS.encode("red bus", 12)])
    states = encoder(long)
    assert states.shape == (1, 12, 6)
    assert torch.count_nonzero(states[:, 3:]) == 0
    assert torch.allclose(states[:, :3], encoder(short)[:, :3], atol=1e-6)


@torch.no_grad()
def test_no_words_at_all_are_the_empty_text():
    encoder = awake()
    empty = encoder(torch.tensor([WORDS.encode("", 12)]))
    assert torch.equal(encoder(torch.zeros(1, 12, dtype=torch.long)), empty)
    assert torch.isfinite(empty).all()
    assert empty[0, 0].abs().max() > 0


@torch.no_grad()
def test_order_matters_to_the_summary():
    encoder = awake()
    ids = torch.tensor([WORDS.encode(t, 12) for t in ("red bus", "bus red")])
    first, second = encoder(ids)[:, 0]
    assert not torch.allclose(first, second, atol=1e-4)


def test_longer_texts_are_refused():
    with pytest.raises(HimmelError, match="13 tokens"):
        TextEncoder(SMALL)(torch.zeros(1, 13, dtype=torch.long))


def test_heads_answer_every_group():
    heads = FactHeads(6, {"kind": 3, "colour": 4})
    answers = heads(torch.zeros(2, 6))
    assert {k: tuple(v.shape) for k, v in answers.items()} == {"kind": (2, 3), "colour": (2, 4)}
