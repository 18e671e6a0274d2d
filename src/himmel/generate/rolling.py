"""Films longer than the transformer's window: one timeline, drawn window by window.

Every window has the length that was trained, and its positions begin at 0. It begins with what is known,
its history: a sink, which is the frame before the history as a lone picture (so a window looks to the
network like a clip that begins there), then latent frames as they were drawn. The history does not look
at what follows (training drew such masks, too), so its keys and values are the same in every step of a
window. What is held does not grow with the film.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import torch
from torch import Tensor

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.geometry import LatentShape
from himmel.core.values import Frames
from himmel.diffusion import path
from himmel.diffusion.guidance import guidance_named, guided_from
from himmel.diffusion.samplers import VelocityField
from himmel.generate.config import Guiding
from himmel.generate.decode import to_frames
from himmel.generate.residence import brought
from himmel.models.dit import DiT
from himmel.models.dit.model import Memory, TextCache
from himmel.models.video_codec import VideoCodec
from himmel.nn.rope import Rotary, grid_rotary


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
    def history(self) -> Tensor | None:
        """What the next window goes on from (1, C, shown, h, w); None at the beginning."""
        if not self._latents:
            return None
        sink = self._codec.encode(self._ends[0])
        return torch.cat([sink, *list(self._latents)[1:]], 2)


class _Remembered:
    """Texts with what the history says under them, worked out when they are first asked for."""

    def __init__(self, transformer: DiT, history: Tensor, table: Rotary, states: Tensor) -> None:
        self._transformer, self._history = transformer, history
        self._table, self._states = table, states

    @cached_property
    def read(self) -> tuple[TextCache, Memory]:
        """Keys and values of texts (B, L, D), and of the history."""
        text = self._transformer.cache_text(self._states)
        history = self._history.expand(len(self._states), -1, -1, -1, -1)
        return text, self._transformer.remember(history, text, self._table)


def field_after(
    transformer: DiT,
    history: Tensor,
    shape: LatentShape,
    words: tuple[Tensor, Tensor],
    guidance: float,
    guiding: Guiding,
    clock: path.Clock,
) -> VelocityField:
    """What a transformer says of the new latent frames of a window, computed where its weights lie.

    Keys and values of the history are kept for all steps of the window. It equals a call for the whole
    window in which the history looks at itself alone; `shape` is that of the whole window.
    """
    patch, width = transformer.config.patch_size, transformer.config.attention_head_dim
    device = transformer.patch_embedding.weight.device
    rows, columns = shape.height // patch[1], shape.width // patch[2]
    table = grid_rotary((shape.frames, rows, columns), width, device)
    cut = history.shape[2] * rows * columns
    before, rest = (
        Rotary(*(part[place] for part in table)) for place in (slice(cut), slice(cut, None))
    )

    def network(z: Tensor, timestep: Tensor, remembered: Any) -> Tensor:
        text, memory = remembered.read
        velocity: Tensor = transformer(z, timestep, text, positions=rest, before=memory)
        return velocity

    return guided_from(
        guiding.fused,
        brought(network, device),
        words[0].to(device),
        words[1].to(device),
        guidance,
        rule=guidance_named(guiding.mode).rule(),
        interval=guiding.interval,
        batched=guiding.batched,
        prepare=partial(_Remembered, transformer, history.to(device), before),
        patch=patch,
        clock=clock,
    )
