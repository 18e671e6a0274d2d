"""The upscaler's stage: renders of twice the output's size, made small again in two ways.

Half of what it learns from is made small alone, half has been through the codec as well, as what it will
enlarge has.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from himmel.interop.weights import save_weights
from himmel.models.upscaler import Upscaler
from himmel.models.video_codec import LinearCodec
from himmel.train.objectives.upscaler import upscaler_loss
from himmel.train.optimisers import OptimiserConfig
from himmel.train.schedule import ScheduleConfig
from himmel_recipes.codec import as_video
from himmel_recipes.corpus import load_corpus
from himmel_recipes.stages import Job, fit, load_codec, render_part

DOUBLE = "double"  # the corpus of twice the output's size


def upscaler(job: Job) -> None:
    """Render large clips and train the upscaler on them, where the recipe has one."""
    s, sizes = job.settings, job.settings.decoder.upscaler
    if not sizes.clips:
        return
    what = {"scene": "wide" if s.world.families else None, "frames": s.world.frames}
    size, seed = 2 * s.output_size, s.seed * 1000 + 999
    render_part(job, DOUBLE, count=sizes.clips, size=size, fps=s.world.fps, seed=seed, **what)
    large = load_corpus(job.folders.corpus(DOUBLE)).frames
    data = UpscalerData(large, load_codec(job).eval(), sizes.batch, sizes.crop)
    network: nn.Module = Upscaler(sizes.network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    steps = ScheduleConfig(steps=sizes.steps, warmup=20, cooldown=0.6, final=0.02)
    optimiser = OptimiserConfig(muon_lr=None, adamw_lr=2e-3)
    trained = fit(job, "upscaler", network, upscaler_loss, data, steps, optimiser)
    save_weights(job.folders.model, "upscaler", trained.state_dict(), sizes.network, dtype="bf16")


class UpscalerData:
    """Crops of large clips uint8 (N, T, 2H, 2W, 3) beside their small versions.

    `crop` is the side of a small crop in pixels, `frames` how many follow one another.
    """

    def __init__(
        self, large: np.ndarray, codec: LinearCodec, batch: int, crop: int, frames: int = 3
    ) -> None:
        self.large, self.batch, self.crop, self.frames = large, batch, crop, frames
        self.small = np.stack([halved(clip) for clip in large])
        self.coded = np.stack([through(codec, clip) for clip in self.small])

    def __call__(self, step: int, rng: np.random.Generator) -> dict[str, Tensor]:
        """The batch of one step."""
        pairs = [self._pair(rng) for _ in range(self.batch)]
        small, large = (np.stack(side) for side in zip(*pairs, strict=True))
        return {"small": as_video(small), "large": as_video(large)}

    def _pair(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        source = self.coded if rng.random() < 0.5 else self.small
        clips, length, height, width = source.shape[:4]
        side, n = min(self.crop, height, width), min(self.frames, length)
        clip, start, y, x = (
            int(rng.integers(room))
            for room in (clips, length - n + 1, height - side + 1, width - side + 1)
        )
        times = slice(start, start + n)
        small = source[clip, times, y : y + side, x : x + side]
        large = self.large[clip, times, 2 * y : 2 * (y + side), 2 * x : 2 * (x + side)]
        if rng.random() < 0.5:
            small, large = small[:, :, ::-1], large[:, :, ::-1]
        return small, large


def halved(clip: np.ndarray) -> np.ndarray:
    """A clip uint8 (T, H, W, 3) of half the size, every pixel the mean of four."""
    video = as_video(clip[None])[0].transpose(0, 1)  # (T, 3, H, W)
    return _bytes(nn.functional.avg_pool2d(video, 2))


@torch.inference_mode()
def through(codec: LinearCodec, clip: np.ndarray) -> np.ndarray:
    """A clip uint8 (T, H, W, 3) there and back through the codec."""
    return _bytes(codec.decode(codec.encode(as_video(clip[None])))[0].transpose(0, 1))


def _bytes(video: Tensor) -> np.ndarray:
    """(T, 3, H, W) in [-1, 1] -> uint8 (T, H, W, 3)."""
    levels: np.ndarray = (
        ((video.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    )
    return levels
