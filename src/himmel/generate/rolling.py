"""Films longer than the transformer's window: one timeline, drawn window by window.

Every window is a canvas of the length that was trained, and its positions begin at 0. It begins with
history of strength 1: a sink, which is the frame before the history as a lone picture (so a window
looks to the network like a clip that begins there), then latent frames as they were drawn. What is
held does not grow with the film.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import torch
from torch import Tensor

from himmel.conditions.canvas import Canvas, blank, known
from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.geometry import LatentShape
from himmel.core.values import Frames
from himmel.generate.decode import to_frames
from himmel.models.video_codec import VideoCodec


@dataclass(frozen=True, kw_only=True)
class Rolling(Config):
    """How a long film is drawn: latent frames in a window, how many of them are history, and the
    guidance scale of every window that has one."""

    window: int
    history: int
    guidance: float

    def __post_init__(self) -> None:
        if not 1 <= self.history < self.window:
            raise HimmelError(
                f"a history of {self.history} latent frames does not fit a window of {self.window}"
            )


class Shot:
    """A stretch of film without a cut: shows latent frames, and keeps what the next window needs."""

    def __init__(self, codec: VideoCodec, rolling: Rolling) -> None:
        self._codec, self._session = codec, codec.stream()
        self._window = rolling.window
        self._latents: deque[Tensor] = deque(maxlen=rolling.history)  # (1, C, 1, h, w) each
        self._ends: deque[Tensor] = deque(
            maxlen=rolling.history
        )  # their last frames (1, 3, 1, H, W)

    @property
    def room(self) -> int:
        """How many latent frames the next window adds."""
        return self._window - self.shown

    @property
    def shown(self) -> int:
        """Latent frames that the next window has as history."""
        return len(self._latents)

    @torch.inference_mode()
    def show(self, latent: Tensor) -> tuple[Frames, Tensor]:
        """The frames of the next latent frame (1, C, 1, h, w), and their last one (1, 3, 1, H, W)."""
        video = self._session.push(latent)
        end = video[:, :, -1:].clone()  # a view would hold the frames before it, too
        self._latents.append(latent.clone())
        self._ends.append(end)
        return to_frames(video), end

    @torch.inference_mode()
    def canvas(self, shape: LatentShape) -> Canvas:
        """The next window, of a shape: what was shown last as history, the rest blank."""
        canvas = blank(shape)
        if not self._latents:
            return canvas
        sink = self._codec.encode(self._ends[0])
        return known(torch.cat([sink, *list(self._latents)[1:]], 2))(canvas)
