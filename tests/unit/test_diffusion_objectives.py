"""The loss is zero for an oracle, blind to known cells, and drops captions at its rate."""

import torch

from himmel.diffusion.mixture import Levels, alike
from himmel.diffusion.objectives import (
    drop_captions,
    flow_matching_loss,
    guided_network,
    taught_loss,
)

X0, TEXT = torch.full((6, 2, 2, 2, 2), 3.0), torch.ones(6, 4, 8)


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def oracle(z, timestep, text):
    """Solve z = (1 - t) * 3 + t * eps for eps - 3."""
    t = (timestep / 1000).view(6, 1, *((1, 1, 1) if timestep.ndim == 1 else (2, 2, 2)))
    return (z - 3.0) / t.clamp(min=1e-6)


def test_oracle_has_no_loss_and_zero_prediction_has_its_variance():
    assert flow_matching_loss(oracle, X0, TEXT, rng()).value < 1e-6
    loss = flow_matching_loss(lambda z, t, c: torch.zeros_like(z), X0, TEXT, rng())
    assert 8 < loss.value < 12  # E[(eps - 3)^2] = 10
    assert loss.parts["flow"] == loss.value and 0 < loss.parts["time"] < 1


def test_every_sample_has_its_own_time():
    seen = []

    def network(z, timestep, text):
        seen.append(timestep)
        return z

    flow_matching_loss(network, X0, TEXT, rng())
    assert seen[0].shape == (6,) and len(seen[0].unique()) == 6


def test_known_cells_are_clean_and_carry_no_loss():
    times = torch.full((6, 1, 2, 2, 2), 0.4)
    times[:, :, 0] = 0

    def network(z, timestep, text):
        times = timestep.view(6, 1, 2, 2, 2)
        assert (times[:, :, 0] == 0).all() and (times[:, :, 1] > 0).all()
        assert (z[:, :, 0] == 3).all()
        answer = oracle(z, timestep, text)
        answer[:, :, 0] = 1e6
        return answer

    levels = Levels(times, times)
    assert flow_matching_loss(network, X0, TEXT, rng(), levels=levels).value < 1e-6


def test_a_network_hears_what_it_is_told():
    times, told = torch.full((6, 1, 2, 2, 2), 0.5), torch.full((6, 1, 2, 2, 2), 0.5)
    times[:, :, 0], told[:, :, 0] = 0.04, 0

    def network(z, timestep, text):
        assert (timestep.view(6, 2, 4)[:, 0] == 0).all()
        assert 0 < (z[:, :, 0] - 3).abs().mean() < 0.3  # a little dirty all the same
        return oracle(z, timestep, text)

    assert flow_matching_loss(network, X0, TEXT, rng(), levels=Levels(times, told)).value < 1e-6


def test_caption_dropout():
    text = torch.ones(4000, 1, 1)
    assert torch.equal(drop_captions(text, 0.0, rng()), text)
    assert drop_captions(text, 1.0, rng()).sum() == 0
    assert abs(drop_captions(text, 0.25, rng()).mean().item() - 0.75) < 0.03


def test_gradient_reaches_the_network():
    weight = torch.nn.Parameter(torch.zeros(()))
    flow_matching_loss(lambda z, t, c: weight * z, X0, TEXT, rng()).value.backward()
    assert weight.grad is not None and weight.grad.abs() > 0


def test_a_weight_says_whose_error_counts():
    weight = torch.zeros(6, 1, 2, 2, 2)
    weight[..., 1, :] = 3

    def network(z, timestep, text):  # wrong by 1 in the upper row and by 2 in the lower
        return oracle(z, timestep, text) + torch.tensor([1.0, 2.0]).view(2, 1)

    loss = flow_matching_loss(network, X0, TEXT, rng(), weight=weight)
    assert torch.isclose(loss.value, torch.tensor(4.0), rtol=1e-4)
    assert torch.isclose(loss.parts["flow"], torch.tensor(2.5), rtol=1e-4)
    alike = flow_matching_loss(network, X0, TEXT, rng(), weight=torch.full_like(weight, 0.2))
    assert torch.isclose(alike.value, alike.parts["flow"])  # only ratios matter


def spoken_of(text):
    return text.mean((1, 2)).view(-1, 1, 1, 1, 1)


def test_what_guidance_says_has_no_loss_and_what_it_does_not_say_has():
    def teacher(z, timestep, text):
        return 0.3 * z + spoken_of(text)

    def learnt(z, timestep, text):
        return 0.3 * z + 2.5 * spoken_of(text)

    levels = alike(torch.linspace(0.2, 0.9, 6))
    asked = {"levels": levels, "caption_dropout": 0.5}
    guided = guided_network(teacher, 2.5)
    loss = taught_loss(learnt, guided, X0, TEXT, rng(), **asked)
    assert loss.value < 1e-10
    off = taught_loss(teacher, guided, X0, TEXT, rng(), **(asked | {"caption_dropout": 0}))
    assert torch.isclose(off.value, torch.tensor(2.25))  # (2.5 - 1)^2


def test_a_teacher_sees_every_clip_with_its_caption_and_without():
    seen = []

    def teacher(z, timestep, text):
        seen.append((z, timestep, text))
        return z

    levels = alike(torch.linspace(0.2, 0.9, 6))
    taught_loss(teacher, guided_network(teacher, 2.0), X0, TEXT, rng(2), levels=levels)
    (z, timestep, text), (once, _, read) = seen
    assert torch.equal(z, torch.cat([once, once])) and timestep.shape == (12,)
    assert (text[:6] == 1).all() and (text[6:] == 0).all() and len(read) == 6


def test_what_a_teacher_says_of_known_cells_does_not_count():
    times = torch.full((6, 1, 2, 2, 2), 0.4)
    times[:, :, 0] = 0

    def teacher(z, timestep, text):
        answer = z.clone()
        answer[:, :, 0] = 1e6
        return answer

    levels = Levels(times, times)
    guided = guided_network(teacher, 2.0)
    loss = taught_loss(lambda z, t, c: z, guided, X0, TEXT, rng(), levels=levels)
    assert loss.value < 1e-6


def test_a_network_of_patches_reads_a_time_for_every_token():
    times, seen = torch.rand(6, 1, 2, 2, 2, generator=rng()), []

    def network(z, timestep, text):
        seen.append(timestep.shape)
        return z

    levels = Levels(times, times)
    flow_matching_loss(network, X0, TEXT, rng(), levels=levels, patch=(1, 2, 2))
    flow_matching_loss(network, X0, TEXT, rng(), levels=levels)
    assert seen == [(6, 2), (6, 8)]
