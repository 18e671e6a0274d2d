"""himmel upscale: a film at twice or four times its size."""

from __future__ import annotations

import argparse
from pathlib import Path

from himmel.cli.generate import add_output, told

DESCRIPTION = """Enlarge a film or picture and write it with its manifest, marked like everything made
here: by a small network where the model has one, else bicubically, which a note says. Sound is left
out."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("upscale", help="enlarge a film", description=DESCRIPTION)
    parser.add_argument("clip", type=Path, metavar="CLIP", help="the film or picture")
    parser.add_argument("--factor", type=int, choices=(2, 4), default=2, help="how much (2)")
    parser.add_argument("--model", default="default", metavar="NAME|PATH", help="whose upscaler")
    add_output(parser, Path("large.mp4"))


def run(args: argparse.Namespace) -> int:
    """Enlarge and say what came out. Exit code 1 for a refusal."""
    from himmel.engines import local

    result = local.upscale(args.clip, args.factor, args.out, args.model, args.device)
    return told(result, args.json)
