"""How commands speak: lines on stdout, one JSON object on request, bars only on a terminal."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


def say(line: str) -> None:
    """One line on stdout."""
    sys.stdout.write(f"{line}\n")


def say_aside(line: str) -> None:
    """One line on stderr, where stdout is taken."""
    sys.stderr.write(f"{line}\n")


def show_json(value: dict[str, Any]) -> None:
    """One JSON object on stdout."""
    say(json.dumps(value, indent=2))


@contextmanager
def progress(task: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr; yields what to call with (done, of). Nothing where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
        bar = bars.add_task(task, total=None)

        def update(done: int, of: int) -> None:
            bars.update(bar, completed=done, total=of)

        yield update


@contextmanager
def stopped_by_interrupt() -> Iterator[Callable[[], bool]]:
    """Yields what says whether Ctrl-C was pressed; pressed again it ends the program as ever."""
    pressed: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        signal.signal(signal.SIGINT, before)
        sys.stderr.write("himmel: ending the film here; Ctrl-C again leaves it\n")

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


def show_report(report: dict[str, Any], as_json: bool) -> None:
    """A report of figures: as it came in JSON, else one line per metric with its interval."""
    if as_json:
        show_json(report)
        return
    say(f"{report['name']}: seed {report['seed']}, n = {report['n']}")
    if report.get("loaded"):
        say("the machine was busy with other work; times are not to be trusted")
    for key, metric in report["metrics"].items():
        say(f"  {key:<34} {figure(metric)}")


def figure(metric: dict[str, Any]) -> str:
    """A metric in one phrase: value, interval, ceiling where there is one.

    >>> figure({"value": 0.5, "low": 0.4, "high": 0.6, "ceiling": 0.98, "unit": "share"})
    '0.5 share [0.4, 0.6] (ceiling 0.98)'
    """
    text = f"{metric['value']:.4g} {metric.get('unit') or ''}".rstrip()
    if metric.get("low") is not None and metric.get("high") is not None:
        text += f" [{metric['low']:.4g}, {metric['high']:.4g}]"
    if metric.get("ceiling") is not None:
        text += f" (ceiling {metric['ceiling']:.4g})"
    return text
