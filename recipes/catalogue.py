"""Recipes by name, and what can be done with one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch

from himmel.core.env import place_in_team, threads, train_dir
from himmel.core.errors import HimmelError
from himmel.models.dit import DiT, DiTConfig, FlowMapConfig, PriorConfig
from himmel.models.text import TextEncoderConfig
from himmel.models.upscaler import Upscaler, UpscalerConfig
from himmel.models.video_codec import CodecConfig, LinearCodec
from himmel.parallel import join
from himmel_recipes.export import export
from himmel_recipes.judge import build_judge, judge, judge_find, judge_near
from himmel_recipes.settings import (
    AimSettings,
    DecoderSettings,
    Folders,
    JudgeSettings,
    ReadingSettings,
    Settings,
    TransformerSettings,
    UpscalerSettings,
    WorldSettings,
)
from himmel_recipes.stages import STAGES as TRAINING
from himmel_recipes.stages import TOGETHER, Job
from himmel_recipes.text import build_text, build_tokenizer
from himmel_recipes.upscaler import upscaler


def embedded() -> Settings:
    """The model in the package: 17 frames of 128 x 128 pixels, about two seconds.

    Run: himmel train embedded. Takes and reaches: see records/embedded.
    """
    return Settings(
        threads=threads(),
        world=WorldSettings(shapes=((96, 64, 17), (64, 96, 17), (64, 64, 33))),
        text=TextEncoderConfig(width=192, layers=3, heads=4, length=32, output_dim=192),
        dit=DiTConfig(
            patch_size=(1, 1, 1),
            num_attention_heads=5,
            attention_head_dim=64,
            in_channels=96,
            out_channels=96,
            text_dim=192,
            freq_dim=256,
            ffn_dim=1280,
            num_layers=8,
        ),
    )


# What people ask for often, and what looks like nothing else. Of all 235 kinds at once two were learnt
# from 290,000 samples (records/wide/2026-11-28_more).
_FIRST = """
    cat fox horse zebra cow pig sheep lion bear panda giraffe camel deer rabbit monkey owl penguin
    duck flamingo fish shark whale dolphin octopus turtle snake crocodile dinosaur dragon king
    astronaut clown robot truck bicycle motorcycle tractor helicopter ship sailing-boat table bed sofa
    bookshelf lamp television bench candle teapot bottle umbrella apple banana pineapple pumpkin cake
    guitar piano drum flower cactus fir lighthouse windmill skyscraper pyramid teddy-bear tent
