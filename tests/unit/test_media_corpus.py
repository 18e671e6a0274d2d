"""A corpus of films and pictures, made on the spot: every one is read as ffmpeg reads it, or refused.

The reference is the ffmpeg program where there is one, else FFmpeg's filters through PyAV. The extra
[corpus] brings one, and the containers of iscc-samples (CC-BY-4.0), which are then read as well.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass, field
from fractions import Fraction
from importlib.util import find_spec
from itertools import islice

import av
import numpy as np
import pytest
from PIL import Image, ImageOps

from himmel.core.errors import HimmelError
from himmel.media.picture import read_picture
from himmel.media.read import frames_of, probe
from himmel.media.sound import read_sound


def _ffmpeg():
    """The program, unless it is older than the libraries that PyAV brings: those rounded otherwise."""
    path = shutil.which("ffmpeg")
    if find_spec("imageio_ffmpeg"):
        from imageio_ffmpeg import get_ffmpeg_exe

        path = get_ffmpeg_exe()
    if path is None:
        return None
    said = subprocess.run([path, "-version"], capture_output=True, text=True, check=True).stdout
    version = re.match(r"ffmpeg version n?(\d+)", said)
    return path if version and int(version[1]) >= 8 else None


FFMPEG = _ffmpeg()
LONGEST = 60  # frames that are compared of a packaged film


@dataclass(frozen=True)
class Film:
    """How a film is made; `times` are in ticks, the rest are PyAV's words."""

    name: str
    codec: str
    pixels: str = "yuv420p"
    size: tuple[int, int] = (64, 48)
    rate: Fraction = Fraction(25)
    frames: int = 20
    times: tuple[int, ...] = ()
    turn: int = 0
    sounds: tuple[str, ...] = ()
    sound_rate: int = 48000
    late_sound: float = 0.0
    late_picture: int = 0
    options: dict = field(default_factory=dict)
    more: dict = field(default_factory=dict)

    @property
    def id(self):
        marks = [self.codec, self.pixels, "x".join(map(str, self.size)), *self.sounds]
        marks += [f"{k}{v}" for k, v in self.more.items() if k != "muxer"]
        marks += [f"turn{self.turn}"] * bool(self.turn) + ["uneven"] * bool(self.times)
        marks += ["late"] * bool(self.late_sound or self.late_picture)
        return "-".join([self.name, *marks])


