"""The table of all verbs out of what `himmel evaluate verbs --json` printed.

python runs/verbs_table.py FILE.json [--checks]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

COMMANDS = {
    "generate": "generate PROMPT",
    "animate": "generate PROMPT --image A",
    "ends": "generate PROMPT --image A --last-image B",
    "extend": "extend CLIP PROMPT",
    "backward": "extend CLIP PROMPT --backward",
    "bridge": "recut CLIP --keep ...",
    "loop": "loop CLIP",
    "blend": "blend A B PROMPT --becomes WORDS",
    "connect": "blend A B PROMPT --becomes WORDS --connect",
    "edit": "edit CLIP PROMPT",
    "inpaint": "edit CLIP PROMPT --box ...",
    "point": "edit CLIP PROMPT --point X,Y,R",
    "outpaint": "edit CLIP PROMPT --canvas ...",
    "cinemagraph": "edit CLIP PROMPT --box ... --still",
    "interpolate": "interpolate CLIP --fps ...",
    "upscale": "upscale CLIP --factor 2",
}
Row = dict[str, Any]


def main() -> None:
    """Print the table in Markdown; with --checks that of every check and way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    parser.add_argument("--checks", action="store_true")
    args = parser.parse_args()
    metrics = json.loads(args.report.read_text(encoding="utf-8"))["metrics"]
    lines = checks(metrics) if args.checks else tasks(metrics)
    sys.stdout.write("\n".join(lines) + "\n")


def tasks(metrics: dict[str, Row]) -> list[str]:
    """A line per verb: its task, its ceiling, and the best way without a model."""
    lines = [
        "| verb | command | done | ceiling | best without a model |",
        "|---|---|---|---|---|",
    ]
    for verb, command in COMMANDS.items():
        own = metrics[f"{verb}.done"]
        ways = {key: row for key, row in metrics.items() if key.startswith(f"{verb}.done.")}
        rivals = {k.split(".")[2]: r for k, r in ways.items() if not own_way(k)}
        best = max(rivals.items(), key=lambda item: item[1]["value"], default=None)
        told = f"{figure(best[1])} `{best[0]}`" if best else ""
        lines.append(
            f"| `{verb}` | `himmel {command}` | {figure(own)} | {own['ceiling']:.2f} | {told} |"
        )
    return lines


def checks(metrics: dict[str, Row]) -> list[str]:
    """A line per verb and way: the share that passes each check."""
    lines = ["| verb and way | done | checks |", "|---|---|---|"]
    for key, row in metrics.items():
        verb, name, *way = key.split(".")
        if name == "done":
            ended = f".{way[0]}" if way else ""
            beside = [
                f"{k.split('.')[1]} {r['value']:.2f}"
                for k, r in metrics.items()
                if k == f"{verb}.{k.split('.')[1]}{ended}" and r["unit"] == "share" and k != key
            ]
            lines.append(f"| `{verb}{ended}` | {figure(row)} | {', '.join(beside)} |")
    return lines


def own_way(key: str) -> bool:
    """Whether a key is the same verb at another strength, or without words."""
    return key.split(".")[2] in ("light", "strong", "wordless")


def figure(row: Row) -> str:
    """A share with its interval."""
    return f"{row['value']:.2f} [{row['low']:.2f}, {row['high']:.2f}]"


if __name__ == "__main__":
    main()
