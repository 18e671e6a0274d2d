"""himmel upscale: a film at twice or four times its size."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from himmel.cli import _console as console
from himmel.cli.generate import reason, summary, tell

DESCRIPTION = """Enlarge a film or picture and write it with its manifest, marked like everything made
here: by a small network where the model has one, else bicubically, which a note says. Sound is left
out."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("upscale", help="enlarge a film", description=DESCRIPTION)
    parser.add_argument("clip", type=Path, metavar="CLIP", help="the film or picture")
    parser.add_argument("--factor", type=int, choices=(2, 4), default=2, help="how much (2)")
    parser.add_argument("--model", default="default", metavar="NAME|PATH", help="whose upscaler")
    parser.add_argument(
        "--device", default="cpu", metavar="NAME", help="where to compute: cpu (default) or cuda"
    )
    parser.add_argument(
        "-o", "--out", type=Path, default=Path("large.mp4"), help="the file to write (large.mp4)"
    )
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Enlarge and say what came out. Exit code 1 for a refusal."""
    from himmel.engines import local

    result = local.upscale(args.clip, args.factor, args.out, args.model, args.device)
    if args.json:
        console.show_json(summary(result))
    elif result.clip is not None:
        tell(summary(result))
    if not result.allowed:
        sys.stderr.write(f"himmel: {reason(result)}\n")
    return 0 if result.allowed else 1
