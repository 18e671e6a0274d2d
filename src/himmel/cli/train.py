"""himmel train: run a recipe."""

from __future__ import annotations

import argparse

from himmel.cli import _console as console

DESCRIPTION = """Run a recipe: render its data, train every network, write a model folder. A run that
was interrupted goes on with --resume. The extra [train] has to be installed."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("train", help="run a training recipe", description=DESCRIPTION)
    parser.add_argument("recipe", metavar="RECIPE", help="its name, for example embedded")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        type=setting,
        metavar="KEY=VALUE",
        help="change one setting of the recipe; may be given several times",
    )
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    parser.add_argument("--minutes", type=float, help="time that each training stage may take")


def setting(text: str) -> tuple[str, str]:
    """Key and value from text like transformer.film_steps=100."""
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not a setting; write it like seed=2")
    return key, value


def run(args: argparse.Namespace) -> int:
    """Train, then say where the model lies."""
    import himmel_recipes

    folder = himmel_recipes.run(args.recipe, dict(args.set), args.resume, args.minutes)
    console.say(f"{folder}: use it with himmel generate --model {folder}")
    return 0
