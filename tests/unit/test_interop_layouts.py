"""Folders in three layouts: what they say of themselves, and their way to diffusers."""

import json

import pytest
import torch
from safetensors.torch import save_file

from himmel.cli.main import main
from himmel.core.errors import HimmelError
from himmel.interop import wan
from himmel.interop.diffusers import load_codec, load_transformer
from himmel.interop.layouts import layout_of, networks_of, to_diffusers
from himmel.interop.wan_names import codec_names, to_original, transformer_names
from himmel.models.dit import DiT
from himmel.models.wan_codec import WanCodec, WanCodecConfig

CODEC = WanCodecConfig(base_dim=4, dim_mult=(1, 1, 1, 1), num_res_blocks=1)
KEYS = {"in_channels": "in_dim", "out_channels": "out_dim", "num_attention_heads": "num_heads"}
KEYS |= {name: name for name in ("num_layers", "ffn_dim", "freq_dim", "text_dim", "eps")}


def write_original(folder, config):
    """A transformer in Wan's original layout."""
    folder.mkdir(parents=True)
    network = DiT(config)
    state = to_original(network.state_dict(), transformer_names(config))
    state = {name: tensor.contiguous() for name, tensor in state.items()}
    save_file(state, folder / "diffusion_pytorch_model.safetensors")
    values = {theirs: getattr(config, ours) for ours, theirs in KEYS.items()}
    values |= {"_class_name": "WanModel", "model_type": "t2v", "dim": config.width}
    (folder / "config.json").write_text(json.dumps(values))
    return network


def same(first, second):
    return first.keys() == second.keys() and all(torch.equal(first[k], second[k]) for k in first)


def test_original_folders_go_to_diffusers(wan_config, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(wan, "CODEC_21", CODEC)
    folder = tmp_path / "Wan"
    experts = ("high_noise_model", "low_noise_model")
    networks = [write_original(folder / part, wan_config) for part in experts]
    codec = WanCodec(CODEC)
    save_file(
        to_original(codec.state_dict(), codec_names(CODEC)), folder / "Wan2.1_VAE.safetensors"
    )
    assert main(["models", "convert", str(folder), "--to", "diffusers", str(tmp_path / "to")]) == 0
    assert "AutoencoderKLWan.from_pretrained" in capsys.readouterr().out
    for part, network in zip(("transformer", "transformer_2"), networks, strict=True):
        assert same(load_transformer(tmp_path / "to", part).state_dict(), network.state_dict())
    assert same(load_codec(tmp_path / "to").state_dict(), codec.state_dict())


def test_what_an_original_folder_says(wan_config, tmp_path, capsys):
    network = write_original(tmp_path / "Wan", wan_config)
    assert main(["models", "info", str(tmp_path / "Wan"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    numbers = sum(p.numel() for p in network.parameters())
    (found,) = told["networks"].values()
    assert told["layout"] == "wan" and found["parameters"] == numbers and found["dtype"] == "F32"
    assert found["bytes"] > 4 * numbers and told["checksums"] == 0


def test_what_our_folder_says(tiny_model_folder, tiny_system, capsys):
    assert layout_of(tiny_model_folder) == "himmel"
    found = networks_of(tiny_model_folder)
    assert set(found) == {"transformer", "codec", "text"}
    numbers = sum(p.numel() for p in tiny_system.transformer.parameters())
    assert found["transformer"].parameters == numbers
    assert main(["models", "info", str(tiny_model_folder)]) == 0
    assert f"parameters {numbers}" in capsys.readouterr().out


def test_what_a_pipeline_says(tmp_path, capsys):
    tiny = pytest.importorskip("himmel_benchmarks.tiny_wan")
    tiny.text_pipeline().save_pretrained(tmp_path / "net")
    capsys.readouterr()
    assert main(["models", "info", str(tmp_path / "net"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["layout"] == "diffusers" and told["sizes"] == ["any multiple of 32x32"]
    assert set(told["networks"]) == {"transformer", "vae", "text_encoder"}
    assert told["frames"] == ["4k + 1"] and told["defaults"]["sampler"] == "euler"
    with pytest.raises(HimmelError, match="in diffusers' layout already"):
        to_diffusers(tmp_path / "net", tmp_path / "to")


def test_a_folder_without_a_model(tmp_path):
    assert layout_of(tmp_path) is None
    with pytest.raises(HimmelError, match="holds no model"):
        to_diffusers(tmp_path, tmp_path / "to")
