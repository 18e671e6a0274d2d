"""What is written comes back: pixels within the codec's error, times to the tick, sound in sync."""

import io
from fractions import Fraction

import av
import numpy as np
import pytest

from himmel.core.errors import HimmelError
from himmel.core.values import Clip, Sound
from himmel.media.film import Film
from himmel.media.formats import APNG, GIF, MP4, WEBM, WEBP, format_of
from himmel.media.read import frames_of, probe, read_clip
from himmel.media.sequence import files_of
from himmel.media.sound import read_sound
from himmel.media.write import ClipWriter, StreamWriter, exact_rate, write_clip

RATES = [8, 24, 25, Fraction(30000, 1001), 12.5]
# name, decibels that smooth colours keep, largest error of a time in seconds
KINDS = [
    ("a.mp4", 39, 0.0),
    ("a.webm", 38, 0.0005),
    ("a.gif", 32, 0.005),
    ("a.webp", 40, 0.0005),
    ("a.apng", 99, 0.0),
    ("folder", 99, 0.0),
    ("frame%03d.png", 99, 0.0),
]


def moving(frames=12, height=64, width=96):
    t, y, x = np.mgrid[0:frames, 0:height, 0:width]
    red, green, blue = x * 2 + t * 4, y * 3, 120 + 100 * np.sin(x / 15 + t / 3)
    return np.clip(np.stack([red, green, blue], axis=-1), 0, 255).astype(np.uint8)


def noise(seconds, rate=48000, channels=2):
    white = np.random.default_rng(0).standard_normal((round(seconds * rate), channels))
    soft = np.apply_along_axis(np.convolve, 0, white, np.ones(16) / 16, "same")
    return Sound((0.4 * soft).astype(np.float32), rate)


def psnr(one, other):
    error = np.mean((one.astype(float) - other.astype(float)) ** 2)
    return 10 * np.log10(255**2 / max(error, 1e-10))


def lag(found, sent):
    """Seconds by which `found` comes later than `sent`, by where they agree best."""
    size = 1 << int(np.ceil(np.log2(len(found) + len(sent))))
    spectra = np.fft.rfft(found, size) * np.conj(np.fft.rfft(sent, size))
    shift = int(np.argmax(np.fft.irfft(spectra)))
    return shift if shift < size // 2 else shift - size


@pytest.mark.parametrize("fps", RATES, ids=str)
@pytest.mark.parametrize(("name", "decibels", "tick"), KINDS, ids=[kind[0] for kind in KINDS])
def test_pictures_and_times(tmp_path, name, decibels, tick, fps):
    path, frames = tmp_path / name, moving()
    write_clip(path, Clip(frames, fps))
    rate = None if path.suffix and "%" not in name else float(fps)
    back = read_clip(path, fps=rate)
    assert back.frames.shape == frames.shape
    assert psnr(back.frames, frames) > decibels
    ideal = np.arange(12) / float(exact_rate(fps))
    assert np.abs(back.times - ideal).max() <= tick + 1e-9
    about = probe(path, rate)
    assert (about.width, about.height, about.frames) == (96, 64, 12)
    assert about.seconds == pytest.approx(12 / float(fps), abs=0.011)
    if not tick:
        assert about.fps == pytest.approx(float(fps))


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "stream.mp4"])
@pytest.mark.parametrize("rate", [48000, 44100, 16000, 22050])
@pytest.mark.parametrize("channels", [1, 2])
def test_sound_stays_in_sync(tmp_path, name, rate, channels):
    path, fps, frames = tmp_path / name, Fraction(30000, 1001), moving(45)
    sound = noise(45 / fps, rate, channels)
    if name == "stream.mp4":
        with path.open("wb") as file, StreamWriter(file, fps) as writer:
            for n in range(0, 45, 9):
                part = slice(round(n / fps * rate), round((n + 9) / fps * rate))
                writer.push(frames[n : n + 9], Sound(sound.samples[part], rate))
    else:
        write_clip(path, Clip(frames, float(fps), sound))
    back = read_sound(path)
    assert back.samples.shape[1] == channels and abs(back.seconds - sound.seconds) < 0.07
    sent = resampled(sound, back.rate)
    assert abs(lag(back.samples[:, 0], sent)) <= 0.001 * back.rate
    cut = read_sound(path, 0.4, 1.1)
    assert len(cut.samples) == round(0.7 * back.rate)
    part = sent[round(0.4 * back.rate) : round(1.1 * back.rate)]
    assert abs(lag(cut.samples[:, 0], part)) <= 0.001 * back.rate
    assert np.abs(read_clip(path).times - np.arange(45) / float(fps)).max() < 6e-4


def resampled(sound, rate):
    """Its first channel at another rate, by straight lines: enough to find a lag."""
    count = round(sound.seconds * rate)
    first = sound.samples[:, 0]
    return np.interp(np.arange(count) / rate, np.arange(len(first)) / sound.rate, first)


def test_a_stream_can_be_watched_while_it_is_made():
    file, seen = io.BytesIO(), []
    with StreamWriter(file, 24, {"title": "Fluß"}) as writer:
        for n in range(0, 48, 8):
            writer.push(moving(48)[n : n + 8])
            seen.append(file.tell())
    assert not file.closed and seen[1] > 0 and seen == sorted(seen) and seen[-1] > seen[1]
    content = file.getvalue()
    assert content.count(b"moof") > 5 and content.index(b"moov") < content.index(b"moof")
    with av.open(io.BytesIO(content[: seen[3]])) as early:
        assert 20 <= sum(1 for _ in early.decode(video=0)) <= 32
        assert early.metadata["title"] == "Fluß"


