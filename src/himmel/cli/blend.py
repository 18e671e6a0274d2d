"""himmel blend: one film becomes another."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from himmel.cli._clips import ENDING, add_clip_options, add_words
from himmel.cli.generate import run

if TYPE_CHECKING:
    from himmel.generate.verbs import Blend

__all__ = ["add_parser", "run"]
DESCRIPTION = f"""Let one film become another: the end of the one and the beginning of the other are drawn
anew as one, picture by picture, or with --connect new footage does so between them. Say what both
show, PROMPT for A and --becomes for B: without words more of the pictures show both at once.
{ENDING}"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("blend", help="join two films", description=DESCRIPTION)
    parser.add_argument("clip", metavar="A", help="the film that is there first")
    parser.add_argument("other", metavar="B", help="the film that it becomes")
    add_words(parser, needed=False)
    parser.add_argument(
        "--becomes", metavar="WORDS", help="what B shows, where PROMPT says what A shows"
    )
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
        help="how much of their mixture is kept half way, 0 (drawn anew) to 1 (a cross-fade); 0.5, or "
        "0.7 without --becomes",
    )
    parser.add_argument(
        "--connect", action="store_true", help="new footage between them, both films are kept whole"
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
        becomes=args.becomes,
    )
