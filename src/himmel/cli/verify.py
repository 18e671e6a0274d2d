"""himmel verify: where a film or picture comes from."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from himmel.cli import _console as console

if TYPE_CHECKING:
    from himmel.generate.verify import Verdict

DESCRIPTION = """Say whether a film or picture was made here (ours), was sealed by another (someone
else's), was changed after it was sealed (tampered), or carries nothing (nothing found), and what each
layer knows: signed credentials, the note in the file, the watermark, and the registry of everything
made here. Works without a network. The exit code is 0 for every verdict."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser(
        "verify", help="say where a film or picture comes from", description=DESCRIPTION
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="the film or picture")
    parser.add_argument(
        "--similar", action="store_true", help="list what was made here and looks like it"
    )
    parser.add_argument("--json", action="store_true", help="print the verdict as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Verify and say what was found."""
    from himmel.generate.verify import verify

    verdict = verify(args.file, args.similar)
    if args.json:
        console.show_json(verdict.told())
    else:
        _tell(verdict, args.similar)
    return 0


def _tell(verdict: Verdict, similar: bool) -> None:
    lines = [f"{verdict.file}: {verdict.verdict}; {verdict.says}"]
    for name, layer in verdict.layers.items():
        told = (layer.says, *_details(layer.evidence))
        lines += [f"  {'' if n else name:<10} {line}" for n, line in enumerate(told)]
    near = [
        f"{row['name']}, {row['made_at']}, {row['bits_apart']} of 256 bits apart"
        for row in verdict.similar
    ]
    if similar:
        lines += [f"  similar    {line}" for line in near or ["nothing that was made here"]]
    for line in lines:  # a stranger's file must not steer the terminal
        console.say("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line))


def _details(evidence: dict[str, object]) -> list[str]:
    """What a person wants to know of the making, one line each."""
    lines = []
    manifest, row = evidence.get("manifest"), evidence.get("row")
    if isinstance(manifest, dict) and "state" in evidence:
        known = [f"{k} {manifest[k]}" for k in ("model", "seed") if manifest.get(k) is not None]
        lines += [", ".join(known)] if known else []
    if parents := evidence.get("parents"):
        lines.append(f"made from {', '.join(map(str, parents))}")  # type: ignore[call-overload]
    if problems := evidence.get("problems"):
        lines.append(f"problems: {', '.join(map(str, problems))}")  # type: ignore[call-overload]
    if isinstance(row, dict):
        lines.append(f"{row['name']}, {row['made_at']}, mark {row['mark']:08x}")
    return lines
