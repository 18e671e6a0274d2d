"""Wan's open weights: every model's names, configuration and numbers, in both layouts, at toy size."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.interop.diffusers import (
    load_codec,
    load_text_encoder,
    load_tokenizer,
    load_transformer,
)
from himmel.interop.wan import (
    CODEC_21,
    CODEC_22,
    MODELS,
    load_original_codec,
    load_original_transformer,
)
from himmel.interop.wan_names import (
    codec_names,
    text_names,
    to_diffusers,
    to_original,
    transformer_names,
)
from himmel.models.dit import DiT
from himmel.models.umt5 import UMT5Config, UMT5Encoder
from himmel.models.wan_codec import WanCodec

TASKS = {"T2V": "t2v", "I2V": "i2v", "FLF2V": "flf2v", "TI2V": "ti2v"}


def small(name):
    """A model's transformer with everything shrunk that does not tell it from the others."""
    full = MODELS[name].transformer
    config = full.replace(num_attention_heads=2, attention_head_dim=16, ffn_dim=24, num_layers=2)
    config = config.replace(text_dim=12, freq_dim=32)
    if full.image_dim is not None:
        config = config.replace(image_dim=10, added_kv_proj_dim=32)
    return config.replace(pos_embed_seq_len=full.pos_embed_seq_len and 6)


def small_codec(config):
    half = {"base_dim": 8, "z_dim": 4, "dim_mult": (1, 2, 2, 2), "num_res_blocks": 2}
    numbers = {"latents_mean": config.latents_mean[:4], "latents_std": config.latents_std[:4]}
    return config.replace(decoder_base_dim=12 if config.is_residual else None, **half, **numbers)


def random(network):
    torch.manual_seed(0)
    for parameter in network.parameters():
        parameter.data.add_(torch.randn_like(parameter) * 0.1)
    return network.eval()


def same(first, second):
    return set(first) == set(second) and all(torch.equal(first[k], second[k]) for k in first)


def answers(network, config):
    """What a transformer of ours or of diffusers makes of the same noise; both timestep ranks."""
    rng = torch.Generator().manual_seed(1)
    latents = torch.randn(1, config.in_channels, 2, 4, 6, generator=rng)
    text = torch.randn(1, 512, config.text_dim, generator=rng)
    images = 2 if config.pos_embed_seq_len else 1
    image = None if config.image_dim is None else torch.randn(images, 3, 10, generator=rng)
    ours = isinstance(network, DiT)
    for timestep in (torch.tensor([700.0]), torch.rand(1, 12, generator=rng) * 1000):
        with torch.no_grad():
            out = network(
                latents, timestep, text, image, **({} if ours else {"return_dict": False})
            )
        yield out if ours else out[0]


def original_folder(path, name, network):
    """What Wan's authors publish: their names in two shards, and a config.json of their keys."""
    config = network.config
    state = to_original(network.state_dict(), transformer_names(config))
    values = {
        "_class_name": "WanModel", "_diffusers_version": "0.30.0", "text_len": 512,
        "model_type": TASKS[name.split("-")[1]], "dim": config.width, "eps": config.eps,
        "ffn_dim": config.ffn_dim, "freq_dim": config.freq_dim, "in_dim": config.in_channels,
        "num_heads": config.num_attention_heads, "num_layers": config.num_layers,
        "out_dim": config.out_channels, "text_dim": config.text_dim,
    }  # fmt: skip
    path.mkdir(parents=True, exist_ok=True)
    (path / "config.json").write_text(json.dumps(values))
    names, base = sorted(state), "diffusion_pytorch_model"
    shards = {f"{base}-0000{i + 1}-of-00002.safetensors": names[i::2] for i in range(2)}
    for file, part in shards.items():
        save_file({n: state[n].contiguous() for n in part}, path / file)
    places = {n: file for file, part in shards.items() for n in part}
    index = path / f"{base}.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": places}))
    return path


@pytest.mark.parametrize("name", MODELS)
def test_transformers_are_those_of_diffusers(name):
    """Names, shapes and answers in both timestep ranks."""
    diffusers = pytest.importorskip("diffusers")
    config = small(name)
    ours = random(DiT(config))
    stock = diffusers.WanTransformer3DModel(**config.to_dict()).eval()
    stock.load_state_dict(ours.state_dict(), strict=True)
    for mine, theirs in zip(answers(ours, config), answers(stock, config), strict=True):
        assert (mine - theirs).abs().max() <= 1e-5


