"""What happens to films on their way: the codecs, sizes and filters a watermark is held against."""

from __future__ import annotations

import io
from collections.abc import Callable
from fractions import Fraction

import av
import numpy as np
from PIL import Image

from himmel.core.values import Frames

Attack = Callable[[Frames], Frames]
_SEED = 7


def coded(frames: Frames, codec: str, **options: str) -> Frames:
    """Through an encoder and back, in 4:2:0; an odd last row or column is lost."""
    height, width = (side // 2 * 2 for side in frames.shape[1:3])
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as film:
        stream = film.add_stream(codec, rate=Fraction(8), options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.thread_count = 1
        for frame in np.ascontiguousarray(frames[:, :height, :width]):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        film.mux(stream.encode(None))
    file.seek(0)
    with av.open(file) as film:
        return np.stack([picture.to_ndarray(format="rgb24") for picture in film.decode(video=0)])


def h264(frames: Frames, crf: int) -> Frames:
    """x264 at its usual speed."""
    return coded(frames, "libx264", crf=str(crf))


def h265(frames: Frames, crf: int) -> Frames:
    """x265 at its usual speed."""
    quiet = {"x265-params": "log-level=none:pools=1"}
    return coded(frames, "libx265", crf=str(crf), **quiet)


def vp9(frames: Frames, crf: int) -> Frames:
    """libvpx, a little faster than usual."""
    return coded(frames, "libvpx-vp9", crf=str(crf), **{"b:v": "0", "cpu-used": "4"})


def cropped(frames: Frames, share: float) -> Frames:
    """`share` of every side, from a place a third from the left and two thirds down."""
    height, width = frames.shape[1:3]
    rows, columns = round(height * share), round(width * share)
    top, left = (height - rows) * 2 // 3, (width - columns) // 3
    return frames[:, top : top + rows, left : left + columns]


def scaled(frames: Frames, scale: float) -> Frames:
    """Another size, bicubic."""
    height, width = frames.shape[1:3]
    size = round(width * scale), round(height * scale)
    return np.stack([np.asarray(Image.fromarray(f).resize(size, Image.BICUBIC)) for f in frames])


def darkened(frames: Frames, factor: float) -> Frames:
    """Every level times `factor`."""
    return np.rint(frames * factor).astype(np.uint8)


def noisy(frames: Frames, deviation: float) -> Frames:
    """White noise, another in every frame and channel."""
    noise = np.random.default_rng(_SEED).normal(0, deviation, frames.shape)
    return np.clip(np.rint(frames + noise), 0, 255).astype(np.uint8)


ATTACKS: dict[str, Attack] = {
    "none": lambda f: f,
    "h264_crf23": lambda f: h264(f, 23),
    "h264_crf28": lambda f: h264(f, 28),
    "h264_crf30": lambda f: h264(f, 30),
    "h264_crf36": lambda f: h264(f, 36),
    "h265_crf28": lambda f: h265(f, 28),
    "vp9_crf32": lambda f: vp9(f, 32),
    "crop.71_crf23": lambda f: h264(cropped(f, 0.71), 23),
    "scale.55_crf23": lambda f: h264(scaled(f, 0.55), 23),
    "brightness.5_crf23": lambda f: h264(darkened(f, 0.5), 23),
    "noise8_crf28": lambda f: h264(noisy(f, 8), 28),
    "half_rate_crf28": lambda f: h264(f[::2], 28),
    "flip_crf28": lambda f: h264(f[:, :, ::-1], 28),
    "crop.71_brightness.5_crf30": lambda f: h264(darkened(cropped(f, 0.71), 0.5), 30),
}
