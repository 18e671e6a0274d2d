"""himmel audit: what this installation is made of, and whether any of it is known to be unsafe."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from himmel.cli import _console as console

DESCRIPTION = (
    "Say which libraries this installation is made of and whether one is older than it may be; write "
    "a bill of materials, and ask pip-audit for known holes."
)


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare what is written and whether anybody is asked."""
    parser = commands.add_parser(
        "audit", help="libraries: versions, holes, bill of materials", description=DESCRIPTION
    )
    parser.add_argument("--sbom", type=Path, metavar="FILE", help="write CycloneDX JSON")
    parser.add_argument(
        "--advisories", action="store_true", help="ask pip-audit's service, over the network"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Exit code 1 where a library is too old, or advisories were asked for and are not green."""
    from himmel.core.files import write_text
    from himmel.engines import parts

    here, libraries = parts.installed(), parts.bundled()
    old = parts.too_old(libraries | {part.name: part.version for part in here})
    told: dict[str, Any] = {"packages": len(here), "bundled": libraries, "too_old": old}
    told["advisories"] = _advisories(here) if args.advisories else {"state": "not asked"}
    if args.sbom is not None:
        write_text(args.sbom, json.dumps(parts.bill(here, libraries), indent=1) + "\n")
    if args.json:
        console.show_json(told)
    else:
        _tell(told, args.sbom)
    state = told["advisories"]["state"]
    for sentence in old:
        sys.stderr.write(f"himmel: {sentence}\n")
    if state not in ("green", "not asked"):
        sys.stderr.write(f"himmel: advisories: {state}\n")
    return 0 if not old and state in ("green", "not asked") else 1


def _advisories(here: list[Any]) -> dict[str, Any]:
    from himmel.engines.audit import audit

    found = audit(here)
    return {
        "state": found.state,
        "audited": found.audited,
        "control_found": found.control,
        "holes": list(found.holes),
    }


def _tell(told: dict[str, Any], sbom: Path | None) -> None:
    console.say(f"{told['packages']} packages; libraries inside of them:")
    for name, version in told["bundled"].items():
        console.say(f"  {name:<14} {version}")
    asked = told["advisories"]
    if "audited" in asked:
        console.say(
            f"advisories: {asked['state']}; {asked['audited']} of {told['packages']} looked up, "
            f"control {'found' if asked['control_found'] else 'not found'}"
        )
        for hole in asked["holes"]:
            console.say(f"  {hole}")
    if sbom is not None:
        console.say(f"{sbom}: bill of materials, CycloneDX 1.6")
