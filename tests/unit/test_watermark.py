"""A number in the pictures: it is not seen, it is found again, and never where it is not."""

import math
from itertools import combinations, islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from himmel.core.errors import HimmelError
from himmel.generate.sizes import SMALLEST
from himmel.provenance.watermark import embed, find, hiding
from himmel.provenance.watermark.code import (
    DATA,
    SYMBOLS,
    _back,
    _matrix_product,
    _times,
    encode,
    likeliest,
    marks_of,
    totals_of,
)
from himmel.provenance.watermark.embed import LEAST_PSNR
from himmel.provenance.watermark.find import FALSE_ALARMS, threshold
from himmel.provenance.watermark.pattern import HIGH, LOW, TILE, band, moved, phases, tile, turns
from himmel.provenance.watermark.waves import surface, waves_in
from himmel.world.clip import make_clip
from himmel.world.graph import sample_graph

KEY, MARK = b"a key of this test", 0xC0FFEE42
BYTES = st.integers(0, 255)
MARKS = st.integers(0, 2**32 - 1)


@settings(deadline=None)
@given(BYTES, BYTES, BYTES)
def test_the_field_is_a_field(a, b, c):
    a, b, c = (np.asarray([value], np.uint8) for value in (a, b, c))
    assert _times(a, b) == _times(b, a)
    assert _times(a, b ^ c) == _times(a, b) ^ _times(a, c)
    assert _times(_times(a, b), c) == _times(a, _times(b, c))
    assert _times(a, np.asarray([1], np.uint8)) == a


def test_doubling_is_a_shift_and_a_reduction():
    values = np.arange(256, dtype=np.uint8)
    expected = [v << 1 ^ (0x11D if v & 0x80 else 0) for v in range(256)]
    assert _times(values, np.full(256, 2, np.uint8)).tolist() == expected


@settings(max_examples=10, deadline=None)
@given(MARKS)
def test_any_four_symbols_give_the_mark_back(mark):
    word = encode(np.asarray([mark], np.uint32))
    for chosen in combinations(range(SYMBOLS), DATA):
        data = _matrix_product(np.ascontiguousarray(word[:, list(chosen)]), _back(chosen))
        assert marks_of(data).tolist() == [mark]


@settings(deadline=None)
@given(MARKS, MARKS)
def test_two_marks_share_three_symbols_at_most(first, second):
    a, b = encode(np.asarray([first, second], np.uint32))
    assert first == second or (a == b).sum() < DATA


@settings(max_examples=8, deadline=None)
@given(MARKS, st.permutations(range(SYMBOLS)))
def test_four_symbols_that_are_lost_do_not_matter(mark, order):
    scores = np.random.default_rng(mark).normal(0, 1, (SYMBOLS, 256)).astype(np.float32)
    word = encode(np.asarray([mark], np.uint32))[0]
    for symbol in order[:DATA]:
        scores[symbol, word[symbol]] = 12
    assert likeliest(scores)[0] == mark


def test_a_band_holds_one_of_two_opposite_waves():
    waves = set(zip(*(side.tolist() for side in band()), strict=True))
    assert not any((-ky, -kx) in waves for ky, kx in waves)
    assert all(LOW <= math.hypot(*wave) / TILE <= HIGH for wave in waves)


def test_another_key_is_another_pattern():
    ours, theirs = phases(b"ours"), phases(b"theirs")
    assert np.allclose(np.abs(ours), 1, atol=1e-5)
    alike = np.abs((ours * np.conj(theirs)).mean(1))
    assert alike.max() < 5 / math.sqrt(ours.shape[1])


def test_a_value_moves_its_pattern_by_whole_steps():
    value = 16 * 3 + 5
    aside = moved(np.asarray([-3 * 8.0]), np.asarray([-5 * 8.0]))[0]
    np.testing.assert_allclose(turns()[value], aside, atol=1e-5)


