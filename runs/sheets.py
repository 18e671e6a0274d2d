"""Contact sheets of a model: 48 prompts drawn by seed, and the free sentences of the docs.

python runs/sheets.py [--model NAME|PATH] [--seed N] [--out FOLDER]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from himmel.evaluate.adherence import questions
from himmel.evaluate.sampling import sample_clips
from himmel.generate.system import load_system
from himmel.media.sheet import contact_sheet

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Write chosen_by_seed.webp and free_sentences.webp."""
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


if __name__ == "__main__":
    main()
