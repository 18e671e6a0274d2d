"""himmel interpolate: a film at another number of frames a second."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from himmel.cli._clips import ENDING, add_clip_options, add_words
from himmel.cli.generate import run

if TYPE_CHECKING:
    from himmel.generate.verbs import Interpolate

__all__ = ["add_parser", "run"]
DESCRIPTION = f"""Show a film at another number of frames a second and at the same speed: for a whole
multiple of its own the frames between follow the motion, for fewer some are left out. {ENDING}"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser(
        "interpolate", help="more frames a second", description=DESCRIPTION
    )
    parser.add_argument("clip", metavar="CLIP", help="the film")
    add_words(parser, needed=False)
    parser.add_argument("--fps", type=float, required=True, help="frames shown per second")
    parser.add_argument(
        "--strength",
        type=float,
        default=1.0,
        help="how much of what follows the motion is kept, below 1 the model draws all anew (1)",
    )
    add_clip_options(parser, verb)


def verb(args: argparse.Namespace) -> Interpolate:
    """What the options ask."""
    from himmel.generate.verbs import Interpolate
    from himmel.media.write import exact_rate

    exact_rate(args.fps)  # before any film is looked at
    return Interpolate(clip=args.clip, fps=args.fps, strength=args.strength)
