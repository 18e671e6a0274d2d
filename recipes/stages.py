"""The stages that make a model, in their order. Each one resumes, and each one's result is a file.

world -> basis -> judge, text -> transformer -> dreams, decoder -> polish -> export
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import prod
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from himmel.conditions.canvas import blank
from himmel.core.errors import HimmelError
from himmel.core.geometry import PixelShape
from himmel.core.rng import derive, numpy_rng
from himmel.core.shards import Shard, index_of, write_shard
from himmel.evaluate.sampling import draw_latents
from himmel.generate.system import SHIPPED
from himmel.generate.system import load_config as load_system_config
from himmel.interop.weights import load_config, load_state, save_weights
from himmel.models.dit import DiT, DiTConfig, initialise
from himmel.models.text import TextEncoderConfig, Tokenizer
from himmel.models.video_codec import CodecConfig, Critic, LinearCodec
from himmel.parallel import SpreadConfig, Team
from himmel.train.callbacks import Callback, Flops, PreviewSheet, StopAfter, standard_callbacks
from himmel.train.objectives.codec import decoder_loss, polish_loss
from himmel.train.objectives.text import text_loss
from himmel.train.optimisers import OptimiserConfig
from himmel.train.schedule import ScheduleConfig
from himmel.train.trainer import TrainConfig, Trainer
from himmel.world.captions import caption
from himmel.world.dataset import Corpus as WorldCorpus
from himmel.world.dataset import render_corpus
from himmel.world.graph import sample_graph
from himmel.world.rights import TRANSFORMER, own_rights
from himmel.world.vocabulary import SCENES
from himmel_recipes.codec import (
    decoder_batch,
    encode_corpus,
    fit_basis,
    load_dreams,
    picture_moments,
    with_dreams,
)
from himmel_recipes.corpus import load_corpus
from himmel_recipes.preview import preview
from himmel_recipes.settings import Folders, Settings, drawn_by
from himmel_recipes.spoken import Look, begin_new_words, caption_words, only_new_words
from himmel_recipes.text import (
    TextData,
    build_text,
    build_tokenizer,
    lengthen,
    packaged_encoder,
    read_text,
    take_heads,
)
from himmel_recipes.transformer import (
    DiffusionData,
    Teacher,
    diffusion_loss,
    load_latents,
    widen,
)
from himmel_recipes.travel import Unfinished, begin_where_cut

DREAMS = 32  # clips per shard
PICTURES = "small-pictures"  # the corpus of single pictures
FIRST = "small-first"  # that of the kinds to be learnt first
PARTS = {"codec": CodecConfig, "text": TextEncoderConfig, "transformer": DiTConfig}


@dataclass(frozen=True)
class Job:
    """One stage of one model: its settings, its folders, and how long it may take.

    minutes is a budget over all sessions of the stage, session_minutes one over this session alone.
    team: the processes that train one network together, where there are several.
    """

    settings: Settings
    folders: Folders
    minutes: float | None = None
    session_minutes: float | None = None
    device: str = "cpu"
    team: Team | None = None

    @property
    def leads(self) -> bool:
        """True for the process that writes what a stage makes."""
        return self.team is None or self.team.leads


def train_corpora(job: Job, kind: str) -> list[Path]:
    """The folders of clips that training may see: `small` or `large`, core, directed and families."""
    names = [kind, *(f"{kind}-{scene.name}" for scene in SCENES)]
    names += [f"{kind}-{family}" for family in job.settings.world.families]
    return [job.folders.corpus(name) for name in names]


def world(job: Job) -> None:
    """Render every corpus that is not there yet."""
    s = job.settings
    sizes = {"small": s.encoder_size, "large": s.output_size}
    counts = {
        "small": (s.world.small, s.world.small_directed),
        "large": (s.world.large, s.world.large_directed),
    }
    for kind, (core, directed) in counts.items():
        _render(job, kind, count=core, size=sizes[kind])
        for scene in SCENES:
            count = directed // len(SCENES)
            _render(job, f"{kind}-{scene.name}", count=count, size=sizes[kind], scene=scene.name)
        for family, number in s.world.families.items():
            share = 1 if kind == "small" else core / max(s.world.small, 1)
            count = max(1, round(number * share))
            _render(job, f"{kind}-{family}", count=count, size=sizes[kind], scene=family)
    for shape in s.world.shapes:
        width, height, frames = shape
        count = s.world.shaped
        _render(job, named(shape), count=count, size=height, width=width, frames=frames, scene=None)
    for name, (count, kinds) in _albums(s).items():
        still = {"scene": "wide", "frames": 1, "kinds": kinds}
        _render(job, name, count=count, size=s.encoder_size, **still)
    _render(job, "validation", count=s.world.validation, size=s.output_size)
    _render(job, "held-out", count=s.world.held_out, size=s.output_size, held_out=True)


def _albums(settings: Settings) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Corpora of single pictures: how many, and of which kinds alone."""
    world = settings.world
    albums = {PICTURES: (world.pictures, ()), FIRST: (world.first_pictures, world.first_kinds)}
    return {name: album for name, album in albums.items() if album[0]}


