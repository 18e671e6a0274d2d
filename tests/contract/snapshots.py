"""What the house shows to others, as text: commands, their flags, public names.

Run this file to write the snapshots anew after a change that is meant.
"""

from __future__ import annotations

import argparse
import ast
import json
from collections.abc import Iterator

import house

FLAGS = house.ROOT / "tests/contract/cli_flags.txt"
NAMES = house.ROOT / "tests/contract/public_names.json"
REFERENCE = house.ROOT / "docs/commands.md"
PREFACE = """# Commands

Written from the program itself by `tests/contract/snapshots.py`; a test keeps it equal.
"""


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


def reference() -> str:
    """Every command with what it says about itself and its arguments, as Markdown."""
    sections = [PREFACE]
    for command, parser in commands().items():
        arguments = [
            f"| `{_shown(a)}` | {a.help} |".replace("NAME|", r"NAME\|")
            for a in parser._actions
            if not isinstance(a, argparse._SubParsersAction | argparse._HelpAction)
        ]
        table = ["| | |", "|---|---|", *arguments] if arguments else []
        told = " ".join((parser.description or "").split())
        sections.append(
            "\n".join([f"## {command}", "", told, *([""] if table else []), *table, ""])
        )
    return "\n".join(sections)


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
    names = " ".join(action.option_strings) or str(action.metavar or action.dest)
    takes = f" {action.metavar or action.dest.upper()}" if _takes_value(action) else ""
    choices = f" {{{','.join(map(str, action.choices))}}}" if action.choices else ""
    return f"{names}{takes}{choices}"


def _takes_value(action: argparse.Action) -> bool:
    return bool(action.option_strings) and action.nargs != 0


def _all(module: ast.Module) -> list[str]:
    for node in module.body:
        if isinstance(node, ast.Assign) and house.dotted(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return []


if __name__ == "__main__":
    FLAGS.write_text(flags(), encoding="utf-8")
    NAMES.write_text(names(), encoding="utf-8")
    REFERENCE.write_text(reference(), encoding="utf-8")
