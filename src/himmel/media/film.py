"""A film being encoded: frames and samples in, packets out, picture and sound interleaved."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from himmel.core.errors import HimmelError
from himmel.core.values import Sound
from himmel.media.formats import CHINA_LABEL, Format

_BT709 = 1  # code point of primaries, transfer and matrix in ITU-T H.273
_LIMITED_RANGE = 1
_LARGE = 512 * 512  # pixels; above it x264's fast preset keeps up with generation
_X264_INSTRUCTIONS = "MMX2,SSE2,SSE2Fast,SSSE3,SSE4.2"  # what every x86 machine of today has
_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}
_RATES = {"libopus": (48000, 24000, 16000, 12000, 8000), "aac": (48000, 44100, 32000, 24000, 16000)}
_BITS_PER_CHANNEL = 96_000  # a second; transparent for AAC and Opus


class Film:
    """An open container. `begin` once, then `add` frame by frame, at last `close`."""

    def __init__(
        self, target: str | BinaryIO, form: Format, rate: Fraction, metadata: Mapping[str, str]
    ) -> None:
        import av

        self._form, self._rate = form, rate
        self._frames = 0
        self._sound: _SoundTrack | None = None
        self._palette: _Palette | None = None
        options = dict(form.container_options)
        if CHINA_LABEL in metadata and form.muxer == "mp4":
            options["movflags"] += "+use_metadata_tags"
        self._container: Any = av.open(target, "w", format=form.muxer, options=options)
        self._container.metadata.update(metadata)

    def begin(self, width: int, height: int, sound: Sound | None) -> None:
        """Fix the size in pixels and, by the first piece of sound, its rate and channels."""
        self._stream = self._picture_track(width, height)
        if sound is not None:
            self._sound = _SoundTrack(self._container, str(self._form.sound_codec), sound)

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Encode one frame, uint8 (H, W, 3), and the sound that goes with it."""
        picture = self._picture(frame)
        self._frames += 1
        self._container.mux(self._stream.encode(picture))
        if self._sound is not None:
            self._sound.encode_until(self._frames / self._rate)

    def add_sound(self, sound: Sound) -> None:
        """Keep samples that follow those given so far; they are encoded beside their frames."""
        assert self._sound is not None, "begin was told of no sound"
        self._sound.append(sound)

    def close(self, complete: bool = True) -> None:
        """Write what the encoders still hold, unless the film is thrown away, and end the file."""
        container, self._container = self._container, None
        if container is None:
            return
        try:
            if complete:
                container.mux(self._stream.encode(None))
                if self._sound is not None:
                    self._sound.finish()
        finally:
            container.close()

    def _picture_track(self, width: int, height: int) -> Any:
        form = self._form
        stream = self._container.add_stream(form.codec, rate=self._rate)
        stream.width, stream.height, stream.pix_fmt = width, height, form.pixels
        stream.options = dict(form.options)
        context = stream.codec_context
        context.time_base = stream.time_base = form.tick or 1 / self._rate
        if form.codec == "libx264":
            stream.options |= _x264_options(width * height)
        if form.keyframe_seconds:
            context.gop_size = max(round(form.keyframe_seconds * self._rate), 1)
        if form.pixels == "yuv420p":
            context.colorspace = context.color_primaries = context.color_trc = _BT709
            context.color_range = _LIMITED_RANGE
        return stream

    def _picture(self, frame: NDArray[np.uint8]) -> Any:
        from av import VideoFrame
        from av.video.reformatter import ColorRange, Colorspace

        tick = self._form.tick or 1 / self._rate
        starts, ends = (round(n / self._rate / tick) for n in (self._frames, self._frames + 1))
        picture = VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
        picture.pts, picture.time_base, picture.duration = starts, tick, ends - starts
        if self._form.pixels == "pal8":
            self._palette = self._palette or _Palette(picture.width, picture.height, tick)
            return self._palette.apply(picture)
        if self._form.pixels == "yuv420p":
            limits = {"dst_colorspace": Colorspace.ITU709, "dst_color_range": ColorRange.MPEG}
            return picture.reformat(format="yuv420p", **limits)
        return picture.reformat(format=self._form.pixels)


def _x264_options(pixels: int) -> dict[str, str]:
    """Preset by size, and only such instructions as give the same file every time.

    x264's AVX-512 code for macroblock trees reads memory that it never wrote when a picture is no
    multiple of 256 pixels wide, so that files differ from run to run; found with x264 165 in PyAV 18.
    """
    options = {"preset": "veryfast" if pixels > _LARGE else "medium"}
    if platform.machine().lower() in ("x86_64", "amd64"):
        options["x264-params"] = f"asm={_X264_INSTRUCTIONS}"
    return options


