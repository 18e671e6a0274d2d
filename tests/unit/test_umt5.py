"""UMT5 against transformers: the same numbers from the same words, and the same states from those."""

import pytest
import torch

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.models.umt5 import UMT5Config, UMT5Encoder, UMT5Tokenizer, clean
from himmel.models.umt5.encoder import position_buckets

CONFIG = UMT5Config(vocab_size=60, d_model=24, d_kv=6, d_ff=40, num_layers=3, num_heads=4)


def encoder_of(config=CONFIG):
    torch.manual_seed(0)
    encoder = UMT5Encoder(config).eval()
    for name, parameter in encoder.named_parameters():
        gain = 1.0 if "norm" in name else 0.5
        parameter.data.mul_(gain).add_(torch.randn_like(parameter) * 0.1)
    return encoder


def texts(*lengths, width=40):
    rng = torch.Generator().manual_seed(1)
    ids = torch.randint(1, CONFIG.vocab_size, (len(lengths), width), generator=rng)
    return ids * (torch.arange(width) < torch.tensor(lengths)[:, None])


def stock_of(encoder):
    transformers = pytest.importorskip("transformers")
    config = transformers.UMT5Config(**encoder.config.to_dict())
    stock = transformers.UMT5EncoderModel(config).eval()
    stock.load_state_dict(encoder.state_dict(), strict=True)
    return stock


def stock_states(stock, ids):
    """As diffusers' WanPipeline uses them: nothing is left behind the mask."""
    mask = ids != 0
    return stock(ids, mask.long()).last_hidden_state.float() * mask[..., None]


@pytest.mark.parametrize("lengths", [(40,), (1, 7, 23), (5, 5)])
@torch.no_grad()
def test_equals_transformers(lengths):
    encoder = encoder_of()
    ids = texts(*lengths)
    states = encoder(ids)
    assert states.shape == (*ids.shape, CONFIG.d_model)
    assert (states - stock_states(stock_of(encoder), ids)).abs().max() <= 1e-5


@torch.no_grad()
def test_long_texts_equal_transformers():
    """Distances far beyond the last bucket."""
    encoder = encoder_of(CONFIG.replace(relative_attention_max_distance=20, num_heads=2, d_kv=3))
    ids = texts(300, 180, width=320)
    assert (encoder(ids) - stock_states(stock_of(encoder), ids)).abs().max() <= 1e-5


@torch.no_grad()
def test_half_precision_is_as_good_as_that_of_transformers():
    encoder = encoder_of()
    ids = texts(12, 31)
    exact = encoder(ids)
    theirs = stock_states(stock_of(encoder).to(torch.bfloat16), ids)
    ours = encoder.to(torch.bfloat16)(ids)
    assert ours.dtype == torch.float32
    assert (ours - exact).abs().mean() <= (theirs - exact).abs().mean()


def test_buckets_count_singly_then_grow():
    """T5's rule by hand: 8 buckets, 4 a side, of which 2 count single steps."""
    small = CONFIG.replace(relative_attention_num_buckets=8, relative_attention_max_distance=8)
    row = position_buckets(12, small)[0].tolist()
    assert row[:2] == [0, 5]
    assert row[2:4] == [6, 6]
    assert row[4:] == [7] * 8
    assert position_buckets(12, small)[:, 0].tolist() == [b - 4 * (b > 4) for b in row]


@torch.no_grad()
def test_padding_changes_no_state():
    encoder = encoder_of()
    short = texts(9, width=9)
    long = torch.nn.functional.pad(short, (0, 30))
    states = encoder(long)
    assert torch.equal(states[:, :9], encoder(short))
    assert states[:, 9:].abs().max() == 0


@torch.no_grad()
def test_a_text_of_nothing_is_nothing():
    assert encoder_of()(torch.zeros(1, 8, dtype=torch.int64)).abs().max() == 0


