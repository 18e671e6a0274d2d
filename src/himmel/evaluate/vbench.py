"""Prompts and films as VBench expects them, for those who run it elsewhere.

VBench (github.com/Vchitect/VBench) reads prompt lists of one prompt a line, a list of all prompts with
their dimensions (VBench_full_info.json), and films called PROMPT-INDEX.mp4. Its standard mode takes that
list with --full_json_dir; its custom mode reads prompts from the films' names or from a file of names
and prompts (--prompt_file). Nothing of VBench itself is in this house.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from himmel.core.errors import HimmelError
from himmel.core.files import write_text
from himmel.evaluate.benchmark import Entry

INDICES = 5  # films that VBench looks for to every prompt
# What it measures of any film; its other dimensions need labels of its own prompts.
DIMENSIONS = (
    "subject_consistency",
    "background_consistency",
    "motion_smoothness",
    "dynamic_degree",
    "aesthetic_quality",
    "imaging_quality",
)
FULL_INFO, PROMPT_FILE = "VBench_full_info.json", "prompt_file.json"
_LONGEST_NAME = 255  # bytes, of nearly all file systems

Draw = Callable[[Entry, int, Path], None]  # writes the film of an entry with an index


def english(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that VBench can read: English ones, each wording once."""
    chosen: dict[str, Entry] = {}
    for entry in entries:
        if entry.language == "en":
            chosen.setdefault(entry.prompt, entry)
    return list(chosen.values())


def spelled(prompt: str) -> str:
    """A prompt as it stands in a file's name, where a slash is a division sign that looks like one."""
    return prompt.replace("/", "\N{DIVISION SLASH}")


def film_name(prompt: str, index: int) -> str:
    """PROMPT-INDEX.mp4. Raises HimmelError for a prompt that cannot name a file."""
    name = f"{spelled(prompt)}-{index}.mp4"
    if "\0" in prompt or len(name.encode()) > _LONGEST_NAME:
        raise HimmelError(f"the prompt {prompt[:40]!r} is too long to name a file; shorten it")
    return name


def write_prompts(folder: Path, entries: list[Entry]) -> None:
    """The prompt lists by category and in one, and the list of prompts with their dimensions, in which
    they are spelled as films are named."""
    by_category: dict[str, list[str]] = {}
    for entry in entries:
        by_category.setdefault(entry.category, []).append(entry.prompt)
    lists = {f"prompts_per_category/{name}.txt": some for name, some in by_category.items()}
    lists["all_category.txt"] = [entry.prompt for entry in entries]
    for name, prompts in lists.items():
        write_text(folder / "prompts" / name, "".join(f"{prompt}\n" for prompt in prompts))
    about = [{"prompt_en": spelled(e.prompt), "dimension": list(DIMENSIONS)} for e in entries]
    write_text(folder / FULL_INFO, json.dumps(about, indent=4) + "\n")


def export(
    folder: Path,
    entries: Iterable[Entry],
    draw: Draw,
    indices: int = INDICES,
    on_done: Callable[[str, int, int], None] = lambda stage, done, of: None,
) -> int:
    """Write lists and films of the English entries below `folder`; gives the number of films.

    `draw` writes one film of an entry. Raises HimmelError where `folder` holds something already."""
    folder, chosen = Path(folder), english(entries)
    if folder.exists() and any(folder.iterdir()):
        raise HimmelError(f"{folder} holds files already; name a new or an empty folder")
    names = {
        film_name(entry.prompt, index): (entry, index)
        for entry in chosen
        for index in range(indices)
    }
    write_prompts(folder, chosen)
    (folder / "videos").mkdir()
    for done, (name, (entry, index)) in enumerate(names.items(), 1):
        draw(entry, index, folder / "videos" / name)
        on_done("generate", done, len(names))
    prompts = {name: entry.prompt for name, (entry, _) in names.items()}
    write_text(folder / PROMPT_FILE, json.dumps(prompts, indent=1) + "\n")
    return len(names)


def copied_from(films: dict[str, Path]) -> Draw:
    """Films that lie in a folder already, by the entries' ids."""

    def draw(entry: Entry, index: int, out: Path) -> None:
        shutil.copyfile(films[entry.id], out)

    return draw
