"""Small models that differ in one thing, trained for the same work and asked the same: what decides.

python -m himmel_recipes.ablations --corpora ROOT --out FOLDER [--arm NAME ...]

ROOT is the folder of a run whose corpora are rendered and encoded (`himmel train embedded` makes one);
every arm trains a transformer of the recipe `nano` on their pictures, from nothing. A picture is a fifth
of a clip's work, and most of what a model has to learn shows on it. The arm `again` is the arm `usual`
with another seed: what differs by less is luck.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from himmel.core.config import Config
from himmel.core.env import threads
from himmel.core.errors import HimmelError
from himmel.core.files import write_text
from himmel.core.rng import numpy_rng
from himmel.core.shards import Shard, index_of, read_shard, write_shard
from himmel.evaluate.adherence import Question, load_judge, questions
from himmel.evaluate.intervals import bootstrap
from himmel.evaluate.reading import facts_right
from himmel.evaluate.sampling import sample_clips
from himmel.generate.system import SHIPPED, TOKENIZER, load_system, model_folder
from himmel.interop.weights import load_config, load_state, save_weights
from himmel.models.judge import Judge, JudgeConfig
from himmel.models.text import TextEncoderConfig
from himmel.models.video_codec import CodecConfig, LinearCodec
from himmel.world.captions import caption
from himmel_recipes.catalogue import run
from himmel_recipes.codec import Choose, encode_corpus
from himmel_recipes.settings import Folders

Values = dict[str, NDArray[np.float64]]
USUAL = {
    "start": "",
    "threads": "1",
    "world.shaped": "0",
    "world.shapes": "[]",
    "transformer.shaped_share": "0",
    "transformer.picture_share": "1",
    "transformer.picture_steps": "0",
    "transformer.film_steps": "700",
}
PARTS: dict[str, type[Config]] = {
    "codec": CodecConfig,
    "text": TextEncoderConfig,
    "judge": JudgeConfig,
}
SHAPES = ((96, 64, 17), (64, 96, 17))
STEPS, GUIDANCE = 12, 2.5
PIXELS = 16 * 16 * 3  # numbers in a patch of a picture
DEVIATION = 0.5  # of the clips' pixels in [-1, 1], about


@dataclass(frozen=True)
class Arm:
    """One change. `question` says what it decides, `against` the arm it is held against; `sets` are
    settings over USUAL. stages are trained before the transformer; with `squares` pictures of other
    shapes are cut to squares, somewhere, before training. space: what is drawn, "codec" for numbers that
    its decoder makes pictures of, "linear" for the same without that decoder, "pixels" for pixels."""

    question: str
    sets: dict[str, str] = field(default_factory=dict)
    against: str = "usual"
    stages: tuple[str, ...] = ()
    squares: bool = False
    space: str = "codec"


_ALT, _LONG = '"alt"', '"descriptive"'
_SHAPED = {
    "world.shapes": json.dumps(SHAPES),
    "transformer.shaped_share": "1",
}
ARMS = {
    "usual": Arm("nothing is changed"),
    "again": Arm("another seed, nothing else: how much is luck", {"seed": "2"}),
    "subject": Arm(
        "where the simulator says the subject is, errors count more",
        {"transformer.aim.subject_weight": "8"},
    ),
    "even": Arm(
        "one noise level for all cells, in place of the mix that animate, extend and repair need",
        {
            "transformer.mix.even": "1",
            **{f"transformer.mix.{way}": "0" for way in ("rising", "apart", "kept", "region")},
        },
    ),
    "noisier": Arm("more of the training at high noise", {"transformer.aim.time_mean": "1.2"}),
    "clearer": Arm("more of the training at low noise", {"transformer.aim.time_mean": "-0.4"}),
    "untaught": Arm(
        "a text encoder that was never taught what sentences say",
        {"reading.steps": "1"},
        stages=("text",),
    ),
    "alt": Arm("captions as web pages have them alone", {"reading.styles": f"[{_ALT}]"}),
    "blend": Arm(
        "half captions as web pages have them, half long descriptions",
        {"reading.styles": f"[{_ALT}, {_LONG}]"},
    ),
    "descriptive": Arm(
        "long descriptions, one in twenty as web pages have them: DALL-E 3's blend",
        {"reading.styles": f"[{', '.join([_ALT, *[_LONG] * 19])}]"},
    ),
    "adamw": Arm("AdamW for all weights, in place of Muon", {"transformer.muon_lr": "0"}),
    "native": Arm("upright and lying pictures as they are", _SHAPED),
    "squares": Arm("the same pictures cut to squares", _SHAPED, against="native", squares=True),
    "base": Arm(
        "the size that is shipped, 14 million weights, for the same work",
        {
            "dit.num_attention_heads": "5",
            "dit.ffn_dim": "1280",
            "dit.num_layers": "8",
            "transformer.film_steps": "189",
        },
    ),
    "linear": Arm(
        "the same numbers, without the decoder that was trained to make pictures of them",
        {"codec.decoder": "false"},
        space="linear",
    ),
    "pixels": Arm(
        "pixels themselves, as many tokens of eight times as many numbers",
        {
            "codec.decoder": "false",
            **{f"codec.{name}": str(PIXELS) for name in ("channels", "basis_channels")},
            **{f"dit.{name}_channels": str(PIXELS) for name in ("in", "out")},
        },
        against="linear",
        space="pixels",
    ),
    "long": Arm("three times the work", {"transformer.film_steps": "2100"}),
}


def train(name: str, corpora: Path, root: Path) -> Path:
    """Train one arm in `root`; returns its model folder. Raises HimmelError where no latents are."""
    arm, folders = ARMS[name], Folders(root)
    sets = USUAL | arm.sets
    _borrow(Folders(corpora), folders, arm)
    for stage in (*arm.stages, "transformer", "export"):
        run("nano", sets, stage=stage, root=root)
    return folders.export


def _borrow(corpora: Folders, folders: Folders, arm: Arm) -> None:
    """Corpora and latents of another run by link, codec, text encoder and judge as they are packaged."""
    if not corpora.latents("small").exists():
        raise HimmelError(f"{corpora.root} holds no latents; run the stages world and basis there")
    folders.latents("").mkdir(parents=True, exist_ok=True)
    folders.model.mkdir(exist_ok=True)
    _link(folders.root / "world", corpora.root / "world")
    for source in sorted(corpora.latents("").iterdir()):
        target = folders.latents(source.name)
        if arm.space == "pixels":
            encode_corpus(pixel_codec(), corpora.corpus(source.name), target, moments_of(source))
        elif arm.squares and source.name in {f"small-{w}x{h}x{t}" for w, h, t in SHAPES}:
            cut_to_squares(source, target)
        else:
            _link(target, source)
    _take_packaged(folders.model, arm)


def _take_packaged(folder: Path, arm: Arm) -> None:
    packaged = SHIPPED / "default"
    for part, kind in PARTS.items():
        if not (folder / f"{part}.json").exists():
            config, state = load_config(packaged, part, kind), load_state(packaged, part)
            if part == "codec" and arm.space != "codec":
                codec = pixel_codec() if arm.space == "pixels" else bare(config, state)
                config, state = codec.config, codec.state_dict()
            save_weights(folder, part, state, config, dtype="fp32")
    if not (folder / TOKENIZER).exists():
        shutil.copyfile(packaged / TOKENIZER, folder / TOKENIZER)


def bare(config: Config, state: Mapping[str, Tensor]) -> LinearCodec:
    """A codec without its decoder: pictures are the linear inverse of the numbers."""
    codec = LinearCodec(CodecConfig.from_dict({**config.to_dict(), "decoder": False}))
    codec.load_state_dict(state, strict=False)
    return codec


def moments_of(latents: Path) -> Choose:
    """The frames that other latents hold as pictures."""
    return lambda shard, clips, frames: read_shard(latents, shard, check=False).arrays["moments"]


def pixel_codec() -> LinearCodec:
    """A codec whose numbers are a picture's pixels over DEVIATION; of a film, their means in time."""
    config = CodecConfig(channels=PIXELS, basis_channels=PIXELS, decoder=False)
    codec = LinearCodec(config)
    one = torch.eye(PIXELS).reshape(3, 1, -1, PIXELS)  # (RGB, time, patch, numbers)
    alike = one.expand(-1, config.time, -1, -1).reshape(-1, PIXELS) / config.time**0.5
    codec.basis.copy_(alike)
    codec.divisor.fill_(DEVIATION * config.time**0.5)
    return codec


