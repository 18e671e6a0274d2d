"""himmel storyboard: a film of several cards, each with its words, its time and its way in."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from himmel.cli import _console as console
from himmel.cli.generate import add_resume, add_running, run, upsample_of

if TYPE_CHECKING:
    from himmel.core.values import Request
    from himmel.generate.plan import Plan

__all__ = ["add_parser", "run"]

DESCRIPTION = """Draw a film from a file of cards (TOML or JSON). A card says when it begins and what it
shows, and may have a camera, an image or a clip to begin with, and a transition: cut, dissolve, or
continue, which goes on with other words. Characters and places are named once. docs/long.md shows a
file; --plan says what would be drawn, how long that takes and what memory it needs."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser(
        "storyboard", help="make a film from a file of cards", description=DESCRIPTION
    )
    parser.add_argument("board", type=Path, metavar="BOARD", help="the file, .toml or .json")
    parser.add_argument(
        "--model", metavar="NAME|PATH|HUB-ID", help="which weights, if not the file's"
    )
    parser.add_argument("--seed", type=int, help="another number, another film")
    add_running(parser, board_of, show_plan, "print segments, time and memory, make nothing")
    add_resume(parser)


def board_of(args: argparse.Namespace) -> Request:
    """The request that the file and the options make."""
    from himmel.engines import local

    changed = {"model": args.model, "seed": args.seed, "upsample": upsample_of(args)}
    board = local.read_board(args.board)
    return board.replace(**{key: value for key, value in changed.items() if value is not None})


def show_plan(plan: Plan, args: argparse.Namespace) -> None:
    """Segments, time and memory."""
    from himmel.engines import local
    from himmel.generate.longer import LongPlan

    seconds = local.seconds_for(plan)
    if args.json:
        console.show_json({**plan.to_dict(), "seconds_to_draw": seconds})
        return
    assert isinstance(plan, LongPlan)
    for line in plan.lines():
        console.say(line)
    console.say(f"about {seconds:.0f} s to draw, {plan.cost.memory_bytes / 1e6:.0f} MB of memory")
