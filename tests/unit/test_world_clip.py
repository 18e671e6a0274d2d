"""A graph's clip shows what the graph says, and its truth is what its pixels say."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from himmel.core.errors import HimmelError
from himmel.world.clip import make_clip
from himmel.world.graph import Graph, sample_graph
from himmel.world.kinds import MODELS, draw
from himmel.world.kinds.paints import PAINTS, glass, lightness, marking, trim
from himmel.world.physics import GRAVITY, bounce
from himmel.world.render import Primitives
from himmel.world.vocabulary import COLOURS, KINDS, SCENES, names
from himmel.world.words import KINDS as WIDE_KINDS

SIZE = 32


def core(kind="car", motion="still", seed=3, **changes) -> Graph:
    facts = {"colour": "red", "setting": "meadow", "time": "day"}
    return Graph(seed=seed, kind=kind, motion=motion, **(facts | changes))


def centres(clip) -> np.ndarray:
    """(T, 2) mean x and y of the subject's pixels, in shares of the frame."""
    found = [np.argwhere(ids == 1).mean(0)[::-1] / ids.shape[0] for ids in clip.ids]
    return np.array(found)


def areas(clip) -> np.ndarray:
    return (clip.ids == 1).mean((1, 2))


def test_every_word_of_the_vocabulary_can_be_drawn():
    assert set(MODELS) == set(names(WIDE_KINDS))
    assert set(PAINTS) == set(names(COLOURS))


@pytest.mark.parametrize("kind", names(KINDS))
def test_a_kind_at_rest_fills_a_learnable_share_of_the_frame(kind):
    shares = [areas(make_clip(core(kind, seed=seed), SIZE, 1))[0] for seed in range(4)]
    assert 0.08 <= np.mean(shares) <= 0.27


@pytest.mark.parametrize("kind", names(KINDS))
def test_what_jumps_or_turns_stays_inside_the_frame(kind):
    for motion in ("jump", "spin", "toward"):
        if (kind, motion) in {("tree", "spin"), ("balloon", "spin"), ("mushroom", "spin")}:
            continue
        inside = make_clip(core(kind, motion, seed=5), SIZE, 9).ids == 1
        rim = np.concatenate([inside[:, 0], inside[:, -1], inside[..., 0], inside[..., -1]], 1)
        assert rim.sum(1).max() <= SIZE // 8


@pytest.mark.parametrize("kind", ["car", "dog", "chair", "rocket"])
@pytest.mark.parametrize(("motion", "way"), [("left", -1), ("right", 1)])
def test_left_is_left_and_right_is_right_as_the_camera_sees_it(kind, motion, way):
    x = centres(make_clip(core(kind, motion), SIZE, 5, 2.0))[:, 0]
    assert (np.diff(x) * way > 0.02).all()
    assert abs(x[-1] - x[0]) > 0.22


@pytest.mark.parametrize("kind", ["car", "person", "balloon", "train"])
def test_what_comes_toward_the_camera_grows(kind):
    shares = areas(make_clip(core(kind, "toward"), SIZE, 5, 2.0))
    assert (np.diff(shares) > 0).all()
    assert shares[-1] > 1.8 * shares[0]


@pytest.mark.parametrize("kind", ["car", "house", "ball", "person"])
def test_a_jump_rises_by_a_good_part_of_the_subject_twice_in_two_seconds(kind):
    clip = make_clip(core(kind, "jump"), SIZE, 17)
    y = centres(clip)[:, 1]
    tall = np.mean([box[3] - box[1] for box in clip.truth["objects"][0]["bbox"]]) / SIZE
    assert np.ptp(y) > 0.25 * tall
    middle = (y.max() + y.min()) / 2
    airborne = y < middle
    assert 2 <= np.count_nonzero(np.diff(airborne.astype(int)) == 1) + int(airborne[0]) <= 3


@pytest.mark.parametrize("kind", ["car", "bird", "dog", "plane"])
def test_what_stands_still_does_not_move(kind):
    clip = make_clip(core(kind, "still"), SIZE, 5)
    assert (clip.frames == clip.frames[0]).all()


@pytest.mark.parametrize("kind", ["car", "ball", "mug", "snowman", "rocket", "castle", "house"])
def test_a_spin_is_seen_although_its_middle_stays(kind):
    clip = make_clip(core(kind, "spin"), SIZE, 5, 4.0)
    body = (clip.ids[0] == 1) & (clip.ids[-1] == 1)
    change = np.abs(clip.frames[0].astype(int) - clip.frames[-1])[body].max(1)
    assert (change > 30).mean() > 0.05
    assert np.ptp(centres(clip)[:, 0]) < 0.12