UNEVEN = (0, 1, 2, 5, 6, 7, 15, 16, 30, 31)
BT2020 = {"color_primaries": 9, "colorspace": 9, "color_range": 1}
FILMS = [
    Film("plain.mp4", "libx264", sounds=("aac",)),
    Film("reordered.mp4", "libx264", options={"bf": "3", "g": "12"}, frames=40),
    Film("hevc.mp4", "libx265", options={"x265-params": "log-level=none"}, sounds=("aac",)),
    Film("mpeg4.mp4", "mpeg4", options={"bf": "2"}),
    Film("av1.mp4", "libsvtav1"),
    Film("vp9.mp4", "libvpx-vp9"),
    Film("apple.m4v", "libx264", sounds=("aac",)),
    Film("flash.f4v", "libx264", sounds=("aac",), more={"muxer": "mp4"}),
    Film("fragments.mp4", "libx264", sounds=("aac",), more={"movflags": "frag_keyframe+delay_moov"}),
    Film("edited.mp4", "libx264", sounds=("aac",), late_picture=5),
    Film("prores.mov", "prores_ks", "yuv422p10le"),
    Film("animation.mov", "qtrle", "argb"),
    Film("motion.mov", "mjpeg", "yuvj420p"),
    Film("alpha.mov", "png", "rgba"),
    Film("pcm.mov", "libx264", sounds=("pcm_s16le",), sound_rate=44100),
    Film("plain.mkv", "libx264", sounds=("libopus",), sound_rate=24000),
    Film("lossless.mkv", "ffv1", "bgr0", sounds=("flac",)),
    Film("sixteen.mkv", "ffv1", "yuv444p16le"),
    Film("grey.mkv", "ffv1", "gray"),
    Film("huff.avi", "huffyuv", "yuv422p"),
    Film("ut.avi", "utvideo", "gbrp"),
    Film("raw.mkv", "rawvideo", "yuv420p"),
    Film("old.mkv", "libvpx", sounds=("libmp3lame",)),
    Film("six.mkv", "libx264", sounds=("ac3",), more={"layout": "5.1"}),
    Film("three.mkv", "libx264", sounds=("aac", "flac", "libopus")),
    Film("vp8.webm", "libvpx", sounds=("libopus",)),
    Film("vp9.webm", "libvpx-vp9", sounds=("libopus",)),
    Film("av1.webm", "libsvtav1", sounds=("libopus",)),
    Film("alpha.webm", "libvpx-vp9", "yuva420p"),
    Film("odd.webm", "libvpx-vp9", size=(33, 35)),
    Film("hlg.mkv", "libx265", "yuv420p10le", options={"x265-params": "log-level=none"},
         more={"color_trc": 18, **BT2020}),
    Film("pq.mp4", "libx265", "yuv420p10le", options={"x265-params": "log-level=none"},
         more={"color_trc": 16, **BT2020}),
    Film("high.mp4", "libx264", "yuv420p10le"),
    Film("full.mp4", "libx264", "yuv444p"),
    Film("range.mp4", "libx264", "yuvj420p"),
    Film("bt709.mp4", "libx264", more={"color_primaries": 1, "colorspace": 1, "color_trc": 1}),
    Film("tall.mp4", "libx264", size=(48, 64), turn=90, sounds=("aac",)),
    Film("left.mp4", "libx264", turn=-90),
    Film("over.mov", "libx264", turn=180),
    Film("anamorphic.mp4", "libx264", more={"aspect": Fraction(4, 3)}),
    Film("uneven.mp4", "libx264", times=UNEVEN),
    Film("uneven.mkv", "libx264", times=UNEVEN, sounds=("flac",)),
    Film("uneven.mov", "mjpeg", "yuvj420p", times=UNEVEN),
    Film("ntsc.mp4", "libx264", rate=Fraction(30000, 1001), sounds=("aac",), sound_rate=44100),
    Film("slow.mp4", "libx264", rate=Fraction(1), frames=4),
    Film("fast.mp4", "libx264", rate=Fraction(240)),
    Film("one.mp4", "libx264", frames=1),
    Film("late.mkv", "libx264", sounds=("flac",), late_sound=0.2),
    Film("early.mkv", "libx264", sounds=("flac",), late_picture=5),
    Film("offset.mkv", "libx264", sounds=("flac",), late_sound=5.0, late_picture=125),
    Film("offset.mp4", "libx264", sounds=("aac",), late_sound=5.0, late_picture=125),
    Film("odd.mkv", "ffv1", "yuv420p", size=(17, 19)),
    Film("mpeg4.avi", "mpeg4", sounds=("libmp3lame",)),
    Film("motion.avi", "mjpeg", "yuvj420p", sounds=("pcm_s16le",), sound_rate=22050),
    Film("lossless.avi", "ffv1", "bgra"),
    Film("sorenson.flv", "flv", sounds=("libmp3lame",), sound_rate=44100),
    Film("h264.flv", "libx264", sounds=("aac",), sound_rate=44100),
    Film("broadcast.ts", "mpeg2video", sounds=("mp2",)),
    Film("h264.ts", "libx264", sounds=("aac",), options={"g": "10"}),
    Film("camera.m2ts", "libx264", sounds=("ac3",), more={"muxer": "mpegts"}),
    Film("first.mpg", "mpeg1video", sounds=("mp2",)),
    Film("disc.vob", "mpeg2video", sounds=("ac3",)),
    Film("phone.3gp", "h263", size=(176, 144), options={"b": "200k"}),
    Film("phone.3g2", "mpeg4", sounds=("aac",)),
    Film("windows.wmv", "wmv2", sounds=("wmav2",), sound_rate=44100, more={"muxer": "asf"}),
    Film("windows.asf", "msmpeg4", sounds=("wmav2",), sound_rate=44100),
    Film("free.ogv", "libvpx", sounds=("libopus",)),
    Film("bare.m1v", "mpeg1video", more={"muxer": "mpeg1video"}),
    Film("bare.m2v", "mpeg2video", more={"muxer": "mpeg2video"}),
    Film("nut.nut", "ffv1", sounds=("pcm_s16le",)),
    Film("studio.mxf", "mpeg2video", sounds=("pcm_s16le",)),
    Film("web.gif", "gif", "rgb8", size=(33, 21)),
    Film("still.bmp", "bmp", "bgr24", frames=1, more={"muxer": "image2"}),
    Film("still.tiff", "tiff", "rgb24", frames=1, more={"muxer": "image2"}),
    Film("still.jp2", "jpeg2000", "rgb24", frames=1, more={"muxer": "image2"}),
    Film("still.avif", "libsvtav1", frames=1),
]  # fmt: skip