def named(shape: tuple[int, int, int]) -> str:
    """The corpus of clips of another shape than most: (width, height, frames)."""
    width, height, frames = shape
    return f"small-{width}x{height}x{frames}"


def _render(job: Job, name: str, **what: Any) -> None:
    s = job.settings
    seed = s.seed * 1000 + _number_of(name, s)
    usual = {"scene": "core", "frames": s.world.frames, "fps": s.world.fps, "seed": seed}
    render_part(job, name, **{**usual, **what})


def render_part(job: Job, name: str, **what: Any) -> None:
    """Render one corpus of the job, or what is missing of it; see himmel.world.dataset.Corpus."""
    render_corpus(job.folders.corpus(name), WorldCorpus(**what), job.settings.threads)


def _number_of(name: str, settings: Settings) -> int:
    """A number of its own per corpus, so that no two draw the same graphs."""
    kinds = ("small", "large", "validation", "held-out")
    scenes = ("", *(f"-{scene.name}" for scene in SCENES))
    names = [kind + scene for kind in kinds for scene in scenes]
    names += ["", *map(named, settings.world.shapes)]  # the second was a judge's
    names += [f"{kind}-{family}" for kind in kinds[:2] for family in settings.world.families]
    names += [PICTURES, FIRST]
    return names.index(name)


def basis(job: Job) -> None:
    """Fit the linear basis and encode the corpora that the transformer trains on."""
    _take_from_start(job, "codec")
    try:
        codec = load_codec(job)
    except HimmelError:
        corpus = load_corpus(*train_corpora(job, "small"))
        codec = fit_basis(job.settings, corpus)
        save_weights(job.folders.model, "codec", codec.state_dict(), codec.config, dtype="fp32")
    others = [job.folders.corpus(named(shape)) for shape in job.settings.world.shapes]
    others += [job.folders.corpus(name) for name in _albums(job.settings)]
    choose = partial(picture_moments, job.settings.seed)
    for source in (*train_corpora(job, "small"), *others):
        encode_corpus(codec, source, job.folders.latents(source.name), choose)


def load_codec(job: Job, name: str = "codec") -> LinearCodec:
    """The codec as it stands. Raises HimmelError before the stage `basis`."""
    codec = LinearCodec(job.settings.codec)
    codec.load_state_dict(load_state(job.folders.model, name))
    return codec


def text(job: Job) -> None:
    """Train the text encoder on captions alone, or take it from the model to start from; for the
    families' words and for loose talk that one learns on."""
    s = job.settings
    learns = bool(s.world.families) or s.reading.free > 0
    if not learns and _take_from_start(job, "text", "tokenizer.json"):
        return
    tokenizer = build_tokenizer(s)
    modules = build_text(s, tokenizer)
    objective = text_loss
    if s.start:
        old = packaged_encoder(s.start)
        lengthen(old, modules["encoder"])
        reader = lengthen(old, build_text(s, tokenizer)["encoder"]).eval().requires_grad_(False)
        objective = partial(text_loss, old=reader)
        if s.reading.free:
            take_heads(s.start, modules["heads"])
            begin_new_words(modules["encoder"], tokenizer, old.config.vocab_size)
            objective = partial(objective, look=Look(s, reader, tokenizer).draw)
        if s.words_only:
            only_new_words(modules["encoder"], caption_words(tokenizer))
    data = TextData(s, tokenizer)
    warmup = 20 if s.reading.free else 100  # words that begin with a meaning need no long one
    steps = ScheduleConfig(steps=s.reading.steps, warmup=warmup, cooldown=0.5)
    optimiser = OptimiserConfig(muon_lr=None, adamw_lr=2e-3 if s.reading.free else 1e-3)
    trained = fit(job, "text", modules, objective, data, steps, optimiser)
    save_weights(
        job.folders.model, "text", trained.state_dict(), trained["encoder"].config, dtype="bf16"
    )
    (job.folders.model / "tokenizer.json").write_text(tokenizer.to_json(), encoding="utf-8")


def load_text(job: Job) -> tuple[nn.ModuleDict, Tokenizer]:
    """Encoder with heads, and tokenizer. Raises HimmelError before the stage `text`."""
    path = job.folders.model / "tokenizer.json"
    if not path.exists():
        raise HimmelError(f"{path} is missing; train the text encoder first")
    tokenizer = Tokenizer.from_json(path.read_text(encoding="utf-8"))
    modules = build_text(job.settings, tokenizer)
    modules.load_state_dict(load_state(job.folders.model, "text"))
    return modules, tokenizer