def test_configurations_are_read_strictly():
    values = {"_name_or_path": "x", "model_type": "umt5", "dropout_rate": 0.1, **CONFIG.to_dict()}
    assert UMT5Config.from_transformers(values) == CONFIG
    with pytest.raises(HimmelError, match="'t5' cannot be read"):
        UMT5Config.from_transformers({**values, "model_type": "t5"})
    with pytest.raises(HimmelError, match="'relu' cannot be read"):
        UMT5Config.from_transformers({**values, "feed_forward_proj": "relu"})
    with pytest.raises(HimmelError, match="unknown key 'd_modle'"):
        UMT5Config.from_transformers({**values, "d_modle": 3})


def test_what_transformers_writes_is_read():
    transformers = pytest.importorskip("transformers")
    written = transformers.UMT5Config(**CONFIG.to_dict()).to_dict()
    assert UMT5Config.from_transformers(written) == CONFIG


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a  red\n\tcar ", "a red car"),
        ("cats &amp;amp; dogs", "cats & dogs"),
        ("ein  gr\u00fcnes\u00a0Haus", "ein gr\u00fcnes Haus"),
        ("", ""),
    ],
)
def test_prompts_are_cleaned(text, expected):
    assert clean(text) == expected


def test_broken_letters_are_mended():
    pytest.importorskip("ftfy")
    assert clean("gr\u00c3\u00bcn") == "gr\u00fcn"


@pytest.fixture
def vocabulary(tmp_path):
    """A tokenizer.json built like UMT5's: pieces with their place among words, an end, a padding."""
    tokenizers = pytest.importorskip("tokenizers")
    pieces = ["\u2581a", "\u2581red", "\u2581car", "\u2581", "c", "a", "r", "e", "d", "s"]
    scores = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -9.0)]
    scores += [(piece, -1.0 - 0.1 * i) for i, piece in enumerate(pieces)]
    built = tokenizers.Tokenizer(tokenizers.models.Unigram(scores, unk_id=2))
    built.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace(prepend_scheme="always")
    built.post_processor = tokenizers.processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    built.add_special_tokens(["<pad>", "</s>", "<unk>"])
    built.enable_truncation(3)  # a file may ask for it; we do not
    built.save(str(tmp_path / "tokenizer.json"))
    return tmp_path / "tokenizer.json"


def test_numbers_end_and_are_filled_up(vocabulary):
    tokenizer = UMT5Tokenizer.from_file(vocabulary)
    assert tokenizer.size == 13
    assert tokenizer.encode(" a  red car", 8) == [3, 4, 5, 1, 0, 0, 0, 0]
    assert tokenizer.encode("a red car a red", 4) == [3, 4, 5, 1]
    assert tokenizer.encode("", 3) == [1, 0, 0]
    assert len(tokenizer.encode("a car")) == 512


@pytest.mark.parametrize("text", ["a red car", "cars & zebras", "", "red " * 40, "a <pad> car"])
def test_numbers_equal_those_of_transformers(vocabulary, text):
    transformers = pytest.importorskip("transformers")
    stock = transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(vocabulary), pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
    asked = {"padding": "max_length", "max_length": 16, "truncation": True}
    expected = stock([clean(text)], add_special_tokens=True, **asked)["input_ids"][0]
    assert UMT5Tokenizer.from_file(vocabulary).encode(text, 16) == expected


def test_what_is_no_vocabulary_is_refused(tmp_path):
    pytest.importorskip("tokenizers")
    with pytest.raises(HimmelError, match="is missing"):
        UMT5Tokenizer.from_file(tmp_path / "tokenizer.json")
    (tmp_path / "tokenizer.json").write_text('{"words": []}')
    with pytest.raises(DamagedFileError, match="not a tokenizer"):
        UMT5Tokenizer.from_file(tmp_path / "tokenizer.json")


def test_without_the_library_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tokenizers", None)
    with pytest.raises(HimmelError, match=r"himmel\[wan\]"):
        UMT5Tokenizer.from_file(tmp_path / "tokenizer.json")
