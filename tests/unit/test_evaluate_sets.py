"""Sets of clips: the kernel distance, copies, diversity."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from himmel.core.errors import HimmelError
from himmel.core.shards import Shard, write_shard
from himmel.evaluate import memorisation, suites
from himmel.evaluate.distribution import kernel, kid, mmd2
from himmel.evaluate.diversity import entropy, fitting_graph, mean_distance, open_prompts
from himmel.evaluate.features import RandomFeatures, points, small_pixels
from himmel.evaluate.memorisation import (
    COPIED,
    figures,
    nearest,
    ratio,
    training_clips,
    unseen_clips,
)
from himmel.world.graph import sample_graph
from himmel.world.reading import facts_in
from himmel.world.rights import own_rights


def test_the_kernel_is_a_cube():
    x, y = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [0.0, 0.0]])
    assert kernel(x, y).tolist() == [[(11 / 2 + 1) ** 3, 1.0]]


def test_the_discrepancy_of_four_points_by_hand():
    x, y = np.array([[0.0], [2.0]]), np.array([[1.0], [3.0]])
    # within x: 1; within y: 4 ** 3; across: 1, 1, 3 ** 3, 7 ** 3
    assert mmd2(x, y) == pytest.approx(1 + 64 - 2 * (1 + 1 + 27 + 343) / 4)


def test_the_estimate_is_unbiased():
    """Two halves of one distribution: the mean over many draws is 0, and single ones lie below."""
    rng = np.random.default_rng(0)
    values = [mmd2(*rng.normal(size=(2, 6, 3))) for _ in range(4000)]
    assert abs(np.mean(values)) < 4 * np.std(values) / math.sqrt(len(values))
    assert min(values) < 0


def test_what_differs_is_further_away_and_the_interval_holds_the_value():
    rng = np.random.default_rng(1)
    x, same = rng.normal(size=(2, 80, 4))
    near, far = kid(same, x), kid(same + 1, x)
    assert near.low <= 0 <= near.high
    assert far.low > near.high
    assert near.low <= near.value <= near.high and far.low <= far.value <= far.high
    assert kid(10 * same, 10 * x).value == pytest.approx(near.value)


def test_random_features_are_the_same_everywhere_and_see_motion():
    clip = torch.zeros(2, 9, 32, 32, 3, dtype=torch.uint8)
    clip[0, :5, 8:16, 8:16] = clip[1, 4:, 8:16, 8:16] = 255
    first, again = RandomFeatures()(clip), RandomFeatures()(clip)
    assert torch.equal(first, again) and first.shape == (2, 256)
    assert (first[0] - first[1]).abs().max() > 1e-3


def test_features_come_in_batches_of_one_size():
    clips = [np.zeros((3, 8, 8, 3), np.uint8)] * 40 + [np.zeros((5, 8, 16, 3), np.uint8)]
    found = points({"count": lambda batch: torch.full((len(batch), 1), batch.shape[1])}, clips)
    assert found["count"][:, 0].tolist() == [3] * 40 + [5]
    assert small_pixels(torch.zeros(1, 3, 32, 32, 3, dtype=torch.uint8)).shape == (1, 6912)


def test_a_copy_is_near_the_known_and_far_from_the_unknown():
    rng = np.random.default_rng(2)
    known, unknown, new = rng.normal(size=(3, 50, 4))
    assert nearest(np.array([[3.0, 4.0]]), np.array([[0.0, 0.0], [9.0, 9.0]])).tolist() == [5.0]
    assert ratio(known[:5] + 1e-3, known, unknown).max() < 0.1
    ratios = {who: {"judge": ratio(new, known, unknown)} for who in ("drawn", "fresh")}
    near, far = np.full(4, COPIED / 2), np.full(4, 2 * COPIED)
    told = figures(ratios, {"drawn": np.append(near[:1], far), "fresh": far, "planted": near})
    assert told["planted"].value == 1
    assert (told["copies"].value, told["copies"].ceiling) == (0.2, 0)
    assert told["ratio.judge"].value == pytest.approx(1, abs=0.2)


def test_the_pixels_of_all_training_clips_are_known_and_more_of_the_first(monkeypatch):
    monkeypatch.setattr(memorisation, "_COMPARED", 2)
    clips = [np.full((3, 16, 16, 3), n, np.uint8) for n in range(5)]
    named = {"first": lambda batch: batch[:, 0, 0, 0, :1].float(), "pixels": small_pixels}
    for count in (1, 2, 5):
        some, known = memorisation._training_points(named, iter(clips[:count]))
        assert some["first"][:, 0].tolist() == list(range(min(count, 2)))
        assert (255 * known[:, 0]).round().tolist() == list(range(count))


def test_training_clips_come_from_shards_or_from_the_recipes_seeds(tmp_path):
    graph = sample_graph(5, "core")
    rights = own_rights(np.zeros((3, 8, 8, 3), np.uint8), {})
    frames = np.zeros((1, 3, 8, 8, 3), np.uint8)
    write_shard(
        tmp_path, 0, Shard({"frames": frames}, [{"rights": rights, "graph": graph.to_dict()}])
    )
    (found, shown), *rest = training_clips(9, tmp_path)
    assert found == graph and shown.shape == (3, 8, 8, 3) and rest == []
    first = next(training_clips(1))
    assert first[0].scene == "core" and first[1].shape == (17, 64, 64, 3)
    assert next(unseen_clips([first[0]], 0)).shape == (17, 64, 64, 3)


def test_a_corpus_must_say_what_it_shows(tmp_path):
    rights = own_rights(np.zeros((3, 8, 8, 3), np.uint8), {})
    write_shard(
        tmp_path, 0, Shard({"frames": np.zeros((1, 3, 8, 8, 3), np.uint8)}, [{"rights": rights}])
    )
    with pytest.raises(HimmelError, match="without a graph"):
        next(training_clips(1, tmp_path))
    (tmp_path / "empty").mkdir()
    with pytest.raises(HimmelError, match="holds no shards"):
        next(training_clips(1, tmp_path / "empty"))


@pytest.mark.parametrize(("names", "bits"), [("aaaa", 0.0), ("aabb", 1.0), ("abcd", 2.0)])
def test_entropy_in_bits(names, bits):
    assert entropy(list(names)) == pytest.approx(bits)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=20))
def test_entropy_lies_between_none_and_all(names):
    assert 0 <= entropy(names) <= math.log2(3) + 1e-9


def test_the_mean_distance_of_all_pairs():
    assert mean_distance(np.array([[0.0], [1.0], [3.0]])) == pytest.approx(2)
    assert mean_distance(np.zeros((1, 4))) == 0


def test_open_prompts_leave_something_open_and_graphs_fit_them():
    prompts = open_prompts(4, seed=1)
    assert prompts == open_prompts(4, seed=1)
    for asked in prompts:
        assert len(asked.stated) < 5
        assert asked.stated.items() <= facts_in(asked.prompt).items()
        assert all(asked.stated.items() <= graph.facts.items() for graph in asked.graphs)
        assert len({graph.seed for graph in asked.graphs}) == len(set(asked.seeds)) == 8
    assert fitting_graph({"kind": "tree"}, 3).motion != "spin"


def test_options_and_judges_are_checked_before_anything_is_drawn(tiny_model_folder):
    with pytest.raises(HimmelError, match="takes no --corpus"):
        suites.run("time", n=1, corpus=tiny_model_folder)
    with pytest.raises(HimmelError, match="has no weights of the judge"):
        suites.run("time", n=1, model=str(tiny_model_folder))
