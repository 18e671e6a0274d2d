"""Batched Muon against the library's own, and orthogonality in closed form."""

import copy

import torch
from torch import nn

from himmel.train import muon
from himmel.train.muon import BatchedMuon, orthogonalise

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def test_it_steps_like_the_library(monkeypatch):
    monkeypatch.setattr(muon, "fast_dtype", lambda device: torch.bfloat16)  # as the library does
    torch.manual_seed(0)
    first = nn.Sequential(nn.Linear(8, 24, bias=False), nn.Linear(24, 8, bias=False))
    first.extend([nn.Linear(8, 24, bias=False), nn.Linear(24, 24, bias=False)])
    second = copy.deepcopy(first)
    rates = {"lr": 0.02, "weight_decay": 0.1, "adjust_lr_fn": "match_rms_adamw"}
    pairs = [
        (m, kind(m.parameters(), **rates))
        for m, kind in ((first, torch.optim.Muon), (second, BatchedMuon))
    ]
    x = torch.randn(16, 8)
    for _ in range(5):
        for model, optimiser in pairs:
            model.zero_grad()
            (model(x)).square().mean().backward()
            optimiser.step()
    for ours, theirs in zip(second.parameters(), first.parameters(), strict=True):
        # Each step moves an entry by about 0.2 * lr; bfloat16 keeps 8 bits of that.
        assert torch.allclose(ours, theirs, atol=5 * 0.2 * 0.02 * 2**-5)
    names = [sorted(o.state_dict()["state"][0]) for _, o in pairs]
    assert names[0] == names[1] == ["momentum_buffer"]


def test_unused_matrices_stay():
    lone = nn.Linear(4, 4, bias=False)
    before = lone.weight.clone()
    BatchedMuon(lone.parameters(), lr=0.1).step()
    assert torch.equal(lone.weight, before)


def test_it_computes_in_what_the_machine_is_fast_in(monkeypatch):
    matrices = torch.randn(1, 4, 6)
    for kind in (torch.bfloat16, torch.float32):
        monkeypatch.setattr(muon, "fast_dtype", lambda device, kind=kind: kind)
        assert orthogonalise(matrices, 2, COEFFICIENTS).dtype == kind


def test_singular_values_come_near_one_and_directions_stay():
    torch.manual_seed(1)
    for shape in ((3, 12, 20), (3, 20, 12)):
        matrices = torch.randn(shape)
        result = orthogonalise(matrices, 5, COEFFICIENTS).float()
        values = torch.linalg.svdvals(result)
        assert values.min() > 0.5 and values.max() < 1.3
        u, _, v = torch.linalg.svd(matrices, full_matrices=False)
        polar = u @ v
        cosine = nn.functional.cosine_similarity(result.flatten(1), polar.flatten(1))
        assert cosine.min() > 0.95
