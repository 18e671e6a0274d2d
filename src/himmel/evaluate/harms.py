"""What befalls films on their way: blur, noise, another encoding. A judge should read on."""

from __future__ import annotations

import io

import numpy as np
from scipy.ndimage import gaussian_filter

from himmel.core.values import Frames

_BLUR = 1 / 90  # deviation in picture sides: 1.4 pixels of 128
_NOISE = 16.0  # deviation in levels of 255
_CRF = "35"  # of H.264: a tenth of the bytes that a film has here


def blurred(clip: Frames) -> Frames:
    """A clip (T, H, W, 3) out of focus."""
    side = _BLUR * min(clip.shape[1:3])
    soft: Frames = gaussian_filter(clip, (0, side, side, 0), mode="nearest")
    return soft


def noisy(clip: Frames, rng: np.random.Generator) -> Frames:
    """A clip as a poor sensor would take it: noise that is new in every pixel and frame."""
    noise = rng.normal(0, _NOISE, clip.shape)
    grainy: Frames = (clip + noise).round().clip(0, 255).astype(np.uint8)
    return grainy


def recoded(clip: Frames, fps: float) -> Frames:
    """A clip of even sides after H.264 at a low rate, as films come back from messengers."""
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=round(fps))
        stream.height, stream.width, stream.pix_fmt = *clip.shape[1:3], "yuv420p"
        stream.options = {"crf": _CRF}
        for frame in clip:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        out.mux(stream.encode(None))
    file.seek(0)
    with av.open(file, "r") as back:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in back.decode(video=0)])
