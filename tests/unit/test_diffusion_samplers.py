"""For Gaussian data the velocity and the way of every point are known exactly, so errors are too."""

import math

import pytest
import torch

from himmel.core.errors import HimmelError
from himmel.diffusion.samplers import SAMPLERS, euler, evaluations, heun, sampler_named, unipc
from himmel.diffusion.schedules import shifted_times
from himmel.diffusion.state import LatentState

MEAN, STD = 1.0, 0.5


def gaussian_field(mean, std):
    """The exact velocity E[eps - x0 | z_t] when x0 ~ N(mean, std^2)."""

    def velocity(z, t):
        variance = (1 - t) ** 2 * std**2 + t**2
        return (t - (1 - t) * std**2) / variance * (z - (1 - t) * mean) - mean

    return velocity


def carried(z, t, r):
    """Where the exact flow takes z at time t by time r: every point keeps its quantile."""
    spread = [math.hypot((1 - time) * STD, time) for time in (t, r)]
    return (1 - r) * MEAN + spread[1] / spread[0] * (z - (1 - t) * MEAN)


def whole(eps):
    """A state without known cells."""
    zeros = torch.zeros_like(eps)
    return LatentState.begin(zeros, zeros[:, :1, :1, :1, :1], eps)


EPS = torch.linspace(-2, 2, 9, dtype=torch.float64).view(1, 1, 9, 1, 1)


def error(sampler, times, **options):
    """The largest distance from the exact solution at the end of `times`."""
    end = sampler(gaussian_field(MEAN, STD), whole(EPS), times, **options).z
    return float((end - carried(EPS, 1.0, float(times[-1]))).abs().max())


def order(sampler, last=0.0, steps=(64, 256), **options):
    """The order of convergence that more steps show, on even times from 1 to `last`."""
    even = [torch.linspace(1, last, n + 1, dtype=torch.float64) for n in steps]
    errors = [error(sampler, times, **options) for times in even]
    return math.log(errors[0] / errors[1]) / math.log(steps[1] / steps[0])


@pytest.mark.parametrize("name", SAMPLERS)
@pytest.mark.parametrize("shift", [1.0, 3.0])
def test_gaussian_data_come_out_with_their_mean_and_variance(name, shift):
    eps = torch.randn(1, 1, 20, 32, 32, generator=torch.Generator().manual_seed(0))
    end = SAMPLERS[name](gaussian_field(2.0, 0.5), whole(eps), shifted_times(400, shift)).z
    torch.testing.assert_close(end, 2.0 + 0.5 * eps, atol=0.02, rtol=0)
    assert abs(end.std().item() - 0.5) < 0.01


@pytest.mark.parametrize(
    ("name", "expected"), [("euler", 1), ("heun", 2), ("dpmpp-2m", 1.8), ("unipc", 2)]
)
def test_orders_of_convergence_down_to_data(name, expected):
    """From pure noise the ratio that DPM-Solver++ counts in is uneven, which costs it a logarithm."""
    assert order(SAMPLERS[name]) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"order": 1}, 2),
        ({"order": 2, "corrected": False}, 2),
        ({"order": 2}, 3),
        ({"order": 3}, 4.1),
    ],
)
def test_a_corrector_raises_the_order_by_one(options, expected):
    """Away from data: the last steps are of order 1 and nothing corrects the very last."""
    found = order(unipc, last=0.1, lower_order_final=False, **options)
    assert found == pytest.approx(expected, abs=0.2) or found > expected > 4


def test_second_order_pays_at_twelve_steps():
    errors = {name: error(SAMPLERS[name], shifted_times(12, 1.5).double()) for name in SAMPLERS}
    assert errors["heun"] < errors["euler"] / 4
    assert max(errors["dpmpp-2m"], errors["unipc"]) < errors["euler"] / 7


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_straight_field_takes_one_step(name):
    """Data at one point: the velocity is the same all along, and every order sees that."""
    for steps in (1, 2, 7):
        end = SAMPLERS[name](gaussian_field(3.0, 1e-9), whole(EPS), shifted_times(steps).double())
        torch.testing.assert_close(end.z, torch.full_like(EPS, 3.0), atol=1e-6, rtol=0)