def painted(number, width, height):
    """Frame number as smooth colours: what even weak codecs keep."""
    y, x = np.mgrid[0:height, 0:width]
    red, green = x * 200 // width + number % 50, y * 250 // height
    blue = 120 + 100 * np.sin(x / 9 + number / 3)
    return np.clip(np.stack([red, green, blue], axis=-1), 0, 255).astype(np.uint8)


def noise(seconds, rate, channels):
    """Noise without its highest notes, so that every codec keeps its form."""
    rng = np.random.default_rng(0)
    white = rng.standard_normal((round(seconds * rate), channels))
    soft = np.apply_along_axis(np.convolve, 0, white, np.ones(16) / 16, "same")
    return (0.4 * soft).astype(np.float32)


def make(film, path):
    """Write a film as its row says, muxing only what PyAV offers: no himmel code is involved."""
    more, (width, height) = dict(film.more), film.size
    flags = {k: more[k] for k in ("movflags",) if k in more}
    with av.open(str(path), "w", format=more.get("muxer"), options=flags) as out:
        stream = out.add_stream(film.codec, rate=film.rate)
        stream.width, stream.height, stream.pix_fmt = width, height, film.pixels
        stream.options = film.options
        context = stream.codec_context
        context.time_base = 1 / film.rate
        for name in ("color_primaries", "colorspace", "color_trc", "color_range"):
            if name in more:
                setattr(context, name, more[name])
        if "aspect" in more:
            context.sample_aspect_ratio = more["aspect"]
        if film.turn:
            stream.set_display_rotation(film.turn)
        tracks = [_track(out, film, codec) for codec in film.sounds]
        for n in film.times or range(film.frames):
            picture = av.VideoFrame.from_ndarray(painted(n, width, height), format="rgb24")
            picture = picture.reformat(format=film.pixels)
            picture.pts, picture.time_base = n + film.late_picture, 1 / film.rate
            out.mux(stream.encode(picture))
        seconds = (max(film.times, default=film.frames - 1) + 1) / film.rate
        for track in tracks:
            _sound(out, track, film, float(seconds))
        out.mux(stream.encode(None))


def _track(out, film, codec):
    track = out.add_stream(codec, rate=film.sound_rate, layout=film.more.get("layout", "stereo"))
    track.codec_context.time_base = Fraction(1, film.sound_rate)
    track.bit_rate = 128_000
    return track


def _sound(out, track, film, seconds):
    rate, layout = film.sound_rate, film.more.get("layout", "stereo")
    samples = noise(seconds, rate, {"stereo": 2, "5.1": 6}[layout])
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), "fltp", layout)
    frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
    frame.pts = round(film.late_sound * rate)
    resampler = av.AudioResampler(format=track.format.name, layout=layout, rate=rate)
    for part in [*resampler.resample(frame), *resampler.resample(None)]:
        if part is not None:
            out.mux(track.encode(part))
    out.mux(track.encode(None))


@dataclass(frozen=True)
class Answer:
    """What the reference says: frames, their seconds, samples of each track and where they begin."""

    frames: np.ndarray
    times: np.ndarray
    sounds: list


