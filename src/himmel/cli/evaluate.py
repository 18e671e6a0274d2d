"""himmel evaluate: figures with intervals and their ceiling, of a model or of a folder of films."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from himmel.cli import _console as console
from himmel.core.errors import HimmelError

if TYPE_CHECKING:
    from himmel.evaluate.benchmark import Entry
    from himmel.evaluate.exhibits import Exhibit

DESCRIPTION = """Measure a model on a suite and print every figure with its 95 % interval and its
ceiling: the same measurement on real renders of the same prompts. The extra [eval] has to be
installed. Beside the suites: `benchmark` writes prompts for any model, `folder DIR` scores films that
are named by their prompts' ids, `report FILE.json ...` makes one page of what --json printed."""
_QUESTIONS = 600


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("evaluate", help="measure a model", description=DESCRIPTION)
    add = parser.add_argument
    add("suite", metavar="SUITE", help="what to measure, for example adherence")
    add(
        "paths",
        metavar="PATH",
        nargs="*",
        type=Path,
        help="folder to score; reports to show; sets for safety",
    )
    add("--n", type=int, help=f"number of clips ({_QUESTIONS}; prompts of a benchmark 1000)")
    add("--seed", type=int, default=0, help="draws prompts and noise (0)")
    add("--model", default="default", metavar="NAME|PATH", help="which weights")
    add("--json", action="store_true", help="print one JSON object")
    add("--report", type=Path, metavar="FILE.html", help="write a page of the figures, with films")
    add("--films", type=int, default=6, help="prompts whose films the page shows (6)")
    add("--corpus", type=Path, metavar="FOLDER", help="shards trained on, for memorisation")
    add("--benchmark", type=Path, metavar="FILE", help="the prompts that a folder answers")
    add("--seconds", type=float, help="length of the films, for drift (60)")
    add("-o", "--out", type=Path, metavar="FOLDER", help="where a benchmark is written")
    add("--render", action="store_true", help="write a benchmark's reference films too")
    add("--export-vbench", type=Path, metavar="FOLDER", help="write prompts and films for VBench")


def run(args: argparse.Namespace) -> int:
    """Do what the suite says and show its report."""
    if args.films < 0:
        raise HimmelError(f"--films {args.films} shows nothing; use 0 or more")
    desks = {"folder": _folder, "benchmark": _benchmark, "report": _report}
    if args.suite in desks:
        desks[args.suite](args)
    else:
        _suite(args)
    return 0


def _suite(args: argparse.Namespace) -> None:
    from himmel.evaluate import suites

    paths = [] if args.suite == "safety" else args.paths
    if paths or args.out or args.benchmark or args.render or args.export_vbench:
        raise HimmelError(
            f"the suite {args.suite!r} takes no path, --out, --benchmark, --render or --export-vbench; "
            "leave them out"
        )
    options: dict[str, Any] = {} if args.corpus is None else {"corpus": args.corpus}
    options |= {"paths": args.paths} if args.paths else {}
    options |= {} if args.seconds is None else {"seconds": args.seconds}
    n = _QUESTIONS if args.n is None else args.n
    with console.progress(args.suite) as update:

        def watch(stage: str, done: int, of: int) -> None:
            update(done, of)

        report = suites.run(args.suite, n, args.seed, args.model, watch, **options)
    console.show_report(report, args.json)
    if args.report is not None:
        _write_page(args, [report], [] if args.suite in suites.BARE else _drawn(args))


def _drawn(args: argparse.Namespace) -> list[Exhibit]:
    if not args.films:
        return []
    from himmel.cli.world import write_render
    from himmel.evaluate.exhibits import drawn_exhibits
    from himmel.generate.system import load_system

    return drawn_exhibits(load_system(args.model), args.films, args.seed, write_render)


