"""The decoder's losses: what each network learns from, and that a perfect result costs nothing."""

import pytest
import torch
from torch import nn

from himmel.models.video_codec import CodecConfig, Critic, LinearCodec
from himmel.train.objectives.codec import (
    beats,
    decoder_loss,
    in_order,
    pairs_at,
    polish_loss,
    reconstruction_loss,
    seams,
)

SMALL = CodecConfig(
    patch=8, time=2, channels=6, basis_channels=12, widths=(8, 8, 8), blocks=(1, 1, 1)
)


def seeded(number=0):
    return torch.Generator().manual_seed(number)


@pytest.fixture
def networks():
    torch.manual_seed(1)
    codec = LinearCodec(SMALL)
    nn.init.normal_(codec.decoder.head.weight, std=0.1)
    return nn.ModuleDict({"codec": codec, "critic": Critic((4, 6, 8))})


@pytest.fixture
def batch():
    groups = torch.rand(2, 3, 3, 2, 32, 32, generator=seeded(2)) * 2 - 1
    mask = torch.zeros(2, 3, 1, 2, 32, 32)
    mask[..., 10:20, 8:24] = 1
    return {"groups": groups, "mask": mask}


def test_a_perfect_result_costs_nothing(batch):
    loss = reconstruction_loss(batch["groups"], batch, 4.0)
    assert loss.value == 0 and loss.parts["psnr"] == torch.inf


def test_the_subject_weighs_more(batch):
    error = 0.1 * batch["mask"]
    on = reconstruction_loss(batch["groups"] + error, batch, 4.0).parts["pixel"]
    evenly = reconstruction_loss(batch["groups"] + error, batch, 0.0).parts["pixel"]
    assert on > 1.5 * evenly


def test_pairs_are_neighbours(batch):
    pairs = pairs_at(batch["groups"], 0)
    assert pairs.shape == (6, 6, 32, 32)
    # (pair, frame * 3 + colour): group 1 of clip 0, second frame
    torch.testing.assert_close(pairs[1].unflatten(0, (3, 2))[:, 1], batch["groups"][0, 1, :, 1])


def test_pairs_reach_into_the_next_group(batch):
    pairs = pairs_at(batch["groups"], 1).unflatten(1, (3, 2))  # two frames a group
    assert pairs.shape == (4, 3, 2, 32, 32)
    torch.testing.assert_close(pairs[3, :, 0], batch["groups"][1, 1, :, 1])
    torch.testing.assert_close(pairs[3, :, 1], batch["groups"][1, 2, :, 0])


def test_change_counts_from_group_to_group(batch):
    shifted = batch["groups"].clone()
    shifted[:, 1:] += 0.1  # one step between groups, none within
    whole, mask = reconstruction_loss(shifted, batch, 0.0), torch.zeros_like(batch["mask"])
    still = reconstruction_loss(batch["groups"] + 0.1, {**batch, "mask": mask}, 0.0)
    steps = in_order(batch["groups"]).shape[1] - 1
    error = torch.tensor(0.1 + 0.01)
    torch.testing.assert_close(still.value, error)  # a constant offset has no edges and no change
    torch.testing.assert_close(whole.value, error * 2 / 3 + 0.3 * 0.1 / steps)


def test_beats_are_the_steps_between_groups_over_those_within():
    ramp = torch.arange(12.0).view(1, 3, 1, 4, 1, 1) / 12  # every step alike
    groups = ramp.expand(2, 3, 3, 4, 8, 8)
    assert float(beats(groups)) == pytest.approx(1, rel=1e-5)
    jumping = groups + torch.arange(3.0).view(1, 3, 1, 1, 1, 1) / 12
    assert float(beats(jumping)) == pytest.approx(2, rel=1e-5)
    begun = groups.clone()
    begun[:, 0] = groups[:, 0, :, -1:]  # a clip's first frame stands for its whole group
    assert float(beats(begun)) == pytest.approx(1, rel=1e-5)
    assert beats(torch.zeros(1, 3, 3, 4, 8, 8)) == 1  # a still clip has no beat