def _link(new: Path, old: Path) -> None:
    if not new.exists():
        new.symlink_to(old.resolve(), target_is_directory=True)


def cut_to_squares(source: Path, target: Path) -> None:
    """Latents whose clips are cut, each somewhere along its longer side, to the cells of a square."""
    rng = np.random.default_rng(0)
    for name in sorted(index_of(source)["shards"]):
        shard = read_shard(source, name, check=False)
        rows, columns = shard.arrays["film"].shape[-2:]
        side, arrays = min(rows, columns), dict(shard.arrays)
        top, left = (rng.integers(n - side + 1, size=len(shard.samples)) for n in (rows, columns))
        for key in ("film", "picture", "film_subject", "picture_subject"):
            cut = [
                one[..., y : y + side, x : x + side]
                for one, y, x in zip(arrays[key], top, left, strict=True)
            ]
            arrays[key] = np.stack(cut)
        write_shard(target, int(name), Shard(arrays, shard.samples))


def still_questions(n: int, seed: int) -> list[Question]:
    """The questions of `evaluate adherence`, asked of pictures: nothing is said of motion."""
    said = []
    for question in questions(n, seed):
        rng = numpy_rng(question.seed, "still")
        prompt = caption(question.graph, rng, question.language, "medium", still=True)
        said.append(replace(question, prompt=prompt))
    return said