@pytest.mark.parametrize("scale", [1.0, 0.5, 2.0])
def test_waves_of_a_tile_at_any_scale(scale):
    """A tile begun at (24, 40) has its anchor's peak there, in pixels of the tile."""
    pattern = np.roll(tile(MARK, KEY), (-24, -40), (0, 1))
    side = round(2 * TILE * scale)
    picture = Image.fromarray(np.tile(pattern, (2, 2))).resize((side, side), Image.BICUBIC)
    scores = surface(waves_in(np.asarray(picture), scale) * np.conj(phases(KEY)[0]))
    row, column = np.unravel_index(scores.argmax(), scores.shape)
    assert (2 * row, 2 * column) == (TILE - 24, TILE - 40)
    assert scores.max() > 10


def test_scores_of_chance_have_variance_one():
    picture = np.random.default_rng(3).normal(size=(96, 80)).astype(np.float32)
    waves = waves_in(picture, 1.0)
    scores = [(waves * np.conj(phases(bytes([n, 1]))[0])).real.sum() for n in range(200)]
    assert np.std(scores) == pytest.approx(1, abs=0.2)


def test_the_threshold_is_chernoffs():
    z, tried, rivals = threshold(1e6, 2**32), 1e6, 2**32
    assert 4 * tried * rivals * math.exp(-z * z / 2) == pytest.approx(FALSE_ALARMS)
    assert threshold(1e6, 100) < z


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 3))
def test_box_is_a_mean_over_a_square(height, width, reach):
    plane = np.random.default_rng(height * width).normal(size=(height, width)).astype(np.float32)
    padded = np.pad(plane, reach, mode="edge")
    size = 2 * reach + 1
    expected = np.lib.stride_tricks.sliding_window_view(padded, (size, size)).mean((2, 3))
    np.testing.assert_allclose(hiding.box(plane, reach), expected, atol=1e-5)


def test_capped_keeps_the_budget_and_what_is_small():
    amount = np.asarray([[1.0, 2.0], [8.0, 30.0]], np.float32)
    cut = hiding.capped(amount, 6.0)
    assert np.mean(cut**2) == pytest.approx(6.0, rel=1e-2) and np.mean(cut**2) <= 6.0
    assert cut[0].tolist() == [1, 2] and cut[1, 0] == cut[1, 1]
    assert hiding.capped(amount, 1e4) is amount


