"""The catalogue inside a zip of props: what there is, how large, by whom, under which licence."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from himmel.core.errors import HimmelError
from himmel.world.props.archive import SUFFIXES, Archive, sha256

ENGLISH, GERMAN = "PluginFurnitureCatalog.properties", "PluginFurnitureCatalog_de.properties"
LICENCE_TEXT = "LICENSE.TXT"
_MOST_TEXT = 4 << 20  # bytes of a catalogue
_MOST_PROPS, _MOST_ARCHIVES = 5_000, 100
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_AS_IT_IS = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
# What a licence's text says, its SPDX identifier, and its address; the first that is found counts.
LICENCES: tuple[tuple[str, str, str], ...] = (
    ("licenses/by/3.0/us", "CC-BY-3.0-US", "https://creativecommons.org/licenses/by/3.0/us/"),
    ("licenses/by/3.0", "CC-BY-3.0", "https://creativecommons.org/licenses/by/3.0/"),
    ("licenses/by/4.0", "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    ("publicdomain/zero", "CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    ("choose/zero", "CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
)


@dataclass(frozen=True)
class Licence:
    """The licence of a zip: SPDX identifier, address, SHA-256 and date of its text."""

    name: str
    address: str
    sha256: str
    date: str


@dataclass(frozen=True)
class Prop:
    """One model. `size` are width, depth and height in metres, `turn` (9,) a rotation before all else.

    `id` is the catalogue's, `archive` and `model` say where the mesh lies.
    """

    id: str
    english: str
    german: str
    category: str
    creator: str
    licence: Licence
    size: tuple[float, float, float]
    archive: Path
    model: str
    turn: tuple[float, ...] = _AS_IT_IS


def read_props(folder: Path) -> list[Prop]:
    """All props of all zips in a folder and below it, in the order of their names.

    Raises HimmelError for a folder without any, a zip that is damaged, a licence that himmel does not
    know, and an entry without a name, size or model.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise HimmelError(f"{folder} is no folder; name the one with the zips of props")
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if len(found) > _MOST_ARCHIVES:
        raise HimmelError(f"{folder} holds {len(found)} zips; {_MOST_ARCHIVES} are the most")
    props = [prop for path in found for prop in _props_of(path)]
    if not props:
        raise HimmelError(
            f"{folder} holds no props; name a folder with zips (.sh3f, .zip) that have a {ENGLISH}"
        )
    return props


def _props_of(path: Path) -> Iterator[Prop]:
    archive = Archive(path)
    if ENGLISH not in archive:
        return
    english = _entries(archive.read(ENGLISH, _MOST_TEXT))
    german = _entries(archive.read(GERMAN, _MOST_TEXT)) if GERMAN in archive else {}
    licence = _licence(archive)
    if len(english) > _MOST_PROPS:
        raise HimmelError(f"{path.name} lists {len(english)} props; {_MOST_PROPS} are the most")
    for number, row in english.items():
        if "model" in row:
            yield _prop(path, licence, row, german.get(number, {}).get("name", ""))


def _entries(text: bytes) -> dict[str, dict[str, str]]:
    """Of each number the properties that carry it: name#12=Bed."""
    found: dict[str, dict[str, str]] = {}
    for line in text.decode("latin-1").splitlines():
        key, equals, value = line.strip().partition("=")
        name, hash_mark, number = key.partition("#")
        if name and equals and hash_mark and number.isdecimal():
            plain = _ESCAPE.sub(lambda code: chr(int(code[1], 16)), value)
            found.setdefault(number, {})[name.strip()] = " ".join(plain.split())
    return found


def _licence(archive: Archive) -> Licence:
    text = archive.read(LICENCE_TEXT, _MOST_TEXT)
    said = text.decode("latin-1").lower()
    for words, name, address in LICENCES:
        if words in said:
            return Licence(name, address, sha256(text), archive.day_of(LICENCE_TEXT))
    known = ", ".join(dict.fromkeys(name for _, name, _ in LICENCES))
    raise HimmelError(
        f"the {LICENCE_TEXT} of {archive.path.name} is none that himmel knows ({known}); take it out"
    )


def _prop(path: Path, licence: Licence, row: dict[str, str], german: str) -> Prop:
    where = f"{path.name}: the prop {row.get('id', row['model'])[:80]!r}"
    size = [_number(row.get(side, ""), where, side) / 100 for side in ("width", "depth", "height")]
    if not all(0 < metres < 1000 for metres in size):
        raise HimmelError(f"{where} has a size of {size} m; sizes lie between 0 and 1000")
    turn = tuple(_number(n, where, "rotation") for n in row.get("modelRotation", "").split())
    if turn and len(turn) != len(_AS_IT_IS):
        raise HimmelError(f"{where} has a rotation of {len(turn)} numbers; it takes 9")
    return Prop(
        id=row.get("id", row["model"])[:200],
        english=row.get("name", "")[:200],
        german=german[:200],
        category=row.get("category", "")[:200],
        creator=row.get("creator", "")[:200] or "unknown",
        licence=licence,
        size=(size[0], size[1], size[2]),
        archive=path,
        model=row["model"].lstrip("/"),
        turn=turn or _AS_IT_IS,
    )


def _number(text: str, where: str, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise HimmelError(f"{where} has the {what} {text[:40]!r}; that is no number")
    return value
