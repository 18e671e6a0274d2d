"""himmel extend: a film goes on, or begins earlier."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from himmel.cli._clips import ENDING, add_clip_options, add_words
from himmel.cli.generate import run

if TYPE_CHECKING:
    from himmel.generate.verbs import Extend

__all__ = ["add_parser", "run"]
DESCRIPTION = f"""Draw what comes after a film, or with --backward what came before it. {ENDING}"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("extend", help="let a film go on", description=DESCRIPTION)
    parser.add_argument("clip", metavar="CLIP", help="the film")
    add_words(parser, needed=True)
    parser.add_argument("--seconds", type=float, help="how much is added (what one window draws)")
    parser.add_argument("--backward", action="store_true", help="before its beginning")
    add_clip_options(parser, verb)


def verb(args: argparse.Namespace) -> Extend:
    """What the options ask."""
    from himmel.generate.verbs import Extend

    return Extend(clip=args.clip, seconds=args.seconds, backward=args.backward)
