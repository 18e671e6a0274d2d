"""A plan: everything a generation will do, as plain data that can be printed before it runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from himmel.core.cards import Storyboard
from himmel.core.config import Config
from himmel.core.env import memory_of_machine
from himmel.core.errors import HimmelError
from himmel.core.geometry import LatentShape, PixelShape
from himmel.core.values import Request
from himmel.diffusion.guidance import guidance_named, zero_init
from himmel.diffusion.samplers import evaluations
from himmel.diffusion.schedules import SCHEDULES
from himmel.generate.cameras import plan_camera
from himmel.generate.config import Guiding, SystemConfig
from himmel.generate.pictures import Picture, plan_pictures
from himmel.generate.pipeline import check_weights
from himmel.generate.request import check_request, is_picture
from himmel.generate.sizes import check_sides, drawn_frames, drawn_size, notes_on_size
from himmel.generate.timeline import Segment
from himmel.media.formats import WRITE_SUFFIXES, check_fps
from himmel.media.write import form_of
from himmel.models.dit import NO_ENDS, DiT, DiTConfig, FlowMapConfig, RayConfig

RUNTIME_BYTES = 250_000_000  # the interpreter with torch loaded, before any weights
DECODER_FLOPS_PER_PIXEL = 1e5  # the ceiling that the decoder was built under


@dataclass(frozen=True, kw_only=True)
class Cost(Config):
    """What a run will need: transformer tokens, bytes of memory, floating-point operations."""

    tokens: int
    memory_bytes: int
    flops: int


@dataclass(frozen=True, kw_only=True)
class Plan(Config):
    """Segments on one timeline, the shapes in pixels and latents, the sampler and its times.

    `pixels` are drawn, `shown` is what is made of them: enlarged, cut out, cut off; see generate.sizes.
    """

    segments: tuple[Segment, ...]
    negative: str
    pictures: tuple[Picture, ...]
    pixels: PixelShape
    shown: PixelShape
    latent: LatentShape
    fps: float
    sampler: str
    times: tuple[float, ...]
    guidance: float
    guiding: Guiding
    seed: int
    cost: Cost
    notes: tuple[str, ...] = ()

    @property
    def prompt(self) -> str:
        """The words of the first segment."""
        return self.segments[0].prompt

    @property
    def asked(self) -> str:
        """The person's words, a line for each wording."""
        return _each_once(segment.asked or segment.prompt for segment in self.segments)

    @property
    def drawn(self) -> str:
        """The words that are drawn, in the same way."""
        return _each_once(segment.prompt for segment in self.segments)

    @property
    def parents(self) -> tuple[Path, ...]:
        """The files that the clip is made from, each once."""
        return tuple(dict.fromkeys(Path(picture.path) for picture in self.pictures))

    @property
    def nameless(self) -> Plan:
        """The same without names of files and notes, which have nothing to do with the frames."""
        pictures = tuple(picture.replace(path="") for picture in self.pictures)
        bare = {"conditions": (), "asked": "", "upsampler": ""}
        segments = tuple(segment.replace(**bare) for segment in self.segments)
        return self.replace(notes=(), pictures=pictures, segments=segments)

    @property
    def about(self) -> dict[str, Any]:
        """What the manifest says beyond what it says of every plan."""
        return {}


def _each_once(words: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(words))


def plan_request(request: Request, config: SystemConfig, out: Path) -> Plan:
    """Fill in what was not asked and lay out the run; a picture where `out` is named like one.

    Where memory is short the transformer is called for one text at a time. Raises HimmelError for
    what would not fit into memory even so (with the figure), unknown names, and lengths beyond what the
    weights draw at once. Any size is planned; what the weights were not trained for is drawn at another
    and changed to what was asked, with a note.
    """
    check_request(request)
    check_weights(config)
    defaults = config.defaults
    fps, picture = request.fps or defaults.fps, is_picture(out, request)
    if not picture:
        check_fps(form_of(out), fps)
    shown = _shown(request, config, fps, out)
    pixels = _drawn(shown, config, fps)
    film = dataclasses.replace(pixels, frames=shown.frames)
    pictures, remarks = plan_pictures(request.known, config, film)
    latent = config.codec.compression.latent(pixels)
    guidance = request.guidance or defaults.guidance
    sampler = request.sampler or defaults.sampler
    check_sampler(sampler, config)
    mode = request.guidance_mode or defaults.guidance_mode
    steps = request.steps or defaults.steps
    times = sampling_times(steps, defaults.shift, mode, guidance, defaults.schedule).tolist()
    velocities, memory = evaluations(sampler, len(times) - 1), memory_of_machine()
    cost = _with_showing(estimate(config, pixels, latent, velocities, guidance), pixels, shown)
    if not (batched := _fits(cost, memory)):
        cost = estimate(config, pixels, latent, velocities, guidance, batched=False)
        cost = _with_showing(cost, pixels, shown)
    _check_memory(shown, cost, memory)
    return Plan(
        segments=(_segment(request, config, shown, fps, pictures),),
        negative=request.negative,
        pictures=pictures,
        pixels=pixels,
        shown=shown,
        latent=latent,
        fps=fps,
        sampler=sampler,
        times=tuple(times),
        guidance=guidance,
        guiding=Guiding(
            mode=mode,
            interval=defaults.guidance_interval,
            batched=batched,
            low=request.guidance or defaults.guidance_low,
            fused=defaults.guidance_fused,
        ),
        seed=request.seed,
        cost=cost,
        notes=(
            *notes_on_size(pixels, shown, config),
            *_notes_on_speed(fps, defaults.fps, shown.frames),
            *remarks,
        ),
    )


