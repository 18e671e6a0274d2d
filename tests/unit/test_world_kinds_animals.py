"""Animals, people and faces of the wide world: each has a model, its size, its step and its feelings."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from himmel.world.clip import make_clip
from himmel.world.graph import Graph
from himmel.world.kinds import (
    MODELS,
    beasts,
    characters,
    faces,
    folk,
    fowl_and_fish,
    mammals,
    paint_of,
    reptiles,
    small_animals,
)
from himmel.world.kinds.figure import Figure
from himmel.world.kinds.headgear import HEADGEAR
from himmel.world.kinds.paints import PAINTS, lightness
from himmel.world.render import Primitives, Shape
from himmel.world.render.shapes import CENTRE, HALF_SIZE, KIND, LENGTH_RATIO, ROTATION
from himmel.world.scenes import face as scene
from himmel.world.vocabulary import names
from himmel.world.words import FACE, traits
from himmel.world.words.animals import ANIMALS
from himmel.world.words.people import PEOPLE

BEASTS = mammals.MODELS | fowl_and_fish.MODELS | reptiles.MODELS | small_animals.MODELS
CROWD = folk.MODELS | characters.MODELS
KINDS = (*BEASTS, *CROWD)
EXPRESSIONS = names(traits.EXPRESSIONS)


def wide(kind: str, seed: int = 3) -> Graph:
    facts = {"colour": "own", "setting": "meadow", "time": "day", "motion": "still"}
    return Graph(seed=seed, scene="wide", kind=kind, **facts)


def felt(expression: str, seed: int = 4, kind: str = "person") -> Graph:
    facts = {"colour": "red", "setting": "meadow", "time": "day", "motion": "still"}
    return Graph(seed=seed, scene="face", kind=kind, traits=(expression,), **facts)


def drawn(kind: str, phase: float = 0.0) -> np.ndarray:
    primitives = Primitives()
    MODELS[kind].draw(Figure.at(primitives, (0, 0, 0)), paint_of(kind, "own"), phase)
    return primitives.rows.copy()


def bounds(row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest corner (3,) of one body."""
    centre, half, turn = row[CENTRE], row[HALF_SIZE], row[ROTATION].reshape(3, 3)
    axis, disc = turn[:, 2] * half[2], np.hypot(turn[:, 0] * half[0], turn[:, 1] * half[1])
    kind = Shape(int(row[KIND]))
    if kind in (Shape.SPHERE, Shape.FUR):
        reach = np.sqrt(((turn * half) ** 2).sum(1))
    elif kind is Shape.BOX:
        reach = np.abs(turn * half).sum(1)
    elif kind is Shape.CAPSULE:
        reach = np.abs(axis) * row[LENGTH_RATIO] + half[0]
    elif kind is Shape.CYLINDER:
        reach = np.abs(axis) + disc
    else:  # a cone: the disc of its foot and its tip
        foot, tip = centre - axis, centre + axis
        return np.minimum(foot - disc, tip), np.maximum(foot + disc, tip)
    return centre - reach, centre + reach


def test_every_animal_and_every_person_has_a_model_and_every_model_a_row():
    assert set(BEASTS) == set(names(ANIMALS))
    assert set(CROWD) == set(names(PEOPLE))
    assert len(ANIMALS) >= 32
    assert len(PEOPLE) >= 9


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_keeps_to_its_extents_and_stands_on_the_ground(kind):
    low, high = np.array([bounds(row) for row in drawn(kind)]).transpose(1, 0, 2)
    low, high = low.min(0), high.max(0)
    model = MODELS[kind]
    found = np.array([high[0] - low[0], high[1] - low[1], high[2]])
    declared = np.array([model.length, model.width, model.height])
    assert found == pytest.approx(declared, rel=0.15)
    assert low[2] >= -0.051
    assert abs(low + high)[:2].max() / 2 < 0.3  # it turns about its middle


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_moves_limbs_but_adds_none(kind):
    model = MODELS[kind]
    assert model.pace > 0 or model.beat > 0
    rest, step = drawn(kind), drawn(kind, 1.0)
    if len(rest) == len(step):  # a flamingo sets its second leg down
        assert not np.allclose(rest[:, CENTRE], step[:, CENTRE], atol=0.01)
    else:
        assert kind == "flamingo"


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_at_rest_fills_a_learnable_share_of_a_wide_frame(kind):
    shares = [(make_clip(wide(kind, seed), 32, 1).ids == 1).mean() for seed in (0, 1, 2)]
    assert min(shares) >= 0.05
    assert max(shares) <= 0.30


