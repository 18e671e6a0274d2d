"""A canvas holds what is known; blank means text to video."""

import pytest
import torch

from himmel.conditions.canvas import blank, keyframe, known
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


@pytest.mark.parametrize("write", [known, lambda latents: keyframe(latents, 1.0)])
@pytest.mark.parametrize(
    "shape", [(1, 3, 1, 1, 2), (1, 3, 1, 2, 1), (1, 1, 1, 2, 2), (1, 3, 1, 4, 4)]
)
def test_latents_of_another_size_are_refused_and_not_spread(write, shape):
    with pytest.raises(HimmelError, match="do not fit a canvas of 3 channels and 2x2 cells"):
        write(torch.ones(shape))(blank(SHAPE))


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (torch.ones(4, 1, 2), "4 x 1 x 2 cells does not cover latents of 4 x 2 x 2"),
        (torch.ones(2, 2), "2 x 2 cells does not cover"),
        (torch.full((4, 2, 2), 255.0), "0 .redraw. to 1 .keep. for every cell"),
        (torch.full((4, 2, 2), float("nan")), "for every cell"),
    ],
)
def test_a_mask_that_does_not_fit_is_refused(mask, words):
    with pytest.raises(HimmelError, match=words):
        known(torch.ones(1, *SHAPE.array), mask=mask)
