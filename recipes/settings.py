"""The one dial of the embedded model: every stage reads its sizes from here."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.diffusion.mixture import NoiseMix
from himmel.generate.config import Defaults
from himmel.models.dit import DiTConfig
from himmel.models.text import TextEncoderConfig
from himmel.models.upscaler import UpscalerConfig
from himmel.models.video_codec import CodecConfig
from himmel.parallel import SpreadConfig

STEPS, GUIDANCE = 6, 3.5  # of a sampler with a memory
LEAPT_STEPS = 4  # of a flow map


@dataclass(frozen=True, kw_only=True)
class WorldSettings(Config):
    """Clips to render. Small ones (encoder size) feed judge and transformer, large ones (output
    size) the decoder; `directed` counts come on top, one quarter of them per scene. Of every other
    shape (width and height at the encoder, frames) there are `shaped` more for the transformer.
    `families` are small clips of scenes of the wide world by name; without any, words and facts are the
    core's alone. `pictures` are single small pictures of the wide world: how things look takes many
    examples, and a picture is drawn in a tenth of the time of a clip."""

    frames: int = 17
    fps: float = 8.0
    small: int = 32_000
    small_directed: int = 6_000
    large: int = 2_400
    large_directed: int = 480
    validation: int = 256
    held_out: int = 256
    shaped: int = 3_000
    shapes: tuple[tuple[int, int, int], ...] = ()
    families: dict[str, int] = field(default_factory=dict)
    pictures: int = 0
    first_kinds: tuple[str, ...] = ()
    first_pictures: int = 0


@dataclass(frozen=True, kw_only=True)
class AimSettings(Config):
    """What the transformer's error is: a share of captions is left out, and noise lies the higher the
    larger time_mean.

    A cell's error counts 1 + subject_weight times the subject's share of it: what a thing looks like
    takes up an eighth of a picture. With `fused` above 1 the velocity is not the data's, but that of the
    model to start from under guidance of so much. A share `leaps` of the steps teaches a flow map where
    that velocity leads, by "difference" or by "halves".
    """

    caption_dropout: float = 0.1
    time_mean: float = 0.4
    subject_weight: float = 0.0
    fused: float = 1.0
    leaps: float = 0.0
    leap_by: str = "difference"

    def __post_init__(self) -> None:
        if self.leap_by not in ("difference", "halves"):
            raise HimmelError(
                f"leap_by={self.leap_by!r} is not known; use 'difference' or 'halves'"
            )

    @property
    def taught(self) -> bool:
        """Whether what is matched comes from the model to start from."""
        return self.fused > 1 or self.leaps > 0


@dataclass(frozen=True, kw_only=True)
class TransformerSettings(Config):
    """Samples of each phase and the mix: pictures first, then film with a share of pictures.

    Of the film, `mix` says how noise is spread over a clip, keyframe_share how often a lone picture
    stands beside it, causal_share how often tokens see no later block, shaped_share how often clips
    have one of the other shapes. muon_lr 0 trains all weights with AdamW. What is drawn badly may come
    more often: `often` says how many times as often clips come that show a fact.
    """

    picture_batch: int = 128
    picture_steps: int = 350
    film_batch: int = 32
    film_steps: int = 40_000
    picture_share: float = 0.12
    aim: AimSettings = field(default_factory=AimSettings)
    mix: NoiseMix = field(default_factory=NoiseMix)
    keyframe_share: float = 0.1
    shaped_share: float = 0.3
    causal_share: float = 0.5
    cooldown: float = 0.4
    muon_lr: float = 3e-3
    often: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class UpscalerSettings(Config):
    """Large clips to render for the upscaler, none where a model has no upscaler; steps, crops a step
    and their side in small pixels."""

    network: UpscalerConfig = field(default_factory=UpscalerConfig)
    clips: int = 0
    steps: int = 4_000
    batch: int = 8
    crop: int = 48


@dataclass(frozen=True, kw_only=True)
class DecoderSettings(Config):
    """Steps of the decoder alone and against a critic, clips a step, and the transformer's clips that
    the critic sees beside true ones; and what enlarges its frames."""

    steps: int = 4_000
    polish_steps: int = 4_000
    batch: int = 5
    dreams: int = 512
    upscaler: UpscalerSettings = field(default_factory=UpscalerSettings)


@dataclass(frozen=True, kw_only=True)
class JudgeSettings(Config):
    """Steps of the judge and, before, of its second look and of what finds the subject alone, and the
    share that is rendered of the pictures and clips that it learns from; rate is AdamW's."""

    near_steps: int = 8_000
    find_steps: int = 4_000
    rate: float = 1.5e-3
    steps: int = 4_000
    share: float = 1.0


