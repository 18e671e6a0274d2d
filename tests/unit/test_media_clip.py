"""Clips survive the way to MP4 and back, and leave nothing behind when they do not."""

from fractions import Fraction

import av
import numpy as np
import pytest

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.values import Clip
from himmel.media import guard, read
from himmel.media.read import frames_of, probe, read_clip
from himmel.media.write import ClipWriter, exact_rate, write_clip


def moving(frames=9, height=64, width=96):
    """Smooth colours that move: what a codec must keep."""
    t, y, x = np.mgrid[0:frames, 0:height, 0:width]
    red, green, blue = x * 2 + t * 4, y * 3, 120 + 100 * np.sin(x / 15 + t / 3)
    return np.clip(np.stack([red, green, blue], axis=-1), 0, 255).astype(np.uint8)


def psnr(one, other):
    error = np.mean((one.astype(float) - other.astype(float)) ** 2)
    return 10 * np.log10(255**2 / error)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "clip.mp4"


def test_round_trip_keeps_pixels_and_times(path):
    frames = moving()
    write_clip(path, Clip(frames, 8.0), {"comment": "schön"})
    back = read_clip(path)
    assert back.frames.shape == frames.shape
    assert back.fps == 8.0
    np.testing.assert_allclose(back.times, np.arange(9) / 8)
    assert psnr(back.frames, frames) > 38
    assert [p.name for p in path.parent.iterdir()] == ["clip.mp4"]


def test_saturated_colours_keep_their_matrix(path):
    colours = np.array([[250, 20, 20], [20, 250, 20], [20, 20, 250], [240, 240, 20]], np.uint8)
    frames = np.tile(np.repeat(colours, 32, axis=0)[None, None], (2, 64, 1, 1))
    write_clip(path, Clip(frames, 8.0))
    centre = read_clip(path).frames[1, 32, 16::32].astype(int)
    assert np.abs(centre - colours).max() <= 6


def test_other_programs_see_rate_duration_colour_and_an_index_in_front(path):
    write_clip(path, Clip(moving(12), 24000 / 1001), {"title": "Möwe"})
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == Fraction(24000, 1001)
        assert stream.duration * stream.time_base == 12 * Fraction(1001, 24000)
        assert (stream.codec_context.pix_fmt, stream.codec_context.colorspace) == ("yuv420p", 1)
        assert container.metadata["title"] == "Möwe"
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_one_frame_is_a_clip(path):
    write_clip(path, Clip(moving(1), 8.0))
    about = probe(path)
    assert (about.frames, about.width, about.height) == (1, 96, 64)
    assert about.seconds == pytest.approx(1 / 8)


def test_probe_agrees_with_what_is_read(path):
    write_clip(path, Clip(moving(17), 8.0))
    expected = read.Probe(width=96, height=64, fps=8.0, seconds=17 / 8, frames=17, codec="h264")
    assert probe(path) == expected
    assert sum(1 for _ in frames_of(path)) == 17


def test_chunks_give_the_same_file_as_the_whole(path):
    frames = moving(9)
    write_clip(path, Clip(frames, 8.0))
    chunked = path.with_name("chunks.mp4")
    with ClipWriter(chunked, 8.0) as writer:
        for start in (0, 1, 5):
            writer.push(frames[start : {0: 1, 1: 5, 5: 9}[start]])
        assert not chunked.exists()
    assert writer.frames == 9
    assert chunked.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, HimmelError])
@pytest.mark.parametrize("pushed", [0, 3])
def test_an_interrupted_clip_leaves_nothing(path, error, pushed):
    with pytest.raises(error), ClipWriter(path, 8.0) as writer:
        if pushed:
            writer.push(moving(pushed))
        raise error("stop")
    assert list(path.parent.iterdir()) == []


def test_an_interrupted_clip_keeps_the_file_that_was_there(path):
    path.write_bytes(b"before")
    with pytest.raises(RuntimeError), ClipWriter(path, 8.0) as writer:
        writer.push(moving(2))
        raise RuntimeError
    assert path.read_bytes() == b"before"