def asked_ffmpeg(path, shape, tracks, folder, most=None):
    """Frames, times and sound as the ffmpeg program gives them."""
    height, width = shape
    some = ["-frames:v", str(most)] if most else []
    video = ["-map", "0:v:0", "-fps_mode", "passthrough", "-pix_fmt", "rgb24", *some]
    command = [FFMPEG, "-v", "error", "-y", "-i", str(path)]
    command += [*video, "-f", "rawvideo", str(folder / "v.raw")]
    command += [*video, "-enc_time_base", "demux", "-c:v", "rawvideo", "-f", "framecrc", "-"]
    for n in range(tracks):
        sound = ["-map", f"0:a:{n}", "-c:a", "pcm_f32le"]
        command += [*sound, "-f", "f32le", str(folder / f"{n}.raw")]
        command += [*sound, "-f", "framecrc", str(folder / f"{n}.txt")]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    frames = np.fromfile(folder / "v.raw", np.uint8).reshape(-1, height, width, 3)
    sounds = []
    for n in range(tracks):
        begin = _moments((folder / f"{n}.txt").read_text())
        sounds.append((np.fromfile(folder / f"{n}.raw", np.float32), begin[0] if len(begin) else 0))
    return Answer(frames, _moments(done.stdout), sounds)


def _moments(text):
    """The seconds in framecrc's list of packets."""
    lines = text.splitlines()
    base = Fraction(next(line for line in lines if line.startswith("#tb")).split()[-1])
    return np.array([float(int(s.split(",")[2]) * base) for s in lines if s[:1] != "#"])


def asked_pyav(path, _shape, tracks, _folder=None, most=None):
    """The same through PyAV's plain scaler, which rounds otherwise; nothing is turned."""
    with av.open(str(path)) as source:
        stream = source.streams.best("video")
        begin, bare = max((source.start_time or 0) / 1e6, 0), source.format.name == "mpegvideo"
        frames, times = [], []
        for number, frame in enumerate(islice(source.decode(stream), most)):
            known = number / stream.guessed_rate if bare else frame.pts * frame.time_base - begin
            times.append(float(known))
            frames.append(frame.to_ndarray(format="rgb24", interpolation="BICUBIC"))
    return Answer(
        np.stack(frames), np.array(times), [_sound_by_pyav(path, n) for n in range(tracks)]
    )


def _sound_by_pyav(path, number):
    with av.open(str(path)) as source:
        track = source.streams.audio[number]
        parts = list(source.decode(track))
        first = (parts[0].pts or 0) * track.time_base - max((source.start_time or 0) / 1e6, 0)
        return np.concatenate([_floats(part) for part in parts]).ravel(), float(first)


def _floats(part):
    samples, channels = part.to_ndarray(), part.layout.nb_channels
    samples = samples.T if part.format.is_planar else samples.reshape(-1, channels)
    scale = 2.0 ** (8 * samples.itemsize - 1) if samples.dtype.kind == "i" else 1.0
    return (samples / scale).astype(np.float32)


