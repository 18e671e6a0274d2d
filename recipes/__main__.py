"""python -m himmel_recipes RECIPE [--stage S...] [--minutes M] [--set key=value] [--root FOLDER]."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from himmel.core.errors import HimmelError
from himmel_recipes.catalogue import RECIPES, STAGES, run
from himmel_recipes.travel import Unfinished

STOPPED = 75  # exit code: stopped in time, run it again to go on


def main(argv: list[str] | None = None) -> int:
    """Run some stages, or all of them, of one recipe."""
    args = _parser().parse_args(argv)
    try:
        if args.device.startswith("cuda") and not torch.cuda.is_available():
            raise HimmelError("PyTorch sees no CUDA device here; use --device cpu")
        if odd := [item for item in args.set if "=" not in item]:
            raise HimmelError(f"{odd[0]!r} is not a setting; write it like seed=2")
        with _stopping(args.session_minutes):
            for stage in args.stage or [None]:
                folder = run(
                    args.recipe,
                    dict(item.split("=", 1) for item in args.set),
                    minutes=args.minutes,
                    stage=stage,
                    root=args.root,
                    device=args.device,
                )
                sys.stdout.write(f"{stage or 'all stages'}: {folder}\n")
                sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write("stopped; run it again to go on from where it was\n")
        return STOPPED
    except (HimmelError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return STOPPED if isinstance(error, Unfinished) else 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="himmel_recipes", description=__doc__)
    parser.add_argument("recipe", choices=sorted(RECIPES))
    parser.add_argument("--stage", nargs="+", choices=[*STAGES], help="only these stages")
    parser.add_argument("--minutes", type=float, help="budget of a training stage")
    parser.add_argument("--session-minutes", type=float, help="stop after so long, to go on later")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--root", type=Path, help="folder of the corpora, runs and weights")
    return parser


@contextmanager
def _stopping(minutes: float | None) -> Iterator[None]:
    """SIGTERM ends what does not train at once; after `minutes` this process sends it to itself.

    A training stage answers the signal by finishing its step and saving, see Trainer.
    """

    def leave(*_: Any) -> None:
        for process in multiprocessing.active_children():
            process.terminate()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    signal.setitimer(signal.ITIMER_REAL, 60 * (minutes or 0))  # 0 is never
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGTERM, before)


if __name__ == "__main__":
    sys.exit(main())