@pytest.mark.parametrize(
    ("name", "frames", "fps", "metadata", "words"),
    [
        ("a.mp4", moving(2, 63, 96), 8.0, {}, "96x64"),
        ("a.mp4", moving(2)[:0], 8.0, {}, "at least one frame"),
        ("a.mp4", moving(2).astype(np.float32), 8.0, {}, "uint8"),
        ("a.mp4", moving(2)[..., :1], 8.0, {}, "uint8"),
        ("a.avi", moving(2), 8.0, {}, r"\.mp4"),
        ("a.mp4", moving(2), 0.0, {}, "frame rate"),
        ("a.mp4", moving(2), 0.0001, {}, "frame rate; use 0.01 to 240"),
        ("a.mp4", moving(2), float("nan"), {}, "frame rate"),
        ("a.mp4", moving(2), 8.0, {"mood": "grim"}, "mood"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(tmp_path, name, frames, fps, metadata, words):
    with pytest.raises(HimmelError, match=words):
        write_clip(tmp_path / name, Clip(frames, fps), metadata)
    assert list(tmp_path.iterdir()) == []


def test_chunks_of_another_size_are_refused(path):
    with pytest.raises(HimmelError, match="64x64"), ClipWriter(path, 8.0) as writer:
        writer.push(moving(2))
        writer.push(moving(2, 64, 64))
    assert not path.exists()


def test_an_unwritable_place_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HimmelError, match="cannot write"):
        write_clip(tmp_path / "file" / "a.mp4", Clip(moving(1), 8.0))


def test_exact_rate_knows_the_broadcast_rates():
    assert exact_rate(30000 / 1001) == Fraction(30000, 1001)
    assert exact_rate(8) == 8


@pytest.mark.parametrize("keep", [0.0, 0.01, 0.3, 0.7, 0.97])
def test_truncated_files_are_damaged(path, keep):
    write_clip(path, Clip(moving(9), 8.0))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(DamagedFileError):
        read_clip(path)


def test_missing_foreign_and_disguised_files(tmp_path):
    with pytest.raises(HimmelError, match="not there"):
        read_clip(tmp_path / "none.mp4")
    text = tmp_path / "notes.txt"
    text.write_text("hello")
    with pytest.raises(HimmelError, match="not a video by its name"):
        read_clip(text)
    playlist = tmp_path / "list.mp4"
    playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(HimmelError, match="cannot be read as a video"):
        read_clip(playlist)


def test_too_many_pixels_are_refused_before_decoding(path, monkeypatch):
    write_clip(path, Clip(moving(2), 8.0))
    monkeypatch.setattr(guard, "MAX_PIXELS", 96 * 64 - 1)
    with pytest.raises(HimmelError, match="declares 96x64"):
        next(frames_of(path))
    monkeypatch.undo()
    monkeypatch.setattr(read, "MAX_CLIP_PIXELS", 96 * 64)
    with pytest.raises(HimmelError, match="more than the 1 frames"):
        read_clip(path)


def test_damaged_bytes_never_show_a_traceback(path):
    write_clip(path, Clip(moving(9), 8.0))
    content, rng = path.read_bytes(), np.random.default_rng(0)
    for _ in range(25):
        hurt = bytearray(content)
        for place in rng.integers(0, len(hurt), 12):
            hurt[place] = rng.integers(0, 256)
        path.write_bytes(bytes(hurt))
        try:
            assert read_clip(path).frames.dtype == np.uint8
        except HimmelError as error:
            assert str(error)


def test_the_same_frames_give_the_same_file_every_time(tmp_path):
    """At this size x264's AVX-512 code gave another file about every sixth time."""
    coarse = np.random.default_rng(0).integers(0, 255, (17, 6, 8, 3))
    frames = coarse.repeat(8, 1).repeat(8, 2).astype(np.uint8)
    files = set()
    for turn in range(40):
        stirred = [np.random.default_rng(turn).random(20_000) for _ in range(20)]
        path = tmp_path / f"{turn}.mp4"
        write_clip(path, Clip(frames, 8.0))
        files.add(path.read_bytes())
        del stirred  # memory that was written before is what x264 would read
    assert len(files) == 1
