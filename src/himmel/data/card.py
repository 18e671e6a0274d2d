"""A page for people about training data, filled by code: whose it is, what was asked, what removed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from himmel.core.files import write_text
from himmel.core.rights import CONSENT, STANCES
from himmel.data.manifest import manifest

Counts = Mapping[str, int]


def write_data_card(root: Path, name: str) -> Path:
    """Write DATA.md into `root` from the rights records below it; returns its path."""
    path = Path(root) / "DATA.md"
    write_text(path, data_card(name, manifest(root)))
    return path


def data_card(name: str, held: Mapping[str, Any]) -> str:
    """The card of a manifest, as Markdown."""
    lines = [
        f"# Data card: {name}",
        "",
        "Written by `himmel data croissant --card` from the rights record of every clip.",
        "",
        f"{held['clips']} clips. Fingerprint of their hashes: `{held['sha256']}`.",
        "",
    ]
    for title, key in (("Licence", "licences"), ("Source", "sources"), ("Holder", "holders")):
        lines += _table(title, held[key], held["clips"])
    consent = {f"{key}: {CONSENT[key]}": n for key, n in held["consent"].items()}
    lines += _table("People", consent, held["clips"])
    lines += ["## Folders", "", "| folder | samples | arrays | removed |", "|---|---|---|---|"]
    for folder, told in held["folders"].items():
        arrays = ", ".join(f"{k} {'x'.join(map(str, v))}" for k, v in told["arrays"].items())
        lines.append(f"| {folder} | {told['samples']} | {arrays} | {told['removed']} |")
    lines += ["", "## Removed", ""]
    lines += [f"- `{s['sha256']}`, {s['day']}: {s['reason']}" for s in held["removed"]] or [
        "Nothing."
    ]
    lines += ["", "## What a record says", ""]
    lines += [
        "Source, licence, evidence for it with its day, holder, consent, hashes, and what the"
    ]
    lines += [
        "holder says about training, by robots.txt, TDMRep, ai.txt and content credentials:",
        "",
    ]
    lines += [f"- {stance}: {meaning}" for stance, meaning in STANCES.items()]
    return "\n".join(lines) + "\n"


def rendered_card(name: str, config: Mapping[str, Any], dedication: str) -> str:
    """The card of a model whose recipe rendered all of its data, from the recipe's settings.

    `config` is the config.json of a record; of continued weights it is that of the last training.
    """
    world = config["world"]
    counts = {key: n for key, n in world.items() if key in _ROLES and n}
    counts |= {f"scene {key}": n for key, n in world.get("families", {}).items()}
    lines = [
        f"# Data card: {name}",
        "",
        "Written by `himmel models card` from the settings of the recipe.",
        "",
        f"Every clip is rendered by himmel from scene graphs: {world['frames']} frames, {world['fps']:g} "
        "a second. Footage, pictures and",
        "texts of others are not among them, and no person can be recognised.",
        dedication,
        "",
        "| clips that the recipe renders | number | for |",
        "|---|---|---|",
        *[f"| {key} | {n} | {_ROLES.get(key, 'training')} |" for key, n in counts.items()],
        "",
    ]
    if config.get("start"):
        lines += [
            f"Training went on from earlier weights (`{config['start']}`), which were trained on clips "
            "of the same making; the records under `records/` list their recipes.",
            "",
        ]
    lines += [
        "Licence: CC0-1.0 for all of them. Holder: himmel contributors. Opt-outs: none could apply,",
        "since nobody else's material is used.",
    ]
    return "\n".join(lines) + "\n"


_ROLES = {
    "small": "training of all networks, at the encoder's size",
    "small_directed": "the same, staged scenes",
    "large": "training of the decoder, at the output's size",
    "large_directed": "the same, staged scenes",
    "pictures": "single pictures",
    "validation": "measuring, never trained on",
    "held_out": "measuring, never trained on: pairs of kind and colour that training leaves out",
}


def _table(title: str, counts: Counts, of: int) -> list[str]:
    rows = [f"| {key} | {n} | {n / of:.1%} |" for key, n in counts.items() if of]
    return [f"| {title.lower()} | clips | share |", "|---|---|---|", *rows, ""]
