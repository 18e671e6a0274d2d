"""Weights on their way between machines: what a call of runs/gpu.sh begins with and sends home."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from torch import nn

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.interop import weights
from himmel.models.dit import DiTConfig
from himmel.models.judge import JudgeConfig
from himmel.models.text import TextEncoderConfig
from himmel.models.upscaler import UpscalerConfig
from himmel.models.video_codec import CodecConfig
from himmel.train.checkpoint import Checkpoint, checkpoints, newest_checkpoint
from himmel.train.schedule import Schedule
from himmel.train.trainer import Progress, TrainConfig
from himmel_recipes.settings import Folders

KINDS: dict[str, type[Config]] = {
    "codec": CodecConfig,
    "judge": JudgeConfig,
    "judge_near": JudgeConfig,
    "judge_find": JudgeConfig,
    "text": TextEncoderConfig,
    "transformer": DiTConfig,
    "upscaler": UpscalerConfig,
}
TOKENIZER, BEGIN = "tokenizer.json", "begin"


class Unfinished(HimmelError):
    """A stage was stopped in time; run it again to go on from its checkpoint."""


def take(folders: Folders, sources: list[Path]) -> None:
    """Begin a call: copy weights from model folders, the first that has them, unless they are here."""
    for source in sources:
        held = {path.stem for path in folders.model.glob("*.json")}
        files = [file for file in weights.read_checksums(source) if _name_of(file) not in held]
        for file in files:
            shutil.copyfile(weights.check_file(source, file), folders.model / file)
        weights.list_checksums(folders.model, *files)
    (folders.root / BEGIN).touch()


def send_home(folders: Folders, target: Path) -> None:
    """Write what came since `take` into a model folder, in bfloat16: the weights of finished stages,
    and as STAGE_partial the averaged weights of the newest checkpoint of a stage that was cut short.
    """
    begin, model = _written(folders.root / BEGIN), folders.model
    for name, kind in KINDS.items():
        if _written(model / f"{name}.json") > begin:
            state = weights.load_state(model, name)
            weights.save_weights(target, name, state, weights.load_config(model, name, kind))
    for stage, checkpoint in _cut_short(folders):
        config = TrainConfig.from_dict(checkpoint.state["config"])
        weights.save_weights(target, f"{stage}_partial", checkpoint.tensors["ema"], config)
    if _written(model / TOKENIZER) > begin:
        shutil.copyfile(model / TOKENIZER, target / TOKENIZER)
        weights.list_checksums(target, TOKENIZER)


def _cut_short(folders: Folders) -> Iterator[tuple[str, Checkpoint]]:
    """Stages with steps to go, or with weights that were never saved, and their checkpoints."""
    saved = max(_written(folders.model / f"{name}.json") for name in KINDS)
    for run in sorted(folders.root.glob("runs/*")):
        found = newest_checkpoint(run / "checkpoints", lambda note: None)
        if found is None:
            continue
        progress = Progress.from_dict(found.state["progress"])
        curve = TrainConfig.from_dict(found.state["config"]).schedule
        to_go = progress.step < Schedule(curve, progress.cooldown_start).end
        if to_go or _written(run / "checkpoints") > saved:
            yield run.name, found


def _written(path: Path) -> float:
    """When a file was written, in seconds of the clock; 0 where there is none."""
    return path.stat().st_mtime if path.exists() else 0.0


def _name_of(file: str) -> str:
    """`transformer` for the file transformer-00001-of-00002.safetensors."""
    return re.sub(r"(-\d{5}-of-\d{5})?\..*", "", file)


def begin_where_cut(folders: Folders, stage: str, network: nn.Module) -> None:
    """Give a network the weights that a cut run sent home, unless there is a checkpoint here."""
    name, run = f"{stage}_partial", folders.run(stage)
    if checkpoints(run / "checkpoints") or not (folders.model / f"{name}.json").exists():
        return
    try:
        network.load_state_dict(weights.load_state(folders.model, name))
    except RuntimeError:
        raise HimmelError(
            f"{name} in {folders.model} belongs to another network; use the settings that it was "
            "trained with, or remove it"
        ) from None
    run.mkdir(parents=True, exist_ok=True)
    with (run / "log.txt").open("a", encoding="utf-8") as log:
        log.write(f"beginning with the weights {name}\n")


def main(argv: list[str] | None = None) -> int:
    """Take weights, or send them home."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=("take", "home"))
    parser.add_argument("root", type=Path, help="folder of the corpora, runs and weights")
    parser.add_argument("models", type=Path, nargs="*", help="model folders, the newest first")
    args = parser.parse_args(argv)
    folders = Folders(args.root)
    try:
        folders.model.mkdir(parents=True, exist_ok=True)
        if args.way == "take":
            take(folders, args.models)
        else:
            send_home(folders, *args.models)
    except HimmelError as error:
        sys.stderr.write(f"himmel: {error}\n")
        return 1
    return 0
