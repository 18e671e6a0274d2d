"""What the commands that begin with films share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from himmel.cli.generate import add_drawing, drawing_of
from himmel.core.values import Request, Rework

if TYPE_CHECKING:
    from himmel.core.values import Verb

ENDING = """Films of any size and rate are fitted to the model; --plan says how, and which frames are
kept and which are drawn. The result names its films in its manifest."""


def add_clip_options(
    parser: argparse.ArgumentParser, verb: Callable[[argparse.Namespace], Verb]
) -> None:
    """Options of every verb; `verb` makes it of its own options."""
    parser.add_argument(
        "--keep-source",
        action="store_true",
        help="kept frames stay the film's own; else the model's codec shows all, without a break",
    )

    def asked(args: argparse.Namespace) -> Request:
        return Rework(verb=verb(args), keep_source=args.keep_source, **drawing_of(args))

    add_drawing(parser, asked)


def add_words(parser: argparse.ArgumentParser, needed: bool) -> None:
    """The prompt, which some verbs can do without."""
    told = "what to show, in English or German"
    if needed:
        parser.add_argument("prompt", metavar="PROMPT", help=told)
    else:
        parser.add_argument(
            "prompt", metavar="PROMPT", nargs="?", default="", help=f"{told} (nothing)"
        )
