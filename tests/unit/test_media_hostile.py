"""Hostile media, made by code: mutated files of every kind that is written, and bombs.

The nightly size: HIMMEL_THREADS=1 python -m pytest -m night tests/unit/test_media_hostile.py
"""

import io
import resource
import struct
import sys
import zipfile
import zlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.tensors import read_arrays
from himmel.core.values import Clip, Sound
from himmel.media import apart
from himmel.media.cut import take
from himmel.media.guard import LIMITS
from himmel.media.picture import write_picture
from himmel.media.write import write_clip
from himmel.provenance.read import read_manifest
from himmel.provenance.xmp import NAMESPACE, manifest_of

KINDS = ("a.mp4", "a.webm", "a.gif", "a.webp", "a.apng", "a.png", "a.jpg")
IN_CI, AT_NIGHT = 286, 7_150  # mutated files of each kind: 2,002 and 50,050 in all


def moving(frames=6, height=32, width=48):
    t, y, x = np.mgrid[0:frames, 0:height, 0:width]
    noise = np.random.default_rng(0).integers(0, 40, (frames, height, width))
    return np.stack([x * 4 + t * 9, y * 6 + noise, x + y], axis=-1).astype(np.uint8)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seeds")
    tone = Sound(np.sin(np.arange(24000) / 9, dtype=np.float32)[:, None] * 0.5, 48000)
    for name in KINDS[:5]:
        write_clip(
            folder / name, Clip(moving(), 12.0, tone if name[2:] in ("mp4", "webm") else None)
        )
    for name in KINDS[5:]:
        write_picture(folder / name, moving(1)[0], xmp=b"<x>" + b"y" * 200 + b"</x>")
    return folder


def mutated(content, rng):
    """Some bytes changed, a piece cut out, doubled, zeroed, swapped or made enormous, or the end lost."""
    data = bytearray(content)
    for _ in range(int(rng.integers(1, 4))):
        at, size = int(rng.integers(len(data))), int(rng.integers(1, 200))
        manner = int(rng.integers(7))
        if manner <= 1:
            for place in rng.integers(0, len(data), int(rng.integers(1, 30))):
                data[place] = int(rng.integers(256))
        elif manner == 2:
            del data[at : at + size]
        elif manner == 3:
            data[at:at] = data[at : at + size]
        elif manner == 4:
            data[at : at + 4] = [b"\xff" * 4, b"\x7f" + b"\xff" * 3, bytes(4)][int(rng.integers(3))]
        elif manner == 5:
            other = int(rng.integers(len(data)))
            data[at : at + size], data[other : other + size] = (
                data[other : other + size],
                data[at : at + size],
            )
        else:
            del data[max(at, 1) :]
        data = data or bytearray(b"\0")
    return bytes(data)


def tried(path):
    """How often a file was read and how often refused; anything but HimmelError goes through."""
    refused = 0
    ways = (
        apart.read_clip,
        apart.read_sound,
        apart.probe,
        read_manifest,
        lambda p: apart.read_picture(p) if p.suffix in (".png", ".jpg", ".webp") else None,
    )
    for way in ways:
        try:
            way(path)
        except HimmelError as error:
            refused += 1
            assert path.name in str(error) or "manifest" in str(error)
            assert "\n" not in str(error)
    return len(ways) - refused, refused


def attack(seeds, tmp_path, name, count):
    content, path = (seeds / name).read_bytes(), tmp_path / name
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    totals = np.zeros(2, int)
    for number in range(count):
        path.write_bytes(mutated(content, np.random.default_rng([number, KINDS.index(name)])))
        totals += tried(path)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return totals, grown


@pytest.mark.parametrize("name", KINDS)
def test_mutated_files_are_read_or_refused(seeds, tmp_path, name):
    (_, refused), grown = attack(seeds, tmp_path, name, IN_CI)
    assert refused > 0
    assert grown <= 64  # MiB


@pytest.mark.night
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", KINDS)
def test_many_mutated_files_are_read_or_refused(seeds, tmp_path, name):
    (_, refused), grown = attack(seeds, tmp_path, name, AT_NIGHT)
    assert refused > AT_NIGHT // 2
    assert grown <= 64


def png(*chunks):
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, body in chunks:
        parts.append(struct.pack(">I", len(body)) + kind + body)
        parts.append(struct.pack(">I", zlib.crc32(kind + body)))
    return b"".join(parts)


def ihdr(width, height):
    return (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))


def flat_png(width, height, *more):
    rows = zlib.compress(bytes((width + 1) * height), 9)
    return png(ihdr(width, height), *more, (b"IDAT", rows), (b"IEND", b""))