@pytest.mark.parametrize("name", MODELS)
def test_transformers_travel_to_the_original_layout_and_back(name, tmp_path):
    network = random(DiT(small(name)))
    for expert in MODELS[name].experts:
        loaded = load_original_transformer(original_folder(tmp_path / expert, name, network))
        assert loaded.config == network.config
        assert same(loaded.state_dict(), network.state_dict())


@pytest.mark.parametrize("name", MODELS)
def test_transformers_are_named_as_diffusers_converts_them(name):
    """An independent table: diffusers' own conversion of single files. It forgets `img_emb.emb_pos`."""
    utils = pytest.importorskip("diffusers.loaders.single_file_utils")
    state = random(DiT(small(name))).state_dict()
    state.pop("condition_embedder.image_embedder.pos_embed", None)
    original = to_original(state, transformer_names(small(name)))
    assert not set(original) & (set(state) - {"patch_embedding.weight", "patch_embedding.bias"})
    assert same(utils.convert_wan_transformer_to_diffusers(dict(original)), state)


def test_a_codec_is_named_as_diffusers_converts_it():
    utils = pytest.importorskip("diffusers.loaders.single_file_utils")
    config = small_codec(CODEC_21).replace(dim_mult=(1, 2, 4, 4))
    state = random(WanCodec(config)).state_dict()
    original = to_original(state, codec_names(config))
    assert same(utils.convert_wan_vae_to_diffusers(dict(original)), state)


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("encoder.down_blocks.1.resnets.0.conv_shortcut.weight",
         "encoder.downsamples.1.downsamples.0.shortcut.weight"),
        ("encoder.down_blocks.2.downsampler.time_conv.bias",
         "encoder.downsamples.2.downsamples.2.time_conv.bias"),
        ("decoder.up_blocks.0.resnets.2.norm2.gamma",
         "decoder.upsamples.0.upsamples.2.residual.3.gamma"),
        ("decoder.up_blocks.1.upsampler.resample.1.weight",
         "decoder.upsamples.1.upsamples.3.resample.1.weight"),
        ("decoder.mid_block.attentions.0.to_qkv.weight", "decoder.middle.1.to_qkv.weight"),
        ("post_quant_conv.weight", "conv2.weight"),
    ],
)  # fmt: skip
def test_names_of_the_second_generation(name, original):
    """Written down from Wan2.2's published code."""
    state = {name: torch.zeros(1)}
    names = codec_names(small_codec(CODEC_22))
    assert set(to_original(state, names)) == {original}
    assert set(to_diffusers(to_original(state, names), names)) == {name}


@pytest.mark.parametrize("full", [CODEC_21, CODEC_22], ids=["wan21", "wan22"])
def test_codecs_travel_to_the_original_layout_and_back(full, tmp_path):
    config = small_codec(full)
    state = random(WanCodec(config)).state_dict()
    save_file(to_original(state, codec_names(config)), tmp_path / "codec.safetensors")
    loaded = load_original_codec(tmp_path / "codec.safetensors", config)
    assert same(loaded.state_dict(), state)


def test_text_encoders_travel_to_the_original_layout_and_back():
    config = UMT5Config(vocab_size=20, d_model=8, d_kv=4, d_ff=12, num_layers=2, num_heads=2)
    state = random(UMT5Encoder(config)).state_dict()
    del state["encoder.embed_tokens.weight"]
    original = to_original(state, text_names(config))
    assert "blocks.1.pos_embedding.embedding.weight" in original
    assert "blocks.0.ffn.gate.0.weight" in original
    assert same(to_diffusers(original, text_names(config)), state)


