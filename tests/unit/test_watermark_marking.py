"""The mark for people, what the door does, and a network in place of our watermark."""

import dataclasses
import hashlib
import logging

import numpy as np
import pytest

from himmel.core.env import shows_mark
from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.values import Request
from himmel.generate.door import generate
from himmel.provenance import identity
from himmel.provenance.read import read_manifest
from himmel.provenance.registry import mark_of
from himmel.provenance.watermark import find, visible
from himmel.provenance.watermark.marking import Marking, SpreadSpectrum
from himmel.provenance.watermark.plugged import Plugged, pinned

KEY, MARK = b"a key of this test", 0xC0FFEE42
SIZES = [(64, 64), (128, 128), (256, 256), (288, 512), (512, 288)]


def grounds(height, width, frames=1):
    noise = np.random.default_rng(1).integers(0, 256, (frames, height, width, 3), np.uint8)
    return {"black": 0 * noise, "white": 0 * noise + 255, "noise": noise, "grey": 0 * noise + 128}


def luminance(levels):
    """Relative luminance of sRGB, as WCAG 2 defines it."""
    part = np.asarray(levels, float) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return linear @ np.asarray([0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("ground", ["black", "white", "noise", "grey"])
@pytest.mark.parametrize("size", SIZES)
def test_the_letters_stand_out_on_any_ground(size, ground):
    """Three to one, against the rim or, where that is as dark as the ground, against both."""
    frame = grounds(*size)[ground]
    (marked,) = visible.draw(frame, 8.0)
    letters, rim = visible.stamp(*size)
    top, left = visible.place(*size, letters.shape, 0.0)
    part = luminance(marked[top:, left:][: letters.shape[0], : letters.shape[1]])
    light = part[letters >= 0.8 * letters.max()]
    dark = part[(rim >= 0.9 * rim.max()) & (letters < 0.05)]
    assert (light.mean() + 0.05) / (dark.mean() + 0.05) >= 3


@pytest.mark.parametrize("size", SIZES)
def test_a_capital_is_a_twentieth_of_the_shorter_side(size):
    letters, _ = visible._written("A", visible.GLYPH * min(size))
    rows = np.flatnonzero((letters > 0.4).any(1))
    assert rows[-1] - rows[0] + 1 >= 0.05 * min(size)


@pytest.mark.parametrize("size", SIZES)
def test_it_moves_a_fifth_of_the_width_in_any_four_seconds(size):
    stamp = visible.stamp(*size)[0].shape
    columns = np.asarray([visible.place(*size, stamp, t / 8)[1] for t in range(8 * 30)])
    rows = np.asarray([visible.place(*size, stamp, t / 8)[0] for t in range(8 * 30)])
    ranges = [np.ptp(columns[n : n + 32]) for n in range(len(columns) - 32)]
    assert min(ranges) >= 0.2 * size[1]
    assert rows.min() >= 0 and rows.max() + stamp[0] <= size[0] and np.ptp(rows) > size[0] / 2
    assert columns.min() >= 0 and columns.max() + stamp[1] <= size[1]


def test_it_wanders_on_from_chunk_to_chunk():
    frames = grounds(64, 64, 9)["noise"]
    pieces = [visible.draw(frames[:1], 8.0), visible.draw(frames[1:], 8.0, 1)]
    assert np.array_equal(np.concatenate(pieces), visible.draw(frames, 8.0))


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (16, 200)])
def test_the_smallest_pictures_carry_what_fits(size):
    assert visible.draw(grounds(*size)["black"], 8.0).shape == (1, *size, 3)


def test_both_marks_or_the_hidden_one_alone(caplog):
    frames = grounds(128, 128, 2)["grey"]
    with caplog.at_level(logging.WARNING):
        (both,) = Marking(shown=True, key=KEY).apply(iter([frames]), MARK, 8.0)
        assert not caplog.records
        (alone,) = Marking(shown=False, key=KEY).apply(iter([frames]), MARK, 8.0)
    assert "the visible mark is turned off; clip c0ffee42" in caplog.text
    assert find(both, KEY).mark == find(alone, KEY).mark == MARK
    assert np.abs(both.astype(int) - frames).max() > 80 > np.abs(alone.astype(int) - frames).max()


