"""himmel bench: how fast, and against what goal."""

from __future__ import annotations

import argparse

from himmel.cli import _console as console

DESCRIPTION = """Measure speed on this machine, or how well a watermark survives, and print every figure
with its interval."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("bench", help="measure speed", description=DESCRIPTION)
    parser.add_argument(
        "name",
        metavar="NAME",
        help="what to measure: generate, dit, decode, length, kernels, train, data, seal, parity, "
        "watermark or watermark-alarms",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Run the workload and show its report."""
    import himmel_benchmarks

    console.show_report(himmel_benchmarks.run(args.name), args.json)
    return 0
