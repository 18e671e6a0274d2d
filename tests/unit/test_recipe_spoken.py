"""An encoder learns new words; what it makes of its captions stays as it is to the last bit."""

import numpy as np
import pytest
import torch

from himmel.train.objectives.text import text_loss
from himmel.world.captions import LANGUAGES, caption, plainly
from himmel.world.graph import sample_graph
from himmel_recipes.catalogue import settings_of
from himmel_recipes.export import build_lexicon
from himmel_recipes.spoken import PLAINEST, Look, begin_new_words, caption_words, only_new_words
from himmel_recipes.text import (
    TextData,
    build_text,
    build_tokenizer,
    lengthen,
    packaged_encoder,
    take_heads,
    token_ids,
)

SETTINGS = settings_of("spoken", {"reading.batch": "8", "reading.free": "1.0"})
FACTS = {"colour", "setting", "time", "motion"}


@pytest.fixture(scope="module")
def begun():
    """Modules that know the new words, the packaged encoder, the tokenizer."""
    tokenizer = build_tokenizer(SETTINGS)
    modules, old = build_text(SETTINGS, tokenizer), packaged_encoder(SETTINGS.start)
    lengthen(old, modules["encoder"])
    take_heads(SETTINGS.start, modules["heads"])
    begin_new_words(modules["encoder"], tokenizer, caption_words(tokenizer))
    return modules, old, tokenizer


def _captions(count=24):
    rng = torch.Generator().manual_seed(0)
    seeds = torch.randint(1000, (count,), generator=rng).tolist()
    return [
        caption(sample_graph(s), np.random.default_rng(s), LANGUAGES[s % 2], "paraphrase")
        for s in seeds
    ]


def test_captions_keep_their_states_bit_by_bit_through_a_step(begun):
    modules, old, tokenizer = begun
    ids = token_ids(tokenizer, _captions(), SETTINGS.text.length)
    assert int(ids.max()) < caption_words(tokenizer) < len(old.words.weight)
    only_new_words(modules["encoder"], caption_words(tokenizer))
    optimiser = torch.optim.AdamW(
        [p for p in modules.parameters() if p.requires_grad], 1e-2, weight_decay=0.0
    )
    before = modules["encoder"].words.weight.detach().clone()
    batch = TextData(SETTINGS, tokenizer)(0, np.random.default_rng(0))
    text_loss(modules, batch, torch.Generator().manual_seed(0)).value.backward()
    optimiser.step()
    after = modules["encoder"].words.weight
    assert not torch.equal(before, after)
    with torch.no_grad():
        assert torch.equal(modules["encoder"](ids), old(ids))


def test_new_words_begin_as_what_they_mean(begun):
    modules, _, tokenizer = begun
    rows = modules["encoder"].words.weight.detach()
    car, ball, new = (rows[tokenizer.number(w)] for w in ("car", "ball", "hatchback"))
    assert (new - car).norm() < 0.5 * (new - ball).norm()
    assert set(PLAINEST.values()) <= set(packaged_words())


def packaged_words():
    return build_tokenizer(settings_of("spoken", {"reading.free": "0"})).words


def test_a_transformer_takes_the_same_from_the_same_words_and_other_things_from_others(begun):
    _, old, tokenizer = begun
    look = Look(SETTINGS, old, tokenizer).draw(torch.Generator().manual_seed(1))
    graphs = [sample_graph(seed) for seed in range(6)]
    ids = token_ids(tokenizer, [plainly(g, FACTS) for g in graphs], SETTINGS.text.length)
    with torch.no_grad():
        whole, short = look(old(ids)), look(old(ids[:, : int((ids != 0).sum(1).max())]))
    torch.testing.assert_close(whole, short)  # padding is what a reader pads with
    assert (whole[1:] - whole[:-1]).square().mean() > 0.5


def test_what_a_sentence_means_is_said_in_the_grammar(begun):
    _, _, tokenizer = begun
    batch = TextData(SETTINGS, tokenizer)(3, np.random.default_rng(3))
    assert batch["meant"].shape == batch["ids"].shape and "anchor" not in batch
    unsaid = batch["label.kind"] == len(TextData(SETTINGS, tokenizer).names["kind"])
    silent = (batch["meant"] == 0).all(1)
    assert silent[unsaid].all() and not silent.all()


@pytest.mark.parametrize(
    ("prompt", "unknown"),
    [
        ("Could you please show me a crimson hatchback cruising along, with a kettle?", ("kettle",)),
        ("I'd love to see my daughter's favourite elephant, lost in the dunes", ()),
        ("a giraffe as red as a cherry", ("giraffe",)),
        ("a striped ball next to a violin", ("striped", "violin")),
        ("Zeig mir bitte einen knallroten Flitzer, der gemächlich neben einem Wasserkocher parkt",
         ("wasserkocher",)),
        ("Meine Tochter wünscht sich einen Elefanten auf der Weide, ganz in Ruhe", ()),
        ("Ein grau gestreifter Ball", ("grau", "gestreifter")),
        ("Gemächlich rollt eine Kugel, rot wie eine Kirsche", ()),
    ],
)  # fmt: skip
def test_the_core_names_what_it_does_not_draw_and_nothing_else(prompt, unknown):
    assert build_lexicon(families=False).unknown(prompt) == unknown
