"""Every way of drawing noise levels keeps its promise, and the mix keeps its shares."""

import pytest
import torch

from himmel.core.errors import HimmelError
from himmel.diffusion.mixture import Levels, NoiseMix, alike, beside, draw_levels

GRID = (5, 4, 3)
NOTHING = {"even": 0.0, "rising": 0.0, "apart": 0.0, "kept": 0.0, "region": 0.0}


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def only(way, count=200, **changes):
    mix = NoiseMix(**{**NOTHING, way: 1.0, **changes})
    return draw_levels(mix, count, GRID, rng())


def frames_of(levels):
    """(B, T), where all cells of a latent frame agree."""
    assert levels.told.shape[3:] == (1, 1)
    return levels.told[:, 0, :, 0, 0]


@pytest.mark.parametrize("way", list(NOTHING))
def test_levels_are_levels(way):
    levels = only(way)
    for values in (levels.times, levels.told):
        assert values.expand(200, 1, *GRID).numel() == 200 * 60
        assert values.min() >= 0 and values.max() <= 1
    assert (levels.told.amax((1, 2, 3, 4)) > 0).all()  # something is always to be drawn
    assert ((levels.times == levels.told) | (levels.told == 0)).all()


def test_even_levels_agree():
    levels = frames_of(only("even"))
    assert levels.shape == (200, 1) and len(levels[:, 0].unique()) == 200


def test_rising_levels_rise_and_those_apart_do_not():
    rising, apart = frames_of(only("rising")), frames_of(only("apart"))
    assert (rising.diff(dim=1) >= 0).all()
    assert (apart.diff(dim=1) < 0).any() and (apart.std(1) > 0).all()


def test_kept_frames_are_given_and_the_others_share_a_level():
    levels = frames_of(only("kept", dirty=0.0, aware=0.0))
    for told in levels:
        drawn = told[told > 0]
        assert 1 <= len(drawn) < 5 and (drawn == drawn[0]).all()
    known = {tuple((told == 0).tolist()) for told in levels}
    assert (True, False, False, False, False) in known  # a picture to animate
    assert (True, True, False, False, False) in known  # a beginning
    assert (False, False, False, True, True) in known  # an end
    assert (True, False, False, False, True) in known  # both
    assert any(not k[0] and not k[-1] for k in known)  # frames inside


def test_a_region_is_a_box_through_all_frames():
    levels = only("region", dirty=0.0, aware=0.0)
    assert (levels.told == levels.told[:, :, :1]).all()
    clean = (levels.told == 0).flatten(1).any(1)
    assert 0.3 < clean.float().mean() < 0.6  # half are known outside; some boxes fill the frame
    for told in levels.told[:, 0, 0]:
        assert len(told.unique()) <= 2


def test_what_is_known_may_be_dirty_or_say_so():
    silent = only("kept", dirty=1.0, aware=0.0)
    given = silent.told == 0
    assert (silent.times[given] > 0).all() and silent.times[given].median() < 0.06
    aware = only("kept", dirty=0.0, aware=1.0)
    assert torch.equal(aware.times, aware.told)
    assert (aware.told.amin((1, 2, 3, 4)) < 0.15).all()


def test_shares_are_kept():
    mix, generator = NoiseMix(**{**NOTHING, "even": 0.7, "apart": 0.3}), rng()
    drawn = [draw_levels(mix, 2, GRID, generator) for _ in range(1000)]
    even = sum(levels.told.shape[2] == 1 for levels in drawn) / 1000
    assert abs(even - 0.7) < 0.05


def test_a_picture_is_always_drawn():
    levels = draw_levels(NoiseMix(**{**NOTHING, "kept": 1.0}), 50, (1, 4, 4), rng())
    assert (levels.told > 0).all()


def test_the_same_seed_draws_the_same():
    first, second = (draw_levels(NoiseMix(), 8, GRID, rng(3)) for _ in range(2))
    assert torch.equal(first.times, second.times) and torch.equal(first.told, second.told)


def test_alike_is_one_level_a_clip():
    levels = alike(torch.tensor([0.25, 0.5]))
    assert isinstance(levels, Levels) and levels.told.shape == (2, 1, 1, 1, 1)


@pytest.mark.parametrize("changes", [{"even": 0.5}, {"even": -0.1, "rising": 0.65}, {"dirty": 0.9}])
def test_shares_that_do_not_add_up_are_refused(changes):
    with pytest.raises(HimmelError):
        NoiseMix(**changes)


@pytest.mark.parametrize("way", ["even", "apart", "region"])
def test_pictures_beside_a_clip_are_given(way):
    levels = only(way, count=3)
    longer = beside(levels, GRID[0], 2)
    assert longer.told.shape[2] == 7 and longer.told.shape[3:] == levels.told.shape[3:]
    assert (longer.times[:, :, 5:] == 0).all() and (longer.told[:, :, 5:] == 0).all()
    assert (longer.told[:, :, :5] == levels.told).all()