def test_boxes_and_visible_pixels_are_those_of_the_id_buffer():
    clip = make_clip(sample_graph(4, "snowy-city"), SIZE, 3)
    for thing in clip.truth["objects"]:
        for ids, box, visible in zip(clip.ids, thing["bbox"], thing["visible"], strict=True):
            rows, columns = np.nonzero(ids == thing["id"])
            assert visible == len(rows) > 0
            assert box == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


def test_a_hidden_object_has_no_box():
    clip = make_clip(sample_graph(1, "gold-rush"), 16, 1)
    hidden = [thing for thing in clip.truth["objects"] if thing["visible"] == [0]]
    assert hidden
    assert all(thing["bbox"] == [None] for thing in hidden)


def test_the_same_graph_gives_the_same_bytes_and_stays_unchanged():
    graph = core("dog", "jump", seed=9)
    before = graph.to_json()
    first, second = make_clip(graph, SIZE, 3), make_clip(graph, SIZE, 3)
    assert first.frames.tobytes() == second.frames.tobytes()
    assert first.truth == second.truth
    assert graph.to_json() == before
    other = make_clip(graph.replace(seed=10), SIZE, 3)
    assert first.frames.tobytes() != other.frames.tobytes()


@pytest.mark.parametrize("motion", ["left", "toward", "jump"])
def test_one_frame_is_the_first_of_many(motion):
    picture, film = (make_clip(core("ball", motion), SIZE, n) for n in (1, 3))
    assert picture.frames.shape == (1, SIZE, SIZE, 3)
    assert (picture.frames[0] == film.frames[0]).all()


def test_the_truth_is_json_and_depth_comes_on_request():
    clip = make_clip(core("bus", "left"), SIZE, 2, with_depth=True)
    assert json.loads(json.dumps(clip.truth)) == clip.truth
    assert clip.depth.shape == clip.ids.shape
    assert 3 < clip.depth[clip.ids == 1].mean() < 8
    assert make_clip(core(), SIZE, 1).depth is None


def test_every_landing_of_a_jump_is_an_event():
    clip = make_clip(core("house", "jump"), SIZE, 17)
    times = [event["t"] for event in clip.truth["events"]]
    heights = np.array(clip.truth["objects"][0]["pos"])[:, 2]
    assert len(times) == 2
    assert np.diff(times) == pytest.approx(1.0)
    for time in times:
        assert heights[round(time * 8)] < 0.35 * heights.max()


@pytest.mark.parametrize("scene", names(SCENES))
@pytest.mark.parametrize("seed", [0, 1])
def test_a_directed_scene_shows_its_subject_in_every_frame(scene, seed):
    clip = make_clip(sample_graph(seed, scene), SIZE, 3, 1.0)
    assert areas(clip).min() > 0.015
    assert np.abs(np.diff(clip.frames.astype(int), axis=0)).max() > 20
    assert clip.truth["objects"][0]["kind"] == sample_graph(seed, scene).kind


def test_a_dropped_ball_lands_when_galilei_says_and_bounces_lower():
    flight = bounce(radius=0.5, height=1.2, share=0.5, seconds=2.0)
    assert flight.contacts[0] == pytest.approx(math.sqrt(2 * 1.2 / GRAVITY), abs=0.006)
    rebound = max(flight.at(t) for t in np.linspace(0.6, 1.4, 60))
    assert 0.75 * 1.2 < rebound < 1.2


def test_neutral_tones_show_on_every_paint():
    for paint in PAINTS.values():
        for tone in (marking(paint), trim(paint), glass(paint)):
            apart = max(abs(a - b) for a, b in zip(tone, paint, strict=True))
            assert apart > 0.1
    assert lightness(PAINTS["white"]) > lightness(PAINTS["black"])


def test_unknown_kinds_and_impossible_sizes_are_refused_in_words():
    with pytest.raises(HimmelError, match="no kind 'griffin'"):
        draw("griffin", Primitives(), (0, 0, 0), 0.0, 0.0, "red")
    with pytest.raises(HimmelError, match="0 frames of"):
        make_clip(core(), SIZE, 0)


@pytest.mark.parametrize(("width", "height"), [(2 * SIZE, SIZE), (SIZE, 2 * SIZE)])
def test_another_aspect_shows_more_and_the_subject_as_large(width, height):
    graph = core("ball", "still")
    square, other = make_clip(graph, SIZE, 1), make_clip(graph, height, 1, width=width)
    assert other.frames.shape == (1, height, width, 3)
    count = [int((clip.ids == 1).sum()) for clip in (square, other)]
    assert abs(count[1] / count[0] - 1) < 0.1
    top, left = (height - SIZE) // 2, (width - SIZE) // 2
    middle = other.frames[0, top : top + SIZE, left : left + SIZE].astype(int)
    assert np.abs(middle - square.frames[0]).mean() < 6
