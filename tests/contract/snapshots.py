"""What the house shows to others, as text: command line flags and public names.

Run this file to write both snapshots anew after a change that is meant.
"""

from __future__ import annotations

import argparse
import ast
import json
from collections.abc import Iterator

import house

FLAGS = house.ROOT / "tests/contract/cli_flags.txt"
NAMES = house.ROOT / "tests/contract/public_names.json"


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command of himmel with its parser, `himmel world render` included."""
    from himmel.cli.main import build_parser

    return dict(_walk(build_parser(), "himmel"))


def flags() -> str:
    """One line per argument: command, names, and what it takes."""
    lines = [
        f"{command}  {_shown(action)}"
        for command, parser in commands().items()
        for action in parser._actions
        if not isinstance(action, argparse._SubParsersAction)
    ]
    return "\n".join(sorted(lines)) + "\n"


def names() -> str:
    """`__all__` of himmel and of every room that declares one."""
    declared = {}
    for room in ("", *house.ROOMS):
        path = house.SOURCE / room / "__init__.py"
        if path.exists():
            declared[".".join(("himmel", room)).strip(".")] = sorted(
                _all(ast.parse(path.read_text()))
            )
    return json.dumps(declared, indent=1, sort_keys=True) + "\n"


def _walk(
    parser: argparse.ArgumentParser, name: str
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    yield name, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, inner in action.choices.items():
                yield from _walk(inner, f"{name} {word}")


def _shown(action: argparse.Action) -> str:
    names = "|".join(action.option_strings) or action.dest
    takes = f" {action.metavar or action.dest.upper()}" if action.nargs != 0 else ""
    choices = f" {{{','.join(map(str, action.choices))}}}" if action.choices else ""
    return f"{names}{takes}{choices}"


def _all(module: ast.Module) -> list[str]:
    for node in module.body:
        if isinstance(node, ast.Assign) and house.dotted(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return []


if __name__ == "__main__":
    FLAGS.write_text(flags(), encoding="utf-8")
    NAMES.write_text(names(), encoding="utf-8")
