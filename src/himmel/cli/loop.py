"""himmel loop: a film that can be shown without end."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from himmel.cli._clips import ENDING, add_clip_options, add_words
from himmel.cli.generate import run

if TYPE_CHECKING:
    from himmel.generate.verbs import Loop

__all__ = ["add_parser", "run"]
DESCRIPTION = f"""Draw a bridge from the end of a film to its beginning, so that it can be shown without
end. {ENDING}"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("loop", help="make a film endless", description=DESCRIPTION)
    parser.add_argument("clip", metavar="CLIP", help="the film")
    add_words(parser, needed=False)
    parser.add_argument(
        "--seconds", type=float, help="length of the bridge (what one window draws)"
    )
    add_clip_options(parser, verb)


def verb(args: argparse.Namespace) -> Loop:
    """What the options ask."""
    from himmel.generate.verbs import Loop

    return Loop(clip=args.clip, seconds=args.seconds)
