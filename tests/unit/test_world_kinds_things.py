"""Vehicles, furniture, tools, instruments, toys: named once, drawn inside what they claim."""

from collections import Counter

import numpy as np
import pytest

from himmel.world.clip import make_clip
from himmel.world.graph import Graph
from himmel.world.kinds import (
    MODELS,
    draw,
    furniture,
    gear,
    household,
    instruments,
    machines,
    ships_and_aircraft,
    sports,
    street,
    tools,
    toys,
    traffic,
    worn,
)
from himmel.world.render import Primitives
from himmel.world.render.shapes import CENTRE, HALF_SIZE, KIND, LENGTH_RATIO, ROTATION, Shape
from himmel.world.words import KINDS
from himmel.world.words.furniture import FURNITURE
from himmel.world.words.tools import TOOLS
from himmel.world.words.toys import TOYS
from himmel.world.words.vehicles import VEHICLES

MODULES = (
    traffic, machines, ships_and_aircraft, furniture, household, tools, gear, instruments, toys,
    sports, worn, street,
)  # fmt: skip
ROWS = (*VEHICLES, *FURNITURE, *TOOLS, *TOYS)
NAMES = [row.name for row in ROWS]


def bodies(kind: str, phase: float = 0.0) -> np.ndarray:
    """The rows of the bodies of a kind at the origin, in its own metres."""
    primitives = Primitives()
    draw(kind, primitives, (0, 0, 0), 0.0, phase, "own")
    return np.array(primitives.rows)


def reach(row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The corners of the tightest box round one body along the axes."""
    centre, half, turn = row[CENTRE], row[HALF_SIZE], row[ROTATION].reshape(3, 3)
    shape = int(row[KIND])
    if shape == Shape.BOX:
        size = np.abs(turn) @ half
        return centre - size, centre + size
    if shape == Shape.CAPSULE:
        size = np.abs(turn[:, 2]) * row[LENGTH_RATIO] * half[2] + half[0]
        return centre - size, centre + size
    if shape == Shape.SPHERE:
        size = np.sqrt((turn * half) ** 2 @ np.ones(3))
        return centre - size, centre + size
    disc = np.sqrt((turn[:, :2] * half[:2]) ** 2 @ np.ones(2))
    foot, top = centre - turn[:, 2] * half[2], centre + turn[:, 2] * half[2]
    roof = disc if shape == Shape.CYLINDER else 0.0
    return np.minimum(foot - disc, top - roof), np.maximum(foot + disc, top + roof)


def extents(kind: str) -> tuple[np.ndarray, np.ndarray]:
    boxes = [reach(row) for row in bodies(kind)]
    return np.min([low for low, _ in boxes], 0), np.max([high for _, high in boxes], 0)


def standing(kind: str, colour: str) -> Graph:
    return Graph(
        seed=2, scene="wide", kind=kind, colour=colour, setting="meadow", time="day", motion="still"
    )


def test_every_row_has_a_model_and_every_model_a_row():
    drawn = [name for module in MODULES for name in module.MODELS]
    assert sorted(drawn) == sorted(NAMES)
    assert len(NAMES) >= 50
    assert all(MODELS[name] is module.MODELS[name] for module in MODULES for name in module.MODELS)


def test_names_and_nouns_are_given_once_in_the_whole_catalogue():
    for words in (
        [kind.name for kind in KINDS],
        [kind.english[0].lower() for kind in KINDS],
        [kind.german[0].word.lower() for kind in KINDS],
        [word.lower() for kind in ROWS for word in kind.english],
        [noun.word.lower() for kind in ROWS for noun in kind.german],
    ):
        assert [word for word, count in Counter(words).items() if count > 1] == []


@pytest.mark.parametrize("kind", NAMES)
def test_a_thing_keeps_to_the_extents_it_declares(kind):
    low, high = extents(kind)
    model = MODELS[kind]
    assert high - low * [1, 1, 0] == pytest.approx(
        [model.length, model.width, model.height], rel=0.15
    )
    assert -0.05 < low[2] < 0.3, "below the ground, or in the air"


@pytest.mark.parametrize("kind", NAMES)
def test_a_thing_fills_a_fair_part_of_a_frame_and_is_not_cut_off(kind):
    subject = make_clip(standing(kind, "blue"), 64, 1).ids[0] == 1
    edges = np.concatenate([subject[0], subject[-1], subject[:, 0], subject[:, -1]])
    assert not edges.any()
    assert 0.05 < subject.mean() < 0.3


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_what_has_a_pace_or_a_beat_moves_and_what_has_none_stands(row):
    model = MODELS[row.name]
    same = np.array_equal(bodies(row.name), bodies(row.name, 0.7))
    assert same == (model.pace == model.beat == 0)


@pytest.mark.parametrize("kind", NAMES)
def test_the_named_colour_is_what_a_thing_wears(kind):
    """Of what is seen a third or more changes with the paint; no trim of one colour is as large."""
    red, blue = (make_clip(standing(kind, colour), 48, 1) for colour in ("red", "blue"))
    subject = red.ids[0] == 1
    changed = np.abs(red.frames[0].astype(int) - blue.frames[0]).max(-1) > 30
    assert changed[subject].mean() > 0.33
