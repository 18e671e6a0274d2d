"""A canvas holds what is known; blank means text to video."""

import pytest
import torch

from himmel.conditions.canvas import blank, known
from himmel.core.errors import HimmelError
from himmel.core.geometry import LatentShape

SHAPE = LatentShape(channels=3, frames=4, height=2, width=2)


def test_a_blank_canvas_begins_as_pure_noise():
    eps = torch.randn(2, *SHAPE.array)
    state = blank(SHAPE, batch=2).begin(eps)
    assert torch.equal(state.z, eps)
    assert state.times(0.7).flatten().tolist() == pytest.approx([0.7, 0.7])
    assert state.positions.shape == (SHAPE.cells, 3)


@pytest.mark.parametrize(("start", "kept"), [(0, [0, 1]), (-2, [2, 3])])
def test_prefix_and_suffix_begin_clean(start, kept):
    latents, eps = torch.full((1, 3, 2, 2, 2), 9.0), torch.randn(1, *SHAPE.array)
    state = known(latents, start)(blank(SHAPE)).begin(eps)
    free = [i for i in range(4) if i not in kept]
    assert (state.z[:, :, kept] == 9).all()
    assert torch.equal(state.z[:, :, free], eps[:, :, free])
    assert (state.times(1.0)[:, :, kept] == 0).all()


def test_a_mask_keeps_a_region_at_its_strength():
    mask = torch.zeros(4, 2, 2)
    mask[:, 0, 0] = 1
    canvas = known(torch.ones(1, *SHAPE.array), strength=0.5, mask=mask)(blank(SHAPE))
    assert (canvas.strength[..., 0, 0] == 0.5).all()
    assert canvas.strength.sum() == 0.5 * 4


def test_conditions_do_not_change_the_canvas_they_write_on():
    canvas = blank(SHAPE)
    known(torch.ones(1, *SHAPE.array))(canvas)
    assert canvas.x0.sum() == 0 and canvas.strength.sum() == 0


def test_refuses_what_does_not_fit():
    with pytest.raises(HimmelError, match="a canvas of 4"):
        known(torch.ones(1, 3, 2, 2, 2), start=3)(blank(SHAPE))
    with pytest.raises(HimmelError, match="strength"):
        known(torch.ones(1, 3, 2, 2, 2), strength=1.5)