def _folder(args: argparse.Namespace) -> None:
    from himmel.cli.world import write_render
    from himmel.evaluate import folder, suites
    from himmel.evaluate.exhibits import folder_exhibits

    if len(args.paths) != 1:
        raise HimmelError("name one folder of films: himmel evaluate folder DIR --benchmark FILE")
    entries = _entries(args)
    found = folder.find(args.paths[0], entries)
    with console.progress("folder") as update:
        report = suites.score(
            args.paths[0], entries, args.seed, args.model, lambda stage, done, of: update(done, of)
        )
    for note in report["notes"]:
        sys.stderr.write(f"himmel: {note}\n")
    console.show_report(report, args.json)
    if args.report is not None:
        shown = folder_exhibits(entries, found.films, args.films, write_render)
        _write_page(args, [report], shown)
    if args.export_vbench is not None:
        from himmel.evaluate.vbench import copied_from, export

        having = [entry for entry in entries if entry.id in found.films]
        number = export(args.export_vbench, having, copied_from(found.films), indices=1)
        _tell(args, f"{args.export_vbench}: {number} films")


def _entries(args: argparse.Namespace) -> list[Entry]:
    """The prompts of a file, else those that seed and number draw."""
    from himmel.evaluate import benchmark

    if args.benchmark is not None:
        return benchmark.read(args.benchmark)
    return benchmark.chosen(benchmark.COUNT if args.n is None else args.n, args.seed)


def _benchmark(args: argparse.Namespace) -> None:
    from himmel.evaluate import benchmark

    if args.paths or (args.out is None and args.export_vbench is None):
        raise HimmelError("say where the prompts go: himmel evaluate benchmark --out FOLDER")
    entries = _entries(args)
    if args.out is not None:
        about = benchmark.write(args.out, entries, args.seed)
        if args.render:
            _render(args.out / "reference", entries)
        if args.json:
            console.show_json(about)
        for name, number in about["categories"].items():
            _tell(args, f"  {name:<14} {number}")
        _tell(args, f"{args.out}: {len(entries)} prompts, sha256 {about['sha256']}")
    if args.export_vbench is not None:
        _draw_for_vbench(args, entries)


def _render(folder: Path, entries: list[Entry]) -> None:
    from himmel.cli.world import write_render
    from himmel.evaluate.benchmark import FPS, FRAMES, SIZE
    from himmel.world.clip import make_clip

    with console.progress("rendering") as update:
        for done, entry in enumerate(entries, 1):
            clip = make_clip(entry.graph, SIZE, FRAMES, FPS)
            write_render(folder / f"{entry.id}.mp4", clip.frames, FPS)
            update(done, len(entries))


def _draw_for_vbench(args: argparse.Namespace, entries: list[Entry]) -> None:
    from himmel.evaluate.exhibits import draw, seed_of
    from himmel.evaluate.vbench import export
    from himmel.generate.system import load_system

    system = load_system(args.model)

    def film(entry: Entry, index: int, out: Path) -> None:
        if reason := draw(system, entry.prompt, seed_of(entry, index), out):
            raise HimmelError(f"{entry.id} was refused: {reason}")

    with console.progress("drawing") as update:
        number = export(
            args.export_vbench, entries, film, on_done=lambda stage, done, of: update(done, of)
        )
    _tell(args, f"{args.export_vbench}: {number} films")


def _report(args: argparse.Namespace) -> None:
    from himmel.evaluate.report import read_report

    if args.report is None or not args.paths:
        raise HimmelError(
            "name files and page: himmel evaluate report FILE.json --report FILE.html"
        )
    _write_page(args, [read_report(path) for path in args.paths], [])


def _write_page(
    args: argparse.Namespace, reports: list[dict[str, Any]], exhibits: list[Exhibit]
) -> None:
    from himmel.evaluate.report import write_report

    write_report(args.report, reports, exhibits)
    _tell(args, f"{args.report}: open it in a browser")


def _tell(args: argparse.Namespace, line: str) -> None:
    """A line for people; where JSON was asked for, stdout holds nothing else."""
    if not args.json:
        console.say(line)
