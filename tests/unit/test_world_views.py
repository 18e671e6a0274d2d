"""Two cameras on one scene: landmarks, epipolar lines and rays in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from himmel.core.camera import axes_of, rays
from himmel.core.errors import HimmelError
from himmel.world.clip import DIRECTORS, make_clip
from himmel.world.graph import Graph
from himmel.world.poses import camera_of
from himmel.world.render import (
    Camera,
    Ground,
    Primitives,
    Scene,
    Shape,
    look_at,
    render,
    rotation_z,
    sky,
)
from himmel.world.take import Actor, Moment, Take
from himmel.world.views import essential, landmarks, make_views

GRAPH = Graph(
    seed=4, scene="camera", kind="car", colour="blue", setting="street", time="day", motion="still",
    camera="truck-left",
)  # fmt: skip
FIRST = look_at((0.3, -6, 1.8), (0.2, 0, 1.1), 44)
SECOND = look_at((-2.5, -5, 2.2), (0, 0, 1), 40, roll=0.2)
numbers = st.floats(-3, 3)


def a_box(camera):
    primitives = Primitives()
    primitives.object_id = 1
    turn = rotation_z(0.5)
    primitives.add(Shape.BOX, (0.4, 0.5, 0.8), (0.9, 0.6, 0.8), (0.5, 0.2, 0.2), rotation=turn)
    place = Scene(primitives, sky("day"), Ground((0.5, 0.5, 0.5)))
    return Take((Actor(1, "box", "red"),), lambda time: Moment(place, camera, ((0.4, 0.5, 0.0),)))


@pytest.mark.parametrize("camera", [FIRST, SECOND])
@pytest.mark.parametrize(("width", "height"), [(96, 96), (128, 64)])
def test_landmarks_fall_on_the_rim_of_the_id_buffer(camera, width, height):
    take = a_box(camera)
    marks = landmarks(take, camera, id=1, aspect=width / height)
    assert len(marks.points) == 8
    assert marks.inside.all()
    rows, columns = np.nonzero(render(take.at(0).scene, camera, width, height).ids == 1)
    x, y = marks.places[:, 0] * width, marks.places[:, 1] * height
    box = [columns.min(), columns.max() + 1, rows.min(), rows.max() + 1]
    assert box == pytest.approx([x.min(), x.max(), y.min(), y.max()], abs=1)


def test_a_corner_behind_the_box_is_hidden_and_one_before_it_is_seen():
    take = a_box(FIRST)
    marks = landmarks(take, FIRST, id=1)
    depth = render(take.at(0).scene, FIRST, 96, 96).depth
    order = np.argsort(marks.places[:, 2])
    seen = marks.seen(depth)
    assert seen[order[:3]].all()
    assert not seen[order[-1]] or not seen[order[-2]]


def test_scenery_gives_many_landmarks_that_stand_still():
    take = DIRECTORS["camera"](GRAPH, 2.0)
    first, last = (landmarks(take, take.at(t).camera, t) for t in (0.0, 2.0))
    np.testing.assert_array_equal(first.points, last.points)
    assert first.inside.sum() > 60
    moved = np.abs(first.places - last.places)[first.inside & last.inside, 0]
    assert np.ptp(moved) > 0.15  # parallax: what is near moves farther


@given(st.tuples(numbers, numbers, numbers))
def test_the_essential_matrix_holds_for_every_point(point):
    sides = []
    for camera in (FIRST, SECOND):
        x, y, z = axes_of(camera) @ (np.asarray(point) - camera.eye)
        sides.append(np.array([x, y, z]) / np.linalg.norm([x, y, z]))
    assert sides[1] @ essential(FIRST, SECOND) @ sides[0] == pytest.approx(0, abs=1e-12)


def test_two_views_show_one_scene_at_the_same_times():
    clips = make_views(GRAPH, 2, size=24, frames=3)
    alone = make_clip(GRAPH, 24, 3)
    assert clips[0].frames.tobytes() == alone.frames.tobytes()
    assert clips[0].truth["objects"][0]["pos"] == clips[1].truth["objects"][0]["pos"]
    assert clips[0].truth["camera"] != clips[1].truth["camera"]
    assert all((clip.ids == 1).mean() > 0.03 for clip in clips)
    take = DIRECTORS["camera"](GRAPH, 0.25)
    poses = [camera_of(clip.truth["camera"][1]) for clip in clips]
    marks = [landmarks(take, camera, 0.125) for camera in poses]
    both = marks[0].inside & marks[1].inside
    assert both.sum() > 30
    x1, x2 = (_at_depth_one(m.places[both], c) for m, c in zip(marks, poses, strict=True))
    error = np.einsum("ni,ij,nj->n", x2, essential(*poses), x1)
    assert np.abs(error).max() < 1e-9
    wrong = np.einsum("ni,ij,nj->n", x2, essential(poses[0], FIRST), x1)
    assert np.abs(wrong).max() > 0.05


def _at_depth_one(places, camera):
    x, y = ((2 * places[:, i] - 1) * camera.slope for i in (0, 1))
    return np.stack([x, y, np.ones(len(x))], axis=1)


def test_three_views_are_turned_one_after_another_and_one_is_refused():
    clips = make_views(GRAPH, 3, size=8, frames=1)
    poses = [camera_of(clip.truth["camera"][0]) for clip in clips]
    away = [np.linalg.norm(pose.eye[:2] - poses[0].eye[:2]) for pose in poses]
    assert away[0] < away[1] < away[2]
    for number in (1, 5):
        with pytest.raises(HimmelError, match="use 2 to 4"):
            make_views(GRAPH, number)


def test_a_ray_has_unit_direction_and_the_moment_of_its_eye():
    out = rays(SECOND, 3, 4, FIRST)
    direction, moment = out[..., :3], out[..., 3:]
    np.testing.assert_allclose(np.linalg.norm(direction, axis=-1), 1)
    eye = axes_of(FIRST) @ (SECOND.eye - FIRST.eye)
    np.testing.assert_allclose(moment, np.cross(eye, direction), atol=1e-12)
    np.testing.assert_allclose((direction * moment).sum(-1), 0, atol=1e-12)
    assert np.abs(rays(FIRST, 3, 4)[..., 3:]).max() == 0


def test_the_middle_token_looks_ahead_and_the_upper_left_one_up_and_left():
    out = rays(FIRST, 3, 5)
    np.testing.assert_allclose(out[1, 2, :3], [0, 0, 1], atol=1e-12)
    x, y, z = out[0, 0, :3]
    assert x / z == pytest.approx(-4 / 5 * FIRST.slope * 5 / 3)
    assert y / z == pytest.approx(-2 / 3 * FIRST.slope)


@pytest.mark.parametrize(("rows", "columns"), [(4, 4), (2, 6), (6, 3)])
def test_a_point_on_a_ray_is_projected_to_the_centre_of_its_token(rows, columns):
    direction = rays(SECOND, rows, columns)[..., :3].reshape(-1, 3)
    points = SECOND.eye + 4.2 * direction @ axes_of(SECOND)
    places = SECOND.project(points, columns / rows).reshape(rows, columns, 3)
    np.testing.assert_allclose(places[..., 0], [(np.arange(columns) + 0.5) / columns] * rows)
    np.testing.assert_allclose(places[0, 0, 1], 0.5 / rows)
    np.testing.assert_allclose(places[..., 2], 4.2)


@given(st.floats(-3, 3), st.tuples(numbers, numbers, numbers))
def test_moving_both_cameras_together_changes_no_ray(angle, shift):
    moved = []
    for camera in (FIRST, SECOND):
        turn = rotation_z(angle)
        axes = (turn @ axis for axis in (camera.forward, camera.right, camera.up))
        moved.append(Camera(turn @ camera.eye + np.asarray(shift), *axes, camera.fov_degrees))
    again = rays(moved[1], 3, 3, moved[0])
    np.testing.assert_allclose(again, rays(SECOND, 3, 3, FIRST), atol=1e-9)


def test_no_tokens_have_no_rays():
    with pytest.raises(HimmelError, match="use at least 1 x 1"):
        rays(FIRST, 0, 4)