def transformer(job: Job) -> None:
    """Pictures, then film; with a model to start from, on from its weights."""
    s = job.settings
    network = DiT(s.dit)
    initialise(network, s.seed)
    if s.start:
        network = widen(_packaged(s.start), network)
    modules, tokenizer = load_text(job)
    encoder = modules["encoder"].eval().to(job.device)
    folders = [job.folders.latents(c.name) for c in train_corpora(job, "small")]
    kinds = s.world.first_kinds
    latents = load_latents(folders, s.codec).of(kinds).to(job.device)
    others = [job.folders.latents(named(shape)) for shape in s.world.shapes]
    shaped = [load_latents([folder], s.codec).to(job.device) for folder in others]
    pictures = None
    if albums := [job.folders.latents(name) for name in _albums(s)]:
        pictures = load_latents(albums, s.codec).of(kinds).to(job.device)
    data = DiffusionData(s, latents, tokenizer, shaped, pictures)
    sizes = s.transformer
    steps = sizes.picture_steps + sizes.film_steps
    schedule = ScheduleConfig(steps=steps, warmup=100, cooldown=sizes.cooldown)
    optimiser = OptimiserConfig(
        muon_lr=sizes.muon_lr or None, adamw_lr=1e-3, adamw_betas=(0.9, 0.98)
    )
    objective = partial(diffusion_loss, s, encoder, teacher=_teacher(job))
    flops = partial(work, s, network)
    sheets = PreviewSheet(
        preview(s, load_codec(job).eval(), partial(read_text, s, encoder, tokenizer), job.folders),
        minutes=30,
    )
    trained = fit(
        job, "transformer", network, objective, data, schedule, optimiser, flops, (sheets,)
    )
    if job.leads:
        save_weights(
            job.folders.model, "transformer", trained.state_dict(), trained.config, dtype="fp32"
        )


def work(settings: Settings, network: DiT, batch: Mapping[str, Tensor]) -> float:
    """FLOPs of a sample of a batch (of one film, picture or clip of another shape as long as it is):
    forward and twice that backward, and what the teacher says; the answers by which a flow map looks
    ahead are left out."""
    aim = settings.transformer.aim
    tokens = prod(batch["x0"].shape[2:]) // prod(settings.dit.patch_size)
    asked = (2 if aim.fused > 1 else 1) if aim.taught else 0
    return (3 + asked) * network.flops(tokens, settings.text.length)


def _packaged(name: str) -> DiT:
    """The transformer of a model in the package."""
    network = DiT(load_config(SHIPPED / name, "transformer", DiTConfig))
    network.load_state_dict(load_state(SHIPPED / name, "transformer"))
    return network


def _teacher(job: Job) -> Teacher | None:
    """What is learnt from, if it is not the data: the transformer of the model to start from, which may
    have learnt a guidance itself."""
    s = job.settings
    if not s.transformer.aim.taught:
        return None
    if not s.start:
        raise HimmelError(f"{s.name}: guidance is learnt from a model to start from; name one")
    learnt = load_system_config(s.start).defaults.guidance_fused
    # Not compiled: its blocks are the trained network's class, whose few compiled forms it would use up.
    network = _packaged(s.start).eval().requires_grad_(False).to(job.device)
    return Teacher(network, s.transformer.aim.fused / learnt)


def _take_from_start(job: Job, name: str, *files: str) -> bool:
    """Copy one part of the model to start from, unless there is none or it has been copied."""
    if not job.settings.start:
        return False
    source, target = SHIPPED / job.settings.start, job.folders.model
    if not (target / f"{name}.json").exists():
        state = load_state(source, name)
        config = load_config(source, name, PARTS[name])
        if name == "codec":
            config = config.replace(channels=job.settings.codec.channels)
        save_weights(target, name, state, config, dtype="fp32")
        for file in files:
            shutil.copyfile(source / file, target / file)
    return True


def decoder(job: Job) -> None:
    """Train the codec's decoder on large clips; basis and latents stay as they are."""
    codec = load_codec(job)
    corpus = load_corpus(*train_corpora(job, "large"))
    steps = ScheduleConfig(steps=job.settings.decoder.steps, warmup=60, cooldown=0.6, final=0.02)
    optimiser = OptimiserConfig(muon_lr=None, adamw_lr=2e-3)
    codec = codec.to(memory_format=torch.channels_last)
    trained = fit(
        job,
        "decoder",
        codec,
        decoder_loss,
        lambda step, rng: decoder_batch(job.settings, corpus, rng),
        steps,
        optimiser,
    )
    save_weights(job.folders.model, "codec", trained.state_dict(), trained.config, dtype="fp32")