class _Palette:
    """256 colours for every frame by itself, ordered dither: a still ground does not flicker."""

    def __init__(self, width: int, height: int, tick: Fraction) -> None:
        from av import VideoFormat
        from av.filter import Graph

        self._graph = Graph()
        add = self._graph.add
        source = self._graph.add_buffer(
            width=width, height=height, format=VideoFormat("rgb24"), time_base=tick
        )
        split, sink = add("split"), add("buffersink")
        make = add("palettegen", "stats_mode=single:reserve_transparent=0")
        use = add("paletteuse", "new=1:dither=bayer:bayer_scale=4")
        source.link_to(split)
        split.link_to(use, 0, 0)
        split.link_to(make, 1, 0)
        make.link_to(use, 0, 1)
        use.link_to(sink)
        self._graph.configure()

    def apply(self, picture: Any) -> Any:
        """The frame in its own palette, at its own time."""
        self._graph.push(picture)
        indexed = self._graph.vpull()
        indexed.pts, indexed.duration = picture.pts, picture.duration
        return indexed


class _SoundTrack:
    """Samples in pieces of any length; encoded as far as the picture has come, so both interleave."""

    def __init__(self, container: Any, codec: str, first: Sound) -> None:
        from av import AudioResampler

        rates = _RATES[codec]
        self._container, self._waiting = container, [first.samples[:0]]
        self._channels, self._rate, self._given = first.samples.shape[1], first.rate, 0
        self._layout = _LAYOUTS[self._channels]
        rate = first.rate if first.rate in rates else rates[0]
        self._stream = container.add_stream(codec, rate=rate, layout=self._layout)
        self._stream.codec_context.time_base = Fraction(1, rate)
        self._stream.bit_rate = _BITS_PER_CHANNEL * self._channels
        wanted = self._stream.format.name
        self._resampler = AudioResampler(format=wanted, layout=self._layout, rate=rate)

    def append(self, sound: Sound) -> None:
        """Keep samples for later. Raises HimmelError when rate or channels change."""
        if (sound.rate, sound.samples.shape[1]) != (self._rate, self._channels):
            raise HimmelError(
                f"sound of {sound.samples.shape[1]} channels at {sound.rate} Hz does not follow "
                f"{self._channels} channels at {self._rate} Hz; all pieces need one form"
            )
        self._waiting.append(sound.samples)

    def encode_until(self, seconds: Fraction) -> None:
        """Encode what is to be heard before a second of the film, as far as it has been given."""
        held = np.concatenate(self._waiting)
        count = min(max(round(seconds * self._rate) - self._given, 0), len(held))
        self._waiting = [held[count:]]
        if count:
            self._mux(self._frames(held[:count]))

    def finish(self) -> None:
        """Encode the rest and what resampler and encoder hold back."""
        rest = np.concatenate(self._waiting)
        if len(rest):
            self._mux(self._frames(rest))
        self._mux(self._resampler.resample(None))
        self._container.mux(self._stream.encode(None))

    def _mux(self, frames: list[Any] | Iterator[Any]) -> None:
        for frame in frames:
            if frame is not None:
                self._container.mux(self._stream.encode(frame))

    def _frames(self, samples: NDArray[np.float32]) -> list[Any]:
        from av import AudioFrame

        planes = np.ascontiguousarray(samples.T, dtype=np.float32)
        frame = AudioFrame.from_ndarray(planes, format="fltp", layout=self._layout)
        frame.sample_rate, frame.pts = self._rate, self._given
        frame.time_base = Fraction(1, self._rate)
        self._given += len(samples)
        return list(self._resampler.resample(frame))


def check_sound(sound: Sound, form: Format) -> None:
    """Raise HimmelError unless a format holds this sound: float32 (N, 1, 2, 6 or 8 channels)."""
    if form.sound_codec is None:
        raise HimmelError(
            f"{form.name} holds no sound; write .mp4 or .webm, or leave the sound out"
        )
    samples = sound.samples
    if samples.ndim != 2 or samples.dtype != np.float32 or samples.shape[1] not in _LAYOUTS:
        raise HimmelError(
            f"sound is float32 (N, channels) with 1, 2, 6 or 8 channels; got {samples.dtype} "
            f"{samples.shape}"
        )
    if not 1000 <= sound.rate <= 384_000:
        raise HimmelError(f"{sound.rate} samples a second are no sound; use 1000 to 384000")
