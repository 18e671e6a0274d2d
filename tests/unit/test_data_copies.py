"""Hashes stand what copies go through; planted near-copies are found and other clips are not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from himmel.core.errors import HimmelError
from himmel.data.alignment import SIDE, remainder, small, turned
from himmel.data.copies import LIMIT, Pair, groups, near_copies, views
from himmel.media.pdq import BITS, COPY, crops, dihedral, distance, from_hex, pdq, to_hex

SIZE = 64


def scene(seed, frames=17):
    """A smooth picture with a bright square that walks through it."""
    rng = np.random.default_rng(seed)
    waves = rng.normal(size=(6, 6, 3)) * 40 + 120
    ground = np.kron(waves, np.ones((SIZE // 6 + 1, SIZE // 6 + 1, 1)))[:SIZE, :SIZE]
    for _ in range(3):
        ground = (ground + np.roll(ground, 3, 0) + np.roll(ground, 3, 1)) / 3
    film = np.repeat(ground[None], frames, 0).clip(0, 255).astype(np.uint8)
    top, left = rng.integers(8, 40, 2)
    for t in range(frames):
        film[t, top : top + 12, left + t // 2 : left + t // 2 + 12] = rng.integers(0, 256, 3)
    return film


CLIPS = [scene(seed) for seed in range(8)]
KNOWN = [views(film) for film in CLIPS[:5]]
COPIES = {
    "same": lambda film: film,
    "darker": lambda film: (film * 0.7).astype(np.uint8),
    "noise": lambda film: np.clip(
        film + np.random.default_rng(9).normal(0, 12, film.shape), 0, 255
    ).astype(np.uint8),
    "small": lambda film: film[:, ::2, ::2],
    "trimmed": lambda film: film[3:12],
    "mirrored": lambda film: film[:, :, ::-1],
    "upside down": lambda film: film[:, ::-1],
    "turned": lambda film: np.rot90(film, 1, (1, 2)),
    "cropped": lambda film: film[:, 3:61, 5:63],
    "cropped mirrored": lambda film: film[:, 3:61, 5:63][:, :, ::-1],
}


@pytest.mark.parametrize("name", COPIES)
def test_a_planted_copy_is_found(name):
    number = list(COPIES).index(name) % len(KNOWN)
    held = [*KNOWN, views(COPIES[name](CLIPS[number]))]
    pairs = near_copies(held)
    assert [(p.first, p.second) for p in pairs] == [(number, len(KNOWN))]
    assert groups(len(held), pairs) == [*range(len(KNOWN)), number]


def test_clips_of_one_place_with_other_subjects_are_no_copies():
    film = CLIPS[0].copy()
    film[:, 40:56, 40:56] = (250, 20, 20)
    assert near_copies([views(CLIPS[0]), views(film)]) == []
    assert near_copies([views(CLIPS[0])]) == []


def test_groups_connect_chains():
    assert groups(5, [Pair(1, 3, 0.0), Pair(3, 4, 0.0)]) == [0, 1, 2, 1, 1]


def test_hashes_stand_scaling_and_light_but_not_another_picture():
    film = np.kron(CLIPS[3][:1], np.ones((1, 4, 4, 1), np.uint8))
    own = pdq(film)
    for changed in (film[:, ::2, ::2], (film * 0.6).astype(np.uint8)):
        assert distance(own, pdq(changed))[0, 0] <= COPY
    far = distance(own, pdq(CLIPS[4][:1]))[0, 0]
    assert 70 < far < 190 and far % 2 == 0


def test_half_of_the_bits_are_set_and_a_flat_picture_has_none():
    assert pdq(CLIPS[0]).sum(1).tolist() == [BITS // 2] * 17
    # rounding alone decides about a flat picture, so nothing may be made of it
    assert distance(pdq(CLIPS[0][:1]), pdq(np.full((1, 32, 32, 3), 9, np.uint8)))[0, 0] > COPY


@pytest.mark.parametrize("view", range(8))
def test_the_eight_views_are_those_of_turned_pictures(view):
    film = CLIPS[1][:2]
    by_hand = [film, film[:, :, ::-1], film[:, ::-1], film[:, ::-1, ::-1]]
    by_hand += [one.swapaxes(1, 2) for one in by_hand]
    assert distance(dihedral(film)[view], pdq(by_hand[view])).diagonal().max() <= 2
    np.testing.assert_array_equal(turned(small(film), view), small(by_hand[view]))


def test_crops_begin_with_the_whole():
    assert crops(CLIPS[2][:1]).shape == (10, 1, BITS)
    np.testing.assert_array_equal(crops(CLIPS[2][:1])[0], pdq(CLIPS[2][:1]))
    np.testing.assert_array_equal(crops(CLIPS[2][:1])[1], pdq(CLIPS[2][:1, :58, :58]))


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=3))
def test_digits_travel(rows):
    digits = [row.hex() for row in rows]
    assert to_hex(from_hex(digits)) == digits


@pytest.mark.parametrize("digits", ["", "zz" * 32, "ab" * 31, "a"])
def test_other_digits_are_refused(digits):
    with pytest.raises(HimmelError, match="hexadecimal"):
        from_hex([digits])


def test_the_hash_is_that_of_the_reference():
    """Measured against the package pdqhash, where somebody has built it."""
    reference = pytest.importorskip("pdqhash")
    for film in CLIPS[:4]:
        theirs = reference.compute(film[0])[0].astype(bool)[::-1]
        assert distance(pdq(film[:1]), theirs[None])[0, 0] <= 2


def test_nothing_remains_of_a_piece_on_its_whole():
    whole = small(CLIPS[6])
    assert remainder(whole[4:9], whole) == 0.0
    assert whole.shape == (17, SIDE, SIDE, 3)
    assert remainder(small(CLIPS[7]), whole) > 15


@pytest.mark.parametrize(("number", "top", "left"), [(3, 3, 5), (5, 1, 6), (7, 0, 0), (2, 6, 2)])
def test_a_piece_that_lies_between_pixels_is_found_there(number, top, left):
    """0.9 of a side of 64 is 36.25 pixels of 40, and begins at any eighth of one."""
    film = CLIPS[number]
    piece = film[:, top : top + 58, left : left + 58]
    assert remainder(small(piece), small(film)) < LIMIT


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 90), st.integers(1, 90))
def test_small_pictures_keep_the_mean(height, width):
    film = np.random.default_rng(height).integers(0, 256, (1, height, width, 3), np.uint8)
    assert small(film).mean() == pytest.approx(film.mean(), abs=0.01)
