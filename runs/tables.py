"""The tables of a record, from its JSON files, as Markdown for its README and the main one.

python runs/tables.py records/embedded/NAME
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Metrics = dict[str, dict[str, Any]]

GOALS = {"kind": 0.9, "colour": 0.95, "setting": 0.97, "time": 0.97, "motion": 0.85}
GOALS |= {"all_facts": 0.75}
SPLITS = {
    "held_in": "pairs seen in training",
    "held_out": "pairs never seen",
    "en": "English",
    "de": "German",
}


def main() -> None:
    """Print the tables of adherence, codec and speed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("record", type=Path)
    folder = parser.parse_args().record
    adherence = metrics_of(folder, "adherence")
    tables = [facts(adherence), splits(adherence), pictures(adherence, metrics_of(folder, "bench"))]
    for name, lines in {"codec": gate, "verbs": given}.items():
        if metrics := metrics_of(folder, name):
            tables.append(lines(metrics))
    for lines in tables:
        sys.stdout.write("\n".join(lines) + "\n\n")


def metrics_of(folder: Path, name: str) -> Metrics:
    """The metrics of one report in a record; none where that was not made."""
    if not (folder / f"{name}.json").exists():
        return {}
    report = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    metrics: Metrics = report["metrics"]
    return metrics


def facts(metrics: Metrics) -> Iterator[str]:
    """Every fact with its interval and its share of the ceiling, by both judges."""
    yield "| fact | right | 95 % interval | ceiling | share of ceiling | goal | second judge, share |"
    yield "|---|---|---|---|---|---|---|"
    for fact, goal in GOALS.items():
        m = metrics[fact]
        yield (
            f"| {fact} | {m['value']:.3f} | {m['low']:.3f}-{m['high']:.3f} | {m['ceiling']:.3f} "
            f"| {share(m):.3f} | {goal:.2f} | {second(metrics, fact)} |"
        )


def second(metrics: Metrics, fact: str) -> str:
    """The share by the second judge: rules since 2026-11-28, another network before."""
    held = (metrics.get(f"{fact}.{judge}") for judge in ("parser", "plain"))
    return next((f"{share(metric):.3f}" for metric in held if metric), "-")


def splits(metrics: Metrics) -> Iterator[str]:
    """All facts right, by what was held out and by language."""
    yield "| all facts | right | 95 % interval | ceiling | share |"
    yield "|---|---|---|---|---|"
    for key, name in SPLITS.items():
        m = metrics[f"all_facts.{key}"]
        interval = f"{m['low']:.3f}-{m['high']:.3f}"
        yield f"| {name} | {m['value']:.3f} | {interval} | {m['ceiling']:.3f} | {share(m):.3f} |"


def pictures(metrics: Metrics, bench: Metrics) -> Iterator[str]:
    """Sharpness, block edges and speed in sentences."""
    sharp, edges = metrics["sharpness"], metrics["block_edges"]
    yield (
        f"Sharpness on the subject's box, against renders of the same sentences: {ranged(sharp)} "
        "(goal 0.6)."
    )
    yield (
        f"Steps across patch borders over steps inside: {ranged(edges)} (renders "
        f"{edges['ceiling']:.2f}; ratio {edges['value'] / edges['ceiling']:.2f}, goal 1.1)."
    )
    for key, metric in bench.items():
        yield f"{key}: {ranged(metric)} {metric['unit']}"


def gate(metrics: Metrics) -> Iterator[str]:
    """What the judge keeps of its accuracy on reconstructions."""
    yield f"The judge on reconstructions over the same judge on renders; PSNR {ranged(metrics['psnr'])}."
    yield ""
    yield "| fact | kept, all | kept, moving subjects |"
    yield "|---|---|---|"
    for fact in GOALS:
        keys = (f"kept.{fact}", f"kept.{fact}.moving")
        kept = [f"{metrics[key]['value']:.3f}" if key in metrics else "-" for key in keys]
        yield f"| {fact} | {kept[0]} | {kept[1]} |"
    if beat := metrics.get("beat"):  # reports of the first weights hold none
        yield ""
        yield (
            f"Change from one latent frame to the next over change within them: {ranged(beat)} "
            f"(renders {beat['ceiling']:.2f})."
        )


def given(metrics: Metrics) -> Iterator[str]:
    """What becomes of given pictures and pieces, beside what nobody could better."""
    yield "| given | figure | value | 95 % interval | renders, or the codec alone |"
    yield "|---|---|---|---|---|"
    for key, m in metrics.items():
        verb, figure = key.split(".", 1)
        interval = f"{m['low']:.2f}-{m['high']:.2f}"
        best = f"{m['ceiling']:.2f}"
        yield f"| {verb} | {figure} ({m['unit']}) | {m['value']:.2f} | {interval} | {best} |"


def share(metric: dict[str, Any]) -> float:
    """A value as a share of its ceiling."""
    return float(metric["value"] / metric["ceiling"]) if metric["ceiling"] else float("nan")


def ranged(metric: dict[str, Any]) -> str:
    """A value with its 95 % interval."""
    return f"{metric['value']:.2f} [{metric['low']:.2f}, {metric['high']:.2f}]"


if __name__ == "__main__":
    main()
