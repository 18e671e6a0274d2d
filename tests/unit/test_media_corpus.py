"""A corpus of films and pictures, made on the spot: every one is read as ffmpeg reads it, or refused.

The reference is the ffmpeg program where there is one on the PATH, else FFmpeg's filters through PyAV.
With the package iscc-samples installed (CC-BY-4.0) its containers are read as well.
"""

import io
import shutil
import subprocess
import zlib
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice

import av
import numpy as np
import pytest
from PIL import Image

from himmel.core.errors import HimmelError
from himmel.media.read import frames_of, probe
from himmel.media.sound import read_sound

FFMPEG = shutil.which("ffmpeg")
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
    Film("odd.mkv", "ffv1", "yuv420p", size=(17, 19)),
    Film("mpeg4.avi", "mpeg4", sounds=("libmp3lame",)),
    Film("motion.avi", "mjpeg", "yuvj420p", sounds=("pcm_s16le",), sound_rate=22050),
    Film("lossless.avi", "ffv1", "bgra"),
    Film("sorenson.flv", "flv1", sounds=("libmp3lame",), sound_rate=44100),
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


def asked_pyav(path, shape, tracks, most=None):
    """The same through FFmpeg's filters: another way than the reader's to colours and samples."""
    with av.open(str(path)) as source:
        stream = source.streams.best("video")
        graph, begin = None, max((source.start_time or 0) / 1e6, 0)
        frames, times = [], []
        for frame in islice(source.decode(stream), most):
            graph = graph or _to_rgb(stream, frame)
            graph.push(frame)
            times.append(frame.pts * float(frame.time_base) - begin)
            frames.append(graph.vpull().to_ndarray())
    sounds = []
    for n in range(tracks):
        with av.open(str(path)) as source:
            track = source.streams.audio[n]
            parts = [(f.pts, f.to_ndarray(), f) for f in source.decode(track)]
            first = float(parts[0][0] * track.time_base) - begin
            sounds.append((_floats(parts), first))
    return Answer(np.stack(frames), np.array(times), sounds)


def _to_rgb(stream, frame):
    graph = av.filter.Graph()
    nodes = [graph.add_buffer(template=stream), graph.add("format", "rgb24"), graph.add("buffersink")]
    graph.link_nodes(*nodes).configure()
    return graph


def _floats(parts):
    scale = {"i": lambda a: a / float(2 ** (8 * a.itemsize - 1)), "f": lambda a: a}
    rows = []
    for _, array, frame in parts:
        channels = frame.layout.nb_channels
        samples = array if frame.format.is_planar else array.reshape(-1, channels).T
        rows.append(scale[samples.dtype.kind](samples).astype(np.float32))
    return np.ascontiguousarray(np.concatenate(rows, axis=1).T).ravel()


def compare(path, folder, turn=0, most=None):
    about = probe(path)
    tracks = len(about.sounds)
    shape = (about.height, about.width)
    ours = list(islice(frames_of(path), most))
    if FFMPEG:
        theirs = asked_ffmpeg(path, shape, tracks, folder, most)
        expected = theirs.frames
    else:
        theirs = asked_pyav(path, shape, tracks, most)
        expected = np.rot90(theirs.frames, turn // 90, axes=(1, 2))
    print(path.name, about, len(ours), len(expected))
    f = np.stack([o.frame for o in ours])
    n = min(len(f), len(expected))
    d = np.abs(f[:n].astype(int) - expected[:n])
    print("diff", d.max(), d.mean(), "count", len(f), len(expected), "times", np.abs(np.array([o.seconds for o in ours])[:n] - theirs.times[:n]).max(), [round(o.seconds,4) for o in ours][:5], theirs.times[:5], 'probe n', about.frames)
    for k, (samples, begins) in enumerate(theirs.sounds):
        s = read_sound(path, track=k)
        w = samples.reshape(-1, s.samples.shape[1])
        w = w[max(round(-begins * s.rate), 0):]; off = max(round(begins * s.rate),0)
        m = min(len(w), len(s.samples) - off) if off>=0 else 0
        print("  sound", s.samples.shape, w.shape, begins, off, "diff", np.abs(s.samples[off:off + m] - w[:m]).max() if m else None)
    ts = [o.seconds for o in ours]
    for t in (ts[len(ts) // 2], ts[-1], ts[len(ts) // 3] + 1e-3):
        one = next(frames_of(path, t))
        k = max(i for i, q in enumerate(ts) if q <= t + 5e-5)
        if one.seconds != ts[k] or np.abs(one.frame.astype(int) - f[k]).max(): print("   SEEK", t, one.seconds, ts[k], np.abs(one.frame.astype(int) - f[k]).max())