@pytest.mark.parametrize("full", [CODEC_21, CODEC_22], ids=["wan21", "wan22"])
def test_a_codec_of_a_diffusers_folder_is_read(full, tmp_path):
    diffusers = pytest.importorskip("diffusers")
    config = small_codec(full)
    stock = random(diffusers.AutoencoderKLWan(**config.to_dict(), **config.derived()))
    stock.save_pretrained(tmp_path / "vae")
    codec = load_codec(tmp_path)
    assert codec.config == config
    latents = torch.randn(1, 4, 2, 2, 2, generator=torch.Generator().manual_seed(1))
    mean, std = codec.statistics(latents)
    with torch.no_grad():
        difference = codec.decode(latents) - stock.decode(latents * std + mean).sample
    assert difference.abs().max() <= 1e-5


def test_a_text_encoder_of_a_diffusers_folder_is_read(tmp_path):
    transformers = pytest.importorskip("transformers")
    config = UMT5Config(vocab_size=20, d_model=8, d_kv=4, d_ff=12, num_layers=2, num_heads=2)
    stock = transformers.UMT5EncoderModel(transformers.UMT5Config(**config.to_dict())).eval()
    stock.save_pretrained(tmp_path / "text_encoder")
    encoder = load_text_encoder(tmp_path)
    assert encoder.config == config
    ids = torch.tensor([[3, 4, 5, 1, 0, 0]])
    with torch.no_grad():
        expected = stock(ids, (ids != 0).long()).last_hidden_state[:, :4]
        assert (encoder(ids)[:, :4] - expected).abs().max() <= 1e-5


def test_two_transformers_of_one_folder_are_told_apart(wan_config, tmp_path):
    diffusers = pytest.importorskip("diffusers")
    for part in ("transformer", "transformer_2"):
        diffusers.WanTransformer3DModel(**wan_config.to_dict()).save_pretrained(tmp_path / part)
    first, second = (load_transformer(tmp_path, part) for part in ("transformer", "transformer_2"))
    assert not same(first.state_dict(), second.state_dict())


@pytest.mark.parametrize("name", MODELS)
def test_models_are_whole(name):
    """Settings agree with each other; the full configurations build where numbers cost nothing."""
    model = MODELS[name]
    assert len(model.guidance) == len(model.experts)
    assert (model.boundary is not None) == (len(model.experts) == 2)
    assert model.transformer.out_channels == model.codec.z_dim
    assert type(model).from_json(model.to_json()) == model
    with torch.device("meta"):
        count = sum(p.numel() for p in DiT(model.transformer).parameters()) / 1e9
    assert count == pytest.approx({"1.3B": 1.42, "5B": 5.0}.get(name.split("-")[2], 14.9), rel=0.11)


def test_a_tensor_in_two_shards_is_refused(tmp_path):
    network = random(DiT(small("Wan2.1-T2V-1.3B")))
    folder = original_folder(tmp_path / "net", "Wan2.1-T2V-1.3B", network)
    first, second = sorted(folder.glob("*.safetensors"))
    save_file({**load_file(second), "head.head.bias": torch.zeros(16)}, second)
    save_file({**load_file(first), "head.head.bias": torch.ones(16)}, first)
    with pytest.raises(DamagedFileError, match=r"'head.head.bias' stands in two files"):
        load_original_transformer(folder)


def test_what_cannot_be_read_is_named(tmp_path):
    network = random(DiT(small("Wan2.1-T2V-1.3B")))
    folder = original_folder(tmp_path / "net", "Wan2.1-T2V-1.3B", network)
    values = json.loads((folder / "config.json").read_text())
    for changes, message in (
        ({"model_type": "s2v"}, "'s2v' cannot be read"),
        ({"vace_layers": 3}, "no key 'vace_layers'"),
        ({"dim": 33}, "does not divide into 2 heads"),
        ({"ffn_dim": 99}, "does not fit"),
        ({"num_layers": 1}, "does not belong"),
        ({"_class_name": "WanModel_S2V"}, "only WanModel can be read"),
    ):
        (folder / "config.json").write_text(json.dumps({**values, **changes}))
        with pytest.raises(HimmelError, match=message):
            load_original_transformer(folder)
    with pytest.raises(HimmelError, match="could run code"):
        load_original_codec(tmp_path / "Wan2.1_VAE.pth")
    with pytest.raises(HimmelError, match="is missing"):
        load_original_codec(tmp_path / "codec.safetensors")
    with pytest.raises(HimmelError, match="does not exist"):
        load_tokenizer(tmp_path / "nowhere")