@dataclass(frozen=True, kw_only=True)
class ReadingSettings(Config):
    """Steps of the text encoder, sentences a step, and the share of them that are loose talk; with some
    and a model to start from its encoder learns on, while what the transformer reads in the grammar's
    captions stays as it is. `styles` are those of the captions that the transformer trains on, each as
    often as it is named; without any they are the usual ones of himmel_recipes.labels."""

    steps: int = 1_500
    batch: int = 128
    free: float = 0.0
    styles: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Settings(Config):
    """Everything that makes one embedded model. `name` is also its folder of training state.

    start: "" for untrained weights, or the name of a model in the package. Then basis and text
    encoder are that model's, so that its latents and words keep their meaning, and the transformer
    goes on from its weights, widened where `dit` and `codec` have more channels. spread: how the
    processes that torchrun starts share the transformer's training.
    """

    name: str = "embedded"
    start: str = ""
    seed: int = 1
    world: WorldSettings = field(default_factory=WorldSettings)
    codec: CodecConfig = field(default_factory=CodecConfig)
    text: TextEncoderConfig = field(default_factory=TextEncoderConfig)
    dit: DiTConfig = field(default_factory=DiTConfig)
    transformer: TransformerSettings = field(default_factory=TransformerSettings)
    judge: JudgeSettings = field(default_factory=JudgeSettings)
    reading: ReadingSettings = field(default_factory=ReadingSettings)
    decoder: DecoderSettings = field(default_factory=DecoderSettings)
    threads: int = 2
    compile: bool = True
    spread: SpreadConfig = field(default_factory=SpreadConfig)

    def __post_init__(self) -> None:
        channels = {self.codec.channels, self.dit.in_channels, self.dit.out_channels}
        if len(channels) > 1:
            raise HimmelError(
                f"{self.name}: codec.channels, dit.in_channels and dit.out_channels must be one "
                f"number, not {sorted(channels)}"
            )

    @property
    def words_only(self) -> bool:
        """Whether nothing is learnt but how people say what the model to start from can draw."""
        return bool(self.start and self.reading.free > 0 and not self.world.families)

    @property
    def encoder_size(self) -> int:
        """Side of the frames that the encoder reads, in pixels."""
        return self.output_size // self.codec.upscale

    @property
    def output_size(self) -> int:
        """Side of the frames that the decoder writes: four latent cells."""
        return 4 * self.codec.compression.space


def defaults_of(settings: Settings) -> Defaults:
    """What a request gets that does not say (records/embedded/2026-11-29_guidance); where guidance was
    learnt, it is that, at half the price, and a flow map takes fewer steps."""
    aim = settings.transformer.aim
    return Defaults(
        width=settings.output_size,
        height=settings.output_size,
        fps=settings.world.fps,
        frames=settings.world.frames,
        guidance=GUIDANCE if aim.fused == 1 else aim.fused,
        guidance_fused=aim.fused,
        sampler="flow-map" if aim.leaps else "unipc",
        steps=LEAPT_STEPS if aim.leaps else STEPS,
    )


def drawn_by(settings: Settings) -> tuple[int, float, str]:
    """Steps, guidance beyond what was learnt, and sampler by which a request is drawn."""
    usual = defaults_of(settings)
    return usual.steps, usual.guidance / usual.guidance_fused, usual.sampler


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
