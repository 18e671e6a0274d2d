"""Drawing elsewhere gives the numbers of drawing here; nothing stays there.

No device other than the CPU is at hand in most places: "cpu:0" takes every way that one would.
"""

import dataclasses
from pathlib import Path

import pytest
import torch

from himmel.cli.main import main
from himmel.core.errors import HimmelError
from himmel.core.values import Request
from himmel.generate import residence
from himmel.generate.denoise import denoise
from himmel.generate.door import generate
from himmel.generate.plan import plan_request
from himmel.generate.residence import CodecElsewhere, device_named
from himmel.generate.system import load_system

ELSEWHERE = torch.device("cpu", 0)


@pytest.mark.parametrize("room", [0, 10**12], ids=["block by block", "whole"])
def test_numbers_are_the_same(tiny_system, monkeypatch, room):
    asked = []
    monkeypatch.setattr(residence, "free_bytes", lambda device: asked.append(device) or room)
    plan = plan_request(Request(prompt="a red car"), tiny_system.config, Path("a.mp4"))
    away = dataclasses.replace(tiny_system, device=ELSEWHERE)
    kept = dict(tiny_system.transformer.named_parameters())
    assert torch.equal(denoise(plan, away), denoise(plan, tiny_system))
    assert asked == [ELSEWHERE]
    assert all(p is kept[name] for name, p in away.transformer.named_parameters())


@pytest.mark.parametrize("room", [0, 10**12], ids=["block by block", "whole"])
def test_how_much_lies_there(tiny_system, monkeypatch, room):
    """On the meta device nothing is computed, but it is seen what was moved."""
    monkeypatch.setattr(residence, "free_bytes", lambda device: room)
    network = tiny_system.transformer
    with residence.visiting([network], torch.device("meta")):
        there = [p.is_meta for p in network.blocks.parameters()]
        assert network.proj_out.weight.is_meta
        assert all(there) if room else not all(there)
    assert not any(p.is_meta for p in network.parameters())


def test_a_whole_clip(tiny_model_folder, tiny_system, monkeypatch, tmp_path):
    monkeypatch.setattr(residence, "free_bytes", lambda device: 10**12)
    away = load_system(tiny_model_folder, torch.float32, ELSEWHERE)
    assert isinstance(away.codec, CodecElsewhere) and away.device == ELSEWHERE
    request = Request(prompt="a red car")
    here = generate(request, load_system(tiny_model_folder, torch.float32), tmp_path / "a.mp4")
    there = generate(request, away, tmp_path / "b.mp4")
    assert (there.clip.frames == here.clip.frames).all()
    pixels = torch.rand(1, 3, *_pixels(tiny_system)) * 2 - 1
    assert torch.equal(away.codec.encode(pixels), tiny_system.codec.encode(pixels))
    latents = tiny_system.codec.encode(pixels)
    assert torch.equal(away.codec.decode(latents), tiny_system.codec.decode(latents))


def _pixels(system):
    defaults = system.config.defaults
    return defaults.frames, defaults.height, defaults.width


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("gpu", "there is no device 'gpu'; use cpu or cuda"),
        ("cuda:99", "CUDA devices here, and not 'cuda:99'; use cpu"),
        ("cpu:5", "'cpu:5' is none; use cpu"),
        ("meta", "drawing on 'meta' is not supported"),
    ],
)
def test_devices_that_are_not_here(name, sentence, tmp_path, capsys):
    with pytest.raises(HimmelError, match=sentence):
        device_named(name)
    out = tmp_path / "a.mp4"
    assert main(["generate", "a red car", "--device", name, "-o", str(out)]) == 1
    assert sentence in capsys.readouterr().err and not out.exists()