def test_each_network_learns_from_its_own_part(networks, batch):
    loss = polish_loss(networks, batch, seeded())
    loss.value.backward()
    critic = [p.grad.clone() for p in networks["critic"].parameters()]
    codec = networks["codec"].decoder.head.weight.grad.clone()
    networks.zero_grad()
    # Without realism only the reconstruction teaches the decoder, and the critic hears the same.
    polish_loss(networks, batch, seeded(), realism=0.0).value.backward()
    assert all(
        torch.allclose(a, p.grad)
        for a, p in zip(critic, networks["critic"].parameters(), strict=True)
    )
    plain = networks["codec"].decoder.head.weight.grad.clone()
    assert not torch.allclose(plain, codec)
    networks.zero_grad()
    decoder_loss(networks["codec"], batch, seeded()).value.backward()
    torch.testing.assert_close(networks["codec"].decoder.head.weight.grad, plain)


def test_the_verdict_pulls_in_proportion(networks, batch):
    once = polish_loss(networks, batch, seeded(), realism=0.25).parts["weight"]
    twice = polish_loss(networks, batch, seeded(), realism=0.5).parts["weight"]
    torch.testing.assert_close(twice, 2 * once)


def test_dreams_are_judged_and_not_compared(networks, batch):
    dreams = torch.randn(1, 12, 3, 2, 2, generator=seeded(5))
    with_dreams = polish_loss(networks, {**batch, "dreams": dreams}, seeded())
    without = polish_loss(networks, batch, seeded())
    assert with_dreams.parts["pixel"] == without.parts["pixel"]
    assert with_dreams.parts["critic"] != without.parts["critic"]


@pytest.mark.parametrize("loyal", [0.0, 2.0])
def test_dreams_may_not_be_repainted(networks, batch, loyal):
    codec = networks["codec"]
    nn.init.zeros_(codec.decoder.head.weight)
    nn.init.constant_(codec.decoder.head.bias, 0.3)  # everything lighter than the latents say
    dreams = torch.zeros(1, 12, 3, 2, 2)
    nn.init.zeros_(networks["critic"].answer.weight)
    nn.init.zeros_(networks["critic"].answer.bias)  # a critic of no opinion costs 2 either way
    known = {**batch, "dreams": dreams}
    asked = {"realism": 0.0, "seamless": 0.0, "loyal": loyal}
    with_dreams = polish_loss(networks, known, seeded(), **asked)
    without = polish_loss(networks, batch, seeded(), realism=0.0)
    extra = torch.tensor(0.3 + loyal * 0.3**2)
    torch.testing.assert_close(with_dreams.value - without.value, extra)


@pytest.mark.parametrize("axis", [-2, -1])
def test_a_seam_is_a_step_at_a_border_beyond_those_beside_it(networks, axis):
    ramp = torch.arange(64.0) / 64  # every step alike
    plain = ramp if axis == -1 else ramp[:, None]
    frames = torch.zeros(1, 1, 3, 2, 64, 64) + plain
    assert abs(seams(networks["codec"], frames) - 1) < 1e-4
    for period_start, ratio in ((16, 2.0), (24, 1.0)):  # a border, and the middle of a patch
        step = (torch.arange(64) >= period_start) * (3.0 / 64)
        broken = frames + (step if axis == -1 else step[:, None])
        torch.testing.assert_close(float(seams(networks["codec"], broken)), ratio)


def test_seams_of_dreams_are_smoothed_at_the_border_alone(networks):
    frames = torch.rand(1, 1, 3, 2, 64, 64, generator=seeded(3)).requires_grad_()
    seams(networks["codec"], frames).backward()
    columns = frames.grad.abs().sum((0, 1, 2, 3, 4))
    rows = frames.grad.abs().sum((0, 1, 2, 3, 5))
    touched = [15, 16, 31, 32, 47, 48]
    inner = [i for i in range(64) if i not in touched]
    assert frames.grad[..., inner, :][..., inner].abs().max() == 0
    assert columns[touched].min() > columns[inner].max() and rows[touched].min() > rows[inner].max()
