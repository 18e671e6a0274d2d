"""The props that are there: by kind, with what was left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from himmel.core.env import props_dir
from himmel.core.errors import HimmelError
from himmel.core.rng import derive
from himmel.world.props.catalogue import Licence, Prop, read_props
from himmel.world.props.naming import has_brand, kind_of, name_of
from himmel.world.vocabulary import Kind
from himmel.world.words import WIDE
from himmel.world.words.rows import OWN, Family

SCENE = "props"
_CHANGED = "Clips rendered by himmel show the models below, scaled, lit, with smaller textures."
MOTIONS = ("still", "spin")  # nothing on a prop moves by itself


@dataclass(frozen=True, eq=False)
class Library:
    """The props of a folder. `kinds` are those that a graph can name, `left_out` counts the others."""

    folder: Path
    props: tuple[Prop, ...]
    kinds: dict[str, Kind]
    of_kind: dict[str, tuple[Prop, ...]]
    left_out: dict[str, int]

    def chosen(self, kind: str, seed: int) -> Prop:
        """The prop of a kind that a seed shows: one of several tables."""
        options = self.of_kind[kind]
        return options[derive(seed, "world", SCENE, kind) % len(options)]

    def usable(self) -> list[Prop]:
        """Every prop that a graph can show."""
        return [prop for props in self.of_kind.values() for prop in props]

    def counts(self) -> dict[str, dict[str, int]]:
        """How many usable props by licence and by category, and how many others by reason."""
        usable = self.usable()
        return {
            "licences": _counted(prop.licence.name for prop in usable),
            "categories": _counted(prop.category for prop in usable),
            "left out": dict(self.left_out),
        }

    def summary(self) -> dict[str, Any]:
        """All of it as plain JSON, every kind with its words and models."""
        kinds = {
            name: {
                "english": list(kind.english),
                "german": [noun.word for noun in kind.german],
                "models": [
                    {"id": prop.id, "creator": prop.creator, "licence": prop.licence.name}
                    for prop in self.of_kind[name]
                ],
            }
            for name, kind in self.kinds.items()
        }
        counts = {name.replace(" ", "_"): rows for name, rows in self.counts().items()}
        return {"folder": str(self.folder), "props": len(self.props), **counts, "kinds": kinds}


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


@cache
def library(folder: Path) -> Library:
    """What a folder holds; read once per process. Raises HimmelError as read_props does."""
    props = read_props(folder)
    left_out: Counter[str] = Counter()
    named: dict[str, list[Prop]] = {}
    for prop in props:
        name = name_of(prop)
        if has_brand(prop):
            left_out["the name of a brand"] += 1
        elif not name:
            left_out["no English noun"] += 1
        else:
            named.setdefault(name, []).append(prop)
    kinds: dict[str, Kind] = {}
    for name, group in sorted(named.items()):
        if (kind := kind_of(name, group)) is None:
            left_out["no German noun with its gender"] += len(group)
        else:
            kinds[name] = kind
    of_kind = {name: tuple(named[name]) for name in kinds}
    return Library(folder, tuple(props), kinds, of_kind, dict(sorted(left_out.items())))


def given() -> Library | None:
    """The library of $HIMMEL_PROPS; None where no folder is named."""
    folder = props_dir()
    return None if folder is None else library(folder)


def demanded() -> Library:
    """The library of $HIMMEL_PROPS. Raises HimmelError where no folder is named."""
    found = given()
    if found is None:
        raise HimmelError("no props are given; name their folder with --props or in HIMMEL_PROPS")
    return found


def family() -> Family:
    """Scenes with one prop in its own colours, in the places of the wide world."""
    return Family(
        SCENE,
        kinds=tuple(demanded().kinds),
        colours=(OWN,),
        settings=WIDE.settings,
        times=WIDE.times,
        motions=MOTIONS,
        weathers=WIDE.weathers,
        looks=WIDE.looks,
    )


def kind_given(name: str) -> Kind | None:
    """The words of a prop's kind; None where no props are given or none has the name."""
    found = given()
    return None if found is None else found.kinds.get(name)


def notice(props: Iterable[Prop]) -> str:
    """The attribution that the licences ask for: every model with its creator, licence by licence."""
    by_licence: dict[Licence, list[Prop]] = {}
    for prop in props:
        by_licence.setdefault(prop.licence, []).append(prop)
    parts = [_CHANGED]
    for licence in sorted(by_licence, key=lambda licence: (licence.name, licence.sha256)):
        group = by_licence[licence]
        lines = sorted({f"  {p.english or p.id}, by {p.creator} ({p.id})" for p in group})
        parts.append("\n".join([f"{licence.name}, {licence.address}", *lines]))
    return "\n\n".join(parts) + "\n"
