"""Films that the README shows: 48 prompts by seed, and four scenes of Sora's first showing; first takes.

They go through the door and are then made smaller and laid side by side, which costs them their manifest.

python runs/walls.py [--model NAME|PATH] [--seed N] [--out FOLDER]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from himmel.core.values import Clip, Request
from himmel.engines import local
from himmel.evaluate.adherence import questions
from himmel.media.read import read_clip

ROOT = Path(__file__).parent.parent
SCENES = (
    "a red car drives along a winding mountain road",
    "a short fluffy blue monster beside a candle",
    "two people walk through a snowy city in the evening",
    "a gold rush town in the wild west seen from above",
)
QUALITY = 55


def main() -> None:
    """Write by_seed.webp, its prompts beside it, and scenes.webp."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures" / "films")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    prompts = [question.prompt for question in questions(48, args.seed)]
    (args.out / "by_seed.txt").write_text("\n".join(prompts) + "\n", encoding="utf-8")
    for name, said, columns, side in (("by_seed", prompts, 8, 80), ("scenes", SCENES, 4, 160)):
        clips = drawn(args.model, said, args.seed)
        write_wall(args.out / f"{name}.webp", clips, columns, side)


def drawn(model: str, prompts: Sequence[str], seed: int) -> Iterator[Clip]:
    """The prompts' films as they leave the door, each with the next seed."""
    with tempfile.TemporaryDirectory() as room:
        for number, prompt in enumerate(prompts):
            path = Path(room) / f"{number}.mp4"
            local.generate(Request(prompt=prompt, seed=seed + number, model=model), path)
            yield read_clip(path)


def write_wall(path: Path, clips: Iterable[Clip], columns: int, side: int) -> None:
    """Films of one length as one that repeats for ever: `columns` in a row, `side` pixels wide."""
    every = list(clips)
    small = [np.stack([_resized(frame, side) for frame in clip.frames]) for clip in every]
    rows = [np.concatenate(small[i : i + columns], axis=2) for i in range(0, len(small), columns)]
    first, *others = map(Image.fromarray, np.concatenate(rows, axis=1))  # (T, H, W, 3)
    first.save(
        path, save_all=True, append_images=others, duration=round(1000 / every[0].fps), loop=0,
        quality=QUALITY, method=6,
    )  # fmt: skip


def _resized(frame: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(frame).resize((side, side), Image.Resampling.LANCZOS))


if __name__ == "__main__":
    main()
