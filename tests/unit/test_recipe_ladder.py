"""Plans of large networks: sizes by formula, bytes in closed form, rates with their sources."""

import pytest
import torch

from himmel.core.errors import HimmelError
from himmel.parallel import SpreadConfig
from himmel_recipes import ladder

TINY = ladder.Rung(
    name="tiny",
    dit=ladder._dit(8, 16, 64, 3, text=24),
    stages=(
        ladder.Stage(width=64, height=64, frames=5, clips=10),
        ladder.Stage(width=96, height=64, frames=9, clips=3),
    ),
    gpus=8,
    spread=SpreadConfig(gather="bf16"),  # else mixed precision keeps a copy of every weight
)


def test_the_rungs_are_of_the_sizes_that_they_say():
    sizes = {name: ladder.cost(make())["parameters"] / 1e9 for name, make in ladder.RUNGS.items()}
    expected = {"ladder-25m": 0.025, "ladder-1b": 1.42, "ladder-5b": 5.0, "ladder-18b": 18.5}
    assert sizes == pytest.approx(expected, rel=0.01)
    for make in ladder.RUNGS.values():
        rung = make()
        assert rung.dit.num_attention_heads % rung.spread.context == 0
        assert rung.gpus % rung.spread.context == 0
        assert ladder.Rung.from_json(rung.to_json()) == rung


def test_cost_is_flops_over_rate():
    told = ladder.cost(TINY, ladder.Rate(value=1e9, unit="FLOP/s", source="a test"))
    assert [stage["tokens"] for stage in told["stages"]] == [8, 18]
    assert told["flops"] == sum(stage["flops"] for stage in told["stages"])
    assert told["gpu_hours"] == pytest.approx(told["flops"] / 1e9 / 3600)
    assert told["days"] == pytest.approx(told["gpu_hours"] / 8 / 24)
    assert told["dollars"] == pytest.approx(told["gpu_hours"] * ladder.PRICE.value)
    assert all(rate["source"] for rate in told["rates"])
    double = TINY.replace(stages=(TINY.stages[0].replace(clips=20), TINY.stages[1]))
    more = ladder.cost(double)["flops"] - told["flops"]
    assert more == told["stages"][0]["flops"]


def test_memory_of_a_rehearsal(monkeypatch):
    monkeypatch.setattr(ladder, "TEXT", 2)
    held = ladder.rehearse(TINY)
    network = ladder._network(TINY, TINY.dit.num_layers)
    whole = 4 * sum(p.numel() for p in network.parameters())
    # Shards are cut along the first axis, so the first process may hold a row more of each.
    assert whole / 8 <= held["weights"] <= 1.2 * whole / 8
    assert held["weights"] == held["gradients"] == held["average"]
    assert held["weights"] < held["optimiser"] < 2 * held["weights"]
    assert held["tokens"] == held["tokens_here"] == 18 and held["block"] == 0
    again = ladder.rehearse(TINY.replace(spread=SpreadConfig(gather="bf16", recompute=True)))
    assert again["activations"] < 0.5 * held["activations"] and again["block"] > 0


def test_a_block_keeps_less_where_tokens_are_shared(monkeypatch):
    monkeypatch.setattr(ladder, "TEXT", 2)
    growth = {}
    for ways in (1, 8):
        rung = TINY.replace(spread=TINY.spread.replace(context=ways))
        one, two = (ladder._bytes(rung, 192, depth)["activations"] for depth in (1, 2))
        growth[ways] = two - one
    assert growth[1] / 8 <= growth[8] <= growth[1] / 6
    assert ladder.rehearse(TINY)["tokens_here"] == 18


def test_nothing_pretended_is_left_behind():
    ladder.rehearse(TINY)
    model = ladder.DiT(TINY.dit.replace(num_layers=1))
    latents = torch.zeros(1, 48, 1, 2, 2 * 18)
    assert not model(latents, torch.zeros(1), torch.zeros(1, 2, 24)).any()


def test_what_cannot_be():
    with pytest.raises(HimmelError, match="1 or more"):
        ladder.rungs_of("ladder", 0)
    with pytest.raises(HimmelError, match="does not divide"):
        ladder.rehearse(TINY.replace(spread=SpreadConfig(context=3)))
    assert [rung.gpus for rung in ladder.rungs_of("ladder", 16)] == [16] * 4
