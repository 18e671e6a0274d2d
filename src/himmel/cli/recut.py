"""himmel recut: moments of a film, and new footage where others were."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from himmel.cli._clips import ENDING, add_clip_options, add_words
from himmel.cli.generate import run

if TYPE_CHECKING:
    from himmel.generate.verbs import Recut
    from himmel.generate.verbs.recut import Span

__all__ = ["add_parser", "run"]
DESCRIPTION = f"""Keep spans of a film and draw anew what lay between them; what lies before the first
span and behind the last one is cut off. {ENDING}"""
_SPAN = re.compile(r"\s*(\d{1,6}(?:\.\d{1,6})?)-(\d{1,6}(?:\.\d{1,6})?)\s*")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("recut", help="keep moments of a film", description=DESCRIPTION)
    parser.add_argument("clip", metavar="CLIP", help="the film")
    add_words(parser, needed=False)
    parser.add_argument(
        "--keep",
        type=keep,
        required=True,
        metavar="FROM-TO,...",
        help="spans in seconds, in order, for example 0-0.8,1.4-2",
    )
    add_clip_options(parser, verb)


def keep(text: str) -> tuple[Span, ...]:
    """Spans in seconds from text like 0-0.8,1.4-2."""
    found = [_SPAN.fullmatch(part) for part in text.split(",")]
    if not all(found):
        raise argparse.ArgumentTypeError(f"{text!r} are no spans; write them like 0-0.8,1.4-2")
    return tuple((float(span[1]), float(span[2])) for span in found if span)


def verb(args: argparse.Namespace) -> Recut:
    """What the options ask."""
    from himmel.generate.verbs import Recut

    return Recut(clip=args.clip, keep=args.keep)
