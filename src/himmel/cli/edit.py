"""himmel edit: a film drawn anew, all of it or a part of its picture."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from himmel.cli._clips import ENDING, add_clip_options, add_words
from himmel.cli.generate import run, size

if TYPE_CHECKING:
    from himmel.generate.verbs import Edit

__all__ = ["add_parser", "run"]
DESCRIPTION = f"""Draw a film anew as the words say: all of it (edit, restyle, variation, by --strength),
in the colours of a --style picture (restyle), only what a --mask or a --box covers or what is at a
--point, wherever it goes (inpaint), what lies around it on a larger --canvas (outpaint), or with --still
what moves while all else stands still (cinemagraph). {ENDING}"""

PARTS = (
    ("box", "0,32,64,96", "X,Y,W,H", "draw this part anew, in pixels of the film"),
    (
        "point",
        "64,80,24",
        "X,Y,R",
        "draw what is at this point of the first frame anew, within R pixels, and follow it",
    ),
)


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
    for name, like, metavar, told in PARTS:
        parser.add_argument(f"--{name}", type=numbers(like), metavar=metavar, help=told)
    parser.add_argument(
        "--style", metavar="PICTURE", help="a picture whose colours the film takes first"
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


def numbers(like: str) -> Callable[[str], tuple[int, ...]]:
    """What reads as many whole numbers as the example has from text that is written like it."""
    count = like.count(",")

    def read(text: str) -> tuple[int, ...]:
        if not re.fullmatch(rf"\s*\d{{1,6}}(,\d{{1,6}}){{{count}}}\s*", text):
            raise argparse.ArgumentTypeError(f"{text!r} does not fit; write it like {like}")
        return tuple(map(int, text.split(",")))

    return read


def verb(args: argparse.Namespace) -> Edit:
    """What the options ask."""
    from himmel.generate.verbs import Edit

    return Edit(
        clip=args.clip,
        strength=args.strength,
        mask=args.mask,
        box=args.box,
        point=args.point,
        canvas=args.canvas,
        still=args.still,
        style=args.style,
    )
