"""Flow maps: one answer for a step of any length, exact where the flow is known in closed form."""

import pytest
import torch
from test_dit_model import TINY, awake

from himmel.core.errors import HimmelError
from himmel.diffusion import path
from himmel.diffusion.flow_map import by_difference, by_halves, flow_map_loss
from himmel.diffusion.mixture import Levels, alike
from himmel.diffusion.objectives import taught_loss
from himmel.diffusion.samplers import euler
from himmel.diffusion.schedules import clock_of, shifted_times
from himmel.diffusion.state import LatentState
from himmel.models.dit import DiT, DiTConfig, FlowMapConfig, PriorConfig
from himmel_recipes.transformer import widen

SPREAD = 0.5  # of the data, around 0: the flow only stretches
TEXT = torch.ones(6, 4, 8)
MAP = FlowMapConfig.from_dict(TINY.to_dict() | {"flow_map": True})


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def noise(*shape):
    return torch.randn(shape, generator=rng())


def sigma(t):
    return (((1 - t) * SPREAD) ** 2 + t**2).sqrt()


def velocity(z, t):
    """Of the flow from noise to data of SPREAD."""
    return z * (t - (1 - t) * SPREAD**2) / sigma(t) ** 2


def over_cells(levels, like):
    """Levels in 0..1000, (B,) or (B, N), as times of cells."""
    return (levels.double() / 1000).view(
        len(like), 1, *(like.shape[2:] if levels.ndim == 2 else [1] * 3)
    )


def field(z, timestep, text):
    return velocity(z.double(), over_cells(timestep, z)).float()


def exact(z, timestep, text):
    """The mean velocity of that flow between two times of every cell."""
    t, r = (
        over_cells(part if part.shape[1] > 1 else part[:, 0], z) for part in timestep.unbind(-1)
    )
    here = z.double()
    far = (here - here * sigma(r) / sigma(t)) / (t - r).clamp(min=1e-12)
    return torch.where(t > r, far, velocity(here, t)).float()


def hasty(z, timestep, text):
    """The velocity where a step begins, whatever its length."""
    return exact(z, timestep[..., :1].expand_as(timestep), text)


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_steps_of_any_number_end_at_the_same_data(steps):
    eps, times = noise(2, 3, 2, 2, 2), shifted_times(steps, 1.5)
    clock = clock_of("shifted", times, "flow-map")
    state = LatentState.begin(torch.zeros_like(eps), torch.zeros(2, 1, 1, 1, 1), eps)
    drawn = euler(lambda z, t: exact(z, clock(t, (1, 1, 1)), TEXT[:2]), state, times).z
    assert torch.allclose(drawn, SPREAD * eps, atol=1e-5)
    rough = euler(lambda z, t: hasty(z, clock(t, (1, 1, 1)), TEXT[:2]), state, times).z
    assert (rough - SPREAD * eps).abs().max() > 0.05


def test_cells_that_wait_leap_from_where_they_are():
    strength = torch.tensor([0.0, 0.3, 0.5, 1.0]).view(1, 1, 4, 1, 1)
    state = LatentState.begin(torch.zeros(1, 1, 4, 1, 1), strength, noise(1, 1, 4, 1, 1))
    moments = torch.tensor([1.0, 0.6, 0.2, 0.0], dtype=torch.float64)
    clock, seen = path.leaping(moments), []

    def told(z, times):
        seen.append(clock(times, (1, 1, 1)))
        return exact(z, seen[-1], TEXT[:1])

    end = euler(told, state, moments).z
    assert seen[0][0].tolist() == [[1000, 600], [700, 600], [500, 200], [0, 0]]
    assert seen[1][0].tolist() == [[600, 200], [600, 200], [500, 200], [0, 0]]
    assert seen[2][0].tolist() == [[200, 0], [200, 0], [200, 0], [0, 0]]
    start = state.times(1.0)
    assert torch.allclose(end, state.z * sigma(torch.zeros(())) / sigma(start), atol=1e-5)


def test_one_time_for_all_is_told_once():
    clock = path.leaping(torch.tensor([1.0, 0.5, 0.0]))
    assert clock(torch.full((3, 1, 1, 1, 1), 0.5), (1, 2, 2)).tolist() == [[[500.0, 0.0]]] * 3


