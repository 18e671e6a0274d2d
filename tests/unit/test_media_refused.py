"""What cannot be read is refused in one plain sentence, before it can do harm."""

import io
import struct
import zlib

import av
import numpy as np
import pytest
from PIL import Image

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.values import Clip, Sound
from himmel.media.read import frames_of, probe, read_clip
from himmel.media.sound import read_sound
from himmel.media.write import write_clip


def moving(frames=16, height=64, width=96):
    t, y, x = np.mgrid[0:frames, 0:height, 0:width]
    noise = np.random.default_rng(0).integers(0, 40, (frames, height, width))
    return np.stack([x * 2 + t * 4, y * 3 + noise, x + y], axis=-1).astype(np.uint8)


def tone(seconds):
    return Sound(
        np.sin(np.arange(round(seconds * 48000)) / 9, dtype=np.float32)[:, None] * 0.5, 48000
    )


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """One whole film of each kind, with sound where it holds some."""
    folder = tmp_path_factory.mktemp("whole")
    for name in ("a.mp4", "a.webm", "a.gif", "a.webp", "a.apng"):
        sounding = name in ("a.mp4", "a.webm")
        write_clip(folder / name, Clip(moving(), 8.0, tone(2) if sounding else None))
    remux(folder / "a.webm", folder / "a.mkv")
    remux(folder / "a.mp4", folder / "a.mov")
    return folder


def remux(source, target, only=None):
    with av.open(str(source)) as old, av.open(str(target), "w") as new:
        kept = [s for s in old.streams if only in (None, s.type)]
        tracks = {s.index: new.add_stream_from_template(s) for s in kept}
        for packet in old.demux(*kept):
            if packet.dts is not None:
                packet.stream = tracks[packet.stream_index]
                new.mux(packet)