@pytest.mark.parametrize("colour", ["own", *PAINTS])
def test_markings_show_on_every_paint(colour):
    for kind in BEASTS:
        paint = paint_of(kind, colour)
        assert abs(lightness(beasts.stripe(paint)) - lightness(paint)) > 0.012
        assert abs(lightness(beasts.dark(paint)) - lightness(paint)) > 0.01
        assert abs(lightness(beasts.pale(paint)) - lightness(paint)) > 0.1


# ---- faces -------------------------------------------------------------------------------------


def test_every_face_has_its_hat_and_every_expression_its_mood():
    assert set(FACE.kinds) == set(HEADGEAR)
    assert set(EXPRESSIONS) == set(faces.MOODS)
    assert set(FACE.traits) == set(EXPRESSIONS)


def test_the_front_of_a_face_lies_on_its_skull():
    assert faces.front(0.0, 0.1) == pytest.approx(0.95)
    assert faces.front(0.0, 1.1) == pytest.approx(0.0)
    assert faces.front(0.3, 0.2) == faces.front(-0.3, 0.2)
    assert faces.front(2.0, 0.0) == 0.0


@given(st.sampled_from(sorted(faces.MOODS)), st.floats(0, 1))
def test_a_face_on_its_way_stays_between_two_moods(name, share):
    goal = faces.MOODS[name]
    mid = faces.NEUTRAL.toward(goal, share)
    for field in faces.Mood.__dataclass_fields__:
        ends = sorted((getattr(faces.NEUTRAL, field), getattr(goal, field)))
        assert ends[0] - 1e-9 <= getattr(mid, field) <= ends[1] + 1e-9
    assert faces.NEUTRAL.toward(goal, 1.0).corner == pytest.approx(goal.corner)


def test_each_expression_gives_another_picture():
    pictures = {e: make_clip(felt(e), 48, 9).frames[-1].astype(int) for e in EXPRESSIONS}
    for first, second in itertools.combinations(EXPRESSIONS, 2):
        changed = np.abs(pictures[first] - pictures[second]).max(-1) > 40
        assert changed.mean() > 0.04, (first, second)


def test_a_feeling_grows_over_the_clip():
    clip = make_clip(felt("surprised", seed=6), 48, 9)
    first, *_, last = clip.frames.astype(int)
    assert (np.abs(first - last).max(-1) > 30).mean() > 0.01


def test_a_face_fills_a_quarter_of_the_frame(monkeypatch):
    """Two shades of skin differ in the pixels of face and neck, and in no others."""
    monkeypatch.setattr(scene, "_STYLES", ("short",))
    shown = []
    for tone in ("e0a880", "402818"):
        monkeypatch.setattr(scene, "_SKINS", (tone,))
        shown.append(make_clip(felt("happy"), 64, 1).frames[0].astype(int))
    skin = (np.abs(shown[0] - shown[1]).max(-1) > 12).mean()
    assert skin > 0.2  # eyes, brows and mouth do not count
    assert (make_clip(felt("happy"), 64, 1).ids == 1).mean() > 0.45


@pytest.mark.parametrize("kind", FACE.kinds)
def test_every_head_is_drawn_and_the_coat_has_the_colour(kind):
    red, blue = (
        make_clip(
            Graph(**(felt("sad", kind=kind).to_dict() | {"colour": colour, "traits": ("sad",)})), 32, 1
        ).frames[0, -6:].astype(int)
        for colour in ("red", "blue")
    )  # fmt: skip
    assert ((red - blue)[..., 0] > 60).mean() > 0.2