@pytest.mark.parametrize("name", SAMPLERS)
def test_reports_every_step_and_counts_evaluations(name):
    seen, asked = [], []

    def field(z, t):
        asked.append(t)
        return z

    SAMPLERS[name](field, whole(EPS), shifted_times(3).double(), lambda *step: seen.append(step))
    assert seen == [(1, 3), (2, 3), (3, 3)] and len(asked) == evaluations(name, 3)


def test_names():
    assert sampler_named("heun") is heun and sampler_named("euler") is euler
    with pytest.raises(
        HimmelError, match="no sampler 'ddim'; use euler or heun or dpmpp-2m or unipc"
    ):
        sampler_named("ddim")
    with pytest.raises(HimmelError, match="order 0"):
        unipc(lambda z, t: z, whole(EPS), shifted_times(2), order=0)


# Cells that know something


def cells(*strengths, x0=0.7):
    """A state of cells side by side, each of its own strength."""
    strength = torch.tensor(strengths, dtype=torch.float64).view(1, 1, -1, 1, 1)
    eps = torch.linspace(-1, 1, len(strengths), dtype=torch.float64).view_as(strength)
    return LatentState.begin(torch.full_like(eps, x0), strength, eps)


FREE = {name: SAMPLERS[name] for name in SAMPLERS} | {
    "unipc-3": lambda *given: unipc(*given, order=3)
}


@pytest.mark.parametrize("sampler", FREE.values(), ids=FREE)
def test_known_cells_never_move(sampler):
    state = cells(0.0, 1.0, 0.4)
    end = sampler(lambda z, t: torch.randn_like(z), state, shifted_times(6).double())
    assert torch.equal(end.z[:, :, 1], state.x0[:, :, 1])
    assert end.z.isfinite().all() and not torch.equal(end.z[:, :, 0], state.z[:, :, 0])


@pytest.mark.parametrize("sampler", FREE.values(), ids=FREE)
def test_a_cell_that_waits_is_drawn_as_if_its_own_times_were_all(sampler):
    """1 - s is a time of the schedule: order and history begin there."""
    times, field = (
        torch.tensor([1, 0.8, 0.5, 0.3, 0.2, 0.1, 0], dtype=float),
        gaussian_field(1, 0.5),
    )
    together = sampler(field, cells(0.0, 0.5, 0.7, 0.9), times).z
    for cell, began in enumerate([0, 2, 3, 5]):
        state = cells(0.0, 0.5, 0.7, 0.9)
        only = [x[:, :, cell : cell + 1] for x in (state.z, state.x0, state.strength)]
        alone = sampler(field, LatentState(*only, state.positions), times[began:])
        torch.testing.assert_close(together[:, :, cell : cell + 1], alone.z, atol=1e-12, rtol=0)


@pytest.mark.parametrize(
    ("name", "expected"), [("euler", 1), ("heun", 2), ("dpmpp-2m", 1.75), ("unipc", 2)]
)
@pytest.mark.parametrize("strength", [0.15, 0.5, 0.77])
def test_orders_hold_for_partly_known_cells(name, expected, strength):
    state, errors = cells(strength, strength), []
    for steps in (128, 512):
        times = shifted_times(steps, 1.5).double()
        end = SAMPLERS[name](gaussian_field(MEAN, STD), state, times).z
        errors.append(float((end - carried(state.z, 1 - strength, 0.0)).abs().max()))
    assert math.log(errors[0] / errors[1], 4) == pytest.approx(expected, abs=0.15)


def crowd(z, t):
    """A field in which every cell looks at the others: what a waiting cell predicts changes."""
    return gaussian_field(z.mean().expand_as(z), STD)(z, t) + 0.3 * torch.sin(3 * z.mean() + 5 * t)


@pytest.mark.parametrize("name", ["dpmpp-2m", "unipc"])
def test_no_slope_from_a_short_step_of_its_own(name):
    """A cell that starts just before the common time arrives is drawn like one that starts with it.

    Between the two predictions its own time passes by 1e-7 and the other cells by a whole step.
    """
    times = torch.tensor([1, 0.8, 0.5, 0.3, 0.2, 0.1, 0], dtype=float)
    exactly, barely = (
        SAMPLERS[name](crowd, cells(0.0, 0.0, 0.5 - early), times).z for early in (0, 1e-7)
    )
    torch.testing.assert_close(exactly, barely, atol=1e-5, rtol=0)
