"""Cutting and joining: the sound stays with its picture, uneven times become even ones."""

from fractions import Fraction

import av
import numpy as np
import pytest

from himmel.core.errors import HimmelError
from himmel.core.values import Clip, Sound
from himmel.media.cut import cut, join, steady, take
from himmel.media.read import TimedFrame, frames_of
from himmel.media.sound import converted, read_sound
from himmel.media.write import write_clip

NTSC = 30000 / 1001


def flashing(frames, fps, rate=48000, every=6, level=255):
    """Every few frames a white one with a tone of exactly its length: what sync is measured by."""
    pixels = np.zeros((frames, 32, 48, 3), np.uint8)
    samples = np.zeros((round(frames / fps * rate), 1), np.float32)
    for n in range(0, frames, every):
        pixels[n] = level
        first, last = round(n / fps * rate), round((n + 1) / fps * rate)
        samples[first:last, 0] = np.sin(np.arange(last - first) / 7)
    return Clip(pixels, fps, Sound(samples, rate))


def assert_in_sync(clip, every=6, first=0):
    """Tones begin within 1 ms of the white frames."""
    white = np.flatnonzero(clip.frames.mean(axis=(1, 2, 3)) > 100)
    assert list(white) == list(range(first, len(clip.frames), every))
    loud = np.abs(clip.sound.samples[:, 0]) > 0.1
    for n in white:
        begin = n / clip.fps * clip.sound.rate
        near = np.flatnonzero(loud[max(int(begin) - 500, 0) : int(begin) + 500])
        assert abs(near[0] + max(int(begin) - 500, 0) - begin) <= 0.001 * clip.sound.rate


def frame(value, seconds):
    return TimedFrame(np.full((2, 2, 3), value, np.uint8), seconds)


def test_a_cut_keeps_sound_with_its_picture():
    whole = flashing(60, NTSC)
    part = cut(whole, 12 / NTSC, 40 / NTSC)
    assert len(part.frames) == 28 and part.sound.seconds == pytest.approx(28 / NTSC, abs=1e-4)
    assert_in_sync(part)
    assert len(cut(whole, 1.0).frames) == 30
    assert len(cut(Clip(whole.frames, NTSC), 0, 1).frames) == 30
    for start, end in ((9.0, None), (0.5, 0.5), (-1.0, 1.0)):
        with pytest.raises(HimmelError, match="no frame"):
            cut(whole, start, end)


def test_many_joins_do_not_drift():
    """A thousand-and-first of a second lost at each of 40 joins would be heard."""
    piece = flashing(6, NTSC, rate=44100)
    joined = join([piece] * 40)
    assert len(joined.frames) == 240
    assert len(joined.sound.samples) == round(Fraction(240 * 1001, 30000) * 44100)
    assert_in_sync(joined)


def test_a_join_fills_silence_and_meets_rates_and_channels():
    mono, silent = flashing(12, 24.0, rate=44100), flashing(12, 24.0)
    stereo = Sound(np.repeat(flashing(12, 24.0).sound.samples, 2, axis=1), 48000)
    joined = join([mono, Clip(silent.frames, 24.0), Clip(silent.frames, 24.0, stereo)])
    assert joined.sound.rate == 48000 and joined.sound.samples.shape == (72000, 2)
    assert not joined.sound.samples[24000:48000].any()
    assert np.abs(joined.sound.samples[48000:72000]).max() > 0.9
    assert join([Clip(silent.frames, 24.0)] * 2).sound is None


def test_what_does_not_join_is_refused():
    a, b = flashing(6, 24.0), flashing(6, 25.0)
    with pytest.raises(HimmelError, match="at 24 fps and 48x32 at 25 fps do not join"):
        join([a, b])
    with pytest.raises(HimmelError, match="nothing to join"):
        join([])


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.mkv"])
def test_taking_from_a_file_keeps_sync(tmp_path, name):
    clip, path = flashing(72, 24.0), tmp_path / name
    write_clip(tmp_path / "a.mp4" if name == "a.mkv" else path, clip)
    if name == "a.mkv":
        remux(tmp_path / "a.mp4", path)
    back = take(path)
    assert back.frames.shape == clip.frames.shape and back.fps == 24.0
    assert_in_sync(back)
    part = take(path, 0.5, 2.0)
    assert len(part.frames) == 36 and part.sound.seconds == pytest.approx(1.5)
    assert_in_sync(part)
    with pytest.raises(HimmelError, match=r"lasts 3\.0"):
        take(path, 3.5)


