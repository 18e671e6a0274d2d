"""What strength means: where a cell starts, when it starts to move, and that s = 1 never does."""

import torch

from himmel.diffusion.samplers import euler
from himmel.diffusion.schedules import shifted_times
from himmel.diffusion.state import LatentState, grid


def state_of(strength):
    x0, eps = torch.full((1, 2, 2, 1, 1), 5.0), torch.full((1, 2, 2, 1, 1), 1.0)
    return LatentState.begin(x0, strength, eps)


def test_begins_on_the_path_of_every_cell():
    state = state_of(torch.tensor([0.0, 0.75]).view(1, 1, 2, 1, 1))
    assert state.z[0, 0].flatten().tolist() == [1.0, 4.0]
    assert state.times(1.0).flatten().tolist() == [1.0, 0.25]
    assert state.times(0.125).flatten().tolist() == [0.125, 0.125]


def test_known_cells_never_move():
    state = state_of(torch.tensor([0.0, 1.0]).view(1, 1, 2, 1, 1))
    end = euler(lambda z, t: torch.randn_like(z), state, shifted_times(5))
    assert torch.equal(end.z[:, :, 1], state.x0[:, :, 1])
    assert not torch.equal(end.z[:, :, 0], state.z[:, :, 0])


def test_partly_known_cells_wait_for_their_time():
    state = state_of(torch.full((1, 1, 1, 1, 1), 0.5))
    assert torch.equal(state.moved(torch.ones_like(state.z), 1.0, 0.5).z, state.z)
    moved = state.moved(torch.ones_like(state.z), 0.75, 0.25)
    torch.testing.assert_close(moved.z, state.z - 0.25)


def test_the_true_velocity_brings_any_strength_back_to_the_data():
    state = state_of(torch.tensor([0.2, 0.6]).view(1, 1, 2, 1, 1))
    velocity = torch.full_like(state.z, 1.0 - 5.0)
    end = euler(lambda z, t: velocity, state, shifted_times(7, 1.5))
    torch.testing.assert_close(end.z, state.x0)


def test_grid_counts_frames_rows_columns():
    positions = grid(torch.zeros(1, 4, 2, 2, 3))
    assert positions.shape == (12, 3)
    assert positions[0].tolist() == [0, 0, 0]
    assert positions[4].tolist() == [0, 1, 1]
    assert positions[-1].tolist() == [1, 1, 2]
