"""himmel screen: would the policy let this pass?"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from himmel.cli import _console as console
from himmel.core.errors import HimmelError
from himmel.core.files import surely

if TYPE_CHECKING:
    from himmel.core.values import Decision

DESCRIPTION = """Ask the policy about a prompt, or about a file that ends in .jsonl and has one
{"prompt": ...} a line; nothing is drawn. Exit code 0 when all of them may be made, else 1."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("screen", help="ask the policy", description=DESCRIPTION)
    parser.add_argument("prompt", metavar="PROMPT|FILE.jsonl", help="what would be asked for")
    parser.add_argument("--json", action="store_true", help="print one JSON object per prompt")


def run(args: argparse.Namespace) -> int:
    """Say what the policy says, a line for each prompt."""
    from himmel.generate.screening import read_prompts, screen

    file = Path(args.prompt)
    listed = file.suffix == ".jsonl"
    if listed and not surely(file.is_file):
        raise HimmelError(f"there is no file {file}; name one with a prompt a line")
    refused = False
    for decision in screen(read_prompts(file) if listed else [args.prompt]):
        refused = refused or not decision.allowed
        told = told_of(decision)
        console.say(json.dumps(told, ensure_ascii=False) if args.json else _line(told))
    return int(refused)


def told_of(decision: Decision) -> dict[str, Any]:
    """A decision for the one who asked: the category and its reason, never the words that decided."""
    return {
        "allowed": decision.allowed,
        "category": decision.category,
        "reason": decision.reason,
        "reason_de": decision.reason_de,
        "stage": decision.stage,
        "appeal": decision.appeal,
        "checks": list(decision.checks),
    }


def _line(told: dict[str, Any]) -> str:
    if told["allowed"]:
        return "allowed"
    category = f"{told['category']}: " if told["category"] else ""
    return f"refused: {category}{told['reason']}; {told['appeal']}"
