"""Reports as one page of HTML: tables with intervals and ceilings, plots, films side by side.

The page needs no server and no network: style, plots and films lie inside of it. It follows the reader's
choice of light or dark and of less motion, and every film can be started from the keyboard.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from himmel.core.errors import HimmelError
from himmel.core.files import write_text
from himmel.core.plain import parse_json
from himmel.evaluate.exhibits import Exhibit, Film
from himmel.evaluate.page import PAGE, SCRIPT, STYLE

Report = dict[str, Any]
Values = dict[str, Any]

_WIDTH, _ROW, _LABEL = 640, 22, 230  # pixels of a plot
_NEEDED = ("name", "seed", "n", "metrics")


def read_report(path: Path) -> Report:
    """A report that `--json` printed. Raises HimmelError for another file."""
    try:
        report = parse_json(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise HimmelError(f"{path} is no report: {error}; write one with --json") from None
    if not isinstance(report, dict) or any(key not in report for key in _NEEDED):
        raise HimmelError(f"{path} is no report of himmel evaluate; write one with --json")
    return report


def write_report(path: Path, reports: Sequence[Report], exhibits: Sequence[Exhibit] = ()) -> None:
    """Write the page, whole or not at all. Raises HimmelError where there is nothing to report."""
    if not reports:
        raise HimmelError("there is nothing to report; name at least one file that --json wrote")
    write_text(path, html(reports, exhibits))


def html(reports: Sequence[Report], exhibits: Sequence[Exhibit] = ()) -> str:
    """The page of some reports and films."""
    sections = [_section(number, report) for number, report in enumerate(reports)]
    if exhibits:
        sections.append(_gallery(exhibits))
    names = [str(report["name"]) for report in reports]
    return PAGE.format(
        title=escape(f"himmel evaluate: {', '.join(dict.fromkeys(names))}"),
        style=STYLE,
        contents=_contents(names, bool(exhibits)),
        sections="\n".join(sections),
        script=SCRIPT if exhibits else "",
    )


def _contents(names: list[str], films: bool) -> str:
    links = [f'<a href="#r{n}">{escape(name)}</a>' for n, name in enumerate(names)]
    return " · ".join([*links, '<a href="#films">films</a>'] if films else links)


def _section(number: int, report: Report) -> str:
    metrics: dict[str, Values] = report["metrics"]
    plots = [_plot(unit, some) for unit, some in _by_unit(metrics).items() if unit != "files"]
    parts = (
        f'<section id="r{number}"><h2>{escape(str(report["name"]))}</h2>',
        _about(report),
        *plots,
        _table(str(report["name"]), metrics),
        _notes(report.get("notes", ())),
        "</section>",
    )
    return "\n".join(part for part in parts if part)


def _about(report: Report) -> str:
    machine = report.get("machine") or {}
    facts = {
        "seed": report["seed"],
        "n": report["n"],
        "weights": str(report.get("weights", ""))[:16],
        "machine": f"{machine.get('processor', '')}, {machine.get('cores', '')} cores",
    }
    told = " · ".join(
        f"{escape(k)} {escape(str(v))}" for k, v in facts.items() if str(v).strip(", ")
    )
    busy = (
        " · measured on a busy machine: times are not to be trusted" if report.get("loaded") else ""
    )
    return f"<p class=about>{told}{busy}</p>"


def _by_unit(metrics: dict[str, Values]) -> dict[str, dict[str, Values]]:
    """Figures of one unit share a plot, because they share an axis."""
    found: dict[str, dict[str, Values]] = {}
    for key, metric in metrics.items():
        found.setdefault(str(metric.get("unit") or ""), {})[key] = metric
    return found


def _table(name: str, metrics: dict[str, Values]) -> str:
    rows = "\n".join(_table_row(key, metric) for key, metric in metrics.items())
    heads = "".join(
        f"<th scope=col>{head}</th>"
        for head in ("figure", "value", "95 % interval", "ceiling", "unit")
    )
    return (
        f'<div class=wide tabindex=0 role=region aria-label="figures of {escape(name)}">'
        f"<table><caption>Every figure, its interval, and the same figure of renders (ceiling)."
        f"</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _table_row(key: str, metric: Values) -> str:
    interval = f"{_short(metric.get('low'))} to {_short(metric.get('high'))}"
    cells = (
        _short(metric["value"]),
        interval,
        _short(metric.get("ceiling")),
        metric.get("unit") or "",
    )
    told = "".join(f"<td>{escape(str(cell))}</td>" for cell in cells)
    return f"<tr><th scope=row>{escape(key)}</th>{told}</tr>"


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _plot(unit: str, metrics: dict[str, Values]) -> str:
    """One row a figure: a dot with its interval, and a tick where the ceiling is."""
    low, high = _span(unit, metrics)
    scale = (_WIDTH - _LABEL - 20) / (high - low)

    def at(value: float) -> float:
        return round(_LABEL + (min(max(value, low), high) - low) * scale, 1)

    rows = [
        _plot_row(number, key, metric, at) for number, (key, metric) in enumerate(metrics.items())
    ]
    height = _ROW * len(rows) + 26
    axis = "".join(
        f'<line class=grid x1="{at(v)}" x2="{at(v)}" y1="0" y2="{height - 22}"/>'
        f'<text class=axis x="{at(v)}" y="{height - 6}">{_short(v)}</text>'
        for v in (low, (low + high) / 2, high)
    )
    return (
        f"<figure><figcaption>{escape(unit or 'figures')}: dot and bar are the value and its interval, "
        f"the tick is the ceiling</figcaption>"
        f'<svg viewBox="0 0 {_WIDTH} {height}" role=img aria-label="the table below, drawn: '
        f'{escape(unit)}">{axis}{"".join(rows)}</svg></figure>'
    )


def _plot_row(number: int, key: str, metric: Values, at: Any) -> str:
    y, value = number * _ROW + 12, metric["value"]
    parts = [f'<text class=name x="{_LABEL - 12}" y="{y + 4}">{escape(key)}</text>']
    if (ceiling := metric.get("ceiling")) is not None:
        x = at(ceiling)
        parts.append(f'<line class=ceiling x1="{x}" x2="{x}" y1="{y - 8}" y2="{y + 8}"/>')
    if metric.get("low") is not None and metric.get("high") is not None:
        ends = f'x1="{at(metric["low"])}" x2="{at(metric["high"])}"'
        parts.append(f'<line class=interval {ends} y1="{y}" y2="{y}"/>')
    told = f"{key}: {_short(value)}"
    parts.append(
        f'<circle class=value cx="{at(value)}" cy="{y}" r="4.5"><title>{escape(told)}</title></circle>'
    )
    return "".join(parts)


def _span(unit: str, metrics: dict[str, Values]) -> tuple[float, float]:
    """From the least to the largest number that is drawn; shares go from 0 to 1."""
    if unit.startswith("share"):
        return 0.0, 1.0
    kept = ("value", "low", "high", "ceiling")
    numbers = [float(m[k]) for m in metrics.values() for k in kept if m.get(k) is not None]
    low, high = min(numbers), max(numbers)
    room = 0.05 * (high - low) or 0.5 * abs(high) or 1.0
    return low - room, high + room


def _notes(notes: Sequence[str]) -> str:
    if not notes:
        return ""
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f"<details><summary>{len(notes)} notes on files</summary><ul>{items}</ul></details>"


def _gallery(exhibits: Sequence[Exhibit]) -> str:
    shown = "\n".join(_exhibit(exhibit) for exhibit in exhibits)
    return (
        "<section id=films><h2>films</h2><p><button type=button id=play>Play all</button></p>"
        f"{shown}</section>"
    )


def _exhibit(exhibit: Exhibit) -> str:
    films = "".join(_film(film, exhibit.prompt) for film in exhibit.films)
    return (
        f"<article><h3>{escape(exhibit.name)}</h3><p>{escape(exhibit.prompt)}</p>"
        f"<div class=films>{films}</div></article>"
    )


def _film(film: Film, prompt: str) -> str:
    label = escape(film.label)
    if film.missing:
        return f"<figure><figcaption>{label}</figcaption><p>{escape(film.missing)}</p></figure>"
    data = base64.b64encode(film.data).decode()
    return (
        f"<figure><figcaption>{label}</figcaption>"
        f'<video controls muted loop playsinline preload=auto aria-label="{label}: {escape(prompt)}" '
        f'src="data:{film.media_type};base64,{data}"></video>'
        f'<div class=sheet role=img aria-label="frames of this film"></div></figure>'
    )
