"""Schedules fall from one to zero and shift towards noise."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from himmel.core.errors import HimmelError
from himmel.diffusion.schedules import (
    flow_match_euler_times,
    logit_normal_times,
    shifted,
    shifted_times,
    unipc_times,
)


@given(st.integers(1, 100), st.floats(0.2, 16))
def test_times_fall_from_one_to_zero(steps, shift):
    for schedule in (shifted_times, unipc_times, flow_match_euler_times):
        times = schedule(steps, shift)
        assert len(times) == steps + 1
        assert 1 - 2e-6 < times[0] < 1 + 1e-6 and times[-1] == 0
        assert (times.diff() < 0).all()


def test_shift_one_changes_nothing_and_two_is_the_formula():
    assert torch.equal(shifted_times(4), torch.tensor([1, 0.75, 0.5, 0.25, 0]))
    assert shifted(torch.tensor(0.5), 2.0).item() == pytest.approx(2 / 3)


def test_refuses_what_cannot_be_a_schedule():
    for schedule in (shifted_times, unipc_times, flow_match_euler_times):
        with pytest.raises(HimmelError, match="0 steps"):
            schedule(0)
        with pytest.raises(HimmelError, match="shift"):
            schedule(4, 0.0)


def test_training_times_are_logit_normal():
    times = logit_normal_times(20000, torch.Generator().manual_seed(0))
    assert times.min() > 0 and times.max() < 1
    logits = torch.logit(times)
    assert logits.mean().abs() < 0.03 and (logits.std() - 1).abs() < 0.03
    later = logit_normal_times(20000, torch.Generator().manual_seed(0), shift=3.0)
    torch.testing.assert_close(later.median(), torch.tensor(0.75), atol=0.01, rtol=0)
