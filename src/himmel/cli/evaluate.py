"""himmel evaluate: figures with intervals and their ceiling."""

from __future__ import annotations

import argparse

from himmel.cli import _console as console

DESCRIPTION = """Measure a model on a suite and print every figure with its 95 % interval and its
ceiling: the same measurement on real renders of the same prompts. The extra [eval] has to be
installed."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("evaluate", help="measure a model", description=DESCRIPTION)
    parser.add_argument("suite", metavar="SUITE", help="what to measure, for example adherence")
    parser.add_argument("--n", type=int, default=600, help="number of clips (600)")
    parser.add_argument("--seed", type=int, default=0, help="draws prompts and noise (0)")
    parser.add_argument("--model", default="default", metavar="NAME|PATH", help="which weights")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Run the suite and show its report."""
    from himmel.evaluate import suites

    with console.progress(args.suite) as update:

        def watch(stage: str, done: int, of: int) -> None:
            update(done, of)

        report = suites.run(args.suite, args.n, args.seed, args.model, watch)
    console.show_report(report, args.json)
    return 0