"""
FIRST_KINDS = tuple(_FIRST.split())


def clear() -> Settings:
    """The embedded model continued with all 192 numbers of a cell in place of the first 96, which lose
    what subjects look like on patterned ground. What is expected of the new numbers (their spread is .53
    to .61) is told to the transformer.

    Run: himmel train clear. Unmeasured.
    """
    core = embedded()
    old = core.codec.channels
    numbers = core.codec.basis_channels
    return core.replace(
        name="clear",
        start="default",
        seed=6,
        codec=core.codec.replace(channels=numbers),
        dit=PriorConfig.from_dict(
            core.dit.to_dict()
            | {"in_channels": numbers, "out_channels": numbers}
            | {"latent_std": [0.0] * old + [0.56] * (numbers - old)}
        ),
        transformer=core.transformer.replace(
            picture_steps=0,
            picture_share=0.4,
            aim=AimSettings(subject_weight=8.0),
            muon_lr=1.5e-3,
        ),
    )


def wide() -> Settings:
    """The embedded model with all 192 numbers of a cell, continued on the wide world: all families, more
    words, longer sentences.

    Run: himmel train wide. Takes and reaches: see records/wide.
    """
    core = clear()
    families = {
        "wide": 14_000,
        "camera": 3_000,
        "group": 4_000,
        "face": 1_500,
        "drop": 600,
        "bounce": 600,
        "throw": 600,
        "pendulum": 400,
        "screen": 600,
        "look-away": 400,
        "paint": 300,
        "bite": 300,
        "lamp": 300,
        "door": 300,
    }
    return core.replace(
        name="wide",
        seed=5,
        world=core.world.replace(
            small=30_000,
            small_directed=2_400,
            shapes=(),
            families=families,
            pictures=100_000,
            first_kinds=FIRST_KINDS,
            first_pictures=60_000,
        ),
        text=core.text.replace(length=48),
        reading=core.reading.replace(steps=3_000),
        transformer=core.transformer.replace(picture_share=0.6),
    )


def spoken() -> Settings:
    """The embedded model with words that people use beside those of its captions; the rest stays.

    Run: himmel train spoken. Unmeasured.
    """
    return embedded().replace(
        name="spoken",
        start="default",
        seed=7,
        reading=ReadingSettings(steps=4_000, batch=48, free=0.7),
    )


WEAK = {"tiles": 2.5, "person": 3.0, "plane": 2.5, "bus": 2.5, "ball": 2.0, "mug": 2.0, "dog": 2.0}
WEAK |= {"castle": 1.5, "train": 1.5}


def firm() -> Settings:
    """The embedded model taught on: what it draws badly more often, more of it at high noise, where the
    whole of a picture is decided, and more pictures, which cost a fifth of a clip.

    Run: himmel train firm. Not better in 725 steps: see records/embedded/2026-11-29_far_tiles.
    """
    core = embedded()
    aim = AimSettings(time_mean=1.0, subject_weight=3.0)
    return core.replace(
        name="firm",
        start="default",
        seed=10,
        transformer=core.transformer.replace(
            picture_steps=0, picture_share=0.5, aim=aim, often=WEAK, muon_lr=1.5e-3
        ),
    )


def quick() -> Settings:
    """The embedded model with its guidance learnt, so that a step takes one call in place of two.

    Run: himmel train quick. Not finished yet: see records/embedded/2026-11-29_guidance.
    """
    core = embedded()
    return core.replace(
        name="quick",
        start="default",
        seed=8,
        transformer=core.transformer.replace(picture_steps=0, aim=AimSettings(fused=3.5)),
    )


def few() -> Settings:
    """A flow map of the embedded model under guidance: four steps of one call each.

    Run: himmel train few. Not measured yet.
    """
    core = quick()
    leaping = AimSettings(fused=3.5, leaps=0.5)
    return core.replace(
        name="few",
        seed=9,
        dit=FlowMapConfig.from_dict(core.dit.to_dict() | {"flow_map": True}),
        transformer=core.transformer.replace(aim=leaping),
    )


def nano() -> Settings:
    """The same at a quarter of the width and data, for comparisons of about half an hour.

    Run: himmel train nano. Unmeasured.
    """
    big = embedded()
    return big.replace(
        name="nano",
        dit=big.dit.replace(num_attention_heads=3, ffn_dim=768, num_layers=6),
        world=big.world.replace(small=6_000, small_directed=1_200, large=600, large_directed=160),
    )


def toy() -> Settings:
    """Every stage in seconds, for tests: it learns nothing worth looking at.

    Run: himmel train toy. Unmeasured on purpose.
    """
    return Settings(
        name="toy",
        world=WorldSettings(
            frames=5,
            small=32,
            small_directed=4,
            large=8,
            large_directed=4,
            validation=8,
            held_out=8,
            shaped=4,
            pictures=4,
            shapes=((24, 16, 5), (16, 16, 9)),
        ),
        codec=CodecConfig(
            patch=4, time=2, channels=12, basis_channels=24, widths=(8, 8, 8), blocks=(1, 1, 1)
        ),
        text=TextEncoderConfig(width=16, layers=1, heads=2, length=16, output_dim=16),
        dit=DiTConfig(
            patch_size=(1, 1, 1),
            num_attention_heads=2,
            attention_head_dim=12,
            in_channels=12,
            out_channels=12,
            text_dim=16,
            freq_dim=16,
            ffn_dim=32,
            num_layers=2,
        ),
        transformer=TransformerSettings(
            picture_batch=4,
            picture_steps=3,
            film_batch=4,
            film_steps=5,
        ),
        judge=JudgeSettings(near_steps=3, find_steps=3, steps=3, share=0.0004),
        reading=ReadingSettings(steps=3),
        decoder=DecoderSettings(
            steps=3,
            polish_steps=3,
            batch=2,
            dreams=2,
            upscaler=UpscalerSettings(
                network=UpscalerConfig(width=8, blocks=2), clips=4, steps=3, batch=2, crop=8
            ),
        ),
        threads=1,
        compile=False,
    )


STAGES: dict[str, Callable[[Job], None]] = {
    "judge_near": judge_near,
    "judge_find": judge_find,
    "judge": judge,
    **TRAINING,
    "upscaler": upscaler,
    "export": export,
}
RECIPES: dict[str, Callable[[], Settings]] = {
    "embedded": embedded,
    "clear": clear,
    "wide": wide,
    "spoken": spoken,
    "firm": firm,
    "quick": quick,
    "few": few,
    "nano": nano,
    "toy": toy,
}


def settings_of(name: str, overrides: dict[str, str] | None = None) -> Settings:
    """A recipe's settings with `a.b=value` changes. Raises HimmelError for unknown names or keys."""
    if name not in RECIPES:
        raise HimmelError(f"there is no recipe {name!r}; there are {', '.join(RECIPES)}")
    values: dict[str, Any] = RECIPES[name]().to_dict()
    for key, text in (overrides or {}).items():
        _set(values, key, text)
    return Settings.from_dict(values)


