"""python -m himmel_benchmarks [NAME...] [--device cuda] [--out FOLDER]: benchmarks on a GPU."""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path

import torch

from himmel.core.errors import HimmelError
from himmel.core.files import write_text
from himmel.evaluate.intervals import Metric
from himmel_benchmarks import train
from himmel_benchmarks.device import TWINS
from himmel_benchmarks.harness import ROUNDS
from himmel_benchmarks.report import report


def main(argv: list[str] | None = None) -> int:
    """Run some benchmarks, or all that a GPU can run; each report is one line, and a file with --out."""
    args = _parser().parse_args(argv)
    try:
        if args.device.startswith("cuda") and not torch.cuda.is_available():
            raise HimmelError("PyTorch sees no CUDA device here; use --device cpu")
        for name in args.names or TWINS:
            runs = train.steps(args.device) if name == "train" else ROUNDS
            told = report(name, args.seed, runs, partial(_measured, name, args.seed, args.device))
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
            if args.out:
                write_text(args.out / f"{name}.json", json.dumps(told, indent=2) + "\n")
    except HimmelError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _measured(name: str, seed: int, device: str) -> tuple[dict[str, Metric], str]:
    return TWINS[name](seed, device), "packaged" if name == "decode" else "random"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="himmel_benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *TWINS], metavar="NAME")
    parser.add_argument("--device", default="cpu", help="cpu (a rehearsal) or cuda")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="folder for the reports")
    return parser


if __name__ == "__main__":
    sys.exit(main())
