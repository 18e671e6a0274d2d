"""The documentation is kept true: what it shows runs, and what exists is named in it."""

from __future__ import annotations

import inspect
import re
import shlex
from pathlib import Path

import house
import pytest
import snapshots

from himmel.core import errors

PAGES = sorted([*house.ROOT.glob("*.md"), *(house.ROOT / "docs").rglob("*.md")])
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.M | re.S)
LINK = re.compile(r"\]\(([^)#\s]+)")


def blocks(language: str) -> list[tuple[str, str]]:
    """(where, text) of every fenced block of one language."""
    return [
        (f"{house.name(page)}:{text[: m.start()].count(chr(10)) + 1}", m.group(2))
        for page in PAGES
        for text in [page.read_text(encoding="utf-8")]
        for m in FENCE.finditer(text)
        if m.group(1) == language
    ]


def shell_lines() -> list[tuple[str, str]]:
    """(where, command) of every line after a `$` prompt; a backslash carries on to the next."""
    joined = [(where, text.replace("\\\n", " ")) for where, text in blocks("console")]
    return [
        (where, line[2:].split("  #")[0])
        for where, text in joined
        for line in text.splitlines()
        if line.startswith("$ ")
    ]


@pytest.mark.parametrize(("where", "code"), blocks("python"), ids=lambda v: v[:40].split("\n")[0])
def test_python_snippets_run(where, code, tmp_path):
    run = house.run_python(code, cwd=tmp_path)
    assert run.returncode == 0, f"{where}\n{run.stderr[-1500:]}"


@pytest.mark.parametrize(("where", "line"), shell_lines(), ids=lambda v: v[:60])
def test_console_lines_parse(where, line, capsys):
    words = shlex.split(line)
    if words[0] == "himmel":
        try:
            snapshots.commands()["himmel"].parse_args(words[1:])
        except SystemExit as end:
            assert end.code == 0, f"{where}: {line}\n{capsys.readouterr().err}"
    else:
        scripts = [w for w in words if w.startswith(("scripts/", "tests/", "runs/", ".ci/"))]
        missing = [w for w in scripts if not (house.ROOT / w.partition("::")[0]).exists()]
        assert not missing, f"{where}: {line}"


@pytest.mark.parametrize("command", sorted(snapshots.commands()))
def test_every_command_is_documented(command):
    assert command in TEXT


@pytest.mark.parametrize("error", [n for n, _ in inspect.getmembers(errors, inspect.isclass)])
def test_every_error_is_documented(error):
    assert f"`{error}`" in TEXT


def test_every_recipe_is_documented():
    import himmel_recipes

    assert [n for n in himmel_recipes.RECIPES if f"`{n}`" not in TEXT] == []


@pytest.mark.parametrize("room", house.ROOMS)
def test_every_room_is_on_the_tour(room):
    assert f"`{room}`" in (house.ROOT / "docs/tour.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=house.name)
def test_links_lead_somewhere(page):
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    local = [t for t in targets if not t.startswith(("http://", "https://", "mailto:"))]
    assert [t for t in local if not (Path(page).parent / t).exists()] == []


def test_files_on_the_tour_exist_with_their_line_counts():
    """The tour names files as `path` (N lines); N may be off by a quarter before it misleads."""
    tour = (house.ROOT / "docs/tour.md").read_text(encoding="utf-8")
    stops = re.findall(r"`([\w/]+\.py)` \((\d+) lines\)", tour)
    assert len(stops) >= 8
    for path, claimed in stops:
        real = len((house.ROOT / path).read_text(encoding="utf-8").splitlines())
        assert abs(real - int(claimed)) <= max(10, real // 4), f"{path} has {real} lines"
