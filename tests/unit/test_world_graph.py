"""Scene graphs: the same for a seed, uniform, with pairs kept away."""

from collections import Counter

import pytest

from himmel.core.errors import HimmelError
from himmel.world.graph import HELD_OUT_PAIRS, Graph, allowed, is_held_out, sample_graph
from himmel.world.vocabulary import COLOURS, KINDS, MOTIONS, SCENES, SETTINGS, TIMES, names

PAIRS = [(k, c) for k in names(KINDS) for c in names(COLOURS)]


def test_a_graph_survives_json():
    for seed in range(40):
        graph = sample_graph(seed)
        assert Graph.from_json(graph.to_json()) == graph == sample_graph(seed)


def test_held_out_pairs_leave_every_kind_and_colour_well_known():
    kept = [pair for pair in PAIRS if not is_held_out(*pair)]
    assert len(PAIRS) - len(kept) == HELD_OUT_PAIRS
    assert min(Counter(kind for kind, _ in kept).values()) >= 6
    assert min(Counter(colour for _, colour in kept).values()) >= 12


def test_training_never_draws_a_held_out_pair_and_the_test_draws_all_of_them():
    for seed in range(400):
        graph = sample_graph(seed)
        assert not is_held_out(graph.kind, graph.colour)
    drawn = {(g.kind, g.colour) for g in (sample_graph(s, held_out=True) for s in range(400))}
    assert drawn == {pair for pair in PAIRS if is_held_out(*pair)}


@pytest.mark.parametrize(
    ("field", "table"),
    [
        ("kind", KINDS),
        ("colour", COLOURS),
        ("setting", SETTINGS),
        ("time", TIMES),
        ("motion", MOTIONS),
    ],
)
def test_core_graphs_are_about_uniform(field, table):
    drawn = Counter(getattr(sample_graph(seed, "core"), field) for seed in range(3000))
    share = 3000 / len(table)
    assert set(drawn) == set(names(table))
    assert all(0.7 * share < count < 1.35 * share for count in drawn.values())


def test_a_fifth_of_the_mixture_is_directed():
    directed = sum(sample_graph(seed).scene != "core" for seed in range(2000))
    assert 0.17 < directed / 2000 < 0.23


def test_directed_scenes_keep_to_their_staging():
    for scene in SCENES:
        drawn = [sample_graph(seed, scene.name) for seed in range(60)]
        assert {g.kind for g in drawn} == {scene.kind}
        assert {g.camera for g in drawn} == set(scene.cameras)
        assert {g.time for g in drawn} == set(scene.times)


def test_what_cannot_be_seen_is_never_drawn():
    assert not allowed("tree", "spin")
    assert allowed("house", "jump")
    assert all(allowed(g.kind, g.motion) for g in map(sample_graph, range(500)) if g.kind == "tree")


def test_names_outside_the_world_are_refused():
    with pytest.raises(HimmelError, match="giraffe"):
        sample_graph(0, "core").replace(kind="giraffe")
    with pytest.raises(HimmelError, match="mountain-road"):
        sample_graph(0, "the moon")
    with pytest.raises(HimmelError, match="nothing is kept"):
        sample_graph(0, "monster", held_out=True)
