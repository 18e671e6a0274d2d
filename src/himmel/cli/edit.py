"""himmel edit: a film drawn anew, all of it or a part of its picture."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from himmel.cli._clips import ENDING, add_clip_options, add_words
from himmel.cli.generate import run, size

if TYPE_CHECKING:
    from himmel.generate.verbs import Edit
    from himmel.generate.verbs.region import Box

__all__ = ["add_parser", "run"]
DESCRIPTION = f"""Draw a film anew as the words say: all of it (edit, restyle, variation, by --strength),
only what a --mask or a --box covers (inpaint), what lies around it on a larger --canvas (outpaint), or
with --still what moves while all else stands still (cinemagraph). {ENDING}"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("edit", help="change a film", description=DESCRIPTION)
    parser.add_argument("clip", metavar="CLIP", help="the film")
    add_words(parser, needed=True)
    parser.add_argument(
        "--strength",
        type=float,
        help="how much is kept, 0 (drawn anew) to 1 (as it was) (0.2; of a part of the picture 0, "
        "with --still 0.5)",
    )
    parser.add_argument("--mask", metavar="PNG", help="a picture whose white is drawn anew")
    parser.add_argument(
        "--box", type=box, metavar="X,Y,W,H", help="draw this part anew, in pixels of the film"
    )
    parser.add_argument(
        "--canvas",
        type=size,
        metavar="WxH",
        help="draw what lies around the film on so large a one",
    )
    parser.add_argument(
        "--still", action="store_true", help="what is not drawn shows the first frame all the time"
    )
    add_clip_options(parser, verb)


def box(text: str) -> Box:
    """Left, top, width and height from text like 0,32,64,96."""
    found = re.fullmatch(r"\s*(\d{1,6}),(\d{1,6}),(\d{1,6}),(\d{1,6})\s*", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no box; write it like 0,32,64,96")
    return int(found[1]), int(found[2]), int(found[3]), int(found[4])


def verb(args: argparse.Namespace) -> Edit:
    """What the options ask."""
    from himmel.generate.verbs import Edit

    return Edit(
        clip=args.clip,
        strength=args.strength,
        mask=args.mask,
        box=args.box,
        canvas=args.canvas,
        still=args.still,
    )
