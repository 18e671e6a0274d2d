"""Two models on the same questions: paired differences with 95 % bootstrap intervals.

python runs/compare.py NEW OLD [--n 160] [--seed 7] [--size WxH] [--frames N]

Both are asked the same sentences with the same noise and read by the judge of NEW. With --size or
--frames clips have another shape than the models' own, trained for or not.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

import numpy as np
import torch

from himmel.core.env import threads
from himmel.evaluate.adherence import load_judge, questions, subject_sharpness
from himmel.evaluate.intervals import bootstrap
from himmel.evaluate.reading import facts_right
from himmel.evaluate.sampling import sample_clips
from himmel.evaluate.sharpness import beat_ratio
from himmel.generate.system import System, load_system, model_folder
from himmel.models.judge import Judge

Values = dict[str, np.ndarray]


def main() -> None:
    """Ask both, print every figure of both and their difference."""
    args = _parser().parse_args()
    torch.set_num_threads(threads())
    judge = load_judge(model_folder(args.new))
    new, old = (answers(shaped(load_system(m), args), judge, args) for m in (args.new, args.old))
    sys.stdout.write(f"{args.new} against {args.old}, n = {args.n}, seed {args.seed}\n")
    for key, values in new.items():
        metric = bootstrap(values - old[key])
        sys.stdout.write(
            f"  {key:<12} {values.mean():.3f} {old[key].mean():.3f}  "
            f"{metric.value:+.3f} [{metric.low:+.3f}, {metric.high:+.3f}]\n"
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("new")
    parser.add_argument("old")
    parser.add_argument("--n", type=int, default=160)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--size", type=lambda text: tuple(map(int, text.split("x"))))
    parser.add_argument("--frames", type=int)
    return parser


def shaped(system: System, args: argparse.Namespace) -> System:
    """The same system with another shape as its default."""
    was = system.config.defaults
    width, height = args.size or (was.width, was.height)
    defaults = was.replace(width=width, height=height, frames=args.frames or was.frames)
    return replace(system, config=system.config.replace(defaults=defaults))


def answers(system: System, judge: Judge, args: argparse.Namespace) -> Values:
    """Facts that were drawn right, sharpness and beat, clip by clip."""
    asked = questions(args.n, args.seed)
    clips = sample_clips(system, [q.prompt for q in asked], [q.seed for q in asked])
    right = facts_right(judge, clips, [q.graph for q in asked])
    time = system.codec.compression.time
    return {
        **{group: values.astype(float) for group, values in right.items()},
        "sharpness": np.array([subject_sharpness(judge, clip) for clip in clips]),
        "beat": np.array([beat_ratio(clip, time) for clip in clips]),
    }


if __name__ == "__main__":
    main()
