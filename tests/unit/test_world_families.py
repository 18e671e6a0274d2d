"""Graphs of the wide world: drawn alike for a seed, refused where they contradict themselves."""

import math

import pytest

from himmel.core.errors import HimmelError
from himmel.world.graph import Graph, Other, is_kept_away, sample_graph
from himmel.world.words import FAMILIES, names
from himmel.world.words.rows import Quantity

GROUP = {"kind": "dog", "colour": "red", "setting": "meadow", "time": "day", "motion": "still"}


@pytest.mark.parametrize("scene", names(FAMILIES))
def test_training_and_test_draw_different_combinations_and_survive_json(scene):
    for seed in range(30):
        graph = sample_graph(seed, scene)
        assert graph == sample_graph(seed, scene) == Graph.from_json(graph.to_json())
        assert not is_kept_away(graph)
        assert is_kept_away(sample_graph(seed, scene, held_out=True))


def test_old_graphs_keep_their_bytes():
    keys = ["camera", "colour", "kind", "motion", "scene", "seed", "setting", "time", "weather"]
    assert sorted(sample_graph(5, "core").to_dict()) == keys


def test_contradictions_are_refused():
    two = (Other(kind="car", colour="red", relation="left"),) * 2
    with pytest.raises(HimmelError, match="contradict"):
        Graph(seed=0, scene="group", others=two, **GROUP)
    with pytest.raises(HimmelError, match="at most 2"):
        Graph(seed=0, scene="group", others=two * 2, **GROUP)
    with pytest.raises(HimmelError, match="relation 'inside'"):
        other = Other(kind="car", colour="red", relation="inside")
        Graph(seed=0, scene="group", others=(other,), **GROUP)
    with pytest.raises(HimmelError, match="count 7"):
        Graph(seed=0, scene="group", count=7, **GROUP)
    with pytest.raises(HimmelError, match="count 2"):
        Graph(seed=0, count=2, **GROUP)


def test_two_materials_of_one_thing_are_refused():
    with pytest.raises(HimmelError, match="material twice"):
        Graph(seed=0, scene="wide", traits=("wooden", "metal"), **GROUP)


@pytest.mark.parametrize("value", [-1.0, 0.0, math.inf, math.nan, 1e9])
def test_values_that_no_scene_can_show_are_refused(value):
    drawn = sample_graph(0, "drop")
    with pytest.raises(HimmelError, match="gravity"):
        drawn.replace(values={"gravity": value})


def test_a_quantity_knows_its_gap_and_what_lies_beyond():
    gravity = Quantity("gravity", "m/s^2", 1.0, 12.0, gap=(5.0, 7.0), beyond=20.0)
    assert [gravity.split(v) for v in (1.0, 6.0, 12.0, 13.0)] == ["in", "gap", "in", "beyond"]
    assert gravity.holds(20.0)
    assert not any(map(gravity.holds, (0.9, 20.1, math.inf, math.nan)))