def refused(path):
    """The sentence, after trying everything that reads."""
    said = set()
    for read in (lambda: list(frames_of(path)), lambda: read_clip(path)):
        with pytest.raises(HimmelError) as error:
            read()
        said.add(str(error.value))
    for read in (lambda: probe(path), lambda: read_sound(path)):
        try:
            read()
        except HimmelError as error:
            said.add(str(error))
    for sentence in said:
        assert path.name in sentence and "\n" not in sentence and len(sentence) < 600
    return " | ".join(said)


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.webm", "a.mkv", "a.webp", "a.apng"])
@pytest.mark.parametrize("keep", [0.0, 0.02, 0.3, 0.6, 0.85])
def test_a_film_cut_off_is_damaged(films, tmp_path, name, keep):
    content = (films / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(DamagedFileError):
        list(frames_of(path))


def test_a_gif_cut_off_says_so_or_ends_earlier(films, tmp_path):
    """GIF has no length to compare with; what is left is a shorter GIF."""
    content = (films / "a.gif").read_bytes()
    path = tmp_path / "a.gif"
    path.write_bytes(content[: len(content) // 2])
    try:
        assert 1 <= len(list(frames_of(path))) < 16
    except HimmelError as error:
        assert path.name in str(error)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.mp4", b"This is not a film.\n" * 50),
        ("empty.mp4", b""),
        ("zeros.mkv", bytes(5000)),
        ("noise.webm", bytes(np.random.default_rng(1).integers(0, 256, 5000, np.uint8))),
        ("list.mp4", b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.ts\n#EXT-X-ENDLIST\n"),
        ("concat.mp4", b"ffconcat version 1.0\nfile secret.mp4\n"),
        ("page.webm", b"<!DOCTYPE html><html><body>404</body></html>"),
        ("session.ts", b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"),
        ("text.png", b"PNG, honestly"),
        ("text.webp", b"RIFF\x00\x00\x00\x00WEBPnothing"),
        ("text.gif", b"GIF89a"),
    ],
)
def test_what_is_no_film_is_refused(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    refused(path)


def test_names_that_promise_something_else(films, tmp_path):
    """A film under another film's name is read; a picture is no film, and the reverse."""
    disguised = tmp_path / "really-webm.mp4"
    disguised.write_bytes((films / "a.webm").read_bytes())
    assert len(list(frames_of(disguised))) == 16
    Image.fromarray(moving(1)[0]).save(tmp_path / "p.png")
    (tmp_path / "p.png").rename(tmp_path / "picture.mp4")
    assert "cannot be read as a video" in refused(tmp_path / "picture.mp4")
    (tmp_path / "film.png").write_bytes((films / "a.mp4").read_bytes())
    assert "cannot be read as a picture" in refused(tmp_path / "film.png")
    (tmp_path / "film.txt").write_bytes((films / "a.mp4").read_bytes())
    assert "is not a video by its name" in refused(tmp_path / "film.txt")
    assert "not there" in refused(tmp_path / "missing.webm")


def test_sound_without_a_picture_is_no_film(films, tmp_path):
    remux(films / "a.mp4", tmp_path / "song.mp4", only="audio")
    assert "holds no picture track" in refused(tmp_path / "song.mp4")


def test_the_cover_of_a_song_is_no_film(films, tmp_path):
    cover = io.BytesIO()
    Image.fromarray(moving(1)[0]).save(cover, "PNG")
    path = tmp_path / "song.mp4"
    with av.open(str(films / "a.mp4")) as old, av.open(str(path), "w") as new:
        sound = new.add_stream_from_template(old.streams.audio[0])
        picture = new.add_stream("png", rate=1)
        picture.width, picture.height, picture.pix_fmt = 96, 64, "rgb24"
        picture.disposition = av.stream.Disposition.attached_pic
        for packet in old.demux(audio=0):
            if packet.dts is not None:
                packet.stream = sound
                new.mux(packet)
        packet = av.Packet(cover.getvalue())
        packet.stream, packet.pts, packet.dts, packet.is_keyframe = picture, 0, 0, True
        new.mux(packet)
    assert "holds no picture track" in refused(path)


@pytest.mark.parametrize("name", ["nothing.mkv", "nothing.mp4", "nothing.mov", "nothing.avi"])
def test_a_film_without_frames_is_refused(tmp_path, name):
    path = tmp_path / name
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        out.start_encoding()
    assert any(
        words in refused(path) for words in ("holds no", "cannot be read", "declares no size")
    )


def test_gigantic_sizes_are_refused_before_decoding(tmp_path):
    header = struct.pack(
        "<2sIHHIIiiHHIIiiII", b"BM", 54, 0, 0, 54, 40, 30000, 30000, 1, 24, 0, 0, 0, 0, 0, 0
    )
    (tmp_path / "bomb.bmp").write_bytes(header)
    refused(tmp_path / "bomb.bmp")
    chunk = b"IHDR" + struct.pack(">IIBBBBB", 20000, 20000, 8, 2, 0, 0, 0)
    png = (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )
    (tmp_path / "bomb.apng").write_bytes(png)
    refused(tmp_path / "bomb.apng")


def test_a_film_that_changes_its_size_is_refused(tmp_path):
    path = tmp_path / "two.ts"
    parts = b""
    for size in (64, 96):
        with av.open(str(path), "w") as out:
            stream = out.add_stream("mpeg2video", rate=25)
            stream.width, stream.height, stream.pix_fmt = size, size, "yuv420p"
            for frame in moving(8, size, size):
                picture = av.VideoFrame.from_ndarray(frame, format="rgb24").reformat(
                    format="yuv420p"
                )
                out.mux(stream.encode(picture))
            out.mux(stream.encode(None))
        parts += path.read_bytes()
    path.write_bytes(parts)
    with pytest.raises(HimmelError, match="changes its size midway"):
        list(frames_of(path))


def test_sequences_without_a_rate_or_with_gaps(tmp_path):
    folder = tmp_path / "frames"
    write_clip(folder, Clip(moving(4), 8.0))
    with pytest.raises(HimmelError, match="say how many are shown a second"):
        next(frames_of(folder))
    (folder / "000002.png").unlink()
    with pytest.raises(HimmelError, match=r"picture 2 of %06d\.png is missing"):
        list(frames_of(folder / "%06d.png", fps=8))
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "none", tmp_path / "n%d.png"):
        with pytest.raises(HimmelError, match="holds no pictures"):
            next(frames_of(path, fps=8))
    write_clip(tmp_path / "mixed", Clip(moving(2), 8.0))
    Image.fromarray(moving(1, 32, 32)[0]).save(tmp_path / "mixed" / "000001.png")
    with pytest.raises(HimmelError, match="changes its size"):
        list(frames_of(tmp_path / "mixed", fps=8))


@pytest.mark.parametrize("name", ["a.webm", "a.gif", "a.webp", "a.apng", "a.mkv", "a.mov"])
def test_hurt_bytes_never_show_a_traceback(films, tmp_path, name):
    content, rng, path = (films / name).read_bytes(), np.random.default_rng(0), tmp_path / name
    for _ in range(15):
        hurt = bytearray(content)
        for place in rng.integers(0, len(hurt), 10):
            hurt[place] = rng.integers(0, 256)
        path.write_bytes(bytes(hurt))
        for read in (read_clip, read_sound, probe):
            try:
                read(path)
            except HimmelError as error:
                assert str(error)
