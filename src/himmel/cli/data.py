"""himmel data: whose training clips these are, and how one goes away again."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from himmel.cli import _console as console

DESCRIPTION = """What training data is there, whose it is, and how it goes away again. FOLDER is one of
shards, or one that holds several, such as the folder of a recipe with clips and latents."""
SHOW = "Count clips by licence, source, holder and consent, and list what was removed."
FILL = "Complete the rights records of clips that himmel made itself before records were whole."
CHECK = """Read every record and checksum, finish removals that were cut short, and find clips that were
removed and lie there again."""
REMOVE = """Take a clip out of shards, latents and captions, by its SHA-256 or the address it came from,
and prove that it is gone."""
CROISSANT = (
    "Write croissant.json and clips.jsonl into the folder, and with --card a page for people."
)


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare show, fill, check, remove and croissant."""
    parser = commands.add_parser("data", help="rights in training data", description=DESCRIPTION)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    told = {"show": SHOW, "fill": FILL, "check": CHECK, "remove": REMOVE, "croissant": CROISSANT}
    made = {}
    for name, description in told.items():
        short = description.split(",")[0].split(".")[0].lower()
        made[name] = verbs.add_parser(name, help=short, description=description)
        made[name].add_argument("folder", type=Path, metavar="FOLDER", help="where the shards lie")
    for name in ("show", "check", "remove"):
        made[name].add_argument("--json", action="store_true", help="print one JSON object")
    made["remove"].add_argument("key", metavar="KEY", help="the SHA-256 of a clip, or its address")
    made["remove"].add_argument("--reason", required=True, help="why it goes; others can read it")
    made["croissant"].add_argument("--name", default="himmel-clips", help="of the data set")
    made["croissant"].add_argument("--card", action="store_true", help="write DATA.md, too")


def run(args: argparse.Namespace) -> int:
    """Do what was asked of data."""
    does = {"show": _show, "fill": _fill, "check": _check, "remove": _remove}
    return does.get(args.verb, _croissant)(args)


def _show(args: argparse.Namespace) -> int:
    from himmel.data.manifest import manifest

    with console.progress("reading") as update:
        held = manifest(args.folder, update)
    if args.json:
        console.show_json(held)
        return 0
    console.say(f"{held['clips']} clips, fingerprint {held['sha256'][:16]}")
    for name in ("licences", "sources", "holders", "consent"):
        counts = ", ".join(f"{key}: {count}" for key, count in held[name].items())
        console.say(f"{name:<10} {counts}")
    for name, folder in held["folders"].items():
        console.say(f"  {name}: {folder['samples']} samples in {folder['shards']} shards")
    for stone in held["removed"]:
        console.say(f"removed    {stone['sha256'][:16]} on {stone['day']}: {stone['reason']}")
    return 0


def _fill(args: argparse.Namespace) -> int:
    from himmel.world.complete import complete

    with console.progress("filling in") as update:
        count = complete(args.folder, update)
    console.say(f"{count} records were filled in")
    return 0


def _check(args: argparse.Namespace) -> int:
    from himmel.data.removal import faults

    with console.progress("checking") as update:
        found = faults(args.folder, update)
    if args.json:
        console.show_json({"faults": found})
    else:
        for fault in found:
            console.say(fault)
        console.say(f"{len(found)} faults" if found else "every clip has a valid record; no faults")
    return 1 if found else 0


def _remove(args: argparse.Namespace) -> int:
    from himmel.data.removal import plain, remove

    done = plain(remove(args.folder, args.key, args.reason))
    if args.json:
        console.show_json(done)
        return 0
    console.say(f"{done['clips']} clips went from {done['places']} places")
    for proof in done["proof"]:
        console.say(_shown(proof))
    if done["kin"]:
        console.say(
            f"{done['kin']} clips of the same group stay; see clips.jsonl of himmel data croissant"
        )
    return 0 if all(proof["absent"] for proof in done["proof"]) else 1


def _shown(proof: dict[str, Any]) -> str:
    read = f"{proof['lines']} lines of {proof['shards']} files in {proof['folders']} folders read"
    return f"{proof['key'][:72]}: {read}, found {proof['found']} times"


def _croissant(args: argparse.Namespace) -> int:
    from himmel.data.croissant import write_croissant

    console.say(f"{write_croissant(args.folder, args.name)}: valid for Croissant 1.1")
    if args.card:
        from himmel.data.card import write_data_card

        console.say(f"{write_data_card(args.folder, args.name)}: the data card")
    return 0
