"""Poses, homographies and correspondences that are known, and cameras of renders."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from himmel.evaluate.camera import epipolar_error, measure, pair_errors, pose_errors, sampson
from himmel.evaluate.corners import corners, correlation, find_patch, follow, patch_at
from himmel.evaluate.moves import Moves, describe, is_cut
from himmel.evaluate.pose import dlt, errors, find_pose, moved, turn_between
from himmel.world.clip import make_clip
from himmel.world.graph import sample_graph
from himmel.world.poses import camera_of
from himmel.world.render import look_at
from himmel.world.views import essential

RNG = np.random.default_rng(0)
POINTS = RNG.uniform((-2, -2, -0.5), (2, 2, 3.5), (24, 3))
CAMERA = look_at((1.0, -7.0, 2.0), (0.2, 0.0, 1.1), 44.0, 0.1)


def texture(size=96, seed=0):
    coarse = np.random.default_rng(seed).integers(0, 256, (size // 6 + 2, size // 6 + 2, 3))
    return np.kron(coarse, np.ones((6, 6, 1)))[:size, :size].astype(np.uint8)


def places(camera, aspect=1.0):
    return camera.project(POINTS, aspect)[:, :2]


# ---- poses -------------------------------------------------------------------------------------


@pytest.mark.parametrize("aspect", [1.0, 16 / 9, 0.6])
def test_the_linear_solution_is_exact(aspect):
    found = dlt(POINTS, places(CAMERA, aspect), CAMERA.slope, aspect)
    assert np.allclose(found.eye, CAMERA.eye, atol=1e-8)
    assert turn_between(found, CAMERA) < 1e-4


def test_points_in_a_plane_have_no_linear_solution():
    flat = POINTS * [1, 0, 1]
    assert dlt(flat, CAMERA.project(flat)[:, :2], CAMERA.slope) is None


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(-0.12, 0.12), min_size=7, max_size=7))
def test_a_pose_is_found_from_nearby(step):
    true = moved(CAMERA, np.array(step))
    found = find_pose(POINTS, places(true), CAMERA)
    assert found is not None
    assert np.linalg.norm(found.eye - true.eye) < 1e-3
    assert turn_between(found, true) < 0.02
    assert found.fov_degrees == pytest.approx(true.fov_degrees, abs=0.02)


def test_wrong_points_do_not_turn_a_pose():
    seen = places(CAMERA) + RNG.normal(0, 0.001, (24, 2))
    seen[:5] = RNG.uniform(0, 1, (5, 2))
    found = find_pose(POINTS, seen, look_at((0.5, -7.5, 1.6), (0, 0, 1), 40.0))
    assert np.linalg.norm(found.eye - CAMERA.eye) < 0.15
    assert turn_between(found, CAMERA) < 0.5
    assert np.median(errors(found, POINTS, places(CAMERA))) < 0.002


def test_no_pose_from_few_points_or_from_chance():
    assert find_pose(POINTS[:5], places(CAMERA)[:5], CAMERA) is None
    assert find_pose(POINTS, RNG.uniform(0, 1, (24, 2)), CAMERA) is None


def test_a_pose_that_is_lost_counts_as_far_off():
    assert pose_errors([CAMERA, CAMERA], [CAMERA, CAMERA]) == pytest.approx((0.0, 0.0), abs=1e-4)
    assert pose_errors([None, None], [CAMERA, CAMERA]) == (90.0, 5.0)


def test_turns_in_degrees():
    turned = moved(CAMERA, np.array([0, 0, 0, 0, math.radians(7), 0, 0]))
    assert turn_between(CAMERA, turned) == pytest.approx(7.0, abs=1e-6)


# ---- two views ---------------------------------------------------------------------------------


def pairs_of(first, second, size):
    height, width = size
    return np.hstack(
        [c.project(POINTS, width / height)[:, :2] * (width, height) for c in (first, second)]
    )


@pytest.mark.parametrize("size", [(128, 128), (96, 160)])
def test_true_correspondences_satisfy_the_epipolar_constraint(size):
    second = moved(CAMERA, np.array([0.4, 0.1, 0.2, 0.02, 0.05, 0.0, 0.1]))
    pairs = pairs_of(CAMERA, second, size)
    assert pair_errors(pairs, CAMERA, second, size).max() < 1e-9
    pairs[:, 3] += 3
    assert np.median(pair_errors(pairs, CAMERA, second, size)) > 0.3 * 3 / min(size)


def test_a_camera_that_only_turns_moves_every_place_by_a_homography():
    second = moved(CAMERA, np.array([0, 0, 0, 0.03, 0.1, 0.02, 0.2]))
    pairs = pairs_of(CAMERA, second, (128, 128))
    assert pair_errors(pairs, CAMERA, second, (128, 128)).max() < 1e-9
    pairs[:, 2] += 2
    assert pair_errors(pairs, CAMERA, second, (128, 128)) == pytest.approx(2 / 128, rel=0.2)


def test_sampsons_distance_by_hand():
    sideways = essential(look_at((0, -5, 1), (0, 0, 1), 44), look_at((1, -5, 1), (1, 0, 1), 44))
    one, other = np.array([[0.1, 0.2, 1.0]]), np.array([[0.3, 0.25, 1.0]])
    assert sampson(sideways, one, other) == pytest.approx([0.05 / math.sqrt(2)])


# ---- patches -----------------------------------------------------------------------------------


def test_a_patch_is_found_where_it_went():
    picture = texture().mean(-1)
    shifted = np.roll(picture, (3, -5), (0, 1))
    place = np.array([48.5, 40.5])
    found, score = find_patch(patch_at(picture, place, 7), shifted, place, 8)
    assert found == pytest.approx(place + np.array([-5, 3]), abs=0.2)
    assert score > 0.99


def test_a_dull_patch_and_a_border_are_not_found():
    picture = np.full((64, 64), 90.0)
    assert correlation(picture[:7, :7], picture) is None
    assert patch_at(picture, np.array([2.0, 30.0]), 5) is None
    assert find_patch(texture().mean(-1)[:7, :7], picture, np.array([5.0, 5.0]), 8) is None


def test_corners_follow_a_shift():
    picture = texture()
    pairs = follow(picture, np.roll(picture, (2, 4), (0, 1)))
    assert len(pairs) >= 8
    assert np.median(pairs[:, 2:] - pairs[:, :2], axis=0) == pytest.approx([4, 2], abs=0.1)
    assert len(corners(np.full((64, 64, 3), 50, np.uint8), 10)) == 0


# ---- moves -------------------------------------------------------------------------------------


def shifting(step, frames=9):
    wide = texture(192)
    return np.stack([wide[60:124, 60 + step * i : 124 + step * i] for i in range(frames)])


def test_moves_are_named_by_the_nearest():
    torch.set_num_threads(1)
    known = {name: describe(shifting(step)) for name, step in (("a", 2), ("b", -2), ("c", 0))}
    moves = Moves(np.stack(list(known.values())), tuple(known))
    assert [moves.name(shifting(step)) for step in (2, -2, 0)] == ["a", "b", "c"]
    noise = np.random.default_rng(0).integers(0, 256, (9, 64, 64, 3)).astype(np.uint8)
    assert moves.name(noise) == "unreadable"


def test_a_cut_is_one_sudden_step():
    cut = np.concatenate([np.repeat(texture(64, k)[None], 5, 0) for k in (1, 2)])
    assert is_cut(cut)
    assert not is_cut(cut[:5])
    assert not is_cut(shifting(2))


# ---- renders -----------------------------------------------------------------------------------


def render_of(move, size=96):
    seed = next(s for s in range(999) if sample_graph(s, scene="camera").camera == move)
    graph = sample_graph(seed, scene="camera")
    return graph, make_clip(graph, size)


@pytest.mark.parametrize("move", ["pan-left", "truck-right"])
def test_corners_of_renders_obey_their_cameras(move):
    _, clip = render_of(move)
    cameras = [camera_of(pose) for pose in clip.truth["camera"]]
    assert epipolar_error(clip.frames, cameras, clip.ids > 0) < 0.005


def test_cameras_of_renders(monkeypatch):
    graph, clip = render_of("dolly-in")
    moves = Moves(describe(clip.frames)[None], ("dolly-in",))
    monkeypatch.setattr("himmel.evaluate.camera.usual_moves", lambda: moves)
    noise = np.random.default_rng(0).integers(0, 256, clip.frames.shape).astype(np.uint8)
    good = measure([clip.frames], [graph], [clip], 8.0)
    spoilt = measure([noise], [graph], [clip], 8.0)
    assert good["move"].value == 1.0 and spoilt["move"].value == 0.0
    assert good["pose.readable"].value == 1.0 and spoilt["pose.readable"].value == 0.0
    assert good["pose.turn_error"].value < 2.0
    assert spoilt["epipolar_error"].value > 0.05 > good["epipolar_error"].value
