"""python -m himmel_recipes RECIPE [--stage S] [--minutes M] [--set key=value] [--root FOLDER]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from himmel.core.errors import HimmelError
from himmel_recipes.catalogue import RECIPES, STAGES, run


def main(argv: list[str] | None = None) -> int:
    """Run one stage, or all of them, of one recipe."""
    parser = argparse.ArgumentParser(prog="himmel_recipes", description=__doc__)
    parser.add_argument("recipe", choices=sorted(RECIPES))
    parser.add_argument("--stage", choices=list(STAGES), help="only this stage")
    parser.add_argument("--minutes", type=float, help="budget of a training stage")
    parser.add_argument("--session-minutes", type=float, help="stop after so long, to go on later")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--root", type=Path, help="folder of the corpora, runs and weights")
    args = parser.parse_args(argv)
    try:
        overrides = dict(item.split("=", 1) for item in args.set)
        folder = run(
            args.recipe,
            overrides,
            minutes=args.minutes,
            stage=args.stage,
            root=args.root,
            session_minutes=args.session_minutes,
            device=args.device,
        )
    except (HimmelError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