def mixed_levels():
    """Some cells given, the others each at its own level."""
    times = torch.rand(6, 1, 2, 2, 2, generator=rng(1))
    times[:, :, 0, 0] = 0
    return Levels(times, times)


@pytest.mark.parametrize("ahead", [by_difference, by_halves])
@pytest.mark.parametrize("levels", [alike(torch.linspace(0.05, 1, 6)), mixed_levels()])
def test_the_flow_itself_has_no_loss_and_haste_has(ahead, levels):
    x0 = SPREAD * noise(6, 3, 2, 2, 2)
    asked = {"levels": levels, "leaps": 1.0, "ahead": ahead}
    good = flow_map_loss(exact, field, x0, TEXT, rng(), **asked)
    assert good.parts["flow"] < 1e-5
    bad = flow_map_loss(hasty, field, x0, TEXT, rng(), **asked)
    assert bad.parts["flow"] > 1e-2 and bad.value > 1e-2


def test_batches_that_do_not_leap_are_a_teachers():
    x0, levels = SPREAD * noise(6, 3, 2, 2, 2), alike(torch.linspace(0.2, 0.9, 6))
    told = []

    def network(z, timestep, text):
        told.append(timestep.ndim)
        return torch.zeros_like(z)

    one, other = rng(3), rng(3)
    torch.rand((), generator=other)  # whether to leap
    plain = flow_map_loss(network, field, x0, TEXT, one, levels=levels, leaps=0.0)
    assert plain.value == taught_loss(network, field, x0, TEXT, other, levels=levels).value
    assert told == [1, 1]


def test_both_kinds_of_batches_come_and_long_leaps_are_half():
    x0, levels = SPREAD * noise(6, 3, 2, 2, 2), alike(torch.full((6,), 0.8))
    generator, ends = rng(5), []

    def network(z, timestep, text):
        if torch.is_grad_enabled():
            ends.append(None if timestep.ndim == 1 else timestep[:, 0])
        return exact(
            z, timestep if timestep.ndim == 3 else timestep.view(6, 1, 1).expand(6, 1, 2), text
        )

    for _ in range(200):
        flow_map_loss(network, field, x0, TEXT, generator, levels=levels)
    leapt = torch.cat([end for end in ends if end is not None])
    assert 70 < sum(end is None for end in ends) < 130
    assert torch.allclose(leapt[:, 0], torch.tensor(800.0)) and (leapt[:, 1] < 800).all()
    assert 0.42 < (leapt[:, 1] == 0).float().mean() < 0.58


def test_a_clip_that_is_far_off_counts_less():
    x0, levels = torch.zeros(2, 3, 1, 1, 1), alike(torch.tensor([0.5, 0.5]))
    errors = torch.tensor([0.3, 3.0]).view(2, 1, 1, 1, 1)
    loss = taught_loss(
        lambda z, t, c: z + errors, lambda z, t, c: z, x0, TEXT[:2], rng(), levels=levels, even=0.1
    )
    squares = errors.flatten() ** 2
    counted = 0.1 / (0.1 + squares)
    assert torch.isclose(loss.value, (squares * counted).sum() / counted.sum())
    assert torch.isclose(loss.parts["flow"], squares.mean())


def shown():
    return noise(2, 3, 2, 2, 2), noise(2, 5, 8)


@torch.no_grad()
def test_a_flow_map_begins_as_the_field_that_it_follows():
    field, (latents, text) = awake(TINY), shown()
    begun = widen(field, DiT(MAP)).eval()
    expected = field(latents, torch.tensor([300.0, 800.0]), text)
    steps = torch.tensor([[[300.0, 0.0]], [[800.0, 200.0]]])
    assert torch.allclose(begun(latents, steps, text), expected, atol=1e-6)
    assert torch.allclose(begun(latents, steps[:, 0, 0], text), expected, atol=1e-6)


