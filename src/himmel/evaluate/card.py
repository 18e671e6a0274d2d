"""A model card, filled by code: what the folder of a model says, and what a record has measured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from himmel.core.errors import HimmelError
from himmel.core.files import sha256
from himmel.core.plain import parse_json
from himmel.data.card import data_card, rendered_card
from himmel.data.manifest import read_manifest
from himmel.generate.config import SystemConfig
from himmel.generate.system import load_config, model_folder
from himmel.interop.layouts import contents, layout_of
from himmel.interop.weights import CHECKSUMS
from himmel.world.rights import DEDICATION

MANIFEST = "data.json"  # of the training data, beside the weights
_NOT_MEASURED = ("memorisation", "safety", "bias")


def cards(model: str, record: Path | None = None) -> dict[str, str]:
    """The texts of MODEL.md and DATA.md for a model's folder.

    The data card is made of the manifest data.json beside the weights, else of the config.json of the
    record; without either it is left out. Raises HimmelError as model_card does.
    """
    texts = {"MODEL.md": model_card(model, record)}
    folder, name = model_folder(model), load_config(model).name
    settings = Path(record) / "config.json" if record else folder / "config.json"
    if (folder / MANIFEST).exists():
        texts["DATA.md"] = data_card(name, read_manifest(folder / MANIFEST))
    elif settings.exists():
        config = parse_json(settings.read_text(encoding="utf-8"))
        if not isinstance(config, dict) or "world" not in config:
            raise HimmelError(f"{settings} is not the configuration of a recipe")
        texts["DATA.md"] = rendered_card(name, config, DEDICATION)
    return texts


def model_card(model: str, record: Path | None = None) -> str:
    """The card of a model as Markdown; `record` is a folder with config.json and reports of evaluate.

    Raises HimmelError for a record without reports, and for models that himmel did not train.
    """
    folder, config = model_folder(model), load_config(model)
    if layout_of(folder) != "himmel":
        raise HimmelError(f"{folder} is a model of others; its makers' card says what it is")
    reports = _reports(record) if record else []
    lines = [f"# Model card: {config.name}", "", f"{config.description}.", ""]
    lines += ["Written by `himmel models card` from the model's folder and its record.", ""]
    lines += [*_parts(folder), *_can(config), *_trained_on(folder)]
    lines += _figures(reports, sha256(folder / CHECKSUMS) if (folder / CHECKSUMS).exists() else "")
    missing = [name for name in _NOT_MEASURED if name not in {r["name"] for r in reports}]
    if missing:
        lines += [f"Not measured for this card: {', '.join(missing)}.", ""]
    return "\n".join([*lines, *_terms()]) + "\n"


def _parts(folder: Path) -> list[str]:
    rows = [
        f"| {name} | {n['parameters']:,} | {n['bytes'] / 1e6:.1f} MB | {n['dtype']} |"
        for name, n in contents(folder)["networks"].items()
    ]
    head = ["| network | parameters | size | numbers |", "|---|---|---|---|"]
    return ["## What it is made of", "", *head, *rows, ""]


def _can(config: SystemConfig) -> list[str]:
    width, height = config.steps_of_size
    sizes = [f"{w}x{h}" for w, h in config.trained_sizes] or [f"multiples of {width}x{height}"]
    frames = ", ".join(map(str, config.trained_frames)) or "any number"
    usual = config.defaults
    lines = [
        "## What it was trained to do",
        "",
        f"Draw clips from sentences ({', '.join(config.languages)}) of {', '.join(sizes)} pixels and "
        f"{frames} frames at {usual.fps:g} a second.",
        f"It may be given: {', '.join(config.conditions) or 'nothing but words'}. It was trained for "
        "nothing else; other words are named by `himmel generate` and drawn as something near.",
        "",
    ]
    lines += [f"- {group}: {', '.join(names)}" for group, names in config.facts.items()]
    return [*lines, ""]


def _trained_on(folder: Path) -> list[str]:
    head = ["## Training data", ""]
    if not (folder / MANIFEST).exists():
        return [*head, "See the data card beside this one.", ""]
    held = read_manifest(folder / MANIFEST)
    licences = ", ".join(f"{spdx} ({n})" for spdx, n in held["licences"].items())
    return [
        *head,
        f"{held['clips']} clips with a rights record each: {licences}. Removed before this training: "
        f"{len(held['removed'])}. Fingerprint: `{held['sha256']}`.",
        "",
    ]


def _reports(record: Path) -> list[dict[str, Any]]:
    found = []
    for path in sorted(Path(record).glob("*.json")):
        try:
            report = parse_json(path.read_text(encoding="utf-8"))
        except ValueError:
            raise HimmelError(f"{path} is not valid JSON; take it out of the record") from None
        if isinstance(report, dict) and {"name", "n", "seed", "metrics"} <= set(report):
            found.append(report)
    if not found:
        raise HimmelError(f"{record} holds no reports of himmel evaluate --json")
    return found


def _figures(reports: list[dict[str, Any]], weights: str) -> list[str]:
    lines = ["## What was measured", ""]
    for report in reports:
        lines += [f"`{report['name']}`, n = {report['n']}, seed {report['seed']}:", ""]
        lines += ["| figure | value | 95 % interval | ceiling |", "|---|---|---|---|"]
        plain = {k: m for k, m in report["metrics"].items() if "." not in k} or report["metrics"]
        lines += [_row(key, metric) for key, metric in plain.items()]
        lines += [""]
    for report in reports:
        if (other := str(report.get("weights", ""))[:16]) != weights[:16]:
            lines += [
                f"`{report['name']}` was taken on weights with the fingerprint {other}; this folder's is "
                f"{weights[:16]}. The record says what lies between them.",
                "",
            ]
    return lines if reports else []


def _row(key: str, metric: Mapping[str, Any]) -> str:
    interval = f"{metric['low']:.3g}-{metric['high']:.3g}" if metric.get("low") is not None else ""
    ceiling = f"{metric['ceiling']:.3g}" if metric.get("ceiling") is not None else ""
    unit = metric.get("unit") or ""
    return f"| {key} | {metric['value']:.3g} {unit} | {interval} | {ceiling} |"


def _terms() -> list[str]:
    return [
        "## Terms",
        "",
        "Code and weights: Apache-2.0. Clips that are made with it carry a manifest that says that a",
        "machine made them; the policy of himmel decides before and after drawing. `docs/law.md` and",
        "`docs/recht.md` of the project say what an operator has to do; they are no legal advice.",
    ]
