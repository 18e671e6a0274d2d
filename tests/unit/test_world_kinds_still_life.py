"""Food, plants and buildings: drawn inside what they claim, in every paint."""

import numpy as np
import pytest

from himmel.world.clip import make_clip
from himmel.world.graph import Graph
from himmel.world.kinds import MODELS, draw
from himmel.world.kinds.landmarks import windmill
from himmel.world.kinds.model import Model
from himmel.world.render import Primitives
from himmel.world.render.shapes import CENTRE, HALF_SIZE, KIND, LENGTH_RATIO, ROTATION, Shape
from himmel.world.words.buildings import BUILDINGS
from himmel.world.words.food import FOOD
from himmel.world.words.plants import PLANTS

NAMES = [kind.name for kind in (*FOOD, *PLANTS, *BUILDINGS)]


def extents(kind: str) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and highest corner of the boxes round all bodies of a kind at rest."""
    primitives = Primitives()
    draw(kind, primitives, (0, 0, 0), 0.0, 0.0, "own")
    rows = np.array(primitives.rows)
    half = rows[:, HALF_SIZE].copy()
    half[rows[:, KIND] == Shape.CAPSULE, 2] *= (
        1 + rows[rows[:, KIND] == Shape.CAPSULE, LENGTH_RATIO]
    )
    reach = np.abs(rows[:, ROTATION].reshape(-1, 3, 3)) @ half[..., None]
    return (rows[:, CENTRE] - reach[..., 0]).min(0), (rows[:, CENTRE] + reach[..., 0]).max(0)


@pytest.mark.parametrize("kind", NAMES)
def test_a_kind_stands_on_the_ground_and_keeps_to_its_size(kind):
    low, high = extents(kind)
    model = MODELS[kind]
    assert low[2] > (-1.01 if kind == "igloo" else -0.1) * model.height  # the dome is half a ball
    assert high[2] == pytest.approx(model.height, rel=0.2)
    assert (high - low)[1] <= 1.25 * model.width
    assert (high - low)[0] <= 1.25 * model.length


@pytest.mark.parametrize("kind", NAMES)
def test_a_kind_fills_a_fair_part_of_a_frame_and_is_not_cut_off(kind):
    graph = Graph(
        seed=2, scene="wide", kind=kind, colour="blue", setting="meadow", time="day", motion="still"
    )
    subject = make_clip(graph, 48, 1).ids[0] == 1
    assert 0.05 < subject.mean() < 0.3
    edges = np.concatenate([subject[0], subject[-1], subject[:, 0], subject[:, -1]])
    assert not edges.any()


def test_the_sails_of_a_windmill_turn():
    still, turned = Primitives(), Primitives()
    model: Model = MODELS["windmill"]
    assert model.draw is windmill
    draw("windmill", still, (0, 0, 0), 0.0, 0.0, "red")
    draw("windmill", turned, (0, 0, 0), 0.0, 0.4, "red")
    assert not np.allclose(still.rows, turned.rows)