def riff(kind, *chunks):
    body = kind + b"".join(k + struct.pack("<I", len(b)) + b + bytes(len(b) % 2) for k, b in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def film(path, times=(0, 1), sound_at=(), tracks=1, size=(32, 32), **more):
    """A film whose pictures and pieces of sound stand at given seconds."""
    with av.open(str(path), "w", **more) as out:
        videos = []
        for _ in range(tracks):
            videos.append(out.add_stream("mjpeg", rate=25))
            videos[-1].width, videos[-1].height, videos[-1].pix_fmt = *size, "yuvj420p"
        heard = out.add_stream("flac", rate=8000, layout="mono") if sound_at else None
        for second in times:
            for video in videos:
                picture = av.VideoFrame.from_ndarray(np.zeros((*size[::-1], 3), np.uint8), "rgb24")
                picture = picture.reformat(format="yuvj420p")
                picture.pts, picture.time_base = round(second * 25), Fraction(1, 25)
                out.mux(video.encode(picture))
        for second in sound_at:
            piece = av.AudioFrame.from_ndarray(np.zeros((1, 4608), np.int16), "s16", "mono")
            piece.sample_rate, piece.time_base = 8000, Fraction(1, 8000)
            piece.pts = round(second * 8000)
            out.mux(heard.encode(piece))
        for stream in [*videos, *([heard] if heard else [])]:
            out.mux(stream.encode(None))
    return path.read_bytes()


def patched(content, mark, offset, new):
    """Bytes written over what stands `offset` bytes behind a mark."""
    at = content.index(mark) + len(mark) + offset
    return content[:at] + new + content[at + len(new) :]


def bombs(folder):
    """(name, content, what reads it): small files that promise or unfold into far more."""
    whole = film(folder / "whole.mp4")
    free = whole.replace(b"edts", b"free")  # its edit list would leave the far frame out
    matroska = film(folder / "whole.mkv")
    gif = io.BytesIO()
    Image.new("P", (8, 8)).save(gif, "GIF")
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(1 << 22))
    deep = b'{"a":' * 5000 + b"1" + b"}" * 5000
    laughs = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    uuid = b"uuid" + bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")
    read, clip, manifest = apart.read_picture, apart.read_clip, read_manifest
    bmp = struct.pack(
        "<2sIHHIIiiHHIIiiII", b"BM", 54, 0, 0, 54, 40, 30000, 30000, 1, 24, 0, 0, 0, 0, 0, 0
    )
    tiff = b"II*\0\x08\0\0\0\x04\0" + b"".join(
        struct.pack("<HHII", tag, 4, 1, value)
        for tag, value in ((256, 60000), (257, 60000), (258, 8), (259, 1))
    )
    jpeg = b"\xff\xd8\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 65500, 65500) + b"\x01\x01\x11\x00"
    vp8x = struct.pack("<I", 0) + b"\xff\xff\xff" * 2
    animated = struct.pack("<I", 2) + b"\xff\x3f\x00" * 2
    text = PngImagePlugin.PngInfo()
    text.add_text("bomb", "0" * (1 << 23), zip=True)
    texts = io.BytesIO()
    Image.new("L", (8, 8)).save(texts, "PNG", pnginfo=text)
    return [
        ("pixels.bmp", bmp + bytes(4), clip),
        ("pixels.tiff", tiff + bytes(64), clip),
        ("pixels.png", png(ihdr(60000, 60000)), read),
        ("unfolding.png", flat_png(12000, 12000), read),
        ("long.png", flat_png(400_000, 1), read),
        ("frames.apng", flat_png(8, 8, (b"acTL", struct.pack(">II", 1 << 30, 0))), clip),
        ("pixels.jpg", jpeg + bytes(64), read),
        ("canvas.webp", riff(b"WEBP", (b"VP8X", vp8x)), read),
        ("moving.webp", riff(b"WEBP", (b"VP8X", animated), (b"ANIM", bytes(6))), clip),
        ("canvas.gif", patched(gif.getvalue(), b"GIF8", 2, b"\xff\xff\xff\xff"), clip),
        ("text.png", texts.getvalue(), read),
        ("stream.png", zlib.compress(flat_png(3000, 3000)), read),
        ("archive.mp4", zipped.getvalue(), clip),
        ("years.mp4", patched(free, b"stts", 12, b"\x7f\0\0\0"), clip),
        ("size.mkv", patched(matroska, b"\xb0\x81", 0, b"\x00"), clip),
        ("late.mkv", film(folder / "late.mkv", times=(0, 1 << 18)), take),
        ("late.mp4", film(folder / "late.mp4", times=(0, 100_000)), take),
        ("gap.mkv", film(folder / "gap.mkv", sound_at=(0, 1 << 18)), apart.read_sound),
        ("tracks.mkv", film(folder / "tracks.mkv", times=(0,), tracks=80), clip),
        ("wide.avi", film(folder / "wide.avi", times=(0,), size=(4112, 4096)), clip),
        ("packet.mp4", whole + struct.pack(">I", 24 + (2 << 20)) + uuid + bytes(2 << 20), manifest),
        ("boxes.mp4", whole + (struct.pack(">I", 8) + b"free") * 20_000, manifest),
        ("box.mp4", whole + struct.pack(">I", 1) + b"uuid" + b"\x7f" + b"\xff" * 7, manifest),
        ("elements.webm", matroska[:4] + b"\x80" + b"\x18\x53\x80\x67\x01" + b"\xff" * 7
         + b"\xec\x80" * 200_000, manifest),
        ("header.safetensors", struct.pack("<Q", 1 << 60) + b"{}", read_arrays),
        ("deep.safetensors", struct.pack("<Q", len(deep)) + deep, read_arrays),
        ("laughs.xmp", (laughs + f'<x xmlns="{NAMESPACE}">&b;</x>').encode(),
         lambda path: manifest_of(path.read_bytes())),
        ("nested.xmp", (f'<x xmlns="{NAMESPACE}">' * 5000).encode(),
         lambda path: manifest_of(path.read_bytes())),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bombs")
    return {name: (content, way) for name, content, way in bombs(folder)}


NAMES = [
    "pixels.bmp", "pixels.tiff", "pixels.png", "unfolding.png", "long.png", "frames.apng", "pixels.jpg",
    "canvas.webp", "moving.webp", "canvas.gif", "text.png", "stream.png", "archive.mp4", "years.mp4",
    "size.mkv", "late.mkv", "late.mp4", "gap.mkv", "tracks.mkv", "wide.avi", "packet.mp4", "boxes.mp4",
    "box.mp4", "elements.webm", "header.safetensors", "deep.safetensors", "laughs.xmp", "nested.xmp",
]  # fmt: skip


def test_there_are_enough_bombs(made):
    assert list(made) == NAMES and len(NAMES) >= 25
    assert max(len(content) for content, _ in made.values()) < 3 << 20


@pytest.mark.parametrize("name", NAMES)
def test_a_bomb_is_refused(made, tmp_path, name):
    content, way = made[name]
    path = tmp_path / name
    path.write_bytes(content)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(HimmelError) as error:
        way(path)
    assert "\n" not in str(error.value)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert sys.platform != "linux" or grown <= 64  # MiB


@pytest.mark.parametrize(
    ("name", "limit"),
    [("unfolding.png", "pixels a frame"), ("long.png", "pixels a side"), ("late.mkv", "seconds"),
     ("late.mp4", "seconds"), ("years.mp4", "seconds"), ("tracks.mkv", "tracks"),
     ("frames.apng", "frames"),
     ("gap.mkv", "seconds")],
)  # fmt: skip
def test_the_sentence_names_the_limit(made, tmp_path, name, limit):
    content, way = made[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(HimmelError, match=f"at most {LIMITS[limit]:,}"):
        way(path)


LISTS = {
    "hls.mp4": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{target}\n#EXT-X-ENDLIST\n",
    "concat.mp4": "ffconcat version 1.0\nfile '{target}'\n",
    "dash.mp4": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
    "<Period><AdaptationSet><Representation id='1'><BaseURL>{target}</BaseURL></Representation>"
    "</AdaptationSet></Period></MPD>",
    "session.ts": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
    "graph.mkv": "movie={target}",
    "pattern.webm": "#EXTM3U\n#EXTINF:1,\nconcat:{target}|{target}\n",
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_dressed_as_a_film_opens_nothing(seeds, tmp_path, name):
    """The film that it points to is whole: were the list followed, there would be frames."""
    path = tmp_path / name
    path.write_text(LISTS[name].format(target=seeds / "a.mp4"))
    with pytest.raises(HimmelError, match="cannot be read as a video"):
        apart.read_clip(path)


def test_a_film_that_points_elsewhere_is_not_followed(tmp_path):
    """QuickTime may keep its data in another file; only this one is opened."""
    content = film(tmp_path / "whole.mov")
    at = content.index(b"url \0\0\0\1")
    path = tmp_path / "alias.mov"
    path.write_bytes(content[: at + 7] + b"\0" + content[at + 8 :])
    try:
        assert len(apart.read_clip(path).frames) <= 2
    except DamagedFileError as error:
        assert "alias.mov" in str(error)


def test_what_is_written_anew_says_nothing_of_the_place(tmp_path):
    """Where and with what a picture was taken stays in the original."""
    exif = Image.Exif()
    exif[0x010F] = "CANARYMAKER"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 29: "CANARYDATE"})
    packet = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>CANARYXMP</x:xmpmeta>"
    frame = Image.fromarray(moving(1)[0])
    for name, more in (("a.jpg", {}), ("a.png", {}), ("a.webp", {})):
        source = tmp_path / name
        frame.save(source, exif=exif, xmp=packet, comment=b"CANARYCOMMENT", **more)
        assert b"CANARY" in source.read_bytes()
        for target in ("out.png", "out.jpg", "out.webp"):
            write_picture(tmp_path / target, apart.read_picture(source))
            written = (tmp_path / target).read_bytes()
            assert b"CANARY" not in written and b"Exif" not in written and b"GPS" not in written
    with av.open(str(tmp_path / "a.mp4"), "w", options={"movflags": "use_metadata_tags"}) as out:
        out.metadata.update({"location": "+52.52+013.40CANARY/", "comment": "CANARY"})
        stream = out.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 48, 32, "yuv420p"
        picture = av.VideoFrame.from_ndarray(moving(1)[0], "rgb24").reformat(format="yuv420p")
        out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    assert b"CANARY" in (tmp_path / "a.mp4").read_bytes()
    write_clip(tmp_path / "out.mp4", take(Path(tmp_path / "a.mp4")))
    assert b"CANARY" not in (tmp_path / "out.mp4").read_bytes()
