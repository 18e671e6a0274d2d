"""Folders that cannot be drawn with: one sentence that names file and key, before a tensor is read."""

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from himmel.core.errors import HimmelError
from himmel.core.values import Request
from himmel.generate import pipeline as module
from himmel.generate.plan import plan_request
from himmel.generate.system import load_config, load_system

tiny = pytest.importorskip("himmel_benchmarks.tiny_wan")

WEIGHTS = "transformer/diffusion_pytorch_model.safetensors"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wan") / "net"
    tiny.text_pipeline(scheduler="unipc").save_pretrained(folder)
    return folder


@pytest.fixture
def folder(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "net")


@pytest.fixture
def no_tensor(monkeypatch):
    """Reading a tensor would be half-loading."""

    def read(path):
        raise AssertionError(f"{path} was read")

    monkeypatch.setattr("safetensors.torch.load_file", read)


def change(path, **values):
    held = json.loads(path.read_text())
    path.write_text(json.dumps({**held, **values}))


def rename(folder, part, old, new):
    path = next((folder / part).glob("*.safetensors"))
    state = load_file(path)
    state[new] = state.pop(old)
    save_file(state, path, metadata={"format": "pt"})


def shard(folder):
    """The transformer in two shards, the second of which is gone."""
    state = load_file(folder / WEIGHTS)
    (folder / WEIGHTS).unlink()
    index = {name: f"part-{i % 2}.safetensors" for i, name in enumerate(state)}
    kept = {name: tensor for name, tensor in state.items() if index[name].endswith("0.safetensors")}
    save_file(kept, folder / "transformer" / "part-0.safetensors")
    (folder / f"{WEIGHTS}.index.json").write_text(json.dumps({"weight_map": index}))


def double(folder):
    """One name twice in the header of a file."""
    data = (folder / WEIGHTS).read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = data[8 : 8 + size].rstrip()
    entry = b',"proj_out.bias":' + json.dumps(json.loads(header)["proj_out.bias"]).encode() + b"}"
    header = header[:-1] + entry
    (folder / WEIGHTS).write_bytes(len(header).to_bytes(8, "little") + header + data[8 + size :])


def say_twice(folder):
    """A key of a config.json given two values."""
    path = folder / "vae" / "config.json"
    path.write_text(path.read_text().replace("{", '{"z_dim": 9,', 1))


def halve(folder):
    """A text encoder in float16 under a config.json that says bfloat16."""
    path = folder / "text_encoder" / "model.safetensors"
    state = {name: tensor.half() for name, tensor in load_file(path).items()}
    save_file(state, path, metadata={"format": "pt"})
    change(folder / "text_encoder" / "config.json", dtype="bfloat16")


def two_sizes(folder):
    """A second transformer that is no twin of the first."""
    shutil.copytree(folder / "transformer", folder / "transformer_2")
    change(folder / "transformer_2" / "config.json", ffn_dim=50)
    named = ["diffusers", "WanTransformer3DModel"]
    change(folder / "model_index.json", transformer_2=named, boundary_ratio=0.9)


