"""The kinds of film that himmel writes, as one table: a row says everything about a format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from himmel.core.errors import HimmelError

# What MP4 stores; its muxer would drop any other name without a word. WebM takes the same ones.
METADATA_NAMES = ("title", "artist", "comment", "description", "copyright", "genre", "date")
# A field of China's (GB 45438-2025, annex F); MP4 keeps it only where all fields are kept by name.
CHINA_LABEL = "AIGC"
SLOWEST_FPS = 0.01  # a frame every hundred seconds; rates are fractions of 1001 at most
_FRAGMENT_MICROSECONDS = 100_000  # a viewer lags behind the encoder by this much


@dataclass(frozen=True)
class Format:
    """One kind of file: FFmpeg's names for it and what it can hold.

    `tick` is the step, in seconds, to which the file rounds times; None keeps multiples of 1 / fps.
    `even` says that width and height must be; `keyframe_seconds` how often a player may start.
    """

    name: str
    muxer: str
    codec: str
    pixels: str
    options: Mapping[str, str] = field(default_factory=dict)
    container_options: Mapping[str, str] = field(default_factory=dict)
    sound_codec: str | None = None
    metadata: tuple[str, ...] = ()
    tick: Fraction | None = None
    even: bool = False
    most_fps: int = 240
    keyframe_seconds: int | None = None


# CRF 16 is visually lossless for x264's 4:2:0, and 20 for VP9.
MP4 = Format(
    "MP4",
    "mp4",
    "libx264",
    "yuv420p",
    {"crf": "16"},
    {"movflags": "faststart"},
    sound_codec="aac",
    metadata=(*METADATA_NAMES, CHINA_LABEL),
    even=True,
)
# Without delay_moov there is no edit list, and the sound comes late by the encoder's priming;
# fragments by frame (frag_every_frame) together with delay_moov lose the second frame.
FRAGMENTED_MP4 = Format(
    "MP4 in fragments",
    "mp4",
    "libx264",
    "yuv420p",
    {"crf": "16", "tune": "zerolatency"},
    {"movflags": "delay_moov+default_base_moof", "frag_duration": str(_FRAGMENT_MICROSECONDS)},
    sound_codec="aac",
    metadata=(*METADATA_NAMES, CHINA_LABEL),
    even=True,
    keyframe_seconds=1,
)
WEBM = Format(
    "WebM",
    "webm",
    "libvpx-vp9",
    "yuv420p",
    {"crf": "20", "b:v": "0", "deadline": "good", "cpu-used": "4", "row-mt": "1"},
    sound_codec="libopus",
    metadata=(*METADATA_NAMES, CHINA_LABEL),
    tick=Fraction(1, 1000),
)
# Browsers slow a GIF down whose frames last less than two hundredths of a second.
GIF = Format("GIF", "gif", "gif", "pal8", tick=Fraction(1, 100), most_fps=50)
WEBP = Format(
    "animated WebP",
    "webp",
    "libwebp_anim",
    "bgra",
    {"quality": "90", "lossless": "0"},
    {"loop": "0"},
    tick=Fraction(1, 1000),
)
APNG = Format("APNG", "apng", "apng", "rgb24", {"pred": "mixed"}, {"plays": "0"})

_BY_SUFFIX = {".mp4": MP4, ".webm": WEBM, ".gif": GIF, ".webp": WEBP, ".apng": APNG}
WRITE_SUFFIXES = tuple(_BY_SUFFIX)


def check_fps(form: Format, fps: float | Fraction) -> None:
    """Raise HimmelError for more frames a second than a format shows."""
    if fps > form.most_fps:
        raise HimmelError(f"{form.name} shows at most {form.most_fps} frames a second; got {fps}")


def format_of(path: Path) -> Format:
    """The format that a file's name asks for. Raises HimmelError for any other name."""
    suffix = Path(path).suffix.lower()
    if suffix not in _BY_SUFFIX:
        raise HimmelError(
            f"{Path(path).name} names no film that is written; use {', '.join(WRITE_SUFFIXES)}, "
            "or a folder or name%04d.png for single pictures"
        )
    return _BY_SUFFIX[suffix]
