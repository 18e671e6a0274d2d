"""What a system is made of, and what a request gets that does not say."""

from __future__ import annotations

from dataclasses import dataclass, field

from himmel.core.config import Config
from himmel.models.dit import DiTConfig
from himmel.models.text import TextEncoderConfig
from himmel.models.umt5 import UMT5Config
from himmel.models.upscaler import UpscalerConfig
from himmel.models.video_codec import CodecConfig
from himmel.models.wan_codec import WanCodecConfig


@dataclass(frozen=True, kw_only=True)
class Defaults(Config):
    """What a request gets that does not say: pixels, frames per second, frames, sampler.

    schedule is one of diffusion.schedules.SCHEDULES; guidance_interval are the times between which
    guidance counts, 0 to 1; guidance_low is that of a second transformer, which draws at little noise;
    guidance_fused the scale that the weights have learnt to answer under, 1 where they have not.
    """

    width: int
    height: int
    fps: float
    frames: int
    steps: int = 12
    guidance: float = 2.5
    shift: float = 1.5
    sampler: str = "euler"
    schedule: str = "shifted"
    guidance_mode: str = "cfg"
    guidance_interval: tuple[float, float] = (0.0, 1.0)
    guidance_low: float | None = None
    guidance_fused: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Guiding(Config):
    """How predictions with and without the words are joined: the mode, and between which times.

    `batched`: both come from one call of the transformer, else from two that need less memory; `low` is
    the guidance scale of a second transformer, which draws at little noise; `fused` the scale that takes
    the weights no second prediction.
    """

    mode: str = "cfg"
    interval: tuple[float, float] = (0.0, 1.0)
    batched: bool = True
    low: float | None = None
    fused: float = 1.0


@dataclass(frozen=True, kw_only=True)
class SystemConfig(Config):
    """What a model is made of and what it was trained for.

    trained_sizes are (width, height) in pixels, trained_frames numbers of frames (1: pictures), none
    where whatever fits the codec will do; weights_bytes is what the weights need in memory where files
    say so; facts names the answers of the text encoder's fact heads, group by group, in their order;
    conditions what may be known of a clip: "first" (its first frame), "last", "keyframe" (any other).
    boundary is the time below which a second transformer draws; upscaler what enlarges, where the model
    has its weights.
    """

    name: str
    description: str = ""
    codec: CodecConfig | WanCodecConfig
    dit: DiTConfig
    text: TextEncoderConfig | UMT5Config
    defaults: Defaults
    trained_sizes: tuple[tuple[int, int], ...]
    trained_frames: tuple[int, ...]
    languages: tuple[str, ...] = ("en",)
    facts: dict[str, list[str]] = field(default_factory=dict)
    conditions: tuple[str, ...] = ()
    weights_bytes: int | None = None
    boundary: float | None = None
    upscaler: UpscalerConfig | None = None

    @property
    def shows_pictures(self) -> bool:
        """True where pictures are shown in channels of their own: they are needed, and kept whole."""
        return self.dit.in_channels != self.dit.out_channels

    @property
    def needed(self) -> tuple[str, ...]:
        """Those of the conditions that every clip has to be given."""
        if not self.shows_pictures:
            return ()
        return ("first", "last") if self.dit.pos_embed_seq_len else ("first",)

    @property
    def steps_of_size(self) -> tuple[int, int]:
        """Width and height that every size of a clip is a multiple of, in pixels."""
        space = self.codec.compression.space
        return space * self.dit.patch_size[2], space * self.dit.patch_size[1]