def scene(size=160, frames=5, seed=5):
    """Something to hide in: soft hills of all sizes that drift, and a clear sky above them."""
    rng = np.random.default_rng(seed)
    waves = np.fft.rfft2(rng.normal(size=(size, size)))
    radius = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None]) * size
    hills = np.fft.irfft2(waves / np.maximum(radius, 2) ** 1.2, (size, size))
    hills *= 45 / hills.std()
    made = []
    for n in range(frames):
        plane = np.roll(hills, (n, 2 * n), (0, 1)) + 120
        plane[: size // 3] = 180 - np.arange(size // 3)[:, None] / 2
        made.append(plane[..., None] + np.asarray([10, 0, -10]))
    return np.clip(made, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def clip():
    return scene()


@pytest.fixture(scope="module")
def marked(clip):
    return embed(clip, MARK, KEY)


def test_nobody_sees_it(clip, marked):
    for before, after in zip(clip, marked, strict=True):
        error = np.mean((before.astype(float) - after) ** 2)
        assert 10 * math.log10(255**2 / error) >= LEAST_PSNR - 0.4
        assert hiding.similarity(hiding.luma(before), hiding.luma(after)) >= 0.97


@given(st.lists(st.integers(1, 4), min_size=1, max_size=9))
@settings(max_examples=5, deadline=None)
def test_chunks_of_any_length_give_the_same_frames(lengths):
    small = scene(48)
    rest, pieces = iter(small), []
    for length in [*lengths, len(small)]:
        piece = np.asarray(list(islice(rest, length)), np.uint8).reshape(-1, 48, 48, 3)
        pieces.append(embed(piece, MARK, KEY))
    assert np.array_equal(np.concatenate(pieces), embed(small, MARK, KEY))


def resized(frames, scale):
    side = round(frames.shape[1] * scale)
    return np.stack([np.asarray(Image.fromarray(f).resize((side, side))) for f in frames])


ATTACKS = {
    "nothing": (lambda f: f, 1.0, "as it is"),
    "crop": (lambda f: f[:, 37:151, 11:125], 1.0, "as it is"),
    "smaller": (lambda f: resized(f, 0.55), 0.55, "as it is"),
    "larger": (lambda f: resized(f, 1.5), 1.5, "as it is"),
    "mirrored": (lambda f: f[:, :, ::-1], 1.0, "left-right"),
    "upside down": (lambda f: f[:, ::-1], 1.0, "upside down"),
    "turned": (lambda f: f[:, ::-1, ::-1], 1.0, "turned"),
    "darker": (lambda f: f // 2, 1.0, "as it is"),
    "half the frames": (lambda f: f[::2], 1.0, "as it is"),
    "one frame": (lambda f: f[2:3], 1.0, "as it is"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_it_is_found_again(marked, name):
    attack, scale, side = ATTACKS[name]
    found = find(attack(marked), KEY)
    assert found.mark == MARK and found.confidence >= 1 - FALSE_ALARMS
    assert found.scale == pytest.approx(scale, rel=0.01) and found.mirrored == side


def test_a_crop_tells_its_place(marked):
    found = find(marked[:, 37:151, 11:125], KEY)
    assert found.row == pytest.approx(TILE - 37, abs=1)
    assert found.column == pytest.approx(TILE - 11, abs=1)


@pytest.mark.parametrize("codec", ["libx264", "libvpx-vp9"])
def test_a_codec_leaves_it(marked, codec):
    attacks = pytest.importorskip("himmel_benchmarks.attacks")
    found = find(attacks.coded(marked, codec, crf="28", **{"b:v": "0"}), KEY)
    assert found.mark == MARK


def test_the_registry_helps_where_bits_are_lost():
    """What is one mark of 2**32 in a word of eight symbols is, in few, one of them."""
    assert threshold(1e6, 2**32) - threshold(1e6, 1000) > 1.4
    word = encode(np.asarray([MARK], np.uint32))
    scores = np.zeros((SYMBOLS, 256), np.float32)
    scores[np.arange(3), word[0, :3]] = 5  # three symbols left: no mark can be told from them alone
    others = encode(np.arange(1000, dtype=np.uint32))
    assert totals_of(scores, word)[0] == 15 > totals_of(scores, others).max()


def test_an_issued_mark_is_found_in_a_small_piece(marked):
    found = find(marked[:, :72, :72], KEY, [1, 2, MARK])
    assert found is not None and found.mark == MARK


def test_nothing_is_found_where_nothing_is(clip, marked):
    assert find(clip, KEY) is None
    assert find(marked, b"another key") is None
    assert find(np.zeros((2, 64, 64, 3), np.uint8), KEY, [MARK]) is None
    assert find(marked[:, :16, :16], KEY) is None and find(marked[:0], KEY) is None


def test_no_false_alarm_under_eight_keys(clip):
    """The bench counts 2,000: himmel bench watermark-alarms."""
    small, marks = clip[:1, 70:118, :48], list(range(50))
    assert not any(find(small, bytes([n, 7]), marks) for n in range(8))


def test_what_cannot_be_marked_is_refused(clip):
    with pytest.raises(HimmelError, match="whole number from 0 to 4294967295"):
        embed(clip, 2**32, KEY)
    with pytest.raises(HimmelError, match="needs a key"):
        embed(clip, 1, b"")
    with pytest.raises(HimmelError, match="uint8 of the shape"):
        find(clip[0], KEY)
    assert len(embed(clip[:0], 1, KEY)) == 0
    assert embed(np.zeros((1, 1, 1, 3), np.uint8), 1, KEY).shape == (1, 1, 1, 3)


@pytest.mark.parametrize("frames", [1, 9])
def test_the_smallest_films_and_pictures_that_are_made_carry_a_mark(frames):
    for seed in range(3):
        drawn = make_clip(sample_graph(seed, "core"), SMALLEST, frames, 8.0).frames
        found = find(embed(drawn, MARK + seed, KEY), KEY)
        assert found is not None and found.mark == MARK + seed
