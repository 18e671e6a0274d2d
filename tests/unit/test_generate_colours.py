"""Colours given to a film: what the map is worked out by hand for."""

import numpy as np
import pytest

from himmel.generate.colours import recoloured

RNG = np.random.default_rng(0)


def clouds(middle, spread, count):
    """Colours around a middle, within the levels."""
    drawn = RNG.normal(size=(count, 3)) @ np.diag(spread) + middle
    return np.rint(drawn).clip(0, 255).astype(np.uint8)


def test_mean_and_covariance_become_those_of_the_picture():
    film = clouds((90, 120, 150), (8, 20, 12), 4096).reshape(4, 32, 32, 3)
    picture = clouds((160, 100, 60), (15, 5, 10), 4096).reshape(64, 64, 3)
    moved = recoloured(film, picture).reshape(-1, 3)
    assert moved.mean(0) == pytest.approx(picture.reshape(-1, 3).mean(0), abs=0.5)
    assert np.cov(moved.T) == pytest.approx(np.cov(picture.reshape(-1, 3).T), abs=4)


def test_a_film_in_its_own_colours_stays():
    film = clouds((90, 120, 150), (8, 20, 12), 1024).reshape(1, 32, 32, 3)
    assert np.abs(recoloured(film, film[0]).astype(int) - film).max() <= 1


def test_grey_levels_are_only_stretched():
    """The map is affine: along one axis its factor is the quotient of the deviations."""
    levels = np.arange(100, 140, dtype=np.uint8)[None, None, :, None].repeat(3, 3)
    picture = (2 * (levels[0].astype(int) - 100) + 60).astype(np.uint8)
    assert np.abs(recoloured(levels, picture)[0].astype(int) - picture).max() <= 1


def test_one_even_colour_becomes_another():
    film, picture = np.full((2, 8, 8, 3), 50, np.uint8), np.full((8, 8, 3), 200, np.uint8)
    assert (recoloured(film, picture) == 200).all()