@torch.no_grad()
def test_told_no_end_a_flow_map_says_the_velocity_here():
    model, (latents, text) = awake(MAP), shown()
    levels = torch.rand(2, 8, generator=rng()) * 1000
    here = torch.stack([levels, levels], -1)
    assert torch.allclose(model(latents, levels, text), model(latents, here, text), atol=1e-6)
    there = torch.stack([levels, levels / 2], -1)
    assert (model(latents, levels, text) - model(latents, there, text)).abs().max() > 1e-3


@torch.no_grad()
def test_steps_that_repeat_are_worked_out_once_to_the_same():
    conditions = awake(MAP).condition_embedder
    steps = torch.tensor([[[500.0, 0.0], [900.0, 500.0]], [[900.0, 500.0], [500.0, 100.0]]])
    seen = []
    handle = conditions.time_proj.register_forward_hook(lambda _m, _x, y: seen.append(y.shape[1]))
    level, modulation = conditions.time(steps)
    one, _ = conditions.time(steps[:1, :1].expand(2, 4, 2))
    handle.remove()
    assert seen == [3, 1] and one.shape[:2] == (1, 1)
    with torch.enable_grad():
        plain_level, plain_modulation = conditions.time(steps)
    assert torch.allclose(level, plain_level, atol=1e-6)
    assert torch.allclose(modulation, plain_modulation, atol=1e-6)


def test_others_do_not_know_where_steps_end():
    latents, text = shown()
    with pytest.raises(HimmelError, match="another sampler than flow-map"):
        DiT(TINY)(latents, torch.tensor([[[500.0, 0.0]]]).expand(2, 1, 2), text)


def test_files_say_what_is_a_flow_map():
    read = DiTConfig.from_dict(MAP.to_dict())
    assert isinstance(read, FlowMapConfig) and read == MAP
    both = DiTConfig.from_dict(MAP.to_dict() | {"latent_std": [0.0, 0.5, 2.0]})
    assert isinstance(both, FlowMapConfig) and both.latent_std == (0.0, 0.5, 2.0)
    prior = DiTConfig.from_dict(TINY.to_dict() | {"latent_std": [0.0, 0.5, 2.0]})
    assert type(prior) is PriorConfig


@torch.no_grad()
def test_a_flow_map_may_know_the_spread_of_its_numbers():
    config = FlowMapConfig.from_dict(MAP.to_dict() | {"latent_std": [0.0, 0.5, 2.0]})
    latents, text = shown()
    asleep = DiT(config)  # answers with nothing but what the numbers say of themselves
    levels = torch.tensor([300.0, 800.0])
    steps = torch.stack([levels, levels / 2], -1).unsqueeze(1)
    assert torch.equal(asleep(latents, steps, text), asleep(latents, levels, text))
    assert asleep(latents, steps, text)[:, 1:].abs().max() > 0.1


def test_a_flow_map_learns_to_leap():
    """Single numbers as latents, of which a small network learns the factor from noise to data."""
    generator = rng(1)
    net = torch.nn.Sequential(torch.nn.Linear(3, 64), torch.nn.SiLU(), torch.nn.Linear(64, 1))
    torch.nn.init.zeros_(net[2].weight)

    def network(z, timestep, text):
        pair = timestep.view(len(z), 1, -1)[..., [0, -1]].view(len(z), 2) / 1000
        read = torch.cat([pair, torch.ones(len(z), 1)], 1)
        return z * net(read).view(-1, 1, 1, 1, 1)

    optimiser = torch.optim.Adam(net.parameters(), 1e-2)
    x0 = SPREAD * torch.randn(256, 1, 1, 1, 1, generator=generator)
    text = torch.ones(256, 1, 1)
    for _ in range(400):
        levels = alike(torch.rand(256, generator=generator))
        loss = flow_map_loss(network, field, x0, text, generator, levels=levels)
        optimiser.zero_grad()
        loss.value.backward()
        optimiser.step()
    one = torch.ones(256, 1, 1, 1, 1)
    leap = torch.tensor([[[1000.0, 0.0]]]).expand(256, 1, 2)
    with torch.no_grad():
        assert torch.allclose(one - network(one, leap, text), SPREAD * one, atol=0.06)
        assert (one - velocity(one, one) - SPREAD * one).abs().max() > 0.4  # one hasty step