def dreams(job: Job) -> None:
    """Latents that the transformer makes of training sentences, for `polish` to practise on: the one
    that was trained here, else that of the model to start from."""
    s = job.settings
    if not (job.folders.model / "transformer.json").exists():
        _take_from_start(job, "transformer")
    folder, size = job.folders.latents("dreams"), job.settings.output_size
    modules, tokenizer = load_text(job)
    network = DiT(s.dit)
    network.load_state_dict(load_state(job.folders.model, "transformer"))
    shape = s.codec.compression.latent(PixelShape(s.world.frames, size, size))
    done = index_of(folder)["shards"]
    for number in range(-(-s.decoder.dreams // DREAMS)):
        if f"{number:05d}" in done:
            continue
        rng = numpy_rng(s.seed, "dreams", number)
        graphs = [sample_graph(derive(s.seed, "dreams", number, i)) for i in range(DREAMS)]
        said = [caption(g, rng, language="en", style="medium") for g in graphs]
        text = read_text(s, modules["encoder"], tokenizer, said)
        seeds = [derive(s.seed, "noise", number, i) % 2**31 for i in range(DREAMS)]
        canvas = blank(shape, DREAMS)
        latents = draw_latents(network.eval(), text, canvas, seeds, *drawn_by(s))
        drawn = latents.half().numpy()
        samples = [
            {"id": f"dream-{number}-{i}", "rights": own_rights(drawn[i], [words], TRANSFORMER)}
            for i, words in enumerate(said)
        ]
        write_shard(folder, number, Shard({"latents": drawn}, samples))


def polish(job: Job) -> None:
    """Go on with the decoder against a critic, so that what it cannot know looks real, not blurred."""
    s = job.settings
    networks = nn.ModuleDict({"codec": load_codec(job), "critic": Critic()})
    corpus = load_corpus(*train_corpora(job, "large"))
    made = load_dreams(job.folders.latents("dreams"))
    steps = ScheduleConfig(steps=s.decoder.polish_steps, warmup=60, cooldown=0.4, final=0.05)
    optimiser = OptimiserConfig(muon_lr=None, adamw_lr=5e-4, adamw_betas=(0.5, 0.95), clip=5.0)
    trained = fit(
        job,
        "polish",
        networks.to(memory_format=torch.channels_last),
        polish_loss,
        lambda step, rng: with_dreams(decoder_batch(s, corpus, rng), made, rng, 3),
        steps,
        optimiser,
    )
    codec = trained["codec"]
    save_weights(job.folders.model, "codec", codec.state_dict(), codec.config, dtype="fp32")


def fit(
    job: Job,
    stage: str,
    network: nn.Module,
    objective: Callable[..., object],
    data: Callable[..., object],
    schedule: ScheduleConfig,
    optimiser: OptimiserConfig,
    flops: Flops | None = None,
    watching: tuple[Callback, ...] = (),
) -> nn.Module:
    """Train a stage, resuming what is there; returns the averaged network, in a team on its leader."""
    s = job.settings
    torch.set_num_threads(s.threads)
    if job.leads:
        begin_where_cut(job.folders, stage, network)
    config = TrainConfig(
        recipe=f"{s.name}-{stage}",
        schedule=schedule,
        optimiser=optimiser,
        seed=s.seed,
        ema_decay=0.998,
        compile=s.compile and hasattr(network, "blocks"),
        minutes=job.minutes,
        save_every_minutes=10 if job.device == "cpu" else 2,  # a rented machine may go at any time
        spread=_spread(job, stage),
    )
    callbacks: tuple[Callback, ...] = (*standard_callbacks(config, flops), *watching)
    if job.session_minutes is not None:
        callbacks = (*callbacks, StopAfter(job.session_minutes))
    trainer = Trainer(
        config,
        network,
        objective,
        data,
        callbacks,
        folder=job.folders.run(stage),
        device=job.device,
        team=job.team,
    )
    trainer.fit()
    if not trainer.finished:
        raise Unfinished(f"{stage} is not finished; run it again to go on from where it stopped")
    average = trainer.whole_average()
    return average.cpu() if job.leads else average


def _spread(job: Job, stage: str) -> SpreadConfig:
    """How a stage's steps are cut and shared: settings are for what a team trains together."""
    spread = job.settings.spread
    if job.team:
        return spread
    return SpreadConfig(micro_batches=spread.micro_batches if stage in TOGETHER else None)


TOGETHER = frozenset({"transformer"})  # stages that a team shares; its leader does the others
STAGES: dict[str, Callable[[Job], None]] = {
    "world": world,
    "basis": basis,
    "text": text,
    "transformer": transformer,
    "dreams": dreams,
    "decoder": decoder,
    "polish": polish,
}
