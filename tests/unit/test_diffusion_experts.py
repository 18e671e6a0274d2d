"""Two velocity fields on one path."""

import pytest
import torch

from himmel.diffusion import path
from himmel.diffusion.experts import switched
from himmel.diffusion.samplers import SAMPLERS
from himmel.diffusion.schedules import shifted_times
from himmel.diffusion.state import LatentState


def field(name, asked):
    def velocity(z, times):
        asked.append((name, round(float(times.max()), 4)))
        return torch.zeros_like(z)

    return velocity


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_the_boundary_belongs_to_much_noise(sampler):
    asked = []
    both = switched(field("high", asked), field("low", asked), 0.5)
    state = LatentState.begin(
        torch.zeros(1, 1, 2, 1, 1), torch.zeros(1, 1, 1, 1, 1), torch.zeros(1)
    )
    SAMPLERS[sampler](both, state, shifted_times(4), lambda *_: None)
    assert {name for name, t in asked if t >= 0.5} == {"high"}
    assert {name for name, t in asked if t < 0.5} == {"low"}


def test_known_cells_do_not_decide():
    asked = []
    both = switched(field("high", asked), field("low", asked), 0.5)
    both(torch.zeros(1, 1, 2, 1, 1), torch.tensor([0.0, 0.9]).view(1, 1, 2, 1, 1))
    assert asked == [("high", 0.9)]


def test_whole_ticks_are_compared_where_networks_read_them():
    times = torch.tensor([0.8757, 0.0], dtype=torch.float64)
    asked = []
    fields = field("high", asked), field("low", asked)
    for clock in (path.timestep, path.whole_timestep(times)):
        now = times[0].float().view(1, 1, 1, 1, 1)
        switched(*fields, 0.8755, clock)(torch.zeros(1, 1, 1, 1, 1), now)
    assert [name for name, _ in asked] == ["high", "low"]