def _segment(
    request: Request,
    config: SystemConfig,
    shown: PixelShape,
    fps: float,
    pictures: tuple[Picture, ...],
) -> Segment:
    names = tuple(f"{Path(p.path).name} at frame {p.frame}" for p in pictures)
    path = plan_camera(request.camera, (shown.frames - 1) / fps)[1] if reads_rays(config) else None
    return Segment(prompt=request.prompt, frames=shown.frames, conditions=names, camera=path)


def check_sampler(sampler: str, config: SystemConfig) -> None:
    """Raise HimmelError for a sampler that asks for more than the weights have learnt."""
    if sampler == "flow-map" and not isinstance(config.dit, FlowMapConfig):
        raise HimmelError(f"{config.name}: {NO_ENDS}")


def reads_rays(config: SystemConfig) -> bool:
    """Whether the transformer is told where every token looks."""
    return isinstance(config.dit, RayConfig)


def sampling_times(
    steps: int, shift: float, mode: str, guidance: float, schedule: str = "shifted"
) -> Tensor:
    """The times a sampler visits, falling to 0, without the first ones where the mode skips them."""
    skipped = guidance_named(mode).zero_init if guidance != 1 else 0
    return zero_init(SCHEDULES[schedule](steps, shift), skipped)


def _shown(request: Request, config: SystemConfig, fps: float, out: Path) -> PixelShape:
    """The shape that was asked for, its sides even where the file's colours need it."""
    picture, defaults = is_picture(out, request), config.defaults
    even = not picture and form_of(out).even
    width, height = request.width or defaults.width, request.height or defaults.height
    check_sides(width, height, config)
    return PixelShape(
        frames=_frames(request, config, fps, picture),
        height=height + (height % 2 if even else 0),
        width=width + (width % 2 if even else 0),
    )


def _frames(request: Request, config: SystemConfig, fps: float, picture: bool) -> int:
    if picture:
        if isinstance(request, Storyboard):
            endings = ", ".join(WRITE_SUFFIXES)
            raise HimmelError(
                f"a storyboard makes a film and no picture; end its name in {endings}"
            )
        if request.seconds is not None:
            raise HimmelError("a picture has no length; leave the seconds out or write an .mp4")
        if config.trained_frames and 1 not in config.trained_frames:
            raise HimmelError("these weights were not trained for pictures; write an .mp4")
        return 1
    if request.seconds is None:
        return config.defaults.frames
    asked = max(1, round(request.seconds * fps))
    if config.trained_frames or not request.known:
        return asked
    time = (
        config.codec.compression.time
    )  # nothing is cut off, so that a last picture stays the last
    return max(1, round((asked - 1) / time)) * time + 1


def _drawn(shown: PixelShape, config: SystemConfig, fps: float) -> PixelShape:
    width, height = drawn_size(shown.width, shown.height, config)
    return PixelShape(drawn_frames(shown.frames, config, fps), height, width)


def _notes_on_speed(fps: float, trained: float, frames: int) -> tuple[str, ...]:
    if fps == trained or frames == 1:
        return ()
    return (
        f"these weights know {trained:g} frames per second; at {fps:g} everything moves "
        f"{fps / trained:.2g} times as fast",
    )


def estimate(
    config: SystemConfig,
    pixels: PixelShape,
    latent: LatentShape,
    velocities: int,
    guidance: float,
    batched: bool = True,
) -> Cost:
    """Tokens, memory and operations of a run that asks for so many velocities.

    Guidance, where there is any that the weights have not learnt, takes two predictions for each, in one
    call or in two. Memory
    counts torch itself, the weights, the transformer's activations for one call, one decoded latent
    frame and the finished frames; operations count matrix products, two per multiply-add.
    """
    network = _outline(config.dit)
    tokens = latent.tokens(config.dit.patch_size)
    texts = 1 if guidance == config.defaults.guidance_fused else 2
    calls = velocities * texts * network.flops(tokens, config.text.length)
    batch = texts if batched else 1
    weights = config.weights_bytes or 4 * sum(p.numel() for p in network.parameters())
    activations = 4 * batch * tokens * (12 * config.dit.width + 2 * config.dit.ffn_dim)
    decoding = 4 * config.codec.working_values(pixels.height, pixels.width)
    return Cost(
        tokens=tokens,
        memory_bytes=RUNTIME_BYTES + weights + activations + decoding + 6 * pixels.values,
        flops=calls + int(DECODER_FLOPS_PER_PIXEL * pixels.values),
    )


@lru_cache(maxsize=4)
def _outline(config: DiTConfig) -> DiT:
    """A transformer without numbers, to count with; kept, as every plan needs one."""
    with torch.device("meta"):
        return DiT(config)


def _with_showing(cost: Cost, drawn: PixelShape, shown: PixelShape) -> Cost:
    """The cost with that of frames in another size, which are kept to the end."""
    if drawn == shown:
        return cost
    return cost.replace(memory_bytes=cost.memory_bytes + 6 * shown.values)


def _fits(cost: Cost, available: int) -> bool:
    return cost.memory_bytes <= 0.8 * available


def _check_memory(pixels: PixelShape, cost: Cost, available: int) -> None:
    if not _fits(cost, available):
        raise HimmelError(
            f"{pixels.frames} frames of {pixels.width}x{pixels.height} need about "
            f"{cost.memory_bytes / 1e9:.1f} GB of memory and this machine has "
            f"{available / 1e9:.1f} GB; use a smaller size or a shorter clip"
        )
