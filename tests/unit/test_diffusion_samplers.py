"""For Gaussian data the velocity is known exactly, so the sampler's result is too."""

import pytest
import torch

from himmel.diffusion.samplers import euler
from himmel.diffusion.schedules import shifted_times
from himmel.diffusion.state import LatentState


def gaussian_field(mean, std):
    """The exact velocity E[eps - x0 | z_t] when x0 ~ N(mean, std^2)."""

    def velocity(z, t):
        variance = (1 - t) ** 2 * std**2 + t**2
        return (t - (1 - t) * std**2) / variance * (z - (1 - t) * mean) - mean

    return velocity


@pytest.mark.parametrize("shift", [1.0, 3.0])
def test_gaussian_data_come_out_with_their_mean_and_variance(shift):
    generator = torch.Generator().manual_seed(0)
    eps = torch.randn(1, 1, 20, 32, 32, generator=generator)
    zeros = torch.zeros_like(eps)
    state = LatentState.begin(zeros, torch.zeros(1, 1, 1, 1, 1), eps)
    end = euler(gaussian_field(2.0, 0.5), state, shifted_times(400, shift)).z
    torch.testing.assert_close(end, 2.0 + 0.5 * eps, atol=0.02, rtol=0)
    assert abs(end.std().item() - 0.5) < 0.01


def test_more_steps_come_closer():
    eps = torch.linspace(-2, 2, 9).view(1, 1, 9, 1, 1)
    state = LatentState.begin(torch.zeros_like(eps), torch.zeros(1, 1, 1, 1, 1), eps)
    errors = [
        (euler(gaussian_field(0.0, 0.5), state, shifted_times(n)).z - 0.5 * eps).abs().max()
        for n in (5, 20, 80)
    ]
    assert errors[0] > errors[1] > errors[2]


def test_reports_every_step():
    state = LatentState.begin(*[torch.zeros(1, 1, 1, 1, 1)] * 3)
    seen = []
    euler(lambda z, t: z, state, shifted_times(3), lambda done, steps: seen.append((done, steps)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