HARMS = {
    "shard": (shard, r"transformer/part-1\.safetensors is missing"),
    "weights": (lambda f: (f / WEIGHTS).unlink(), r"model\.safetensors is missing"),
    "key": (
        lambda f: rename(f, "transformer", "proj_out.bias", "proj_out.bia"),
        r"transformer does not fit its config\.json: the tensor 'proj_out\.bia",
    ),
    "text key": (
        lambda f: rename(f, "text_encoder", "encoder.block.0.layer.0.SelfAttention.q.weight", "q"),
        r"text_encoder does not fit its config\.json: the tensor 'encoder\.block\.0",
    ),
    "shape": (
        lambda f: change(f / "transformer" / "config.json", ffn_dim=50),
        r"the tensor 'blocks\.0\.ffn\.net\.0\.proj\.bias' differs",
    ),
    "config key": (
        lambda f: change(f / "transformer" / "config.json", depth=3),
        r"unknown key 'depth'",
    ),
    "float16": (halve, r"text_encoder/config\.json declares dtype='bfloat16', but .* is F16"),
    "class": (
        lambda f: change(f / "transformer" / "config.json", _class_name="FluxTransformer2DModel"),
        r"transformer/config\.json names a FluxTransformer2DModel",
    ),
    "pipeline": (
        lambda f: change(f / "model_index.json", _class_name="FluxPipeline"),
        r"model_index\.json: _class_name is 'FluxPipeline'",
    ),
    "part": (
        lambda f: change(f / "model_index.json", vae=["diffusers", "AutoencoderKL"]),
        r"model_index\.json: vae is 'AutoencoderKL'",
    ),
    "second": (
        lambda f: change(f / "model_index.json", transformer_2=["diffusers", "Flux"]),
        r"model_index\.json: transformer_2 is 'Flux'",
    ),
    "boundary": (
        lambda f: change(
            f / "model_index.json", transformer_2=["diffusers", "WanTransformer3DModel"]
        ),
        r"model_index\.json: boundary_ratio is None; two transformers",
    ),
    "experts": (
        two_sizes,
        r"transformer and transformer_2 differ",
    ),
    "scheduler": (
        lambda f: change(f / "scheduler" / "scheduler_config.json", _class_name="DDIMScheduler"),
        r"scheduler_config\.json: _class_name is 'DDIMScheduler'",
    ),
    "schedule": (
        lambda f: change(f / "scheduler" / "scheduler_config.json", use_karras_sigmas=True),
        r"scheduler_config\.json: use_karras_sigmas is True; only False",
    ),
    "prediction": (
        lambda f: change(f / "scheduler" / "scheduler_config.json", prediction_type="epsilon"),
        r"scheduler_config\.json: prediction_type is 'epsilon'",
    ),
    "scheduler key": (
        lambda f: change(f / "scheduler" / "scheduler_config.json", speed=2),
        r"scheduler_config\.json: the key 'speed' is not known",
    ),
    "widths": (
        lambda f: change(f / "text_encoder" / "config.json", d_model=30),
        r"text_dim=24, but the text encoder writes d_model=30",
    ),
    "channels": (
        lambda f: change(f / "transformer" / "config.json", in_channels=36),
        r"config\.json: in_channels=36 are neither the 4 of the latents nor 12",
    ),
    "twice": (
        double,
        r"model\.safetensors has an unreadable header .*'proj_out\.bias' occurs twice",
    ),
    "key twice": (say_twice, r"vae/config\.json is not valid JSON \(the name 'z_dim' occurs twice"),
    "cut": (
        lambda f: (f / WEIGHTS).write_bytes((f / WEIGHTS).read_bytes()[:99]),
        r"model\.safetensors is cut short",
    ),
    "tokenizer": (lambda f: (f / "tokenizer" / "tokenizer.json").unlink(), r"tokenizer\.json"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_one_sentence_and_nothing_loaded(folder, no_tensor, harm):
    spoil, sentence = HARMS[harm]
    spoil(folder)
    with pytest.raises(HimmelError, match=sentence) as raised:
        load_system(folder)
    assert "\n" not in str(raised.value)


def test_weights_larger_than_memory(folder, no_tensor, monkeypatch, tmp_path):
    monkeypatch.setattr(module, "memory_of_machine", lambda: 1000)
    with pytest.raises(HimmelError, match=r"the weights of net need .* GB .* use a smaller model"):
        load_system(folder)
    with pytest.raises(HimmelError, match="the weights of net need"):
        plan_request(Request(prompt="a car"), load_config(folder), tmp_path / "a.mp4")


def test_the_estimate_counts_the_precision_and_frees_the_text(folder, whole):
    full, half = (module.pipeline_config(folder, d) for d in (torch.float32, torch.bfloat16))
    transformer = sum(t.numel() for t in load_file(whole / WEIGHTS).values())
    assert full.weights_bytes - half.weights_bytes == 2 * transformer


def test_islands_of_float32_are_those_of_diffusers(folder):
    """Ours keep time_proj, too: it is asked together with time_embedder, once per clip and step."""
    system = load_system(folder, torch.bfloat16)
    stock = type(tiny.transformer()).from_pretrained(
        folder, subfolder="transformer", torch_dtype=torch.bfloat16
    )
    ours = {n for n, p in system.transformer.named_parameters() if p.dtype == torch.float32}
    theirs = {n for n, p in stock.named_parameters() if p.dtype == torch.float32}
    assert theirs <= ours
    more = {name for name in ours - theirs if "time_proj" not in name}
    assert not any("norm_q" not in name and "norm_k" not in name for name in more)