def test_a_broken_stream_ends_and_says_nothing_more():
    file = io.BytesIO()
    with pytest.raises(RuntimeError), StreamWriter(file, 24) as writer:
        writer.push(moving(24))
        raise RuntimeError
    with pytest.raises(HimmelError, match="at least one frame"), StreamWriter(io.BytesIO(), 24):
        pass


def test_the_same_clip_gives_the_same_file(tmp_path):
    """Also between other work, which leaves other values in freed memory."""
    files = set()
    for n in range(6):
        write_clip(tmp_path / "other.webm", Clip(moving(4 + n, 50 + 2 * n, 70), 8.0, None))
        write_clip(tmp_path / "a.mp4", Clip(moving(20, 48, 64), 25.0))
        files.add((tmp_path / "a.mp4").read_bytes())
    assert len(files) == 1


def test_odd_sizes_are_kept_where_they_fit(tmp_path):
    for name in ("a.webm", "a.gif", "a.webp", "a.apng", "folder"):
        write_clip(tmp_path / name, Clip(moving(3, 33, 35), 8.0))
        back = read_clip(tmp_path / name, fps=8.0 if name == "folder" else None)
        assert back.frames.shape == (3, 33, 35, 3)


def test_one_frame_lasts_as_long_as_it_should(tmp_path):
    for name in ("a.webm", "a.gif", "a.mp4"):
        write_clip(tmp_path / name, Clip(moving(1), 8.0))
        assert probe(tmp_path / name).seconds == pytest.approx(1 / 8, abs=0.006), name


def test_sequences_lie_where_they_should_and_nothing_else(tmp_path):
    write_clip(tmp_path / "new" / "frames", Clip(moving(3), 8.0))
    write_clip(tmp_path / "p" / "f_%02d.png", Clip(moving(3), 8.0))
    assert [f.name for f in files_of(tmp_path / "new" / "frames")] == [
        f"00000{n}.png" for n in range(3)
    ]
    assert sorted(f.name for f in (tmp_path / "p").iterdir()) == [
        "f_00.png",
        "f_01.png",
        "f_02.png",
    ]
    back = [timed.seconds for timed in frames_of(tmp_path / "p" / "f_%02d.png", 0.1, 0.3, fps=8.0)]
    assert back == [0.0, 0.125, 0.25]


@pytest.mark.parametrize("name", ["a.webm", "a.gif", "a.webp", "a.apng", "folder", "f%03d.png"])
def test_an_interrupted_film_leaves_nothing(tmp_path, name):
    with pytest.raises(KeyboardInterrupt), ClipWriter(tmp_path / name, 8.0) as writer:
        writer.push(moving(5))
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("a.gif", {"sound": noise(1.5)}, "GIF holds no sound"),
        ("folder", {"sound": noise(1.5)}, "PNG sequence holds no sound"),
        ("a.mp4", {"sound": Sound(np.zeros((9, 3), np.float32), 48000)}, "1, 2, 6 or 8 channels"),
        ("a.mp4", {"sound": Sound(np.zeros(9, np.float32), 48000)}, "1, 2, 6 or 8 channels"),
        ("a.mp4", {"sound": Sound(np.zeros((9, 2), np.float32), 0)}, "samples a second"),
        ("a.gif", {"fps": 60.0}, "at most 50 frames"),
        ("a.gif", {"metadata": {"title": "x"}}, "GIF has no metadata"),
        ("f%03d.jpg", {}, "written as PNG"),
        ("a.ogg", {}, "names no film"),
    ],
)
def test_what_a_format_cannot_hold_is_refused(tmp_path, name, options, words):
    clip = Clip(moving(12), options.get("fps", 8.0), options.get("sound"))
    with pytest.raises(HimmelError, match=words):
        write_clip(tmp_path / name, clip, options.get("metadata"))
    assert list(tmp_path.iterdir()) == []


def test_sound_comes_at_once_or_never_and_in_one_form(tmp_path):
    with (
        pytest.raises(HimmelError, match="first frames"),
        ClipWriter(tmp_path / "a.mp4", 8) as writer,
    ):
        writer.push(moving(2))
        writer.push(moving(2), noise(0.25))
    with (
        pytest.raises(HimmelError, match="does not follow"),
        ClipWriter(tmp_path / "a.mp4", 8) as writer,
    ):
        writer.push(moving(2), noise(0.25))
        writer.push(moving(2), noise(0.25, 44100))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_use_is_not_touched(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(HimmelError, match="holds files already"):
        write_clip(tmp_path, Clip(moving(1), 8.0))
    assert [f.name for f in tmp_path.iterdir()] == ["mine.txt"]


def test_names_and_formats(tmp_path):
    names = ("x.MP4", "x.webm", "x.gif", "x.webp", "x.apng")
    assert [format_of(tmp_path / n) for n in names] == [MP4, WEBM, GIF, WEBP, APNG]
    Film(str(tmp_path / "x.webm"), WEBM, Fraction(8), {}).close(complete=False)