@pytest.mark.parametrize(("word", "shown"), [(None, True), ("on", True), (" OFF ", False)])
def test_the_operator_decides_on_the_visible_one(monkeypatch, word, shown):
    monkeypatch.delenv("HIMMEL_VISIBLE_MARK", raising=False)
    if word is not None:
        monkeypatch.setenv("HIMMEL_VISIBLE_MARK", word)
    assert shows_mark() is Marking().shown is shown
    assert Marking().told() == {"watermark": "himmel.spread-spectrum.1", "visible_mark": shown}


def test_another_word_is_refused(monkeypatch):
    monkeypatch.setenv("HIMMEL_VISIBLE_MARK", "perhaps")
    with pytest.raises(HimmelError, match="neither on nor off"):
        shows_mark()


def test_the_door_marks_with_the_houses_key(tiny_system, tmp_path):
    request = Request(prompt="a red car", width=24, height=16)
    result = generate(request, tiny_system, tmp_path / "clip.mp4")
    written = read_manifest(tmp_path / "clip.mp4")
    assert written["watermark"] == SpreadSpectrum().name and written["visible_mark"] is True
    bare = dataclasses.replace(tiny_system, marking=Marking(hidden=Bare()))
    frames = generate(request, bare, tmp_path / "bare.mp4").clip.frames
    expected = SpreadSpectrum().embed(frames, mark_of(written["id"]), identity.secret())
    assert np.array_equal(result.clip.frames, expected)


class Bare:
    """Hides nothing."""

    name = "none"

    def embed(self, frames, mark, key):
        return frames


def test_without_a_key_nothing_is_drawn(tiny_system, tmp_path, monkeypatch):
    def lost():
        raise HimmelError("the secret is gone")

    monkeypatch.setattr("himmel.provenance.identity.secret", lost)
    monkeypatch.setattr("himmel.generate.door.denoise", None)
    with pytest.raises(HimmelError, match="secret is gone"):
        generate(Request(prompt="a red car"), tiny_system, tmp_path / "clip.mp4")
    assert list(tmp_path.iterdir()) == []


class Lowest:
    """A network's double: bit n is the lowest bit of pixel n."""

    bits = 256

    def embed(self, frames, bits):
        marked = frames.reshape(len(frames), -1).copy()
        marked[:, : self.bits] = marked[:, : self.bits] & 0xFE | bits
        return marked.reshape(frames.shape)

    def read(self, frames):
        return (frames.reshape(len(frames), -1)[:, : self.bits] & 1).mean(0) - 0.5


def test_a_network_carries_the_same_marks():
    plugged, frames = Plugged(Lowest()), grounds(16, 16)["noise"]
    marked = plugged.embed(frames, MARK, KEY)
    assert plugged.find(marked, KEY).mark == MARK
    assert plugged.find(marked, b"another key") is None and plugged.find(frames, KEY) is None
    flat = marked.reshape(1, -1)
    flat[:, :110] = 0  # a good part of the bits is lost
    listed = plugged.find(marked, KEY, [7, MARK])
    assert listed.mark == MARK and listed.listed and listed.confidence >= 1 - 1e-6


def test_a_network_that_reads_nothing_finds_nothing():
    class Silent(Lowest):
        def read(self, frames):
            return np.zeros(self.bits)

    assert Plugged(Silent()).find(grounds(16, 16)["noise"], KEY) is None


def test_a_small_network_is_refused():
    class Small(Lowest):
        bits = 32

    with pytest.raises(HimmelError, match="32 bits is too small"):
        Plugged(Small())


def test_weights_are_the_ones_that_were_meant(tmp_path):
    file = tmp_path / "weights.bin"
    with pytest.raises(HimmelError, match="no weights at"):
        pinned(file, "00")
    file.write_bytes(b"weights")
    with pytest.raises(DamagedFileError, match="has the SHA-256"):
        pinned(file, "00")
    assert pinned(file, hashlib.sha256(b"weights").hexdigest().upper()) == file
