"""Groups: as many as asked, each to be seen; relations as the camera sees them."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from himmel.core.errors import HimmelError
from himmel.world.clip import DIRECTORS, make_clip
from himmel.world.graph import Graph, Other, sample_graph
from himmel.world.poses import corners, outline
from himmel.world.render import Primitives, Shape, look_at, render, rotation_z
from himmel.world.render.shapes import OBJECT_ID
from himmel.world.scenes.stands import top_of
from himmel.world.words import RELATIONS

KINDS = ("car", "dog", "person", "plane", "mug", "house")
PAIRS = (("house", "mug"), ("car", "person"), ("person", "elephant"), ("ball", "tree"))
SIZE = 64


def graph(kind="car", count=1, motion="still", others=(), seed=3) -> Graph:
    facts = {"colour": "red", "setting": "meadow", "time": "day"}
    return Graph(
        seed=seed, scene="group", kind=kind, count=count, motion=motion, others=others, **facts
    )


def other(kind, relation) -> Other:
    return Other(kind=kind, colour="blue", relation=relation)


def alone(moment, id):
    """The pixels of an object where nothing stands before it."""
    bodies = Primitives()
    for row in moment.scene.primitives.rows[moment.scene.primitives.rows[:, OBJECT_ID] == id]:
        bodies.object_id = id
        bodies.add(Shape.SPHERE, (0, 0, 0), (1, 1, 1), (0, 0, 0))
        bodies.rows[-1] = row
    return render(replace(moment.scene, primitives=bodies), moment.camera, SIZE, SIZE).ids == id


def parts(graph, time=0.0):
    """Of every actor its pixels, and the share of it that is seen."""
    take = DIRECTORS["group"](graph, 2.0)
    moment = take.at(time)
    ids = render(moment.scene, moment.camera, SIZE, SIZE).ids
    masks = [ids == actor.id for actor in take.actors]
    whole = [alone(moment, actor.id) for actor in take.actors]
    return masks, [m.sum() / w.sum() for m, w in zip(masks, whole, strict=True)]


def centre(box):
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def boxes(clip):
    return [np.array(thing["bbox"][0], float) for thing in clip.truth["objects"]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_as_many_as_asked_are_seen_whole_and_apart(kind, count):
    masks, seen = parts(graph(kind, count))
    assert len(masks) == count
    assert min(seen) >= 0.9
    assert min(mask.mean() for mask in masks) >= (0.03 if count < 5 else 0.02)
    for mask in masks:
        rim = [mask[0], mask[-1], mask[:, 0], mask[:, -1]]
        assert not np.concatenate(rim).any()
    for one, two in combinations(masks, 2):
        assert not (np.roll(one, 1, 1) & two).any()


@pytest.mark.parametrize("kind", ["car", "dog", "ball"])
@pytest.mark.parametrize("count", [2, 3, 5])
def test_what_jumps_stays_apart_and_in_the_picture(kind, count):
    clip = make_clip(graph(kind, count, "jump"), 32, 17)
    heights = np.array([np.array(thing["pos"])[:, 2] for thing in clip.truth["objects"]])
    assert (heights.max(1) > 0.2).all()
    assert (heights.min(1) >= 0).all()
    assert all(min(thing["visible"]) > 10 for thing in clip.truth["objects"])
    landed = {event["id"] for event in clip.truth["events"]}
    assert landed == set(range(1, count + 1))
    for event in clip.truth["events"]:
        assert heights[event["id"] - 1, round(event["t"] * 8)] < 0.5 * heights.max()


def test_groups_jump_in_step_or_out_of_step():
    steps = set()
    for seed in range(8):
        take = DIRECTORS["group"](graph("dog", 3, "jump", seed=seed), 2.0)
        heights = [place[2] for place in take.at(0.4).positions]
        steps.add(bool(np.ptp(heights) < 0.02))
    assert steps == {True, False}


@pytest.mark.parametrize(("kind", "second"), PAIRS)
@pytest.mark.parametrize(("relation", "way"), [("left", -1), ("right", 1)])
def test_left_and_right_are_those_of_the_picture(kind, second, relation, way):
    clip = make_clip(graph(kind, others=(other(second, relation),)), SIZE, 1, with_depth=True)
    subject, beside = boxes(clip)
    assert way * (centre(beside)[0] - centre(subject)[0]) > 0.15 * SIZE
    assert max(subject[0] - beside[2], beside[0] - subject[2]) >= 0
    near, far = sorted(np.median(clip.depth[clip.ids == i]) for i in (1, 2))
    assert far < 1.2 * near


@pytest.mark.parametrize(("kind", "second"), PAIRS)
@pytest.mark.parametrize("relation", ["behind", "front"])
def test_behind_is_farther_and_half_hidden_and_front_is_nearer(kind, second, relation):
    asked = graph(kind, others=(other(second, relation),))
    clip = make_clip(asked, SIZE, 1, with_depth=True)
    depths = [np.median(clip.depth[clip.ids == i]) for i in (1, 2)]
    assert (depths[1] > depths[0]) == (relation == "behind")
    _, (subject, hidden) = parts(asked)
    assert min(subject, hidden) >= 0.5
    assert subject >= 0.65
    assert (hidden if relation == "front" else subject) > 0.99
    own, others = boxes(clip)
    assert min(own[2] - others[0], others[2] - own[0]) > 0


@pytest.mark.parametrize(("kind", "second"), PAIRS)
@pytest.mark.parametrize(("relation", "way"), [("on", -1), ("under", 1)])
def test_on_is_above_and_under_is_below(kind, second, relation, way):
    asked = graph(kind, others=(other(second, relation),))
    subject, moved = boxes(make_clip(asked, SIZE, 1))
    assert way * (centre(moved)[1] - centre(subject)[1]) > 0.15 * SIZE
    assert abs(centre(moved)[0] - centre(subject)[0]) < 0.2 * SIZE
    assert min(parts(asked)[1]) >= 0.7
    take = DIRECTORS["group"](asked, 2.0)
    feet = [place[2] for place in take.at(0.0).positions]
    assert feet[0 if relation == "under" else 1] > 0.5
    assert feet[1 if relation == "under" else 0] == 0


def test_what_a_jumper_carries_jumps_with_it():
    take = DIRECTORS["group"](graph("car", motion="jump", others=(other("dog", "on"),)), 2.0)
    places = [[place[2] for place in take.at(t).positions] for t in np.linspace(0, 1, 9)]
    assert np.ptp(places, axis=0).min() > 0.2
    assert np.ptp(np.diff(places, axis=1)) < 1e-9


@pytest.mark.parametrize("pair", list(combinations([row.name for row in RELATIONS], 2)))
def test_any_two_relations_go_together(pair):
    asked = graph("dog", others=(other("mug", pair[0]), other("car", pair[1])))
    masks, seen = parts(asked)
    assert len(masks) == 3
    assert min(mask.mean() for mask in masks) > 0.015
    assert min(seen) >= 0.5


def test_every_other_thing_has_its_own_id_and_place():
    things = (other("mug", "left"), other("dog", "on"))
    clip = make_clip(graph("house", others=things), SIZE, 1)
    assert [thing["id"] for thing in clip.truth["objects"]] == [1, 2, 3]
    assert [thing["kind"] for thing in clip.truth["objects"]] == ["house", "mug", "dog"]
    assert [thing["colour"] for thing in clip.truth["objects"]] == ["red", "blue", "blue"]
    places = [thing["pos"][0] for thing in clip.truth["objects"]]
    assert places[1][0] < places[0][0] < places[2][0] + 1
    assert places[2][2] > 0.5


def test_sampled_groups_show_everything_and_repeat():
    for seed in range(6):
        drawn = sample_graph(seed, "group")
        first, second = make_clip(drawn, 32, 2), make_clip(drawn, 32, 2)
        assert first.frames.tobytes() == second.frames.tobytes()
        assert len(first.truth["objects"]) == drawn.count + len(drawn.others)
        assert all(min(thing["visible"]) > 8 for thing in first.truth["objects"])


def test_several_subjects_have_no_others():
    with pytest.raises(HimmelError, match="2 subjects have no others beside them"):
        make_clip(graph("car", 2, others=(other("dog", "left"),)), 16, 1)


def body(*shapes):
    primitives = Primitives()
    for shape, middle, half in shapes:
        primitives.add(shape, middle, half, (0.5, 0.5, 0.5))
    return primitives


def test_a_thing_stands_on_the_flat_top_and_not_on_the_spire():
    tower = body(
        (Shape.BOX, (0, 0, 1), (1.0, 1.0, 1.0)), (Shape.CONE, (0.8, 0, 2.5), (0.15, 0.15, 0.5))
    )
    place, flat = top_of(tower, 0.5)
    assert flat
    assert place[2] == pytest.approx(2.0, abs=0.02)
    assert place[0] < 0.3
    place, flat = top_of(body((Shape.CONE, (0, 0, 1), (1.0, 1.0, 1.0))), 0.5)
    assert not flat
    assert place == pytest.approx([0, 0, 2], abs=0.1)


@pytest.mark.parametrize("shape", [Shape.BOX, Shape.SPHERE, Shape.CYLINDER])
def test_an_outline_is_the_box_of_the_id_buffer(shape):
    bodies = Primitives()
    bodies.object_id = 1
    bodies.add(shape, (0.2, 0, 1), (0.5, 0.3, 0.4), (0.5, 0.5, 0.5), rotation=rotation_z(0.4))
    camera = look_at((0, -30, 6), (0, 0, 1), 6)
    moment = DIRECTORS["wide"](graph().replace(scene="wide", count=1), 1.0).at(0)
    ids = render(replace(moment.scene, primitives=bodies), camera, 128, 128).ids
    rows, columns = np.nonzero(ids == 1)
    box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    assert outline(bodies.rows, camera) * 128 == pytest.approx(box, abs=1.6)
    low, high = corners(bodies.rows)
    assert (low + high) / 2 == pytest.approx([0.2, 0, 1])