def remux(source, target):
    with av.open(str(source)) as old, av.open(str(target), "w") as new:
        tracks = {s.index: new.add_stream_from_template(s) for s in old.streams}
        for packet in old.demux():
            if packet.dts is not None:
                packet.stream = tracks[packet.stream_index]
                new.mux(packet)


def test_even_times_neither_double_nor_drop():
    """24 frames a second in a container of milliseconds."""
    rounded = [frame(n, round(n / 24, 3)) for n in range(48)]
    assert [f.frame[0, 0, 0] for f in steady(rounded, 24)] == list(range(48))
    assert [f.frame[0, 0, 0] for f in steady(rounded, 12, end=2.0)] == list(range(0, 48, 2))
    shown = [f.frame[0, 0, 0] for f in steady(rounded, 48, end=2.0)]
    assert shown == [n // 2 for n in range(96)]


def test_even_times_of_an_uneven_film():
    film = [frame(0, 0.0), frame(1, 0.3), frame(2, 0.4), frame(3, 1.0)]
    found = list(steady(film, 10, end=1.2))
    assert [f.frame[0, 0, 0] for f in found] == [0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 3, 3]
    np.testing.assert_allclose([f.seconds for f in found], np.arange(12) / 10)
    assert list(steady([], 10)) == []


def test_sound_of_a_film_without_any(tmp_path):
    write_clip(tmp_path / "a.gif", Clip(flashing(6, 10.0).frames, 10.0))
    assert read_sound(tmp_path / "a.gif") is None
    assert take(tmp_path / "a.gif").sound is None
    write_clip(tmp_path / "a.mp4", flashing(12, 24.0))
    with pytest.raises(HimmelError, match="has 1 sound tracks; 1 is not one"):
        read_sound(tmp_path / "a.mp4", track=1)
    with pytest.raises(HimmelError, match="no span"):
        read_sound(tmp_path / "a.mp4", 2.0, 1.0)


def test_a_pause_in_the_sound_is_silence(tmp_path):
    """Packets left out in the middle do not pull the rest forward."""
    write_clip(tmp_path / "a.mp4", flashing(72, 24.0))
    with av.open(str(tmp_path / "a.mp4")) as old, av.open(str(tmp_path / "b.mkv"), "w") as new:
        tracks = {s.index: new.add_stream_from_template(s) for s in old.streams}
        for packet in old.demux():
            track, seconds = packet.stream_index, float((packet.pts or 0) * packet.time_base)
            if packet.dts is not None and not (
                packet.stream.type == "audio" and 1.1 < seconds < 1.9
            ):
                packet.stream = tracks[track]
                new.mux(packet)
    sound = read_sound(tmp_path / "b.mkv")
    quiet = sound.samples[round(1.2 * 48000) : round(1.85 * 48000)]
    assert not quiet.any()
    assert np.abs(sound.samples[round(2.0 * 48000) : round(2.04 * 48000)]).max() > 0.5


def test_converting_keeps_length_and_pitch():
    second = np.sin(2 * np.pi * 440 * np.arange(44100) / 44100, dtype=np.float32)[:, None]
    other = converted(Sound(second, 44100), 48000, 2)
    assert other.rate == 48000 and abs(len(other.samples) - 48000) <= 2
    ideal = np.sin(2 * np.pi * 440 * np.arange(47000) / 48000)
    assert np.abs(other.samples[100:47000, 1] - ideal[100:]).max() < 0.01


def test_a_span_of_frames_begins_with_the_one_on_screen(tmp_path):
    write_clip(tmp_path / "a.mp4", flashing(24, 8.0))
    spans = {(0.3, 0.7): [0.25, 0.375, 0.5, 0.625], (0.5, 0.75): [0.5, 0.625], (2.9, 9.0): [2.875]}
    for (start, end), times in spans.items():
        assert [f.seconds for f in frames_of(tmp_path / "a.mp4", start, end)] == times
    with pytest.raises(HimmelError, match="no span"):
        next(frames_of(tmp_path / "a.mp4", 1.0, 0.5))
