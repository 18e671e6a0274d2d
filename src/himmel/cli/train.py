"""himmel train: run a recipe."""

from __future__ import annotations

import argparse
from typing import Any

from himmel.cli import _console as console
from himmel.core.errors import HimmelError

DESCRIPTION = """Run a recipe: render its data, train every network, write a model folder. A run that
was interrupted goes on with --resume. Under torchrun its processes train the transformer together. With
--dry-run nothing is trained: it says what networks there are, or, of `ladder` and its rungs ladder-25m,
ladder-1b, ladder-5b and ladder-18b, what they would take. The extra [train] has to be installed."""


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
    parser.add_argument("--dry-run", action="store_true", help="build all, compute nothing")
    parser.add_argument("--gpus", type=int, metavar="N", help="of a ladder's dry run (its own)")
    parser.add_argument(
        "--teraflops", type=float, help="rate of a GPU in training, where yours is measured"
    )
    parser.add_argument("--price", type=float, help="US dollars of a GPU hour, where yours differs")
    parser.add_argument("--json", action="store_true", help="print a dry run as one JSON object")


def setting(text: str) -> tuple[str, str]:
    """Key and value from text like transformer.film_steps=100."""
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not a setting; write it like seed=2")
    return key, value


def run(args: argparse.Namespace) -> int:
    """Train, then say where the model lies; or say what it would take."""
    import himmel_recipes

    if args.dry_run:
        return _rehearse(args)
    if args.recipe in (*himmel_recipes.RUNGS, "ladder"):
        raise HimmelError(f"{args.recipe} is a plan without data; look at it with --dry-run")
    folder = himmel_recipes.run(args.recipe, dict(args.set), args.resume, args.minutes)
    console.say(f"{folder}: use it with himmel generate --model {folder}")
    return 0


def _rehearse(args: argparse.Namespace) -> int:
    import himmel_recipes

    if args.recipe in (*himmel_recipes.RUNGS, "ladder"):
        if args.set:
            raise HimmelError(f"{args.recipe} is a plan and has no settings; leave --set out")
        told = himmel_recipes.plan(args.recipe, args.gpus, args.teraflops, args.price)
    else:
        told = {"parameters": himmel_recipes.dry_run(args.recipe, dict(args.set))}
    if args.json:
        console.show_json(told)
        return 0
    for name, count in told.get("parameters", {}).items():
        console.say(f"{name:<12} {count / 1e6:10.2f} million parameters")
    for rung in told.get("rungs", []):
        _show(rung)
    return 0


def _show(rung: dict[str, Any]) -> None:
    """A rung of the ladder in a few lines, its rates with their sources."""
    memory = {k: v / 2**30 for k, v in rung["memory"].items() if not k.startswith("tokens")}
    shares = ", ".join(f"{name} {value:.1f}" for name, value in memory.items())
    console.say(
        f"{rung['name']}: {rung['parameters'] / 1e9:.3g} thousand million parameters, "
        f"{rung['flops']:.2e} FLOP, {rung['gpus']} GPUs: {rung['days']:.1f} days, "
        f"{rung['dollars']:,.0f} dollars"
    )
    for stage in rung["stages"]:
        size = f"{stage['width']}x{stage['height']}, {stage['frames']} frames"
        console.say(f"  {stage['clips']:>11,} clips of {size}: {stage['tokens']} tokens each")
    console.say(f"  GiB per GPU {sum(memory.values()):.1f}: {shares}")
    for rate in rung["rates"]:
        console.say(f"  with {rate['value']:.4g} {rate['unit']} ({rate['source']})")