def check(path, folder, turn=0, most=None):
    """Compare frames, times and sounds with the reference, and seeking with reading on."""
    about = probe(path)
    frames = list(islice(frames_of(path), most))
    pixels, times = np.stack([f.frame for f in frames]), np.array([f.seconds for f in frames])
    assert pixels.shape[1:3] == (about.height, about.width)
    ask = asked_ffmpeg if FFMPEG else asked_pyav
    answer = ask(path, pixels.shape[1:3], len(about.sounds), folder, most)
    expected = answer.frames if FFMPEG else np.rot90(answer.frames, turn // 90, axes=(1, 2))
    assert pixels.shape == expected.shape
    error = np.abs(pixels.astype(int) - expected)
    assert error.mean() <= (0.01 if FFMPEG else 2.0), error.mean()
    np.testing.assert_allclose(times, answer.times, atol=1e-4)
    for number, (samples, begins) in enumerate(answer.sounds):
        check_sound(read_sound(path, track=number), samples, begins)
    check_seeking(path, pixels, times)
    return about


def check_sound(sound, expected, begins):
    """The same samples at the same place, to 1 ms; some ffmpegs keep the last packet's filling."""
    expected = expected.reshape(-1, sound.samples.shape[1])
    offset = round(begins * sound.rate)
    ours, theirs = sound.samples[max(offset, 0) :], expected[max(-offset, 0) :]
    assert abs(len(ours) - len(theirs)) <= 2048
    count = min(len(ours), len(theirs))
    assert count > 0.5 * len(theirs)
    np.testing.assert_allclose(ours[:count], theirs[:count], atol=1e-4)
    assert not np.any(sound.samples[: max(offset, 0)])


def check_seeking(path, pixels, times):
    """Going straight to a moment shows what reading from the beginning shows there."""
    for moment in (times[len(times) // 2], times[-1], times[len(times) // 3] + 1e-3):
        found = next(frames_of(path, float(moment)))
        number = np.flatnonzero(times <= moment + 5e-5)[-1]
        assert found.seconds == times[number]
        np.testing.assert_array_equal(found.frame, pixels[number])


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return tmp_path_factory.mktemp("corpus")


@pytest.mark.parametrize("film", FILMS, ids=lambda film: film.id)
def test_film(film, corpus, tmp_path):
    if missing := {film.codec, *film.sounds} - av.codecs_available:
        pytest.skip(f"PyAV was built without {missing}")
    path = corpus / film.name
    make(film, path)
    about = check(path, tmp_path, film.turn)
    frames = len(film.times) or film.frames
    assert frames <= about.frames <= frames + 1  # an AVI counts the encoder's empty packet
    assert len(about.sounds) == len(film.sounds)
    assert about.hdr == ("color_trc" in film.more and film.more["color_trc"] in (16, 18))
    assert about.bits == (16 if "16" in film.pixels else 10 if "10" in film.pixels else about.bits)
    assert about.alpha == (
        film.pixels in ("argb", "rgba", "bgra", "yuva420p") or film.codec == "gif"
    )
    assert about.pixel_aspect == pytest.approx(float(film.more.get("aspect", about.pixel_aspect)))


def test_the_corpus_is_large_enough():
    assert len(FILMS) >= 60 and len(FILMS) + len(PICTURES) >= 90
    assert len({film.name for film in FILMS}) > 60 and len({film.codec for film in FILMS}) > 20


def test_uneven_times_are_the_true_ones(corpus):
    for film in (f for f in FILMS if f.times):
        path = corpus / f"true-{film.name}"
        make(film, path)
        found = [timed.seconds for timed in frames_of(path)]
        np.testing.assert_allclose(found, np.array(UNEVEN) / 25, atol=1e-9)


@pytest.mark.parametrize("turn", [90, -90, 180])
def test_a_turned_film_stands_upright(turn, tmp_path):
    """Filmed lying on its side, its matrix says how far to turn it anticlockwise."""
    make(Film("lying.mp4", "mpeg4", turn=turn), tmp_path / "turned.mp4")
    make(Film("lying.mp4", "mpeg4"), tmp_path / "plain.mp4")
    turned, plain = (next(frames_of(tmp_path / f"{n}.mp4")).frame for n in ("turned", "plain"))
    np.testing.assert_array_equal(turned, np.rot90(plain, turn // 90))


def still(mode):
    rgb = Image.fromarray(painted(3, 40, 30))
    if mode == "I;16":
        return Image.fromarray((np.arange(1200, dtype=np.uint16) * 50).reshape(30, 40))
    if mode in ("RGBA", "LA"):
        rgb.putalpha(Image.fromarray(np.tile(np.arange(40, dtype=np.uint8) * 6, (30, 1))))
    return rgb.convert(mode)


TURNED = {n: {0x0112: n} for n in (2, 3, 4, 5, 6, 7, 8)}
PICTURES = [
    *[("png", mode, {}) for mode in ("RGB", "RGBA", "L", "LA", "P", "1", "I;16")],
    *[("jpg", mode, {}) for mode in ("RGB", "L")],
    *[("jpg", "RGB", {"exif": turned, "subsampling": 0}) for turned in TURNED],
    ("jpg", "RGB", {"progressive": True}),
    ("webp", "RGB", {"lossless": True}),
    ("webp", "RGBA", {"lossless": True, "exact": True}),
    ("webp", "RGB", {"quality": 90}),
    ("bmp", "RGB", {}),
    ("tiff", "RGB", {"compression": "tiff_lzw"}),
    ("avif", "RGB", {"quality": 95}),
]


@pytest.mark.parametrize(("suffix", "mode", "options"), PICTURES)
def test_picture(suffix, mode, options, tmp_path):
    """Decoders of lossy pictures may differ by a little in the chroma they make up."""
    path, picture = tmp_path / f"picture.{suffix}", still(mode)
    if "exif" in options:
        exif = picture.getexif()
        exif.update(TURNED[options["exif"]])
        options = {**options, "exif": exif}
    picture.save(path, **options)
    about = probe(path)
    (timed,) = frames_of(path)
    assert timed.seconds == 0 and about.frames == 1 and about.seconds == 0
    assert timed.frame.shape == (about.height, about.width, 3)
    np.testing.assert_array_equal(timed.frame, read_picture(path))
    ask = asked_ffmpeg if FFMPEG and "exif" not in options else _asked_pillow
    expected = ask(path, timed.frame.shape[:2], 0, tmp_path).frames[0]
    error = np.abs(timed.frame.astype(int) - expected)
    assert error.mean() <= (3 if suffix in ("jpg", "avif", "webp") else 1), error.mean()


def _asked_pillow(path, *_):
    with Image.open(path) as picture:
        if picture.mode.startswith("I;16"):
            grey = np.asarray(picture) // 256
            return Answer(np.repeat(grey[None, ..., None], 3, axis=3), np.zeros(1), [])
        turned = ImageOps.exif_transpose(picture).convert("RGB")
    return Answer(np.asarray(turned)[None], np.zeros(1), [])


def test_moving_pictures_keep_their_own_times(tmp_path):
    frames = [Image.fromarray(painted(n, 40, 30)) for n in range(6)]
    moving = {"save_all": True, "append_images": frames[1:], "duration": [40, 80, 200, 40, 40, 100]}
    for suffix in ("gif", "webp", "png"):
        path = tmp_path / f"moving.{suffix}"
        frames[0].save(path, **moving)
        found = list(frames_of(path))
        np.testing.assert_allclose([f.seconds for f in found], [0, 0.04, 0.12, 0.32, 0.36, 0.4])
        assert probe(path).seconds == pytest.approx(0.5) and probe(path).frames == 6
        assert np.abs(found[4].frame.astype(int) - painted(4, 40, 30)).mean() < 6
        assert next(frames_of(path, 0.2)).seconds == pytest.approx(0.12)


def packaged():
    try:
        import iscc_samples
    except ImportError:
        return []
    return [f for f in (*iscc_samples.videos(), *iscc_samples.images()) if f.is_file()]


@pytest.mark.skipif(not packaged(), reason="pip install -e .[corpus] for these")
@pytest.mark.parametrize("path", packaged(), ids=lambda path: path.parent.name + "/" + path.name)
def test_packaged(path, tmp_path):
    """Every container of the package; FFmpeg's own Theora decoder stumbles over two of them."""
    if path.suffix in (".ogg", ".ogv"):
        with pytest.raises(HimmelError, match="cannot be read as a video"):
            list(frames_of(path))
        return
    most = 1 if path.suffix == ".jpg" else LONGEST
    if path.suffix == ".jpg":
        (timed,) = frames_of(path)
        expected = asked_pyav(path, timed.frame.shape[:2], 0).frames[0]
        assert np.abs(timed.frame.astype(int) - expected).mean() < 1
        return
    about = check(path, tmp_path, most=most)
    assert path.parent.name == "image" or about.frames > 100