def ask(model: Path, asked: list[Question], judge: Judge) -> Values:
    """What pictures of a model show, one number a question: 1 where a fact is right, the log-likelihood
    of the kind that was asked for, and the share of the subject that lies at the frame's edge."""
    system = load_system(model)
    defaults = system.config.defaults.replace(frames=1)
    system = replace(system, config=system.config.replace(defaults=defaults))
    prompts, seeds = [q.prompt for q in asked], [q.seed for q in asked]
    drawn = sample_clips(system, prompts, seeds, STEPS, GUIDANCE, batch=64)
    graphs = [q.graph for q in asked]
    right = facts_right(judge, drawn, graphs)
    told = {group: values.astype(float) for group, values in right.items()}
    with torch.no_grad():
        verdicts = [judge(judge.prepare(part)) for part in torch.from_numpy(drawn).split(32)]
    kinds = torch.tensor([judge.config.classes["kind"].index(g.kind) for g in graphs])
    logs = torch.cat([v.facts["kind"] for v in verdicts]).log_softmax(-1)
    masks = torch.cat([v.mask for v in verdicts])[:, 0].sigmoid()
    likely = logs.gather(1, kinds[:, None])[:, 0]
    return told | {"kind_log": likely.double().numpy(), "at_edge": at_edge(masks.numpy())}


def at_edge(masks: NDArray[np.float32]) -> NDArray[np.float64]:
    """Share of a subject's cells (B, h, w) that lie in the outermost ring: (B,)."""
    seen = masks > 0.5
    inner = seen[:, 1:-1, 1:-1].sum((1, 2))
    every = seen.sum((1, 2))
    return (every - inner) / np.maximum(every, 1)


def table(answers: dict[str, Values]) -> str:
    """Markdown: every arm's figures, and its difference from the arm it is held against, paired."""
    keys = ("kind_log", "kind", "colour", "setting", "all_facts", "at_edge")
    lines = ["| arm | " + " | ".join(keys) + " |", "|---|" + "---|" * len(keys)]
    for name, values in answers.items():
        lines.append(f"| {name} | " + " | ".join(f"{values[k].mean():.3f}" for k in keys) + " |")
        if name != (other := ARMS[name].against) and other in answers:
            cells = (_difference(values[k] - answers[other][k]) for k in keys)
            lines.append(f"| {name} - {other} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _difference(values: NDArray[np.float64]) -> str:
    metric = bootstrap(values)
    return f"{metric.value:+.3f} [{metric.low:+.3f}, {metric.high:+.3f}]"


def _held(folder: Path) -> dict[str, Values]:
    """The answers that lie in a folder, in the order of ARMS."""
    files = {name: folder / f"{name}.json" for name in ARMS}
    return {
        name: {k: np.array(v) for k, v in json.loads(file.read_text("utf-8")).items()}
        for name, file in files.items()
        if file.exists()
    }


def _run(names: Iterable[str], corpora: Path, out: Path, n: int) -> None:
    asked, judge = still_questions(n, seed=3), load_judge(model_folder("default"))
    for name in names:
        if not (out / f"{name}.json").exists():
            values = ask(train(name, corpora, out / "arms" / name), asked, judge)
            kept = {key: [round(float(x), 4) for x in row] for key, row in values.items()}
            write_text(out / f"{name}.json", json.dumps(kept) + "\n")
        sys.stdout.write(f"{table(_held(out))}\n")
        sys.stdout.flush()


def main(argv: list[str] | None = None) -> int:
    """Train and ask the arms that have no answers yet; print the table of all."""
    parser = argparse.ArgumentParser(prog="himmel_recipes.ablations", description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True, help="a run's folder with latents")
    parser.add_argument("--out", type=Path, required=True, help="folder of the answers")
    parser.add_argument("--arm", nargs="+", choices=ARMS, default=[*ARMS])
    parser.add_argument("--n", type=int, default=600, help="questions")
    args = parser.parse_args(argv)
    torch.set_num_threads(threads())
    try:
        _run(args.arm, args.corpora, args.out, args.n)
    except HimmelError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
