"""The one dial of the embedded model: every stage reads its sizes from here."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from himmel.core.config import Config
from himmel.models.dit import DiTConfig
from himmel.models.text import TextEncoderConfig
from himmel.models.video_codec import CodecConfig


@dataclass(frozen=True, kw_only=True)
class WorldSettings(Config):
    """Clips to render. Small ones (encoder size) feed judge and transformer, large ones (output
    size) the decoder; `directed` counts come on top, one quarter of them per scene."""

    frames: int = 17
    fps: float = 8.0
    small: int = 11_000
    small_directed: int = 1_600
    large: int = 700
    large_directed: int = 160
    validation: int = 256
    held_out: int = 256


@dataclass(frozen=True, kw_only=True)
class TransformerSettings(Config):
    """Samples of each phase and the mix. Pictures first, then film with a share of pictures; then,
    where wide_channels is above the codec's, film with a wider latent."""

    picture_batch: int = 128
    picture_steps: int = 350
    film_batch: int = 32
    film_steps: int = 4_000
    picture_share: float = 0.12
    wide_steps: int = 3_000
    wide_channels: int = 96
    caption_dropout: float = 0.1
    time_mean: float = 0.4
    muon_lr: float = 3e-3
    adamw_lr: float = 1e-3


@dataclass(frozen=True, kw_only=True)
class Settings(Config):
    """Everything that makes one embedded model. `name` is also its folder of training state."""

    name: str = "embedded"
    seed: int = 1
    world: WorldSettings = field(default_factory=WorldSettings)
    codec: CodecConfig = field(default_factory=CodecConfig)
    text: TextEncoderConfig = field(default_factory=TextEncoderConfig)
    dit: DiTConfig = field(default_factory=DiTConfig)
    transformer: TransformerSettings = field(default_factory=TransformerSettings)
    judge_steps: int = 800
    judge_widths: tuple[int, ...] = (32, 64, 128)
    text_steps: int = 1_500
    decoder_steps: int = 1_500
    decoder_batch: int = 5
    threads: int = 2
    compile: bool = True

    @property
    def encoder_size(self) -> int:
        """Side of the frames that the encoder reads, in pixels."""
        return self.output_size // self.codec.upscale

    @property
    def output_size(self) -> int:
        """Side of the frames that the decoder writes: four latent cells."""
        return 4 * self.codec.compression.space


@dataclass(frozen=True)
class Folders:
    """Where one model's corpora, latents and runs lie."""

    root: Path

    def corpus(self, name: str) -> Path:
        """Rendered shards, for example `small` or `validation`."""
        return self.root / "world" / name

    def latents(self, name: str) -> Path:
        """Latent shards of a corpus."""
        return self.root / "latents" / name

    def run(self, stage: str) -> Path:
        """Training state of a stage."""
        return self.root / "runs" / stage

    @property
    def model(self) -> Path:
        """The model folder that stages add their weights to."""
        return self.root / "model"

    @property
    def export(self) -> Path:
        """The finished model folder."""
        return self.root / "export"
