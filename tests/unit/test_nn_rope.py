"""Rotary positions: relative, shift-free, and equal to the classical formula."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from himmel.nn.rope import axis_widths, grid_positions, grid_rotary, rotary_table, rotate

FLOATS = st.floats(-50, 50, allow_nan=False)
POINTS = st.tuples(FLOATS, FLOATS, FLOATS)


@pytest.mark.parametrize(
    ("head", "expected"), [(64, (24, 20, 20)), (128, (44, 42, 42)), (16, (8, 4, 4))]
)
def test_widths_are_those_of_wan(head, expected):
    assert axis_widths(head) == expected


def test_first_pair_turns_by_the_time_itself():
    cos, sin = rotary_table(torch.tensor([[0.7, 0.0, 0.0]]), 16)
    out = rotate(torch.tensor([1.0, 0.0] + [0.0] * 14).view(1, 1, 1, 16), cos, sin).flatten()
    assert out[0] == pytest.approx(math.cos(0.7), abs=1e-6)
    assert out[8] == pytest.approx(math.sin(0.7), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(POINTS, POINTS, POINTS)
def test_products_depend_on_differences_alone(first, second, shift):
    rng = torch.Generator().manual_seed(0)
    query, key = torch.randn(2, 1, 1, 1, 16, generator=rng)

    def product(at, to):
        q = rotate(query, *rotary_table(torch.tensor([at], dtype=torch.float64), 16))
        k = rotate(key, *rotary_table(torch.tensor([to], dtype=torch.float64), 16))
        return float((q * k).sum())

    moved = [tuple(a + b for a, b in zip(p, shift, strict=True)) for p in (first, second)]
    assert product(first, second) == pytest.approx(product(*moved), abs=1e-4)


@settings(max_examples=20, deadline=None)
@given(POINTS)
def test_turning_keeps_lengths(point):
    x = torch.randn(1, 1, 2, 22, generator=torch.Generator().manual_seed(1))
    turned = rotate(x, *rotary_table(torch.tensor([point]), 22))
    assert torch.allclose(turned.norm(dim=-1), x.norm(dim=-1), atol=1e-5)


def test_grid_runs_fastest_along_the_width():
    assert grid_positions(2, 1, 3).tolist() == [
        [0, 0, 0], [0, 0, 1], [0, 0, 2], [1, 0, 0], [1, 0, 1], [1, 0, 2],
    ]  # fmt: skip
    table = grid_rotary((2, 1, 3), 16, torch.device("cpu"))
    assert torch.equal(table.cos, rotary_table(grid_positions(2, 1, 3), 16).cos)


def test_samples_may_have_positions_of_their_own():
    positions = torch.rand(2, 4, 3)
    x = torch.randn(2, 4, 1, 16)
    both = rotate(x, *rotary_table(positions, 16))
    assert torch.allclose(both[1:], rotate(x[1:], *rotary_table(positions[1], 16)))
