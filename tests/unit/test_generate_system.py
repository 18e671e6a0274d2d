"""A model folder loads whole or says in one sentence what is wrong with it."""

import dataclasses
import json

import pytest
import torch

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.generate.system import load_config, load_system, model_folder
from himmel.interop.weights import list_checksums


def test_loads_what_was_saved(tiny_model_folder, tiny_system):
    again = load_system(tiny_model_folder, dtype=torch.float32)
    assert again.config == tiny_system.config and again.lexicon == tiny_system.lexicon
    assert again.weights_sha256 == tiny_system.weights_sha256
    ours, theirs = again.transformer.state_dict(), tiny_system.transformer.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_half_precision_keeps_the_noise_level_exact(tiny_model_folder, tiny_system):
    half = load_system(tiny_model_folder, dtype=torch.bfloat16)
    assert half.dtype == torch.bfloat16
    kept = {n for n, p in half.transformer.named_parameters() if p.dtype == torch.float32}
    assert "condition_embedder.time_embedder.linear_1.weight" in kept
    assert "blocks.0.attn1.to_q.weight" not in kept
    z, t = torch.randn(1, 6, 3, 2, 2), torch.tensor([500.0])
    exact = tiny_system.transformer(z, t, tiny_system.read_text("a red car"))
    close = half.transformer(z, t, half.read_text("a red car")).float()
    assert (close - exact).norm() / exact.norm() < 0.02


def test_weights_in_memory_outlive_their_file(tiny_model_folder):
    system = load_system(tiny_model_folder, dtype=torch.float32)
    networks = (system.transformer, system.codec, system.text.networks)
    tensors = [t for network in networks for t in network.state_dict().values()]
    assert not any(t.is_meta for t in tensors)
    before = [t.clone() for t in tensors]
    for path in tiny_model_folder.glob("*.safetensors"):
        path.write_bytes(b"\xff" * path.stat().st_size)
    assert all(torch.equal(b, t) for b, t in zip(before, tensors, strict=True))


@pytest.mark.parametrize("slot", ["policy", "seal"])
def test_no_system_without_policy_and_seal(tiny_system, slot):
    with pytest.raises(HimmelError, match="policy and a seal"):
        dataclasses.replace(tiny_system, **{slot: None})
    parts = {f.name: getattr(tiny_system, f.name) for f in dataclasses.fields(tiny_system)}
    del parts[slot]
    with pytest.raises(TypeError, match=slot):
        type(tiny_system)(**parts)


def test_an_unknown_model_is_named(tmp_path):
    with pytest.raises(HimmelError, match="there is no model 'sora'"):
        model_folder("sora")
    with pytest.raises(HimmelError, match=r"system\.json"):
        load_system(tmp_path)


@pytest.mark.parametrize(
    "file", ["transformer.safetensors", "codec.safetensors", "text.safetensors", "system.json"]
)
@pytest.mark.parametrize("harm", ["cut", "flip", "gone"])
def test_damage_is_found(tiny_model_folder, file, harm):
    path = tiny_model_folder / file
    data = path.read_bytes()
    if harm == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif harm == "flip":
        path.write_bytes(data[:-5] + bytes([data[-5] ^ 1]) + data[-4:])
    else:
        path.unlink()
    with pytest.raises(HimmelError) as error:
        load_system(tiny_model_folder)
    assert "\n" not in str(error.value)
    assert file in str(error.value)


def test_weights_of_another_size_are_refused(tiny_model_folder):
    path = tiny_model_folder / "system.json"
    values = json.loads(path.read_text())
    values["dit"]["num_layers"] = 1
    path.write_text(json.dumps(values))
    with pytest.raises(DamagedFileError, match="checksum"):
        load_config(tiny_model_folder)
    list_checksums(tiny_model_folder, "system.json")
    with pytest.raises(DamagedFileError, match="do not fit"):
        load_system(tiny_model_folder)


def test_reads_text_and_says_what_it_understood(tiny_system):
    states = tiny_system.read_text("a red car")
    assert states.shape == (1, 16, 16)
    assert (states[0, 4:] == 0).all() and (states[0, :4] != 0).any()
    facts = tiny_system.text.understood("a red car")
    assert set(facts) <= {"kind", "colour", "setting"}
    assert all(value in tiny_system.config.facts[group] for group, value in facts.items())
    assert tiny_system.text.overlong("a car " * 9) and not tiny_system.text.overlong("a red car")
