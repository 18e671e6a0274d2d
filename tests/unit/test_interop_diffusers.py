"""Folders that stock diffusers reads, and folders of diffusers that we read."""

import json

import pytest
import torch
from safetensors.torch import load_file

from himmel.core.errors import HimmelError
from himmel.interop import diffusers as module
from himmel.interop.diffusers import export, load_transformer
from himmel.interop.weights import save_weights
from himmel.models.dit import DiT, DiTConfig


@pytest.fixture
def model(wan_config):
    """A transformer whose answers depend on everything."""
    torch.manual_seed(0)
    model = DiT(wan_config).eval()
    for parameter in model.parameters():
        parameter.data.add_(torch.randn_like(parameter) * 0.1)
    return model


def answer(model, **options):
    rng = torch.Generator().manual_seed(1)
    latents = torch.randn(1, 4, 2, 4, 4, generator=rng)
    text = torch.randn(1, 6, 12, generator=rng)
    with torch.no_grad():
        return model(latents, torch.tensor([400.0]), text, **options)


def test_stock_diffusers_loads_what_we_export(model, tmp_path):
    diffusers = pytest.importorskip("diffusers")
    pytest.importorskip("accelerate")  # without it diffusers loads no model of Wan's
    ours = tmp_path / "ours"
    save_weights(ours, "transformer", model.state_dict(), model.config, "fp32", shard_mb=0.05)
    written = export(tmp_path / "theirs", ours)
    assert sorted(p.name for p in written.iterdir()) == [
        "config.json", "diffusion_pytorch_model.safetensors",
    ]  # fmt: skip
    stock = diffusers.WanTransformer3DModel.from_pretrained(
        tmp_path / "theirs", subfolder="transformer"
    ).eval()
    difference = answer(stock, return_dict=False)[0] - answer(model)
    assert difference.abs().max() <= 1e-5


def test_large_weights_go_into_several_files(model, tmp_path, monkeypatch):
    diffusers = pytest.importorskip("diffusers")
    pytest.importorskip("accelerate")
    monkeypatch.setattr(module, "SHARD_BYTES", 50_000)
    save_weights(tmp_path / "ours", "transformer", model.state_dict(), model.config, "fp32")
    written = export(tmp_path / "theirs", tmp_path / "ours")
    files = sorted(written.glob("*.safetensors"))
    assert len(files) > 1 and files[0].name.endswith(f"-00001-of-{len(files):05d}.safetensors")
    largest = max(t.nbytes for t in model.state_dict().values())
    held = [sum(t.nbytes for t in load_file(f).values()) for f in files]
    assert max(held) <= max(50_000, largest)
    stock = diffusers.WanTransformer3DModel.from_pretrained(tmp_path / "theirs/transformer").eval()
    assert (answer(stock, return_dict=False)[0] - answer(model)).abs().max() <= 1e-5
    assert torch.equal(answer(load_transformer(written)), answer(model))


def test_we_load_what_diffusers_saves(wan_config, tmp_path):
    diffusers = pytest.importorskip("diffusers")
    stock = diffusers.WanTransformer3DModel(**wan_config.to_dict()).eval()
    stock.save_pretrained(tmp_path / "transformer", max_shard_size="60KB")
    assert (tmp_path / "transformer/diffusion_pytorch_model.safetensors.index.json").exists()
    ours = load_transformer(tmp_path)
    assert ours.config == wan_config
    assert (answer(stock, return_dict=False)[0] - answer(ours)).abs().max() <= 1e-5


def test_export_and_load_are_inverse(model, tmp_path):
    save_weights(tmp_path, "net", model.state_dict(), model.config, "fp32")
    loaded = load_transformer(export(tmp_path / "out", tmp_path, "net"))
    assert all(torch.equal(v, model.state_dict()[k]) for k, v in loaded.state_dict().items())


def test_foreign_folders_are_named(wan_config, tmp_path):
    with pytest.raises(HimmelError, match=r"config\.json is missing"):
        load_transformer(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({"_class_name": "UNet2DModel"}))
    with pytest.raises(HimmelError, match="UNet2DModel"):
        load_transformer(tmp_path)
    values = {"_class_name": "WanTransformer3DModel", **wan_config.to_dict()}
    (tmp_path / "config.json").write_text(json.dumps(values))
    with pytest.raises(HimmelError, match="is missing"):
        load_transformer(tmp_path)


def test_weights_that_do_not_fit_their_configuration_are_refused(model, tmp_path):
    save_weights(tmp_path, "net", model.state_dict(), model.config, "fp32")
    folder = export(tmp_path / "out", tmp_path, "net")
    values = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**values, "ffn_dim": 32}))
    with pytest.raises(HimmelError, match="does not fit"):
        load_transformer(folder)


@pytest.mark.parametrize(
    ("own", "fault"), [({"camera_dim": 6}, "no cameras"), ({"latent_std": [0.0] * 4}, "latent_std")]
)
def test_what_diffusers_would_leave_out_is_not_exported(wan_config, tmp_path, own, fault):
    network = DiT(DiTConfig.from_dict(wan_config.to_dict() | own))
    save_weights(tmp_path, "transformer", network.state_dict(), network.config, "fp32")
    with pytest.raises(HimmelError, match=fault):
        export(tmp_path / "theirs", tmp_path)
    assert not (tmp_path / "theirs").exists()
