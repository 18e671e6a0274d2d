"""himmel blend: one film becomes another."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from himmel.cli._clips import ENDING, add_clip_options, add_words
from himmel.cli.generate import run

if TYPE_CHECKING:
    from himmel.generate.verbs import Blend

__all__ = ["add_parser", "run"]
DESCRIPTION = f"""Let one film become another: its end and the beginning of the other lie over each other
and are drawn anew as one, or with --connect new footage leads from one to the other. {ENDING}"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("blend", help="join two films", description=DESCRIPTION)
    parser.add_argument("clip", metavar="A", help="the film that is there first")
    parser.add_argument("other", metavar="B", help="the film that it becomes")
    add_words(parser, needed=False)
    parser.add_argument(
        "--transition", type=float, metavar="SECONDS", help="how long (what one window draws)"
    )
    parser.add_argument(
        "--curve",
        default="smooth",
        help="how B takes over: linear, smooth (default), early or late",
    )
    parser.add_argument(
        "--strength",
        type=float,
        default=0.3,
        help="how much of their mixture is kept, 0 (drawn anew) to 1 (a cross-fade) (0.3)",
    )
    parser.add_argument(
        "--connect", action="store_true", help="new footage between them, nothing over each other"
    )
    add_clip_options(parser, verb)


def verb(args: argparse.Namespace) -> Blend:
    """What the options ask."""
    from himmel.generate.verbs import Blend

    return Blend(
        clip=args.clip,
        other=args.other,
        transition=args.transition,
        curve=args.curve,
        strength=args.strength,
        connect=args.connect,
    )