def _set(values: dict[str, Any], key: str, text: str) -> None:
    *path, last = key.split(".")
    for part in path:
        values = values.get(part, {})
        if not isinstance(values, dict):
            raise HimmelError(f"{key} does not name a setting")
    if last not in values:
        raise HimmelError(f"{key} does not name a setting; known here are {', '.join(values)}")
    old = values[last]
    try:
        values[last] = _read(text, old)
    except (TypeError, ValueError):
        raise HimmelError(f"{key}={text!r} does not fit; the present value is {old!r}") from None


def _read(text: str, old: Any) -> Any:
    if isinstance(old, bool):
        return text == "true"
    if old is None or isinstance(old, (list, dict)):
        return json.loads(text)
    return type(old)(text)


def run(
    name: str,
    overrides: dict[str, str] | None = None,
    resume: bool = True,
    minutes: float | None = None,
    *,
    stage: str | None = None,
    root: Path | None = None,
    session_minutes: float | None = None,
    device: str = "cpu",
) -> Path:
    """Run one stage of a recipe, or all of them; returns the folder of weights.

    Finished stages are kept. resume=False refuses a folder that holds a run. minutes is the budget
    of each training stage over all sessions, session_minutes what it may take now. The processes that
    torchrun starts train the transformer together; their leader does all else while the others wait.
    """
    settings = settings_of(name, overrides)
    folders = Folders(root or train_dir(settings.name))
    here = place_in_team()
    if not resume and (here is None or here[0] == 0) and folders.root.exists():
        raise HimmelError(f"{folders.root} holds a run; resume it or remove the folder")
    if stage is not None and stage not in STAGES:
        raise HimmelError(f"there is no stage {stage!r}; there are {', '.join(STAGES)}")
    job = Job(settings, folders, minutes, session_minutes, device)
    whole = ("text", "export") if settings.words_only else tuple(STAGES)
    stages = [stage] if stage else [*whole]
    if here is None:
        for each in stages:
            STAGES[each](job)
    else:
        _run_in_team(job, stages)
    return folders.export if stage in (None, "export") else folders.model


def _run_in_team(job: Job, stages: list[str]) -> None:
    with join(job.settings.spread, job.device) as team:
        for each in stages:
            if team is None or each in TOGETHER:
                STAGES[each](
                    replace(job, team=team, device=str(team.device) if team else job.device)
                )
            else:
                team.first(partial(STAGES[each], job))


def run_toy(folder: Path) -> Path:
    """Every stage at toy size inside a folder; returns a model folder for `--model`."""
    return run("toy", root=Path(folder))


def dry_run(name: str, overrides: dict[str, str] | None = None) -> dict[str, int]:
    """Build every network of a recipe on the meta device; returns parameter counts."""
    settings = settings_of(name, overrides)
    with torch.device("meta"):
        networks = {
            "codec": LinearCodec(settings.codec),
            "judge": build_judge(),
            "text": build_text(settings, build_tokenizer(settings)),
            "transformer": DiT(settings.dit),
            "upscaler": Upscaler(settings.decoder.upscaler.network),
        }
    return {n: sum(p.numel() for p in m.parameters()) for n, m in networks.items()}
