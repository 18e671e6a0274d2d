"""Contact sheets of a model: 48 prompts drawn by seed, the free sentences of the docs, and what it
makes of pictures and pieces of clips where it was trained for that.

python runs/sheets.py [--model NAME|PATH] [--seed N] [--out FOLDER]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL.Image import Image

from himmel.evaluate.adherence import questions, render_questions
from himmel.evaluate.sampling import sample_clips
from himmel.evaluate.verbs import VERBS, draw
from himmel.generate.system import System, load_system
from himmel.media.sheet import contact_sheet

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Write chosen_by_seed.webp, free_sentences.webp and verbs.webp."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    args = parser.parse_args()
    free = (ROOT / "docs" / "free_sentences.txt").read_text(encoding="utf-8").splitlines()
    lists = {
        "chosen_by_seed": [q.prompt for q in questions(48, args.seed)],
        "free_sentences": free,
    }
    system = load_system(args.model)
    args.out.mkdir(parents=True, exist_ok=True)
    for name, prompts in lists.items():
        clips = sample_clips(system, prompts, [args.seed + i for i in range(len(prompts))])
        sheet = contact_sheet(list(clips), prompts, columns=3, frames_per_clip=4)
        sheet.save(args.out / f"{name}.webp", quality=80)
    if system.config.conditions:
        sheet_of_verbs(system, args.seed).save(args.out / "verbs.webp", quality=80)


def sheet_of_verbs(system: System, seed: int, count: int = 6) -> Image:
    """A row per sentence: the render, then what comes of its first frame, its ends, its pieces."""
    asked = questions(count, seed)
    renders = render_questions(asked, system, unwatched)
    drawn = [draw(system, verb, asked, renders, unwatched) for verb in VERBS]
    clips = [clip for row in zip(renders, *drawn, strict=True) for clip in row]
    names = ["render", *(verb.name for verb in VERBS)]
    titles = [f"{name}: {q.prompt}" for q in asked for name in names]
    return contact_sheet(clips, titles, columns=3, frames_per_clip=4)


def unwatched(stage: str, done: int, of: int) -> None:
    """Nobody watches."""


if __name__ == "__main__":
    main()
