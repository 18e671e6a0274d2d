"""Contact sheets of the world: every kind, place, hour, weather, look, finish, feeling and move.

python runs/catalogue.py [--size PIXELS] [--out FOLDER]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from himmel.media.sheet import contact_sheet
from himmel.world import words
from himmel.world.clip import make_clip
from himmel.world.graph import Graph, Other
from himmel.world.vocabulary import names
from himmel.world.words.cameras import CAMERAS
from himmel.world.words.experiments import EXPERIMENTS
from himmel.world.words.traits import EXPRESSIONS, MATERIALS, SIZES

ROOT = Path(__file__).parent.parent
PLAIN = Graph(
    seed=3, scene="wide", kind="car", colour="red", setting="meadow", time="day", motion="still"
)
Named = Iterator[tuple[str, Graph]]


def kinds() -> Named:
    """Every kind in its own colour."""
    for kind in names(words.KINDS):
        yield kind, PLAIN.replace(kind=kind, colour="own")


def places() -> Named:
    """Settings by day and by night, hours, weathers and seasons."""
    for setting in names(words.SETTINGS):
        yield setting, PLAIN.replace(setting=setting, kind="dog", colour="orange")
        yield (
            f"{setting}, night",
            PLAIN.replace(setting=setting, kind="dog", colour="orange", time="night"),
        )
    for time in names(words.TIMES):
        yield time, PLAIN.replace(setting="beach", kind="elephant", colour="own", time=time)
    for weather in names(words.WEATHERS):
        yield weather, PLAIN.replace(setting="farm", kind="house", colour="own", weather=weather)


def traits() -> Named:
    """Looks, materials, sizes and expressions."""
    for look in names(words.LOOKS):
        yield look, PLAIN.replace(setting="city", kind="bus", time="night", look=look)
    for trait in (*MATERIALS, *SIZES):
        colour = "own" if trait.name == "golden" else "blue"
        kind = "dog" if trait.name == "fluffy" else "chair"
        yield trait.name, PLAIN.replace(kind=kind, colour=colour, traits=(trait.name,))
    for number, feeling in enumerate(EXPRESSIONS):
        for kind in ("person", "cook"):
            yield (
                f"{feeling.name} {kind}",
                PLAIN.replace(scene="face", seed=number, kind=kind, traits=(feeling.name,)),
            )


def groups() -> Named:
    """Counts and relations."""
    group = PLAIN.replace(scene="group", kind="penguin", colour="own")
    for count in range(1, 6):
        yield f"{count} penguins", group.replace(count=count)
    for relation in names(words.RELATIONS):
        other = Other(kind="suitcase", colour="red", relation=relation)
        yield f"suitcase {relation}", group.replace(others=(other,))


def moves() -> Named:
    """Camera moves."""
    for camera in names(CAMERAS):
        motion = "right" if camera == "follow-shot" else "still"
        yield camera, PLAIN.replace(scene="camera", motion=motion, camera=camera)


def experiments() -> Named:
    """Physics, changes that last, and what goes on unseen."""
    from himmel.world.graph import sample_graph

    for family in EXPERIMENTS:
        yield family.name, sample_graph(4, family.name)


SHEETS = {  # name -> what stands on it, columns, frames of each
    "kinds": (kinds, 16, 1),
    "places": (places, 8, 1),
    "traits": (traits, 8, 1),
    "groups": (groups, 6, 1),
    "moves": (moves, 2, 5),
    "experiments": (experiments, 2, 5),
}


def main() -> None:
    """Write one .webp per table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures" / "world")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for name, (table, columns, frames) in SHEETS.items():
        titles, graphs = zip(*table(), strict=True)
        clips = [make_clip(graph, args.size, 17 if frames > 1 else 1).frames for graph in graphs]
        if name == "traits":  # a feeling needs a moment to show
            clips = [make_clip(graph, args.size, 17).frames[-1:] for graph in graphs]
        sheet = contact_sheet(clips, titles, columns, frames)
        sheet.save(args.out / f"{name}_{args.size}.webp", quality=80)


if __name__ == "__main__":
    main()
