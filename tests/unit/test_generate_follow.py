"""A disc that follows what is in it, on films whose truth is known."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from himmel.generate.follow import discs, followed

GROUND = np.random.default_rng(0).integers(60, 120, (64, 96, 3)).astype(np.uint8)


def film_of(places, side=10, colour=(220, 40, 40)):
    """A coloured square on a noisy ground, its middle at these places."""
    frames = GROUND[None].repeat(len(places), 0)
    for frame, (x, y) in zip(frames, places, strict=True):
        frame[y - side // 2 : y + side // 2, x - side // 2 : x + side // 2] = colour
    return frames


@given(st.integers(-4, 4), st.integers(-2, 2))
def test_what_moves_is_followed(right, down):
    places = [(48 + right * i, 32 + down * i) for i in range(8)]
    found = followed(film_of(places), places[0], 7)
    off = np.array(found) - np.array(places)
    assert found[0] == places[0] and np.abs(off).max() < 1


def test_what_is_like_its_surroundings_stays_where_it_was_seen():
    even = np.full((5, 32, 32, 3), 80, np.uint8)
    assert followed(even, (10.0, 12.0), 6) == [(10.0, 12.0)] * 5


def test_what_grows_is_followed():
    sizes = [8, 12, 16, 20]
    film = np.concatenate([film_of([(48, 32)], side) for side in sizes])
    assert np.abs(np.array(followed(film, (48, 32), 6)) - (48, 32)).max() < 1.5


def test_a_disc_holds_what_is_near():
    places = [(30, 30), (34, 30)]
    masks = discs(film_of(places), places[0], 7)
    assert masks.shape == (2, 64, 96) and masks[0, 30, 30] and masks[0, 30, 37]
    assert not masks[0, 30, 38] and masks[1, 30, 40] and not masks[1, 30, 26]
