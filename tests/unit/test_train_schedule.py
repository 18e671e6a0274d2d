"""The learning-rate curve, in closed form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from himmel.core.errors import HimmelError
from himmel.train.schedule import Schedule, ScheduleConfig


def test_the_curve_by_hand():
    curve = Schedule(ScheduleConfig(steps=100, warmup=10, cooldown=0.4, final=0.03))
    assert (curve.start, curve.end) == (60, 100)
    assert curve.factor(0) == pytest.approx(0.1)
    assert curve.factor(9) == curve.factor(59) == 1.0
    assert curve.factor(79) == pytest.approx((1 + 0.03) / 2)
    assert curve.factor(99) == pytest.approx(0.03)


def test_a_clock_places_the_cooldown_once():
    curve = Schedule(ScheduleConfig(steps=10_000, warmup=10, cooldown=0.25))
    assert curve.at_clock(300, elapsed=74.0, budget=100.0) is curve
    placed = curve.at_clock(300, elapsed=75.0, budget=100.0)
    assert (placed.start, placed.end) == (300, 400)
    assert placed.at_clock(350, elapsed=99.0, budget=100.0) is placed
    assert placed.factor(399) == pytest.approx(0.03)
    assert Schedule(placed.config, placed.cooldown_start) == placed


def test_the_clock_never_lengthens_a_run():
    curve = Schedule(ScheduleConfig(steps=100, cooldown=0.4))
    assert curve.at_clock(60, elapsed=1e9, budget=1.0) is curve


@given(
    steps=st.integers(1, 500),
    warmup=st.integers(0, 50),
    cooldown=st.floats(0, 0.95),
    start=st.none() | st.integers(1, 500),
)
def test_factors_stay_between_nothing_and_one(steps, warmup, cooldown, start):
    config = ScheduleConfig(steps=steps, warmup=warmup, cooldown=cooldown)
    curve = Schedule(config)
    if start is not None:
        curve = curve.at_clock(start, 1.0, 1.0)
    assert 0 <= curve.start <= curve.end <= steps
    factors = [curve.factor(step) for step in range(curve.end)]
    assert all(0 < factor <= 1 for factor in factors)
    fall = factors[max(curve.start, warmup) :]
    assert fall == sorted(fall, reverse=True)


@pytest.mark.parametrize("bad", [{"steps": 0}, {"warmup": -1}, {"cooldown": 1.0}, {"final": 2.0}])
def test_impossible_curves_are_refused(bad):
    with pytest.raises(HimmelError, match="use"):
        ScheduleConfig(**{"steps": 10, **bad})
